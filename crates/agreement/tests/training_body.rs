//! The draft, the body, its schema and its text belong together.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use agreement::{
    lifecycle::SlotRole,
    training::{
        BLANK, Body, Condition, Day, Draft, FIELDS, FieldSpec, Kind, Need, Occasion, Section, Signatory, TaskState,
        clauses, document, field_of, plain, required_signatories, sample, sample_draft, sample_minor, schema, tasks,
    },
};
use kernel::Fen;
use proptest::prelude::*;
use serde_json::Value as Json;
use time::macros::date;
use vocabulary::{SkillLevel, Vocabulary};

const OCCASION: Occasion = Occasion {
    today: date!(2026 - 08 - 25),
    adult_age: 18,
};

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::builtin);

/// Every field filled, as far as they go together.
fn everything() -> Draft {
    let mut draft = Draft::of(&sample_minor());
    for (key, words) in [
        ("apprentice.disability", "true"),
        ("labour_contract.lowest_same_post_wage", "4800"),
        ("training.term_reason", "培养方案按学年实施。"),
        ("pay.allowances", "夜班津贴按甲方制度执行。"),
        ("insurance.registered_on", "2026-09-05"),
        ("safety.training_passed_on", "2026-08-24"),
        ("post.hazards", "m05 m15"),
        ("cost.special_cost.0.subsidised", "1500.50"),
        ("ending.contract_end_grounds", "乙方被依法追究刑事责任的。"),
        ("noncompete.months", "12"),
        ("noncompete.secret_access", "true"),
        ("noncompete.compensation", "1800"),
        ("esign.original_location", "甲方人力资源部"),
    ] {
        draft.set(key, words).unwrap();
    }
    draft
}

fn read(draft: &Draft) -> Body {
    let (body, problems) = draft.read(&VOCABULARY);
    assert!(problems.is_empty(), "{problems:?}");
    body
}

/// Whether `value` is what `schema` says, and if not where.
fn agrees(value: &Json, schema: &Json, at: &str) -> Result<(), String> {
    let fail = |what: &str| Err(format!("{at}: {what}: {value} against {schema}"));
    if let Some(codes) = schema.get("enum").and_then(Json::as_array) {
        return if codes.contains(value) {
            Ok(())
        } else {
            fail("no such code")
        };
    }
    match (schema["type"].as_str(), value) {
        (Some("object"), Json::Object(fields)) => fields.iter().try_for_each(|(name, value)| {
            let own = schema["properties"].get(name);
            own.map_or_else(|| fail(name), |own| agrees(value, own, &format!("{at}.{name}")))
        }),
        (Some("array"), Json::Array(entries)) => entries
            .iter()
            .enumerate()
            .try_for_each(|(index, entry)| agrees(entry, &schema["items"], &format!("{at}.{index}"))),
        (Some("string"), Json::String(text)) => {
            let long = schema.get("maxLength").and_then(Json::as_u64).unwrap_or(u64::MAX);
            if u64::try_from(text.chars().count()).unwrap() > long {
                fail("too long")
            } else {
                Ok(())
            }
        }
        (Some("integer"), Json::Number(number)) => {
            let number = number.as_i64().unwrap();
            let min = schema.get("minimum").and_then(Json::as_i64).unwrap_or(i64::MIN);
            let max = schema.get("maximum").and_then(Json::as_i64).unwrap_or(i64::MAX);
            if (min..=max).contains(&number) {
                Ok(())
            } else {
                fail("out of range")
            }
        }
        (Some("boolean"), Json::Bool(_)) => Ok(()),
        _ => fail("another type"),
    }
}

#[test]
fn the_body_and_its_schema_agree() {
    let schema = schema();
    for body in [sample(), sample_minor(), read(&everything()), Body::default()] {
        let json = serde_json::to_value(&body).unwrap();
        agrees(&json, &schema, "body").unwrap();
        assert_eq!(serde_json::from_value::<Body>(json).unwrap(), body);
    }
    // The other way round: every field of the table has a value in the fullest body.
    let body = read(&everything());
    let filled: BTreeSet<&str> = body.values().into_iter().map(|(spec, _)| spec.key).collect();
    let empty: Vec<&str> = FIELDS
        .iter()
        .map(|spec| spec.key)
        .filter(|key| !filled.contains(key))
        .collect();
    assert!(empty.is_empty(), "{empty:?}");
}

