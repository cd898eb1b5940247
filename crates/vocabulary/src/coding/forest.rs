//! Trees that correct one another, over the codes that come into question for a title.
//!
//! Gradient boosting (Friedman 2001) of regression trees with the listwise softmax loss (`ListNet`, Cao et al. 2007): each
//! tree learns what the chances of the right and the wrong candidates of a title still lack. Leaves and splits by first and
//! second derivatives as in `XGBoost` (Chen and Guestrin 2016), cuts found in histograms.

use kernel::{Chance, SeededChance};
use serde::{Deserialize, Serialize};

use super::{
    real,
    signs::{SIGNS, Signs},
};

/// The candidates of a title, and which of them is right.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) candidates: Vec<Signs>,
    /// Nothing when the right one is not among them.
    pub(super) right: Option<usize>,
}

/// Trees in the order in which they grew.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Forest {
    trees: Vec<Tree>,
}

/// A tree; its root comes first.
type Tree = Vec<Node>;

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Node {
    /// What a candidate gains here.
    Leaf(f32),
    /// A candidate whose sign is at most the cut goes to the left.
    Split { sign: u8, cut: f32, left: u16, right: u16 },
}

/// What the first sign, the logarithm of the chance, counts before any tree.
const FIRST: f32 = 3.0;
const TREES: usize = 300;
const DEPTH: usize = 5;
const RATE: f32 = 0.05;
/// Added to the second derivatives of a leaf, so that few titles do not move it far.
const CAUTION: f32 = 1.0;
/// The least second derivative on either side of a split.
const LEAST: f32 = 1.0;
const LEAST_GAIN: f32 = 0.05;
/// Of the titles and of the signs, how many each tree sees.
const TITLES_SEEN: f32 = 0.7;
const SIGNS_SEEN: f32 = 0.6;
const BINS: usize = 64;

impl Forest {
    /// How much speaks for a candidate.
    pub(super) fn score(&self, signs: &Signs) -> f32 {
        let gains = self.trees.iter().map(|tree| gain(tree, signs));
        FIRST * signs[0] + gains.sum::<f32>()
    }

    /// Grows a forest on these questions.
    pub(super) fn grow(questions: &[Question], seed: u64) -> Self {
        let answered: Vec<&Question> = questions.iter().filter(|question| question.right.is_some()).collect();
        let mut growth = Growth::new(&answered);
        let chance = SeededChance::new(seed);
        let trees = (0..TREES).map(|_| growth.tree(&answered, &chance)).collect();
        Self { trees }
    }
}

fn gain(tree: &Tree, signs: &Signs) -> f32 {
    let mut at = 0;
    loop {
        match &tree[at] {
            Node::Leaf(gain) => return *gain,
            Node::Split { sign, cut, left, right } => {
                let goes_left = signs[usize::from(*sign)] <= *cut;
                at = usize::from(if goes_left { *left } else { *right });
            }
        }
    }
}

/// First and second derivatives of the loss.
#[derive(Debug, Clone, Copy, Default)]
struct Slope {
    first: f32,
    second: f32,
}

impl Slope {
    fn add(&mut self, other: Self) {
        self.first += other.first;
        self.second += other.second;
    }

    fn without(self, other: Self) -> Self {
        Self {
            first: self.first - other.first,
            second: self.second - other.second,
        }
    }

    /// How much the loss falls when all of these get the best value.
    fn worth(self) -> f32 {
        self.first * self.first / (self.second + CAUTION)
    }

    fn leaf(self) -> Node {
        Node::Leaf(-RATE * self.first / (self.second + CAUTION))
    }
}

/// All candidates of all titles, one after the other.
struct Growth<'a> {
    signs: Vec<&'a Signs>,
    /// Where the histogram of each sign is cut.
    cuts: Vec<Vec<f32>>,
    /// For each candidate and sign, the bin.
    bins: Vec<[u8; SIGNS]>,
    scores: Vec<f32>,
    slopes: Vec<Slope>,
}

