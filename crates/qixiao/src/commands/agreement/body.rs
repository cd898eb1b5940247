//! The body of a training agreement, read from JSON as its schema says it, with every place that is not so.

use std::{collections::BTreeSet, slice};

use agreement::training::{Body, CodeList, FIELDS, ItemField, Kind, choice::ChoiceSet};
use kernel::{format_date, parse_date};
use serde_json::{Map, Value as Json};
use vocabulary::{SkillLevel, Vocabulary};
use words::{Arg, Text};

use super::{Misread, Place};

/// Longest credit code that a body holds; whether it is right is for the rules to say.
const CREDIT_CODE_MAX: usize = 40;

/// The body, or everything that is wrong with the file.
pub(super) fn read(bytes: &[u8], vocabulary: &Vocabulary) -> Result<Body, Vec<Misread>> {
    let json: Json = serde_json::from_slice(bytes).map_err(|error| vec![Misread::of(&error)])?;
    let mut reader = Reader {
        vocabulary,
        wrong: Vec::new(),
    };
    reader.body(&json);
    if !reader.wrong.is_empty() {
        return Err(reader.wrong);
    }
    // From the bytes once more: a field that stands there twice is seen only there.
    serde_json::from_slice(bytes).map_err(|error| vec![Misread::of(&error)])
}

struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    wrong: Vec<Misread>,
}

impl Reader<'_> {
    fn wrong(&mut self, field: &str, what: Text) {
        self.wrong.push(Misread {
            place: Place::Field(field.to_owned()),
            what,
        });
    }

    fn object<'j>(&mut self, field: &str, json: &'j Json) -> Option<&'j Map<String, Json>> {
        if !json.is_object() {
            self.wrong(field, Text::new("body_problem.not_an_object"));
        }
        json.as_object()
    }

    fn list<'j>(&mut self, field: &str, json: &'j Json) -> &'j [Json] {
        if !json.is_array() {
            self.wrong(field, Text::new("body_problem.not_a_list"));
        }
        json.as_array().map_or(&[], Vec::as_slice)
    }

    fn body(&mut self, json: &Json) {
        let groups = FIELDS.iter().filter_map(|spec| Some(spec.key.split_once('.')?.0));
        let groups: BTreeSet<&str> = groups.collect();
        for (group, fields) in self.object("", json).into_iter().flatten() {
            if !groups.contains(group.as_str()) {
                self.wrong(group, Text::new("body_problem.unknown_field"));
                continue;
            }
            for (name, value) in self.object(group, fields).into_iter().flatten() {
                let key = format!("{group}.{name}");
                match FIELDS.iter().find(|spec| spec.key == key) {
                    Some(spec) => self.value(&key, &spec.kind, value),
                    None => self.wrong(&key, Text::new("body_problem.unknown_field")),
                }
            }
        }
    }

    fn entry(&mut self, key: &str, fields: &[ItemField], json: &Json) {
        for (name, value) in self.object(key, json).into_iter().flatten() {
            let inside = format!("{key}.{name}");
            match fields.iter().find(|field| field.key == name) {
                Some(field) => self.value(&inside, &field.kind, value),
                None => self.wrong(&inside, Text::new("body_problem.unknown_field")),
            }
        }
    }

    fn value(&mut self, key: &str, kind: &Kind, json: &Json) {
        match kind {
            Kind::Text { max } | Kind::Rich { max } => self.text(key, *max, json),
            Kind::Lines { max } => {
                for (at, line) in self.list(key, json).iter().enumerate() {
                    self.text(&format!("{key}.{at}"), *max, line);
                }
            }
            Kind::Date => {
                let day = json.as_str().and_then(|words| Some((words, parse_date(words)?)));
                if day.is_none_or(|(words, day)| format_date(day) != words) {
                    self.wrong(key, Text::new("body_problem.not_a_day"));
                }
            }
            Kind::Int { min, max } => match json.as_i64() {
                None => self.wrong(key, Text::new("body_problem.not_a_number")),
                Some(n) if !(*min..=*max).contains(&n) => {
                    self.wrong(
                        key,
                        Text::new("body_problem.out_of_range")
                            .with("min", *min)
                            .with("max", *max),
                    );
                }
                Some(_) => {}
            },
            Kind::Hours { max } => {
                if !json.as_i64().is_some_and(|n| (0..=*max).contains(&n)) {
                    self.wrong(
                        key,
                        Text::new("body_problem.not_minutes")
                            .with("min", 0_i64)
                            .with("max", *max),
                    );
                }
            }
            Kind::Money => {
                if json.as_i64().is_none_or(|n| n < 0) {
                    self.wrong(key, Text::new("body_problem.not_fen"));
                }
            }
            Kind::Bool => {
                if !json.is_boolean() {
                    self.wrong(key, Text::new("body_problem.not_a_flag"));
                }
            }
            Kind::Choice { set } => self.choice(key, set, slice::from_ref(json)),
            Kind::Many { set } => {
                let chosen = self.list(key, json);
                self.choice(key, set, chosen);
            }
            Kind::Code { list } => self.code(key, *list, json),
            Kind::Codes { list } => {
                for (at, code) in self.list(key, json).iter().enumerate() {
                    self.code(&format!("{key}.{at}"), *list, code);
                }
            }
            Kind::List { fields } => {
                let entries = self.list(key, json);
                if entries.is_empty() && json.is_array() {
                    self.wrong(key, Text::new("body_problem.empty"));
                }
                for (at, entry) in entries.iter().enumerate() {
                    self.entry(&format!("{key}.{at}"), fields, entry);
                }
            }
        }
    }

    fn text(&mut self, key: &str, max: usize, json: &Json) {
        match json.as_str() {
            None => self.wrong(key, Text::new("body_problem.not_text")),
            Some("") => self.wrong(key, Text::new("body_problem.empty")),
            Some(words) if words.chars().count() > max => {
                self.wrong(key, Text::new("body_problem.too_long").with("max", max));
            }
            Some(_) => {}
        }
    }

    fn choice(&mut self, key: &str, set: &ChoiceSet, chosen: &[Json]) {
        let codes = || set.choices.iter().map(|(code, _)| *code);
        for (at, one) in chosen.iter().enumerate() {
            match one.as_str().filter(|code| codes().any(|known| known == *code)) {
                None => {
                    let choices: Vec<Arg> = codes().map(Arg::from).collect();
                    self.wrong(key, Text::new("body_problem.not_a_choice").with("choices", choices));
                }
                Some(code) if chosen[..at].contains(one) => {
                    self.wrong(key, Text::new("body_problem.twice").with("typed", code));
                }
                Some(_) => {}
            }
        }
    }

    fn code(&mut self, key: &str, list: CodeList, json: &Json) {
        let Some(code) = json.as_str() else {
            return self.wrong(key, Text::new("body_problem.not_text"));
        };
        let known = match list {
            CodeList::Region => self.vocabulary.district(code).is_some() || self.vocabulary.province(code).is_some(),
            CodeList::Occupation => self.vocabulary.occupation(code).is_some(),
            CodeList::SkillLevel => SkillLevel::ALL.into_iter().any(|level| level.code() == code),
            CodeList::CreditCode => return self.text(key, CREDIT_CODE_MAX, json),
            CodeList::Mode => self.vocabulary.mode(code).is_some(),
        };
        if !known {
            self.wrong(key, Text::new("body_problem.no_such_code").with("typed", code));
        }
    }
}

