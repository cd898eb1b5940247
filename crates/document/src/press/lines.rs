//! Paragraphs: where lines are broken, and how they are filled.

use std::{ops::Range, sync::Arc};

use icu_segmenter::{LineSegmenter, options::LineBreakOptions};

use super::face::{CAPITAL, Glyph, Weight, shape};

/// A colour of ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// A stretch of text in one look.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) text: String,
    /// In points.
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) colour: Colour,
}

/// How lines stand between the edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Filled from edge to edge, but for the last line.
    Filled,
    Left,
    Centre,
    Right,
}

/// A paragraph. A line feed in its text begins a new line.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph {
    pub(crate) runs: Vec<Run>,
    pub(crate) align: Align,
    /// By how much the first line begins further in, in points.
    pub(crate) indent: f32,
    /// Room between two lines, in points: from the baseline of the one to the capitals of the next.
    pub(crate) leading: f32,
}

/// A line that has its place: the glyphs from its left edge on.
#[derive(Debug)]
pub(crate) struct Line {
    pub(super) spans: Vec<Span>,
    /// From the capitals down to the baseline, in points.
    pub(super) height: f32,
}

/// Glyphs of a line in one look.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    /// Where it begins, in points.
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) colour: Colour,
    /// The text of the paragraph, which the glyphs are of.
    pub(super) text: Arc<str>,
    pub(super) glyphs: Vec<Glyph>,
}

/// What a character is to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    /// A mark whose ink stands on the right half of its square.
    Opening,
    /// A mark whose ink stands on the left half of its square.
    Closing,
    Han,
    /// Letters and digits that Chinese text keeps a little away from.
    Latin,
    Other,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            ' ' => Self::Space,
            '（' | '《' | '“' | '‘' | '「' | '『' | '【' | '〈' | '〔' | '［' | '｛' => Self::Opening,
            '，' | '。' | '、' | '；' | '：' | '！' | '？' | '）' | '》' | '”' | '’' | '」' | '』' | '】' | '〉'
            | '〕' | '］' | '｝' => Self::Closing,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => Self::Han,
            '\u{2e80}'..='\u{33ff}' | '\u{ff00}'..='\u{ffef}' | '—' | '…' => Self::Other,
            c if c.is_alphanumeric() => Self::Latin,
            _ => Self::Other,
        }
    }
}

/// The room between Chinese and Latin letters, and of half a mark, in em.
const APART: f32 = 0.25;
const HALF: f32 = 0.5;
/// A run of letters and digits longer than this may be broken anywhere: no rule breaks it, and lines before it would gape.
const LONG: usize = 24;

/// A glyph on its way into a line. Lengths in points.
struct Placed {
    glyph: Glyph,
    run: usize,
    class: Class,
    /// Whether the glyph fills a square, which a mark shares with its neighbour.
    is_wide: bool,
    advance: f32,
    /// Added to the advance when the next glyph follows on the same line.
    beside: f32,
    size: f32,
}

impl Placed {
    fn spare(&self, class: Class) -> f32 {
        if self.is_wide && self.class == class {
            HALF * self.size
        } else {
            0.0
        }
    }
}

/// A paragraph that is broken into lines.
pub(super) struct Setter<'a> {
    paragraph: &'a Paragraph,
    width: f32,
    text: Arc<str>,
    placed: Vec<Placed>,
    /// Of everything before a glyph, its advance and what lies beside it.
    before: Vec<f32>,
}

/// The lines of a paragraph in a column.
pub(super) fn lines(paragraph: &Paragraph, width: f32) -> Vec<Line> {
    let text: String = paragraph.runs.iter().map(|run| run.text.as_str()).collect();
    let mut setter = Setter {
        paragraph,
        width,
        text: text.into(),
        placed: Vec::new(),
        before: Vec::new(),
    };
    setter.place();
    setter.break_lines()
}

