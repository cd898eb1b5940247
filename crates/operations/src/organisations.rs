//! What an organisation says of itself, and what the operator decides of it.

use kernel::{EmailAddress, OrganisationId};
use mail::{LinkPath, OrganisationReturned, OrganisationSuspended, OrganisationVerified};
use marketplace::{
    Organisation, OrganisationSide, Posting, Problem, ProblemCode, Role, Standing, StandingRefusal,
    organisation::{self, ProfileInput},
};
use serde_json::json;
use storage::{OrganisationSave, Tx, Versioned, Write};

use crate::{
    Actor, App, Cx, Failure, Result, compiled_here, digests,
    jobs::{self, Job},
    letters, register,
    search::documents,
};

/// An organisation as everybody sees it.
#[derive(Debug)]
pub struct OrganisationLook {
    /// The organisation.
    pub organisation: Organisation,
    /// Its published posts, newest first.
    pub posts: Vec<Posting>,
    /// Whether whoever looks acts for it.
    pub mine: bool,
    /// Whether whoever looks follows it; nothing of those who cannot.
    pub followed: Option<bool>,
}

/// The public page of an organisation. Who is not verified has none, but for its own people and operators.
#[compiled_here]
pub async fn look(app: &App, actor: &Actor, id: OrganisationId) -> Result<OrganisationLook> {
    let mut tx = app.db().read().await?;
    let organisation = tx
        .organisations()
        .find(id)
        .await?
        .ok_or(Failure::NotFound)?
        .into_inner();
    let mine = actor.organisation() == Some(id);
    if !(organisation.is_verified() || mine || actor.operator().is_ok()) {
        return Err(Failure::NotFound);
    }
    let mut posts: Vec<Posting> = tx.postings().of_organisation(id).await?;
    posts.retain(Posting::is_published);
    posts.sort_by_key(|posting| std::cmp::Reverse(posting.published_at()));
    let followed = match actor.person() {
        Some(person) if organisation.is_verified() && !mine => {
            Some(tx.follows().is_followed(person.account, id).await?)
        }
        _ => None,
    };
    Ok(OrganisationLook {
        organisation,
        posts,
        mine,
        followed,
    })
}

/// The organisation acted for, to fill the form with.
#[compiled_here]
pub async fn own(app: &App, actor: &Actor) -> Result<Versioned<Organisation>> {
    let admin = actor.admin()?;
    app.db()
        .read()
        .await?
        .organisations()
        .find(admin.organisation())
        .await?
        .ok_or(Failure::NotFound)
}

/// Changes what the organisation says of itself. `seen` is the version that was edited.
#[compiled_here]
pub async fn describe(app: &App, cx: &Cx, actor: &Actor, seen: Option<i64>, input: &ProfileInput) -> Result<()> {
    let admin = actor.admin()?;
    let profile = organisation::read(input, &app.vocabulary())?;
    let mut tx = app.db().write().await?;
    let before = tx
        .organisations()
        .find(admin.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    if seen.is_some_and(|seen| seen != before.version()) {
        return Err(Failure::Conflict);
    }
    let old = json!({ "name": before.get().profile.name, "standing": before.get().standing.code() });
    let was = before.get().clone();
    let after = before.decide(|organisation| Ok::<_, Failure>(organisation.describe(profile)))?;
    let new = json!({ "name": after.get().profile.name, "standing": after.get().standing.code() });
    if tx.organisations().save(&after).await? == OrganisationSave::CreditCodeTaken {
        let problem = Problem {
            field: "credit_code".to_owned(),
            code: ProblemCode::CreditCodeTaken,
        };
        return Err(Failure::Invalid(vec![problem]));
    }
    enqueue_everything_of(app, cx, &mut tx, &was, after.get()).await?;
    let entry = app
        .audit(actor, cx, "describe_organisation")
        .on("organisation", after.get().id.uuid());
    tx.commit(entry.change(old, new).done()).await?;
    app.wake();
    Ok(())
}

/// What the operator decides of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is what it says it is.
    Verify,
    /// Something has to be mended first.
    Return {
        /// What.
        reason: String,
    },
    /// Out of sight.
    Suspend {
        /// Why.
        reason: String,
    },
    /// Back again.
    Reinstate,
}

impl Decision {
    const fn act(&self) -> &'static str {
        match self {
            Self::Verify => "verify_organisation",
            Self::Return { .. } => "return_organisation",
            Self::Suspend { .. } => "suspend_organisation",
            Self::Reinstate => "reinstate_organisation",
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Return { reason } | Self::Suspend { reason } => reason,
            Self::Verify | Self::Reinstate => "",
        }
    }
}

