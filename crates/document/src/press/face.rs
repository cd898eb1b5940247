//! The two fonts: which characters they have, and shaping.

use std::{ops::Range, sync::LazyLock};

use krilla::text::Font;
use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script, ttf_parser::Tag};

/// Regular first: what it lacks cannot be printed at all.
const FILES: [&[u8]; 2] = [
    include_bytes!("../../fonts/NotoSansCJKsc-Regular-GBK.ttf"),
    include_bytes!("../../fonts/NotoSansCJKsc-Bold-GB2312.ttf"),
];

/// The weight of a font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// A font, read once.
pub(super) struct Type {
    /// As a PDF takes it.
    pub(super) font: Font,
    face: Face<'static>,
    plan: ShapePlan,
    has: Pictures,
    em: f32,
}

static TYPES: LazyLock<[Type; 2]> = LazyLock::new(|| FILES.map(Type::read));

impl Weight {
    pub(super) fn font(self) -> &'static Type {
        &TYPES[usize::from(self == Self::Bold)]
    }

    /// Whether the font of this weight has a picture for every character.
    pub(crate) fn has_all(self, text: &str) -> bool {
        let has = &self.font().has;
        text.chars().all(|c| has.has(c))
    }
}

/// Whether a character can be printed at all.
pub(crate) fn has_picture(c: char) -> bool {
    Weight::Regular.font().has.has(c)
}

/// The height of capital letters, and so of a line without what hangs below it, in em: both fonts have the same.
pub(super) const CAPITAL: f32 = 0.733;

impl Type {
    fn read(file: &'static [u8]) -> Self {
        let face = Face::from_slice(file, 0).expect("the program's own font is a font");
        let font = Font::new(file.into(), 0).expect("the program's own font is a font");
        let kern = rustybuzz::Feature::new(Tag::from_bytes(b"kern"), 1, ..);
        Self {
            plan: ShapePlan::new(&face, Direction::LeftToRight, Some(script::HAN), None, &[kern]),
            has: Pictures::of(&face),
            em: font.units_per_em(),
            face,
            font,
        }
    }

    /// The glyphs of a text, which is a part of a paragraph that begins at byte `at`.
    fn shape(&self, text: &str, at: usize, weight: Weight, glyphs: &mut Vec<Glyph>) {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::HAN);
        let shaped = rustybuzz::shape_with_plan(&self.face, &self.plan, buffer);
        let infos = shaped.glyph_infos();
        for (place, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let from = info.cluster as usize;
            let next = infos[place..]
                .iter()
                .map(|next| next.cluster as usize)
                .find(|next| *next > from);
            glyphs.push(Glyph {
                id: info.glyph_id,
                weight,
                range: at + from..at + next.unwrap_or(text.len()),
                #[expect(clippy::cast_precision_loss, reason = "units of an em are thousands at most")]
                advance: position.x_advance as f32 / self.em,
                #[expect(clippy::cast_precision_loss, reason = "units of an em are thousands at most")]
                offset: (position.x_offset as f32 / self.em, position.y_offset as f32 / self.em),
            });
        }
    }
}

/// A glyph in its place: lengths in em, bytes of its paragraph.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) id: u32,
    pub(super) weight: Weight,
    pub(super) range: Range<usize>,
    pub(super) advance: f32,
    pub(super) offset: (f32, f32),
}

/// The glyphs of a run of a paragraph. Characters that the bold font lacks are taken from the regular one.
pub(super) fn shape(text: &str, at: usize, weight: Weight, glyphs: &mut Vec<Glyph>) {
    let bold = &Weight::Bold.font().has;
    if weight == Weight::Regular || Weight::Bold.has_all(text) {
        weight.font().shape(text, at, weight, glyphs);
        return;
    }
    let mut from = 0;
    while let Some(first) = text[from..].chars().next() {
        let is_bold = bold.has(first);
        let until = text[from..]
            .find(|c| bold.has(c) != is_bold)
            .map_or(text.len(), |until| from + until);
        let weight = if is_bold { Weight::Bold } else { Weight::Regular };
        weight.font().shape(&text[from..until], at + from, weight, glyphs);
        from = until;
    }
}

/// The characters of a font: one bit each.
struct Pictures(Vec<u64>);

impl Pictures {
    fn of(face: &Face<'_>) -> Self {
        let mut bits = vec![0; 0x11_0000 / 64];
        let tables = face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables);
        for table in tables.filter(rustybuzz::ttf_parser::cmap::Subtable::is_unicode) {
            table.codepoints(|code| {
                let drawn = table.glyph_index(code).is_some_and(|glyph| glyph.0 != 0);
                if let (true, Some(word)) = (drawn, bits.get_mut(code as usize / 64)) {
                    *word |= 1 << (code % 64);
                }
            });
        }
        Self(bits)
    }

    fn has(&self, c: char) -> bool {
        let code = u32::from(c);
        let word = self.0.get(code as usize / 64);
        word.is_some_and(|word| (word >> (code % 64)) & 1 == 1)
    }
}
