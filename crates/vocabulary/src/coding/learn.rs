//! Learning from titles that somebody coded, and measuring what was learned on titles that were kept back.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use kernel::SeededChance;

use super::{
    Classification, Coder, Learned, SURE,
    forest::{Forest, Question},
    linear::{Example, Linear, Training, shuffle},
    signs::{self, Frequencies},
    title::{Part, parts},
};
use crate::read::{ListError, ListProblem, Row, Table};

/// A title, and the code that somebody gave it. [`read_labelled`] makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    title: String,
    code: String,
}

/// Reads titles that somebody coded: a CSV text with the columns `job_name` and `expected_code`.
pub fn read_labelled(text: &str) -> Result<Vec<Labelled>, ListError> {
    let tree = Classification::builtin().tree;
    let table = Table::parse(text, false, &["job_name", "expected_code"])?;
    let labelled = |row: Row<'_>| {
        let code = row.need("expected_code")?;
        if tree.place(code).is_none() {
            return Err(row.wrong("expected_code", ListProblem::BadCode(code.to_owned())));
        }
        Ok(Labelled {
            title: row.need("job_name")?.to_owned(),
            code: code.to_owned(),
        })
    };
    table.rows().map(labelled).collect()
}

/// Reads titles: the column `job_name` of a CSV text. A cell may be empty.
pub fn read_titles(text: &str) -> Result<Vec<String>, ListError> {
    let table = Table::parse(text, false, &["job_name"])?;
    Ok(table.rows().map(|row| row.get("job_name").to_owned()).collect())
}

/// What a coder that had not seen these titles made of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fold {
    /// How many there were.
    pub titles: usize,
    /// Those whose code came first.
    pub first: usize,
    /// Those whose code was among the first five.
    pub among_five: usize,
    /// Those whose first code scored [`SURE`] or more.
    pub sure: usize,
    /// Of these, those whose code it was.
    pub sure_and_right: usize,
    /// Of the others the code that was expected, and the one that came first.
    pub confused: Vec<(String, String)>,
}

/// A title ready to be learned.
struct Lesson {
    parts: Vec<Part>,
    place: usize,
}

/// The two models: groups of up to three letters, and of up to two, where rare ones count less.
const MODELS: [Training; 2] = [
    Training {
        longest: 3,
        rarity: 1.0,
        decay: 1.8e-5,
    },
    Training {
        longest: 2,
        rarity: 0.5,
        decay: 1.2e-5,
    },
];
/// What official names and titles of our own count beside a title that somebody coded.
const NAME_WEIGHT: f32 = 0.3;
const OWN_WEIGHT: f32 = 0.4;
/// Trees learn from chances of models that had not seen the title.
const FOLDS: usize = 5;
const SEED: u64 = 2022;

impl Coder {
    /// Learns from titles that somebody coded, on so many threads. Takes a minute or some, and 430 MB for each thread.
    pub fn learn(titles: &[Labelled], threads: usize) -> Self {
        let classification = Classification::builtin();
        let mut lessons = lessons(&classification, titles);
        shuffle(&mut lessons, &SeededChance::new(SEED));
        let learned = learn(&classification, &lessons, threads);
        Self {
            classification,
            learned,
        }
    }
}

/// Divides titles by chance into so many parts, and lets a coder that learned from the others code each of them. `seen` is
/// told of every part.
pub fn cross_validate(titles: &[Labelled], folds: usize, threads: usize, mut seen: impl FnMut(&Fold)) -> Vec<Fold> {
    let mut order: Vec<&Labelled> = titles.iter().collect();
    shuffle(&mut order, &SeededChance::new(SEED + 1));
    let mut all = Vec::with_capacity(folds);
    for fold in 0..folds {
        let of = |kept_back: bool| {
            let titles = order.iter().enumerate();
            titles
                .filter(move |(at, _)| (at % folds == fold) == kept_back)
                .map(|(_, title)| *title)
        };
        let learned: Vec<Labelled> = of(false).cloned().collect();
        let result = measure(&Coder::learn(&learned, threads), of(true));
        seen(&result);
        all.push(result);
    }
    all
}

