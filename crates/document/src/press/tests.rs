//! What a reader of Chinese would stumble over: marks at the wrong end of a line, ragged or overfull lines, headings that a
//! page turns away from their text.

use std::rc::Rc;

use proptest::prelude::*;

use super::{
    face::Weight,
    lines::{Align, Colour, Line, Paragraph, Run, lines},
    pages::{Slab, paginate},
    stack::{Item, Kind, Stack, Structure},
};

const SIZE: f32 = 10.0;

fn paragraph(text: &str, indent: f32) -> Paragraph {
    Paragraph {
        runs: vec![Run {
            text: text.to_owned(),
            size: SIZE,
            weight: Weight::Regular,
            colour: Colour(0, 0, 0),
        }],
        align: Align::Filled,
        indent,
        leading: 6.0,
    }
}

fn text(line: &Line) -> String {
    let glyphs = line
        .spans
        .iter()
        .flat_map(|span| span.glyphs.iter().map(move |glyph| (span, glyph)));
    glyphs.map(|(span, glyph)| &span.text[glyph.range.clone()]).collect()
}

fn broken(words: &str, width: f32) -> Vec<String> {
    lines(&paragraph(words, 0.0), width).iter().map(text).collect()
}

/// Where the ink of a line begins and ends: spaces at its end and the empty half of a mark are no ink.
fn reach(line: &Line) -> (f32, f32) {
    let mut ink = (f32::MAX, 0.0_f32);
    for span in &line.spans {
        let mut end = span.x;
        for glyph in &span.glyphs {
            let drawn = end + glyph.offset.0 * SIZE;
            end += glyph.advance * SIZE;
            match &span.text[glyph.range.clone()] {
                " " => {}
                "（" | "《" => ink = (ink.0.min(drawn + SIZE / 2.0), ink.1.max(drawn + SIZE)),
                "，" | "。" | "、" | "）" | "》" => ink = (ink.0.min(drawn), ink.1.max(drawn + SIZE / 2.0)),
                _ => ink = (ink.0.min(drawn), ink.1.max(drawn + glyph.advance * SIZE)),
            }
        }
    }
    ink
}

/// Whether there is a place to give room at: a space, or beside a Chinese character; not before a mark that closes, nor behind
/// one that opens.
fn may_be_stretched(line: &str) -> bool {
    let mut pairs = line.chars().zip(line.chars().skip(1));
    let gives = |(one, next): (char, char)| match (one, next) {
        (' ', _) => true,
        ('（' | '《', _) | (_, ' ' | '，' | '。' | '、' | '）' | '》') => false,
        _ => !one.is_ascii() || !next.is_ascii(),
    };
    pairs.any(gives)
}

/// A word in Latin with a mark behind it fills no line: there is nowhere to give room.
#[test]
fn a_line_of_one_word_and_its_mark_stands_as_it_is() {
    let words = " 0 元议徒培BMAmBmAaAAAmA，AaAAaUAa";
    let lines = broken(words, 96.5);
    assert!(lines.iter().any(|line| line == "BMAmBmAaAAAmA，"), "{lines:?}");
    assert!(!may_be_stretched("BMAmBmAaAAAmA，"));
    assert!(may_be_stretched("培BMAmBmAaAAAmA"));
}

