//! `search-config/index.toml`, which both engines read.

use serde::Deserialize;

use crate::{Error, row::TextField};

/// Settings of the index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) query: QueryConfig,
    pub(crate) excerpt: ExcerptConfig,
    pub(crate) fields: Vec<FieldConfig>,
    pub(crate) embedded: EmbeddedConfig,
    pub(crate) meilisearch: MeilisearchConfig,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryConfig {
    pub(crate) words: usize,
    pub(crate) characters: usize,
    pub(crate) prefix_letters: usize,
    pub(crate) beginning: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExcerptConfig {
    pub(crate) characters: usize,
    pub(crate) before: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldConfig {
    pub(crate) name: TextField,
    pub(crate) rank: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmbeddedConfig {
    pub(crate) writer_mb: usize,
    pub(crate) rebuild_mb: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeilisearchConfig {
    pub(crate) ranking_rules: Vec<String>,
    pub(crate) values_per_facet: usize,
    pub(crate) total_hits: usize,
    pub(crate) search_timeout_ms: u64,
    pub(crate) write_timeout_ms: u64,
    pub(crate) task_wait_s: u64,
    pub(crate) batch: usize,
}

impl Config {
    /// The settings this program was built with.
    pub(crate) fn builtin() -> Self {
        Self::parse(include_str!("../../../search-config/index.toml"))
            .expect("a test reads the settings the program is built with")
    }

    /// The fields of each rank, the best rank first.
    pub(crate) fn ranks(&self) -> impl Iterator<Item = &[FieldConfig]> {
        self.fields.chunk_by(|one, next| one.rank == next.rank)
    }

    /// The names of the columns that hold the words of each rank, the best rank first.
    pub(crate) fn columns(&self) -> impl Iterator<Item = String> {
        self.ranks().map(|fields| format!("words_{}", fields[0].rank))
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let config: Self = toml::from_str(text).map_err(|e| Error::Settings(e.to_string()))?;
        for field in TextField::ALL {
            let times = config
                .fields
                .iter()
                .filter(|configured| configured.name == field)
                .count();
            if times != 1 {
                return Err(Error::Settings(format!(
                    "field {} stands there {times} times, not once",
                    field.name()
                )));
            }
        }
        // Engines count the steps by themselves.
        if config.ranks().zip(1..).any(|(fields, rank)| fields[0].rank != rank) {
            return Err(Error::Settings(
                "the ranks of the fields go up from 1, one by one".into(),
            ));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_settings_are_complete() {
        let config = Config::builtin();
        assert_eq!(config.fields[0].name, TextField::Title);
        let subject: Vec<_> = config.ranks().next().unwrap().iter().map(|field| field.name).collect();
        assert_eq!(subject, [TextField::Title, TextField::Trades]);
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let text = include_str!("../../../search-config/index.toml");
        assert!(Config::parse(&text.replace("writer_mb", "writer_nb")).is_err());
    }

    #[test]
    fn ranks_with_a_gap_are_refused() {
        let text = include_str!("../../../search-config/index.toml");
        assert!(Config::parse(&text.replace("rank = 3", "rank = 7")).is_err());
    }

    #[test]
    fn a_field_left_out_is_named() {
        let text = include_str!("../../../search-config/index.toml");
        let error = Config::parse(&text.replace("name = \"pinyin\"", "name = \"initials\"")).unwrap_err();
        assert!(
            error.to_string().contains("pinyin") || error.to_string().contains("initials"),
            "{error}"
        );
    }
}
