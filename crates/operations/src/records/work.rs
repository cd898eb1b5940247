//! The one way in which something happens to a record: load, see who acts, decide in the pure record or week, save, tell,
//! commit with an audit entry; all in one transaction. What people write stays sealed under the agreement's own key; audit
//! entries, jobs and logs get ids, codes and numbers.

use std::ops::{Deref, DerefMut};

use agreement::training::Body;
use apprenticeship::{
    Barred, Done, Monday, Terms,
    hours::{Booked, Checking, Limits, Plan},
    record::{self, Act, Record, is_minor},
    rights::Assignment,
    week::{self, Week},
};
use kernel::{AgreementId, Date, PersonId};
use law::{Missing, Resolved};
use serde_json::{Value, json};
use storage::{
    AgreementKey, OpenAgreement, OpenRecord, Reads, RecordAssignment, RecordRole, Tx, Versioned, WeekFile, Write,
};

use super::{RecordRefusal, due};
use crate::{
    Actor, App, Cx, Failure, Result,
    access::{RecordAccess, RecordBeing},
    agreements::{body_of, open_agreement},
    app::Entry,
};

/// A record with everything that decisions about it look at.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) open: Box<OpenAgreement>,
    pub(super) stored: OpenRecord,
    pub(super) body: Body,
    pub(super) law: Resolved,
    pub(super) places: Vec<RecordAssignment>,
    pub(super) is_minor: bool,
}

impl Loaded {
    pub(super) const fn key(&self) -> &AgreementKey {
        self.open.key()
    }

    pub(super) const fn record(&self) -> &Record {
        self.stored.record()
    }

    pub(super) fn id(&self) -> AgreementId {
        self.record().agreement()
    }

    /// The numbers of the law, and the agreement's length of a lesson.
    pub(super) fn limits(&self) -> Result<Limits, Missing> {
        Limits::of(&self.law, &self.body.training)
    }

    /// The agreed curriculum.
    pub(super) fn plan(&self) -> Plan {
        let lesson = self.limits().map_or_else(
            |_| {
                let agreed = self.body.training.lesson_minutes;
                agreed.and_then(|minutes| u32::try_from(minutes).ok())
            },
            |limits| Some(limits.lesson),
        );
        let lesson = lesson.filter(|minutes| *minutes > 0);
        Plan::of(
            &self.body.training,
            lesson.unwrap_or(apprenticeship::hours::LESSON_MINUTES),
        )
    }

    /// Those who review weeks, or did.
    pub(super) fn assignments(&self) -> Vec<Assignment> {
        self.places.iter().filter_map(RecordAssignment::reviewer).collect()
    }

    /// Who holds the place of apprentice or guardian today.
    pub(super) fn holders(&self, role: RecordRole, today: Date) -> impl Iterator<Item = &RecordAssignment> {
        let here = move |place: &&RecordAssignment| place.role == role && place.holds_on(today);
        self.places.iter().filter(here)
    }

    /// The guardian is needed, and has not taken the place.
    pub(super) fn wants_guardian(&self, today: Date) -> bool {
        self.is_minor
            && self.stored.plain().guardian.is_some()
            && self.holders(RecordRole::Guardian, today).next().is_none()
    }
}

/// The record of an agreement. One that was erased is not there any more.
pub(super) async fn load(app: &App, cx: &Cx, tx: &mut Reads, id: AgreementId) -> Result<Box<Loaded>> {
    let open = open_agreement(app, tx, id).await?;
    let stored = tx.records().find(open.key()).await?.ok_or(Failure::NotFound)?;
    let version = stored.record().version();
    let content = tx.agreement_versions().find(open.key(), version).await?;
    let body = body_of(&content.ok_or(Failure::NotFound)?)?;
    let region = body.head.region.clone().unwrap_or_else(|| "CN".to_owned());
    let law = app.law().resolve(&region, cx.today());
    let places = tx.record_assignments().of_record(id).await?;
    let birth = body.apprentice.birth.map(agreement::training::Day::date);
    // What is not known is taken for what protects more.
    let minor = birth.map(|birth| is_minor(birth, cx.today(), &law));
    let is_minor = match minor {
        Some(Ok(minor)) => minor,
        Some(Err(_)) | None => stored.plain().guardian.is_some(),
    };
    Ok(Box::new(Loaded {
        open,
        stored,
        body,
        law,
        places,
        is_minor,
    }))
}

/// The record, to be changed. Whatever happens to any record of the person waits until this transaction ends: hours are
/// held against breaks and ends, and against the hours of other records.
pub(super) async fn hold(app: &App, cx: &Cx, tx: &mut Tx<Write>, id: AgreementId) -> Result<Box<Loaded>> {
    let head = tx.records().head(id).await?.ok_or(Failure::NotFound)?;
    tx.records().hold(head.apprentice).await?;
    load(app, cx, tx, id).await
}

