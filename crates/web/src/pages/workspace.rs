//! The organisation's home: where it stands, what is next, its posts and what answers them.

use kernel::{Date, PostingKind, Timestamp};
use serde::Serialize;
use words::Text;

use super::{ActingChoice, Link, MatchView, OrganisationCard, fixtures};
use crate::view::Page;

/// `GET /workspace`
#[derive(Debug, Clone, Serialize)]
pub struct WorkspacePage {
    /// The organisation.
    pub organisation: OrganisationCard,
    /// `college` or `enterprise`.
    pub side: &'static str,
    /// What the operator asked to mend, or why it is suspended.
    pub remark: Option<String>,
    /// The one thing to do next.
    pub next: Option<NextStep>,
    /// What there is to do at first, with its states; empty once all is done.
    pub tasks: Vec<Task>,
    /// The organisation's own posts, drafts first, then the latest.
    pub posts: Vec<OwnPost>,
    /// The best matches of all its posts.
    pub matches: Vec<OwnMatch>,
    /// Register rows of the college.
    pub claims: Option<Claims>,
    /// How many members there are.
    pub members: i64,
    /// For whom else the viewer may act; none for most.
    pub acting: Option<ActingChoice>,
}

/// The one thing to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// What and why.
    pub text: Text,
    /// What the button says.
    pub button: Text,
    /// Where it leads.
    pub href: String,
}

/// A task of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// What to do.
    pub title: Text,
    /// What it is good for, or what it waits for.
    pub help: Option<Text>,
    /// Where; none while it cannot be begun.
    pub href: Option<String>,
    /// Where to ask for the letter it waits for once more.
    pub again: Option<String>,
    /// How far it is.
    pub state: TaskState,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// 未开始
    Todo,
    /// 进行中
    Doing,
    /// 等待中: somebody else has to act.
    Waiting,
    /// 已完成
    Done,
    /// 需修改
    Fix,
    /// 暂不可用: something else comes first.
    Blocked,
}

/// A post of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnPost {
    /// Its page.
    pub href: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: PostingKind,
    /// Code of the status.
    pub status: &'static str,
    /// Seats in all its lines.
    pub seats: Option<i64>,
    /// Last day for an answer.
    pub closing_on: Option<Date>,
    /// How many matches it has; none while it is not published.
    pub matches: Option<i64>,
    /// The best score, 0..=1000.
    pub best: Option<u16>,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A match and which of the own posts it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnMatch {
    /// The own post.
    pub post: Link,
    /// What answers it.
    pub found: MatchView,
}

/// How the register rows of a college stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// Claimed by it.
    pub claimed: i64,
    /// Of those, turned into posts.
    pub posted: i64,
    /// Under its name and not claimed yet.
    pub open: i64,
}

impl Page for WorkspacePage {
    const TEMPLATE: &'static str = "workspace.html";

    fn samples() -> Vec<Self> {
        let task = |key: &'static str, state, href: Option<&str>| Task {
            title: Text::of("task", key),
            help: Some(Text::of("task_help", key)),
            href: href.map(str::to_owned),
            again: None,
            state,
        };
        let enterprise = Self {
            organisation: fixtures::enterprise_card(),
            side: "enterprise",
            remark: None,
            next: Some(NextStep {
                text: Text::new("workspace.next_matches")
                    .with("n", 6)
                    .with("title", "数控车工、钳工学徒 24 名"),
                button: Text::new("workspace.see_matches"),
                href: "/posts/0199b0c1-0000-7000-8000-00000000000b#matches".to_owned(),
            }),
            tasks: Vec::new(),
            posts: fixtures::own_posts(),
            matches: fixtures::matches_of_need()
                .into_iter()
                .take(3)
                .map(|found| OwnMatch {
                    post: Link::new(
                        "/posts/0199b0c1-0000-7000-8000-00000000000b",
                        "数控车工、钳工学徒 24 名",
                    ),
                    found,
                })
                .collect(),
            claims: None,
            members: 3,
            acting: None,
        };
        let mut new = Self {
            organisation: fixtures::college_card(),
            side: "college",
            next: None,
            tasks: vec![
                Task {
                    again: Some("/workspace/confirm-email".to_owned()),
                    ..task("confirm_email", TaskState::Waiting, None)
                },
                task("verification", TaskState::Waiting, None),
                task("introduction", TaskState::Todo, Some("/workspace/organisation")),
                task("claim", TaskState::Blocked, None),
                task("first_post", TaskState::Doing, Some("/posts/new")),
            ],
            posts: Vec::new(),
            matches: Vec::new(),
            claims: Some(Claims {
                claimed: 0,
                posted: 0,
                open: 24,
            }),
            members: 1,
            ..enterprise.clone()
        };
        new.organisation.party.standing = "claimed";
        let mut returned = Self {
            remark: Some("法人证书上的名称是“上海示例电子信息职业技术学院”，请补上“上海”二字。".to_owned()),
            next: Some(NextStep {
                text: Text::new("workspace.next_mend"),
                button: Text::new("workspace.mend"),
                href: "/workspace/organisation".to_owned(),
            }),
            tasks: vec![task("verification", TaskState::Fix, Some("/workspace/organisation"))],
            ..new.clone()
        };
        returned.organisation.party.standing = "returned";
        let mut suspended = Self {
            remark: Some("多次收到“联系不上”的反映，请来电说明。".to_owned()),
            next: None,
            tasks: Vec::new(),
            ..returned.clone()
        };
        suspended.organisation.party.standing = "suspended";
        let college = Self {
            posts: fixtures::own_posts()[1..].to_vec(),
            claims: Some(Claims {
                claimed: 8,
                posted: 5,
                open: 16,
            }),
            matches: Vec::new(),
            tasks: Vec::new(),
            acting: Some(fixtures::acting()),
            ..new.clone()
        };
        vec![enterprise, new, returned, suspended, college]
    }
}
