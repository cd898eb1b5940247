//! What people search for: words counted by days, no person beside them. What finds nothing an operator may give a meaning,
//! by which it is searched for from then on.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Mutex, PoisonError},
};

use ::search::Query;
use kernel::{Date, Timestamp, shanghai_date};
use marketplace::{Problem, ProblemCode};
pub use storage::{Meaning, Question};
use storage::{QuestionTally, Reads};
use vocabulary::text::fold;

use super::{
    Asked, Found,
    asked::LONGEST,
    find,
    help::{occupations, trades},
};
use crate::{Actor, App, Cx, Failure, Result, compiled_here};

/// What was asked less often nobody sees: it may be one person's secret, and says little of what people look for.
pub const OFTEN: i64 = 3;
/// Of how many days the operator sees what was asked.
pub const DAYS: i64 = 30;
/// After how many days what was asked is forgotten.
const KEPT_DAYS: i64 = 90;
/// How many rows a list of the operator has.
const ROWS: i64 = 20;
/// How many decisions are listed.
const DECISIONS: i64 = 100;
/// How many meanings are proposed at most.
const PROPOSED: usize = 3;
/// How many different words of a day are counted, and how many until they are written: a flood of them tells nothing.
const WORDS_A_DAY: i64 = 20_000;
const WORDS_HELD: usize = 2_000;
/// So many digits in all are a phone number or that of a person, and no word.
const DIGITS: usize = 8;
/// What was asked is written every so many seconds: a search waits for no writer.
const WRITTEN_EVERY: i64 = 10;

/// What was asked and is not written yet.
#[derive(Debug, Default)]
pub(crate) struct QuestionLog {
    held: Mutex<Held>,
    /// Taken by whoever writes: who reads after having written finds everything.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Held {
    /// How often, and how often without a result.
    tallies: BTreeMap<(String, Date), (i64, i64)>,
    written_at: Option<Timestamp>,
}

impl QuestionLog {
    fn note(&self, words: String, now: Timestamp, found: bool) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (words, shanghai_date(now));
        if held.tallies.len() >= WORDS_HELD && !held.tallies.contains_key(&key) {
            return;
        }
        let (asked, unfound) = held.tallies.entry(key).or_default();
        *asked += 1;
        *unfound += i64::from(!found);
    }

    /// Takes what is to be written now: all of it when `at_once`.
    fn take(&self, now: Timestamp, at_once: bool) -> Vec<QuestionTally> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = held.written_at.is_some_and(|at| now < at.plus_seconds(WRITTEN_EVERY));
        if held.tallies.is_empty() || waits && !at_once {
            return Vec::new();
        }
        held.written_at = Some(now);
        let tallies = mem::take(&mut held.tallies).into_iter();
        tallies
            .map(|((words, day), (asked, unfound))| QuestionTally {
                words,
                day,
                asked,
                unfound,
            })
            .collect()
    }

    fn put_back(&self, tallies: Vec<QuestionTally>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for tally in tallies {
            let (asked, unfound) = held.tallies.entry((tally.words, tally.day)).or_default();
            *asked += tally.asked;
            *unfound += tally.unfound;
        }
    }
}

/// Searches for what a page asks, and counts its words. Words by which nothing is found are read as an operator decided.
#[compiled_here]
pub async fn ask(app: &App, cx: &Cx, actor: &Actor, asked: &Asked) -> Result<Found> {
    let found = find(app, actor, &asked.query()).await?;
    if found.fallback {
        return Ok(found);
    }
    let nothing = found.page.total == 0;
    if asked.is_words_alone() && is_word(&asked.text) {
        app.questions().note(fold(&asked.text), cx.now, !nothing);
    }
    if !nothing {
        return Ok(found);
    }
    let other = read_as(&mut *app.db().read().await?, asked).await?;
    let Some(other) = other else { return Ok(found) };
    let page = find(app, actor, &other.query()).await?.page;
    Ok(if page.total > 0 {
        Found {
            page,
            read_as: Some(other.text),
            ..found
        }
    } else {
        found
    })
}

