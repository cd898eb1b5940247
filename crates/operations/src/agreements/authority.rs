//! By what right somebody signs for an organisation: they say it when they sign, it stands in their slot and in what they
//! declare, and every party reads it.

use agreement::{
    evidence::Authority,
    lifecycle::SlotRole,
    training::{Body, Day},
};
use kernel::{Date, parse_date};
use marketplace::{Problem, ProblemCode, organisation::name_key};

use super::refusal::AgreementRefusal;
use crate::{Failure, Result};

/// The longest position or name of a document.
const WORDS: usize = 60;

/// By what right somebody signs for an organisation, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorityInput {
    /// `legal_representative` or `agent` ([`Authority::CODES`]).
    pub capacity: String,
    /// Of an agent: what they are in the organisation.
    pub title: String,
    /// Of an agent: number or name of the authorisation.
    pub document: String,
    /// Of an agent: the day it bears.
    pub dated: String,
}

impl AuthorityInput {
    /// The legal representative.
    pub fn legal_representative() -> Self {
        Self {
            capacity: Authority::LegalRepresentative.code().to_owned(),
            ..Self::default()
        }
    }

    /// An agent with an authorisation.
    pub fn agent(title: &str, document: &str, dated: &str) -> Self {
        Self {
            capacity: Authority::CODES[1].to_owned(),
            title: title.to_owned(),
            document: document.to_owned(),
            dated: dated.to_owned(),
        }
    }
}

/// The name of the legal representative that the agreement states, where it states one.
fn legal_representative(body: &Body, role: SlotRole) -> Option<&str> {
    match role {
        SlotRole::Enterprise => body.enterprise.legal_rep.as_deref(),
        SlotRole::College | SlotRole::Apprentice | SlotRole::Guardian => None,
    }
}

/// What the form of a slot says before anybody typed: whoever the agreement names as the legal representative signs as one.
/// Nothing for who signs as themselves.
pub(super) fn proposed(body: &Body, role: SlotRole, name: &str) -> Option<AuthorityInput> {
    if role.is_the_party() {
        return None;
    }
    let same = legal_representative(body, role).is_some_and(|stated| name_key(stated) == name_key(name));
    Some(if same {
        AuthorityInput::legal_representative()
    } else {
        AuthorityInput::agent("", "", "")
    })
}

/// What was typed, read. Whoever says to be the legal representative is the one that the agreement names.
pub(super) fn read(
    input: &AuthorityInput,
    body: &Body,
    (role, name): (SlotRole, &str),
    today: Date,
) -> Result<Option<Authority>> {
    if role.is_the_party() {
        return Ok(None);
    }
    match input.capacity.trim() {
        "legal_representative" => match legal_representative(body, role) {
            Some(stated) if name_key(stated) != name_key(name) => Err(AgreementRefusal::NotTheRepresentative.into()),
            _ => Ok(Some(Authority::LegalRepresentative)),
        },
        "agent" => agent(input, today).map(Some).map_err(Failure::Invalid),
        "" => Err(vec![problem("capacity", ProblemCode::Required)].into()),
        _ => Err(vec![problem("capacity", ProblemCode::NotAChoice)].into()),
    }
}

fn problem(field: &str, code: ProblemCode) -> Problem {
    Problem {
        field: field.to_owned(),
        code,
    }
}

fn agent(input: &AuthorityInput, today: Date) -> Result<Authority, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut words = |field, typed: &str| {
        let typed: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let typed = typed.trim().to_owned();
        if typed.is_empty() {
            problems.push(problem(field, ProblemCode::Required));
        } else if typed.chars().count() > WORDS {
            problems.push(problem(field, ProblemCode::TooLong { max: WORDS }));
        }
        typed
    };
    let title = words("authority_title", &input.title);
    let document = words("authority_document", &input.document);
    let dated = match (input.dated.trim(), parse_date(input.dated.trim())) {
        ("", _) => Err(ProblemCode::Required),
        // An authorisation of tomorrow authorises nobody today.
        (_, Some(day)) if day <= today => Ok(day),
        _ => Err(ProblemCode::NotADate),
    };
    let dated = dated.map_err(|code| problems.push(problem("authority_dated", code)));
    match dated {
        Ok(dated) if problems.is_empty() => Ok(Authority::Agent {
            title,
            document,
            dated: Day::new(dated),
        }),
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use agreement::training::sample;

    use super::*;

    fn today() -> Date {
        parse_date("2026-11-20").unwrap()
    }

    fn fields(result: Result<Option<Authority>>) -> Vec<String> {
        match result {
            Err(Failure::Invalid(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whoever_the_agreement_names_signs_by_law_and_nobody_else() {
        let mut body = sample();
        body.enterprise.legal_rep = Some("王 大明".to_owned());
        let by_law = |name| {
            let input = AuthorityInput::legal_representative();
            read(&input, &body, (SlotRole::Enterprise, name), today())
        };
        assert_eq!(by_law("王大明").unwrap(), Some(Authority::LegalRepresentative));
        let Err(Failure::Refused(refusal)) = by_law("李四") else {
            panic!("refused")
        };
        assert!(format!("{refusal:?}").contains("not_the_representative"), "{refusal:?}");
        assert_eq!(
            proposed(&body, SlotRole::Enterprise, "王大明"),
            Some(AuthorityInput::legal_representative())
        );
        assert_eq!(proposed(&body, SlotRole::Apprentice, "王大明"), None);
    }

    #[test]
    fn an_agent_names_position_document_and_day() {
        let body = sample();
        let by = |input: &AuthorityInput| read(input, &body, (SlotRole::College, "张老师"), today());
        assert_eq!(fields(by(&AuthorityInput::default())), ["capacity"]);
        assert_eq!(
            fields(by(&AuthorityInput::agent(" ", "", "明天"))),
            ["authority_title", "authority_document", "authority_dated"]
        );
        assert_eq!(
            fields(by(&AuthorityInput::agent("处长", "授权书", "2026-11-21"))),
            ["authority_dated"]
        );
        let given = by(&AuthorityInput::agent("处长", "授权书 3号", "2026-11-20")).unwrap();
        assert!(matches!(given, Some(Authority::Agent { .. })), "{given:?}");
        let nobody = read(&AuthorityInput::default(), &body, (SlotRole::Guardian, "张三"), today());
        assert_eq!(nobody.unwrap(), None, "who signs as themselves needs no right");
    }
}
