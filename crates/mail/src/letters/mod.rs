//! The letters, each with samples by which its templates are tested.

use kernel::Timestamp;
use minijinja::value::{Serde, Value};
use serde::{Deserialize, Serialize};

use crate::LinkPath;

/// A letter: the context of its templates.
pub trait Letter: Serialize {
    /// What it is called in the outbox, in the catalogue and among the templates.
    const NAME: &'static str;

    /// One of each kind that looks different.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

macro_rules! letters {
    ($($letter:ident = $name:literal),* $(,)?) => {
        /// The name of every letter.
        pub const NAMES: &[&str] = &[$($name),*];

        /// Every template with its text.
        pub(crate) const TEMPLATES: &[(&str, &str)] = &[
            ("layout.html", include_str!("../../templates/layout.html")),
            ("layout.txt", include_str!("../../templates/layout.txt")),
            $(
                (concat!($name, ".html"), include_str!(concat!("../../templates/", $name, ".html"))),
                (concat!($name, ".txt"), include_str!(concat!("../../templates/", $name, ".txt"))),
            )*
        ];

        /// Every sample of every letter, by name.
        pub(crate) fn samples() -> Vec<(&'static str, Value)> {
            let mut all = Vec::new();
            $(all.extend($letter::samples().iter().map(|letter| ($name, Value::from(Serde(letter)))));)*
            all
        }

        $(impl Letter for $letter {
            const NAME: &'static str = $name;

            fn samples() -> Vec<Self> {
                $letter::examples()
            }
        })*
    };
}

letters! {
    SignInLink = "sign_in_link",
    ResetPassword = "reset_password",
    ConfirmEmail = "confirm_email",
    Invitation = "invitation",
    OrganisationVerified = "organisation_verified",
    OrganisationReturned = "organisation_returned",
    OrganisationSuspended = "organisation_suspended",
}

/// A link that signs its reader in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLink {
    /// The page on which a button signs in.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link to choose a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The page with the form.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link by which somebody shows that an address is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmEmail {
    /// The page on which a button confirms.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// An invitation to act for an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The organisation's name.
    pub organisation: String,
    /// Who invites.
    pub inviter: String,
    /// The code of the role: `officer` or `admin`.
    pub role: String,
    /// The page on which a button accepts.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// The operator verified the organisation: it may post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationVerified {
    /// The organisation's name.
    pub organisation: String,
    /// Its home.
    pub path: LinkPath,
}

/// The operator could not verify the organisation and says what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationReturned {
    /// The organisation's name.
    pub organisation: String,
    /// What the operator wrote.
    pub reason: String,
    /// The page on which it is mended.
    pub path: LinkPath,
}

/// The operator suspended the organisation: its posts are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationSuspended {
    /// The organisation's name.
    pub organisation: String,
    /// What the operator wrote.
    pub reason: String,
    /// Its home.
    pub path: LinkPath,
}

/// 2026-11-20 16:30 in Shanghai.
const SAMPLE_MOMENT: Timestamp = Timestamp::from_micros(1_795_163_400_000_000);
const SAMPLE_COLLEGE: &str = "上海示例职业技术学院";
/// Longer than most, and with what HTML and headers must not take literally.
const SAMPLE_COMPANY: &str = "示例（上海）<精密>机械与\"智能\"装备制造 & 技术服务股份有限公司第二分公司";

impl SignInLink {
    fn examples() -> Vec<Self> {
        vec![Self {
            path: LinkPath::new("/sign-in/link/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        }]
    }
}

impl ResetPassword {
    fn examples() -> Vec<Self> {
        vec![Self {
            path: LinkPath::new("/reset/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        }]
    }
}

impl ConfirmEmail {
    fn examples() -> Vec<Self> {
        vec![Self {
            path: LinkPath::new("/confirm/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        }]
    }
}

impl Invitation {
    fn examples() -> Vec<Self> {
        [
            (SAMPLE_COLLEGE, "王敏", "officer"),
            (SAMPLE_COMPANY, "Chen, Li", "admin"),
        ]
        .into_iter()
        .map(|(organisation, inviter, role)| Self {
            organisation: organisation.to_owned(),
            inviter: inviter.to_owned(),
            role: role.to_owned(),
            path: LinkPath::new("/invitations/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        })
        .collect()
    }
}

impl OrganisationVerified {
    fn examples() -> Vec<Self> {
        [SAMPLE_COLLEGE, SAMPLE_COMPANY]
            .into_iter()
            .map(|organisation| Self {
                organisation: organisation.to_owned(),
                path: LinkPath::new("/home"),
            })
            .collect()
    }
}

impl OrganisationReturned {
    fn examples() -> Vec<Self> {
        [
            "营业执照上的名称与填写的不一致，请核对。",
            "第一行\n<script>第二行</script> & 第三行",
        ]
        .into_iter()
        .map(|reason| Self {
            organisation: SAMPLE_COMPANY.to_owned(),
            reason: reason.to_owned(),
            path: LinkPath::new("/organisation/edit?from=letter&part=name"),
        })
        .collect()
    }
}

impl OrganisationSuspended {
    fn examples() -> Vec<Self> {
        vec![Self {
            organisation: SAMPLE_COLLEGE.to_owned(),
            reason: "收到对专业信息真实性的投诉，核实期间暂停展示。".to_owned(),
            path: LinkPath::new("/home"),
        }]
    }
}
