//! Organisations, memberships, invitations, posts and the programme register: what they are, and what may happen to them.
//!
//! Pure: every decision is a function of what was loaded, what was asked and the moment. Typed words become domain
//! values in one place ([`posting::read`], [`organisation::read`], [`register::read`]), for pages and imports alike,
//! and what is wrong comes back as [`Problem`]s that name the field.

mod invitation;
mod membership;
pub mod organisation;
pub mod posting;
mod problem;
pub mod register;

pub use invitation::{AcceptRefusal, Invitation, InvitationState};
pub use membership::{Assignment, AssignmentRole, EndRefusal, Membership, Role};
pub use organisation::{Organisation, OrganisationKind, OrganisationSide, Standing, StandingRefusal};
pub use posting::{CloseReason, Content, Line, Origin, Posting, PostingRefusal, Status};
pub use problem::{Problem, ProblemCode, Problems};
