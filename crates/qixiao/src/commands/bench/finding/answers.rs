//! Whether what people ask for is found.

use std::collections::BTreeMap;

use marketplace::register::Entry;
use serde::Serialize;

use super::{
    engines::{Asking, Seen},
    questions::Question,
};
use crate::commands::bench::real;

/// The hits that people look at.
pub(super) const LOOKED_AT: usize = 10;

/// How well questions are answered: of what answers one, as far as ten hits can hold it, how much is among the first ten; and one by
/// the place of the first hit that answers, in the mean.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Found {
    pub(super) questions: usize,
    pub(super) recall: f64,
    pub(super) reciprocal_rank: f64,
}

/// A question that is not answered well.
#[derive(Debug, Serialize)]
pub(super) struct Missed {
    pub(super) kind: &'static str,
    pub(super) question: String,
    pub(super) answers: usize,
    pub(super) among_ten: usize,
    /// The first three titles with their colleges.
    pub(super) first: Vec<String>,
}

/// What answers which question, found out once for all engines.
pub(super) struct Asked<'a> {
    question: &'a Question,
    answers: usize,
}

/// The questions that something answers.
pub(super) fn answerable<'a>(questions: &'a [Question], entries: &[Entry]) -> Vec<Asked<'a>> {
    let asked = questions.iter().map(|question| Asked {
        question,
        answers: entries.iter().filter(|row| question.is_answered_by(row)).count(),
    });
    asked.filter(|asked| asked.answers > 0).collect()
}

/// Asks the questions once; what was missed comes with what was found instead.
pub(super) async fn ask(
    engine: &Asking<'_>,
    questions: &[Asked<'_>],
) -> anyhow::Result<(BTreeMap<&'static str, Found>, Vec<Missed>)> {
    let mut of_kind: BTreeMap<&str, Vec<Found>> = BTreeMap::new();
    let mut missed = Vec::new();
    for Asked { question, answers } in questions {
        let hits = engine.first(&question.text, LOOKED_AT).await?;
        let right: Vec<bool> = hits.iter().map(|hit| is_answer(question, hit)).collect();
        let among_ten = right.iter().filter(|right| **right).count();
        let could_be = *answers.min(&LOOKED_AT);
        let first_right = right.iter().position(|right| *right);
        of_kind.entry(question.kind).or_default().push(Found {
            questions: 1,
            recall: real(among_ten) / real(could_be),
            reciprocal_rank: first_right.map_or(0.0, |at| 1.0 / real(at + 1)),
        });
        if among_ten < could_be {
            missed.push(Missed {
                kind: question.kind,
                question: question.text.clone(),
                answers: *answers,
                among_ten,
                first: hits
                    .iter()
                    .take(3)
                    .map(|hit| format!("{} {}", hit.title, hit.organisation))
                    .collect(),
            });
        }
    }
    let means = of_kind.into_iter().map(|(kind, found)| (kind, mean(found.into_iter())));
    Ok((means.collect(), missed))
}

fn is_answer(question: &Question, hit: &Seen) -> bool {
    question.is_answered_by_hit(
        &hit.title,
        &hit.organisation,
        hit.province.as_deref().unwrap_or_default(),
    )
}

/// The mean over all questions.
pub(super) fn mean(found: impl Iterator<Item = Found>) -> Found {
    let mut sum = Found::default();
    for one in found {
        let weight = real(one.questions);
        sum.questions += one.questions;
        sum.recall += one.recall * weight;
        sum.reciprocal_rank += one.reciprocal_rank * weight;
    }
    let many = real(sum.questions.max(1));
    Found {
        questions: sum.questions,
        recall: sum.recall / many,
        reciprocal_rank: sum.reciprocal_rank / many,
    }
}

impl Missed {
    pub(super) fn print(&self) {
        println!(
            "{} {}: {} of {} among ten; {}",
            self.kind,
            self.question,
            self.among_ten,
            self.answers.min(LOOKED_AT),
            self.first.join(" | ")
        );
    }
}