impl<'a> Growth<'a> {
    fn new(questions: &[&'a Question]) -> Self {
        let signs: Vec<&Signs> = questions.iter().flat_map(|question| &question.candidates).collect();
        let cuts: Vec<Vec<f32>> = (0..SIGNS)
            .map(|sign| cuts(signs.iter().map(|signs| signs[sign])))
            .collect();
        let bin = |sign: usize, value: f32| {
            let bin = cuts[sign].partition_point(|cut| *cut < value);
            u8::try_from(bin).expect("there are fewer than 256 bins")
        };
        Self {
            bins: signs
                .iter()
                .map(|signs| std::array::from_fn(|sign| bin(sign, signs[sign])))
                .collect(),
            scores: signs.iter().map(|signs| FIRST * signs[0]).collect(),
            slopes: vec![Slope::default(); signs.len()],
            signs,
            cuts,
        }
    }

    fn tree(&mut self, questions: &[&Question], chance: &SeededChance) -> Tree {
        let seen = self.look(questions, chance);
        let signs: Vec<usize> = (0..SIGNS).filter(|_| happens(SIGNS_SEEN, chance)).collect();
        let mut tree = vec![Node::Leaf(0.0)];
        let mut open = vec![(0, seen, 0)];
        while let Some((at, seen, depth)) = open.pop() {
            let mut slope = Slope::default();
            for candidate in &seen {
                slope.add(self.slopes[*candidate]);
            }
            tree[at] = slope.leaf();
            if depth == DEPTH || slope.second < 2.0 * LEAST {
                continue;
            }
            let Some((sign, bin)) = self.best_split(&seen, &signs, slope) else {
                continue;
            };
            let (left, right) = (tree.len(), tree.len() + 1);
            tree.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
            let short = |number: usize| u16::try_from(number).expect("a tree has fewer than 65,536 nodes");
            tree[at] = Node::Split {
                sign: u8::try_from(sign).expect("there are fewer than 256 signs"),
                cut: self.cuts[sign][bin],
                left: short(left),
                right: short(right),
            };
            let (on_left, on_right) = seen
                .into_iter()
                .partition(|candidate| usize::from(self.bins[*candidate][sign]) <= bin);
            open.push((left, on_left, depth + 1));
            open.push((right, on_right, depth + 1));
        }
        for (score, signs) in self.scores.iter_mut().zip(&self.signs) {
            *score += gain(&tree, signs);
        }
        tree
    }

    /// The slopes of the titles that this tree sees, and their candidates.
    fn look(&mut self, questions: &[&Question], chance: &SeededChance) -> Vec<usize> {
        let (mut seen, mut start) = (Vec::new(), 0);
        for question in questions {
            let candidates = start..start + question.candidates.len();
            start = candidates.end;
            if !happens(TITLES_SEEN, chance) {
                continue;
            }
            let scores = &self.scores[candidates.clone()];
            let most = scores.iter().copied().fold(f32::MIN, f32::max);
            let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
            let right = question.right.map(|right| candidates.start + right);
            for candidate in candidates {
                let chance = (self.scores[candidate] - most).exp() / sum;
                self.slopes[candidate] = Slope {
                    first: if right == Some(candidate) { chance - 1.0 } else { chance },
                    second: (chance * (1.0 - chance)).max(1e-6),
                };
                seen.push(candidate);
            }
        }
        seen
    }

    /// The sign and the bin whose cut makes the loss fall most.
    fn best_split(&self, seen: &[usize], signs: &[usize], all: Slope) -> Option<(usize, usize)> {
        let mut histograms = vec![[Slope::default(); BINS]; SIGNS];
        for candidate in seen {
            for sign in signs {
                let bin = usize::from(self.bins[*candidate][*sign]);
                histograms[*sign][bin].add(self.slopes[*candidate]);
            }
        }
        let (mut best, mut most) = (None, LEAST_GAIN);
        for sign in signs {
            let mut left = Slope::default();
            for (bin, slope) in histograms[*sign][..self.cuts[*sign].len()].iter().enumerate() {
                left.add(*slope);
                let right = all.without(left);
                if right.second < LEAST {
                    break;
                }
                let gain = left.worth() + right.worth() - all.worth();
                if left.second >= LEAST && gain > most {
                    (best, most) = (Some((*sign, bin)), gain);
                }
            }
        }
        best
    }
}

/// Where a histogram of these values is cut: at quantiles, denser at the top, where the right ones are.
fn cuts(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    let mut cuts: Vec<f32> = Vec::with_capacity(BINS);
    for bin in 1..BINS {
        let below = 1.0 - (1.0 - real(bin) / real(BINS)).powi(3);
        let Some(cut) = values.get(part_of(values.len(), below)) else {
            break;
        };
        if cuts.last().is_none_or(|last| cut > last) {
            cuts.push(*cut);
        }
    }
    cuts
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part of a count lies between nothing and the count"
)]
fn part_of(count: usize, part: f32) -> usize {
    (real(count.saturating_sub(1)) * part) as usize
}

fn happens(part: f32, chance: &SeededChance) -> bool {
    const FINE: u64 = 1 << 20;
    real(usize::try_from(chance.below(FINE)).unwrap_or(0)) < part * real(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right one is the candidate whose second and third sign are both high; the first sign knows nothing.
    fn questions(count: usize) -> Vec<Question> {
        let chance = SeededChance::new(5);
        let unit = || real(usize::try_from(chance.below(1000)).unwrap()) / 1000.0;
        let question = |_| {
            let mut candidates: Vec<Signs> = (0..8).map(|_| std::array::from_fn(|_| unit() * 0.6)).collect();
            let right = usize::try_from(chance.below(8)).unwrap();
            (candidates[right][1], candidates[right][2]) = (0.7 + unit() * 0.3, 0.7 + unit() * 0.3);
            candidates[(right + 1) % 8][1] = 0.9;
            candidates[(right + 2) % 8][2] = 0.9;
            Question {
                candidates,
                right: Some(right),
            }
        };
        (0..count).map(question).collect()
    }

    #[test]
    fn a_forest_learns_what_no_single_sign_says() {
        let all = questions(400);
        let (learned, asked) = all.split_at(300);
        let learned: Vec<Question> = learned
            .iter()
            .map(|question| Question {
                candidates: question.candidates.clone(),
                right: question.right,
            })
            .collect();
        let forest = Forest::grow(&learned, 1);
        let first = |question: &&Question| {
            let scores: Vec<f32> = question.candidates.iter().map(|signs| forest.score(signs)).collect();
            (0..8).max_by(|a, b| scores[*a].total_cmp(&scores[*b])) == question.right
        };
        let right = asked.iter().filter(first).count();
        assert!(right >= 95, "{right} of 100");
    }

    #[test]
    fn the_same_questions_grow_the_same_forest() {
        let (a, b) = (Forest::grow(&questions(50), 3), Forest::grow(&questions(50), 3));
        let signs = &questions(1)[0].candidates[0];
        assert!((a.score(signs) - b.score(signs)).abs() < f32::EPSILON);
    }
}
