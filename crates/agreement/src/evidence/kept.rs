//! The check of a content as it is kept: a text that may have been hurt anywhere, and the hashes that were recorded of it.

use std::collections::BTreeMap;

use kernel::AgreementId;
use serde_json::Deserializer;
use sha2::{Digest as _, Sha256};

use super::{
    canonical::text_of,
    content::{Section, section_hash},
    hash::{ContentHash, SectionHash},
    report::{Fault, FaultKind, Part},
};

/// What is wrong with the text that is kept of a content. `whole` is the hash that was recorded of all of it, `recorded`
/// those of its sections. A text that cannot be read any more still tells which of its sections are as they were.
pub fn check_content(
    (agreement, version): (AgreementId, u32),
    text: &[u8],
    whole: ContentHash,
    recorded: &BTreeMap<String, SectionHash>,
) -> Vec<Fault> {
    // The hash is one of the text: one that has it is the one that was frozen.
    if Sha256::digest(text)[..] == whole.bytes()[..] {
        return Vec::new();
    }
    let of = |part, kind| Fault {
        part,
        kind,
        member: None,
    };
    let mut faults = Vec::new();
    for (key, hash) in recorded {
        let there = written(text, key);
        let same = |(section, _): &&(Section, bool)| section_hash(agreement, version, key, section) == *hash;
        let part = || Part::Section(key.clone());
        match there.iter().filter(same).map(|(_, canonical)| *canonical).max() {
            Some(true) => {}
            Some(false) => faults.push(of(part(), FaultKind::Rewritten)),
            None => faults.push(of(part(), FaultKind::HashDiffers)),
        }
    }
    if faults.is_empty() {
        faults.push(of(Part::Head, FaultKind::HashDiffers));
    }
    faults
}

/// Whatever stands in a text where a section of that key would, and whether it is written as sections are.
fn written(text: &[u8], key: &str) -> Vec<(Section, bool)> {
    let name = format!("\"{key}\":");
    let begins = |(at, window): (usize, &[u8])| (window == name.as_bytes()).then_some(at + name.len());
    let places = text.windows(name.len()).enumerate().filter_map(begins);
    places
        .filter_map(|at| {
            let after = &text[at..];
            let section: Section = Deserializer::from_slice(after).into_iter().next()?.ok()?;
            let canonical = after.starts_with(text_of(&section).as_bytes());
            Some((section, canonical))
        })
        .collect()
}
