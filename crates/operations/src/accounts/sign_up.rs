//! Signing up: a person with a login, and the organisation they act for.

use kernel::{AccountId, EmailAddress, MembershipId, OrganisationId, PersonId};
use marketplace::{
    Membership, Organisation, Problem, ProblemCode, Problems, Role,
    organisation::{self, ProfileInput},
};
use serde_json::json;
use storage::{Account, AccountInsert, MembershipInsert, OrganisationInsert, Person, Sealed};

use super::{links, password};
use crate::{Actor, App, Cx, Failure, Result, Token, compiled_here};

/// What was typed to sign up.
#[derive(Debug, Clone, Default)]
pub struct SignUp {
    /// The organisation.
    pub profile: ProfileInput,
    /// The person's name.
    pub person_name: String,
    /// The person's address.
    pub email: String,
    /// The person's phone, may be empty.
    pub phone: String,
    /// The password.
    pub password: String,
    /// Invented for the demonstration.
    pub fictional: bool,
}

/// A person as typed, checked.
#[derive(Debug, Clone)]
pub(crate) struct NewPerson {
    pub(crate) name: String,
    pub(crate) email: EmailAddress,
    pub(crate) phone: Option<String>,
}

/// Reads what was typed of a person; everything that is wrong comes at once.
pub(crate) fn read_person(
    person_name: &str,
    email: &str,
    phone: &str,
    password: &str,
) -> Result<NewPerson, Vec<Problem>> {
    let mut problems = Problems::none();
    let name = problems.text("person_name", person_name, 40);
    let parsed = EmailAddress::parse(email);
    if parsed.is_err() {
        problems.add(
            "email",
            if email.trim().is_empty() {
                ProblemCode::Required
            } else {
                ProblemCode::NotEmail
            },
        );
    }
    let phone: String = phone.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = phone.strip_prefix('+').unwrap_or(&phone);
    let dialled = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !phone.is_empty() && !dialled {
        problems.add("phone", ProblemCode::NotAPhone);
    }
    if let Some(problem) = password::problem(password, email, person_name) {
        problems.add("password", problem);
    }
    let Ok(email) = parsed else {
        return Err(problems.into_vec());
    };
    problems.or(NewPerson {
        name,
        email,
        phone: (!phone.is_empty()).then_some(phone),
    })
}

/// Signs a person and an organisation up and the person in. The organisation waits for the operator; a letter asks to
/// confirm the address.
#[compiled_here]
pub async fn sign_up(app: &App, cx: &Cx, input: &SignUp) -> Result<Token> {
    super::limit(app, cx, "sign_up", &cx.client, 20, 60).await?;
    let person = read_person(&input.person_name, &input.email, &input.phone, &input.password);
    let profile = organisation::read(&input.profile, &app.vocabulary());
    let (person, profile) = match (person, profile) {
        (Ok(person), Ok(profile)) => (person, profile),
        (person, profile) => {
            let mut problems = profile.err().unwrap_or_default();
            problems.extend(person.err().unwrap_or_default());
            return Err(problems.into());
        }
    };
    let hash = password::stored(app, &input.password).await?;
    let organisation = Organisation::sign_up(app.id(cx.now, OrganisationId::new), profile, input.fictional, cx.now);
    let (person, account) = new_account(app, cx, &person, hash);
    let membership = Membership {
        id: app.id(cx.now, MembershipId::new),
        person: person.id,
        organisation: organisation.id,
        role: Role::Admin,
        from: cx.today(),
        until: None,
    };
    let mut tx = app.db().write().await?;
    let mut problems = Problems::none();
    if tx.accounts().insert(&person, &account).await? == AccountInsert::EmailTaken {
        problems.add("email", ProblemCode::EmailTaken);
    }
    if tx.organisations().insert(&organisation).await? == OrganisationInsert::CreditCodeTaken {
        problems.add("credit_code", ProblemCode::CreditCodeTaken);
    }
    problems.or(())?;
    // Person and organisation are new: there is no such membership yet.
    let MembershipInsert::Inserted = tx.memberships().insert(&membership).await? else {
        return Err(Failure::Conflict);
    };
    links::send_confirmation(app, cx, &mut tx, &account).await?;
    let token = super::open_session(app, cx, &mut tx, account.id, Some(membership.id)).await?;
    let entry = app
        .audit(&Actor::Stranger, cx, "sign_up")
        .by(person.id, Some(organisation.id))
        .on("organisation", organisation.id.uuid())
        .now(json!({ "name": organisation.profile.name, "credit_code": organisation.profile.credit_code }));
    tx.commit(entry.done()).await?;
    app.wake();
    Ok(token)
}

/// The rows of a new person: the phone sealed, with a fingerprint beside it.
pub(crate) fn new_account(app: &App, cx: &Cx, new: &NewPerson, password_hash: Option<String>) -> (Person, Account) {
    let seal = |phone: &String| Sealed {
        bytes: app.keys().seal("people.phone", phone.as_bytes(), app.chance()),
        fingerprint: app.keys().fingerprint("people.phone", phone),
    };
    let person = Person {
        id: app.id(cx.now, PersonId::new),
        name: new.name.clone(),
        phone: new.phone.as_ref().map(seal),
        id_number: None,
        created_at: cx.now,
    };
    let account = Account {
        id: app.id(cx.now, AccountId::new),
        person: person.id,
        email: new.email.clone(),
        password_hash,
        email_confirmed_at: None,
        created_at: cx.now,
    };
    (person, account)
}