impl Setter<'_> {
    fn place(&mut self) {
        let mut glyphs = Vec::new();
        let mut at = 0;
        for (run, look) in self.paragraph.runs.iter().enumerate() {
            // A line feed is no glyph: it ends a line.
            for part in look.text.split_inclusive('\n') {
                shape(part.trim_end_matches('\n'), at, look.weight, &mut glyphs);
                at += part.len();
            }
            for glyph in glyphs.drain(..) {
                let class = self.text[glyph.range.clone()]
                    .chars()
                    .next()
                    .map_or(Class::Other, Class::of);
                self.placed.push(Placed {
                    run,
                    class,
                    is_wide: glyph.advance > 0.9,
                    advance: glyph.advance * look.size,
                    beside: 0.0,
                    size: look.size,
                    glyph,
                });
            }
        }
        for at in 1..self.placed.len() {
            let (one, next) = (&self.placed[at - 1], &self.placed[at]);
            let beside = match (one.class, next.class) {
                (Class::Closing, Class::Closing | Class::Opening) => -one.spare(Class::Closing),
                (Class::Opening, Class::Opening) => -next.spare(Class::Opening),
                (Class::Han, Class::Latin) | (Class::Latin, Class::Han) => APART * one.size.min(next.size),
                _ => 0.0,
            };
            self.placed[at - 1].beside = beside;
        }
        let mut sum = 0.0;
        self.before = Vec::with_capacity(self.placed.len() + 1);
        self.before.push(0.0);
        for placed in &self.placed {
            sum += placed.advance + placed.beside;
            self.before.push(sum);
        }
    }

    /// Places to break, as glyphs that a line may begin with, and whether it must.
    fn breaks(&self) -> Vec<(usize, bool)> {
        let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
        let mut places = vec![false; self.text.len() + 1];
        for place in segmenter.segment_str(&self.text) {
            places[place] = true;
        }
        let mut from = 0;
        for run in self.text.split_inclusive(|c: char| c.is_whitespace() || !c.is_ascii()) {
            let until = from + run.trim_end_matches(|c: char| c.is_whitespace() || !c.is_ascii()).len();
            if until - from > LONG {
                places[from + 1..until].fill(true);
            }
            from += run.len();
        }
        let forced = self.text.as_bytes();
        let mut breaks = Vec::new();
        for at in 1..self.placed.len() {
            let (last, next) = (&self.placed[at - 1].glyph.range, &self.placed[at].glyph.range);
            if next.start == last.start {
                continue;
            }
            let must = forced[last.end..next.start].contains(&b'\n') || forced[last.clone()].contains(&b'\n');
            if must || places[next.start] {
                breaks.push((at, must));
            }
        }
        breaks.push((self.placed.len(), true));
        breaks
    }

    /// How far the ink of a line reaches.
    fn natural(&self, line: &Range<usize>, indent: f32) -> f32 {
        let inked = self.inked(line);
        let Some(last) = self.placed[inked.clone()].last() else {
            return indent;
        };
        let whole = self.before[inked.end] - self.before[inked.start] - last.beside;
        indent + whole - self.trimmed(inked.start, line.start) - last.spare(Class::Closing)
    }

    /// A line without the spaces at its end.
    fn inked(&self, line: &Range<usize>) -> Range<usize> {
        let trailing = self.placed[line.clone()]
            .iter()
            .rev()
            .take_while(|one| one.class == Class::Space);
        line.start..line.end - trailing.count()
    }

    /// What a line that goes on begins further left by: the empty half of an opening mark.
    fn trimmed(&self, at: usize, line: usize) -> f32 {
        if at == line && line > 0 {
            self.placed[at].spare(Class::Opening)
        } else {
            0.0
        }
    }

    fn break_lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let (mut start, mut fits) = (0, 0);
        let breaks = self.breaks();
        let mut at = 0;
        while let Some((place, must)) = breaks.get(at).copied() {
            let indent = if start == 0 { self.paragraph.indent } else { 0.0 };
            // A hundredth of a point is lost in adding up.
            if self.natural(&(start..place), indent) <= self.width + 0.01 {
                fits = place;
                at += 1;
                if must {
                    lines.push(self.line(start..place, indent, true));
                    start = place;
                }
                continue;
            }
            if fits <= start {
                // Not even the first word: as much of it as there is room for.
                let more = (start + 1..place).take_while(|end| self.natural(&(start..end + 1), indent) <= self.width);
                fits = start + 1 + more.count();
            }
            lines.push(self.line(start..fits, indent, false));
            start = fits;
        }
        lines
    }

    /// Sets a line, and fills it when it has to be.
    fn line(&self, line: Range<usize>, indent: f32, is_last: bool) -> Line {
        let inked = self.inked(&line);
        let spare = self.width - self.natural(&line, indent);
        let gives = |at: usize| at + 1 < inked.end && self.gives(at);
        let slots = inked.clone().filter(|at| gives(*at)).count();
        let filled = self.paragraph.align == Align::Filled && !is_last && slots > 0 && spare > 0.0;
        #[expect(clippy::cast_precision_loss, reason = "the glyphs of a line are some hundreds")]
        let each = if filled { spare / slots as f32 } else { 0.0 };
        let mut x = match self.paragraph.align {
            Align::Filled | Align::Left => indent,
            Align::Centre => indent + spare / 2.0,
            Align::Right => indent + spare,
        };
        let mut spans: Vec<Span> = Vec::new();
        let height = self.placed[line.clone()].iter().map(|one| one.size).fold(0.0, f32::max);
        let height = if height > 0.0 {
            height
        } else {
            self.paragraph.runs.first().map_or(0.0, |run| run.size)
        };
        let trimmed = if inked.is_empty() {
            0.0
        } else {
            self.trimmed(inked.start, line.start)
        };
        for at in line.clone() {
            let placed = &self.placed[at];
            let mut glyph = placed.glyph.clone();
            let mut advance = placed.advance + if at + 1 < line.end { placed.beside } else { 0.0 };
            if at == inked.start {
                advance -= trimmed;
                glyph.offset.0 -= trimmed / placed.size;
            }
            if gives(at) {
                advance += each;
            }
            glyph.advance = advance / placed.size;
            let run = &self.paragraph.runs[placed.run];
            match spans.last_mut() {
                Some(span) if (span.weight, span.size, span.colour) == (glyph.weight, run.size, run.colour) => {
                    span.glyphs.push(glyph);
                    span.width += advance;
                }
                _ => spans.push(Span {
                    x,
                    width: advance,
                    size: run.size,
                    weight: glyph.weight,
                    colour: run.colour,
                    text: Arc::clone(&self.text),
                    glyphs: vec![glyph],
                }),
            }
            x += advance;
        }
        Line {
            spans,
            height: height * CAPITAL,
        }
    }

    /// Whether room may be given behind a glyph: at spaces, and between two of which one is Chinese.
    fn gives(&self, at: usize) -> bool {
        let (one, next) = (&self.placed[at], &self.placed[at + 1]);
        let is_chinese = |placed: &Placed| placed.is_wide && placed.class != Class::Latin;
        one.class == Class::Space
            || (next.class != Class::Space && one.glyph.range.start != next.glyph.range.start)
                && (is_chinese(one) || is_chinese(next))
                && one.class != Class::Opening
                && next.class != Class::Closing
    }
}
