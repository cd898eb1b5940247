//! On demonstration data, a visitor becomes anybody in one click.

use agreement::lifecycle::SlotRole;
use apprenticeship::Monday;
use kernel::{AgreementId, EmailAddress, MembershipId, PersonId};
use marketplace::{AssignmentRole, Organisation, OrganisationKind, OrganisationSide, Role as MemberRole};
use storage::{Page, Reads};

use super::apprentices::Parts;
use crate::{App, Cx, Failure, Result, Token, accounts, agreements, compiled_here, register, setup};

/// What part somebody plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// An officer of a college.
    College,
    /// An officer of an enterprise.
    Enterprise,
    /// The platform's operator.
    Operator,
    /// Somebody who learns.
    Apprentice,
    /// The guardian of somebody under age.
    Guardian,
    /// A mentor of an enterprise.
    Mentor,
    /// A tutor of a college.
    Tutor,
}

impl Part {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::College,
        Self::Enterprise,
        Self::Operator,
        Self::Apprentice,
        Self::Guardian,
        Self::Mentor,
        Self::Tutor,
    ];

    /// The code in forms and words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::College => "college",
            Self::Enterprise => "enterprise",
            Self::Operator => "operator",
            Self::Apprentice => "apprentice",
            Self::Guardian => "guardian",
            Self::Mentor => "mentor",
            Self::Tutor => "tutor",
        }
    }

    /// The one of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }
}

/// Somebody a visitor can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// What to send back.
    pub code: String,
    /// The organisation acted for.
    pub organisation: Option<String>,
    /// The person's name.
    pub person: String,
    /// The part.
    pub part: Part,
}

/// Where somebody's next thing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landing {
    /// The workspace of an organisation, or the operator's.
    Workspace,
    /// A week to be written.
    Week(AgreementId, Monday),
    /// Weeks to be approved.
    Reviews,
    /// What is to be signed, by this link.
    Sign(String),
    /// The own page.
    Own,
}

/// Somebody a visitor has become.
#[derive(Debug)]
pub struct Became {
    /// The session; none of who comes by a link.
    pub token: Option<Token>,
    /// Where to go.
    pub landing: Landing,
}

/// How many organisations of each side are offered.
const OFFERED: usize = 4;
/// Among how many the choice is made.
const LOOKED_AT: i64 = 60;