/// Sentences as agreements have them: words in Chinese, names of laws, numbers, words in Latin, remarks in brackets.
fn sentences() -> impl Strategy<Value = String> {
    let han = "[一-十甲乙方学徒培养协议企业院校]{1,9}";
    let part = prop_oneof![
        4 => han.prop_map(|words: String| words),
        1 => han.prop_map(|words: String| format!("《{words}》")),
        1 => han.prop_map(|words: String| format!("（{words}）")),
        1 => "[0-9]{1,6}".prop_map(|number: String| format!(" {number} 元")),
        1 => "[a-zA-Z]{1,12}( [a-z]{1,9}){0,2}".prop_map(|words: String| words),
    ];
    let mark = prop_oneof![Just(""), Just("，"), Just("、"), Just("。")];
    prop::collection::vec((part, mark), 1..40).prop_map(|parts| {
        let parts: Vec<String> = parts.into_iter().map(|(part, mark)| part + mark).collect();
        parts.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn lines_are_the_text_and_begin_and_end_as_they_may(words in sentences(), width in 120.0_f32..500.0) {
        let lines = broken(&words, width);
        prop_assert_eq!(lines.concat(), words);
        for line in &lines {
            prop_assert!(!line.starts_with(['，', '。', '、', '）', '》']), "{line}");
            prop_assert!(!line.trim_end().ends_with(['（', '《']), "{line}");
            prop_assert!(!line.starts_with(' ') || line.trim().is_empty() || lines.first() == Some(line), "{line}");
        }
    }

    #[test]
    fn no_line_leaves_its_column_and_all_but_the_last_fill_it(words in sentences(), width in 120.0_f32..500.0) {
        let lines = lines(&paragraph(&words, 2.0 * SIZE), width);
        let last = lines.len() - 1;
        for (at, line) in lines.iter().enumerate() {
            let (begin, end) = reach(line);
            prop_assert!(begin >= -0.5 && end <= width + 0.5, "{begin} to {end} of {width}: {}", text(line));
            prop_assert!(at == last || !may_be_stretched(text(line).trim()) || end > width - 0.5, "{end} of {width}: {}", text(line));
        }
    }

    #[test]
    fn a_word_longer_than_a_line_is_printed_whole(word in "[0-9a-f]{25,200}", width in 60.0_f32..200.0) {
        let lines = lines(&paragraph(&format!("摘要{word}。"), 0.0), width);
        prop_assert_eq!(lines.iter().map(text).collect::<String>(), format!("摘要{word}。"));
        for line in &lines {
            prop_assert!(reach(line).1 <= width + 0.5, "{}", text(line));
        }
    }
}

#[test]
fn words_and_numbers_stay_whole() {
    assert_eq!(broken("工作地点为 workshop", 80.0), ["工作地点为 ", "workshop"]);
    assert_eq!(broken("每月支付工资 5500 元", 75.0), ["每月支付工资 ", "5500 元"]);
}

#[test]
fn a_line_feed_begins_a_line() {
    assert_eq!(broken("甲方\n乙方", 300.0), ["甲方", "乙方"]);
}

#[test]
fn chinese_and_latin_letters_keep_apart_and_marks_share_their_room() {
    let width = |words: &str| reach(&lines(&paragraph(words, 0.0), 500.0)[0]).1;
    let letter = width("a");
    assert!((width("甲a方") - (2.0 * SIZE + letter + 0.5 * SIZE)).abs() < 0.01);
    // Half a square less where marks meet, and no room behind the last one.
    assert!((width("《法》《律》") - 5.0 * SIZE).abs() < 0.01);
}

fn slab(words: &str) -> Slab {
    let mut stack = Stack::new(300.0);
    stack.text(&paragraph(words, 0.0), None);
    Slab::new(0.0, stack)
}

fn printed(pages: &[Vec<Item>]) -> Vec<Vec<String>> {
    let words = |item: &Item| match item {
        Item::Text { spans, .. } => Some(spans.iter().map(|span| span.text.to_string()).collect()),
        _ => None,
    };
    pages
        .iter()
        .map(|page| page.iter().filter_map(words).collect())
        .collect()
}

/// A line of these tests is 7.33 points high.
const LINES: f32 = 7.33;

#[test]
fn a_heading_goes_with_what_it_heads() {
    let slabs = vec![slab("一"), slab("标题").kept(), slab("正文")];
    assert_eq!(
        printed(&paginate(slabs, 2.5 * LINES)),
        [vec!["一"], vec!["标题", "正文"]]
    );
}

#[test]
fn the_head_of_a_table_stands_on_each_of_its_pages_and_is_read_once() {
    let mut structure = Structure::default();
    let node = structure.node(Kind::Table, None);
    let mut head = Stack::new(300.0);
    head.text(&paragraph("表头", 0.0), Some(node));
    let head = Rc::new(head);
    let row = |words| Slab {
        head: Some(Rc::clone(&head)),
        ..slab(words)
    };
    let first = Slab::new(0.0, (*head).clone()).kept();
    let pages = paginate(vec![first, row("一"), row("二"), row("三")], 2.5 * LINES);
    assert_eq!(
        printed(&pages),
        [vec!["表头", "一"], vec!["表头", "二"], vec!["表头", "三"]]
    );
    let read = |page: &[Item]| {
        page.iter()
            .filter(|item| matches!(item, Item::Text { node: Some(_), .. }))
            .count()
    };
    assert_eq!(pages.iter().map(|page| read(page)).collect::<Vec<_>>(), [1, 0, 0]);
}

#[test]
fn no_page_begins_or_ends_with_a_single_line_of_a_paragraph() {
    let node = Structure::default().node(Kind::Paragraph, None);
    let words = "培".repeat(30 * 4);
    let slabs = || Slab::paragraph(0.0, &paragraph(&words, 0.0), node, 300.0);
    for before in 0..12_u8 {
        let mut all: Vec<Slab> = (0..before).map(|_| slab("前")).collect();
        let leading = slabs().iter().map(|slab| slab.before).fold(0.0, f32::max);
        all.extend(slabs());
        let pages = printed(&paginate(all, 8.0 * (LINES + leading)));
        for page in &pages {
            let lines = page.iter().filter(|line| line.starts_with('培')).count();
            assert_ne!(lines, 1, "{before}: {pages:?}");
        }
    }
}
