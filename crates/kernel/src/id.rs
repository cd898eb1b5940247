//! Ids: UUID version 7 behind one type per thing, made from a clock and chance.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Chance, Timestamp};

/// A version-7 UUID (RFC 9562 section 5.7) of `at` with random bits from `chance`.
fn uuid_v7(at: Timestamp, chance: &dyn Chance) -> Uuid {
    let mut bytes = [0; 10];
    chance.fill(&mut bytes);
    let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id of the moment `at`.
            pub fn new(at: Timestamp, chance: &dyn Chance) -> Self {
                Self(uuid_v7(at, chance))
            }

            /// The id that `uuid` stands for.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A person, apart from any login.
    PersonId,
    /// A login.
    AccountId,
    /// A college, an enterprise, a union, a bureau.
    OrganisationId,
    /// A person's dated role in an organisation.
    MembershipId,
    /// A person's dated role towards one record, or towards the platform.
    AssignmentId,
    /// A server-side session.
    SessionId,
    /// A link or code sent to somebody.
    LinkId,
    /// An invitation to become a member.
    InvitationId,
    /// A post: an offer or a need.
    PostingId,
    /// A line of a post.
    LineId,
    /// A row of the national programme register.
    RegisterRowId,
    /// A bulk import.
    ImportId,
    /// A job of the queue.
    JobId,
    /// A letter in the outbox.
    LetterId,
    /// A fact told to an account on its pages.
    NoticeId,
    /// The digest of an account and a period.
    DigestId,
    /// A search that somebody saved.
    SavedSearchId,
    /// An entry of the audit log.
    AuditId,
    /// An HTTP request, printed on its error page.
    RequestId,
    /// An agreement, through all of its versions.
    AgreementId,
    /// A place in an agreement where one person signs.
    SlotId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededChance;

    #[test]
    fn ids_are_version_7_and_sort_by_moment() {
        let chance = SeededChance::new(1);
        let early = PostingId::new(Timestamp::from_micros(1_000_000), &chance);
        let late = PostingId::new(Timestamp::from_micros(2_000_000), &chance);
        assert_eq!(early.uuid().get_version_num(), 7);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<PostingId>().unwrap(), early);
    }
}
