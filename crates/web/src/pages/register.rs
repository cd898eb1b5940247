//! A row of the national programme register: a fact that speaks for nobody.

use serde::Serialize;

use super::{Link, MatchView, fixtures};
use crate::view::Page;

/// `GET /register/{id}`
#[derive(Debug, Clone, Serialize)]
pub struct RegisterPage {
    /// `/register/{id}`
    pub path: String,
    /// The college's name in the register.
    pub school_name: String,
    /// The college's code, which some lack.
    pub school_code: Option<String>,
    /// Year of the register.
    pub year: i64,
    /// Major code.
    pub major_code: String,
    /// Major name.
    pub major_name: String,
    /// The map of the major; none when the catalogue at hand does not have it.
    pub trade_href: Option<String>,
    /// Name of the class of majors.
    pub class_name: Option<String>,
    /// Name of the category.
    pub category: Option<String>,
    /// Years of study.
    pub duration_years: i64,
    /// Name of the province.
    pub province: String,
    /// Remark.
    pub remark: String,
    /// How far the college has come: `absent`, `joined`, `claimed`.
    pub presence: &'static str,
    /// The organisation that is the college, once it has joined.
    pub college: Option<Link>,
    /// The post it was turned into.
    pub post: Option<Link>,
    /// Other majors of the college in the same register, some of them.
    pub siblings: Vec<Link>,
    /// All of them.
    pub siblings_href: String,
    /// Needs it could answer.
    pub matches: Vec<MatchView>,
    /// What this viewer can do about it.
    pub act: RegisterAct,
}

/// What a viewer can do about a row that nobody has claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RegisterAct {
    /// A stranger: a college can join, an enterprise can sign in to invite.
    Join,
    /// An enterprise officer: invite the college.
    Invite {
        /// The enterprise has invited it before: the words to hand over are shown again.
        again: bool,
    },
    /// A college officer: claim it.
    Claim,
    /// Nothing.
    None,
}

/// What `POST /register/{id}/invite` shows: words to hand over that lead to the row's page.
#[derive(Debug, Clone, Serialize)]
pub struct RegisterInvitationPage {
    /// The row's page.
    pub back: Link,
    /// The college.
    pub school_name: String,
    /// The major the enterprise is interested in.
    pub major_name: String,
    /// The enterprise.
    pub organisation: String,
    /// The link, absolute.
    pub link: String,
}

impl Page for RegisterPage {
    const TEMPLATE: &'static str = "register.html";

    fn samples() -> Vec<Self> {
        let college = || {
            let path = "/organisations/0199b0c1-0000-7000-8000-00000000000a";
            Link::new(path, "示例电子信息职业技术学院")
        };
        let row = Self {
            path: "/register/0199b0c1-0000-7000-8000-000000000001".to_owned(),
            school_name: "上海示例电子信息职业技术学院".to_owned(),
            school_code: Some("4131099901".to_owned()),
            year: 2025,
            major_code: "460103".to_owned(),
            major_name: "数控技术".to_owned(),
            trade_href: Some("/trades/460103".to_owned()),
            class_name: Some("机械设计制造类".to_owned()),
            category: Some("装备制造大类".to_owned()),
            duration_years: 3,
            province: "上海市".to_owned(),
            remark: String::new(),
            presence: "absent",
            college: None,
            post: None,
            siblings: ["机电一体化技术", "工业机器人技术", "模具设计与制造", "智能控制技术"]
                .map(|name| Link::new("/register/0199b0c1-0000-7000-8000-000000000002", name))
                .to_vec(),
            siblings_href: "/search?q=上海示例电子信息职业技术学院".to_owned(),
            matches: fixtures::matches_of_offer(),
            act: RegisterAct::Join,
        };
        let claimed = Self {
            presence: "claimed",
            college: Some(college()),
            post: Some(Link::new(
                "/posts/0199b0c1-0000-7000-8000-00000000000b",
                "数控技术 2026 级新型学徒班",
            )),
            act: RegisterAct::None,
            siblings: Vec::new(),
            matches: Vec::new(),
            ..row.clone()
        };
        let joined = Self {
            presence: "joined",
            college: Some(college()),
            act: RegisterAct::None,
            ..row.clone()
        };
        let bare = Self {
            school_code: None,
            trade_href: None,
            class_name: None,
            category: None,
            remark: "国控专业".to_owned(),
            matches: Vec::new(),
            act: RegisterAct::Claim,
            ..row.clone()
        };
        vec![
            row.clone(),
            Self {
                act: RegisterAct::Invite { again: false },
                ..row.clone()
            },
            Self {
                act: RegisterAct::Invite { again: true },
                ..row
            },
            bare,
            claimed,
            joined,
        ]
    }
}

impl Page for RegisterInvitationPage {
    const TEMPLATE: &'static str = "register_invitation.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            back: Link::new("/register/0199b0c1-0000-7000-8000-000000000001", "数控技术"),
            school_name: "上海示例电子信息职业技术学院".to_owned(),
            major_name: "数控技术".to_owned(),
            organisation: "上海示例精密机械有限公司".to_owned(),
            link: "https://qixiao.example.cn/register/0199b0c1-0000-7000-8000-000000000001".to_owned(),
        }]
    }
}
