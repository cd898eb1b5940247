//! Cutting text into words with the field's own dictionary.

use std::collections::HashSet;
use std::io::BufReader;
use std::ops::Range;
use std::sync::Arc;

use flate2::read::GzDecoder;
use jieba_rs::Jieba;
use kernel::Locale;

use super::fold::{Folded, fold, is_cjk, is_cjk_word};
use super::readings;
use crate::level::SkillLevel;
use crate::vocabulary::Vocabulary;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// The word, folded.
    pub text: String,
    /// Where it begins in the original text, in bytes.
    pub start: usize,
    /// Where it ends in the original text, in bytes.
    pub end: usize,
}

/// Cuts Chinese text into words. Built once (the dictionary takes some 40 MB); a clone shares the dictionary.
#[derive(Clone)]
pub struct Segmenter {
    known: Arc<Known>,
}

/// The dictionary, and the terms that questions keep whole.
struct Known {
    jieba: Jieba,
    terms: HashSet<String>,
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segmenter").finish_non_exhaustive()
    }
}

/// Characters that only join words. They are words of no search.
const JOINTS: &str = "的与和及或等之了在是为其并";

/// The longest catalogue names that are words; longer ones are put together from words, and people type the parts.
const LONGEST_NAME: usize = 5;

/// Ends of majors' names before which the subject stands: 工业机器人技术 is about 工业机器人.
const TAILS: [&str; 14] = [
    "工程技术应用",
    "智能制造技术",
    "应用与维护",
    "技术与应用",
    "技术与管理",
    "运营与管理",
    "设计与制造",
    "检测与维修技术",
    "技术应用",
    "应用技术",
    "工程技术",
    "技术",
    "工程",
    "管理",
];

/// jieba's general dictionary, words and frequencies. It is carried here because the one inside jieba's crate is unpacked
/// by a C library whose compilation alone takes a tenth of a cold build.
fn general_words() -> Jieba {
    let packed: &[u8] = include_bytes!("../../data/words.txt.gz");
    Jieba::with_dict(&mut BufReader::new(GzDecoder::new(packed))).expect("the dictionary is whole, as a test sees")
}

impl Segmenter {
    /// A segmenter that knows jieba's dictionary, the vocabulary's names and `extra_words`. Names of what is taught and
    /// of places are terms, which questions keep whole, and so is an extra word with `!` behind it.
    pub fn new(vocabulary: &Vocabulary, extra_words: &[&str]) -> Self {
        let mut jieba = general_words();
        let mut terms: HashSet<String> = catalogue_terms(vocabulary).into_iter().collect();
        let mut words: Vec<String> = catalogue_words(vocabulary);
        for word in extra_words {
            if word.ends_with('!') {
                terms.insert(fold(word));
            }
            words.push(fold(word));
        }
        words.extend(terms.iter().cloned());
        words.sort_unstable();
        words.dedup();
        for word in words {
            if is_cjk_word(&word) && word.chars().nth(1).is_some() && !jieba.has_word(&word) {
                jieba.add_word(&word, None, None);
            }
        }
        Self {
            known: Arc::new(Known { jieba, terms }),
        }
    }

