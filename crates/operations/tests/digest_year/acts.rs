//! What people and organisations do in the year, each act through the operation that a page calls, and written into the log.

use std::collections::BTreeMap;

use kernel::{PostingId, PostingKind, Timestamp};
use marketplace::{
    CloseReason, Role,
    posting::{ContentInput, LineInput},
};
use operations::{
    Actor,
    members::{self, Newcomer, Way},
    organisations::{self, Decision},
    postings,
    preferences::{self, By, Wanted},
    search::Asked,
    searches,
};
use storage::{Lifting, NewSuppression, SuppressionReason};

use crate::{
    log::{Life, Log, Post, SOURCES, Search, Sought},
    world::World,
};

/// Most posts are of the first trade: there are more of them than a line keeps matches.
const TRADES: [&str; 5] = ["车工", "车工", "车工", "焊工", "电工"];
const PROVINCES: [&str; 3] = ["310000", "310000", "320000"];
const LEVELS: [&str; 3] = ["L3", "L4", "L5"];
const CADENCES: [&str; 9] = [
    "weekly", "weekly", "daily", "daily", "daily", "at_once", "never", "weekly", "daily",
];

impl World {
    fn one_of<T: Copy>(&self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn content(&self) -> ContentInput {
        let trade = self.one_of(&TRADES);
        ContentInput {
            title: format!("{trade}合作培养"),
            province: self.one_of(&PROVINCES).to_owned(),
            lines: vec![LineInput {
                occupation: trade.to_owned(),
                level: self.one_of(&LEVELS).to_owned(),
                seats: (5 + self.below(40)).to_string(),
                ..LineInput::default()
            }],
            ..ContentInput::default()
        }
    }

    /// An organisation publishes.
    pub(crate) async fn publishes(&self, log: &mut Log) {
        let firm = &self.firms[self.below(self.firms.len())];
        let now = self.now();
        if !log.verified[&firm.id].at(now) {
            return;
        }
        let (cx, input) = (self.cx("10.0.0.1"), self.content());
        let id = postings::create(&self.app, &cx, &firm.admin, firm.kind, &input)
            .await
            .unwrap();
        postings::publish(&self.app, &cx, &firm.admin, id, None).await.unwrap();
        let post = Post {
            organisation: firm.id,
            kind: firm.kind,
            title: input.title,
            province: input.province,
            published: now,
            indexed: None,
            closed: None,
        };
        log.posts.insert(id, post);
    }

    /// An open post is changed, so that it matches better or worse, or it is closed.
    pub(crate) async fn changes_post(&self, log: &mut Log, close: bool) {
        let now = self.now();
        let mut open: Vec<PostingId> = log
            .posts
            .iter()
            .filter(|(_, post)| post.is_open(now))
            .map(|(id, _)| *id)
            .collect();
        open.sort_unstable();
        if open.is_empty() {
            return;
        }
        let id = open[self.below(open.len())];
        let owner = log.posts[&id].organisation;
        let admin = &self.firms.iter().find(|firm| firm.id == owner).unwrap().admin;
        let cx = self.cx("10.0.0.1");
        if close {
            postings::close(&self.app, &cx, admin, id, None, CloseReason::Filled)
                .await
                .unwrap();
            log.posts.get_mut(&id).unwrap().closed = Some(now);
        } else {
            let mut input = postings::form(&self.app, admin, id).await.unwrap().input;
            let line = &mut input.lines[0];
            self.one_of(&LEVELS).clone_into(&mut line.level);
            line.seats = (1 + self.below(60)).to_string();
            postings::edit(&self.app, &cx, admin, id, None, &input).await.unwrap();
        }
    }

    /// An organisation is out of sight for a while.
    pub(crate) async fn decides(&self, log: &mut Log) {
        let firm = &self.firms[self.below(self.firms.len())];
        let spans = log.verified.get_mut(&firm.id).unwrap();
        let decision = if spans.is_open() {
            Decision::Suspend {
                reason: "联系不上".to_owned(),
            }
        } else {
            Decision::Reinstate
        };
        let cx = self.cx("10.0.0.1");
        organisations::decide(&self.app, &cx, &Actor::Command, firm.id, None, &decision)
            .await
            .unwrap();
        if spans.is_open() {
            spans.close(cx.now);
        } else {
            spans.open(cx.now);
        }
    }

    /// Somebody joins an organisation or leaves it.
    pub(crate) async fn moves(&self, log: &mut Log, who: usize) {
        let (reader, now) = (&self.readers[who], self.now());
        let life = &mut log.lives[who];
        let belongs = life.member.iter_mut().filter(|(_, spans)| spans.is_open());
        let mut belongs: Vec<_> = belongs.collect();
        belongs.sort_by_key(|(id, _)| **id);
        let cx = self.cx(reader.email.as_str());
        if let Some((id, spans)) = belongs.pop() {
            let firm = self.firms.iter().find(|firm| firm.id == *id).unwrap();
            let list = members::list(&self.app, &cx, &firm.admin).await.unwrap().members;
            let own = reader.actor.person().unwrap().id;
            let member = list.iter().find(|member| member.membership.person == own).unwrap();
            members::end(&self.app, &cx, &firm.admin, member.membership.id)
                .await
                .unwrap();
            spans.close(now);
        } else {
            let firm = &self.firms[self.below(self.firms.len())];
            if !log.verified[&firm.id].at(now) {
                return;
            }
            self.joins(life, who, self.firms.iter().position(|one| one.id == firm.id).unwrap())
                .await;
        }
    }

    pub(crate) async fn joins(&self, life: &mut Life, who: usize, firm: usize) {
        let (reader, firm) = (&self.readers[who], &self.firms[firm]);
        let cx = self.cx(reader.email.as_str());
        let invited = members::invite(&self.app, &cx, &firm.admin, Way::Code, Role::Officer)
            .await
            .unwrap();
        let newcomer = Newcomer {
            person_name: String::new(),
            email: String::new(),
            password: String::new(),
        };
        let code = invited.code.unwrap();
        members::accept(&self.app, &cx, &reader.actor, &code, &newcomer)
            .await
            .unwrap();
        life.member.entry(firm.id).or_default().open(cx.now);
    }

    /// Somebody saves a search or forgets one, follows an organisation or does no more.
    pub(crate) async fn watches(&self, log: &mut Log, who: usize) {
        let (reader, cx) = (&self.readers[who], self.cx("10.0.0.2"));
        let (app, actor, life) = (&self.app, &reader.actor, &mut log.lives[who]);
        match self.below(6) {
            0 => {
                if let Some(search) = life.searches.iter_mut().find(|search| search.saved.is_open()) {
                    searches::forget(app, &cx, actor, search.id.parse().unwrap())
                        .await
                        .unwrap();
                    search.saved.close(cx.now);
                }
            }
            1 => {
                let mut followed: Vec<_> = life.follows.iter_mut().filter(|(_, spans)| spans.is_open()).collect();
                followed.sort_by_key(|(id, _)| **id);
                if let Some((id, spans)) = followed.pop() {
                    searches::unfollow(app, &cx, actor, *id).await.unwrap();
                    spans.close(cx.now);
                }
            }
            2 | 3 => {
                let (sought, name, value) = match self.below(4) {
                    0 => (Sought::Kind(PostingKind::Course), "kind", "course"),
                    1 => (Sought::Kind(PostingKind::Apprentices), "kind", "apprentices"),
                    2 => (Sought::Province("320000"), "province", "320000"),
                    _ => (Sought::Word("焊工"), "q", "焊工"),
                };
                let asked = Asked::read(&[(name.to_owned(), value.to_owned())], &app.vocabulary());
                let id = searches::save(app, &cx, actor, &asked, "", None)
                    .await
                    .unwrap()
                    .to_string();
                if life.searches.iter().all(|search| search.id != id) {
                    let mut search = Search {
                        id,
                        sought,
                        saved: crate::log::Spans::default(),
                    };
                    search.saved.open(cx.now);
                    life.searches.push(search);
                }
            }
            _ => {
                let firm = &self.firms[self.below(self.firms.len())];
                if log.verified[&firm.id].at(cx.now) {
                    searches::follow(app, &cx, actor, firm.id).await.unwrap();
                    life.follows.entry(firm.id).or_default().open(cx.now);
                }
            }
        }
    }

    /// Somebody chooses other cadences, another day or another hour.
    pub(crate) async fn chooses(&self, log: &mut Log, who: usize) {
        let mut wanted = Wanted::default();
        if self.once_in(3) {
            wanted.weekday = (1 + self.below(7)).to_string();
            wanted.hour = (6 + self.below(15)).to_string();
        } else {
            let event = self.one_of(&SOURCES);
            wanted
                .cadences
                .push((event.to_owned(), self.one_of(&CADENCES).to_owned()));
            // What concerns one's organisation is told by notices; of these a digest tells too.
            let own = self.one_of(&["at_once", "daily", "weekly"]);
            wanted.cadences.push(("organisation".to_owned(), own.to_owned()));
        }
        let by = By::Session(&self.readers[who].actor);
        preferences::change(&self.app, &self.cx("10.0.0.2"), by, &wanted)
            .await
            .unwrap();
        self.note(&mut log.lives[who], who).await;
    }

    /// Somebody presses the link at the foot of the last digest, and may take that back a moment later.
    pub(crate) async fn presses(&self, log: &mut Log, who: usize, key: &str) {
        let cx = self.cx("10.0.0.3");
        let ending = preferences::end(&self.app, &cx, key).await.unwrap();
        let life = &mut log.lives[who];
        let cadence = key
            .strip_prefix("digest-")
            .and_then(|rest| rest.split_once('.'))
            .unwrap()
            .0;
        for choice in &ending.ended {
            assert_eq!(
                life.cadence(choice.event.code(), cx.now),
                cadence,
                "the link ends its own digest"
            );
        }
        life.pressed.push((cx.now, cadence.to_owned()));
        self.note(life, who).await;
        let is_over = SOURCES.iter().all(|event| life.cadence(event, cx.now) != cadence);
        assert!(is_over, "the link ends the digest");
        if self.once_in(2) {
            self.clock.advance(60);
            let was = |choice: &preferences::Choice| (choice.event.code().to_owned(), choice.cadence.code().to_owned());
            let before: Vec<(String, String)> = ending.ended.iter().map(was).collect();
            preferences::take_back(&self.app, &self.cx("10.0.0.3"), key, &before)
                .await
                .unwrap();
            self.note(life, who).await;
        }
    }

    /// The address stops to take letters, or is confirmed again.
    pub(crate) async fn falls_silent(&self, log: &mut Log, who: usize) {
        let (email, now) = (&self.readers[who].email, self.now());
        let spans = &mut log.lives[who].suppressed;
        let mut tx = self.app.db().write().await.unwrap();
        if spans.is_open() {
            let lifting = Lifting {
                at: now,
                by: None,
                reason: "its reader confirmed the address".to_owned(),
            };
            assert!(tx.suppressions().lift(&email.key(), &lifting).await.unwrap());
            spans.close(now);
        } else {
            let new = NewSuppression {
                email: email.clone(),
                reason: SuppressionReason::Bounced,
                said: Some("550 5.1.1 no such user".to_owned()),
                at: now,
                letter: None,
                by: None,
            };
            assert!(tx.suppressions().insert(&new).await.unwrap());
            spans.open(now);
        }
        tx.commit(self.entry()).await.unwrap();
    }

    /// Writes down what the page of preferences shows the person now.
    pub(crate) async fn note(&self, life: &mut Life, who: usize) {
        let now: Timestamp = self.now();
        let shown = preferences::look(&self.app, By::Session(&self.readers[who].actor))
            .await
            .unwrap();
        let choices = shown.choices.iter();
        let choices: BTreeMap<String, String> = choices
            .map(|choice| (choice.event.code().to_owned(), choice.cadence.code().to_owned()))
            .collect();
        life.choices.push((now, choices));
        life.habits.push((now, (shown.habit.weekday(), shown.habit.hour())));
    }
}