/// What the actor is to a record.
pub(super) async fn access(cx: &Cx, actor: &Actor, tx: &mut Reads, loaded: &Loaded) -> Result<RecordAccess> {
    let signed_in = actor.signed_in()?;
    let person = signed_in.person();
    let today = cx.today();
    let role = RecordRole::Operator;
    let reason_given = person.operator
        && tx
            .record_openings()
            .is_noted(loaded.id(), person.id, role, today)
            .await?;
    actor.record_access(&RecordBeing {
        of: loaded.stored.plain(),
        places: &loaded.places,
        is_minor: loaded.is_minor,
        reason_given,
        today,
        terms: &Terms::default(),
    })
}

/// Opens a record to look at it, and notes who does.
pub(super) async fn look(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    id: AgreementId,
) -> Result<(Tx<storage::Read>, Box<Loaded>, RecordAccess)> {
    actor.signed_in()?;
    let mut tx = app.db().read().await?;
    let loaded = Box::pin(load(app, cx, &mut tx, id)).await?;
    let access = access(cx, actor, &mut tx, &loaded).await?;
    if let Some(opening) = access.opening(cx.now)
        && !tx
            .record_openings()
            .is_noted(id, opening.person, opening.role, cx.today())
            .await?
    {
        app.db().note_opening(&opening).await?;
    }
    Ok((tx, loaded, access))
}

/// Every line of hours of the person whose record it is, of all their records.
pub(super) async fn lines_of_person(app: &App, tx: &mut Reads, apprentice: PersonId) -> Result<Vec<Booked>> {
    let mut lines = Vec::new();
    for stored in tx.records().of_apprentice(apprentice).await? {
        let found = tx.agreements().find(stored.agreement, app.keys()).await?;
        // Of an erased agreement nobody knows the lines any more.
        let Some(open) = found.and_then(storage::FoundAgreement::open) else {
            continue;
        };
        for file in tx.record_weeks().files(open.key()).await? {
            lines.extend(file.get().week.booked());
        }
    }
    Ok(lines)
}

/// The transaction of a work: its own, or that of an act on the agreement.
pub(super) enum Held<'a> {
    /// Its own.
    Own(Tx<Write>),
    /// Whoever lends it commits it.
    Lent(&'a mut Tx<Write>),
}

impl Deref for Held<'_> {
    type Target = Tx<Write>;

    fn deref(&self) -> &Tx<Write> {
        match self {
            Self::Own(tx) => tx,
            Self::Lent(tx) => tx,
        }
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Tx<Write> {
        match self {
            Self::Own(tx) => tx,
            Self::Lent(tx) => tx,
        }
    }
}

/// A record being worked on.
pub(super) struct Work<'a> {
    pub(super) app: &'a App,
    pub(super) cx: &'a Cx,
    pub(super) actor: &'a Actor,
    pub(super) tx: Held<'a>,
    pub(super) loaded: Box<Loaded>,
    access: Option<RecordAccess>,
    changed: bool,
}

impl<'a> Work<'a> {
    /// Opens a record to change it.
    pub(super) async fn open(app: &'a App, cx: &'a Cx, actor: &'a Actor, id: AgreementId) -> Result<Self> {
        actor.signed_in()?;
        let mut tx = app.db().write().await?;
        let loaded = Box::pin(hold(app, cx, &mut tx, id)).await?;
        let access = access(cx, actor, &mut tx, &loaded).await?;
        if let Some(opening) = access.opening(cx.now) {
            tx.record_openings().note(&opening).await?;
        }
        Ok(Self {
            app,
            cx,
            actor,
            tx: Held::Own(tx),
            loaded,
            access: Some(access),
            changed: false,
        })
    }

    /// The same for a job.
    pub(super) async fn of_system(app: &'a App, cx: &'a Cx, id: AgreementId) -> Result<Self> {
        let mut tx = app.db().write().await?;
        let loaded = Box::pin(hold(app, cx, &mut tx, id)).await?;
        Ok(Self::with(app, cx, &Actor::System, Held::Own(tx), loaded))
    }

    /// Goes on in a transaction that was begun, in which nobody has a place in the record.
    pub(super) const fn with(app: &'a App, cx: &'a Cx, actor: &'a Actor, tx: Held<'a>, loaded: Box<Loaded>) -> Self {
        Self {
            app,
            cx,
            actor,
            tx,
            loaded,
            access: None,
            changed: false,
        }
    }

    pub(super) const fn record(&self) -> &Record {
        self.loaded.record()
    }

    pub(super) fn access(&self) -> Result<&RecordAccess> {
        self.access.as_ref().ok_or(Failure::NotFound)
    }

    /// As whom the actor does something with the record: as the one whom the table lets, else as whoever they are, so that
    /// the refusal says why.
    pub(super) fn acting(&self, act: Act) -> Result<record::Actor> {
        let Some(access) = &self.access else {
            return Ok(record::Actor::System);
        };
        let all = access.acts_as();
        let may = all.iter().find(|actor| self.record().permit(act, **actor).is_ok());
        if let Some(actor) = may.or(all.first()) {
            return Ok(*actor);
        }
        let role = access.reviewers().first().map(|one| one.assignment().role.role());
        let (act, role) = (act.code(), role.unwrap_or(apprenticeship::Role::Mentor));
        Err(RecordRefusal::Barred(Barred::Role { act, role }).into())
    }

