//! An organisation as everybody sees it, and the form that describes it.

use kernel::Timestamp;
use marketplace::{Problem, ProblemCode, organisation::ProfileInput};
use serde::Serialize;

use super::{Choice, FollowView, Form, Link, OrganisationCard, ResultRow, fixtures};
use crate::view::Page;

/// `GET /organisations/{id}`
#[derive(Debug, Clone, Serialize)]
pub struct OrganisationPage {
    /// What is said of it.
    pub organisation: OrganisationCard,
    /// 统一社会信用代码
    pub credit_code: String,
    /// When the operator verified it.
    pub verified_at: Option<Timestamp>,
    /// Its published posts.
    pub posts: Vec<ResultRow>,
    /// All of them, when there are more.
    pub more_href: Option<String>,
    /// Whether the viewer belongs to it and may change what is said.
    pub own: bool,
    /// Whether the viewer follows it, for those who can.
    pub follow: Option<FollowView>,
}

/// `GET` and `POST /workspace/organisation`. Fields: those of `ProfileInput`, and `version`.
#[derive(Debug, Clone, Serialize)]
pub struct OrganisationFormPage {
    /// A `ProfileInput` with its problems.
    pub form: Form,
    /// Version of the organisation.
    pub version: i64,
    /// Code of the standing.
    pub standing: &'static str,
    /// What the operator asked to mend.
    pub returned: Option<String>,
    /// Kinds to choose from; empty for an enterprise, which is one thing only.
    pub kinds: Vec<Choice>,
    /// Provinces.
    pub provinces: Vec<Choice>,
    /// Districts.
    pub districts: Vec<Choice>,
    /// Industries.
    pub industries: Vec<Choice>,
    /// Its public page.
    pub public: Link,
}

impl Page for OrganisationPage {
    const TEMPLATE: &'static str = "organisation.html";

    fn samples() -> Vec<Self> {
        let follow = |followed| FollowView {
            path: "/organisations/0199b0c1-0000-7000-8000-00000000000a".to_owned(),
            followed,
        };
        let full = Self {
            organisation: fixtures::college_card(),
            credit_code: "123100001234567888".to_owned(),
            verified_at: Some(fixtures::moment(40)),
            posts: fixtures::results()[..2].to_vec(),
            more_href: Some("/search?organisation=1".to_owned()),
            own: false,
            follow: Some(follow(false)),
        };
        let mut new = Self {
            organisation: fixtures::enterprise_card(),
            verified_at: None,
            posts: Vec::new(),
            more_href: None,
            own: true,
            follow: None,
            ..full.clone()
        };
        new.organisation.party.standing = "claimed";
        new.organisation.introduction = String::new();
        new.organisation.posts = 0;
        let followed = Self {
            follow: Some(follow(true)),
            ..full.clone()
        };
        vec![full, new, followed]
    }
}

impl Page for OrganisationFormPage {
    const TEMPLATE: &'static str = "organisation_form.html";

    fn samples() -> Vec<Self> {
        let typed = ProfileInput {
            name: "示例电子信息职业技术学院".to_owned(),
            kinds: vec!["school".to_owned()],
            credit_code: "12310000123456788".to_owned(),
            province: "310000".to_owned(),
            district: "310114".to_owned(),
            industries: vec!["ic".to_owned(), "equipment".to_owned()],
            introduction: String::new(),
        };
        let problems = [Problem {
            field: "credit_code".to_owned(),
            code: ProblemCode::CreditCodeLength { found: 17 },
        }];
        let page = Self {
            form: Form::new(&typed),
            version: 2,
            standing: "verified",
            returned: None,
            kinds: vec![Choice::new("school", "院校"), Choice::new("training_body", "培训机构")],
            provinces: fixtures::provinces(),
            districts: fixtures::districts(),
            industries: fixtures::industries(),
            public: Link::new(
                "/organisations/0199b0c1-0000-7000-8000-00000000000a",
                "示例电子信息职业技术学院",
            ),
        };
        vec![
            page.clone(),
            Self {
                form: Form::with_problems(&typed, &problems),
                standing: "returned",
                returned: Some("信用代码与名称不一致，请对照法人证书改正。".to_owned()),
                kinds: Vec::new(),
                ..page
            },
        ]
    }
}
