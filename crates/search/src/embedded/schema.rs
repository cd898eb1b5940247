//! The columns of the embedded index.

use std::collections::HashSet;

use tantivy::{
    TantivyDocument, Term,
    schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{TextAnalyzer, TokenizerManager, WhitespaceTokenizer},
};

use crate::{
    Facet, Number,
    config::Config,
    row::{Row, column},
};

/// Words are worked out before tantivy sees them; it cuts at blanks only.
const WORDS: &str = "words";

/// The columns by what they hold.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    pub(crate) schema: Schema,
    pub(crate) key: Field,
    pub(crate) document: Field,
    pub(crate) digest: Field,
    pub(crate) audience: Field,
    pub(crate) joined: Field,
    pub(crate) living: Field,
    pub(crate) title_length: Field,
    /// The words of each rank, the best first.
    pub(crate) ranked: Vec<Field>,
    facets: [Field; 6],
    numbers: [Field; 4],
    sorts: [Field; 3],
}

/// The names of the columns to sort by, in the order of [`Row::sort_numbers`].
const SORTS: [&str; 3] = [column::SORT_STARTS, column::SORT_SEATS, column::SORT_PAY];
/// The numbers in the order of [`Row::numbers`].
const NUMBERS: [Number; 4] = [Number::Seats, Number::PayMax, Number::StartsOn, Number::PublishedAt];

impl Columns {
    pub(crate) fn new(config: &Config) -> Self {
        let mut builder = Schema::builder();
        let raw = || STRING.set_fast("raw");
        // Where a word stands is all that is asked: not how often, nor how long the text is.
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(WORDS)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let words = TextOptions::default().set_indexing_options(indexing);
        let key = builder.add_text_field(column::KEY, raw() | STORED);
        let document = builder.add_bytes_field(column::DOCUMENT, STORED);
        let digest = builder.add_text_field(column::DIGEST, STORED);
        let audience = builder.add_text_field(column::AUDIENCE, STRING);
        let joined = builder.add_bool_field(column::JOINED, INDEXED);
        let living = builder.add_bool_field(column::LIVING, INDEXED);
        let title_length = builder.add_i64_field(column::TITLE_LENGTH, FAST);
        let ranked = config
            .columns()
            .map(|name| builder.add_text_field(&name, words.clone()));
        let ranked = ranked.collect();
        let facets = Facet::ALL.map(|facet| builder.add_text_field(facet.name(), raw()));
        let numbers = NUMBERS.map(|number| builder.add_i64_field(number.name(), INDEXED | FAST));
        let sorts = SORTS.map(|name| builder.add_i64_field(name, FAST));
        let schema = builder.build();
        Self {
            schema,
            key,
            document,
            digest,
            audience,
            joined,
            living,
            title_length,
            ranked,
            facets,
            numbers,
            sorts,
        }
    }

    pub(crate) fn tokenizers() -> TokenizerManager {
        let tokenizers = TokenizerManager::default();
        tokenizers.register(WORDS, TextAnalyzer::from(WhitespaceTokenizer::default()));
        tokenizers
    }

    pub(crate) fn facet(&self, facet: Facet) -> Field {
        self.facets[facet as usize]
    }

    pub(crate) fn number(&self, number: Number) -> Field {
        self.numbers[number as usize]
    }

    /// The one document with this key.
    pub(crate) fn key_term(&self, key: &str) -> Term {
        Term::from_field_text(self.key, key)
    }

    pub(crate) fn document(&self, row: &Row<'_>, config: &Config) -> Result<TantivyDocument, serde_json::Error> {
        let mut stored = TantivyDocument::new();
        stored.add_text(self.key, &row.key);
        stored.add_bytes(self.document, &serde_json::to_vec(row.document)?);
        stored.add_text(self.digest, &row.digest);
        for audience in row.hidden_from_others() {
            stored.add_text(self.audience, audience);
        }
        stored.add_bool(self.joined, row.document.joined());
        stored.add_bool(self.living, row.document.is_living());
        stored.add_i64(self.title_length, row.title_length);
        // A word counts where it stands best: what it is worth in the columns behind is never asked.
        let mut stands: HashSet<&str> = HashSet::new();
        for (field, mut words) in self.ranked.iter().zip(row.ranked(config)) {
            words.retain(|word| stands.insert(word));
            stored.add_text(*field, words.join(" "));
        }
        for facet in Facet::ALL {
            for value in row.values(facet) {
                stored.add_text(self.facet(facet), value);
            }
        }
        for (field, (_, value)) in self.numbers.into_iter().zip(row.numbers()) {
            if let Some(value) = value {
                stored.add_i64(field, value);
            }
        }
        for (field, (_, value)) in self.sorts.into_iter().zip(row.sort_numbers()) {
            stored.add_i64(field, value);
        }
        Ok(stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn columns_stand_in_the_order_of_the_row() {
        let document = testing::document("posting:1", "数控");
        let row = Row::new(&document, &testing::analyzer());
        assert_eq!(row.numbers().map(|(name, _)| name), NUMBERS.map(Number::name));
        assert_eq!(row.sort_numbers().map(|(name, _)| name), SORTS);
        let columns = Columns::new(&Config::builtin());
        for (field, name) in columns.ranked.iter().zip(Config::builtin().columns()) {
            assert_eq!(columns.schema.get_field_name(*field), name);
        }
        for facet in Facet::ALL {
            assert_eq!(columns.schema.get_field_name(columns.facet(facet)), facet.name());
        }
        for number in NUMBERS {
            assert_eq!(columns.schema.get_field_name(columns.number(number)), number.name());
        }
    }
}