#[test]
fn a_field_that_does_not_exist_is_refused() {
    let mut draft = Draft::default();
    for key in [
        "training",
        "training.goal",
        "training.content.topic",
        "training.content.0",
        "training.content.00.topic",
    ] {
        assert!(draft.set(key, "x").is_err(), "{key}");
    }
    assert!(serde_json::from_str::<Body>(r#"{"training":{"goal":"x"}}"#).is_err());
    assert!(serde_json::from_str::<Body>(r#"{"training":{"start":"2026-9-1"}}"#).is_err());
}

#[test]
fn a_draft_of_a_body_reads_as_that_body() {
    for body in [sample(), sample_minor(), read(&everything())] {
        assert_eq!(read(&Draft::of(&body)), body);
        assert_eq!(Body::from_sections(&body.sections()).unwrap(), body);
    }
}

#[test]
fn what_cannot_be_read_stays_in_the_draft_and_is_told_by_its_field() {
    let mut draft = sample_draft();
    let typed = [
        ("training.start", "开学那天", "not_a_date"),
        ("training.content.1.hours", "很多", "not_a_number"),
        ("labour_contract.wage", "面议", "not_money"),
        ("training.pass_mark", "101", "out_of_range"),
        ("post.occupation", "打杂", "unknown"),
        ("apprentice.sex", "保密", "not_a_choice"),
        ("hours.per_day", "7.333", "not_a_number"),
    ];
    for (key, words, _) in typed {
        draft.set(key, words).unwrap();
    }
    let (body, problems) = draft.read(&VOCABULARY);
    for (key, words, code) in typed {
        assert_eq!(draft.get(key), Some(words));
        let problem = problems.iter().find(|problem| problem.field == key).unwrap();
        assert_eq!(problem.code.key(), code);
    }
    assert_eq!(problems.len(), typed.len());
    assert_eq!(body.training.start, None);
    assert_eq!(body.training.content.len(), 3);
}

#[test]
fn lists_close_their_gaps_when_an_entry_goes() {
    let mut draft = sample_draft();
    draft.remove_entry("training.content", 0);
    assert_eq!(
        draft.indices("training.content").into_iter().collect::<Vec<_>>(),
        [0, 1]
    );
    assert_eq!(draft.get("training.content.0.hours"), Some("120"));
    assert_eq!(read(&draft).training.content.len(), 2);
}

#[test]
fn a_complete_body_lacks_nothing_and_each_needed_field_is_missed() {
    for (body, name) in [(sample(), "adult"), (sample_minor(), "minor")] {
        assert_eq!(body.missing(&OCCASION), Vec::<String>::new(), "{name}");
        assert_eq!(body.missing_for_filing(), Vec::<String>::new(), "{name}");
    }
    let everything = everything();
    for spec in FIELDS {
        if matches!(spec.need, Need::Optional | Need::File) || spec.need == Need::When(Condition::Paper) {
            continue;
        }
        let mut draft = everything.clone();
        clear(&mut draft, spec);
        let (body, _) = draft.read(&VOCABULARY);
        // Without its own words a condition may no longer hold.
        if spec.need.holds(&body, &OCCASION) {
            assert!(
                body.missing(&OCCASION).iter().any(|key| key == spec.key),
                "{}",
                spec.key
            );
        }
    }
}

fn clear(draft: &mut Draft, spec: &FieldSpec) {
    if matches!(spec.kind, Kind::List { .. }) {
        while let Some(index) = draft.indices(spec.key).last().copied() {
            draft.remove_entry(spec.key, index);
        }
    } else {
        draft.set(spec.key, "").unwrap();
    }
}

#[test]
fn an_entry_that_was_begun_has_to_be_finished() {
    let mut draft = sample_draft();
    draft.set("training.content.3.topic", "质量检测").unwrap();
    let missing = read(&draft).missing(&OCCASION);
    assert!(missing.contains(&"training.content.3.hours".to_owned()), "{missing:?}");
}

#[test]
fn the_task_list_follows_what_was_typed() {
    let state = |draft: &Draft, blocked: &[&str], section: Section| {
        let (body, problems) = draft.read(&VOCABULARY);
        let list = tasks(draft, &body, &problems, blocked, &OCCASION);
        assert_eq!(list.len(), Section::ALL.len());
        list.into_iter().find(|task| task.section == section).unwrap().state
    };
    assert_eq!(state(&Draft::default(), &[], Section::Goals), TaskState::NotStarted);
    assert_eq!(state(&Draft::default(), &[], Section::Annexes), TaskState::Done);
    let mut draft = Draft::default();
    draft.set("training.target_level", "高级工").unwrap();
    assert_eq!(state(&draft, &[], Section::Goals), TaskState::InProgress);
    let mut draft = sample_draft();
    assert_eq!(state(&draft, &[], Section::Goals), TaskState::Done);
    assert_eq!(
        state(&draft, &["training.content.0.hours"], Section::Content),
        TaskState::NeedsChange
    );
    draft.set("training.target_level", "大师").unwrap();
    assert_eq!(state(&draft, &[], Section::Goals), TaskState::NeedsChange);
}

#[test]
fn a_phone_number_is_immaterial_and_a_wage_is_not() {
    let before = sample();
    let mut draft = sample_draft();
    draft.set("enterprise.phone", "021-00000009").unwrap();
    assert!(!read(&draft).differs_materially_from(&before));
    assert_eq!(read(&draft).changed_from(&before).len(), 1);
    draft.set("pay.wage_items.0.amount", "3900").unwrap();
    assert!(read(&draft).differs_materially_from(&before));
}

#[test]
fn those_sign_whom_the_facts_ask_for() {
    let roles = |body: &Body| -> Vec<(SlotRole, bool)> {
        required_signatories(body, &OCCASION)
            .into_iter()
            .map(|Signatory { role, required }| (role, required))
            .collect()
    };
    let adult = [
        (SlotRole::Apprentice, true),
        (SlotRole::Enterprise, true),
        (SlotRole::College, false),
    ];
    assert_eq!(roles(&sample()), adult);
    let minor = roles(&sample_minor());
    assert!(minor.contains(&(SlotRole::Guardian, true)));
    let mut alone = sample_minor();
    alone.guardian = agreement::training::Guardian::default();
    assert!(roles(&alone).contains(&(SlotRole::Guardian, true)));
    alone.apprentice.self_supporting = Some(true);
    assert!(!roles(&alone).contains(&(SlotRole::Guardian, true)));
}

#[expect(
    clippy::disallowed_methods,
    reason = "only whoever changes the golden files sets this"
)]
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap();
    assert!(
        wanted == text,
        "{name} differs; look at it with UPDATE_GOLDEN=1 and git diff"
    );
}

/// Text signed under `training/1` reads so for ever: a change here is a new template.
#[test]
fn the_document_reads_as_it_always_did() {
    golden("training-1-adult.txt", &document(&sample(), &VOCABULARY));
    golden("training-1-minor.txt", &document(&sample_minor(), &VOCABULARY));
    golden(
        "training-1-everything.txt",
        &document(&read(&everything()), &VOCABULARY),
    );
}

fn no_hole(text: &str) {
    for hole in [
        BLANK, "None", "null", "。。", "，。", "（）", "；。", "、。", "：。", "“”",
    ] {
        assert!(!text.contains(hole), "{hole} in {text}");
    }
    let lines: Vec<&str> = text.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair[0].ends_with('：')) {
        assert!(
            !pair[1].is_empty() && !pair[1].starts_with('第'),
            "nothing after {}",
            pair[0]
        );
    }
}

