//! Who acts, and the circumstances of an act.

use kernel::{AccountId, Date, Locale, MembershipId, OrganisationId, PersonId, Timestamp};
use marketplace::{OrganisationSide, Role};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know.
    Stranger,
    /// A person who is signed in.
    Person(Box<Person>),
    /// The product itself: a job.
    System,
    /// Somebody at the machine's command line.
    Command,
}

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// By which login.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// The organisation they act for now.
    pub acting: Option<Acting>,
    /// Whether they are an operator of the platform today.
    pub operator: bool,
    /// How many notices they have not read: 100 stands for that many or more.
    pub unread: i64,
}

/// For whom a person acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// By which membership.
    pub membership: MembershipId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Its side of the market.
    pub side: OrganisationSide,
    /// As what.
    pub role: Role,
}

impl Actor {
    /// The person, when it is one.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            _ => None,
        }
    }

    /// The organisation acted for.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.person()
            .and_then(|person| person.acting.as_ref())
            .map(|acting| acting.organisation)
    }
}

/// The circumstances of an act: the moment, the language, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cx {
    /// The moment; one for the whole act.
    pub now: Timestamp,
    /// The language of whoever acts.
    pub locale: Locale,
    /// The network address acted from, for rate limits alone; never stored in the clear.
    pub client: String,
}

impl Cx {
    /// The circumstances of a job or command.
    pub fn system(now: Timestamp) -> Self {
        Self {
            now,
            locale: Locale::Zh,
            client: "system".to_owned(),
        }
    }

    /// The same for what somebody else reads, in their language.
    #[must_use]
    pub fn read_in(&self, locale: Locale) -> Self {
        Self { locale, ..self.clone() }
    }

    /// The civil date in Shanghai.
    pub fn today(&self) -> Date {
        kernel::shanghai_date(self.now)
    }
}
