//! Being allowed is a value, made here and nowhere else: an operation that needs an [`Officer`] cannot be called
//! without one.

mod letters;
mod records;

use agreement::lifecycle::{self, Agreement, Channel, Method, Party, Slot};
use kernel::{EmailAddress, OrganisationId, PersonId, SlotId, Timestamp};
use marketplace::{OrganisationSide, Role};
use storage::{AgreementHead, AgreementLink};

use crate::{Actor, Failure, Forbidden, Person};

pub use letters::LetterReader;
pub(crate) use records::RecordBeing;
pub use records::{Apprentice, RecordAccess, RecordOfficer, RecordOperator, WeekReviewer};

/// Somebody who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    person: &'a Person,
}

/// An officer (or admin) acting for an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Officer {
    person: PersonId,
    organisation: OrganisationId,
    side: OrganisationSide,
}

/// An admin acting for an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin(Officer);

/// An operator of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    person: Option<PersonId>,
}

/// An officer of one of the parties that negotiate an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartyOfficer {
    officer: Officer,
    party: Party,
}

/// Somebody who looks after an agreement: an officer of a party, or an operator of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// An officer of a party.
    Party(PartyOfficer),
    /// An operator.
    Operator(Operator),
}

/// Whoever holds one slot of an agreement: by its own link or code, or by the login of the person it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signatory {
    slot: SlotId,
    method: Method,
    person: Option<PersonId>,
}

/// Why a signatory's link opens nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadLink {
    /// Its time is over.
    Expired,
    /// The address was mended, or the round is over.
    Revoked,
}

impl PartyOfficer {
    /// Who.
    pub const fn person(&self) -> PersonId {
        self.officer.person
    }

    /// For whom.
    pub const fn organisation(&self) -> OrganisationId {
        self.officer.organisation
    }

    /// As which party.
    pub const fn party(&self) -> Party {
        self.party
    }

    /// As whom the lifecycle knows them.
    pub(crate) fn acts_as(&self) -> lifecycle::Actor {
        self.party.into()
    }
}

impl Keeper {
    /// As whom the lifecycle knows them.
    pub(crate) fn acts_as(&self) -> lifecycle::Actor {
        match self {
            Self::Party(officer) => officer.acts_as(),
            Self::Operator(_) => lifecycle::Actor::Operator,
        }
    }

    /// The officer of a party, when it is one.
    pub const fn officer(&self) -> Option<&PartyOfficer> {
        match self {
            Self::Party(officer) => Some(officer),
            Self::Operator(_) => None,
        }
    }
}

impl Signatory {
    /// Which slot.
    pub const fn slot(&self) -> SlotId {
        self.slot
    }

    /// How they are known.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Who is signed in, when that is how they are known.
    pub const fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// As whom the lifecycle knows them.
    pub(crate) const fn acts_as(&self) -> lifecycle::Actor {
        lifecycle::Actor::Signer(self.slot)
    }

    /// Who comes by a link or code that is good at `now`. A code is handed over by an officer, face to face.
    pub(crate) fn by_link(link: &AgreementLink, slot: &Slot, now: Timestamp) -> Result<Self, DeadLink> {
        if link.revoked_at.is_some() || link.slot != slot.id {
            return Err(DeadLink::Revoked);
        }
        if !link.usable(now) {
            return Err(DeadLink::Expired);
        }
        let method = match slot.channel {
            Channel::Email { .. } => Method::Link,
            Channel::Code => Method::InPerson,
        };
        Ok(Self {
            slot: slot.id,
            method,
            person: None,
        })
    }
}

impl<'a> SignedIn<'a> {
    /// Who.
    pub const fn person(&self) -> &'a Person {
        self.person
    }
}

impl Officer {
    /// Who.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// For whom.
    pub const fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// Itself, when it acts for `owner`.
    pub fn of(self, owner: OrganisationId) -> Result<Self, Forbidden> {
        if self.organisation == owner {
            Ok(self)
        } else {
            Err(Forbidden::NotYours)
        }
    }

    /// Itself, when it acts for a college.
    pub fn of_college(self) -> Result<Self, Forbidden> {
        if self.side == OrganisationSide::College {
            Ok(self)
        } else {
            Err(Forbidden::NotCollege)
        }
    }

    /// Itself, when it acts for an enterprise.
    pub fn of_enterprise(self) -> Result<Self, Forbidden> {
        if self.side == OrganisationSide::Enterprise {
            Ok(self)
        } else {
            Err(Forbidden::NotEnterprise)
        }
    }
}

impl Admin {
    /// The officer that every admin is.
    pub const fn officer(&self) -> Officer {
        self.0
    }

    /// For whom.
    pub const fn organisation(&self) -> OrganisationId {
        self.0.organisation
    }

    /// Who.
    pub const fn person(&self) -> PersonId {
        self.0.person
    }
}

impl Operator {
    /// Who, unless it is the command line.
    pub const fn person(&self) -> Option<PersonId> {
        self.person
    }
}

