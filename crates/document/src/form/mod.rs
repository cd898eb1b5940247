//! The form of the training agreement on paper. The words come as data; what stands here is how they look.

mod evidence;
mod text;

use kernel::Timestamp;
use words::Qr;

use crate::{
    press::{
        Align, Attached, CM, Colour, Frame, Item, Paragraph, Run, Sheet, Stack, Structure, Weight, paginate, print,
    },
    signatures::{Line, Place},
};

const INK: Colour = Colour(0x1b, 0x24, 0x30);
const SOFT: Colour = Colour(0x4a, 0x55, 0x65);
const HAIR: Colour = Colour(0xc9, 0xd0, 0xda);
const GROUND: Colour = Colour(0xf5, 0xf6, 0xf8);
const VERMILION: Colour = Colour(0xb5, 0x38, 0x2a);
const MARK: Colour = Colour(0xf6, 0xe7, 0xe4);

const FRAME: Frame = Frame {
    aside: 2.5 * CM,
    above: 2.7 * CM,
    below: 2.4 * CM,
};
/// The size of the text: 五号.
const BODY: f32 = 10.5;
/// Lines stand one and a half times their size apart.
const LEADING: f32 = 0.78 * BODY;
const DRAFT: &str = "草稿 DRAFT，未签署";

/// What is printed.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) title: &'static str,
    pub(crate) number: String,
    pub(crate) preamble: &'static str,
    pub(crate) draft: bool,
    pub(crate) parties: Vec<Party>,
    pub(crate) sections: Vec<SectionData>,
    pub(crate) places: Vec<Place>,
    pub(crate) lookup: Option<LookupData>,
    pub(crate) audit: Option<Audit>,
}

/// Who agrees, and as whom.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) role: &'static str,
    pub(crate) name: String,
    pub(crate) weight: Weight,
    /// What else is said of them; may be nothing.
    pub(crate) more: String,
}

#[derive(Debug)]
pub(crate) struct SectionData {
    pub(crate) title: String,
    pub(crate) clauses: Vec<ClauseData>,
}

#[derive(Debug)]
pub(crate) struct ClauseData {
    pub(crate) title: String,
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct LookupData {
    pub(crate) code: String,
    pub(crate) url: String,
    pub(crate) picture: Option<Qr>,
}

/// The page of evidence.
#[derive(Debug)]
pub(crate) struct Audit {
    pub(crate) agreement: String,
    pub(crate) version: u32,
    pub(crate) content_hash: String,
    pub(crate) sections: Vec<(String, String)>,
    pub(crate) events: Vec<Line>,
    pub(crate) seals: Vec<SealData>,
}

#[derive(Debug)]
pub(crate) struct SealData {
    pub(crate) place: u64,
    pub(crate) at: String,
    pub(crate) events: u64,
    pub(crate) key: String,
}

/// The PDF, and how many pages it has. `attached` is the export that the page of evidence speaks of.
pub(crate) fn lay(
    data: &Data,
    attached: Option<Attached<'_>>,
    ident: &str,
    at: Option<Timestamp>,
) -> Result<(Vec<u8>, usize), String> {
    let mut structure = Structure::default();
    let mut slabs = text::slabs(data, &mut structure);
    if let (Some(audit), Some(file)) = (&data.audit, &attached) {
        slabs.extend(evidence::slabs(audit, file.name, &mut structure));
    }
    let pages = paginate(slabs, FRAME.height());
    let count = pages.len();
    let number = if data.number.is_empty() {
        String::new()
    } else {
        format!("　{}", data.number)
    };
    let sheet = Sheet {
        title: format!("{}{number}", data.title),
        ident,
        at,
        frame: FRAME,
        ground: if data.draft { watermark() } else { Vec::new() },
        header: &|page| header(data, page, count),
        footer: footer(data),
        attached,
    };
    Ok((print(sheet, structure, pages)?, count))
}

fn run(text: impl Into<String>, size: f32, weight: Weight, colour: Colour) -> Run {
    Run {
        text: text.into(),
        size,
        weight,
        colour,
    }
}

/// A paragraph in one look.
fn words(text: impl Into<String>, size: f32, colour: Colour) -> Paragraph {
    Paragraph {
        runs: vec![run(text, size, Weight::Regular, colour)],
        align: Align::Left,
        indent: 0.0,
        leading: 0.55 * size,
    }
}

fn bold(text: impl Into<String>, size: f32, colour: Colour) -> Paragraph {
    weighted(text, size, Weight::Bold, colour)
}

fn weighted(text: impl Into<String>, size: f32, weight: Weight, colour: Colour) -> Paragraph {
    Paragraph {
        runs: vec![run(text, size, weight, colour)],
        ..words("", size, colour)
    }
}

impl Paragraph {
    fn aligned(self, align: Align) -> Self {
        Self { align, ..self }
    }
}

/// A hash on two lines.
fn hash(text: &str) -> String {
    let (first, second) = text.split_at(text.len() / 2);
    format!("{first}\n{second}")
}

/// A decoration, from the corner of the page.
fn printed(paragraph: &Paragraph, x: f32, y: f32, width: f32) -> Vec<Item> {
    let mut line = Stack::new(width);
    line.text(paragraph, None);
    let mut page = Stack::new(0.0);
    page.put(line, x, y);
    page.items
}

fn header(data: &Data, page: usize, pages: usize) -> Vec<Item> {
    const SIZE: f32 = 8.5;
    let baseline = FRAME.above - 0.55 * CM;
    let mut left = data.title.to_owned();
    if !data.number.is_empty() {
        left.push_str("　协议编号：");
        left.push_str(&data.number);
    }
    let top = baseline - 5.5 - SIZE;
    let mut items = printed(&words(left, SIZE, SOFT), FRAME.aside, top, FRAME.width());
    let number = words(format!("第{page}页，共{pages}页"), SIZE, SOFT).aligned(Align::Right);
    items.extend(printed(&number, FRAME.aside, top, FRAME.width()));
    items.push(Item::Rule {
        from: (FRAME.aside, baseline),
        to: (FRAME.aside + FRAME.width(), baseline),
        thickness: 0.5,
        colour: HAIR,
    });
    items
}

fn footer(data: &Data) -> Vec<Item> {
    let (x, y, width) = (FRAME.aside, FRAME.foot() + 0.6 * CM, FRAME.width());
    if data.draft {
        return printed(&bold(DRAFT, 9.0, VERMILION).aligned(Align::Centre), x, y, width);
    }
    let mut items = Vec::new();
    if let Some(lookup) = &data.lookup {
        items.extend(printed(
            &words(format!("查验码　{}", lookup.code), 8.0, SOFT),
            x,
            y,
            width,
        ));
    }
    let hash = data.audit.as_ref().and_then(|audit| audit.content_hash.get(..16));
    if let Some(hash) = hash {
        let digest = words(format!("文本摘要　{hash}…"), 8.0, SOFT).aligned(Align::Right);
        items.extend(printed(&digest, x, y, width));
    }
    items
}

/// What lies under the text of a draft.
fn watermark() -> Vec<Item> {
    const SIZE: f32 = 84.0;
    let about = Frame::middle();
    let mark = bold("草稿 DRAFT", SIZE, MARK).aligned(Align::Centre);
    let items = printed(&mark, about.0 - 400.0, about.1 - SIZE * 0.37, 800.0);
    vec![Item::Turned {
        about,
        degrees: -35.0,
        items,
    }]
}
