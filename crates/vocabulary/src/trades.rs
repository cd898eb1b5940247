//! Trades as people look for them and walk between them: majors, occupations and groups of occupations.

use crate::lists::{Major, Occupation, OccupationRank, Tier, normal_major_code};
use crate::text;
use crate::vocabulary::Vocabulary;

/// How many occupations a title may mean.
const CODED: usize = 5;

/// A major, or an occupation or group of occupations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade<'a> {
    /// 专业
    Major(&'a Major),
    /// 职业, or a group of them.
    Occupation(&'a Occupation),
}

impl<'a> Trade<'a> {
    /// Its code.
    pub fn code(self) -> &'a str {
        match self {
            Self::Major(major) => &major.code,
            Self::Occupation(occupation) => &occupation.code,
        }
    }

    /// Where it stands among its equals: majors of the higher-vocational catalogue first, as most colleges have them, then by code.
    fn place(self) -> (Option<Tier>, &'a str) {
        match self {
            Self::Major(major) => (Some(major.tier), &major.code),
            Self::Occupation(occupation) => (None, &occupation.code),
        }
    }

    /// Its Chinese name.
    pub fn chinese(self) -> &'a str {
        match self {
            Self::Major(major) => &major.name,
            Self::Occupation(occupation) => &occupation.name,
        }
    }
}

/// How words name something, the better the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Code,
    Whole,
    Beginning,
    Within,
    Sound,
    Class,
}

/// Words somebody looks for a trade with.
struct Wanted {
    words: Vec<String>,
    /// The code they are, or its beginning.
    code: Option<String>,
    /// The words as one, when they are letters: they may be how a name sounds.
    letters: Option<String>,
}

impl Wanted {
    fn new(typed: &str) -> Self {
        let words: Vec<String> = text::fold(typed).split_whitespace().map(str::to_owned).collect();
        let whole = words.concat();
        let code = normal_major_code(typed);
        let is_code = code.len() > 1 && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let is_sound = whole.len() > 1 && whole.bytes().all(|byte| byte.is_ascii_alphabetic());
        Self {
            code: is_code.then(|| code.to_owned()),
            letters: is_sound.then_some(whole),
            words,
        }
    }

    fn is_in(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word.as_str()))
    }

    /// Whether they name what has this name and this code. Of codes the beginning is enough.
    fn name(&self, name: &str, code: &str) -> Option<Named> {
        let folded = text::fold(name);
        let first = self.words.first()?;
        if let Some(typed) = &self.code {
            return code.starts_with(typed.as_str()).then_some(Named::Code);
        }
        if self.is_in(&folded) {
            return Some(match self.words.as_slice() {
                [whole] if *whole == folded => Named::Whole,
                _ if folded.starts_with(first.as_str()) => Named::Beginning,
                _ => Named::Within,
            });
        }
        let letters = self.letters.as_deref()?;
        let sounds = text::pinyin(&folded).starts_with(letters) || text::initials(&folded).starts_with(letters);
        sounds.then_some(Named::Sound)
    }
}

impl Vocabulary {
    /// The trade with this code, whichever it is the code of.
    pub fn trade(&self, code: &str) -> Option<Trade<'_>> {
        let major = self.major(code).map(Trade::Major);
        major.or_else(|| self.occupation(code).map(Trade::Occupation))
    }

    /// The trades on the other side, the nearest first, each with its affinity above zero: the single
    /// occupations that a major prepares for, or the majors that prepare for an occupation or a 小类. Wider groups hold too much
    /// for one answer to mean anything: they have none.
    pub fn trades_across(&self, trade: Trade<'_>) -> Vec<(Trade<'_>, u16)> {
        let mut across: Vec<(Trade<'_>, u16)> = match trade {
            Trade::Major(major) => {
                let row = self.major_place(&major.code).map(|place| self.affinity_row(place));
                let occupations = self.occupations().iter().zip(row.unwrap_or_default());
                let single = occupations.filter(|(occupation, _)| !occupation.is_group());
                single
                    .map(|(occupation, affinity)| (Trade::Occupation(occupation), *affinity))
                    .collect()
            }
            Trade::Occupation(wide) if wide.rank < OccupationRank::Minor => Vec::new(),
            Trade::Occupation(occupation) => {
                let column = self.occupation_place(&occupation.code);
                let column = column.map(|place| self.affinity_column(place)).unwrap_or_default();
                self.majors().iter().map(Trade::Major).zip(column).collect()
            }
        };
        across.retain(|(_, affinity)| *affinity > 0);
        across.sort_by(|(a, near), (b, far)| far.cmp(near).then_with(|| a.place().cmp(&b.place())));
        across
    }

    /// What stands beside a trade in its catalogue, by code: the majors of the same class, the members of the same group; of a
    /// group what lies in it, one step down.
    pub fn trades_beside(&self, trade: Trade<'_>) -> Vec<Trade<'_>> {
        match trade {
            Trade::Major(major) => {
                let class = self
                    .majors()
                    .iter()
                    .filter(|other| other.class_name == major.class_name);
                class
                    .filter(|other| other.code != major.code)
                    .map(Trade::Major)
                    .collect()
            }
            Trade::Occupation(occupation) => {
                let is_group = occupation.is_group();
                let parent = self.occupation_parent(&occupation.code);
                let above = if is_group { Some(occupation) } else { parent };
                let members = self.occupations().iter().filter(|other| {
                    other.code != occupation.code
                        && self.occupation_parent(&other.code).map(|parent| &parent.code)
                            == above.map(|above| &above.code)
                });
                members.map(Trade::Occupation).collect()
            }
        }
    }

    /// The groups that an occupation or group lies in, the widest first.
    pub fn occupation_groups(&self, code: &str) -> Vec<&Occupation> {
        let first = self.occupation_parent(code);
        let mut groups: Vec<&Occupation> =
            std::iter::successors(first, |group| self.occupation_parent(&group.code)).collect();
        groups.reverse();
        groups
    }

    /// The majors and the occupations that words name, at most `most` of each, the likeliest first: the code or its beginning, the
    /// whole name, its beginning, words within, what it sounds like in pinyin or initials, the class of a major. Where no
    /// occupation bears the words in its name, they are taken for a title and coded ([`Self::occupations_meant`]).
    pub fn trades_named(&self, typed: &str, most: usize) -> (Vec<&Major>, Vec<&Occupation>) {
        let wanted = Wanted::new(typed);
        if wanted.words.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let of_class = |major: &Major| wanted.is_in(&text::fold(&major.class_name)).then_some(Named::Class);
        let majors = self.majors().iter().filter_map(|major| {
            let named = wanted.name(&major.name, &major.code).or_else(|| of_class(major));
            named.map(|named| ((named, major.tier), major))
        });
        let occupations = self.occupations().iter().filter_map(|occupation| {
            let named = wanted.name(&occupation.name, &occupation.code)?;
            Some(((named, occupation.is_group()), occupation))
        });
        let mut occupations = best(occupations, most);
        // Titles are Chinese; of letters the coder would make something all the same.
        if occupations.is_empty() && typed.chars().any(text::is_cjk) {
            let meant = self.occupations_meant(typed, most.min(CODED));
            occupations.extend(meant.iter().filter_map(|coded| self.occupation(&coded.code)));
        }
        (best(majors, most), occupations)
    }
}

/// The first so many; equal ones stay in their order.
fn best<T, R: Ord + Copy>(found: impl Iterator<Item = (R, T)>, most: usize) -> Vec<T> {
    let mut found: Vec<(R, T)> = found.collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(most).map(|(_, found)| found).collect()
}
