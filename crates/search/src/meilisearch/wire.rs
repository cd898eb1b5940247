//! Rows, questions and settings as Meilisearch reads them. Pure.

use std::fmt::Write as _;

use meilisearch_sdk::settings::{PaginationSetting, Settings, TypoToleranceSettings};
use serde_json::{Map, Value, json};

use crate::{
    Facet, Filter, Number, Sort, Viewer,
    analysis::Word,
    config::Config,
    row::{self, Row, column},
};

/// A word in letters Meilisearch does not cut: what is not an ASCII letter or digit becomes `vv` (`vw` beyond 16 bits)
/// and its number. It would segment Chinese its own way, and our words would fall apart differently in a document and
/// in a question. No pinyin begins with `v`, so that a prefix in letters does not reach these.
pub(super) fn encode(word: &str) -> String {
    let mut encoded = String::with_capacity(word.len() * 2);
    for character in word.chars() {
        let number = u32::from(character);
        let written = match number {
            _ if character.is_ascii_alphanumeric() => {
                encoded.push(character);
                Ok(())
            }
            0..=0xffff => write!(encoded, "vv{number:04x}"),
            _ => write!(encoded, "vw{number:06x}"),
        };
        written.expect("writing to a string does not fail");
    }
    encoded
}

/// The question: each word in quotes, so that it is taken exactly; the open one last and bare, because Meilisearch
/// takes a bare last word as the beginning of words.
pub(super) fn question(words: &[Word]) -> String {
    let write = |word: &Word| {
        if word.prefix {
            encode(&word.text)
        } else {
            format!("\"{}\"", encode(&word.text))
        }
    };
    let (open, closed): (Vec<&Word>, Vec<&Word>) = words.iter().partition(|word| word.prefix);
    closed.into_iter().chain(open).map(write).collect::<Vec<_>>().join(" ")
}

/// Viewer and filter as a condition. Values are written as keys, in which there is nothing to escape.
pub(super) fn condition(viewer: &Viewer, filter: &Filter) -> String {
    let audience = format!(
        "{} IN [{}]",
        column::AUDIENCE,
        list(row::audiences(viewer).iter().map(String::as_str))
    );
    format!("{audience} AND ({})", part(filter))
}

fn list<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    keys.map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ")
}

fn part(filter: &Filter) -> String {
    let everything = || format!("{} EXISTS", column::KEY);
    let several = |parts: &[Filter], between: &str| {
        parts
            .iter()
            .map(|one| format!("({})", part(one)))
            .collect::<Vec<_>>()
            .join(between)
    };
    match filter {
        Filter::All(parts) if parts.is_empty() => everything(),
        Filter::All(parts) => several(parts, " AND "),
        Filter::Any(parts) if parts.is_empty() => format!("{} NOT EXISTS", column::KEY),
        Filter::Any(parts) => several(parts, " OR "),
        Filter::Not(one) => format!("NOT ({})", part(one)),
        Filter::Is(_, values) if values.is_empty() => everything(),
        Filter::Is(facet, values) => {
            let keys: Vec<String> = values.iter().map(|value| row::key(value)).collect();
            format!("{facet} IN [{}]", list(keys.iter().map(String::as_str)))
        }
        Filter::Joined(joined) => format!("{} = {joined}", column::JOINED),
        Filter::Between(number, from, to) => match (number.name(), from, to) {
            (_, None, None) => everything(),
            (name, Some(from), None) => format!("{name} >= {from}"),
            (name, None, Some(to)) => format!("{name} <= {to}"),
            (name, Some(from), Some(to)) => format!("{name} >= {from} AND {name} <= {to}"),
        },
    }
}

/// The order asked for; by relevance, the ranking rules alone decide.
/// Where nothing is asked, no title answers better than another.
pub(super) fn order(sort: Sort, worded: bool) -> &'static [&'static str] {
    match sort {
        Sort::Relevance if worded => &[],
        Sort::Relevance => &["living:desc", "published_at:desc", "key:asc"],
        Sort::Newest => &["published_at:desc", "key:asc"],
        Sort::StartsSoonest => &["sort_starts_on:asc", "published_at:desc", "key:asc"],
        Sort::SeatsMost => &["sort_seats:desc", "published_at:desc", "key:asc"],
        Sort::PayHighest => &["sort_pay_max_fen:desc", "published_at:desc", "key:asc"],
    }
}

pub(super) fn document(row: &Row<'_>, config: &Config) -> Result<Value, serde_json::Error> {
    let mut object = Map::new();
    object.insert(column::KEY.into(), json!(row.key));
    object.insert(column::DIGEST.into(), json!(row.digest));
    object.insert(column::AUDIENCE.into(), json!(row.audience));
    object.insert(column::JOINED.into(), json!(row.document.joined()));
    object.insert(column::LIVING.into(), json!(u8::from(row.document.is_living())));
    object.insert(column::TITLE_LENGTH.into(), json!(row.title_length));
    object.insert(column::DOCUMENT.into(), serde_json::to_value(row.document)?);
    for (name, words) in config.columns().zip(row.ranked(config)) {
        let encoded: Vec<String> = words.into_iter().map(encode).collect();
        object.insert(name, json!(encoded.join(" ")));
    }
    for facet in Facet::ALL {
        let values: Vec<String> = row.values(facet).into_iter().map(row::key).collect();
        object.insert(facet.name().into(), json!(values));
    }
    for (name, value) in row.numbers() {
        if let Some(value) = value {
            object.insert(name.into(), json!(value));
        }
    }
    for (name, value) in row.sort_numbers() {
        object.insert(name.into(), json!(value));
    }
    Ok(Value::Object(object))
}

