//! The operator's room: organisations to verify, jobs and letters, imports.

use kernel::{JobId, OrganisationId, PersonId, Timestamp};
use marketplace::{Assignment, AssignmentRole, Organisation, Problem, ProblemCode, organisation::ProfileHint};
use storage::{AccountInsert, Page};
pub use storage::{AuditEntry, Import, Job, JobCount, Letter, Member, QueueStatus};

use crate::{
    Actor, App, Cx, Failure, Result,
    accounts::{self, NewPerson},
    compiled_here,
};

/// How many rows a page of the operator has.
pub const PER_PAGE: i64 = 50;

/// A page of organisations of one standing.
#[derive(Debug)]
pub struct Queue {
    /// How many there are of each standing, by its code.
    pub counts: Vec<(String, i64)>,
    /// The organisations of this page, the longest waiting first.
    pub organisations: Vec<Organisation>,
}

/// The organisations of a standing, page by page from 1.
#[compiled_here]
pub async fn queue(app: &App, actor: &Actor, standing: &str, page: i64) -> Result<Queue> {
    actor.operator()?;
    let mut tx = app.db().read().await?;
    let page = Page {
        limit: PER_PAGE,
        offset: (page.max(1) - 1) * PER_PAGE,
    };
    Ok(Queue {
        counts: tx.organisations().count_by_standing().await?,
        organisations: tx.organisations().list_by_standing(standing, page).await?,
    })
}

/// An organisation as the operator sees it before deciding.
#[derive(Debug)]
pub struct Dossier {
    /// The organisation.
    pub organisation: Organisation,
    /// The version that was read.
    pub version: i64,
    /// What is unusual about it.
    pub hints: Vec<ProfileHint>,
    /// Others of the same name.
    pub namesakes: Vec<Organisation>,
    /// Who acts for it.
    pub members: Vec<Member>,
    /// Its published posts.
    pub posts: i64,
    /// Rows of the register under its name.
    pub register_rows: i64,
    /// What happened, newest first, with the names of who did it.
    pub history: Vec<(AuditEntry, String)>,
}

/// The operator's page of one organisation.
#[compiled_here]
pub async fn dossier(app: &App, cx: &Cx, actor: &Actor, id: OrganisationId) -> Result<Dossier> {
    actor.operator()?;
    let mut tx = app.db().read().await?;
    let found = tx.organisations().find(id).await?.ok_or(Failure::NotFound)?;
    let version = found.version();
    let organisation = found.into_inner();
    let mut namesakes = tx
        .organisations()
        .list_by_name_key(&marketplace::organisation::name_key(&organisation.profile.name))
        .await?;
    namesakes.retain(|other| other.id != id);
    let members = tx.memberships().of_organisation(id, Some(cx.today())).await?;
    let posts = crate::postings::published_by(&mut tx, id).await?;
    let register_rows = crate::register::rows_named(&mut tx, &organisation.profile.name).await?;
    let mut history = Vec::new();
    for entry in tx.audit().of_object(id.uuid(), 50).await? {
        let name = match entry.actor.person {
            Some(person) => tx
                .accounts()
                .find_person(person)
                .await?
                .map(|person| person.name)
                .unwrap_or_default(),
            None => String::new(),
        };
        history.push((entry, name));
    }
    let hints = organisation.profile.hints();
    Ok(Dossier {
        organisation,
        version,
        hints,
        namesakes,
        members,
        posts,
        register_rows,
        history,
    })
}

/// Jobs and letters as the operator sees them.
#[derive(Debug)]
pub struct Works {
    /// How many jobs there are of each kind and state.
    pub counts: Vec<JobCount>,
    /// The jobs of one state.
    pub jobs: Vec<Job>,
    /// How many letters there are of each state.
    pub letters: Vec<(QueueStatus, i64)>,
    /// The letters that could not be sent.
    pub failed_letters: Vec<Letter>,
}