    /// As whom the actor does something with a week.
    pub(super) fn acting_on(&self, week: &Week, act: week::Act) -> Result<week::Actor> {
        let Some(access) = &self.access else {
            return Ok(week::Actor::System);
        };
        let (at, terms, assignments) = (self.cx.now, Terms::default(), self.loaded.assignments());
        let own = access.apprentice().map(|_| week::Actor::Apprentice);
        let assigned = access.reviewers().iter();
        let assigned = assigned.map(|one| week::Actor::Assigned(*one.assignment()));
        let operator = access.operator().map(|_| week::Actor::Operator);
        let all: Vec<week::Actor> = own.into_iter().chain(assigned).chain(operator).collect();
        let may = all
            .iter()
            .find(|actor| week.permits(act, **actor, &assignments, at, &terms));
        // Of those whom the table lets at all, so that the refusal says what binds them.
        let could = all
            .iter()
            .find(|actor| week::bound(Some(week.stage()), act, actor.role()).is_some());
        if let Some(actor) = may.or(could).or(all.first()) {
            return Ok(*actor);
        }
        let role = match access.officer().map(crate::access::RecordOfficer::party) {
            Some(agreement::lifecycle::Party::College) => apprenticeship::Role::College,
            _ => apprenticeship::Role::Enterprise,
        };
        let act = act.code();
        Err(RecordRefusal::WeekBarred(Barred::Role { act, role }).into())
    }

    /// Decides something about the record; the answer is who is to be told.
    pub(super) fn decide<E: Into<Failure>>(
        &mut self,
        act: impl FnOnce(Record) -> Result<(Record, Done), E>,
    ) -> Result<Done> {
        let (stored, done) = self.loaded.stored.clone().act(act).map_err(Into::into)?;
        self.loaded.stored = stored;
        self.changed = true;
        Ok(done)
    }

    /// Writes a note beside the record.
    pub(super) fn note(&mut self, name: &str, words: &str) {
        self.loaded.stored = self.loaded.stored.clone().with_note(name, words);
        self.changed = true;
    }

    /// What the lines of a week are held against: nobody else adds to the person's hours until this ends.
    pub(super) async fn all_lines(&mut self) -> Result<Vec<Booked>> {
        let apprentice = self.record().apprentice();
        lines_of_person(self.app, &mut self.tx, apprentice).await
    }

    /// A week, to be changed.
    pub(super) async fn week(&mut self, monday: Monday) -> Result<Option<Versioned<WeekFile>>> {
        Ok(self.tx.record_weeks().find(self.loaded.key(), monday).await?)
    }

    /// Saves a week.
    pub(super) async fn save_week(&mut self, file: &Versioned<WeekFile>) -> Result<()> {
        let (at, chance) = (self.cx.now, self.app.chance());
        self.tx.record_weeks().save(self.loaded.key(), file, at, chance).await?;
        Ok(())
    }

    /// Saves the record where it changed, and makes sure that somebody looks at it again.
    pub(super) async fn save(&mut self) -> Result<()> {
        let (app, cx) = (self.app, self.cx);
        let next = due::next(cx, &mut self.tx, &self.loaded).await?;
        if self.changed || next != self.loaded.stored.plain().next_at {
            self.tx
                .records()
                .save(self.loaded.key(), &self.loaded.stored, next, cx.now, app.chance())
                .await?;
        }
        match next {
            Some(next) => due::enqueue(app, cx, &mut self.tx, self.loaded.id(), next).await,
            None => Ok(()),
        }
    }

    /// Makes it last. The audit log gets the stage and `more`, never what people wrote.
    pub(super) async fn commit(self, act: &'static str, more: Value) -> Result<()> {
        let actor = self.actor;
        self.commit_as(act, more, |entry| entry, actor).await
    }

    /// The same with an entry that says more of who acts.
    pub(super) async fn commit_as(
        mut self,
        act: &'static str,
        more: Value,
        by: impl FnOnce(Entry) -> Entry,
        actor: &Actor,
    ) -> Result<()> {
        Box::pin(self.save()).await?;
        let mut now = json!({ "stage": self.loaded.record().stage().code() });
        if let (Value::Object(now), Value::Object(more)) = (&mut now, more) {
            now.extend(more);
        }
        let entry = by(self.app.audit(actor, self.cx, act));
        let entry = entry.on("record", self.loaded.id().uuid()).now(now);
        if let Held::Own(tx) = self.tx {
            tx.commit(entry.done()).await?;
            self.app.wake();
        }
        Ok(())
    }
}

/// What a week is held against.
pub(super) fn checking<'a>(
    window: &'a apprenticeship::Window,
    limits: &'a Limits,
    courses: u32,
    others: &'a [Booked],
    today: Date,
) -> Checking<'a> {
    Checking {
        window,
        limits,
        courses,
        others,
        today,
    }
}