/// The operator decides. `seen` is the version the operator looked at: what changed meanwhile is looked at again.
#[compiled_here]
pub async fn decide(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: OrganisationId,
    seen: Option<i64>,
    decision: &Decision,
) -> Result<()> {
    actor.operator()?;
    let mut tx = app.db().write().await?;
    let before = tx.organisations().find(id).await?.ok_or(Failure::NotFound)?;
    if seen.is_some_and(|seen| seen != before.version()) {
        return Err(Failure::Conflict);
    }
    let old = json!({ "standing": before.get().standing.code() });
    let was = before.get().clone();
    let after = before.decide(|organisation| -> Result<Organisation, StandingRefusal> {
        match decision {
            Decision::Verify => organisation.verify(cx.now),
            Decision::Return { reason } => organisation.return_with(reason, cx.now),
            Decision::Suspend { reason } => organisation.suspend(reason, cx.now),
            Decision::Reinstate => organisation.reinstate(cx.now),
        }
    })?;
    // Only the standing changed: the code is still its own.
    if tx.organisations().save(&after).await? == OrganisationSave::CreditCodeTaken {
        return Err(Failure::Conflict);
    }
    tell_admins(app, cx, &mut tx, after.get()).await?;
    let members = tx.memberships().of_organisation(id, Some(cx.today())).await?;
    for member in members {
        digests::follow_choices_of(cx, &mut tx, member.membership.person).await?;
    }
    enqueue_everything_of(app, cx, &mut tx, &was, after.get()).await?;
    let entry = app
        .audit(actor, cx, decision.act())
        .on("organisation", id.uuid())
        .change(old, json!({ "standing": after.get().standing.code() }))
        .because(decision.reason());
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(())
}

/// A letter to every admin of the organisation about its new standing.
async fn tell_admins(app: &App, cx: &Cx, tx: &mut Tx<Write>, organisation: &Organisation) -> Result<()> {
    let members = tx
        .memberships()
        .of_organisation(organisation.id, Some(cx.today()))
        .await?;
    let admins = members
        .into_iter()
        .filter(|member| member.membership.role == Role::Admin);
    let addresses: Vec<EmailAddress> = admins.filter_map(|member| member.email).collect();
    let name = &organisation.profile.name;
    let path = || LinkPath::new("/workspace");
    for to in &addresses {
        match &organisation.standing {
            Standing::Claimed => {}
            Standing::Verified { .. } => {
                let letter = OrganisationVerified {
                    organisation: name.clone(),
                    path: path(),
                };
                letters::post(app, cx, tx, to, &letter).await?;
            }
            Standing::Returned { reason, .. } => {
                let letter = OrganisationReturned {
                    organisation: name.clone(),
                    reason: reason.clone(),
                    path: path(),
                };
                letters::post(app, cx, tx, to, &letter).await?;
            }
            Standing::Suspended { reason, .. } => {
                let letter = OrganisationSuspended {
                    organisation: name.clone(),
                    reason: reason.clone(),
                    path: path(),
                };
                letters::post(app, cx, tx, to, &letter).await?;
            }
        }
    }
    Ok(())
}

/// What others see of an organisation, its posts and the register's rows under its name depends on its standing and
/// name: all of it is indexed and matched again.
async fn enqueue_everything_of(
    app: &App,
    cx: &Cx,
    tx: &mut Tx<Write>,
    was: &Organisation,
    organisation: &Organisation,
) -> Result<()> {
    let school = |of: &Organisation| {
        let joined = of.is_verified() && of.side() == OrganisationSide::College;
        joined.then(|| of.profile.name.clone())
    };
    if school(was) != school(organisation) {
        for name in [school(was), school(organisation)].into_iter().flatten() {
            register::enqueue_rows_named(app, cx, tx, &name).await?;
        }
    }
    let (id, seen) = (organisation.id, organisation.is_verified());
    jobs::enqueue(
        app,
        cx,
        tx,
        &Job::Index {
            document: documents::organisation_id(id),
        },
    )
    .await?;
    for posting in tx.postings().of_organisation(id).await? {
        if posting.is_published() {
            jobs::enqueue(
                app,
                cx,
                tx,
                &Job::Index {
                    document: documents::posting_id(posting.id),
                },
            )
            .await?;
            if !seen {
                tx.matches().delete_for_posting(posting.id).await?;
            }
        }
    }
    jobs::enqueue(app, cx, tx, &Job::Match).await
}
