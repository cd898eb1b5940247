//! Invitations to act for an organisation: by letter, or by a code handed over.

use kernel::{EmailAddress, InvitationId, OrganisationId, PersonId, Timestamp};

use crate::Role;

/// An invitation. Whoever holds its link or code may accept it once, until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The organisation that invites.
    pub organisation: OrganisationId,
    /// The role offered.
    pub role: Role,
    /// Where the letter went; `None` when a code was handed over.
    pub email: Option<EmailAddress>,
    /// Who invited.
    pub invited_by: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// What became of it.
    pub state: InvitationState,
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// Waiting for an answer.
    Open,
    /// Accepted.
    Accepted {
        /// By whom.
        by: PersonId,
        /// When.
        at: Timestamp,
    },
    /// Taken back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
}

/// Why an invitation cannot be accepted or withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AcceptRefusal {
    /// Somebody accepted it.
    #[error("the invitation was accepted already")]
    Accepted,
    /// It was taken back.
    #[error("the invitation was withdrawn")]
    Withdrawn,
    /// Its time is over.
    #[error("the invitation has expired")]
    Expired,
}

impl Invitation {
    /// How long an invitation can be accepted, in days.
    pub const DAYS: i64 = 14;

    /// Whether it can still be accepted at `at`, and why not.
    pub fn usable(&self, at: Timestamp) -> Result<(), AcceptRefusal> {
        match self.state {
            InvitationState::Accepted { .. } => Err(AcceptRefusal::Accepted),
            InvitationState::Withdrawn { .. } => Err(AcceptRefusal::Withdrawn),
            InvitationState::Open if at >= self.expires_at => Err(AcceptRefusal::Expired),
            InvitationState::Open => Ok(()),
        }
    }

    /// Accepts it for `by`.
    pub fn accept(mut self, by: PersonId, at: Timestamp) -> Result<Self, AcceptRefusal> {
        self.usable(at)?;
        self.state = InvitationState::Accepted { by, at };
        Ok(self)
    }

    /// Takes it back. An expired one may be withdrawn too: the list gets shorter.
    pub fn withdraw(mut self, at: Timestamp) -> Result<Self, AcceptRefusal> {
        match self.usable(at) {
            Ok(()) | Err(AcceptRefusal::Expired) => {
                self.state = InvitationState::Withdrawn { at };
                Ok(self)
            }
            Err(refusal) => Err(refusal),
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::SeededChance;

    use super::*;

    fn invitation() -> Invitation {
        let (at, chance) = (Timestamp::from_micros(0), SeededChance::new(1));
        Invitation {
            id: InvitationId::new(at, &chance),
            organisation: OrganisationId::new(at, &chance),
            role: Role::Officer,
            email: None,
            invited_by: PersonId::new(at, &chance),
            created_at: at,
            expires_at: at.plus_days(Invitation::DAYS),
            state: InvitationState::Open,
        }
    }

    #[test]
    fn an_invitation_is_accepted_once_and_in_time() {
        let (open, by) = (
            invitation(),
            PersonId::new(Timestamp::from_micros(1), &SeededChance::new(2)),
        );
        let at = open.created_at.plus_days(1);
        let accepted = open.clone().accept(by, at).unwrap();
        assert_eq!(accepted.clone().accept(by, at), Err(AcceptRefusal::Accepted));
        assert_eq!(accepted.withdraw(at), Err(AcceptRefusal::Accepted));
        assert_eq!(open.clone().accept(by, open.expires_at), Err(AcceptRefusal::Expired));
        let withdrawn = open.clone().withdraw(open.expires_at).unwrap();
        assert_eq!(withdrawn.accept(by, at), Err(AcceptRefusal::Withdrawn));
    }
}
