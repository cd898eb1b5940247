//! Words that mean the same, and abbreviations.

use std::collections::HashMap;

use serde::Deserialize;

use super::fold;

/// Why a list of synonyms was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SynonymError {
    /// The text is not TOML of the expected shape.
    #[error("not a list of synonyms: {0}")]
    Malformed(String),
    /// A group or rule has too few words, or an empty one.
    #[error("{0:?} has nothing to stand for")]
    Lonely(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    group: Vec<Group>,
    #[serde(default)]
    short: Vec<Short>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Short {
    word: String,
    means: Vec<String>,
}

/// Synonyms of single search words, all folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    meanings: HashMap<String, Vec<String>>,
}

impl Synonyms {
    /// Reads `[[group]] words = [..]` (each stands for all) and `[[short]] word = ".." means = [..]` (one way).
    pub fn parse(toml_text: &str) -> Result<Self, SynonymError> {
        let file: File = toml::from_str(toml_text).map_err(|error| SynonymError::Malformed(error.to_string()))?;
        let mut synonyms = Self::default();
        for Group { words } in file.group {
            let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
            if folded.len() < 2 || folded.iter().any(String::is_empty) {
                return Err(SynonymError::Lonely(words));
            }
            for word in &folded {
                synonyms.add(word, folded.iter());
            }
        }
        for Short { word, means } in file.short {
            let folded: Vec<String> = means.iter().map(|word| fold(word)).collect();
            if fold(&word).is_empty() || folded.is_empty() || folded.iter().any(String::is_empty) {
                return Err(SynonymError::Lonely([vec![word], means].concat()));
            }
            synonyms.add(&fold(&word), folded.iter());
        }
        Ok(synonyms)
    }

    fn add<'a>(&mut self, word: &str, others: impl Iterator<Item = &'a String>) {
        let meanings = self.meanings.entry(word.to_owned()).or_default();
        for other in others {
            if other != word && !meanings.contains(other) {
                meanings.push(other.clone());
            }
        }
    }

    /// What else the token stands for, without itself; a meaning may be several words. The token is folded first.
    pub fn expand(&self, token: &str) -> &[String] {
        let found = self.meanings.get(token).or_else(|| self.meanings.get(&fold(token)));
        found.map_or(&[], Vec::as_slice)
    }

    /// Every word that has synonyms and every synonym, sorted: what a [`super::Segmenter`] should keep whole.
    pub fn words(&self) -> Vec<&str> {
        let values = self.meanings.values().flatten();
        let mut words: Vec<&str> = self.meanings.keys().chain(values).map(String::as_str).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Every word with its meanings, sorted by word: for an engine that keeps its own list.
    pub fn pairs(&self) -> Vec<(&str, &[String])> {
        let mut pairs: Vec<_> = self
            .meanings
            .iter()
            .map(|(word, means)| (word.as_str(), means.as_slice()))
            .collect();
        pairs.sort_unstable();
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_works_in_every_direction_and_a_short_form_in_one() {
        let text = "[[group]]\nwords = [\"数控\", \"CNC\"]\n[[short]]\nword = \"汽修\"\nmeans = [\"汽车维修\"]\n";
        let synonyms = Synonyms::parse(text).unwrap();
        assert_eq!(synonyms.expand("cnc"), ["数控"]);
        assert_eq!(synonyms.expand("ＣＮＣ"), ["数控"]);
        assert_eq!(synonyms.expand("数控"), ["cnc"]);
        assert_eq!(synonyms.expand("汽修"), ["汽车维修"]);
        assert!(synonyms.expand("汽车维修").is_empty());
        assert_eq!(synonyms.words(), ["cnc", "数控", "汽修", "汽车维修"]);
    }

    #[test]
    fn a_group_of_one_and_an_unknown_key_are_refused() {
        let lonely = Synonyms::parse("[[group]]\nwords = [\"数控\"]\n");
        assert_eq!(lonely, Err(SynonymError::Lonely(vec!["数控".to_owned()])));
        assert!(matches!(
            Synonyms::parse("[[groups]]\n"),
            Err(SynonymError::Malformed(_))
        ));
    }
}