#[cfg(test)]
mod tests {
    use agreement::training::{sample, sample_minor};
    use serde_json::json;

    use super::*;

    fn places(json: &Json) -> Vec<(Place, String)> {
        let wrong = read(json.to_string().as_bytes(), &Vocabulary::builtin()).unwrap_err();
        wrong
            .into_iter()
            .map(|wrong| (wrong.place, wrong.what.key().to_owned()))
            .collect()
    }

    #[test]
    fn what_the_product_writes_is_read_as_it_was() {
        for body in [sample(), sample_minor(), Body::default()] {
            let bytes = serde_json::to_vec(&body).unwrap();
            assert_eq!(read(&bytes, &Vocabulary::builtin()).unwrap(), body);
        }
    }

    #[test]
    fn everything_wrong_is_named_at_once_by_its_field() {
        let at = |field: &str, problem: &str| (Place::Field(field.to_owned()), format!("body_problem.{problem}"));
        let found = places(&json!({
            "apprentice": { "birth": "2008-02-30", "sex": "other", "name": "" },
            "cost": { "deposit": -1, "guarantee": "no" },
            "hours": { "per_day": 7.5 },
            "nobody": {},
            "pay": { "wage_items": [{ "amount": "3800", "colour": 1 }], "pay_day": 32 },
            "people": { "mentors": [] },
            "post": { "occupation": "9-99-99-99", "hazards": ["none_such"] },
            "safety": { "disclosed": ["pay", "pay"] },
            "training": 3,
        }));
        assert_eq!(
            found,
            [
                at("apprentice.birth", "not_a_day"),
                at("apprentice.name", "empty"),
                at("apprentice.sex", "not_a_choice"),
                at("cost.deposit", "not_fen"),
                at("cost.guarantee", "not_a_flag"),
                at("hours.per_day", "not_minutes"),
                at("nobody", "unknown_field"),
                at("pay.pay_day", "out_of_range"),
                at("pay.wage_items.0.amount", "not_fen"),
                at("pay.wage_items.0.colour", "unknown_field"),
                at("people.mentors", "empty"),
                at("post.hazards", "not_a_choice"),
                at("post.occupation", "no_such_code"),
                at("safety.disclosed", "twice"),
                at("training", "not_an_object"),
            ]
        );
    }

    #[test]
    fn what_the_reader_lets_pass_the_body_can_hold() {
        let vocabulary = Vocabulary::builtin();
        for spec in FIELDS {
            let (group, name) = spec.key.split_once('.').unwrap();
            for value in [
                json!(null),
                json!(1),
                json!("x"),
                json!(true),
                json!([]),
                json!({}),
                json!([{}]),
            ] {
                let json = json!({ group: { name: value } }).to_string();
                if let Err(wrong) = read(json.as_bytes(), &vocabulary) {
                    let by_field = wrong.iter().all(|wrong| matches!(wrong.place, Place::Field(_)));
                    assert!(by_field, "{json}: {wrong:?}");
                }
            }
        }
    }

    #[test]
    fn a_field_that_stands_twice_is_named_by_line_and_column() {
        let text = b"{\n \"cost\": {\n  \"deposit\": 0,\n  \"deposit\": 5\n }\n}";
        let wrong = read(text, &Vocabulary::builtin()).unwrap_err();
        assert!(matches!(wrong[0].place, Place::Position { line: 4, .. }), "{wrong:?}");
    }
}
