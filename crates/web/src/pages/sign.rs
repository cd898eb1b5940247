//! Signing up, signing in, and the pages behind links in letters.

use kernel::Timestamp;
use marketplace::{Problem, ProblemCode, organisation::ProfileInput};
use serde::{Deserialize, Serialize};
use words::Text;

use super::{ActingChoice, Choice, Form, fixtures};
use crate::view::Page;

/// What a person types to sign up with an organisation: the fields of `ProfileInput` and these.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUpInput {
    /// `college` or `enterprise`.
    pub side: String,
    /// The organisation.
    #[serde(flatten)]
    pub organisation: ProfileInput,
    /// The person's name.
    pub person_name: String,
    /// The login.
    pub email: String,
    /// Optional.
    pub phone: String,
    /// Never shown again.
    #[serde(skip_serializing)]
    pub password: String,
}

/// `GET /sign-up`: which side.
#[derive(Debug, Clone, Serialize)]
pub struct SignUpSidePage {}

/// `GET /sign-up?side=`, `POST /sign-up`
#[derive(Debug, Clone, Serialize)]
pub struct SignUpPage {
    /// `college` or `enterprise`.
    pub side: &'static str,
    /// A [`SignUpInput`] with its problems.
    pub form: Form,
    /// Kinds to choose from on the college side: 院校, 培训机构.
    pub kinds: Vec<Choice>,
    /// Provinces.
    pub provinces: Vec<Choice>,
    /// Districts.
    pub districts: Vec<Choice>,
}

/// What a person types to sign in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInInput {
    /// The login.
    pub email: String,
    /// Never shown again.
    #[serde(skip_serializing)]
    pub password: String,
    /// Where to go afterwards, a path on this site.
    pub next: String,
}

/// `GET` and `POST /sign-in`; the second form posts `email` and `next` to `/sign-in/letter`.
#[derive(Debug, Clone, Serialize)]
pub struct SignInPage {
    /// A [`SignInInput`] with its problems.
    pub form: Form,
}

/// "Look into your mail": after signing up, after asking for a link, after inviting.
#[derive(Debug, Clone, Serialize)]
pub struct MailSentPage {
    /// What the letter is for.
    pub purpose: LinkPurpose,
    /// Where it went, masked.
    pub email: String,
    /// How long its link works, in minutes.
    pub minutes: i64,
}

/// What a link in a letter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// Sign in.
    SignIn,
    /// Choose a new password.
    Reset,
    /// Confirm an address.
    ConfirmEmail,
}

/// What is typed behind a reset link.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkInput {
    /// The new password; only behind a reset link.
    #[serde(skip_serializing)]
    pub password: String,
}

/// `GET /links/{token}`: shows; `POST` acts.
#[derive(Debug, Clone, Serialize)]
pub struct LinkPage {
    /// `/links/{token}`
    pub path: String,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose, masked.
    pub email: String,
    /// A [`LinkInput`] with its problems.
    pub form: Form,
}

/// A link that no longer works; `POST {path}/again` sends a new one.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLinkPage {
    /// `/links/{token}`
    pub path: String,
    /// What it was for; unknown when the link itself is unknown.
    pub purpose: Option<LinkPurpose>,
    /// `used`, `expired` or `unknown`.
    pub why: &'static str,
}

/// What a person types to get a reset link.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetInput {
    /// The login.
    pub email: String,
}

/// `GET` and `POST /reset`
#[derive(Debug, Clone, Serialize)]
pub struct ResetPage {
    /// A [`ResetInput`] with its problems.
    pub form: Form,
}

/// What a person without an account types to accept an invitation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptInput {
    /// The person's name.
    pub person_name: String,
    /// The login.
    pub email: String,
    /// Never shown again.
    #[serde(skip_serializing)]
    pub password: String,
}

/// `GET` and `POST /invitations/{token}`
#[derive(Debug, Clone, Serialize)]
pub struct InvitationPage {
    /// `/invitations/{token}`
    pub path: String,
    /// Who invites.
    pub organisation: String,
    /// Code of the role.
    pub role: &'static str,
    /// The member who wrote.
    pub invited_by: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// `open`, `accepted`, `withdrawn` or `expired`.
    pub state: &'static str,
    /// The person signed in, who accepts with one press; otherwise the form asks who it is.
    pub signed_in_as: Option<String>,
    /// An [`AcceptInput`] with its problems.
    pub form: Form,
}

/// What is typed to use a code.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinInput {
    /// The code handed over.
    pub code: String,
}

/// `GET` and `POST /join`
#[derive(Debug, Clone, Serialize)]
pub struct JoinPage {
    /// A [`JoinInput`] with its problems.
    pub form: Form,
    /// For whom the viewer may act, when they act for nobody.
    pub acting: Option<ActingChoice>,
}

impl Page for SignUpSidePage {
    const TEMPLATE: &'static str = "sign_up_side.html";

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

impl Page for SignUpPage {
    const TEMPLATE: &'static str = "sign_up.html";