/// The same search with the words that an operator decided it means: all of them together, or word by word.
#[compiled_here]
pub(crate) async fn read_as(tx: &mut Reads, asked: &Asked) -> Result<Option<Asked>> {
    let typed = fold(&asked.text);
    if typed.is_empty() {
        return Ok(None);
    }
    let mut read = tx.questions().meaning(&typed).await?.and_then(|whole| whole.means);
    let words: Vec<&str> = typed.split_whitespace().collect();
    if read.is_none() && words.len() > 1 {
        let (mut others, mut differs) = (Vec::new(), false);
        for word in words {
            let means = tx.questions().meaning(word).await?.and_then(|meaning| meaning.means);
            differs |= means.is_some();
            others.push(means.unwrap_or_else(|| word.to_owned()));
        }
        read = differs.then(|| others.join(" "));
    }
    Ok(read.map(|text| Asked { text, ..asked.clone() }))
}

/// Whether this is a word to count, and neither nothing nor what may be an address or a number of a person.
fn is_word(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    !fold(text).is_empty() && digits <= DIGITS && !text.contains('@')
}

/// Writes what was asked, when it is time or `at_once`. What cannot be written is kept for the next time.
#[compiled_here]
pub(crate) async fn write_down(app: &App, now: Timestamp, at_once: bool) -> Result<()> {
    let log = app.questions();
    let _turn = log.writing.lock().await;
    let tallies = log.take(now, at_once);
    if tallies.is_empty() {
        return Ok(());
    }
    let written = app.db().note_questions(&tallies, WORDS_A_DAY).await;
    if written.is_err() {
        log.put_back(tallies);
    }
    Ok(written?)
}

/// Forgets what was asked long ago, and earlier what was asked seldom.
#[compiled_here]
pub(crate) async fn forget_old(app: &App, cx: &Cx) -> Result<()> {
    let before = |days: i64| shanghai_date(cx.now.plus_days(-days));
    app.db().purge_questions(before(KEPT_DAYS), before(DAYS), OFTEN).await?;
    Ok(())
}

/// What people search for, as the operator sees it.
#[derive(Debug)]
pub struct Questions {
    /// What found nothing and is not decided, the most frequent first.
    pub unfound: Vec<Unfound>,
    /// What was decided, with the names of those who did, the latest first.
    pub decided: Vec<(Meaning, String)>,
    /// What is asked most.
    pub most: Vec<Question>,
}

/// Words by which nothing is found.
#[derive(Debug)]
pub struct Unfound {
    /// The words.
    pub question: Question,
    /// What they may mean, with how much is found by it, the likeliest first.
    pub proposed: Vec<(String, u64)>,
}

/// What people searched for in the last [`DAYS`] days.
#[compiled_here]
pub async fn questions(app: &App, cx: &Cx, actor: &Actor) -> Result<Questions> {
    actor.operator()?;
    write_down(app, cx.now, true).await?;
    let since = shanghai_date(cx.now.plus_days(-DAYS));
    let mut tx = app.db().read().await?;
    let without = tx.questions().unfound(since, OFTEN, ROWS).await?;
    let most = tx.questions().most_asked(since, OFTEN, ROWS).await?;
    let mut decided = Vec::new();
    for meaning in tx.questions().meanings(DECISIONS).await? {
        let who = match meaning.decided_by {
            Some(person) => tx.accounts().find_person(person).await?,
            None => None,
        };
        decided.push((meaning, who.map(|person| person.name).unwrap_or_default()));
    }
    drop(tx);
    let vocabulary = app.vocabulary();
    // Storage, which answers in its place, is no engine to try many words on.
    let answers = app.engine().health().await.is_ok();
    let mut unfound = Vec::new();
    for question in without {
        let mut proposed = Vec::new();
        let names = trades(&vocabulary, &occupations(&vocabulary, &question.words));
        for name in names.into_iter().filter(|_| answers) {
            let total = found_by(app, actor, &name).await?;
            if total > 0 && proposed.len() < PROPOSED {
                proposed.push((name, total));
            }
        }
        unfound.push(Unfound { question, proposed });
    }
    Ok(Questions { unfound, decided, most })
}

