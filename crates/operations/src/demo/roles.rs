//! On demonstration data, a visitor becomes anybody in one click.

use kernel::{MembershipId, PersonId};
use marketplace::{AssignmentRole, Organisation, OrganisationKind, OrganisationSide, Role as MemberRole};
use storage::{Page, Tx};

use crate::{App, Cx, Failure, Result, Token, accounts, register};

/// Somebody a visitor can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// What to send back.
    pub code: String,
    /// The organisation acted for.
    pub organisation: Option<String>,
    /// The person's name.
    pub person: String,
    /// The organisation's side.
    pub side: Option<OrganisationSide>,
}

/// How many organisations of each side are offered.
const OFFERED: usize = 4;
/// Among how many the choice is made.
const LOOKED_AT: i64 = 20;

pub(super) fn only_in_a_demonstration(app: &App) -> Result<()> {
    if app.settings().demonstration {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// Some verified colleges: first those that have claimed rows of the register, then those that could, so that whoever
/// becomes the first of them finds something on every page.
async fn colleges<M>(tx: &mut Tx<M>) -> Result<Vec<Organisation>> {
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

/// Whom a visitor can become: admins of some colleges and enterprises, of one that waits to be verified, the operator.
pub async fn roles(app: &App, cx: &Cx) -> Result<Vec<Role>> {
    only_in_a_demonstration(app)?;
    let mut tx = app.db().read().await?;
    let mut organisations = colleges(&mut tx).await?;
    let enterprises = tx
        .organisations()
        .list_verified(OrganisationKind::Enterprise, Page::first(LOOKED_AT))
        .await?;
    organisations.extend(enterprises.into_iter().take(OFFERED));
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
            side: Some(organisation.side()),
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
                side: None,
            });
        }
    }
    Ok(roles)
}

/// Signs the visitor in as that person.
pub async fn become_role(app: &App, cx: &Cx, code: &str) -> Result<Token> {
    only_in_a_demonstration(app)?;
    let mut tx = app.db().write().await?;
    let (person, membership) = match code.split_once(':') {
        Some(("member", id)) => {
            let id: MembershipId = id.parse().map_err(|_| Failure::NotFound)?;
            let membership = tx.memberships().find(id).await?.ok_or(Failure::NotFound)?;
            (membership.person, Some(membership.id))
        }
        Some(("operator", id)) => {
            let id: PersonId = id.parse().map_err(|_| Failure::NotFound)?;
            let assigned = tx.assignments().of_person(id, Some(cx.today())).await?;
            if assigned.is_empty() {
                return Err(Failure::NotFound);
            }
            (id, None)
        }
        _ => return Err(Failure::NotFound),
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
    Ok(token)
}