#[test]
fn a_complete_document_has_no_blank_and_every_section_its_article() {
    for body in [sample(), sample_minor(), read(&everything())] {
        let text = document(&body, &VOCABULARY);
        no_hole(&text);
        let clauses = clauses(&body, &VOCABULARY);
        let sections: BTreeSet<Section> = clauses.iter().map(|clause| clause.section).collect();
        assert_eq!(sections.len(), Section::ALL.len());
        assert!(clauses.is_sorted_by_key(|clause| clause.section));
        for (index, clause) in clauses.iter().enumerate() {
            assert_eq!(clause.number, index + 1);
            assert!(!clause.text.trim().is_empty() && !clause.title.is_empty());
        }
    }
}

#[test]
fn without_its_optional_parts_the_document_has_no_hole() {
    let mut draft = sample_draft();
    for key in [
        "service.months",
        "service.start_rule",
        "service.wage_frozen",
        "service.damages_cap",
        "service.formula",
        "service.carve_out_38",
    ] {
        draft.set(key, "").unwrap();
    }
    for spec in FIELDS
        .iter()
        .filter(|spec| matches!(spec.need, Need::Optional | Need::File))
    {
        clear(&mut draft, spec);
    }
    for spec in FIELDS
        .iter()
        .filter(|spec| spec.key.starts_with("college.") || spec.key == "cost.special_cost")
    {
        clear(&mut draft, spec);
    }
    draft.set("privacy.sensitive", "none").unwrap();
    draft.set("post.hazards", "none").unwrap();
    let body = read(&draft);
    assert_eq!(body.missing(&OCCASION), Vec::<String>::new());
    let text = document(&body, &VOCABULARY);
    no_hole(&text);
    golden("training-1-least.txt", &text);
}

