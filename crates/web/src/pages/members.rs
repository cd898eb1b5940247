//! Who acts for the organisation, and who is invited to.

use kernel::{Date, Timestamp};
use marketplace::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};

use super::{Form, fixtures};
use crate::view::Page;

/// What is typed to invite somebody.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteInput {
    /// `letter` or `code`.
    pub by: String,
    /// Where the letter goes; nothing for a code.
    pub email: String,
    /// Code of the role.
    pub role: String,
}

/// `GET` and `POST /workspace/members`
#[derive(Debug, Clone, Serialize)]
pub struct MembersPage {
    /// Whether the viewer may invite and withdraw.
    pub admin: bool,
    /// The members.
    pub members: Vec<MemberRow>,
    /// Open invitations.
    pub invitations: Vec<InvitationRow>,
    /// An [`InviteInput`] with its problems.
    pub form: Form,
    /// A code just made: shown once.
    pub fresh_code: Option<FreshCode>,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberRow {
    /// Name.
    pub name: String,
    /// Login, masked for those who are no admin.
    pub email: String,
    /// Code of the role.
    pub role: &'static str,
    /// Since when.
    pub from: Date,
    /// Whether it is the viewer.
    pub you: bool,
    /// `/workspace/members/{id}/end`, for whoever may remove the member.
    pub end: Option<String>,
}

/// An open invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvitationRow {
    /// `/workspace/members/invitations/{id}`: `POST {path}/withdraw` takes it back.
    pub path: String,
    /// Where the letter went; none when a code was handed over.
    pub email: Option<String>,
    /// Code of the role.
    pub role: &'static str,
    /// Who invited.
    pub invited_by: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// It is over; withdrawing clears it away.
    pub expired: bool,
}

/// A code to hand over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FreshCode {
    /// What is typed at `/join`.
    pub code: String,
    /// The same as a link, absolute.
    pub link: String,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Page for MembersPage {
    const TEMPLATE: &'static str = "members.html";

    fn samples() -> Vec<Self> {
        let member = |name: &str, email: &str, role, you| MemberRow {
            name: name.to_owned(),
            email: email.to_owned(),
            role,
            from: fixtures::day(2026, 9, 1),
            you,
            end: Some("/workspace/members/0199b0c1-0000-7000-8000-00000000000e/end".to_owned()),
        };
        let invitation = |email: Option<&str>, role, expired| InvitationRow {
            path: "/workspace/members/invitations/0199b0c1-0000-7000-8000-00000000000c".to_owned(),
            email: email.map(str::to_owned),
            role,
            invited_by: "周宁".to_owned(),
            expires_at: fixtures::moment(-9),
            expired,
        };
        let input = InviteInput {
            by: "letter".to_owned(),
            role: "officer".to_owned(),
            ..InviteInput::default()
        };
        let full = Self {
            admin: true,
            members: vec![
                member("周宁", "zhouning@example.cn", "admin", true),
                member("李可", "like@example.cn", "officer", false),
            ],
            invitations: vec![
                invitation(Some("wangwei.training@example.cn"), "officer", false),
                invitation(None, "admin", true),
            ],
            form: Form::new(&input),
            fresh_code: None,
        };
        let wrong = InviteInput {
            email: "王伟".to_owned(),
            ..input
        };
        let problems = [Problem {
            field: "email".to_owned(),
            code: ProblemCode::NotEmail,
        }];
        vec![
            full.clone(),
            Self {
                fresh_code: Some(FreshCode {
                    code: "Q7RK9-3XM4T".to_owned(),
                    link: "https://qixiao.example.cn/invitations/Q7RK9-3XM4T".to_owned(),
                    expires_at: fixtures::moment(-14),
                }),
                ..full.clone()
            },
            Self {
                form: Form::with_problems(&wrong, &problems),
                ..full.clone()
            },
            Self {
                admin: false,
                members: full
                    .members
                    .iter()
                    .cloned()
                    .map(|member| MemberRow { end: None, ..member })
                    .collect(),
                invitations: Vec::new(),
                ..full
            },
        ]
    }
}