    fn samples() -> Vec<Self> {
        let empty = Self {
            side: "enterprise",
            form: Form::new(&SignUpInput::default()),
            kinds: Vec::new(),
            provinces: fixtures::provinces(),
            districts: fixtures::districts(),
        };
        let typed = SignUpInput {
            side: "college".to_owned(),
            organisation: ProfileInput {
                name: "示例电子信息职业技术学院".to_owned(),
                kinds: vec!["school".to_owned()],
                credit_code: "123100001234567880".to_owned(),
                province: "310000".to_owned(),
                district: "310114".to_owned(),
                ..ProfileInput::default()
            },
            person_name: "沈念".to_owned(),
            email: "shennian@".to_owned(),
            ..SignUpInput::default()
        };
        let problems = [
            Problem {
                field: "credit_code".to_owned(),
                code: ProblemCode::CreditCodeCheck,
            },
            Problem {
                field: "email".to_owned(),
                code: ProblemCode::NotEmail,
            },
            Problem {
                field: "password".to_owned(),
                code: ProblemCode::TooShort { min: 10 },
            },
        ];
        let wrong = Self {
            side: "college",
            form: Form::with_problems(&typed, &problems),
            kinds: vec![Choice::new("school", "院校"), Choice::new("training_body", "培训机构")],
            ..empty.clone()
        };
        vec![empty, wrong]
    }
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "sign_in.html";

    fn samples() -> Vec<Self> {
        let typed = SignInInput {
            email: "shennian@example.cn".to_owned(),
            ..SignInInput::default()
        };
        vec![
            Self {
                form: Form::new(&SignInInput::default()),
            },
            Self {
                form: Form::new(&typed).wrong("password", Text::new("sign.refused")),
            },
        ]
    }
}

impl Page for MailSentPage {
    const TEMPLATE: &'static str = "mail_sent.html";

    fn samples() -> Vec<Self> {
        let week = 7 * 24 * 60;
        [
            (LinkPurpose::SignIn, 30),
            (LinkPurpose::Reset, 60),
            (LinkPurpose::ConfirmEmail, week),
        ]
        .map(|(purpose, minutes)| Self {
            purpose,
            email: "s***@example.cn".to_owned(),
            minutes,
        })
        .to_vec()
    }
}

impl Page for LinkPage {
    const TEMPLATE: &'static str = "link.html";

    fn samples() -> Vec<Self> {
        let page = |purpose| Self {
            path: "/links/k3vQ0sJb2m".to_owned(),
            purpose,
            email: "s***@example.cn".to_owned(),
            form: Form::new(&LinkInput::default()),
        };
        let weak = [Problem {
            field: "password".to_owned(),
            code: ProblemCode::WeakPassword,
        }];
        vec![
            page(LinkPurpose::SignIn),
            page(LinkPurpose::ConfirmEmail),
            Self {
                form: Form::with_problems(&LinkInput::default(), &weak),
                ..page(LinkPurpose::Reset)
            },
        ]
    }
}

impl Page for DeadLinkPage {
    const TEMPLATE: &'static str = "link_dead.html";

    fn samples() -> Vec<Self> {
        let page = |purpose, why| Self {
            path: "/links/k3vQ0sJb2m".to_owned(),
            purpose,
            why,
        };
        vec![
            page(Some(LinkPurpose::SignIn), "used"),
            page(Some(LinkPurpose::Reset), "expired"),
            page(None, "unknown"),
        ]
    }
}

impl Page for ResetPage {
    const TEMPLATE: &'static str = "reset.html";

    fn samples() -> Vec<Self> {
        let problems = [Problem {
            field: "email".to_owned(),
            code: ProblemCode::NotEmail,
        }];
        vec![
            Self {
                form: Form::new(&ResetInput::default()),
            },
            Self {
                form: Form::with_problems(
                    &ResetInput {
                        email: "shennian".to_owned(),
                    },
                    &problems,
                ),
            },
        ]
    }
}

impl Page for InvitationPage {
    const TEMPLATE: &'static str = "invitation.html";

    fn samples() -> Vec<Self> {
        let open = Self {
            path: "/invitations/k3vQ0sJb2m".to_owned(),
            organisation: "上海示例精密机械有限公司".to_owned(),
            role: "officer",
            invited_by: "周宁".to_owned(),
            expires_at: fixtures::moment(-12),
            state: "open",
            signed_in_as: None,
            form: Form::new(&AcceptInput::default()),
        };
        vec![
            open.clone(),
            Self {
                signed_in_as: Some("沈念".to_owned()),
                role: "admin",
                ..open.clone()
            },
            Self {
                state: "expired",
                ..open.clone()
            },
            Self {
                state: "withdrawn",
                ..open.clone()
            },
            Self {
                state: "accepted",
                ..open
            },
        ]
    }
}

impl Page for JoinPage {
    const TEMPLATE: &'static str = "join.html";

    fn samples() -> Vec<Self> {
        let typed = JoinInput {
            code: "Q7RK-93XM".to_owned(),
        };
        vec![
            Self {
                form: Form::new(&JoinInput::default()),
                acting: None,
            },
            Self {
                form: Form::new(&typed).wrong("code", Text::new("members.code_unknown")),
                acting: Some(fixtures::acting()),
            },
        ]
    }
}
