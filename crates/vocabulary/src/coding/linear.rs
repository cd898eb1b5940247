//! A linear model: every group of letters of a title speaks for or against every node of the classification.
//!
//! Multinomial logistic regression (softmax) whose score of a code is the sum over the nodes on its way, so that a code
//! that few titles have learns from its relatives. Trained by stochastic gradient descent with weight decay and averaging
//! of the later rounds; what is close to nothing is dropped and the rest kept in a byte each.

use std::collections::HashMap;

use kernel::{Chance, SeededChance};
use serde::{Deserialize, Serialize};

use super::{real, title::Part, tree::Tree};

/// A title with the place of its code.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) parts: Vec<Part>,
    pub(super) place: usize,
    /// How much it counts beside a title that somebody coded.
    pub(super) weight: f32,
}

/// How a model is trained.
#[derive(Debug, Clone, Copy)]
pub(super) struct Training {
    /// Letters in the longest group.
    pub(super) longest: u8,
    /// The power of the rarity of a group.
    pub(super) rarity: f32,
    /// Weight decay at each step.
    pub(super) decay: f32,
}

const ROUNDS: usize = 12;
const RATE: f32 = 2.0;
/// How fast nodes of each rank learn: the few at the top see every title.
const RANK_RATE: [f32; 4] = [0.3, 0.5, 0.7, 1.0];
const BIAS_RATE: f32 = 0.02;
/// A smaller weight is dropped.
const LEAST_WEIGHT: f32 = 0.15;

/// A trained model.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Linear {
    longest: u8,
    /// Hashes of the groups of letters, sorted.
    groups: Vec<u32>,
    /// How much each group counts: the rarer the more.
    rarity: Vec<f32>,
    /// Where the weights of each group end.
    ends: Vec<u32>,
    /// The node that a weight is for, and the weight in units.
    weights: Vec<(u16, i8)>,
    unit: f32,
    bias: Vec<f32>,
}

/// The groups of a title by their places, each with what it counts; together of length 1.
type Vector = Vec<(usize, f32)>;

/// The groups of up to `longest` letters of these parts, by hash, with the weight of the weightiest part that has it.
/// `^` and `$` stand for beginning and end.
fn groups(parts: &[Part], longest: u8) -> Vec<(u32, f32)> {
    let mut found: HashMap<u32, f32> = HashMap::new();
    for part in parts {
        let letters: Vec<char> = ['^'].into_iter().chain(part.text.chars()).chain(['$']).collect();
        for length in 1..=usize::from(longest) {
            for group in letters.windows(length) {
                if group != ['^'] && group != ['$'] {
                    let weight = found.entry(hash(group)).or_default();
                    *weight = weight.max(part.weight);
                }
            }
        }
    }
    let mut found: Vec<(u32, f32)> = found.into_iter().collect();
    found.sort_unstable_by_key(|group| group.0);
    found
}

