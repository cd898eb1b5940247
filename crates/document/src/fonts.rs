//! The fonts of the program, and what they have no picture for.

use std::{collections::BTreeSet, sync::LazyLock};

use agreement::training::{Body, Draft};
use typst::{foundations::Bytes, text::Font};

/// Regular first: what it lacks cannot be printed at all.
const FILES: [&[u8]; 2] = [
    include_bytes!("../fonts/NotoSansCJKsc-Regular-GBK.ttf"),
    include_bytes!("../fonts/NotoSansCJKsc-Bold-GB2312.ttf"),
];

/// The name by which templates ask for them.
pub(crate) const FAMILY: &str = "Noto Sans CJK SC";

pub(crate) static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files = FILES.iter().map(|file| Bytes::new(*file));
    files.flat_map(|file| Font::iter(file).collect::<Vec<_>>()).collect()
});

/// The characters of a font: one bit each.
struct Pictures(Vec<u64>);

impl Pictures {
    fn of(font: Option<&Font>) -> Self {
        let mut bits = vec![0; 0x11_0000 / 64];
        for character in font.into_iter().flat_map(|font| font.info().coverage.iter()) {
            if let Some(word) = bits.get_mut(character as usize / 64) {
                *word |= 1 << (character % 64);
            }
        }
        Self(bits)
    }

    fn has(&self, c: char) -> bool {
        let code = u32::from(c);
        let word = self.0.get(code as usize / 64);
        word.is_some_and(|word| (word >> (code % 64)) & 1 == 1)
    }
}

static REGULAR: LazyLock<Pictures> = LazyLock::new(|| Pictures::of(FONTS.first()));
static BOLD: LazyLock<Pictures> = LazyLock::new(|| Pictures::of(FONTS.get(1)));

fn is_printable(c: char) -> bool {
    // Breaks of lines and paragraphs are laid out, not drawn.
    REGULAR.has(c) || matches!(c, '\n' | '\t')
}

/// The weight in which a name is set off: bold, unless some of it could only be printed in regular. One name has one weight.
pub(crate) fn weight(name: &str) -> &'static str {
    if name.chars().all(|c| BOLD.has(c)) {
        "bold"
    } else {
        "regular"
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
        assert_eq!((weight("张小雨"), weight("张喆")), ("bold", "regular"));
    }

    #[test]
    fn both_fonts_are_of_the_family_that_templates_ask_for() {
        let families: Vec<&str> = FONTS.iter().map(|font| font.info().family.as_str()).collect();
        assert_eq!(families, [FAMILY, FAMILY]);
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
