//! How far two names speak of the same thing: shared pairs of characters, the rarer the weightier. Integers only.

use std::collections::HashMap;

/// Phrases that say what kind of name it is and not what it is about; longer ones first.
const GENERIC: [&str; 23] = [
    "工程技术人员",
    "专业人员",
    "技术人员",
    "研究人员",
    "服务人员",
    "操作人员",
    "工程技术",
    "技术应用",
    "技术员",
    "数字化",
    "人员",
    "技术",
    "应用",
    "工程",
    "管理",
    "服务",
    "智能",
    "现代",
    "与",
    "及",
    "和",
    "、",
    "其他",
];

/// A name as its weighed pairs: `(pair, weight)` by rising pair.
pub(crate) type Pairs = Vec<(u32, u16)>;

/// The pairs of characters that both sides use, each with its weight.
#[derive(Debug, Clone, Default)]
pub(crate) struct PairIndex {
    known: HashMap<[char; 2], (u32, u16)>,
}

impl PairIndex {
    /// Weighs the pairs that occur among `left` names and among `right` names. What only one side uses cannot be
    /// shared and mostly is an accident of two words meeting (控技 in 数控技术), so it has no weight at all.
    pub(crate) fn new<'a>(left: impl Iterator<Item = &'a str>, right: impl Iterator<Item = &'a str>) -> Self {
        let (left, right) = (counted(left), counted(right));
        let mut shared: Vec<_> = left
            .into_iter()
            .filter_map(|(pair, count)| right.get(&pair).map(|other| (pair, count + other)))
            .collect();
        shared.sort_unstable();
        let known = shared
            .into_iter()
            .zip(0..)
            .map(|((pair, count), place)| (pair, (place, weight(count))))
            .collect();
        Self { known }
    }

    /// The weighed pairs of a name.
    pub(crate) fn pairs(&self, name: &str) -> Pairs {
        let mut pairs: Pairs = pairs_of(name)
            .filter_map(|pair| self.known.get(&pair).copied())
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}

/// The weight of a pair that `count` names use: 12 for the rarest, 1 for pairs of half the names.
fn weight(count: u32) -> u16 {
    let log = u16::try_from(count.max(1).ilog2()).unwrap_or(u16::MAX);
    12_u16.saturating_sub(log).max(1)
}

fn counted<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<[char; 2], u32> {
    let mut counts = HashMap::new();
    for name in names {
        let mut pairs: Vec<_> = pairs_of(name).collect();
        pairs.sort_unstable();
        pairs.dedup();
        for pair in pairs {
            *counts.entry(pair).or_insert(0) += 1;
        }
    }
    counts
}

fn pairs_of(name: &str) -> impl Iterator<Item = [char; 2]> {
    let mut plain = name.to_owned();
    for generic in GENERIC {
        plain = plain.replace(generic, " ");
    }
    let chars: Vec<char> = plain.chars().collect();
    let pairs: Vec<[char; 2]> = chars
        .windows(2)
        .filter(|pair| pair.iter().all(|c| c.is_alphanumeric()))
        .filter_map(|pair| <[char; 2]>::try_from(pair).ok())
        .collect();
    pairs.into_iter()
}

/// What a name weighs at the least, so that a single shared pair is no full agreement.
const LEAST: u32 = 14;

/// How far two names agree, 0..=1000: the weight they share, out of what the lighter of them weighs.
pub(crate) fn agreement(a: &[(u32, u16)], b: &[(u32, u16)]) -> u16 {
    let (mut left, mut right, mut shared) = (a.iter().peekable(), b.iter().peekable(), 0_u32);
    while let (Some((x, weight)), Some((y, _))) = (left.peek(), right.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                shared += u32::from(*weight);
                left.next();
                right.next();
            }
        }
    }
    if shared == 0 {
        return 0;
    }
    let total = |pairs: &[(u32, u16)]| pairs.iter().map(|(_, weight)| u32::from(*weight)).sum::<u32>();
    u16::try_from(shared * 1_000 / total(a).min(total(b)).max(LEAST)).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_by_their_rare_words() {
        let majors = ["数控技术", "汽车检测与维修技术", "护理", "软件技术"];
        let occupations = ["多工序数控机床操作调整工", "汽车维修工", "焊工", "医疗护理员"];
        let index = PairIndex::new(majors.into_iter(), occupations.into_iter());
        let agree = |a: &str, b: &str| agreement(&index.pairs(a), &index.pairs(b));
        assert_eq!(agree("数控技术", "多工序数控机床操作调整工"), 11_000 / 14);
        assert_eq!(agree("汽车检测与维修技术", "汽车维修工"), 1_000);
        assert_eq!(agree("护理", "焊工"), 0);
        assert_eq!(agree("软件技术", "汽车维修工"), 0);
    }
}