pub(super) fn settings(config: &Config) -> Settings {
    let numbers = [Number::Seats, Number::PayMax, Number::StartsOn, Number::PublishedAt].map(Number::name);
    let filterable = [column::KEY, column::AUDIENCE, column::JOINED]
        .into_iter()
        .chain(numbers);
    let sortable = [
        column::KEY,
        column::LIVING,
        Number::PublishedAt.name(),
        column::SORT_STARTS,
        column::SORT_SEATS,
        column::SORT_PAY,
    ];
    Settings::new()
        .with_searchable_attributes(config.columns())
        .with_filterable_attributes(filterable.chain(Facet::ALL.map(Facet::name)))
        .with_sortable_attributes(sortable)
        .with_displayed_attributes([column::KEY, column::DIGEST, column::DOCUMENT])
        .with_ranking_rules(&config.meilisearch.ranking_rules)
        .with_typo_tolerance(TypoToleranceSettings {
            enabled: Some(false),
            ..TypoToleranceSettings::default()
        })
        .with_max_values_per_facet(config.meilisearch.values_per_facet)
        .with_pagination(PaginationSetting {
            max_total_hits: config.meilisearch.total_hits,
        })
}

#[cfg(test)]
mod tests {
    use kernel::{OrganisationId, SeededChance, Timestamp};

    use super::*;
    use crate::testing;

    #[test]
    fn words_become_letters_that_no_tokenizer_cuts_and_stay_apart() {
        assert_eq!(encode("cnc5"), "cnc5");
        assert_eq!(encode("数控"), "vv6570vv63a7");
        assert_eq!(encode("𠮷"), "vw020bb7");
        assert!(encode(&"𠮷".repeat(30)).len() <= 250, "Meilisearch drops longer words");
    }

    #[test]
    fn only_the_open_word_is_bare_and_it_stands_last() {
        let word = |text: &str, prefix| Word {
            text: text.into(),
            prefix,
            joins: false,
        };
        assert_eq!(
            question(&[word("cn", true), word("数控", false)]),
            "\"vv6570vv63a7\" cn"
        );
        assert_eq!(question(&[]), "");
    }

    #[test]
    fn nothing_a_visitor_sends_leaves_its_quotes() {
        let filter = Filter::is(Facet::Kind, ["a\" OR key EXISTS OR kind = \"", "b\\"]);
        let condition = condition(&Viewer::Public, &filter);
        assert_eq!(condition.matches('"').count(), 6, "{condition}");
        assert!(!condition.contains('\\'), "{condition}");
    }

    #[test]
    fn the_viewer_stands_in_every_condition() {
        assert_eq!(
            condition(&Viewer::Public, &Filter::default()),
            "audience IN [\"public\"] AND (key EXISTS)"
        );
        let id = OrganisationId::new(Timestamp::from_micros(1), &SeededChance::new(1));
        let own = condition(&Viewer::Organisation(id), &Filter::Any(Vec::new()));
        assert!(own.starts_with("audience IN [\"public\", \"organisation_3a"), "{own}");
        assert!(own.ends_with("AND (key NOT EXISTS)"), "{own}");
    }

    #[test]
    fn a_tree_becomes_a_condition() {
        let filter = Filter::default()
            .and(Filter::is(Facet::Level, ["l3"]))
            .and(Filter::Between(Number::Seats, Some(5), Some(9)))
            .and(Filter::Not(Box::new(Filter::Joined(false))));
        assert_eq!(
            part(&filter),
            "(level IN [\"l3\"]) AND (seats >= 5 AND seats <= 9) AND (NOT (joined = false))"
        );
    }

    #[test]
    fn everything_sorted_or_filtered_by_is_set_up_so() {
        let settings = settings(&Config::builtin());
        let sortable = settings.sortable_attributes.unwrap();
        for sort in Sort::ALL {
            for rule in order(sort, true).iter().chain(order(sort, false)) {
                let (name, _) = rule.split_once(':').unwrap();
                assert!(sortable.iter().any(|known| known == name), "{name}");
            }
        }
        let searchable = settings.searchable_attributes.unwrap();
        assert_eq!(
            searchable,
            [
                "words_1", "words_2", "words_3", "words_4", "words_5", "words_6", "words_7"
            ]
        );
        let document_of = testing::document("posting:1", "数控车床");
        let json = document(&Row::new(&document_of, &testing::analyzer()), &Config::builtin()).unwrap();
        assert!(searchable.iter().all(|name| json[name].is_string()));
        assert_eq!(settings.typo_tolerance.unwrap().enabled, Some(false));
    }

    #[test]
    fn an_unknown_number_is_left_out_but_can_be_sorted() {
        let document_of = testing::document("posting:1", "数控车床");
        let row = Row::new(&document_of, &testing::analyzer());
        let json = document(&row, &Config::builtin()).unwrap();
        assert_eq!(json["key"], "posting_3a1");
        assert!(json.get("seats").is_none());
        assert_eq!(json["sort_seats"], -1);
        assert_eq!(json["document"]["title"], "数控车床");
        assert!(json["words_1"].as_str().unwrap().is_ascii());
    }
}
