//! What people search for, as rows.

use operations::search::questions::{Meaning, Question, Unfound};

use super::encode;
use crate::pages::{DecidedRow, Link, ProposedMeaning, QuestionRow, UnfoundRow};

fn searched(words: &str) -> Link {
    Link::new(format!("/search?q={}", encode(words)), words)
}

/// Words that were asked.
pub(crate) fn question_row(question: &Question) -> QuestionRow {
    QuestionRow {
        words: searched(&question.words),
        asked: question.asked,
        unfound: question.unfound,
        last_on: question.last_on,
    }
}

/// Words that found nothing.
pub(crate) fn unfound_row(unfound: &Unfound) -> UnfoundRow {
    let proposed = unfound.proposed.iter().map(|(means, found)| ProposedMeaning {
        means: means.clone(),
        found: i64::try_from(*found).unwrap_or(i64::MAX),
    });
    UnfoundRow {
        question: question_row(&unfound.question),
        proposed: proposed.collect(),
        other: format!("/operator/questions?words={}#read", encode(&unfound.question.words)),
    }
}

/// A decision, with the name of who made it.
pub(crate) fn decided_row((meaning, who): &(Meaning, String)) -> DecidedRow {
    DecidedRow {
        words: meaning.words.clone(),
        means: meaning.means.as_deref().map(searched),
        who: who.clone(),
        at: meaning.decided_at,
    }
}
