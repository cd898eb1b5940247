//! Which part of a file is to blame when it cannot be read.
//!
//! A reader stops where it no longer understands, which may be far behind the byte that was changed: a bracket that became a
//! quote swallows what follows. An export's layout is known, so the file is walked part by part, and the first one that is not
//! whole, or does not stand where it has to, is named.

use super::{
    export::{TO_EVENTS, TO_KEYS, TO_ORIGINS, TO_SEALS},
    hash::ExportType,
    report::Part,
    seal::Seal,
};

/// The part that is to blame when a reader of the whole file stopped in line `stopped`, counted from 1. The reader's word
/// counts only where every part is whole: then a value within that line is none that belongs there.
pub(super) fn part_to_blame(file: &[u8], stopped: usize) -> Part {
    let mut walk = Walk {
        file,
        rest: file,
        lines: Vec::new(),
    };
    match walk.whole() {
        Err(part) => part,
        Ok(()) => walk
            .lines
            .into_iter()
            .nth(stopped.saturating_sub(1))
            .unwrap_or(Part::Frame),
    }
}

/// A way through the file.
struct Walk<'a> {
    file: &'a [u8],
    /// What lies ahead.
    rest: &'a [u8],
    /// The part of each line behind.
    lines: Vec<Part>,
}

impl<'a> Walk<'a> {
    /// Walks to the end, or to the first part that is not as it has to be.
    fn whole(&mut self) -> Result<(), Part> {
        const TO_TEMPLATE: &str = "},\"template\":";
        self.head("", "\"sections\":{", "}}}")?;
        self.parts(
            TO_TEMPLATE,
            |_, line, file| Part::Section(key_of(file, line)),
            |part| part.starts_with(b"\"") && is_json(&[b"{", part, b"}"].concat()),
        )?;
        self.head("{\"content\":{\"sections\":{", "\"details\":[", "]}")?;
        self.list(TO_EVENTS, Part::Details)?;
        self.list(TO_KEYS, Part::Event)?;
        self.list(TO_ORIGINS, Part::Key)?;
        self.list(TO_SEALS, Part::Origin)?;
        self.list(&format!("],\"type\":\"{}\"}}", ExportType::WORDS), Part::Seal)?;
        if self.rest.is_empty() { Ok(()) } else { Err(Part::Frame) }
    }

    /// A line of the head, which is JSON between `before` and `after`.
    fn head(&mut self, before: &str, ends: &str, after: &str) -> Result<(), Part> {
        let line = self.line();
        let whole = line.ends_with(ends.as_bytes()) && is_json(&[before.as_bytes(), line, after.as_bytes()].concat());
        self.pass(line.len(), Part::Head);
        if whole { Ok(()) } else { Err(Part::Head) }
    }

    /// A list's parts, and the line `closing` behind them.
    fn list(&mut self, closing: &str, name: fn(u64) -> Part) -> Result<(), Part> {
        let closing = format!("{closing}\n");
        self.parts(&closing, |at, _, _| name(at), is_json)?;
        if !self.rest.starts_with(closing.as_bytes()) {
            return Err(Part::Frame);
        }
        self.pass(closing.len() - 1, Part::Frame);
        Ok(())
    }

    /// Parts to a line each, with a comma behind every one but the last, up to where `closing` stands, hurt or not.
    fn parts(
        &mut self,
        closing: &str,
        name: impl Fn(u64, &[u8], &[u8]) -> Part,
        is_whole: impl Fn(&[u8]) -> bool,
    ) -> Result<(), Part> {
        let mut at = 0;
        while !is_near(self.rest, closing.as_bytes()) {
            at += 1;
            let line = self.line();
            let part = name(at, line, self.file);
            let (text, more) = line.strip_suffix(b",").map_or((line, false), |text| (text, true));
            self.pass(line.len(), part.clone());
            if !is_whole(text) || more == is_near(self.rest, closing.as_bytes()) {
                return Err(part);
            }
        }
        Ok(())
    }

    /// The line ahead, without its break.
    fn line(&self) -> &'a [u8] {
        self.rest.split(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    fn pass(&mut self, length: usize, part: Part) {
        self.rest = self.rest.get(length + 1..).unwrap_or_default();
        self.lines.push(part);
    }
}

/// Whether `text` begins with `words`, of which one byte may be another, too many or missing.
fn is_near(text: &[u8], words: &[u8]) -> bool {
    (words.len() - 1..=words.len() + 1).any(|length| {
        let text = &text[..length.min(text.len())];
        let alike = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
        let before = alike(&mut text.iter().zip(words));
        let behind = alike(&mut text[before..].iter().rev().zip(words[before..].iter().rev()));
        before + behind + 1 >= words.len()
    })
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// The key of a section's line. When it cannot be read, it is the one that a seal knows and no other line begins with.
fn key_of(file: &[u8], line: &[u8]) -> String {
    let begins = |line: &[u8], key: &str| line.starts_with(format!("\"{key}\":").as_bytes());
    let mut seals = file
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b",").unwrap_or(line));
    let sealed: Option<Seal> = seals.find_map(|line| serde_json::from_slice(line).ok());
    let mut known = sealed.into_iter().flat_map(|seal| seal.statement.sections.into_keys());
    let present = |key: &str| file.split(|byte| *byte == b'\n').any(|line| begins(line, key));
    let text = String::from_utf8_lossy(line);
    let key = text.split_once(':').map_or(text.as_ref(), |(key, _)| key);
    let read: String = key
        .chars()
        .filter(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'))
        .take(40)
        .collect();
    if begins(line, &read) {
        read
    } else {
        known.find(|key| !present(key)).unwrap_or(read)
    }
}
