//! What each byte of a finished PDF is for.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Range,
};

use agreement::evidence::PaperPart;

use super::object::{Dict, Object, Reader, Value};

/// A PDF that was just made, taken apart.
#[derive(Debug)]
pub(super) struct Taken {
    /// Every byte, in order: its part, and from where to where.
    pub(super) parts: Vec<(PaperPart, Range<usize>)>,
    /// The trailer's dictionary.
    pub(super) trailer: Dict,
    /// Where its table of objects stands.
    pub(super) table: usize,
}

/// Takes a PDF apart that has one table of objects, written as text. `None` when it is written in another way.
pub(super) fn take_apart(pdf: &[u8]) -> Option<Taken> {
    let mut reader = Reader::at(pdf, 0);
    reader.skip_space();
    let mut objects = Vec::new();
    let first = reader.position();
    while let Some(object) = reader.object() {
        objects.push(object);
    }
    let table = reader.position();
    let (trailer_at, trailer) = trailer(pdf, table)?;
    let uses = Uses::of(&objects, &trailer);
    let mut parts = vec![(PaperPart::Header, 0..first)];
    parts.extend(
        objects
            .iter()
            .map(|object| (uses.of_object(object.number), object.bytes.clone())),
    );
    parts.push((PaperPart::Xref, table..trailer_at));
    parts.push((PaperPart::Trailer, trailer_at..pdf.len()));
    Some(Taken { parts, trailer, table })
}

/// The trailer after the table of objects that stands at `table`, with its place.
fn trailer(pdf: &[u8], table: usize) -> Option<(usize, Dict)> {
    let mut reader = Reader::at(pdf, table);
    if !reader.take("xref") {
        return None;
    }
    let word = b"trailer";
    let within = pdf[table..].windows(word.len()).position(|window| window == word)?;
    let at = table + within;
    let mut reader = Reader::at(pdf, at + word.len());
    match reader.value()? {
        Value::Dict(dict) => Some((at, dict)),
        _ => None,
    }
}

/// What each object is for: the first use by which it is reached.
struct Uses<'a> {
    objects: BTreeMap<u32, &'a Object>,
    parts: BTreeMap<u32, PaperPart>,
}

/// Keys by which an object names what it is a part of, not what is a part of it.
const UPWARDS: [&str; 4] = ["Parent", "P", "Pg", "Dest"];

impl<'a> Uses<'a> {
    fn of(objects: &'a [Object], trailer: &Dict) -> Self {
        let mut uses = Self {
            objects: objects.iter().map(|object| (object.number, object)).collect(),
            parts: BTreeMap::new(),
        };
        let Some(root) = trailer.reference("Root") else {
            return uses;
        };
        let catalog = uses.dict(root).cloned().unwrap_or_default();
        uses.parts.insert(root, PaperPart::Catalog);
        if let Some(info) = trailer.reference("Info") {
            uses.spread(info, &PaperPart::Metadata);
        }
        if let Some(pages) = catalog.reference("Pages") {
            uses.pages(pages, &mut 0);
        }
        for (key, part) in [
            ("Metadata", PaperPart::Metadata),
            ("OutputIntents", PaperPart::Colour),
            ("Outlines", PaperPart::Outline),
            ("AF", PaperPart::Catalog),
            ("Names", PaperPart::Catalog),
            ("StructTreeRoot", PaperPart::Structure),
        ] {
            if let Some(value) = catalog.get(key) {
                uses.spread_value(value, &part);
            }
        }
        uses.spread_value(&Value::Dict(catalog), &PaperPart::Catalog);
        uses
    }

    /// The part of an object; what nothing leads to belongs to the catalogue.
    fn of_object(&self, number: u32) -> PaperPart {
        self.parts.get(&number).cloned().unwrap_or(PaperPart::Catalog)
    }

    fn dict(&self, number: u32) -> Option<&'a Dict> {
        self.objects.get(&number).and_then(|object| object.value.dict())
    }

    /// The tree of pages: what is below a page, in the order of the pages.
    fn pages(&mut self, node: u32, count: &mut u32) {
        let Some(dict) = self.dict(node) else { return };
        if self.parts.contains_key(&node) {
            return;
        }
        if dict.name("Type") == Some("Page") {
            *count += 1;
            self.spread(node, &PaperPart::Page(*count));
            return;
        }
        self.parts.insert(node, PaperPart::Catalog);
        if let Some(Value::Array(kids)) = dict.get("Kids") {
            for kid in kids {
                if let Value::Ref(kid) = kid {
                    self.pages(*kid, count);
                }
            }
        }
    }

    fn spread(&mut self, number: u32, part: &PaperPart) {
        self.spread_value(&Value::Ref(number), part);
    }

    /// Gives `part` to everything that `value` leads to and that has none yet. Fonts, attached files and colour profiles are
    /// parts of their own, wherever they are met.
    fn spread_value(&mut self, value: &Value, part: &PaperPart) {
        let mut open: VecDeque<(u32, PaperPart)> = VecDeque::new();
        references(value, &mut |number| open.push_back((number, part.clone())));
        while let Some((number, part)) = open.pop_front() {
            if self.parts.contains_key(&number) {
                continue;
            }
            let Some(object) = self.objects.get(&number).copied() else {
                continue;
            };
            let part = own_part(object).unwrap_or(part);
            self.parts.insert(number, part.clone());
            references(&object.value, &mut |number| open.push_back((number, part.clone())));
        }
    }
}

/// The part that an object is whoever uses it.
fn own_part(object: &Object) -> Option<PaperPart> {
    let Some(dict) = object.value.dict() else {
        return is_colour(&object.value).then_some(PaperPart::Colour);
    };
    match dict.name("Type") {
        Some("Font") => {
            let name = dict.name("BaseFont").unwrap_or_default();
            // A subset's name begins with six letters and a plus.
            let plain = name.split_once('+').map_or(name, |(_, name)| name);
            // The name of the encoding may follow it.
            let plain = plain.split("-Identity").next().unwrap_or(plain);
            Some(PaperPart::Font(plain.to_owned()))
        }
        Some("Filespec") => {
            let name = dict.get("UF").or_else(|| dict.get("F"))?;
            let Value::Text(name) = name else { return None };
            Some(PaperPart::Attachment(file_name(name)))
        }
        Some("StructElem" | "StructTreeRoot") => Some(PaperPart::Structure),
        Some("OutputIntent") => Some(PaperPart::Colour),
        _ => None,
    }
}

fn is_colour(value: &Value) -> bool {
    let Value::Array(items) = value else { return false };
    matches!(items.first(), Some(Value::Name(name)) if name == "ICCBased")
}

/// A text of a PDF: UTF-16 with a mark, or one byte a letter.
fn file_name(text: &[u8]) -> String {
    let Some(units) = text.strip_prefix(&[0xfe, 0xff]) else {
        return String::from_utf8_lossy(text).into_owned();
    };
    let units: Vec<u16> = units
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

/// Calls `found` with every object that `value` leads to downwards.
fn references(value: &Value, found: &mut impl FnMut(u32)) {
    match value {
        Value::Ref(number) => found(*number),
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Dict(dict) => {
            for (_, value) in dict.entries().filter(|(key, _)| !UPWARDS.contains(key)) {
                references(value, found);
            }
        }
        Value::Name(_) | Value::Text(_) | Value::Whole(_) | Value::Other => {}
    }
}
