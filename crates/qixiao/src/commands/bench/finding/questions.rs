//! The questions by which finding is measured, and what answers them by rule: the major's name, the college, the province.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Chance as _, SeededChance};
use marketplace::register::Entry;
use vocabulary::{
    Vocabulary,
    text::{fold, initials, pinyin},
};

const BY_HAND: &str = include_str!("questions.csv");
/// How many questions are drawn of each kind.
const OF_EACH: usize = 24;

/// A question, and what answers it.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// How it was made.
    pub(super) kind: &'static str,
    pub(super) text: String,
    rule: Rule,
}

/// Which rows answer a question.
#[derive(Debug, Clone)]
struct Rule {
    /// Names of majors.
    majors: BTreeSet<String>,
    /// The college's name contains this.
    school: String,
    /// The province's code, when one is asked for.
    province: String,
}

impl Question {
    /// Whether a row answers it.
    pub(super) fn is_answered_by(&self, row: &Entry) -> bool {
        self.rule.names(&row.major_name, &row.school_name, &row.province)
    }

    /// Whether a row that was found answers it.
    pub(super) fn is_answered_by_hit(&self, title: &str, organisation: &str, province: &str) -> bool {
        self.rule.names(title, organisation, province)
    }
}

impl Rule {
    fn names(&self, major: &str, school: &str, province: &str) -> bool {
        self.majors.contains(major)
            && school.contains(&self.school)
            && (self.province.is_empty() || province == self.province)
    }
}

const KINDS: [&str; 8] = [
    "exact",
    "half",
    "pinyin",
    "initials",
    "same_sound",
    "traditional",
    "two_words",
    "word_and_province",
];
const WRITTEN: [&str; 3] = ["abbreviation", "english", "hand"];

/// Makes questions out of a register.
pub(super) struct Maker<'a> {
    rows: &'a [Entry],
    vocabulary: &'a Vocabulary,
    chance: SeededChance,
    names: Vec<&'a str>,
    /// The characters of names by their sound.
    by_sound: BTreeMap<String, BTreeSet<char>>,
    /// Traditional characters by their simple form.
    traditional: HashMap<char, char>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(rows: &'a [Entry], vocabulary: &'a Vocabulary, seed: u64) -> Self {
        let names: BTreeSet<&str> = rows.iter().map(|row| row.major_name.as_str()).collect();
        let mut by_sound: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
        for c in names.iter().flat_map(|name| name.chars()).filter(|c| is_han(*c)) {
            by_sound.entry(pinyin(&c.to_string())).or_default().insert(c);
        }
        let mut traditional = HashMap::new();
        for c in '\u{4e00}'..='\u{9fff}' {
            let simple = fold(&c.to_string());
            if let Some(simple) = simple.chars().next().filter(|simple| *simple != c) {
                traditional.entry(simple).or_insert(c);
            }
        }
        Self {
            rows,
            vocabulary,
            chance: SeededChance::new(seed),
            names: names.into_iter().collect(),
            by_sound,
            traditional,
        }
    }

    /// All questions: drawn ones of each kind, then those written by hand.
    pub(super) fn questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for kind in KINDS {
            let mut seen = BTreeSet::new();
            // A name may have none of a kind, because nothing sounds like it, say; most have.
            for _ in 0..OF_EACH * 100 {
                if seen.len() == OF_EACH {
                    break;
                }
                if let Some(question) = self.drawn(kind)
                    && seen.insert(question.text.clone())
                {
                    questions.push(question);
                }
            }
        }
        questions.extend(self.written());
        questions
    }

    fn drawn(&self, kind: &'static str) -> Option<Question> {
        let name = *self.one_of(&self.names)?;
        let chars: Vec<char> = name.chars().collect();
        let question = |text: String, rule: Rule| Some(Question { kind, text, rule });
        let named = |part: &str| self.majors(|major| major.contains(part));
        match kind {
            "exact" => question(name.to_owned(), self.majors(|major| major == name)),
            "half" => {
                let half: String = chars[..chars.len().div_ceil(2).max(2).min(chars.len())]
                    .iter()
                    .collect();
                question(half.clone(), named(&half))
            }
            "pinyin" => question(pinyin(name), named(name)),
            "initials" if chars.len() >= 4 => {
                let typed = initials(name);
                question(typed.clone(), self.majors(|major| initials(major).contains(&typed)))
            }
            "same_sound" if chars.len() >= 3 => {
                let at = usize::try_from(self.chance.below(chars.len() as u64)).ok()?;
                let alike = self.by_sound.get(&pinyin(&chars[at].to_string()))?;
                let others: Vec<char> = alike.iter().copied().filter(|other| *other != chars[at]).collect();
                let mut typed = chars.clone();
                typed[at] = *self.one_of(&others)?;
                question(typed.into_iter().collect(), named(name))
            }
            "traditional" => {
                let turned = chars.iter().map(|c| self.traditional.get(c).copied().unwrap_or(*c));
                let typed: String = turned.collect();
                question(typed, named(name)).filter(|question| question.text != name)
            }
            "two_words" => {
                let row = self.one_of(self.rows)?;
                let first = |text: &str| text.chars().take(4).collect::<String>();
                let (school, major) = (first(&row.school_name), first(&row.major_name));
                let rule = named(&major);
                question(format!("{school} {major}"), Rule { school, ..rule })
            }
            "word_and_province" => {
                let row = self.one_of(self.rows)?;
                let word: String = row.major_name.chars().take(4).collect();
                let province = self
                    .vocabulary
                    .provinces()
                    .iter()
                    .find(|one| one.code == row.province)?;
                let rule = Rule {
                    province: row.province.clone(),
                    ..named(&word)
                };
                question(format!("{word} {}", province.short_name), rule)
            }
            _ => None,
        }
    }

    /// The questions of the file.
    fn written(&self) -> impl Iterator<Item = Question> {
        let lines = BY_HAND.lines().filter(|line| !line.starts_with('#')).skip(1);
        lines.filter_map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [kind, text, names, school, province] = fields[..] else {
                return None;
            };
            let kind = WRITTEN.into_iter().find(|written| *written == kind)?;
            let parts: Vec<&str> = names.split(';').collect();
            let rule = self.majors(|major| parts.iter().any(|part| major.contains(part)));
            let rule = Rule {
                school: school.to_owned(),
                province: province.to_owned(),
                ..rule
            };
            let text = text.to_owned();
            Some(Question { kind, text, rule })
        })
    }

    fn majors(&self, is_meant: impl Fn(&str) -> bool) -> Rule {
        let meant = self.names.iter().filter(|name| is_meant(name));
        Rule {
            majors: meant.map(|name| (*name).to_owned()).collect(),
            school: String::new(),
            province: String::new(),
        }
    }

    fn one_of<'t, T>(&self, items: &'t [T]) -> Option<&'t T> {
        let at = self.chance.below(items.len().max(1) as u64);
        items.get(usize::try_from(at).unwrap_or(0))
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_question() {
        let lines = BY_HAND.lines().filter(|line| !line.starts_with('#')).skip(1);
        let vocabulary = Vocabulary::builtin();
        let maker = Maker::new(&[], &vocabulary, 1);
        let written: Vec<Question> = maker.written().collect();
        assert_eq!(written.len(), lines.count());
        let of = |kind: &str| written.iter().filter(|question| question.kind == kind).count();
        assert_eq!(WRITTEN.map(of), [OF_EACH, OF_EACH, 60]);
    }
}
