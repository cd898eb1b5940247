//! From what is placed to a PDF.

use std::num::NonZeroU16;

use kernel::Timestamp;
use krilla::{
    Document, SerializeSettings,
    action::{Action, LinkAction},
    annotation::{Annotation, LinkAnnotation, Target},
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    destination::XyzDestination,
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{Path, PathBuilder, Point, Rect, Transform},
    metadata::{DateTime, Metadata, TextDirection},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule, Stroke},
    surface::{Location, Surface},
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
    },
    text::GlyphId,
};

use super::{
    face::Glyph,
    lines::{Colour, Span},
    stack::{Item, Kind, NodeId, Structure},
};

/// A4, in points.
const A4: (f32, f32) = (595.276, 841.89);
/// The language of papers.
const LANGUAGE: &str = "zh-CN";
/// How far cubic curves reach to look like a quarter of a circle.
const ROUND: f32 = 0.552_285;

/// Where on the page the text stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// From the left and right edge to the text.
    pub(crate) aside: f32,
    pub(crate) above: f32,
    pub(crate) below: f32,
}

impl Frame {
    /// How wide the text is.
    pub(crate) fn width(&self) -> f32 {
        A4.0 - 2.0 * self.aside
    }

    /// How high the text is.
    pub(crate) fn height(&self) -> f32 {
        A4.1 - self.above - self.below
    }

    /// Where the footer's room begins, from the top of the page.
    pub(crate) fn foot(&self) -> f32 {
        A4.1 - self.below
    }

    /// The middle of the page.
    pub(crate) const fn middle() -> (f32, f32) {
        (A4.0 / 2.0, A4.1 / 2.0)
    }
}

/// What else there is to a PDF. Decorations have their place from the corner of the page.
pub(crate) struct Sheet<'a> {
    pub(crate) title: String,
    /// What names this document among all.
    pub(crate) ident: &'a str,
    /// The moment it is of. Without one it is no PDF/A: the standard asks for a date.
    pub(crate) at: Option<Timestamp>,
    pub(crate) frame: Frame,
    /// Below the text of a page.
    pub(crate) ground: Vec<Item>,
    /// Of a page, by its number from 1 on.
    pub(crate) header: &'a dyn Fn(usize) -> Vec<Item>,
    pub(crate) footer: Vec<Item>,
    /// Name, media type, words and content of a file that goes with it.
    pub(crate) attached: Option<Attached<'a>>,
}

/// A file within a PDF.
pub(crate) struct Attached<'a> {
    pub(crate) name: &'a str,
    pub(crate) media_type: &'a str,
    pub(crate) about: &'a str,
    pub(crate) content: Vec<u8>,
}

impl krilla::text::Glyph for Glyph {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(self.id)
    }

    fn text_range(&self) -> std::ops::Range<usize> {
        self.range.clone()
    }

    fn x_advance(&self, size: f32) -> f32 {
        self.advance * size
    }

    fn x_offset(&self, size: f32) -> f32 {
        self.offset.0 * size
    }

    fn y_offset(&self, size: f32) -> f32 {
        self.offset.1 * size
    }

    fn y_advance(&self, _: f32) -> f32 {
        0.0
    }

    fn location(&self) -> Option<Location> {
        None
    }
}

/// The elements while pages are drawn: what was drawn of each, and the headings.
struct Drawing {
    structure: Structure,
    drawn: Vec<Vec<Identifier>>,
    outline: Vec<(u16, OutlineNode)>,
}

/// The PDF of pages. The same pages give the same bytes.
pub(crate) fn print(sheet: Sheet<'_>, structure: Structure, pages: Vec<Vec<Item>>) -> Result<Vec<u8>, String> {
    let mut builder = ConfigurationBuilder::new();
    if sheet.at.is_some() {
        builder = builder.with_archival_validator(Archival::A3_B);
    }
    let mut document = Document::new_with(SerializeSettings {
        no_device_cs: true,
        enable_tagging: true,
        configuration: builder.finish().map_err(|error| format!("{error:?}"))?,
        ..SerializeSettings::default()
    });
    let mut drawing = Drawing {
        drawn: structure.0.iter().map(|_| Vec::new()).collect(),
        structure,
        outline: Vec::new(),
    };
    let frame = sheet.frame;
    for (number, items) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(A4.0, A4.1).ok_or("a page without a size")?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        drawing.decorate(&mut surface, &sheet.ground, ArtifactType::Watermark);
        drawing.decorate(&mut surface, &(sheet.header)(number + 1), ArtifactType::Header);
        let mut ways = Vec::new();
        for item in items {
            let item = item.shifted(frame.aside, frame.above);
            match &item {
                Item::Way { at, size, node } => ways.push((*at, *size, *node)),
                Item::Text {
                    y, node: Some(node), ..
                } => drawing.heading(*node, number, *y),
                _ => {}
            }
            drawing.item(&mut surface, &item, ArtifactType::Layout);
        }
        drawing.decorate(&mut surface, &sheet.footer, ArtifactType::Footer);
        surface.finish();
        for (at, size, node) in ways {
            let Kind::Link(address) = &drawing.structure.0[node.0].kind else {
                continue;
            };
            let rect = Rect::from_xywh(at.0, at.1, size.0, size.1).ok_or("a link without a size")?;
            let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
            let link = Annotation::new_link(LinkAnnotation::new(rect, target), Some(address.clone()));
            drawing.drawn[node.0].push(page.add_tagged_annotation(link));
        }
        page.finish();
    }
    document.set_metadata(metadata(&sheet));
    document.set_outline(outline(std::mem::take(&mut drawing.outline)));
    if let Some(file) = sheet.attached {
        let embedded = EmbeddedFile {
            path: file.name.to_owned(),
            mime_type: MimeType::new(file.media_type),
            description: Some(file.about.to_owned()),
            association_kind: AssociationKind::Data,
            data: file.content.into(),
            modification_date: sheet.at.and_then(date),
            compress: Some(true),
            location: None,
        };
        document.embed_file(embedded).ok_or("a file is attached twice")?;
    }
    document.set_tag_tree(drawing.tree());
    document.finish().map_err(|error| format!("{error:?}"))
}