pub(super) fn only_in_a_demonstration(app: &App) -> Result<()> {
    if app.settings().demonstration {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// Some verified colleges: first those that have claimed rows of the register, then those that could, so that whoever
/// becomes the first of them finds something on every page.
async fn colleges(tx: &mut Reads) -> Result<Vec<Organisation>> {
    let schools = tx
        .organisations()
        .list_verified(OrganisationKind::School, Page::first(LOOKED_AT))
        .await?;
    let mut ranked = Vec::new();
    for school in schools {
        let rows = register::rows_of_name(tx, &school.profile.name).await?;
        let claimed = rows.iter().any(|row| row.college.claimed_by() == Some(school.id));
        ranked.push((!claimed, rows.is_empty(), school));
    }
    // The order is stable: those of one rank stay in the order of their names.
    ranked.sort_by_key(|(unclaimed, rowless, _)| (*unclaimed, *rowless));
    Ok(ranked.into_iter().map(|(.., school)| school).take(OFFERED).collect())
}

/// Some verified enterprises: first those with the most agreements.
async fn enterprises(tx: &mut Reads) -> Result<Vec<Organisation>> {
    let enterprises = tx
        .organisations()
        .list_verified(OrganisationKind::Enterprise, Page::first(LOOKED_AT))
        .await?;
    let mut ranked = Vec::new();
    for enterprise in enterprises {
        let counts = tx.agreements().count_of_organisation(enterprise.id).await?;
        let agreements: i64 = counts.iter().map(|count| count.agreements).sum();
        ranked.push((agreements, enterprise));
    }
    ranked.sort_by_key(|(agreements, _)| std::cmp::Reverse(*agreements));
    Ok(ranked
        .into_iter()
        .map(|(_, enterprise)| enterprise)
        .take(OFFERED)
        .collect())
}

const fn part_of(side: OrganisationSide) -> Part {
    match side {
        OrganisationSide::College => Part::College,
        _ => Part::Enterprise,
    }
}

/// Whom a visitor can become: admins of some colleges and enterprises, of one that waits to be verified, the operator, and
/// people around an apprentice, as far as their stories are told.
#[compiled_here]
pub async fn roles(app: &App, cx: &Cx) -> Result<Vec<Role>> {
    only_in_a_demonstration(app)?;
    let mut tx = app.db().read().await?;
    let mut organisations = colleges(&mut tx).await?;
    organisations.extend(enterprises(&mut tx).await?);
    organisations.extend(tx.organisations().list_by_standing("claimed", Page::first(1)).await?);
    let mut roles = Vec::new();
    for organisation in organisations {
        let members = tx
            .memberships()
            .of_organisation(organisation.id, Some(cx.today()))
            .await?;
        let Some(admin) = members
            .into_iter()
            .find(|member| member.membership.role == MemberRole::Admin)
        else {
            continue;
        };
        roles.push(Role {
            code: format!("member:{}", admin.membership.id),
            person: admin.name,
            part: part_of(organisation.side()),
            organisation: Some(organisation.profile.name),
        });
    }
    for assignment in tx
        .assignments()
        .with_role(AssignmentRole::Operator, Some(cx.today()))
        .await?
    {
        if let Some(person) = tx.accounts().find_person(assignment.person).await? {
            let code = format!("operator:{}", person.id);
            roles.push(Role {
                code,
                organisation: None,
                person: person.name,
                part: Part::Operator,
            });
        }
    }
    let Some(parts) = setup::parts::<Parts>(&mut tx).await? else {
        return Ok(roles);
    };
    for (part, email) in parts.people() {
        let key = EmailAddress::parse(email).map(|email| email.key()).unwrap_or_default();
        let Some(account) = tx.accounts().find_by_email_key(&key).await? else {
            continue;
        };
        let person = tx.accounts().find_person(account.person).await?;
        roles.extend(person.map(|person| Role {
            code: format!("{}:{}", part.code(), person.id),
            organisation: None,
            person: person.name,
            part,
        }));
    }
    drop(tx);
    // Whoever has yet to sign comes before whoever has not.
    if let Some((slot, name)) = guardian_to_sign(app, &parts).await? {
        let role = Role {
            code: format!("sign:{slot}"),
            organisation: None,
            person: name,
            part: Part::Guardian,
        };
        let before = roles.iter().position(|role| role.part == Part::Guardian);
        roles.insert(before.unwrap_or(roles.len()), role);
    }
    Ok(roles)
}

/// The guardian whom an agreement waits for: the slot and the name.
async fn guardian_to_sign(app: &App, parts: &Parts) -> Result<Option<(kernel::SlotId, String)>> {
    let mut tx = app.db().read().await?;
    let found = tx.agreements().find(parts.to_sign, app.keys()).await?;
    let open = found.and_then(storage::FoundAgreement::open);
    let slot = open.as_ref().and_then(|open| {
        let mut slots = open.get().slots()?.standing();
        slots.find(|slot| slot.role == SlotRole::Guardian && slot.is_open())
    });
    Ok(slot.map(|slot| (slot.id, slot.name.clone())))
}

/// Signs the visitor in as that person, or gives them the person's link.
#[compiled_here]
pub async fn become_role(app: &App, cx: &Cx, code: &str) -> Result<Became> {
    only_in_a_demonstration(app)?;
    let (kind, id) = code.split_once(':').ok_or(Failure::NotFound)?;
    let mut tx = app.db().read().await?;
    let parts = setup::parts::<Parts>(&mut tx).await?;
    drop(tx);
    if kind == "sign" {
        let parts = parts.ok_or(Failure::NotFound)?;
        let waiting = guardian_to_sign(app, &parts).await?;
        let (slot, _) = waiting
            .filter(|(slot, _)| slot.to_string() == id)
            .ok_or(Failure::NotFound)?;
        let link = agreements::link_at_hand(app, cx, parts.to_sign, slot).await?;
        return Ok(Became {
            token: None,
            landing: Landing::Sign(link),
        });
    }
    let mut tx = app.db().write().await?;
    let (person, membership, landing) = match kind {
        "member" => {
            let id: MembershipId = id.parse().map_err(|_| Failure::NotFound)?;
            let membership = tx.memberships().find(id).await?.ok_or(Failure::NotFound)?;
            (membership.person, Some(membership.id), Landing::Workspace)
        }
        "operator" => {
            let id: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
            let assigned = tx.assignments().of_person(id, Some(cx.today())).await?;
            if assigned.is_empty() {
                return Err(Failure::NotFound);
            }
            (id, None, Landing::Workspace)
        }
        other => {
            let part = Part::from_code(other).ok_or(Failure::NotFound)?;
            let id: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
            let parts = parts.ok_or(Failure::NotFound)?;
            let landing = match part {
                Part::Apprentice => Landing::Week(parts.record, Monday::at(cx.now)),
                Part::Mentor | Part::Tutor => Landing::Reviews,
                Part::Guardian => Landing::Own,
                Part::College | Part::Enterprise | Part::Operator => return Err(Failure::NotFound),
            };
            (id, None, landing)
        }
    };
    let account = tx
        .accounts()
        .of_person(person)
        .await?
        .into_iter()
        .next()
        .ok_or(Failure::NotFound)?;
    let token = accounts::open_session(app, cx, &mut tx, account.id, membership).await?;
    let entry = app
        .audit(&crate::Actor::Stranger, cx, "become_demonstration_role")
        .on("person", person.uuid());
    tx.commit(entry.done()).await?;
    Ok(Became {
        token: Some(token),
        landing,
    })
}
