//! The agreement itself, and who signed it.

use super::{
    BODY, DRAFT, Data, FRAME, HAIR, INK, LEADING, LookupData, Party, SOFT, VERMILION, bold, hash, run, weighted, words,
};
use crate::{
    press::{Align, CM, Item, Kind, NodeId, Paragraph, Slab, Stack, Structure, Table, Weight, Width},
    signatures::Place,
};

/// Room above and below a heading, in points.
const FIRST: (f32, f32) = (25.0, 13.0);
const SECOND: (f32, f32) = (14.5, 8.8);

/// Everything but the evidence, from top to bottom.
pub(super) fn slabs(data: &Data, structure: &mut Structure) -> Vec<Slab> {
    let mut slabs = head(data, structure);
    slabs.extend(parties(&data.parties, structure));
    let mut room = LEADING + 0.2 * CM;
    paragraphs(&mut slabs, structure, data.preamble, &mut room);
    for section in &data.sections {
        slabs.extend(heading(structure, 1, &section.title, room));
        room = FIRST.1;
        for clause in &section.clauses {
            slabs.extend(heading(structure, 2, &clause.title, room));
            room = SECOND.1;
            paragraphs(&mut slabs, structure, &clause.text, &mut room);
        }
    }
    slabs.push(signatures(data, structure));
    slabs
}

/// A heading stays with what follows it. `room` is what the piece before it asks for below itself.
pub(super) fn heading(structure: &mut Structure, level: u16, title: &str, room: f32) -> Vec<Slab> {
    let (size, above) = if level == 1 { (13.0, FIRST.0) } else { (BODY, SECOND.0) };
    let node = structure.node(Kind::Heading(level, title.to_owned()), None);
    let lines = Slab::paragraph(above.max(room), &bold(title, size, INK), node, FRAME.width());
    lines.into_iter().map(Slab::kept).collect()
}

/// The paragraphs of a text, each after the room that is left below what stands before.
fn paragraphs(slabs: &mut Vec<Slab>, structure: &mut Structure, text: &str, room: &mut f32) {
    for text in text.split('\n').filter(|text| !text.is_empty()) {
        let paragraph = Paragraph {
            runs: vec![run(text, BODY, Weight::Regular, INK)],
            align: Align::Filled,
            indent: 2.0 * BODY,
            leading: LEADING,
        };
        let node = structure.node(Kind::Paragraph, None);
        slabs.extend(Slab::paragraph(*room, &paragraph, node, FRAME.width()));
        *room = LEADING;
    }
}

/// The title, the number, and whether it is a draft.
fn head(data: &Data, structure: &mut Structure) -> Vec<Slab> {
    let mut stack = Stack::new(FRAME.width());
    let title = structure.node(Kind::Title, None);
    stack
        .gap(0.2 * CM)
        .text(&bold(data.title, 19.0, INK).aligned(Align::Centre), Some(title));
    if !data.number.is_empty() {
        let number = words(format!("协议编号：{}", data.number), 9.5, SOFT).aligned(Align::Centre);
        let node = structure.node(Kind::Paragraph, None);
        stack.gap(9.5).text(&number, Some(node));
    }
    if data.draft {
        let node = structure.node(Kind::Paragraph, None);
        stack.gap(9.5 + 4.0);
        let top = stack.height;
        stack.text(&bold(DRAFT, 10.0, VERMILION).aligned(Align::Centre), Some(node));
        let mut alone = Stack::new(f32::MAX);
        let width = alone.text(&bold(DRAFT, 10.0, VERMILION), None).reach();
        stack.items.push(Item::Edge {
            at: ((stack.width - width) / 2.0 - 8.0, top - 4.0),
            size: (width + 16.0, stack.height - top + 8.0),
            radius: 2.0,
            thickness: 1.0,
            colour: VERMILION,
        });
        stack.gap(4.0);
    }
    vec![Slab::new(0.0, stack)]
}

