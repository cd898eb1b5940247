//! What speaks for a code: its chances, and what title and names have in common.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    real,
    title::{Part, main_part},
    tree::Tree,
};
use crate::text::{fold, longest_run};

/// How many signs there are.
pub(super) const SIGNS: usize = 37;
/// The signs of a candidate. The first is the logarithm of its chance.
pub(super) type Signs = [f32; SIGNS];

/// How many codes come into question by chance, by the letters of the official name, by the titles of our own.
const LIKELY: usize = 60;
const NAMED: usize = 20;
const TITLED: usize = 20;
/// A chance below is as good as none.
const LEAST_CHANCE: f32 = 1e-6;

type Pair = (char, char);

/// Some words, letter by letter.
#[derive(Debug, Default)]
struct Letters {
    all: Vec<char>,
    set: HashSet<char>,
    pairs: HashSet<Pair>,
}

impl Letters {
    fn new(text: &str) -> Self {
        let all: Vec<char> = text.chars().collect();
        Self {
            set: all.iter().copied().collect(),
            pairs: all.windows(2).map(|pair| (pair[0], pair[1])).collect(),
            all,
        }
    }
}

/// A code's official name, and the titles of our own for it.
#[derive(Debug)]
struct Named {
    official: Letters,
    titles: Vec<Letters>,
}

/// What all codes are called, to be found by their letters.
#[derive(Debug)]
pub(super) struct Names {
    of: Vec<Named>,
    letters: Rarity<char>,
    pairs: Rarity<Pair>,
    by_letter: HashMap<char, Vec<usize>>,
    by_title_pair: HashMap<Pair, Vec<usize>>,
}

/// How rare something is among the official names: the logarithm of how many names there are for one that has it.
#[derive(Debug)]
struct Rarity<T> {
    frequencies: HashMap<T, usize>,
    names: usize,
}

impl<T: std::hash::Hash + Eq + Copy> Rarity<T> {
    fn new<'a>(names: impl Iterator<Item = &'a HashSet<T>>) -> Self
    where
        T: 'a,
    {
        let (mut frequencies, mut count) = (HashMap::new(), 0);
        for name in names {
            count += 1;
            for one in name {
                *frequencies.entry(*one).or_default() += 1;
            }
        }
        Self {
            frequencies,
            names: count,
        }
    }

    fn of(&self, one: T) -> f32 {
        let frequency = self.frequencies.get(&one).map_or(0.5, |frequency| real(*frequency));
        (1.0 + real(self.names) / frequency).ln()
    }

    fn sum<'a>(&self, all: impl IntoIterator<Item = &'a T>) -> f32
    where
        T: 'a,
    {
        in_order(all.into_iter().map(|one| self.of(*one)))
    }

    /// The square of the length of these as a vector.
    fn square<'a>(&self, all: impl IntoIterator<Item = &'a T>) -> f32
    where
        T: 'a,
    {
        in_order(all.into_iter().map(|one| self.of(*one).powi(2)))
    }

    fn cosine(&self, a: &HashSet<T>, b: &HashSet<T>) -> f32 {
        let lengths = (self.square(a) * self.square(b)).sqrt();
        if lengths > 0.0 {
            self.square(a.intersection(b)) / lengths
        } else {
            0.0
        }
    }
}

/// The sum, the same whatever the order: a set has none, and a sum of rounded numbers depends on it.
fn in_order(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_unstable_by(f32::total_cmp);
    values.into_iter().sum()
}

impl Names {
    /// Of each code the official name, and the titles of our own.
    pub(super) fn new(official: &[String], titles: Vec<Vec<String>>) -> Self {
        let folded = |text: &String| Letters::new(&fold(text).replace(' ', ""));
        let of: Vec<Named> = official
            .iter()
            .zip(titles)
            .map(|(name, titles)| Named {
                official: folded(name),
                titles: titles.iter().map(folded).collect(),
            })
            .collect();
        let (mut by_letter, mut by_title_pair) = (HashMap::new(), HashMap::new());
        for (place, named) in of.iter().enumerate() {
            for letter in &named.official.set {
                by_letter.entry(*letter).or_insert_with(Vec::new).push(place);
            }
            let pairs: HashSet<Pair> = named.titles.iter().flat_map(|title| &title.pairs).copied().collect();
            for pair in pairs {
                by_title_pair.entry(pair).or_insert_with(Vec::new).push(place);
            }
        }
        Self {
            letters: Rarity::new(of.iter().map(|named| &named.official.set)),
            pairs: Rarity::new(of.iter().map(|named| &named.official.pairs)),
            of,
            by_letter,
            by_title_pair,
        }
    }

