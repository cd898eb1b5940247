//! Every key that templates and sources use exists, and every key that exists is used.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Templates and Rust sources of the whole workspace.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace") {
        let path = entry.expect("an entry of that folder").path();
        if path.is_dir() {
            if !path.ends_with("target") {
                sources(&path, found);
            }
        } else if path
            .extension()
            .is_some_and(|extension| ["rs", "html", "txt"].iter().any(|e| extension == *e))
        {
            found.push(path);
        }
    }
}

/// The text between the first two quotes after `call` whenever it occurs, and what follows.
fn quoted<'a>(text: &'a str, call: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    text.match_indices(call).filter_map(move |(at, _)| {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let rest = &text[at + call.len()..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (key, after) = rest[1..].split_once(quote)?;
        Some((key, after))
    })
}

/// Keys made from the tables of the training agreement: fields with their entries, lists, sections, rules, facts and the
/// sentences in plain words.
fn of_the_training_agreement() -> BTreeSet<String> {
    use agreement::training::{CHOICE_SETS, FACTS, FIELDS, Kind, PLAIN_KEYS, Person, RULES, Section, TaskState};

    let mut keys = BTreeSet::from(["training_choice.none".to_owned()]);
    for spec in FIELDS {
        keys.insert(format!("training_field.{}", spec.key));
        if let Kind::List { fields } = &spec.kind {
            keys.extend(
                fields
                    .iter()
                    .map(|field| format!("training_field.{}.{}", spec.key, field.key)),
            );
        }
    }
    for set in CHOICE_SETS {
        let codes = set.choices.iter();
        keys.extend(codes.map(|(code, _)| format!("training_choice.{}.{code}", set.name)));
    }
    for rule in RULES {
        keys.extend(["message", "fix"].map(|part| format!("rule.{}.{part}", rule.id)));
    }
    keys.extend(Section::ALL.map(|section| format!("training_section.{}", section.key())));
    keys.extend(Person::ALL.map(|person| format!("training_section.{}", person.key())));
    keys.extend(TaskState::ALL.map(|state| format!("training_task.{}", state.key())));
    keys.extend(FACTS.iter().map(|fact| format!("training_fact.{fact}")));
    keys.extend(PLAIN_KEYS.iter().map(|key| (*key).to_owned()));
    keys.extend(law::Severity::ALL.map(|severity| format!("severity.{}", severity.code())));
    keys.extend(law::Evidence::ALL.map(|evidence| format!("evidence.{}", evidence.code())));
    keys
}

#[test]
fn every_word_of_the_training_agreement_is_in_the_catalogue() {
    let lacking: Vec<String> = of_the_training_agreement()
        .into_iter()
        .filter(|key| !words::has(key))
        .collect();
    assert!(lacking.is_empty(), "{lacking:#?}");
    // Not every field needs help, but no help is for a field that does not exist.
    for (_, key, _) in words::entries() {
        if let Some(field) = key.strip_prefix("training_help.") {
            assert!(
                agreement::training::FIELDS.iter().any(|spec| spec.key == field),
                "{key}"
            );
        }
    }
}

/// A sentence in plain words is filled with what it is given, in both languages.
#[test]
fn no_sentence_in_plain_words_keeps_a_placeholder() {
    use agreement::training::{PlainArg, plain, sample, sample_minor};
    use kernel::Locale;

    for body in [sample(), sample_minor()] {
        for sentence in plain(&body) {
            let args: Vec<(&str, String)> = sentence
                .args
                .iter()
                .map(|(name, arg)| {
                    let shown = match arg {
                        PlainArg::Words(words) => words.clone(),
                        PlainArg::Count(count) => count.to_string(),
                        PlainArg::Money(amount) => amount.to_string(),
                        PlainArg::Date(day) => day.to_string(),
                        PlainArg::Hours(hours) => hours.to_string(),
                        PlainArg::Level(level) => level.name(Locale::Zh).to_owned(),
                    };
                    (*name, shown)
                })
                .collect();
            let args: Vec<(&str, &str)> = args.iter().map(|(name, shown)| (*name, shown.as_str())).collect();
            for locale in [Locale::Zh, Locale::En] {
                let text = words::text_with(locale, sentence.key, &args);
                assert!(!text.contains('{') && text != sentence.key, "{text}");
            }
        }
    }
}

#[test]
fn every_key_used_exists_and_every_key_is_used() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    sources(crates, &mut files);
    let known: BTreeSet<String> = words::entries().into_iter().map(|(_, key, _)| key).collect();
    let mut used = of_the_training_agreement();
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("words/tests/keys.rs")) {
        let text = fs::read_to_string(file).unwrap().replace(['\n', '\r'], " ");
        let template = file.extension().is_some_and(|extension| extension != "rs");
        let calls: &[&str] = if template {
            &["t("]
        } else {
            &[
                "Text::new(",
                "text(Locale::Zh, ",
                "text(Locale::En, ",
                "text(locale, ",
                "text_with(locale, ",
            ]
        };
        for call in calls {
            for (key, after) in quoted(&text, call).filter(|(key, _)| key.contains('.')) {
                // A key with a tail: everything that begins so is used.
                if template && after.trim_start().starts_with('~') {
                    let before = used.len();
                    used.extend(known.iter().filter(|have| have.starts_with(key)).cloned());
                    if before == used.len() && !known.iter().any(|have| have.starts_with(key)) {
                        wrong.push(format!("{}: nothing begins with {key}", file.display()));
                    }
                } else if known.contains(key) {
                    used.insert(key.to_owned());
                } else if key != "common.no_such_key"
                    && key
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || "._0123456789".contains(c))
                {
                    wrong.push(format!("{}: {key}", file.display()));
                }
            }
        }
        if !template {
            let said: Vec<String> = known
                .difference(&used)
                .filter(|key| text.contains(&format!("\"{key}\"")))
                .cloned()
                .collect();
            used.extend(said);
        }
        let named = quoted(&text, "Text::of(").chain(quoted(&text, "Self::of("));
        for (group, _) in named.chain(quoted(&text, "shared(")) {
            used.extend(
                known
                    .iter()
                    .filter(|have| have.starts_with(&format!("{group}.")))
                    .cloned(),
            );
        }
    }
    assert!(wrong.is_empty(), "used and not in the catalogue:\n{}", wrong.join("\n"));
    // Said by the handlers, once each of them is there.
    let later = [
        "flash.",
        "error.",
        "workspace.next_",
        "workspace.finish_draft",
        "check.",
        "event.",
        "facet.",
        "finding.",
        "training_help.",
    ];
    let unused: Vec<&String> = known
        .difference(&used)
        .filter(|key| !later.iter().any(|group| key.starts_with(group)))
        .collect();
    assert!(unused.is_empty(), "in the catalogue and never said: {unused:#?}");
}
