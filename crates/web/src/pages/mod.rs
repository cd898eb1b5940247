//! Every page: its facts, its template, its samples.

mod agreement;
mod agreement_parts;
mod agreement_running;
mod agreement_samples;
mod agreement_section;
mod claims;
mod demand;
mod demo;
mod demo_mail;
mod error;
mod fixtures;
mod form;
mod home;
mod mail_room;
mod mail_room_samples;
mod mail_settings;
mod members;
mod notices;
mod operator;
mod operator_agreements;
mod organisation;
mod parts;
mod post;
mod post_form;
mod questions;
mod record;
mod record_act_samples;
mod record_acts;
mod record_samples;
mod record_week;
mod record_week_samples;
mod register;
mod search;
mod searches;
mod sign;
mod signing;
mod trades;
mod verify;
mod workspace;

pub use agreement::*;
pub use agreement_parts::*;
pub use agreement_running::{
    CourseView, EndAgreePage, EndPage, EndSurePage, EndTyped, PausePage, PauseTyped, ProposalView, ResumePage,
    ResumeTyped, RunningHead, SignedCourseView,
};
pub use agreement_section::*;
pub use claims::*;
pub use demand::*;
pub use demo::*;
pub use demo_mail::*;
pub use error::*;
pub use form::*;
pub use home::*;
pub use mail_room::*;
pub use mail_settings::*;
pub use members::*;
pub use notices::*;
pub use operator::*;
pub use operator_agreements::*;
pub use organisation::*;
pub use parts::*;
pub use post::*;
pub use post_form::*;
pub use questions::*;
pub use record::*;
pub use record_acts::*;
pub use record_week::*;
pub use register::*;
pub use search::*;
pub use searches::*;
pub use sign::*;
pub use signing::*;
pub use trades::*;
pub use verify::*;
pub use workspace::*;

use crate::view::{Page, RenderError, View};

/// A sample of a page, rendered.
#[derive(Debug)]
pub struct Sample {
    /// The page's name.
    pub page: &'static str,
    /// Which of its samples.
    pub number: usize,
    /// Its template.
    pub template: &'static str,
    /// The HTML.
    pub html: Result<String, RenderError>,
}

macro_rules! pages {
    ($($page:ident),* $(,)?) => {
        /// The template of every page.
        pub const PAGES: &[(&str, &str)] = &[$((stringify!($page), <$page as Page>::TEMPLATE)),*];

        /// Every sample of every page as `view` shows it, with the templates of `env`.
        pub fn render_samples(view: &View, env: &minijinja::Environment<'_>) -> Vec<Sample> {
            let mut samples = Vec::new();
            $(for (number, page) in <$page as Page>::samples().iter().enumerate() {
                samples.push(Sample {
                    page: stringify!($page),
                    number,
                    template: <$page as Page>::TEMPLATE,
                    html: view.render_with(env, page),
                });
            })*
            samples
        }
    };
}

pages!(
    HomePage,
    SearchPage,
    SearchFacetsPage,
    SearchesPage,
    PostPage,
    TradesPage,
    TradePage,
    DemandPage,
    DemandTradePage,
    RegisterPage,
    RegisterInvitationPage,
    OrganisationPage,
    SignUpSidePage,
    SignUpPage,
    SignInPage,
    MailSentPage,
    LinkPage,
    DeadLinkPage,
    ResetPage,
    InvitationPage,
    JoinPage,
    MailSettingsPage,
    MailEndingPage,
    WrongLetterLinkPage,
    WorkspacePage,
    NoticesPage,
    PostKindsPage,
    PostFormPage,
    ClaimsPage,
    MembersPage,
    OrganisationFormPage,
    AgreementsPage,
    AgreementNewPage,
    AgreementPage,
    AgreementSectionPage,
    AgreementTextPage,
    PausePage,
    ResumePage,
    EndPage,
    EndSurePage,
    EndAgreePage,
    MyPage,
    RecordPage,
    RecordSectionPage,
    RecordAgreementPage,
    RecordWeeksPage,
    RecordWeekPage,
    ReviewPage,
    RecordOpenedPage,
    RecordComplainPage,
    RecordPeoplePage,
    RecordStartPage,
    RecordBreakPage,
    RecordWithdrawPage,
    RecordAssessmentPage,
    RecordJoinPage,
    ApprenticesPage,
    OperatorRecordPage,
    OperatorQueuePage,
    OperatorOrganisationPage,
    OperatorJobsPage,
    OperatorImportsPage,
    OperatorQuestionsPage,
    MailRoomPage,
    MailLetterPage,
    MailSuppressionsPage,
    MailAddressPage,
    MailPreviewsPage,
    MailPreviewPage,
    OperatorAgreementsPage,
    OperatorAgreementPage,
    SignCodePage,
    SignPage,
    SignedPage,
    SignClosedPage,
    SignDeclinePage,
    VerifyPage,
    VerifyAgreementPage,
    VerifyFilePage,
    DemoPage,
    DemoMailPage,
    DemoLetterPage,
    MenuPage,
    ErrorPage,
);

#[cfg(test)]
mod tests;
