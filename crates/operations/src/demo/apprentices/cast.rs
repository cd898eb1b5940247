//! Who acts in the stories: people with a login, found by their address.

use std::collections::BTreeMap;

use kernel::{Date, EmailAddress};
use marketplace::AssignmentRole;

use crate::{Acting, Actor, App, Failure, Person, Result};

/// Everybody who acted so far, by address.
#[derive(Debug, Default)]
pub(super) struct Cast(BTreeMap<String, Actor>);

impl Cast {
    /// Whoever has a login with that address, acting for the organisation they belong to, if there is one.
    pub(super) async fn find(&mut self, app: &App, today: Date, email: &str) -> Result<Option<Actor>> {
        if let Some(actor) = self.0.get(email) {
            return Ok(Some(actor.clone()));
        }
        let found = whoever(app, today, email).await?;
        if let Some(actor) = &found {
            self.0.insert(email.to_owned(), actor.clone());
        }
        Ok(found)
    }

    /// The same for somebody who has to be there.
    pub(super) async fn get(&mut self, app: &App, today: Date, email: &str) -> Result<Actor> {
        self.find(app, today, email).await?.ok_or(Failure::NotFound)
    }
}

async fn whoever(app: &App, today: Date, email: &str) -> Result<Option<Actor>> {
    let key = EmailAddress::parse(email).map(|email| email.key()).unwrap_or_default();
    let mut tx = app.db().read().await?;
    let Some(account) = tx.accounts().find_by_email_key(&key).await? else {
        return Ok(None);
    };
    let person = tx
        .accounts()
        .find_person(account.person)
        .await?
        .ok_or(Failure::NotFound)?;
    let membership = tx
        .memberships()
        .of_person(person.id, Some(today))
        .await?
        .into_iter()
        .next();
    let acting = match membership {
        None => None,
        Some(membership) => {
            let organisation = tx.organisations().find(membership.organisation).await?;
            organisation.map(|organisation| Acting {
                membership: membership.id,
                organisation: membership.organisation,
                organisation_name: organisation.get().profile.name.clone(),
                side: organisation.get().side(),
                role: membership.role,
            })
        }
    };
    let assignments = tx.assignments().of_person(person.id, Some(today)).await?;
    let operator = assignments.iter().any(|one| one.role == AssignmentRole::Operator);
    Ok(Some(Actor::Person(Box::new(Person {
        id: person.id,
        account: account.id,
        name: person.name,
        acting,
        operator,
        unread: 0,
    }))))
}