/// The jobs of a state, page by page from 1, and the letters that failed.
#[compiled_here]
pub async fn works(app: &App, actor: &Actor, status: QueueStatus, page: i64) -> Result<Works> {
    actor.operator()?;
    let mut tx = app.db().read().await?;
    let page = Page {
        limit: PER_PAGE,
        offset: (page.max(1) - 1) * PER_PAGE,
    };
    Ok(Works {
        counts: tx.jobs().count().await?,
        jobs: tx.jobs().list(status, page).await?,
        letters: tx.outbox().count().await?,
        failed_letters: tx.outbox().list(QueueStatus::Dead, Page::first(PER_PAGE)).await?,
    })
}

/// Tries a dead job again.
#[compiled_here]
pub async fn revive(app: &App, cx: &Cx, actor: &Actor, id: JobId) -> Result<()> {
    actor.operator()?;
    let mut tx = app.db().write().await?;
    if !tx.jobs().revive(id, cx.now).await? {
        return Err(Failure::NotFound);
    }
    tx.commit(app.audit(actor, cx, "revive_job").on("job", id.uuid()).done())
        .await?;
    app.wake();
    Ok(())
}

/// The imports, newest first, with the names of who made them.
#[compiled_here]
pub async fn imports(app: &App, actor: &Actor) -> Result<Vec<(Import, String)>> {
    actor.operator()?;
    let mut tx = app.db().read().await?;
    let mut all = Vec::new();
    for import in tx.imports().list(Page::first(PER_PAGE)).await? {
        let name = match import.actor_person {
            Some(person) => tx
                .accounts()
                .find_person(person)
                .await?
                .map(|person| person.name)
                .unwrap_or_default(),
            None => String::new(),
        };
        all.push((import, name));
    }
    Ok(all)
}

/// A new operator and the link that sets their password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperator {
    /// Who.
    pub person: PersonId,
    /// The address of the link; `None` when they have a password already.
    pub link: Option<String>,
    /// Whether they had been one before.
    pub already: bool,
    /// Until when the link is good.
    pub until: Timestamp,
}

/// Makes the person of this address an operator, with an account if there is none. Only from the machine itself.
#[compiled_here]
pub async fn add(app: &App, cx: &Cx, actor: &Actor, email: &str, name: &str) -> Result<NewOperator> {
    actor.operator()?;
    let email = kernel::EmailAddress::parse(email).map_err(|_| {
        Failure::Invalid(vec![Problem {
            field: "email".to_owned(),
            code: ProblemCode::NotEmail,
        }])
    })?;
    let mut tx = app.db().write().await?;
    let account = if let Some(account) = tx.accounts().find_by_email_key(&email.key()).await? {
        account
    } else {
        let name = if name.trim().is_empty() {
            email.as_str()
        } else {
            name.trim()
        };
        let new = NewPerson {
            name: name.to_owned(),
            email: email.clone(),
            phone: None,
        };
        let (person, account) = accounts::new_account(app, cx, &new, None);
        if tx.accounts().insert(&person, &account).await? == AccountInsert::EmailTaken {
            return Err(Failure::Conflict);
        }
        account
    };
    let assignment = Assignment {
        id: app.id(cx.now, kernel::AssignmentId::new),
        person: account.person,
        role: AssignmentRole::Operator,
        from: cx.today(),
        until: None,
    };
    let already = tx.assignments().insert(&assignment).await? == storage::AssignmentInsert::AssignedAlready;
    let link = match account.password_hash {
        Some(_) => None,
        None => Some(
            accounts::reset_link(app, cx, &mut tx, &account)
                .await?
                .as_str()
                .to_owned(),
        ),
    };
    let entry = app.audit(actor, cx, "add_operator").on("person", account.person.uuid());
    tx.commit(entry.done()).await?;
    Ok(NewOperator {
        person: account.person,
        link,
        already,
        until: cx.now.plus_minutes(60),
    })
}