/// How a value stands in the document.
fn shown(value: &Json, kind: &Kind, vocabulary: &Vocabulary) -> Vec<String> {
    let name = |set: &agreement::training::choice::ChoiceSet, code: &str| {
        let found = set.choices.iter().find(|(have, _)| *have == code);
        found.unwrap().1.to_owned()
    };
    let text = || value.as_str().unwrap().to_owned();
    match kind {
        Kind::Text { .. } => vec![text()],
        Kind::Rich { .. } => text()
            .lines()
            .map(|line| line.trim_end_matches('。').to_owned())
            .collect(),
        Kind::Lines { .. } => {
            let lines = value.as_array().unwrap().iter();
            lines
                .map(|line| line.as_str().unwrap().trim_end_matches('。').to_owned())
                .collect()
        }
        Kind::Date => {
            let day: Day = serde_json::from_value(value.clone()).unwrap();
            let date = day.date();
            vec![format!("{}年{}月{}日", date.year(), u8::from(date.month()), date.day())]
        }
        Kind::Int { .. } => vec![value.to_string()],
        Kind::Hours { .. } => {
            let minutes: agreement::training::Minutes = serde_json::from_value(value.clone()).unwrap();
            vec![format!("{minutes}小时")]
        }
        Kind::Money => vec![format!("{}元", Fen::new(value.as_i64().unwrap()))],
        // Sentences: the test of changed values looks after them.
        Kind::Bool => Vec::new(),
        Kind::Choice { set } => vec![name(set, value.as_str().unwrap())],
        Kind::Many { set } => {
            let codes = value.as_array().unwrap().iter();
            codes.map(|code| name(set, code.as_str().unwrap())).collect()
        }
        Kind::Code { list } => match list {
            agreement::training::CodeList::SkillLevel => {
                vec![
                    SkillLevel::from_code(&text())
                        .unwrap()
                        .name(kernel::Locale::Zh)
                        .to_owned(),
                ]
            }
            agreement::training::CodeList::Region => vec![vocabulary.district(&text()).unwrap().name.clone()],
            _ => vec![text()],
        },
        Kind::Codes { .. } => {
            let codes = value.as_array().unwrap().iter();
            codes
                .map(|code| {
                    vocabulary
                        .mode(code.as_str().unwrap())
                        .unwrap()
                        .name(kernel::Locale::Zh)
                        .to_owned()
                })
                .collect()
        }
        Kind::List { fields } => value
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|entry| {
                let own = fields
                    .iter()
                    .filter_map(|field| entry.get(field.key).map(|value| (value, &field.kind)));
                own.flat_map(|(value, kind)| shown(value, kind, vocabulary))
                    .collect::<Vec<_>>()
            })
            .collect(),
    }
}