/// FNV-1a over the letters, folded to 32 bits.
fn hash(letters: &[char]) -> u32 {
    let bytes = letters.iter().flat_map(|letter| u32::from(*letter).to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folded = (hash ^ (hash >> 32)) & u64::from(u32::MAX);
    u32::try_from(folded).expect("32 bits were kept")
}

fn softmax(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

impl Linear {
    /// How likely each code is, from the letters alone.
    pub(super) fn chances(&self, tree: &Tree, parts: &[Part]) -> Vec<f32> {
        let mut nodes = self.bias.clone();
        for (group, value) in self.vector(parts) {
            let start = group.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
            for (node, weight) in &self.weights[start..self.ends[group] as usize] {
                nodes[usize::from(*node)] += value * f32::from(*weight) * self.unit;
            }
        }
        chances(tree, &nodes)
    }

    /// Whether any group of letters was ever seen.
    pub(super) fn knows(&self, parts: &[Part]) -> bool {
        !self.vector(parts).is_empty()
    }

    fn vector(&self, parts: &[Part]) -> Vector {
        let groups = groups(parts, self.longest).into_iter();
        let known = groups.filter_map(|(hash, weight)| Some((self.groups.binary_search(&hash).ok()?, weight)));
        let mut vector: Vector = known
            .map(|(place, weight)| (place, weight * self.rarity[place]))
            .collect();
        let length = vector.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        for (_, value) in &mut vector {
            *value /= length;
        }
        vector
    }

    /// Trains a model on these examples.
    pub(super) fn train(tree: &Tree, examples: &[Example], training: Training, seed: u64) -> Self {
        let mut model = Self::untrained(examples, training);
        let vectors: Vec<Vector> = examples.iter().map(|example| model.vector(&example.parts)).collect();
        let chance = SeededChance::new(seed);
        let mut order: Vec<usize> = (0..examples.len()).collect();
        let mut descent = Descent::new(tree, model.groups.len(), training.decay);
        for round in 0..ROUNDS {
            shuffle(&mut order, &chance);
            let rate = RATE * (1.0 - real(round) / real(ROUNDS)).max(0.05);
            for &at in &order {
                descent.step(&examples[at], &vectors[at], rate);
            }
            if round >= ROUNDS / 2 {
                descent.average();
            }
        }
        model.keep(&descent);
        model
    }

    fn untrained(examples: &[Example], training: Training) -> Self {
        let mut frequencies: HashMap<u32, usize> = HashMap::new();
        for example in examples {
            for (group, _) in groups(&example.parts, training.longest) {
                *frequencies.entry(group).or_default() += 1;
            }
        }
        frequencies.retain(|_, frequency| *frequency >= 2);
        let mut frequencies: Vec<(u32, usize)> = frequencies.into_iter().collect();
        frequencies.sort_unstable();
        let rarity = |frequency: usize| {
            (1.0 + real(examples.len()) / real(frequency))
                .ln()
                .powf(training.rarity)
        };
        Self {
            longest: training.longest,
            rarity: frequencies.iter().map(|(_, frequency)| rarity(*frequency)).collect(),
            groups: frequencies.into_iter().map(|(group, _)| group).collect(),
            ends: Vec::new(),
            weights: Vec::new(),
            unit: 0.0,
            bias: Vec::new(),
        }
    }

    fn keep(&mut self, descent: &Descent<'_>) {
        let nodes = descent.tree.nodes();
        let averaged = 1.0 / real(descent.averages.max(1));
        let most = descent.sum.iter().fold(0.0, |most: f32, weight| most.max(weight.abs()));
        self.unit = most * averaged / f32::from(i8::MAX);
        for of_group in descent.sum.chunks(nodes) {
            for (node, sum) in (0..).zip(of_group) {
                let weight = sum * averaged;
                if weight.abs() >= LEAST_WEIGHT {
                    self.weights.push((node, units(weight, self.unit)));
                }
            }
            let end = u32::try_from(self.weights.len()).expect("a model has fewer than 4,294,967,296 weights");
            self.ends.push(end);
        }
        self.bias = descent.bias_sum.iter().map(|sum| sum * averaged).collect();
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the largest weight is 127 units")]
fn units(weight: f32, unit: f32) -> i8 {
    (weight / unit).round() as i8
}

fn chances(tree: &Tree, nodes: &[f32]) -> Vec<f32> {
    let places = 0..tree.codes().len();
    let mut scores: Vec<f32> = places
        .map(|place| tree.way(place).iter().map(|node| nodes[*node]).sum())
        .collect();
    softmax(&mut scores);
    scores
}

/// Stochastic gradient descent: a row of weights for each group of letters, one weight for each node.
struct Descent<'a> {
    tree: &'a Tree,
    decay: f32,
    /// What the rows are to be multiplied with: decay changes this number, not every weight.
    scale: f32,
    rows: Vec<f32>,
    bias: Vec<f32>,
    sum: Vec<f32>,
    bias_sum: Vec<f32>,
    averages: usize,
}

impl<'a> Descent<'a> {
    fn new(tree: &'a Tree, groups: usize, decay: f32) -> Self {
        let nodes = tree.nodes();
        Self {
            tree,
            decay,
            scale: 1.0,
            rows: vec![0.0; groups * nodes],
            bias: vec![0.0; nodes],
            sum: vec![0.0; groups * nodes],
            bias_sum: vec![0.0; nodes],
            averages: 0,
        }
    }

    fn step(&mut self, example: &Example, vector: &Vector, rate: f32) {
        let nodes = self.tree.nodes();
        let mut scores = self.bias.clone();
        for (group, value) in vector {
            let row = &self.rows[group * nodes..][..nodes];
            let value = value * self.scale;
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += value * weight;
            }
        }
        let mut errors = chances(self.tree, &scores);
        errors[example.place] -= 1.0;
        let rate = rate * example.weight;
        let wrong: Vec<(usize, f32)> = self
            .tree
            .sums(&errors)
            .into_iter()
            .enumerate()
            .filter(|(_, error)| error.abs() > 1e-5)
            .collect();
        for (group, value) in vector {
            let row = &mut self.rows[group * nodes..][..nodes];
            let step = rate * value / self.scale;
            for (node, error) in &wrong {
                row[*node] -= step * error * RANK_RATE[self.tree.rank(*node)];
            }
        }
        for (node, error) in wrong {
            self.bias[node] -= rate * BIAS_RATE * error;
        }
        self.scale *= 1.0 - self.decay * rate;
    }

    fn average(&mut self) {
        for (sum, weight) in self.sum.iter_mut().zip(&self.rows) {
            *sum += weight * self.scale;
        }
        for (sum, weight) in self.bias_sum.iter_mut().zip(&self.bias) {
            *sum += weight;
        }
        self.averages += 1;
    }
}

/// Fisher and Yates.
pub(super) fn shuffle<T>(all: &mut [T], chance: &impl Chance) {
    for at in (1..all.len()).rev() {
        let other = usize::try_from(chance.below(at as u64 + 1)).unwrap_or(0);
        all.swap(at, other);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::title::parts, *};

    const TRAINING: Training = Training {
        longest: 2,
        rarity: 1.0,
        decay: 1e-5,
    };

    fn trained(tree: &Tree) -> Linear {
        let example = |(text, place): (&str, usize)| Example {
            parts: parts(text),
            place,
            weight: 1.0,
        };
        let examples = [
            ("车工", 0),
            ("数控车工", 0),
            ("车床工", 0),
            ("焊工", 1),
            ("电焊工", 1),
            ("氩弧焊工", 1),
            ("会计", 2),
            ("主办会计", 2),
        ];
        Linear::train(tree, &examples.map(example), TRAINING, 1)
    }

    #[test]
    fn letters_speak_for_the_codes_whose_titles_have_them() {
        let codes = ["6-18-01-01", "6-18-02-04", "2-06-03-00"].map(str::to_owned);
        let tree = Tree::new(codes.into());
        let model = trained(&tree);
        for (title, place) in [("普车工", 0), ("二保焊工", 1), ("成本会计", 2)] {
            let chances = model.chances(&tree, &parts(title));
            assert!((chances.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            assert!(chances[place] > 0.5, "{title}: {chances:?}");
        }
        assert!(model.knows(&parts("车")) && !model.knows(&parts("zzz")));
    }
}