fn parties(parties: &[Party], structure: &mut Structure) -> Vec<Slab> {
    let form = Table {
        columns: vec![Width::Points(3.6 * CM), Width::Rest],
        inset: (8.0, 7.0),
        middle: false,
        first: Some((0.8, INK)),
        under: (0.5, HAIR),
        last: Some((0.8, INK)),
        ground: None,
    };
    let table = structure.node(Kind::Table, None);
    let mut rows = Vec::new();
    for party in parties {
        let row = structure.node(Kind::Row, Some(table));
        let role = structure.node(Kind::RowName, Some(row));
        let who = structure.node(Kind::Cell, Some(row));
        let mut name = weighted(&party.name, BODY, party.weight, INK);
        name.leading = 0.62 * BODY;
        if !party.more.is_empty() {
            name.runs
                .push(run(format!("\n{}", party.more), 9.0, Weight::Regular, SOFT));
        }
        rows.push(vec![(words(party.role, 9.5, SOFT), role), (name, who)]);
    }
    let rows = form.rows(&rows, FRAME.width()).into_iter().enumerate();
    rows.map(|(at, row)| Slab::new(if at == 0 { 0.35 * CM + LEADING } else { 0.0 }, row))
        .collect()
}

/// On one page, so that nobody signs on a page of their own.
fn signatures(data: &Data, structure: &mut Structure) -> Slab {
    const GUTTER: f32 = 10.0;
    const TITLE: &str = "签署栏";
    let mut whole = Stack::new(FRAME.width());
    let node = structure.node(Kind::Heading(1, TITLE.to_owned()), None);
    whole.text(&bold(TITLE, 13.0, INK), Some(node)).gap(FIRST.1);
    let width = (FRAME.width() - GUTTER) / 2.0;
    for (at, pair) in data.places.chunks(2).enumerate() {
        if at > 0 {
            whole.gap(GUTTER);
        }
        let pair: Vec<Stack> = pair.iter().map(|one| place(one, width, structure)).collect();
        let height = pair.iter().map(|one| one.height).fold(0.0, f32::max);
        let mut x = 0.0;
        for one in pair {
            let down = whole.height;
            whole.items.push(Item::Edge {
                at: (x, down),
                size: (width, height),
                radius: 3.0,
                thickness: 0.6,
                colour: HAIR,
            });
            whole.put(one, x, down);
            x += width + GUTTER;
        }
        whole.gap(height);
    }
    if let Some(lookup) = &data.lookup {
        whole.gap(0.4 * CM + LEADING);
        let code = look_up(lookup, structure);
        let (down, height) = (whole.height, code.height);
        whole.put(code, 0.0, down).gap(height);
    }
    Slab::new(FIRST.0, whole)
}

/// A place to sign, with what is known of the signature.
fn place(place: &Place, width: f32, structure: &mut Structure) -> Stack {
    const INSET: (f32, f32) = (11.0, 10.0);
    let node = structure.node(Kind::Group, None);
    let stamp = place.signed.then(|| stamp(&place.day));
    let beside = stamp.as_ref().map_or(0.0, |stamp| stamp.width + 8.0);
    let mut inner = Stack::new(width - 2.0 * INSET.0);
    let mut who = Stack::new(inner.width - beside);
    let role = structure.node(Kind::Paragraph, Some(node));
    let party = structure.node(Kind::Paragraph, Some(node));
    who.text(&words(place.role, 8.5, SOFT), Some(role)).gap(5.8);
    who.text(&weighted(&place.party, 12.0, place.weight, INK), Some(party));
    let height = who.height;
    inner.put(who, 0.0, 0.0).gap(height);
    if let Some(mut stamp) = stamp {
        let seal = structure.node(Kind::Paragraph, Some(node));
        stamp.belong(seal);
        let (right, tall) = (inner.width - stamp.width, stamp.height);
        let about = (right + stamp.width / 2.0, tall / 2.0);
        let mut placed = Stack::new(0.0);
        placed.put(stamp, right, 0.0);
        inner.items.push(Item::Turned {
            about,
            degrees: -7.0,
            items: placed.items,
        });
        inner.height = inner.height.max(tall);
    }
    inner.gap(8.8);
    if place.signed {
        for (at, (label, value)) in place.lines.iter().enumerate() {
            if at > 0 {
                inner.gap(5.0);
            }
            known(&mut inner, label, value, structure.node(Kind::Paragraph, Some(node)));
        }
    } else {
        let name = structure.node(Kind::Paragraph, Some(node));
        let day = structure.node(Kind::Paragraph, Some(node));
        inner
            .text(&words("签署人：", 9.0, SOFT), Some(name))
            .gap(25.8)
            .rule(0.5, HAIR)
            .gap(5.8);
        inner.text(&words("日期：　　　　年　　月　　日", 9.0, SOFT), Some(day));
    }
    let mut outer = Stack::new(width);
    outer.height = inner.height + 2.0 * INSET.1;
    outer.put(inner, INSET.0, INSET.1);
    outer
}

