//! Invented people.

use std::collections::BTreeSet;

use super::plan::{PlannedPerson, dealer::Dealer, tables::People};

/// Gives out people whose names and addresses are all different.
#[derive(Debug)]
pub(crate) struct Names<'t> {
    people: &'t People,
    given_out: BTreeSet<String>,
    emails: BTreeSet<String>,
}

impl<'t> Names<'t> {
    /// Names made of the parts in `people`.
    pub(crate) const fn new(people: &'t People) -> Self {
        Self {
            people,
            given_out: BTreeSet::new(),
            emails: BTreeSet::new(),
        }
    }

    /// Somebody new, with an address at `<host>.example`.
    pub(crate) fn person(&mut self, dealer: &mut Dealer<'_>, host: &str, admin: bool) -> PlannedPerson {
        let (name, local) = loop {
            let (surname, surname_letters) = dealer.pick("surnames", &self.people.surnames);
            let (given, given_letters) = dealer.pick("given", &self.people.given);
            let name = format!("{surname}{given}");
            if self.given_out.insert(name.clone()) {
                break (name, format!("{given_letters}.{surname_letters}"));
            }
        };
        let mut email = format!("{local}@{host}.example");
        let mut again = 2;
        while !self.emails.insert(email.clone()) {
            email = format!("{local}{again}@{host}.example");
            again += 1;
        }
        PlannedPerson { name, email, admin }
    }
}
