//! What every operation needs, put together once by the binary or a test.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use kernel::{AuditId, Chance, Clock, OrganisationId, PersonId, Timestamp};
use matching::Weights;
use search::Engine;
use storage::{AuditActor, AuditEntry, Db, keys::Keys};
use tokio::sync::Notify;
use uuid::Uuid;
use vocabulary::Vocabulary;

use crate::{Actor, Cx, delivery::Pace, jobs::Work, search::questions::QuestionLog};

/// Settings that operations need.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address people reach the product at; letters never take a host from a request. Without a slash at the end.
    pub public_url: String,
    /// All data is fictional, and every page says so.
    pub demonstration: bool,
    /// Whom letters come from.
    pub sender: mail::Sender,
    /// The most letters a minute to a domain, by domain, besides those that somebody waits for.
    pub rates: BTreeMap<String, u32>,
}

impl Settings {
    /// Real data at that address, letters at any rate.
    pub const fn new(public_url: String, sender: mail::Sender) -> Self {
        Self {
            public_url,
            demonstration: false,
            sender,
            rates: BTreeMap::new(),
        }
    }
}

/// The parts of an [`App`].
#[derive(Debug, Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The search engine.
    pub engine: Arc<dyn Engine>,
    /// Where letters go.
    pub transport: mail::Transport,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub chance: Arc<dyn Chance>,
    /// The keys of protected fields.
    pub keys: Arc<Keys>,
    /// The weights of matching.
    pub weights: Weights,
    /// The reference lists.
    pub vocabulary: Arc<Vocabulary>,
    /// Settings.
    pub settings: Settings,
}

/// What every operation needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    letterhead: mail::Letterhead,
    weights: Arc<Weights>,
    law: law::Packs,
    parts: Parts,
    vocabulary: RwLock<Arc<Vocabulary>>,
    /// For jobs and for letters.
    wake: [Notify; 2],
    pace: Pace,
    questions: QuestionLog,
    /// Whether it tells an invented past.
    past: bool,
    /// Letters of an earlier moment are not written.
    letters_from: Option<Timestamp>,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self::assemble(parts, false, None)
    }

    fn assemble(parts: Parts, past: bool, letters_from: Option<Timestamp>) -> Self {
        let vocabulary = RwLock::new(parts.vocabulary.clone());
        let letterhead = mail::Letterhead::new(&parts.settings.public_url);
        let weights = Arc::new(parts.weights.clone());
        let pace = Pace::new(parts.settings.rates.clone());
        Self(Arc::new(Inner {
            letterhead,
            weights,
            law: law::Packs::builtin(),
            parts,
            vocabulary,
            wake: Default::default(),
            pace,
            questions: QuestionLog::default(),
            past,
            letters_from,
        }))
    }

    /// The same product at another time, by other chance: how the demonstration's past is made.
    pub(crate) fn replayed(&self, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        let parts = Parts {
            clock,
            chance,
            vocabulary: self.vocabulary(),
            ..self.0.parts.clone()
        };
        Self::assemble(parts, true, None)
    }

    /// The same product, which writes no letters of moments before `first`.
    pub(crate) fn without_letters_before(&self, first: Timestamp) -> Self {
        let parts = Parts {
            vocabulary: self.vocabulary(),
            ..self.0.parts.clone()
        };
        Self::assemble(parts, self.0.past, Some(first))
    }

    /// Whether it tells an invented past.
    pub(crate) fn is_past(&self) -> bool {
        self.0.past
    }

    /// Whether a letter of that moment is written.
    pub(crate) fn writes_letters_at(&self, at: Timestamp) -> bool {
        self.0.letters_from.is_none_or(|first| at >= first)
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.parts.db
    }

    /// The search engine.
    pub fn engine(&self) -> &dyn Engine {
        &*self.0.parts.engine
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.0.parts.clock
    }

    /// Chance.
    pub fn chance(&self) -> &dyn Chance {
        &*self.0.parts.chance
    }

    /// Settings.
    pub fn settings(&self) -> &Settings {
        &self.0.parts.settings
    }

    /// What matching judges by.
    pub fn matching(&self) -> matching::Context {
        matching::Context::new(self.vocabulary(), self.0.weights.clone())
    }

    /// The law's parameters by region and day.
    pub fn law(&self) -> &law::Packs {
        &self.0.law
    }

    /// The reference lists as they are now.
    pub fn vocabulary(&self) -> Arc<Vocabulary> {
        self.0.vocabulary.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over new reference lists.
    pub(crate) fn set_vocabulary(&self, vocabulary: Vocabulary) {
        *self.0.vocabulary.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(vocabulary);
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.0.parts.keys
    }

    pub(crate) fn letterhead(&self) -> &mail::Letterhead {
        &self.0.letterhead
    }

    pub(crate) fn transport(&self) -> &mail::Transport {
        &self.0.parts.transport
    }

    /// Which domains want fewer letters now.
    pub(crate) fn pace(&self) -> &Pace {
        &self.0.pace
    }

    /// What was asked of the search and is not written yet.
    pub(crate) fn questions(&self) -> &QuestionLog {
        &self.0.questions
    }

    /// Tells the workers of this process that there is something to do.
    pub(crate) fn wake(&self) {
        self.0.wake.iter().for_each(Notify::notify_one);
    }

    /// Waits until somebody calls [`App::wake`].
    pub(crate) async fn woken(&self, work: Work) {
        let [jobs, letters] = &self.0.wake;
        match work {
            Work::Jobs => jobs.notified().await,
            Work::Letters => letters.notified().await,
        }
    }

    /// The audit entry of an act.
    pub(crate) fn audit(&self, actor: &Actor, cx: &Cx, act: &'static str) -> Entry {
        let who = match actor {
            Actor::Stranger => AuditActor::link(None),
            Actor::Person(person) => match &person.acting {
                None if person.operator => AuditActor::operator(person.id),
                acting => AuditActor::person(person.id, acting.as_ref().map(|acting| acting.organisation)),
            },
            Actor::System => AuditActor::system(),
            Actor::Command => AuditActor::command(),
        };
        Entry(AuditEntry::new(AuditId::new(cx.now, self.chance()), cx.now, who, act))
    }

    /// A new id of the moment `at`.
    pub(crate) fn id<T>(&self, at: Timestamp, make: fn(Timestamp, &dyn Chance) -> T) -> T {
        make(at, self.chance())
    }
}

/// An audit entry being written.
#[derive(Debug)]
pub(crate) struct Entry(AuditEntry);

impl Entry {
    /// What it was done to.
    pub(crate) fn on(mut self, kind: &'static str, id: Uuid) -> Self {
        kind.clone_into(&mut self.0.object_kind);
        self.0.object_id = Some(id);
        self
    }

    /// What it was and what it is. Never anything protected.
    pub(crate) fn change(mut self, old: serde_json::Value, new: serde_json::Value) -> Self {
        self.0.old = Some(old);
        self.0.new = Some(new);
        self
    }

    /// What it is now.
    pub(crate) fn now(mut self, new: serde_json::Value) -> Self {
        self.0.new = Some(new);
        self
    }

    /// Why, in somebody's words.
    pub(crate) fn because(mut self, reason: &str) -> Self {
        self.0.reason = (!reason.trim().is_empty()).then(|| reason.trim().to_owned());
        self
    }

    /// By whom, when the session does not say.
    pub(crate) fn by(mut self, person: PersonId, organisation: Option<OrganisationId>) -> Self {
        self.0.actor = AuditActor::person(person, organisation);
        self
    }

    /// The entry.
    pub(crate) fn done(self) -> AuditEntry {
        self.0
    }
}