/// A label and what it stands for, one element.
fn known(stack: &mut Stack, label: &str, value: &str, node: NodeId) {
    const LABELS: f32 = 4.6 * BODY;
    let mut left = Stack::new(LABELS);
    left.text(&words(label, 8.5, SOFT), Some(node));
    let mut right = Stack::new(stack.width - LABELS);
    let value = if label == "声明摘要" {
        words(hash(value), 7.5, INK)
    } else {
        words(value, 9.0, INK)
    };
    right.text(&value, Some(node));
    let (down, height) = (stack.height, left.height.max(right.height));
    stack.put(left, 0.0, down).put(right, LABELS, down).gap(height);
}

/// A stamp, upright.
fn stamp(day: &str) -> Stack {
    const INSET: (f32, f32) = (6.0, 5.0);
    let mut words = bold("已签署", 10.0, VERMILION).aligned(Align::Centre);
    words.leading = 4.2;
    words
        .runs
        .push(run(format!("\n{day}"), 6.5, Weight::Regular, VERMILION));
    let mut measured = Stack::new(f32::MAX);
    let width = measured.text(&words.clone().aligned(Align::Left), None).reach();
    let mut inner = Stack::new(width);
    inner.text(&words, None);
    let mut stamp = Stack::new(width + 2.0 * INSET.0);
    stamp.height = inner.height + 2.0 * INSET.1;
    let size = (stamp.width, stamp.height);
    stamp.items.push(Item::Edge {
        at: (0.0, 0.0),
        size,
        radius: 2.5,
        thickness: 1.3,
        colour: VERMILION,
    });
    stamp.put(inner, INSET.0, INSET.1);
    stamp
}

/// Where the agreement is looked up.
fn look_up(lookup: &LookupData, structure: &mut Structure) -> Stack {
    const SIZE: f32 = 2.9 * CM;
    let mut whole = Stack::new(FRAME.width());
    if let Some(code) = &lookup.picture {
        let node = structure.node(Kind::Picture("核验页面的二维码".to_owned()), None);
        whole.items.push(Item::Code {
            at: (0.0, 0.0),
            size: SIZE,
            code: code.clone(),
            node,
        });
    }
    let mut beside = Stack::new(whole.width - SIZE - 8.0);
    let how = structure.node(Kind::Paragraph, None);
    let code = structure.node(Kind::Paragraph, None);
    let address = structure.node(Kind::Paragraph, None);
    let link = structure.node(Kind::Link(lookup.url.clone()), Some(address));
    let say = "扫码，或者打开下面的页面并输入查验码，可以核对本协议是否有改动。";
    beside.text(&words(say, 9.5, INK), Some(how)).gap(LEADING);
    beside.text(&bold(&lookup.code, 12.0, INK), Some(code)).gap(LEADING);
    let mut url = Stack::new(beside.width);
    url.text(&words(&lookup.url, 8.5, SOFT), Some(link));
    // A little more than its capitals, for the finger.
    url.items.push(Item::Way {
        at: (0.0, -2.0),
        size: (url.reach(), url.height + 5.0),
        node: link,
    });
    let (down, height) = (beside.height, url.height);
    beside.put(url, 0.0, down).gap(height);
    let down = ((SIZE - beside.height) / 2.0).max(0.0);
    whole.height = SIZE.max(beside.height);
    whole.put(beside, SIZE + 8.0, down);
    whole
}
