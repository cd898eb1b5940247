//! What to mark in a result. Ours, not an engine's: an engine sees words, not the text people read.

use std::{cell::RefCell, collections::HashMap};

use vocabulary::text::{fold, is_cjk};

use crate::{
    Document, Fragment, Hit, Marked,
    analysis::{Analyzer, Word},
};

/// Marks the words asked for.
#[derive(Debug)]
pub(crate) struct Highlighter<'a> {
    analyzer: &'a Analyzer,
    words: &'a [Word],
    /// Where the words stand in texts looked at before: the hits of a page repeat their titles, trades and organisations.
    known: RefCell<HashMap<String, Vec<Span>>>,
}

/// Bytes of a text, from and to.
type Span = (usize, usize);

impl<'a> Highlighter<'a> {
    pub(crate) fn new(analyzer: &'a Analyzer, words: &'a [Word]) -> Self {
        let known = RefCell::default();
        Self { analyzer, words, known }
    }

    pub(crate) fn hit(&self, document: Document) -> Hit {
        let title = if document.is_organisation() {
            self.spans(&document.title)
        } else {
            self.name_spans(&document.title)
        };
        Hit {
            title: fragments(&document.title, &self.with_beginning(&document.title, title)),
            organisation: fragments(
                &document.organisation,
                &self.with_beginning(&document.organisation, self.spans(&document.organisation)),
            ),
            trades: document
                .trades
                .iter()
                .map(|trade| fragments(trade, &self.name_spans(trade)))
                .collect(),
            excerpt: self.excerpt(&document.body),
            document,
        }
    }

    /// Where the words themselves stand.
    fn spans(&self, text: &str) -> Vec<Span> {
        if self.words.is_empty() {
            return Vec::new();
        }
        if let Some(known) = self.known.borrow().get(text) {
            return known.clone();
        }
        let spans = self.look(text);
        self.known.borrow_mut().insert(text.to_owned(), spans.clone());
        spans
    }

    fn look(&self, text: &str) -> Vec<Span> {
        let answers =
            |word: &Word, found: &str| found == word.text || (word.prefix && found.starts_with(word.text.as_str()));
        let places = self.analyzer.places(text);
        let found = places
            .iter()
            .filter(|place| self.words.iter().any(|word| answers(word, &place.word)));
        found.map(|place| (place.start, place.end)).collect()
    }

    /// The same with the beginning of a title or a name that was typed half.
    fn with_beginning(&self, text: &str, mut spans: Vec<Span>) -> Vec<Span> {
        spans.extend(self.words.iter().filter_map(|word| begun(text, &word.text)));
        spans
    }

    /// In titles and trades also what sounds like a word typed in letters, and single characters.
    fn name_spans(&self, text: &str) -> Vec<Span> {
        let mut spans = self.spans(text);
        let latin: Vec<&Word> = self.words.iter().filter(|word| word.is_latin()).collect();
        if !latin.is_empty() {
            let sounds_like = |word: &Word, sound: &str| {
                sound == word.text || (word.prefix && !sound.is_empty() && sound.starts_with(word.text.as_str()))
            };
            let sounds = self.analyzer.sounds(text);
            let heard = sounds.iter().filter(|sound| {
                latin
                    .iter()
                    .any(|w| sounds_like(w, &sound.pinyin) || sounds_like(w, &sound.initials))
            });
            spans.extend(shortest(
                &heard.map(|sound| (sound.start, sound.end)).collect::<Vec<_>>(),
            ));
        }
        let characters: Vec<char> = self.words.iter().filter_map(Word::character).collect();
        if !characters.is_empty() {
            for (start, character) in text.char_indices() {
                let folded = fold(character.encode_utf8(&mut [0; 4]));
                if folded.chars().any(|c| characters.contains(&c)) {
                    spans.push((start, start + character.len_utf8()));
                }
            }
        }
        spans
    }

    fn excerpt(&self, body: &str) -> Marked {
        let limits = &self.analyzer.config.excerpt;
        let spans = self.spans(body);
        let first = spans.iter().map(|span| span.0).min().unwrap_or(0);
        let starts: Vec<usize> = body.char_indices().map(|(at, _)| at).collect();
        let focus = starts.partition_point(|at| *at < first);
        let all_fits = starts.len() <= limits.characters;
        let from = if all_fits {
            0
        } else {
            focus.saturating_sub(limits.before)
        };
        let to = (from + limits.characters).min(starts.len());
        let byte = |index: usize| starts.get(index).copied().unwrap_or(body.len());
        let (begin, end) = (byte(from), byte(to));
        let inside: Vec<Span> = spans
            .iter()
            .filter(|span| span.0 < end && span.1 > begin)
            .map(|span| (span.0.max(begin) - begin, span.1.min(end) - begin))
            .collect();
        let mut excerpt = fragments(&body[begin..end], &inside);
        let dots = || Fragment {
            text: "…".into(),
            marked: false,
        };
        if begin > 0 {
            excerpt.insert(0, dots());
        }
        if end < body.len() {
            excerpt.push(dots());
        }
        excerpt
    }
}

/// Where a text begins with this Chinese word of two characters or more, whatever words the text is made of.
fn begun(text: &str, word: &str) -> Option<Span> {
    let mut rest = word;
    if word.chars().count() < 2 || !word.chars().all(is_cjk) {
        return None;
    }
    for (start, character) in text.char_indices().filter(|(_, character)| !character.is_whitespace()) {
        let folded = fold(character.encode_utf8(&mut [0; 4]));
        rest = rest.strip_prefix(folded.as_str())?;
        if rest.is_empty() {
            return Some((0, start + character.len_utf8()));
        }
    }
    None
}

/// The spans that contain no other one: when 数控 alone sounds right, 数控技术 need not be marked for beginning so.
fn shortest(spans: &[Span]) -> Vec<Span> {
    let holds = |outer: &Span, inner: &Span| outer != inner && outer.0 <= inner.0 && inner.1 <= outer.1;
    spans
        .iter()
        .filter(|outer| !spans.iter().any(|inner| holds(outer, inner)))
        .copied()
        .collect()
}

/// The text cut at the marks; marks that touch or overlap become one.
fn fragments(text: &str, spans: &[Span]) -> Marked {
    let mut spans: Vec<Span> = spans
        .iter()
        .copied()
        .filter(|(start, end)| start < end && text.is_char_boundary(*start) && text.is_char_boundary(*end))
        .collect();
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.0 <= last.1 => last.1 = last.1.max(span.1),
            _ => merged.push(span),
        }
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |from: usize, to: usize, marked: bool| {
        if from < to {
            pieces.push(Fragment {
                text: text[from..to].into(),
                marked,
            });
        }
    };
    for (start, end) in merged {
        push(at, start, false);
        push(start, end, true);
        at = end;
    }
    push(at, text.len(), false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(marked: &Marked) -> String {
        let show = |f: &Fragment| {
            if f.marked {
                format!("[{}]", f.text)
            } else {
                f.text.clone()
            }
        };
        marked.iter().map(show).collect()
    }

    #[test]
    fn overlapping_marks_become_one_and_no_byte_is_lost() {
        assert_eq!(
            show(&fragments("数控车床操作", &[(0, 6), (6, 12), (3, 9)])),
            "[数控车床]操作"
        );
        assert_eq!(show(&fragments("abc", &[])), "abc");
        assert_eq!(
            show(&fragments("数控", &[(1, 3), (0, 99)])),
            "数控",
            "a span that cuts a character is left out"
        );
        assert!(fragments("", &[(0, 0)]).is_empty());
    }
}