impl Actor {
    /// Somebody signed in.
    pub fn signed_in(&self) -> Result<SignedIn<'_>, Failure> {
        self.person()
            .map(|person| SignedIn { person })
            .ok_or(Failure::Forbidden(Forbidden::SignIn))
    }

    /// An officer of the organisation acted for.
    pub fn officer(&self) -> Result<Officer, Failure> {
        let signed_in = self.signed_in()?;
        let acting = signed_in.person.acting.as_ref().ok_or(Forbidden::NotOfficer)?;
        Ok(Officer {
            person: signed_in.person.id,
            organisation: acting.organisation,
            side: acting.side,
        })
    }

    /// An admin of the organisation acted for.
    pub fn admin(&self) -> Result<Admin, Failure> {
        let officer = self.officer()?;
        match self
            .person()
            .and_then(|person| person.acting.as_ref())
            .map(|acting| acting.role)
        {
            Some(Role::Admin) => Ok(Admin(officer)),
            _ => Err(Forbidden::NotAdmin.into()),
        }
    }

    /// An officer of a party of that agreement. For everybody else there is no such agreement; nor is there one while the
    /// other party alone writes it.
    pub fn party_officer(&self, of: &AgreementHead) -> Result<PartyOfficer, Failure> {
        let officer = self.officer()?;
        let party = if officer.organisation == of.parties.enterprise {
            Party::Enterprise
        } else if Some(officer.organisation) == of.parties.college {
            Party::College
        } else {
            return Err(Failure::NotFound);
        };
        if of.only_for.is_some_and(|only| only != party) {
            return Err(Failure::NotFound);
        }
        Ok(PartyOfficer { officer, party })
    }

    /// Who looks after that agreement.
    pub fn keeper(&self, of: &AgreementHead) -> Result<Keeper, Failure> {
        match self.operator() {
            Ok(operator) if self.organisation().is_none() => Ok(Keeper::Operator(operator)),
            _ => self.party_officer(of).map(Keeper::Party),
        }
    }

    /// The signatory that a slot of the own organisation names: by the address of the login (`email`), or by name where the
    /// slot has no address.
    pub fn signatory(
        &self,
        officer: &PartyOfficer,
        agreement: &Agreement,
        slot: SlotId,
        email: &EmailAddress,
    ) -> Result<Signatory, Failure> {
        let person = self.signed_in()?.person;
        let slot = agreement.slot(slot).ok_or(Failure::NotFound)?;
        let named = match &slot.channel {
            Channel::Email { address } => address.key() == email.key(),
            Channel::Code => slot.name.trim() == person.name.trim(),
        };
        let of_party = !slot.role.is_the_party() && slot.role.side() == officer.party;
        if !named || !of_party || officer.person() != person.id {
            return Err(Forbidden::NotNamed.into());
        }
        Ok(Signatory {
            slot: slot.id,
            method: Method::Login,
            person: Some(person.id),
        })
    }

    /// An operator. The command line is one: whoever sits there holds the database.
    pub fn operator(&self) -> Result<Operator, Failure> {
        match self {
            Self::Command => Ok(Operator { person: None }),
            Self::Person(person) if person.operator => Ok(Operator {
                person: Some(person.id),
            }),
            Self::Person(_) => Err(Forbidden::NotOperator.into()),
            Self::Stranger | Self::System => Err(Forbidden::SignIn.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{AccountId, MembershipId, SeededChance, Timestamp};

    use super::*;
    use crate::Acting;

    fn person(role: Option<Role>, operator: bool) -> Actor {
        let (at, chance) = (Timestamp::from_micros(1), SeededChance::new(1));
        Actor::Person(Box::new(Person {
            id: PersonId::new(at, &chance),
            account: AccountId::new(at, &chance),
            name: "张三".to_owned(),
            acting: role.map(|role| Acting {
                membership: MembershipId::new(at, &chance),
                organisation: OrganisationId::new(at, &chance),
                organisation_name: "示范学院".to_owned(),
                side: OrganisationSide::College,
                role,
            }),
            operator,
            unread: 0,
        }))
    }

    #[test]
    fn only_the_right_actor_gets_the_value() {
        let grid: Vec<[bool; 4]> = [
            Actor::Stranger,
            person(None, false),
            person(Some(Role::Officer), false),
            person(Some(Role::Admin), false),
            person(None, true),
            Actor::System,
            Actor::Command,
        ]
        .iter()
        .map(|actor| {
            [
                actor.signed_in().is_ok(),
                actor.officer().is_ok(),
                actor.admin().is_ok(),
                actor.operator().is_ok(),
            ]
        })
        .collect();
        assert_eq!(
            grid,
            [
                [false, false, false, false],
                [true, false, false, false],
                [true, true, false, false],
                [true, true, true, false],
                [true, false, false, true],
                [false, false, false, false],
                [false, false, false, true],
            ]
        );
    }

    #[test]
    fn an_officer_of_one_organisation_is_none_of_another() {
        let officer = person(Some(Role::Officer), false).officer().unwrap();
        assert!(officer.of(officer.organisation()).is_ok());
        let other = OrganisationId::new(Timestamp::from_micros(2), &SeededChance::new(9));
        assert_eq!(officer.of(other), Err(Forbidden::NotYours));
        assert!(officer.of_college().is_ok());
        assert_eq!(officer.of_enterprise(), Err(Forbidden::NotEnterprise));
    }
}