fn measure<'a>(of_others: &Coder, titles: impl Iterator<Item = &'a Labelled>) -> Fold {
    let mut fold = Fold::default();
    for labelled in titles {
        let coded = of_others.code(&labelled.title, 5);
        let rank = coded.iter().position(|coded| coded.code == labelled.code);
        fold.titles += 1;
        fold.first += usize::from(rank == Some(0));
        fold.among_five += usize::from(rank.is_some());
        if coded.first().is_some_and(|first| first.score >= SURE) {
            fold.sure += 1;
            fold.sure_and_right += usize::from(rank == Some(0));
        }
        if rank != Some(0) {
            let first = coded.first().map(|coded| coded.code.clone());
            fold.confused.push((labelled.code.clone(), first.unwrap_or_default()));
        }
    }
    fold
}

fn lessons(classification: &Classification, titles: &[Labelled]) -> Vec<Lesson> {
    let lesson = |labelled: &Labelled| {
        Some(Lesson {
            parts: parts(&labelled.title),
            place: classification.tree.place(&labelled.code)?,
        })
    };
    titles.iter().filter_map(lesson).collect()
}

fn learn(classification: &Classification, lessons: &[Lesson], threads: usize) -> Learned {
    let called = names(classification);
    // For each fold the models that did not see it, and at last those that saw everything.
    let unlike = |fold: usize| {
        lessons
            .iter()
            .enumerate()
            .filter(move |(at, _)| at % FOLDS != fold)
            .map(|(_, lesson)| lesson)
    };
    let jobs: Vec<(usize, Training)> = (0..=FOLDS)
        .flat_map(|fold| MODELS.map(|training| (fold, training)))
        .collect();
    let mut models = in_threads(&jobs, threads, |(fold, training)| {
        let coded = unlike(*fold).map(|lesson| Example {
            parts: lesson.parts.clone(),
            place: lesson.place,
            weight: 1.0,
        });
        let examples: Vec<Example> = coded.chain(called.iter().cloned()).collect();
        Linear::train(&classification.tree, &examples, *training, SEED)
    });
    let last = models.split_off(FOLDS * MODELS.len());
    let frequencies = |fold: usize| Frequencies::new(&classification.tree, unlike(fold).map(|lesson| lesson.place));
    let folds: Vec<Learned> = {
        let mut models = models.into_iter();
        (0..FOLDS)
            .map(|fold| Learned {
                models: models.by_ref().take(MODELS.len()).collect(),
                frequencies: frequencies(fold),
                forest: Forest::default(),
            })
            .collect()
    };
    let questions: Vec<Question> = lessons
        .iter()
        .enumerate()
        .map(|(at, lesson)| question(classification, &folds[at % FOLDS], lesson))
        .collect();
    Learned {
        models: last,
        frequencies: frequencies(FOLDS),
        forest: Forest::grow(&questions, SEED),
    }
}

fn question(classification: &Classification, learned: &Learned, lesson: &Lesson) -> Question {
    let chances = learned.chances(&classification.tree, &lesson.parts);
    let Classification { tree, names, .. } = classification;
    let candidates = signs::candidates(tree, names, &learned.frequencies, &lesson.parts, &chances);
    Question {
        right: candidates.iter().position(|(place, _)| *place == lesson.place),
        candidates: candidates.into_iter().map(|(_, signs)| signs).collect(),
    }
}

fn names(classification: &Classification) -> Vec<Example> {
    let example = |(place, text, is_official): (usize, String, bool)| Example {
        parts: parts(&text),
        place,
        weight: if is_official { NAME_WEIGHT } else { OWN_WEIGHT },
    };
    classification.names.texts().map(example).collect()
}

/// Does all jobs on so many threads; the results are in the order of the jobs.
fn in_threads<J: Sync, R: Send>(jobs: &[J], threads: usize, work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(jobs.len())));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { break };
                    let result = work(job);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_the_classification_does_not_have_is_named_with_its_place() {
        let refused = read_labelled("job_name,expected_code\n车工,6-18-01-01\n魔术师,9-99-99-99\n").unwrap_err();
        assert_eq!((refused.line, refused.column.as_str()), (3, "expected_code"));
        let refused = read_labelled("title,expected_code\n车工,6-18-01-01\n").unwrap_err();
        assert_eq!((refused.line, refused.column.as_str()), (1, "job_name"));
        assert_eq!(read_titles("job_name\n\"车工, 两班\"\n").unwrap(), ["车工, 两班"]);
    }

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        let jobs: Vec<usize> = (0..40).collect();
        assert_eq!(
            in_threads(&jobs, 3, |job| job * 2),
            (0..80).step_by(2).collect::<Vec<_>>()
        );
    }
}
