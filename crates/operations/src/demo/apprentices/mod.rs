//! What becomes of sixty apprentices: told through the same operations as everybody's present, on a clock that is moved.
//!
//! It takes longer than the rest of the demonstration, so it is told while the first pages are already looked at. Each
//! step has a moment of its own, which stands in the audit log once it happened: a story that was interrupted goes on
//! behind its last step, and nothing happens twice.

mod cast;
mod draft;
mod learning;
mod script;
mod signing;
mod story;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use kernel::{AgreementId, Chance, FixedClock, SeededChance, shanghai_date};
use serde::{Deserialize, Serialize};

use super::{
    plan::{Book, Course, Fate, Plan, Round, plan},
    roles::Part,
};
use crate::{App, Failure, Result, compiled_here, setup};
use cast::Cast;
use story::Story;

/// Letters older than this are not written: nobody looks for them, and there would be thousands.
const LETTERS_DAYS: i64 = 21;
/// The oldest step of any story.
const OLDEST_DAYS: i64 = 600;

/// What telling came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Apprentices whose story was told, or found told.
    pub stories: usize,
    /// Steps that happened now.
    pub steps: usize,
    /// Stories that did not go as planned, because somebody acted in between: whose, and why.
    pub broken: Vec<String>,
}

/// Whom a visitor can become in one press, by address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Parts {
    apprentice: String,
    guardian: String,
    mentor: String,
    tutor: String,
    /// The apprentice's record.
    pub(super) record: AgreementId,
    /// The agreement that a guardian has yet to sign.
    pub(super) to_sign: AgreementId,
}

impl Parts {
    pub(super) fn people(&self) -> [(Part, &str); 4] {
        [
            (Part::Apprentice, &self.apprentice),
            (Part::Guardian, &self.guardian),
            (Part::Mentor, &self.mentor),
            (Part::Tutor, &self.tutor),
        ]
    }

    /// The apprentice whose last week is with the mentor, and that mentor; a tutor who has a week, too; and the guardians of
    /// two minors, one of whom has begun.
    fn of(plan: &Plan, id: impl Fn(usize) -> Option<AgreementId>) -> Option<Self> {
        let numbered = || plan.apprentices.iter().enumerate();
        let with = |fate: Fate| numbered().find(|(_, planned)| planned.fate == fate);
        let place = |place: usize| plan.places.get(place);
        let (number, apprentice) = with(Fate::Signed(Course::Training(Book::Submitted)))?;
        let (_, second) = with(Fate::Signed(Course::Training(Book::FirstApproved)))?;
        let (to_sign, _) = with(Fate::Signing(Round::Guardian))?;
        let minor = |(_, planned): &(usize, &super::plan::PlannedApprentice)| matches!(planned.fate, Fate::Signed(_));
        let guarded = numbered()
            .filter(minor)
            .find_map(|(_, planned)| planned.guardian.as_ref())?;
        Some(Self {
            apprentice: apprentice.person.email.clone(),
            guardian: guarded.person.email.clone(),
            mentor: place(apprentice.place)?.mentors.get(apprentice.mentor)?.email.clone(),
            tutor: place(second.place)?.tutor.as_ref()?.email.clone(),
            record: id(number)?,
            to_sign: id(to_sign)?,
        })
    }
}

/// Chance that begins anew with each story.
#[derive(Debug)]
struct Reseeded(Mutex<SeededChance>);

impl Reseeded {
    fn begin(&self, seed: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = SeededChance::new(seed);
    }
}

impl Chance for Reseeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}

/// The seed of a story that goes on with a step: never the same twice, so that no key meets one nonce twice.
fn seed_of(seed: u64, number: usize, step: usize) -> u64 {
    let (number, step) = (number as u64, step as u64);
    seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add((number + 1) << 32)
        .wrapping_add(step)
}

/// Tells what has not been told yet of the sixty apprentices. No worker may run meanwhile: it lives today.
#[compiled_here]
pub async fn apprentices(app: &App) -> Result<Told> {
    tell(app, usize::MAX, |_| true).await
}

/// The same, as far as `most` steps reach, of the fates that are `wanted`.
async fn tell(app: &App, most: usize, wanted: fn(Fate) -> bool) -> Result<Told> {
    let Some(begun) = setup::untold_apprentices(app.db()).await? else {
        return Ok(Told::default());
    };
    let plan = plan(
        &SeededChance::new(begun.seed),
        &app.vocabulary(),
        shanghai_date(begun.at),
    );
    let chance = Arc::new(Reseeded(Mutex::new(SeededChance::new(begun.seed))));
    let clock = Arc::new(FixedClock::at(begun.at));
    let past = app
        .replayed(clock.clone(), chance.clone())
        .without_letters_before(begun.at.plus_days(-LETTERS_DAYS));
    let happened = app
        .db()
        .read()
        .await?
        .audit()
        .moments(begun.at.plus_days(-OLDEST_DAYS), begun.at)
        .await?;
    let id_of = |number: usize| {
        let planned = plan.apprentices.get(number)?;
        let steps = script::of(planned, plan.places.get(planned.place)?, number, begun.at);
        Some(Story::id(steps.first()?.at, seed_of(begun.seed, number, 0)))
    };
    // The stories are not told in the order of their days, and no seal may be older than its key.
    setup::make_seal_key(app, begun.at.plus_days(-OLDEST_DAYS)).await?;
    if let Some(parts) = Parts::of(&plan, id_of) {
        setup::save_parts(app.db(), &parts, app.clock().now(), app.chance()).await?;
    }
    let (mut told, mut cast) = (Told::default(), Cast::default());
    let numbered = plan.apprentices.iter().enumerate();
    for (number, planned) in numbered.filter(|(_, planned)| wanted(planned.fate)) {
        let Some(place) = plan.places.get(planned.place) else {
            continue;
        };
        let steps = script::of(planned, place, number, begun.at);
        let Some(first) = steps.first() else { continue };
        // What happens at once, or not at all, is behind us once its moment is in the log.
        let last = steps.iter().rposition(|step| happened.contains(&step.at));
        let next = last.map_or(0, |last| if steps[last].act.is_one() { last + 1 } else { last });
        let id = Story::id(first.at, seed_of(begun.seed, number, 0));
        chance.begin(seed_of(begun.seed, number, next));
        let mut story = Story::new(&past, &clock, &mut cast, &plan, (number, planned, place), id);
        let rest = &steps[next..];
        let within = &rest[..rest.len().min(most - told.steps)];
        let outcome = Box::pin(story.tell(within, first.at)).await;
        told.stories += 1;
        told.steps += story.steps();
        match outcome {
            Ok(()) => {}
            Err(failure @ (Failure::Busy(_) | Failure::Internal(_))) => return Err(failure),
            Err(failure) => {
                let why = format!("{number} {:?}: {failure:?}", planned.fate);
                tracing::warn!(story = why, agreement = %id, "a story of the demonstration went another way");
                told.broken.push(why);
            }
        }
        if within.len() < rest.len() {
            return Ok(told);
        }
    }
    setup::mark_apprentices(app.db(), app.clock().now(), app.chance()).await?;
    Ok(told)
}
