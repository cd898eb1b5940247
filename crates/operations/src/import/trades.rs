//! Occupations of lines that name none: files come with titles as people write them, 数控车床操作工, not with the codes of a
//! classification.

use kernel::Side;
use marketplace::posting::{ContentInput, names_occupation};
use serde::Serialize;
use vocabulary::{
    Vocabulary,
    coding::{Coded, SURE},
};

/// How many occupations are named to somebody who has to choose.
const NAMED: usize = 3;

/// An occupation that a title was taken to mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodedLine {
    /// The line of the file.
    pub line: u64,
    /// The words: the line's occupation, or the title of the post.
    pub typed: String,
    /// What they were taken to mean.
    #[serde(flatten)]
    pub coded: Coded,
}

/// What could be said of the lines of a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Trades {
    /// Lines that have an occupation now.
    pub(super) coded: Vec<CodedLine>,
    /// For lines whose words may mean several, the likeliest.
    pub(super) open: Vec<(u64, Vec<Coded>)>,
}

impl Trades {
    /// Codes the lines of `input`, which stand in these lines of the file. A line that has words for its occupation is coded
    /// by them, and one of a need that names no trade at all by the post's title.
    pub(super) fn code(side: Side, input: &mut ContentInput, lines: &[u64], vocabulary: &Vocabulary) -> Self {
        let mut trades = Self::default();
        let title = input.title.trim();
        for (line, typed) in lines.iter().zip(&mut input.lines) {
            let words = match (typed.occupation.trim(), typed.major.trim()) {
                ("", "") if side == Side::Need => title,
                (words, _) => words,
            };
            let is_named = !typed.occupation.trim().is_empty() && names_occupation(words, vocabulary);
            if words.is_empty() || is_named {
                continue;
            }
            let meant = vocabulary.occupations_meant(words, NAMED);
            match meant.first() {
                Some(first) if first.score >= SURE => {
                    trades.coded.push(CodedLine {
                        line: *line,
                        typed: words.to_owned(),
                        coded: first.clone(),
                    });
                    typed.occupation.clone_from(&first.code);
                }
                Some(_) => trades.open.push((*line, meant)),
                None => {}
            }
        }
        trades
    }

    /// What the words of a line may mean.
    pub(super) fn meant(&self, line: u64) -> Vec<Coded> {
        let of_line = self.open.iter().find(|(open, _)| *open == line);
        of_line.map(|(_, meant)| meant.clone()).unwrap_or_default()
    }
}
