//! The body's JSON Schema, made from the table of fields.

use serde_json::{Map, Value as Json, json};
use vocabulary::SkillLevel;

use super::{
    SCHEMA,
    body::FIELDS,
    choice::ChoiceSet,
    field::{CodeList, ItemField, Kind},
};

/// JSON Schema (draft 2020-12) of the body. What is needed when is not in it: a body is valid while it is being written.
pub fn schema() -> Json {
    let mut groups: Map<String, Json> = Map::new();
    for spec in FIELDS {
        let Some((group, name)) = spec.key.split_once('.') else {
            continue;
        };
        let group = groups.entry(group).or_insert_with(|| object(Map::new()));
        group["properties"][name] = of(&spec.kind);
    }
    let mut schema = object(groups);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(format!("urn:{}", SCHEMA.replace('/', ":")));
    schema["title"] = json!("培养协议 Training agreement");
    schema
}

fn object(properties: Map<String, Json>) -> Json {
    let properties = Json::Object(properties);
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn codes(set: &ChoiceSet) -> Vec<&'static str> {
    set.choices.iter().map(|(code, _)| *code).collect()
}

fn entry(fields: &[ItemField]) -> Json {
    let properties = fields.iter().map(|field| (field.key.to_owned(), of(&field.kind)));
    object(properties.collect())
}

fn of(kind: &Kind) -> Json {
    match kind {
        Kind::Text { max } | Kind::Rich { max } => json!({ "type": "string", "minLength": 1, "maxLength": max }),
        Kind::Lines { max } => json!({
            "type": "array", "items": { "type": "string", "minLength": 1, "maxLength": max },
        }),
        Kind::Date => json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Kind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Hours { max } => json!({
            "type": "integer", "minimum": 0, "maximum": max, "description": "minutes",
        }),
        Kind::Money => json!({ "type": "integer", "minimum": 0, "description": "fen" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Choice { set } => json!({ "enum": codes(set) }),
        Kind::Many { set } => json!({
            "type": "array", "uniqueItems": true, "items": { "enum": codes(set) },
        }),
        Kind::Code { list } => code(*list),
        Kind::Codes { list } => json!({ "type": "array", "items": code(*list) }),
        Kind::List { fields } => json!({ "type": "array", "minItems": 1, "items": entry(fields) }),
    }
}

fn code(list: CodeList) -> Json {
    match list {
        CodeList::Region => json!({ "type": "string", "pattern": "^[0-9]{6}$" }),
        CodeList::Occupation => json!({ "type": "string", "pattern": "^[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}$" }),
        CodeList::SkillLevel => json!({ "enum": SkillLevel::ALL.map(SkillLevel::code) }),
        CodeList::CreditCode => json!({ "type": "string", "minLength": 1, "maxLength": 40 }),
        CodeList::Mode => json!({ "type": "string", "pattern": "^M[0-9]{2}$" }),
    }
}