    /// All texts that name a code, with its place.
    pub(super) fn texts(&self) -> impl Iterator<Item = (usize, String, bool)> {
        self.of.iter().enumerate().flat_map(|(place, named)| {
            let text = |letters: &Letters| letters.all.iter().collect::<String>();
            let titles = named.titles.iter().map(move |title| (place, text(title), false));
            titles.chain([(place, text(&named.official), true)])
        })
    }

    /// Codes whose official name shares letters with a title, the nearest first.
    fn near(&self, title: &Letters) -> Vec<(usize, f32)> {
        let sharing = title
            .set
            .iter()
            .filter_map(|letter| self.by_letter.get(letter))
            .flatten();
        let sharing: HashSet<usize> = sharing.copied().collect();
        let near = sharing.into_iter();
        let near = near.map(|place| (place, self.letters.cosine(&title.set, &self.of[place].official.set)));
        sorted(near.collect())
    }

    /// Codes for which titles of our own share pairs of letters with a title, those with most first.
    fn titled(&self, title: &Letters) -> Vec<(usize, f32)> {
        let mut shared: HashMap<usize, f32> = HashMap::new();
        for place in title
            .pairs
            .iter()
            .filter_map(|pair| self.by_title_pair.get(pair))
            .flatten()
        {
            *shared.entry(*place).or_default() += 1.0;
        }
        sorted(shared.into_iter().collect())
    }
}

fn sorted(mut places: Vec<(usize, f32)>) -> Vec<(usize, f32)> {
    places.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    places
}

/// How many titles of those that were learned lie under each node.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Frequencies(Vec<u16>);

impl Frequencies {
    pub(super) fn new(tree: &Tree, places: impl Iterator<Item = usize>) -> Self {
        let mut of_node = vec![0u16; tree.nodes()];
        for node in places.flat_map(|place| tree.way(place)) {
            of_node[node] = of_node[node].saturating_add(1);
        }
        Self(of_node)
    }

    fn log(&self, node: usize) -> f32 {
        (1.0 + f32::from(self.0[node])).ln()
    }
}

/// A title, and what the models say of it.
struct Asked<'a> {
    tree: &'a Tree,
    names: &'a Names,
    frequencies: &'a Frequencies,
    /// All letters of all parts, and those of the part that names the work.
    letters: Letters,
    main: Vec<char>,
    parts: usize,
    /// What each model says, and the mean of them.
    chances: &'a [Vec<f32>],
    mean: Vec<f32>,
    /// The mean for each node of the tree.
    of_nodes: Vec<f32>,
    best: f32,
    /// How undecided the models are.
    entropy: f32,
    rarity: f32,
}

/// The codes that come into question for a title, in the order of their places, each with its signs.
pub(super) fn candidates(
    tree: &Tree,
    names: &Names,
    frequencies: &Frequencies,
    parts: &[Part],
    chances: &[Vec<f32>],
) -> Vec<(usize, Signs)> {
    let text: String = parts.iter().map(|part| part.text.as_str()).collect();
    let mean = mean(chances, tree.codes().len());
    let likely = sorted(mean.iter().copied().enumerate().collect());
    let letters = Letters::new(&text);
    let (near, titled) = (names.near(&letters), names.titled(&letters));
    let known = mean.iter().filter(|chance| **chance > LEAST_CHANCE);
    let asked = Asked {
        tree,
        names,
        frequencies,
        main: main_part(parts).chars().collect(),
        parts: parts.len(),
        chances,
        of_nodes: tree.sums(&mean),
        best: likely[0].1,
        entropy: -known.map(|chance| chance * chance.ln()).sum::<f32>(),
        rarity: names.letters.sum(&letters.set),
        letters,
        mean,
    };
    let ranks = |all: &[(usize, f32)]| -> HashMap<usize, usize> {
        all.iter()
            .enumerate()
            .map(|(rank, (place, _))| (*place, rank))
            .collect()
    };
    let (by_chance, by_name) = (ranks(&likely), ranks(&near));
    let first = |all: Vec<(usize, f32)>, most: usize| all.into_iter().take(most).map(|(place, _)| place);
    let mut places: Vec<usize> = first(likely, LIKELY)
        .chain(first(near, NAMED))
        .chain(first(titled, TITLED))
        .collect();
    places.sort_unstable();
    places.dedup();
    let signs = |place| {
        let by_name = by_name.get(&place).copied().unwrap_or(999);
        (place, asked.signs(place, by_chance[&place], by_name))
    };
    places.into_iter().map(signs).collect()
}

fn mean(chances: &[Vec<f32>], codes: usize) -> Vec<f32> {
    let of = |place: usize| chances.iter().map(|model| model[place]).sum::<f32>() / real(chances.len());
    (0..codes).map(of).collect()
}

