//! Occupation coding 职业编码: which occupation of the classification a posted title means.
//!
//! Titles are messy: pay, benefits, brackets, English, several trades in one line. Two linear models read the letters of a
//! title and give every code a chance; trees then weigh, for the eighty codes that come into question, those chances against
//! what title and official name have in common. `README.md` of this crate tells figures and cost.

mod forest;
mod learn;
mod linear;
mod signs;
mod title;
mod tree;

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{builtin, text::word_list};
use forest::Forest;
pub use learn::{Fold, Labelled, cross_validate, read_labelled, read_titles};
use linear::Linear;
use signs::{Frequencies, Names};
use tree::Tree;

/// Job titles as people write them, by code: written for this project.
const TITLES: &str = include_str!("../../data/job_titles.txt");
/// What was learned, as [`Coder::to_bytes`] writes it.
const LEARNED: &[u8] = include_bytes!("../../data/occupation_coding.bin.gz");

/// A code with this score or more may be taken without asking anybody, and told. `qixiao bench occupation` says how often that
/// is right.
pub const SURE: u16 = 700;

/// An occupation, or a group of them, that a title may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coded {
    /// Its code in the classification.
    pub code: String,
    /// 名称
    pub name: String,
    /// How likely it is what somebody who knows the classification would choose, in thousandths of all.
    pub score: u16,
}

/// Codes titles.
#[derive(Debug)]
pub struct Coder {
    classification: Classification,
    learned: Learned,
}

/// The codes, and what they are called.
#[derive(Debug)]
struct Classification {
    tree: Tree,
    names: Names,
    official: Vec<String>,
}

/// All that is learned from titles that somebody coded.
#[derive(Debug, Serialize, Deserialize)]
struct Learned {
    models: Vec<Linear>,
    frequencies: Frequencies,
    forest: Forest,
}

impl Coder {
    /// The coder that is part of the program.
    ///
    /// # Panics
    ///
    /// Never: a test reads what is part of the program.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Coder> =
            LazyLock::new(|| Coder::from_bytes(LEARNED).expect("what was learned is read by a test"));
        &BUILTIN
    }

    /// The `top` codes that a title most likely means, the likeliest first. Longer texts may be given: the first line counts
    /// as the title. Nothing when no letter of it is known.
    pub fn code(&self, title: &str, top: usize) -> Vec<Coded> {
        let parts = title::parts(title);
        if !self.learned.models.iter().any(|model| model.knows(&parts)) {
            return Vec::new();
        }
        let mut scored = self.scored(&parts);
        let most = scored.iter().map(|one| one.1).fold(f32::MIN, f32::max);
        let sum: f32 = scored.iter().map(|one| (one.1 - most).exp()).sum();
        scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        scored.truncate(top);
        let coded = scored.into_iter().map(|(place, score)| Coded {
            code: self.classification.tree.codes()[place].clone(),
            name: self.classification.official[place].clone(),
            score: thousandths((score - most).exp() / sum),
        });
        coded.collect()
    }

    /// What comes into question, by its place, and how much speaks for it.
    fn scored(&self, parts: &[title::Part]) -> Vec<(usize, f32)> {
        let Classification { tree, names, .. } = &self.classification;
        let chances = self.learned.chances(tree, parts);
        let candidates = signs::candidates(tree, names, &self.learned.frequencies, parts, &chances);
        candidates
            .into_iter()
            .map(|(place, signs)| (place, self.learned.forest.score(&signs)))
            .collect()
    }

    /// What was learned, to be read by [`Coder::from_bytes`].
    ///
    /// # Panics
    ///
    /// Never: plain data is written to memory.
    pub fn to_bytes(&self) -> Vec<u8> {
        let plain = postcard::to_stdvec(&self.learned).expect("plain data can be written");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, &plain)
            .and_then(|()| packed.finish())
            .expect("memory takes what is written to it")
    }

    /// A coder that knows what [`Coder::to_bytes`] wrote; nothing when these bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut plain).ok()?;
        Some(Self {
            classification: Classification::builtin(),
            learned: postcard::from_bytes(&plain).ok()?,
        })
    }
}

impl Learned {
    /// What each model says.
    fn chances(&self, tree: &Tree, parts: &[title::Part]) -> Vec<Vec<f32>> {
        self.models.iter().map(|model| model.chances(tree, parts)).collect()
    }
}

impl Classification {
    fn builtin() -> Self {
        let occupations = builtin::occupations();
        let official: Vec<String> = occupations.iter().map(|occupation| occupation.name.clone()).collect();
        let tree = Tree::new(occupations.into_iter().map(|occupation| occupation.code).collect());
        let titles = own_titles(&tree);
        Self {
            names: Names::new(&official, titles),
            tree,
            official,
        }
    }
}

/// The titles that the project writes itself, for each place of the classification.
fn own_titles(tree: &Tree) -> Vec<Vec<String>> {
    let mut of: HashMap<&str, Vec<String>> = HashMap::new();
    for line in word_list(TITLES) {
        if let Some((code, titles)) = line.split_once(' ') {
            of.entry(code)
                .or_default()
                .extend(titles.split_whitespace().map(str::to_owned));
        }
    }
    let codes = tree.codes().iter();
    codes.map(|code| of.remove(code.as_str()).unwrap_or_default()).collect()
}

/// A chance in thousandths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a chance lies between nothing and one"
)]
fn thousandths(chance: f32) -> u16 {
    (chance * 1000.0).round() as u16
}

/// A count as a number to reckon with.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of letters, words and titles are thousands"
)]
const fn real(count: usize) -> f32 {
    count as f32
}
