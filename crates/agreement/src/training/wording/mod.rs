//! The text of the agreement, made from the body: same body, same text. Version [`super::TEMPLATE`]: what was signed under
//! a version is printed by that version for ever, so a change of words is a new version beside this one.

mod figures;
mod parties;
mod pay;
mod rest;
mod training;

use std::fmt::{self, Write as _};

use serde::Serialize;
use vocabulary::Vocabulary;

use super::{Section, body::Body};
use figures::{article, ordinal};

/// What stands in the text where something is needed and not there yet. No agreement that may be signed has any.
pub const BLANK: &str = "【待填写】";

/// The title of the document.
pub const TITLE: &str = "企业新型学徒制培养协议";

/// What the parties go by, before the first section.
pub const PREAMBLE: &str = "根据《中华人民共和国劳动法》《中华人民共和国劳动合同法》《中华人民共和国职业教育法》等法律法规和国家关于企业新型学徒制的规定，甲乙双方遵循合法、公平、平等自愿、协商一致、诚实信用的原则，就甲方培养乙方的有关事项订立本协议。";

/// An article of the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clause {
    /// The section it stands in.
    pub section: Section,
    /// Its number, counted from 1 through the whole document.
    pub number: usize,
    /// What it is about, in few words.
    pub title: &'static str,
    /// Its text; a new line begins a paragraph.
    pub text: String,
}

impl Clause {
    /// `第三条`.
    pub fn article(&self) -> String {
        article(self.number)
    }
}

/// Clauses as they are written, section by section.
struct Writer<'a> {
    body: &'a Body,
    vocabulary: &'a Vocabulary,
    section: Section,
    clauses: Vec<Clause>,
}

impl Writer<'_> {
    fn section(&mut self, section: Section) {
        self.section = section;
    }

    fn clause(&mut self, title: &'static str, text: impl Into<String>) {
        self.clauses.push(Clause {
            section: self.section,
            number: self.clauses.len() + 1,
            title,
            text: text.into(),
        });
    }
}

/// Writes more text behind what is there.
fn add(text: &mut String, more: fmt::Arguments<'_>) {
    text.write_fmt(more).expect("a string takes whatever is written");
}

/// The articles of the agreement. An incomplete body shows [`BLANK`] where something is missing.
pub fn clauses(body: &Body, vocabulary: &Vocabulary) -> Vec<Clause> {
    let mut writer = Writer {
        body,
        vocabulary,
        section: Section::Parties,
        clauses: Vec::new(),
    };
    parties::write(&mut writer);
    training::write(&mut writer);
    pay::write(&mut writer);
    rest::write(&mut writer);
    writer.clauses
}

/// The whole document as plain text: title, number, preamble, sections and articles.
pub fn document(body: &Body, vocabulary: &Vocabulary) -> String {
    let mut text = format!("{TITLE}\n");
    add(
        &mut text,
        format_args!("协议编号：{}\n\n", figures::text(body.head.no.as_ref())),
    );
    text.push_str(PREAMBLE);
    text.push('\n');
    let mut last = None;
    for clause in clauses(body, vocabulary) {
        if last != Some(clause.section) {
            let at = Section::ALL.iter().position(|section| *section == clause.section);
            let number = ordinal(at.unwrap_or_default() + 1);
            add(&mut text, format_args!("\n{number}、{}\n", clause.section.title()));
            last = Some(clause.section);
        }
        add(
            &mut text,
            format_args!("{}　{}\n{}\n", clause.article(), clause.title, clause.text),
        );
    }
    text
}
