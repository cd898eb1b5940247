//! The look of a letter's elements, written into each of them, since mailboxes drop sheets.
//!
//! A library does it, once for every list of classes that there is: the sheet selects by classes alone, so what an element
//! looks like depends on nothing but its own. To have the library take each letter apart and put it together again took as
//! long as everything else about a letter. A test holds all letters against the library's own way.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use css_inline::{CSSInliner, InlineError, InlineOptions};

pub(super) const SHEET: &str = include_str!("../../styles/letter.css");
/// What stands between these is nobody's element: comments for Outlook, the layout's own sheet.
const VERBATIM: [(&str, &str); 2] = [("<!--", "-->"), ("<style", "</style>")];
const CLASS: &str = " class=\"";

#[derive(Debug)]
pub(super) struct Styles {
    inliner: CSSInliner<'static>,
    /// By lists of classes; empty where they have none.
    known: RwLock<HashMap<String, String>>,
}

impl Styles {
    pub(super) fn new() -> Self {
        Self {
            inliner: inliner(Some(SHEET)),
            known: RwLock::default(),
        }
    }

    /// The document, each of its elements with the styles of its classes. It is one of ours: attributes stand in quotation
    /// marks, and what people wrote is escaped.
    pub(super) fn write_into(&self, html: &str) -> Result<String, InlineError> {
        let mut styled = String::with_capacity(html.len() * 2);
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            styled.push_str(before);
            let verbatim = VERBATIM.iter().find(|(begin, _)| tag.starts_with(begin));
            let (_, end) = verbatim.unwrap_or(&("<", ">"));
            let length = tag.find(end).map_or(tag.len(), |at| at + end.len());
            let (tag, after) = tag.split_at(length);
            match classes(tag).filter(|_| verbatim.is_none()) {
                Some(classes) => {
                    styled.push_str(tag.trim_end_matches('>'));
                    self.push_style(&mut styled, classes)?;
                    styled.push('>');
                }
                None => styled.push_str(tag),
            }
            rest = after;
        }
        styled.push_str(rest);
        Ok(styled)
    }

    fn push_style(&self, styled: &mut String, classes: &str) -> Result<(), InlineError> {
        if let Some(style) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(classes) {
            styled.push_str(style);
            return Ok(());
        }
        let style = self.style_of(classes)?;
        styled.push_str(&style);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(classes.to_owned(), style);
        Ok(())
    }

    /// ` style=".."`, as the library writes it.
    fn style_of(&self, classes: &str) -> Result<String, InlineError> {
        let specimen = self.inliner.inline(&format!("<p class=\"{classes}\"></p>"))?;
        let style = specimen
            .split_once(" style=\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        Ok(style.map_or_else(String::new, |(style, _)| format!(" style=\"{style}\"")))
    }

    /// The library's own way: it reads the document, writes styles into its elements, and writes it anew.
    #[cfg(test)]
    pub(super) fn written_by_the_library(&self, html: &str) -> Result<String, InlineError> {
        self.inliner.inline(html)
    }
}

/// Nothing is fetched and nothing read: what the layout itself carries for dark screens and phones stays as it is.
fn inliner(sheet: Option<&'static str>) -> CSSInliner<'static> {
    let options = InlineOptions {
        inline_style_tags: false,
        keep_style_tags: true,
        load_remote_stylesheets: false,
        extra_css: sheet.map(Into::into),
        minify_css: true,
        ..InlineOptions::default()
    };
    options.build()
}

/// Reads a document and writes it anew.
#[cfg(test)]
pub(super) fn plain() -> CSSInliner<'static> {
    inliner(None)
}

fn classes(tag: &str) -> Option<&str> {
    let (_, rest) = tag.split_once(CLASS)?;
    Some(rest.split_once('"')?.0)
}