impl Drawing {
    /// Draws what no reader reads out.
    fn decorate(&mut self, surface: &mut Surface<'_>, items: &[Item], kind: ArtifactType) {
        for item in items {
            self.item(surface, item, kind);
        }
    }

    fn item(&mut self, surface: &mut Surface<'_>, item: &Item, decoration: ArtifactType) {
        let node = match item {
            Item::Text { node, .. } => *node,
            Item::Code { node, .. } => Some(*node),
            Item::Way { .. } => return,
            Item::Turned { about, degrees, items } => {
                surface.push_transform(&Transform::from_rotate_at(*degrees, about.0, about.1));
                for item in items {
                    self.item(surface, item, decoration);
                }
                surface.pop();
                return;
            }
            _ => None,
        };
        match node {
            Some(NodeId(node)) => {
                let tag = match item {
                    Item::Text { .. } => ContentTag::Span(SpanTag::empty()),
                    _ => ContentTag::Other,
                };
                self.drawn[node].push(surface.start_tagged(tag));
            }
            None => drop(surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(decoration)))),
        }
        draw(surface, item);
        surface.end_tagged();
    }

    /// A heading's place, when its first line is drawn.
    fn heading(&mut self, node: NodeId, page: usize, y: f32) {
        let Kind::Heading(level, words) = &self.structure.0[node.0].kind else {
            return;
        };
        if self.drawn[node.0].is_empty() {
            // A little above the capitals.
            let place = XyzDestination::new(page, Point::from_xy(0.0, (y - 24.0).max(0.0)));
            self.outline.push((*level, OutlineNode::new(words.clone(), place)));
        }
    }

    /// The elements as a tree.
    fn tree(self) -> TagTree {
        let mut groups: Vec<Option<TagGroup>> = Vec::new();
        for (node, drawn) in self.structure.0.iter().zip(self.drawn) {
            let drawn = drawn.into_iter().map(Node::from).collect();
            groups.push(Some(group(&node.kind, drawn)));
        }
        let mut below: Vec<Vec<TagGroup>> = groups.iter().map(|_| Vec::new()).collect();
        let mut roots = Vec::new();
        // Children come after their parents: from the last on, each is whole when it is given to its parent.
        for (at, node) in self.structure.0.iter().enumerate().rev() {
            let Some(mut group) = groups[at].take() else { continue };
            group.children.extend(below[at].drain(..).rev().map(Node::from));
            match node.parent {
                Some(NodeId(parent)) => below[parent].push(group),
                None => roots.push(group),
            }
        }
        roots.reverse();
        let children: Vec<Node> = roots.into_iter().map(Node::from).collect();
        TagTree::from(children).with_lang(Some(LANGUAGE.to_owned()))
    }
}

fn group(kind: &Kind, drawn: Vec<Node>) -> TagGroup {
    match kind {
        Kind::Title => TagGroup::with_children(Tag::Title, drawn),
        Kind::Heading(level, words) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            TagGroup::with_children(Tag::Hn(level, Some(words.clone())), drawn)
        }
        Kind::Paragraph => TagGroup::with_children(Tag::P, drawn),
        Kind::Group => TagGroup::with_children(Tag::Div, drawn),
        Kind::Table => TagGroup::with_children(Tag::Table, drawn),
        Kind::Head => TagGroup::with_children(Tag::THead, drawn),
        Kind::Body => TagGroup::with_children(Tag::TBody, drawn),
        Kind::Row => TagGroup::with_children(Tag::TR, drawn),
        Kind::ColumnName => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), drawn),
        Kind::RowName => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), drawn),
        Kind::Cell => TagGroup::with_children(Tag::TD, drawn),
        Kind::Picture(words) => TagGroup::with_children(Tag::Figure(Some(words.clone())), drawn),
        Kind::Link(_) => TagGroup::with_children(Tag::Link, drawn),
    }
}

