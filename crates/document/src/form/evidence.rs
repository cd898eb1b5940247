//! The page of evidence: what was recorded and sealed of the agreement.

use std::rc::Rc;

use super::{Audit, FRAME, GROUND, HAIR, INK, SOFT, bold, hash, text::heading, words};
use crate::press::{Kind, NodeId, Paragraph, Slab, Stack, Structure, Table, Width};

/// Room around tables, in points.
const ROOM: f32 = 8.8;

/// The evidence, on pages of its own. `attached` is the file that it speaks of.
pub(super) fn slabs(audit: &Audit, attached: &str, structure: &mut Structure) -> Vec<Slab> {
    let mut slabs = heading(structure, 1, "签署存证", 0.0);
    if let Some(first) = slabs.first_mut() {
        first.fresh = true;
    }
    let about = format!(
        "本页由平台根据协议的记录生成，不是协议条款。附件 {attached} 载有全部记录和封存信息，与本文件的每一个字节一起由平台密钥封存，可以离线核对。"
    );
    let node = structure.node(Kind::Paragraph, None);
    slabs.extend(Slab::paragraph(13.0, &words(about, 9.0, SOFT), node, FRAME.width()));
    slabs.extend(known(audit, structure));
    if !audit.sections.is_empty() {
        slabs.extend(heading(structure, 2, "各部分摘要", 0.0));
        slabs.extend(sections(&audit.sections, structure));
    }
    slabs.extend(heading(structure, 2, "经过", 0.0));
    slabs.extend(events(audit, structure));
    slabs
}

/// Pieces one right below the other, the first with room before it.
fn stacked(rows: Vec<Stack>) -> Vec<Slab> {
    let rows = rows.into_iter().enumerate();
    rows.map(|(at, row)| Slab::new(if at == 0 { ROOM } else { 0.0 }, row))
        .collect()
}

/// Which agreement, which text, which seals.
fn known(audit: &Audit, structure: &mut Structure) -> Vec<Slab> {
    let mut said = vec![
        ("协议".to_owned(), words(&audit.agreement, 9.0, INK)),
        ("文本版本".to_owned(), words(audit.version.to_string(), 9.0, INK)),
        ("文本摘要".to_owned(), words(hash(&audit.content_hash), 8.0, INK)),
    ];
    for seal in &audit.seals {
        let words = words(
            format!("{}，共{}条记录，密钥 {}", seal.at, seal.events, seal.key),
            8.5,
            INK,
        );
        said.push((format!("第{}次封存", seal.place), words));
    }
    let table = structure.node(Kind::Table, None);
    let mut rows = Vec::new();
    for (label, what) in said {
        let row = structure.node(Kind::Row, Some(table));
        let name = structure.node(Kind::RowName, Some(row));
        let cell = structure.node(Kind::Cell, Some(row));
        rows.push(vec![(words(label, 8.5, SOFT), name), (what, cell)]);
    }
    let form = Table {
        columns: vec![Width::Points(62.0), Width::Rest],
        inset: (6.0, 5.0),
        middle: false,
        first: Some((0.8, INK)),
        under: (0.5, HAIR),
        last: None,
        ground: None,
    };
    stacked(form.rows(&rows, FRAME.width()))
}

/// The hashes of the parts of the agreement, two in a row.
fn sections(sections: &[(String, String)], structure: &mut Structure) -> Vec<Slab> {
    let table = structure.node(Kind::Table, None);
    let mut rows = Vec::new();
    for pair in sections.chunks(2) {
        let row = structure.node(Kind::Row, Some(table));
        let mut cells = Vec::new();
        for (title, value) in pair {
            let name = structure.node(Kind::RowName, Some(row));
            let cell = structure.node(Kind::Cell, Some(row));
            cells.push((words(title, 8.0, INK), name));
            cells.push((words(hash(value), 6.2, INK), cell));
        }
        rows.push(cells);
    }
    let form = Table {
        columns: vec![Width::Auto, Width::Rest, Width::Auto, Width::Rest],
        inset: (5.0, 3.5),
        middle: true,
        first: None,
        under: (0.5, HAIR),
        last: None,
        ground: None,
    };
    stacked(form.rows(&rows, FRAME.width()))
}

/// What happened, in order. The names of the columns are printed again on every page.
fn events(audit: &Audit, structure: &mut Structure) -> Vec<Slab> {
    let table = structure.node(Kind::Table, None);
    let head = structure.node(Kind::Head, Some(table));
    let body = structure.node(Kind::Body, Some(table));
    let mut row = |kind: Kind, within: NodeId, cells: Vec<Paragraph>| {
        let row = structure.node(Kind::Row, Some(within));
        let cells = cells.into_iter();
        cells
            .map(|words| (words, structure.node(kind.clone(), Some(row))))
            .collect::<Vec<_>>()
    };
    let names = ["序号", "时间", "事项", "角色", "记录摘要"];
    let mut rows = vec![row(
        Kind::ColumnName,
        head,
        names.map(|name| bold(name, 8.0, INK)).to_vec(),
    )];
    for event in &audit.events {
        let cells = vec![
            words(event.seq.to_string(), 8.0, INK),
            words(&event.at, 8.0, INK),
            words(&event.what, 8.0, INK),
            words(&event.role, 8.0, INK),
            words(hash(&event.hash), 6.2, INK),
        ];
        rows.push(row(Kind::Cell, body, cells));
    }
    let form = Table {
        columns: vec![Width::Auto, Width::Auto, Width::Rest, Width::Auto, Width::Auto],
        inset: (5.0, 4.0),
        middle: true,
        first: None,
        under: (0.5, HAIR),
        last: None,
        ground: Some(GROUND),
    };
    let rows = form.rows(&rows, FRAME.width());
    let head = rows.first().cloned().map(Rc::new);
    let mut slabs = stacked(rows);
    for (at, slab) in slabs.iter_mut().enumerate() {
        if at == 0 {
            slab.keep = true;
        } else {
            slab.head.clone_from(&head);
        }
    }
    slabs
}
