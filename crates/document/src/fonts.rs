//! What the fonts of the program have no picture for.

use std::collections::BTreeSet;

use agreement::training::{Body, Draft};

use crate::press::{Weight, has_picture};

fn is_printable(c: char) -> bool {
    // Breaks of lines and paragraphs are laid out, not drawn.
    has_picture(c) || matches!(c, '\n' | '\t')
}

/// The weight in which a name is set off: bold, unless some of it could only be printed in regular. One name has one weight.
pub(crate) fn weight(name: &str) -> Weight {
    if Weight::Bold.has_all(name) {
        Weight::Bold
    } else {
        Weight::Regular
    }
}

/// The characters of a text that cannot be printed, each once, in their order.
pub fn unprintable(text: &str) -> Vec<char> {
    let mut seen = BTreeSet::new();
    text.chars().filter(|c| !is_printable(*c) && seen.insert(*c)).collect()
}

/// A field with characters that cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprintable {
    /// The field's key; `training.content.0.topic` within a list.
    pub field: String,
    /// The characters.
    pub characters: Vec<char>,
}

/// The fields of a body with characters that cannot be printed.
pub fn unprintable_fields(body: &Body) -> Vec<Unprintable> {
    let draft = Draft::of(body);
    let found = draft.typed().map(|(field, words)| Unprintable {
        field: field.to_owned(),
        characters: unprintable(words),
    });
    found.filter(|found| !found.characters.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_rare_characters_are_printed_and_rarer_ones_are_named() {
        assert!(unprintable("张喆堃 镕玥珺，Ａ·B（1）\n").is_empty());
        assert_eq!(unprintable("王䶮𠮷䶮"), ['䶮', '𠮷']);
        assert_eq!(unprintable("a\u{7}"), ['\u{7}']);
    }

    #[test]
    fn a_name_is_not_half_bold() {
        assert_eq!((weight("张小雨"), weight("张喆")), (Weight::Bold, Weight::Regular));
    }

    #[test]
    fn the_field_is_named() {
        let mut body = agreement::training::sample();
        assert!(unprintable_fields(&body).is_empty());
        body.apprentice.name = Some("王䶮".to_owned());
        let found = unprintable_fields(&body);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field.as_str(), &found[0].characters[..]),
            ("apprentice.name", &['䶮'][..])
        );
    }
}
