//! The organisation's home.

use kernel::Timestamp;
use marketplace::{OrganisationSide, Standing};
use operations::{postings::OwnPost, workspace::Workspace};
use words::Text;

use super::{Names, matches::together, operator::remark};
use crate::pages::{Claims, Link, NextStep, OwnMatch, Task, TaskState, WorkspacePage};

/// How many matches the workspace shows: the page has the posts to carry as well.
const MATCHES: usize = 5;

/// For so many days a match is new.
const NEW_DAYS: i64 = 7;

impl Names {
    /// The workspace as it is at `now`.
    pub(crate) fn workspace(&self, space: &Workspace, now: Timestamp) -> WorkspacePage {
        let organisation = &space.organisation;
        let college = organisation.side() == OrganisationSide::College;
        let published = space.posts.iter().filter(|post| post.posting.is_published()).count();
        let claims = space.claims.map(|(waiting, posted, open)| Claims {
            claimed: waiting + posted,
            posted,
            open,
        });
        let mut posts: Vec<&OwnPost> = space.posts.iter().collect();
        // Drafts first: they wait for somebody here. The order is stable, so the rest stays as it came.
        posts.sort_by_key(|post| post.posting.status.code() != "draft");
        let cards = together(&space.matches, |(own, _, found)| (*own, found.other.partner()));
        let matches = cards.iter().take(MATCHES).filter_map(|ways| {
            let (own, title, _) = ways.first()?;
            let posting = space
                .posts
                .iter()
                .map(|post| &post.posting)
                .find(|posting| posting.id == *own);
            let found: Vec<_> = ways.iter().map(|(_, _, found)| found).collect();
            Some(OwnMatch {
                post: Link::new(format!("/posts/{own}"), title),
                found: self.match_view(&found, posting, !college)?,
            })
        });
        WorkspacePage {
            organisation: self.card(organisation, i64::try_from(published).unwrap_or(i64::MAX)),
            side: if college { "college" } else { "enterprise" },
            remark: remark(&organisation.standing),
            next: next(space, claims, college, now),
            tasks: tasks(space, claims),
            posts: posts.into_iter().map(Self::own_post).collect(),
            matches: matches.collect(),
            claims,
            members: space.members,
            acting: None,
        }
    }
}

/// The one thing to do next.
fn next(space: &Workspace, claims: Option<Claims>, college: bool, now: Timestamp) -> Option<NextStep> {
    let step = |text, button, href: &str| {
        Some(NextStep {
            text,
            button,
            href: href.to_owned(),
        })
    };
    match space.organisation.standing {
        Standing::Suspended { .. } => return None,
        Standing::Returned { .. } => {
            let text = Text::new("workspace.next_mend");
            return step(text, Text::new("workspace.mend"), "/workspace/organisation");
        }
        Standing::Claimed | Standing::Verified { .. } => {}
    }
    if let Some(draft) = space.posts.iter().find(|post| post.posting.status.code() == "draft") {
        let title = draft.posting.content.title.as_str();
        let text = Text::new("workspace.next_draft").with("title", title);
        let href = format!("/posts/{}/edit", draft.posting.id);
        return step(text, Text::new("workspace.finish_draft"), &href);
    }
    let open = claims.map_or(0, |claims| claims.open);
    if open > 0 && space.organisation.is_verified() {
        let text = Text::new("workspace.next_claim").with("n", open);
        return step(text, Text::new("claim.go"), "/workspace/claims");
    }
    if space.posts.is_empty() {
        let (text, button) = if college {
            (Text::new("workspace.next_first_offer"), Text::new("layout.new_offer"))
        } else {
            (Text::new("workspace.next_first_need"), Text::new("layout.new_need"))
        };
        return step(text, button, "/posts/new");
    }
    let since = now.plus_days(-NEW_DAYS);
    let (own, title, _) = space.matches.first()?;
    let post = space.posts.iter().find(|post| post.posting.id == *own)?;
    let fresh = post.since.iter().filter(|at| **at >= since).count();
    if fresh == 0 {
        return None;
    }
    let text = Text::new("workspace.next_matches")
        .with("n", fresh)
        .with("title", title.as_str());
    step(
        text,
        Text::new("workspace.see_matches"),
        &format!("/posts/{own}#matches"),
    )
}

/// What there is to do at first; nothing once all of it is done.
fn tasks(space: &Workspace, claims: Option<Claims>) -> Vec<Task> {
    let (organisation, posts) = (&space.organisation, &space.posts);
    let verified = organisation.is_verified();
    let verification = match organisation.standing {
        Standing::Claimed => TaskState::Waiting,
        Standing::Returned { .. } => TaskState::Fix,
        Standing::Verified { .. } => TaskState::Done,
        Standing::Suspended { .. } => return Vec::new(),
    };
    // The letter went out when the account was made: what is left is to open its link.
    let confirm_email = if space.email_confirmed {
        TaskState::Done
    } else {
        TaskState::Waiting
    };
    let introduction = done_or_todo(!organisation.profile.introduction.is_empty());
    let claim = claims.filter(|claims| claims.claimed + claims.open > 0).map(|claims| {
        let state = if verified {
            done_or_todo(claims.claimed > 0)
        } else {
            TaskState::Blocked
        };
        ("claim", state, "/workspace/claims")
    });
    let first_post = if posts.iter().any(|post| post.posting.published_at().is_some()) {
        TaskState::Done
    } else if posts.is_empty() {
        TaskState::Todo
    } else {
        TaskState::Doing
    };
    let list = [
        Some(("confirm_email", confirm_email, "/workspace/confirm-email")),
        Some(("verification", verification, "/workspace/organisation")),
        Some(("introduction", introduction, "/workspace/organisation")),
        claim,
        Some(("first_post", first_post, "/posts/new")),
    ];
    let list: Vec<(&str, TaskState, &str)> = list.into_iter().flatten().collect();
    if list.iter().all(|(_, state, _)| *state == TaskState::Done) {
        return Vec::new();
    }
    list.into_iter()
        .map(|(key, state, href)| Task {
            title: Text::of("task", key),
            help: (state != TaskState::Done).then(|| Text::of("task_help", key)),
            href: matches!(state, TaskState::Todo | TaskState::Doing | TaskState::Fix).then(|| href.to_owned()),
            again: (key == "confirm_email" && state != TaskState::Done).then(|| href.to_owned()),
            state,
        })
        .collect()
}

fn done_or_todo(done: bool) -> TaskState {
    if done { TaskState::Done } else { TaskState::Todo }
}