fn metadata(sheet: &Sheet<'_>) -> Metadata {
    let metadata = Metadata::new()
        .title(sheet.title.clone())
        .authors(vec!["企校".to_owned()])
        .creator("企校 Qixiao".to_owned())
        .language(LANGUAGE.to_owned())
        .document_id(sheet.ident.to_owned())
        .text_direction(TextDirection::LeftToRight);
    match sheet.at.and_then(date) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

/// A moment with the time of Shanghai.
fn date(at: Timestamp) -> Option<DateTime> {
    let local = at.in_shanghai();
    let date = DateTime::new(u16::try_from(local.year()).ok()?)
        .month(u8::from(local.month()))
        .day(local.day())
        .hour(local.hour())
        .minute(local.minute())
        .second(local.second());
    Some(date.utc_offset_hour(8).utc_offset_minute(0))
}

/// Headings of the second level below those of the first.
fn outline(headings: Vec<(u16, OutlineNode)>) -> Outline {
    let mut outline = Outline::new();
    let mut open: Option<OutlineNode> = None;
    for (level, heading) in headings {
        match &mut open {
            Some(above) if level > 1 => above.push_child(heading),
            _ => {
                if let Some(done) = open.replace(heading) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(last) = open {
        outline.push_child(last);
    }
    outline
}

fn fill(colour: Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn stroke(colour: Colour, width: f32) -> Stroke {
    Stroke {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        width,
        ..Stroke::default()
    }
}

fn draw(surface: &mut Surface<'_>, item: &Item) {
    match item {
        Item::Text { x, y, spans, .. } => spans.iter().for_each(|span| letters(surface, span, *x, *y)),
        Item::Rule {
            from,
            to,
            thickness,
            colour,
        } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            paint(surface, path.finish(), None, Some(stroke(*colour, *thickness)));
        }
        Item::Area { at, size, colour } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(at.0, at.1, size.0, size.1) {
                path.push_rect(rect);
            }
            paint(surface, path.finish(), Some(fill(*colour)), None);
        }
        Item::Edge {
            at,
            size,
            radius,
            thickness,
            colour,
        } => {
            paint(
                surface,
                rounded(*at, *size, *radius),
                None,
                Some(stroke(*colour, *thickness)),
            );
        }
        Item::Code { at, size, code, .. } => {
            #[expect(clippy::cast_precision_loss, reason = "a code has some hundred modules")]
            let module = size / code.size as f32;
            let mut path = PathBuilder::new();
            for dark in &code.dark {
                #[expect(clippy::cast_precision_loss, reason = "a code has some hundred modules")]
                let (x, y, length) = (dark.x as f32, dark.y as f32, dark.length as f32);
                if let Some(rect) = Rect::from_xywh(at.0 + x * module, at.1 + y * module, length * module, module) {
                    path.push_rect(rect);
                }
            }
            paint(surface, path.finish(), Some(fill(Colour(0, 0, 0))), None);
        }
        Item::Way { .. } | Item::Turned { .. } => {}
    }
}

fn letters(surface: &mut Surface<'_>, span: &Span, x: f32, y: f32) {
    surface.set_stroke(None);
    surface.set_fill(Some(fill(span.colour)));
    let font = span.weight.font().font.clone();
    let start = Point::from_xy(x + span.x, y);
    surface.draw_glyphs(start, &span.glyphs, font, &span.text, span.size, false);
}

fn paint(surface: &mut Surface<'_>, path: Option<Path>, fill: Option<Fill>, stroke: Option<Stroke>) {
    let Some(path) = path else { return };
    surface.set_fill(fill);
    surface.set_stroke(stroke);
    surface.draw_path(&path);
}

/// A rectangle with round corners.
fn rounded(at: (f32, f32), size: (f32, f32), radius: f32) -> Option<Path> {
    let (left, top, right, bottom) = (at.0, at.1, at.0 + size.0, at.1 + size.1);
    let bow = radius * (1.0 - ROUND);
    let mut path = PathBuilder::new();
    path.move_to(left + radius, top);
    path.line_to(right - radius, top);
    path.cubic_to(right - bow, top, right, top + bow, right, top + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - bow, right - bow, bottom, right - radius, bottom);
    path.line_to(left + radius, bottom);
    path.cubic_to(left + bow, bottom, left, bottom - bow, left, bottom - radius);
    path.line_to(left, top + radius);
    path.cubic_to(left, top + bow, left + bow, top, left + radius, top);
    path.close();
    path.finish()
}
