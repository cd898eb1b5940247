//! An apprentice's record, from the agreement that took effect to its end.
//!
//! Every act goes one way (`work`): load, see who acts ([`crate::access::RecordAccess`]), decide in the pure record or week,
//! save, tell, commit with an audit entry. For whoever has no place in a record there is none. Whoever looks at one that is
//! not their own is noted, once for each role and day, and the person sees it; an operator gives a reason first.
//!
//! - everybody with a place: [`mine`], [`overview()`], [`agreement()`], [`section`], [`weeks()`], [`week`], [`people()`],
//!   [`complaints`];
//! - the apprentice, and the guardian for them: [`confirm`], [`query`], [`save_week`], [`submit_week`], [`take_back_week`],
//!   [`withdraw`], [`openings`], [`my_file`];
//! - who reviews: [`to_review`], [`approve_week`], [`return_week`];
//! - members of the parties: [`of_organisation`], [`answer`], [`assign`], [`end_assignment`], [`save_start`], [`pause`],
//!   [`resume`], [`assess`], [`conclude`];
//! - the operator: [`operator_look`], [`open_as_operator`], [`unlock_week`], [`correct`];
//! - who is invited: [`joining::look`], [`joining::try_code`], [`joining::take`].

mod begin;
mod complain;
mod course;
mod due;
mod file;
mod invite;
mod join;
mod lists;
mod next;
mod notices;
mod operator;
mod overview;
mod people;
mod people_views;
mod refusal;
mod sections;
#[cfg(test)]
mod tests;
mod typed;
mod views;
mod week_page;
mod week_views;
mod weeks;
mod work;

use apprenticeship::Monday;
pub use storage::RecordRole;

pub(crate) use begin::follow;
pub use complain::{complaint_places, complaints};
pub use course::{assess, conclude, correct, pause, resume, save_start, start, withdraw};
pub(crate) use due::{due, sweep};
pub use file::{export, my_file, pdf};
pub use lists::{mine, of_organisation};
pub use operator::{open_as_operator, operator_look};
pub use overview::{agreement, openings, overview, section};
pub use people::{assign, end_assignment, people, withdraw_invitation};
pub use people_views::{
    AssignInput, AssignWho, Assigned, BreakInput, ComplaintPlace, ComplaintsView, ConcludeInput, DeadInvitation,
    InvitationLine, JoinInput, JoinLook, Joined, OpeningLine, OpeningsView, OperatorLook, PeopleView, RecordFile,
    StartInput, StartView, WithdrawInput,
};
pub use refusal::RecordRefusal;
pub use sections::{answer, confirm, query};
pub use views::{
    Due, HoursView, MyRecords, Next, OfficersRecords, PersonLine, RecordAgreement, RecordHead, RecordLine, RecordMay,
    RecordView, SectionField, SectionState, SectionView, WeekLine, WeeksView,
};
pub use week_page::{to_review, week, weeks};
pub use week_views::{LineInput, LineView, MarkView, ReviewLine, ReviewList, SavedWeek, WeekInput, WeekMay, WeekView};
pub use weeks::{approve_week, return_week, save_week, submit_week, take_back_week, unlock_week};

/// What those do who are invited to take a place in a record.
pub mod joining {
    pub use super::join::{look, take, try_code};
}

/// The week of a Monday as it stands in an address, `2026-09-07`; any other day is none.
pub fn monday(text: &str) -> Option<Monday> {
    Monday::try_from(text.to_owned()).ok()
}