    /// Words for an index: every word of the best cut, the dictionary's words inside it, and the characters of it
    /// that lie in none of those. By start, then by end.
    pub fn index_tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = self.cut(text, true);
        tokens.sort_by(|a, b| (a.start, a.end, &a.text).cmp(&(b.start, b.end, &b.text)));
        tokens.dedup();
        tokens
    }

    /// Words of a query: the best cut, in which a word of four characters and more that is no term is replaced by the
    /// words it is made of, where there are such. Joining characters (与, 的) are left out unless nothing else is there.
    pub fn query_tokens(&self, text: &str) -> Vec<Token> {
        self.cut(text, false)
    }

    /// Each Chinese character as a token of its own, for a field that finds 床 inside 机床.
    pub fn unigrams(&self, text: &str) -> Vec<Token> {
        let folded = Folded::new(text);
        let chars = folded.text.char_indices().filter(|(_, c)| is_cjk(*c));
        chars
            .map(|(place, c)| token(&folded, place, place + c.len_utf8()))
            .collect()
    }

    /// Whether the dictionary has the word.
    pub fn knows(&self, word: &str) -> bool {
        self.known.jieba.has_word(&fold(word))
    }

    /// See [`super::pinyin`].
    pub fn pinyin(&self, word: &str) -> String {
        readings::pinyin(word)
    }

    /// See [`super::initials`].
    pub fn initials(&self, word: &str) -> String {
        readings::initials(word)
    }

    fn cut(&self, text: &str, inside: bool) -> Vec<Token> {
        let folded = Folded::new(text);
        let (mut tokens, mut joints) = (Vec::new(), Vec::new());
        for (start, run) in runs(&folded.text) {
            if !run.starts_with(is_cjk) {
                tokens.push(token(&folded, start, start + run.len()));
                continue;
            }
            for word in self.known.jieba.cut(run, false) {
                let range = (start + word.byte_start, start + word.byte_end);
                let found = token(&folded, range.0, range.1);
                if JOINTS.contains(word.word) {
                    joints.push(found);
                    continue;
                }
                if inside && word.word.chars().nth(2).is_some() {
                    self.inside(&folded, range.0, word.word, &mut tokens);
                }
                let parts = if inside { Vec::new() } else { self.parts(word.word) };
                for part in &parts {
                    tokens.push(token(&folded, range.0 + part.start, range.0 + part.end));
                }
                if parts.is_empty() {
                    tokens.push(found);
                }
            }
        }
        if tokens.is_empty() { joints } else { tokens }
    }

    /// The most words of two characters and more that a word of four and more is made of; nothing for terms and for
    /// words that fall apart. Of two ways with as many words, the one whose later words are longer.
    fn parts(&self, word: &str) -> Vec<Range<usize>> {
        if word.chars().nth(3).is_none() || self.known.terms.contains(word) {
            return Vec::new();
        }
        let ends = boundaries(word);
        let count = ends.len() - 1;
        // For each place, the most words up to it and where the last of them begins.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; count + 1];
        best[0] = Some((0, 0));
        for last in 2..=count {
            for first in 0..=last - 2 {
                let Some((words, _)) = best[first] else { continue };
                let better = best[last].is_none_or(|(most, _)| words + 1 > most);
                if better && last - first < count && self.known.jieba.has_word(&word[ends[first]..ends[last]]) {
                    best[last] = Some((words + 1, first));
                }
            }
        }
        let (mut parts, mut last) = (Vec::new(), count);
        while last > 0 {
            let Some((_, first)) = best[last] else {
                return Vec::new();
            };
            parts.push(ends[first]..ends[last]);
            last = first;
        }
        parts.reverse();
        parts
    }

    /// The dictionary's words inside a word of three characters or more, and the characters they leave over.
    fn inside(&self, folded: &Folded, start: usize, word: &str, tokens: &mut Vec<Token>) {
        let ends = boundaries(word);
        let count = ends.len() - 1;
        let mut covered = vec![false; count];
        for first in 0..count {
            for last in first + 2..=count {
                if last - first < count && self.known.jieba.has_word(&word[ends[first]..ends[last]]) {
                    tokens.push(token(folded, start + ends[first], start + ends[last]));
                    covered[first..last].fill(true);
                }
            }
        }
        for place in (0..count).filter(|place| !covered[*place]) {
            let (first, last) = (ends[place], ends[place + 1]);
            if !JOINTS.contains(&word[first..last]) {
                tokens.push(token(folded, start + first, start + last));
            }
        }
    }
}

/// Where the characters of a word begin, and where the last one ends.
fn boundaries(word: &str) -> Vec<usize> {
    word.char_indices()
        .map(|(place, _)| place)
        .chain([word.len()])
        .collect()
}

fn token(folded: &Folded, start: usize, end: usize) -> Token {
    let (from, to) = folded.original_range(start, end);
    Token {
        text: folded.text[start..end].to_owned(),
        start: from,
        end: to,
    }
}

/// Runs of Chinese characters and runs of anything else between blanks, each with its place.
fn runs(text: &str) -> Vec<(usize, &str)> {
    let mut runs = Vec::new();
    let mut begun: Option<(usize, bool)> = None;
    for (place, c) in text.char_indices() {
        let kind = (c != ' ').then(|| is_cjk(c));
        if let Some((start, chinese)) = begun
            && kind != Some(chinese)
        {
            runs.push((start, &text[start..place]));
            begun = None;
        }
        if begun.is_none() {
            begun = kind.map(|chinese| (place, chinese));
        }
    }
    runs.extend(begun.map(|(start, _)| (start, &text[start..])));
    runs
}

/// Names that questions keep whole: what majors are about, industries, places, levels.
fn catalogue_terms(vocabulary: &Vocabulary) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for major in vocabulary.majors() {
        let subject = TAILS.iter().find_map(|tail| major.name.strip_suffix(tail));
        terms.push(fold(subject.unwrap_or(&major.name)));
    }
    terms.extend(vocabulary.industries().iter().map(|industry| fold(&industry.name)));
    terms.retain(|term| term.chars().count() <= LONGEST_NAME && !term.contains(['与', '及', '和']));
    terms.extend(SkillLevel::ALL.map(|level| fold(level.name(Locale::Zh))));
    terms.extend(
        vocabulary
            .districts()
            .iter()
            .flat_map(|d| [fold(&d.name), fold(d.short_name())]),
    );
    terms.extend(
        vocabulary
            .provinces()
            .iter()
            .flat_map(|p| [fold(&p.name), fold(&p.short_name)]),
    );
    terms
}

/// Names that are words, but whose parts may be asked for as well.
fn catalogue_words(vocabulary: &Vocabulary) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    words.extend(vocabulary.majors().iter().map(|major| fold(&major.name)));
    words.extend(
        vocabulary
            .major_classes()
            .iter()
            .map(|class| fold(class.name.trim_end_matches('类'))),
    );
    words.extend(vocabulary.occupations().iter().map(|occupation| fold(&occupation.name)));
    words.extend(
        vocabulary
            .categories()
            .iter()
            .map(|category| fold(category.name.trim_end_matches("大类"))),
    );
    words.extend(vocabulary.modes().iter().map(|mode| fold(&mode.name)));
    words.retain(|word| word.chars().count() <= LONGEST_NAME);
    words
}
