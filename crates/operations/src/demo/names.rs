//! Invented people, and credit codes that hold but belong to nobody.

use std::collections::BTreeSet;

use kernel::{CreditCode, organisation_check};

use super::plan::{PlannedPerson, dealer::Dealer, tables::People};

/// The characters a credit code may end with.
const LAST: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

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

/// A credit code with right check characters around an organisation code that no registrar would give: `TTTTTT` and a
/// number.
pub(crate) fn credit_code(registrar: &str, region: &str, number: usize) -> String {
    let body = format!("TTTTTT{number:02}");
    let check = organisation_check(&body).unwrap_or('0');
    let stem = format!("{registrar}{region}{body}{check}");
    let holds = |code: &String| CreditCode::parse(code).is_ok();
    LAST.chars()
        .map(|last| format!("{stem}{last}"))
        .find(holds)
        .unwrap_or(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_code_that_holds_inside_and_out() {
        for number in 0..100 {
            let code = CreditCode::parse(&credit_code("91", "310115", number)).unwrap();
            assert!(code.organisation_code_agrees(), "{code}");
            assert_eq!(&code.as_str()[8..14], "TTTTTT");
        }
    }
}
