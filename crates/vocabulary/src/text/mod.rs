//! The Chinese text pipeline: folding, segmentation, pinyin, synonyms.

mod fold;
mod readings;
mod segment;
mod synonyms;

pub use fold::{Folded, fold, is_cjk, is_cjk_word};
pub use readings::{initials, pinyin};
pub use segment::{Segmenter, Token};
pub use synonyms::{SynonymError, Synonyms};

/// The length of the longest run of characters that two words share.
pub fn longest_run(a: &[char], b: &[char]) -> u16 {
    let (mut longest, mut runs) = (0u16, vec![0u16; b.len() + 1]);
    for left in a {
        let mut before = 0;
        for (at, right) in b.iter().enumerate() {
            let here = if left == right { before + 1 } else { 0 };
            before = std::mem::replace(&mut runs[at + 1], here);
            longest = longest.max(here);
        }
    }
    longest
}

/// The words of a word list: one a line, `#` begins a comment, blank lines do not count.
pub fn word_list(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|word| !word.is_empty())
        .collect()
}