async fn found_by(app: &App, actor: &Actor, text: &str) -> Result<u64> {
    let query = Query {
        facets: Vec::new(),
        per_page: 1,
        marked: false,
        ..Asked::words_alone(text).query()
    };
    Ok(find(app, actor, &query).await?.page.total)
}

/// Decides that words are searched for by others, or are left as they are.
#[compiled_here]
pub async fn decide(app: &App, cx: &Cx, actor: &Actor, words: &str, means: Option<&str>) -> Result<()> {
    let operator = actor.operator()?;
    let words = checked("words", words)?;
    let means = means.map(|typed| checked("means", typed)).transpose()?;
    if let Some(typed) = &means
        && found_by(app, actor, typed).await? == 0
    {
        let typed = typed.clone();
        return Err(wrong("means", ProblemCode::FindsNothing { typed }));
    }
    let meaning = Meaning {
        words,
        means,
        decided_by: operator.person(),
        decided_at: cx.now,
    };
    let mut tx = app.db().write().await?;
    tx.questions().decide(&meaning).await?;
    let entry = app.audit(actor, cx, "decide_meaning");
    let entry = entry.now(serde_json::json!({ "words": meaning.words, "means": meaning.means }));
    tx.commit(entry.done()).await?;
    Ok(())
}

/// Takes a decision back.
#[compiled_here]
pub async fn undecide(app: &App, cx: &Cx, actor: &Actor, words: &str) -> Result<()> {
    actor.operator()?;
    let words = checked("words", words)?;
    let mut tx = app.db().write().await?;
    if !tx.questions().undecide(&words).await? {
        return Err(Failure::NotFound);
    }
    let entry = app.audit(actor, cx, "take_back_meaning");
    tx.commit(entry.now(serde_json::json!({ "words": words })).done())
        .await?;
    Ok(())
}

/// What was typed, folded as it is counted.
fn checked(field: &str, typed: &str) -> Result<String> {
    let folded = fold(typed);
    if folded.is_empty() {
        return Err(wrong(field, ProblemCode::Required));
    }
    if folded.chars().count() > LONGEST {
        return Err(wrong(field, ProblemCode::TooLong { max: LONGEST }));
    }
    Ok(folded)
}

fn wrong(field: &str, code: ProblemCode) -> Failure {
    Failure::Invalid(vec![Problem {
        field: field.to_owned(),
        code,
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_795_132_800_000_000).plus_seconds(seconds)
    }

    #[test]
    fn numbers_of_people_and_addresses_are_no_words() {
        for word in ["数控", "CNC", "6-18-01-01", "460103", "2026级 3D打印"] {
            assert!(is_word(word), "{word}");
        }
        for other in [
            "",
            " ？",
            "13800138000",
            "138 0013 8000",
            "11010519491231002X",
            "a@example.cn",
            "张三 138001380",
        ] {
            assert!(!is_word(other), "{other}");
        }
    }

    #[test]
    fn what_is_asked_is_written_now_and_then_and_nothing_is_counted_twice() {
        let log = QuestionLog::default();
        log.note("数控".to_owned(), at(0), true);
        log.note("数控".to_owned(), at(0), false);
        let first = log.take(at(0), false);
        assert_eq!((first[0].asked, first[0].unfound), (2, 1));
        log.note("数控".to_owned(), at(1), true);
        assert!(log.take(at(WRITTEN_EVERY - 1), false).is_empty());
        log.put_back(first);
        let second = log.take(at(WRITTEN_EVERY), false);
        assert_eq!((second[0].asked, second[0].unfound), (3, 1));
        log.note("电工".to_owned(), at(WRITTEN_EVERY), true);
        assert_eq!(log.take(at(WRITTEN_EVERY), true).len(), 1);
        assert!(log.take(at(99), true).is_empty());
    }

    #[test]
    fn a_flood_of_words_is_held_in_bounds_and_known_ones_are_counted_on() {
        let log = QuestionLog::default();
        for number in 0..WORDS_HELD + 5 {
            log.note(number.to_string(), at(0), true);
        }
        log.note("0".to_owned(), at(0), true);
        let taken = log.take(at(0), true);
        assert_eq!(taken.len(), WORDS_HELD);
        assert_eq!(taken[0].asked, 2);
    }
}
