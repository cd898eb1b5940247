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

#[test]
fn every_key_used_exists_and_every_key_is_used() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    sources(crates, &mut files);
    let known: BTreeSet<String> = words::entries().into_iter().map(|(_, key, _)| key).collect();
    let mut used = BTreeSet::new();
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
            used.extend(known.iter().filter(|key| text.contains(&format!("\"{key}\""))).cloned());
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
    ];
    let unused: Vec<&String> = known
        .difference(&used)
        .filter(|key| !later.iter().any(|group| key.starts_with(group)))
        .collect();
    assert!(unused.is_empty(), "in the catalogue and never said: {unused:#?}");
}