impl Asked<'_> {
    fn signs(&self, place: usize, by_chance: usize, by_name: usize) -> Signs {
        let Named { official, titles } = &self.names.of[place];
        let (title, rarity) = (&self.letters, &self.names.letters);
        let chance = self.mean[place].max(LEAST_CHANCE);
        let [major, middle, minor, own] = self.tree.way(place);
        let code = &self.tree.codes()[place];
        let shared = rarity.sum(title.set.intersection(&official.set));
        let run = substring(&title.all, &official.all);
        let [alike, nearest, nearest_main, within] = self.own_titles(titles);
        let model = |at: usize| {
            let model: &[f32] = self.chances.get(at).map_or(&self.mean, Vec::as_slice);
            model[place].max(LEAST_CHANCE).ln()
        };
        [
            chance.ln() / 4.0,
            chance,
            (chance / self.best).ln(),
            (1.0 + real(by_chance)).ln(),
            self.of_nodes[minor],
            self.of_nodes[middle],
            self.of_nodes[major],
            self.best,
            self.entropy,
            model(0),
            model(1),
            // What those who coded titles chose often.
            self.frequencies.log(own),
            self.frequencies.log(minor),
            self.frequencies.log(middle),
            truth(code.ends_with("-00")),
            truth(code.ends_with("-99")),
            digits(code),
            // The official name.
            rarity.cosine(&title.set, &official.set),
            (1.0 + real(by_name)).ln(),
            self.names.pairs.cosine(&title.pairs, &official.pairs),
            shared / self.rarity,
            shared / rarity.sum(&official.set),
            run / real(title.all.len()),
            run / real(official.all.len()),
            substring(&self.main, &official.all) / real(self.main.len()),
            2.0 * subsequence(&title.all, &official.all) / real(title.all.len() + official.all.len()),
            truth(self.main.last() == official.all.last()),
            // Titles of our own.
            alike,
            nearest,
            nearest_main,
            within,
            // The title itself, and what either ends in: 员, 工, 师..
            real(self.main.len()).ln(),
            real(title.all.len()).ln(),
            real(self.parts),
            ending(&self.main),
            ending(&official.all),
            real(official.all.len()),
        ]
    }

    /// How near the nearest title of our own is: by the letters they share (F1, the rarer the weightier), by the longest run
    /// of letters of the title and of its main part (Dice), and the length of the longest that is a piece of the main part.
    fn own_titles(&self, titles: &[Letters]) -> [f32; 4] {
        let mut best = [0.0f32; 4];
        for own in titles {
            let rarity = &self.names.letters;
            let shared = rarity.sum(self.letters.set.intersection(&own.set));
            let run = substring(&self.main, &own.all);
            let dice = |run: f32, letters: &[char]| 2.0 * run / real(own.all.len() + letters.len());
            let is_within = run >= real(own.all.len());
            let near = [
                2.0 * shared / (self.rarity + rarity.sum(&own.set)),
                dice(substring(&self.letters.all, &own.all), &self.letters.all),
                dice(run, &self.main),
                if is_within { run } else { 0.0 },
            ];
            for (best, near) in best.iter_mut().zip(near) {
                *best = best.max(near);
            }
        }
        best
    }
}

fn truth(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// The first two ranks of a code as a number: 618 for `6-18-01-07`.
fn digits(code: &str) -> f32 {
    let digits = code.bytes().filter(u8::is_ascii_digit).take(3);
    digits.fold(0.0, |number, digit| number * 10.0 + f32::from(digit - b'0'))
}

/// Which of the usual endings of a title this is.
fn ending(letters: &[char]) -> f32 {
    let last = letters.last();
    let known = "员工师理管长监任生人".chars().position(|c| Some(&c) == last);
    known.map_or(-1.0, real)
}

/// The length of the longest run of letters that both have.
fn substring(a: &[char], b: &[char]) -> f32 {
    f32::from(longest_run(a, b))
}

/// How many letters both have in the same order.
fn subsequence(a: &[char], b: &[char]) -> f32 {
    let mut most = vec![0u16; b.len() + 1];
    for left in a {
        let mut before = 0;
        for (at, right) in b.iter().enumerate() {
            let here = if left == right {
                before + 1
            } else {
                most[at].max(most[at + 1])
            };
            before = std::mem::replace(&mut most[at + 1], here);
        }
    }
    f32::from(most[b.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_orders_are_counted() {
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        for (a, b, run, order) in [
            ("数控车工", "车工", 2.0, 2.0),
            ("汽车修理工", "汽修工", 1.0, 3.0),
            ("", "工", 0.0, 0.0),
        ] {
            assert!(
                (substring(&letters(a), &letters(b)) - run).abs() < f32::EPSILON,
                "{a} {b}"
            );
            assert!(
                (subsequence(&letters(a), &letters(b)) - order).abs() < f32::EPSILON,
                "{a} {b}"
            );
        }
    }
}