#[test]
fn every_value_a_reader_must_see_stands_in_its_own_section() {
    let mut draft = everything();
    for paper in [false, true] {
        if paper {
            draft.set("esign.form", "paper").unwrap();
        }
        let body = read(&draft);
        let clauses = clauses(&body, &VOCABULARY);
        for (spec, value) in body.values() {
            let electronic = spec.key.starts_with("esign.") && spec.key != "esign.form";
            if electronic && paper != (spec.key == "esign.original_location") {
                continue;
            }
            // The number stands at the head of the document.
            if spec.key == "head.no" {
                assert!(document(&body, &VOCABULARY).contains(body.head.no.as_deref().unwrap()));
                continue;
            }
            let own: String = clauses
                .iter()
                .filter(|clause| clause.section == spec.section)
                .map(|clause| clause.text.clone() + "\n")
                .collect();
            for words in shown(&value, &spec.kind, &VOCABULARY) {
                assert!(own.contains(&words), "{}: {words} is not in\n{own}", spec.key);
            }
        }
    }
}

/// Other words for what was typed.
fn other(key: &str, words: &str) -> Option<String> {
    let (_, kind) = field_of(key)?;
    Some(match kind {
        Kind::Text { .. } | Kind::Rich { .. } | Kind::Lines { .. } => format!("{words}改"),
        Kind::Date => "2031-03-04".to_owned(),
        Kind::Int { min, max } => {
            let number: i64 = words.parse().unwrap();
            if number < *max {
                (number + 1).to_string()
            } else {
                (number - 1).max(*min).to_string()
            }
        }
        Kind::Hours { .. } => "6.5".to_owned(),
        Kind::Money => "4321.09".to_owned(),
        Kind::Bool => (words != "true").to_string(),
        Kind::Choice { set } | Kind::Many { set } => set
            .choices
            .iter()
            .map(|(code, _)| *code)
            .find(|code| *code != words)?
            .to_owned(),
        Kind::Code { list } => match list {
            agreement::training::CodeList::SkillLevel => if words == "L6" { "L5" } else { "L6" }.to_owned(),
            agreement::training::CodeList::Region => "310151".to_owned(),
            agreement::training::CodeList::Occupation => "6-18-01-02".to_owned(),
            _ => format!("{words}0"),
        },
        Kind::Codes { .. } => "M07".to_owned(),
        Kind::List { .. } => return None,
    })
}

#[test]
fn a_change_of_a_value_is_seen_in_the_text() {
    let draft = everything();
    let before = document(&read(&draft), &VOCABULARY);
    for (key, words) in draft.typed() {
        if key == "esign.original_location" {
            continue;
        }
        let mut changed = draft.clone();
        changed.set(key, &other(key, words).unwrap()).unwrap();
        assert_ne!(
            document(&read(&changed), &VOCABULARY),
            before,
            "{key} may change unseen"
        );
        assert_eq!(read(&changed).changed_from(&read(&draft)).len(), 1, "{key}");
    }
}

#[test]
fn every_section_has_plain_words() {
    for body in [sample(), sample_minor(), read(&everything())] {
        let sentences = plain(&body);
        let sections: BTreeSet<Section> = sentences.iter().map(|sentence| sentence.section).collect();
        assert_eq!(sections.len(), Section::ALL.len());
    }
    assert!(!plain(&Body::default()).is_empty());
}

proptest! {
    #[test]
    fn nothing_typed_makes_the_reader_stumble(
        index in 0..FIELDS.len(),
        item in 0_usize..8,
        words in "\\PC{0,40}",
    ) {
        let spec = &FIELDS[index];
        let key = match &spec.kind {
            Kind::List { fields } => format!("{}.0.{}", spec.key, fields[item % fields.len()].key),
            _ => spec.key.to_owned(),
        };
        let mut draft = sample_draft();
        draft.set(&key, &words).unwrap();
            let (body, _) = draft.read(&VOCABULARY);
        let json = serde_json::to_value(&body).unwrap();
        prop_assert!(agrees(&json, &schema(), "body").is_ok());
        prop_assert_eq!(&serde_json::from_value::<Body>(json).unwrap(), &body);
        let (again, problems) = Draft::of(&body).read(&VOCABULARY);
        prop_assert!(problems.is_empty());
        prop_assert_eq!(again, body.clone());
        document(&body, &VOCABULARY);
    }
}
