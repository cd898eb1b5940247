//! Why an operation did not happen. Facts only: the sentence is made where it is shown.

use marketplace::{AcceptRefusal, EndRefusal, PostingRefusal, Problem, StandingRefusal};

use crate::{agreements::AgreementRefusal, records::RecordRefusal};

/// The refusals of single acts as variants of a refusal that covers them all, and by way of it as failures.
macro_rules! failures_by_way_of {
    ($all:ident: $($variant:ident($refusal:ident)),* $(,)?) => {$(
        impl From<$refusal> for $all {
            fn from(refusal: $refusal) -> Self {
                Self::$variant(refusal)
            }
        }

        impl From<$refusal> for $crate::Failure {
            fn from(refusal: $refusal) -> Self {
                $all::from(refusal).into()
            }
        }
    )*};
}
pub(crate) use failures_by_way_of;

/// The outcome of an operation.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such thing, or none that this actor may know of.
    #[error("not found")]
    NotFound,
    /// This actor may not.
    #[error("forbidden: {0:?}")]
    Forbidden(Forbidden),
    /// What was typed cannot be taken as it is.
    #[error("{} fields need mending", .0.len())]
    Invalid(Vec<Problem>),
    /// The state of things does not allow it.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Too often in too short a time.
    #[error("too many attempts; again in {seconds} seconds")]
    TooMany {
        /// When to try again.
        seconds: i64,
    },
    /// Somebody else changed the same thing in the meantime.
    #[error("changed by somebody else in the meantime")]
    Conflict,
    /// The database had no time for it; nothing was done, and the same may succeed in a moment.
    #[error("the database is busy")]
    Busy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something broke. The chain goes to the log, never to the page.
    #[error("internal failure")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Who would have been allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// Somebody who is signed in.
    SignIn,
    /// An officer of an organisation.
    NotOfficer,
    /// An officer of the organisation it belongs to.
    NotYours,
    /// An admin of the organisation.
    NotAdmin,
    /// An operator.
    NotOperator,
    /// An officer of a college.
    NotCollege,
    /// An officer of an enterprise.
    NotEnterprise,
    /// The person whom the place of signing names.
    NotNamed,
}

/// Why the state of things does not allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Address and password do not go together.
    WrongPassword,
    /// The link was used, or a newer one was asked for.
    LinkUsed,
    /// The link's time is over.
    LinkExpired,
    /// Already a member of this organisation.
    MemberAlready,
    /// Nobody has shown yet that the address is theirs.
    AddressNotConfirmed,
    /// The last admin cannot leave.
    LastAdmin,
    /// An invitation's own refusal.
    Invitation(AcceptRefusal),
    /// An organisation's own refusal.
    Standing(StandingRefusal),
    /// A post's own refusal.
    Posting(PostingRefusal),
    /// The organisation has to be verified first.
    NotVerified,
    /// The rows stand in the register under another name.
    OtherSchool,
    /// The rows were claimed by somebody else.
    ClaimedByOther,
    /// The college is on the platform: nobody has to invite it.
    CollegeJoined,
    /// Nothing was chosen.
    NothingChosen,
    /// As many searches are saved as may be.
    TooManySearches,
    /// Nothing is written to this address.
    AddressSuppressed,
    /// The letter was not given up, or its words are wiped by now.
    LetterGone,
    /// An agreement's own refusal.
    Agreement(Box<AgreementRefusal>),
    /// A record's own refusal.
    Record(Box<RecordRefusal>),
}

impl Failure {
    pub(crate) fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<storage::Error> for Failure {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Conflict { .. } => Self::Conflict,
            busy if busy.is_transient() => Self::Busy(Box::new(busy)),
            other => Self::internal(other),
        }
    }
}

impl From<Forbidden> for Failure {
    fn from(forbidden: Forbidden) -> Self {
        Self::Forbidden(forbidden)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Invalid(problems)
    }
}

impl From<PostingRefusal> for Failure {
    fn from(refusal: PostingRefusal) -> Self {
        match refusal {
            PostingRefusal::Incomplete(problems) => Self::Invalid(problems),
            other => Self::Refused(Refusal::Posting(other)),
        }
    }
}

impl From<EndRefusal> for Failure {
    fn from(refusal: EndRefusal) -> Self {
        match refusal {
            EndRefusal::Ended => Self::NotFound,
            EndRefusal::LastAdmin => Self::Refused(Refusal::LastAdmin),
        }
    }
}

impl From<StandingRefusal> for Failure {
    fn from(refusal: StandingRefusal) -> Self {
        Self::Refused(Refusal::Standing(refusal))
    }
}

impl From<AcceptRefusal> for Failure {
    fn from(refusal: AcceptRefusal) -> Self {
        Self::Refused(Refusal::Invitation(refusal))
    }
}

impl From<AgreementRefusal> for Failure {
    fn from(refusal: AgreementRefusal) -> Self {
        Self::Refused(Refusal::Agreement(Box::new(refusal)))
    }
}

impl From<RecordRefusal> for Failure {
    fn from(refusal: RecordRefusal) -> Self {
        Self::Refused(Refusal::Record(Box::new(refusal)))
    }
}
