//! The Chinese text pipeline: folding, segmentation, pinyin, synonyms.

mod fold;
mod readings;
mod segment;
mod synonyms;

pub use fold::{Folded, fold, is_cjk, is_cjk_word};
pub use readings::{initials, pinyin};
pub use segment::{Segmenter, Token};
pub use synonyms::{SynonymError, Synonyms};

/// The words of a word list: one a line, `#` begins a comment, blank lines do not count.
pub fn word_list(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|word| !word.is_empty())
        .collect()
}
