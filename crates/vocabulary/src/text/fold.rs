//! Folding: one form for what people type in many.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A folded text that remembers where each piece came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// For each byte of `text`: where the original piece it came from begins and ends.
    spans: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds `original`.
    pub fn new(original: &str) -> Self {
        let mut pieces: Vec<(char, (u32, u32))> = Vec::with_capacity(original.len());
        let mut start = 0;
        while start < original.len() {
            let end = cluster_end(original, start);
            let span = (offset(start), offset(end));
            pieces.extend(original[start..end].nfkc().map(|c| (c, span)));
            start = end;
        }
        simplify(&mut pieces);
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            spans: Vec::new(),
        };
        for (place, (c, span)) in pieces.iter().enumerate() {
            let before = place.checked_sub(1).map_or(' ', |before| pieces[before].0);
            if is_kept(*c, before) {
                for lower in c.to_lowercase() {
                    folded.push(lower, *span);
                }
            } else if !folded.text.is_empty() && !folded.text.ends_with(' ') {
                folded.push(' ', *span);
            }
        }
        if folded.text.ends_with(' ') {
            folded.text.pop();
            folded.spans.pop();
        }
        folded
    }

    fn push(&mut self, c: char, span: (u32, u32)) {
        self.text.push(c);
        self.spans.resize(self.text.len(), span);
    }

    /// The bytes of the original that a range of bytes of `text` came from.
    pub fn original_range(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.spans.get(start).map_or(0, |span| span.0);
        let last = end.checked_sub(1).and_then(|last| self.spans.get(last));
        (first as usize, last.map_or(first, |span| span.1) as usize)
    }
}

/// Offsets are kept in 32 bits: nobody folds four gigabytes at once, and a text that long is cut off, not broken.
fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// A character with the marks that belong to it, which normalisation may compose: half-width kana with their voice
/// marks, letters with accents, Korean syllables in pieces.
fn cluster_end(text: &str, start: usize) -> usize {
    let mut chars = text[start..].char_indices().skip(1);
    let next = chars.find(|(_, c)| {
        !is_combining_mark(*c)
            && !matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{ffa0}'..='\u{ffdc}')
    });
    next.map_or(text.len(), |(place, _)| start + place)
}

/// Simplified characters for traditional ones. The map looks at both neighbours, so it sees the whole text at once,
/// and again until nothing changes, because a neighbour it looked at may itself have changed.
fn simplify(pieces: &mut [(char, (u32, u32))]) {
    let mut text: String = pieces.iter().map(|(c, _)| *c).collect();
    if !text.chars().any(is_cjk) {
        return;
    }
    for _ in 0..4 {
        let mut simple: Vec<char> = fast2s::convert(&text).chars().collect();
        if simple.len() != pieces.len() {
            return;
        }
        for place in 0..simple.len() {
            let before = place.checked_sub(1).map(|before| simple[before]);
            let after = simple.get(place + 1).copied();
            simple[place] = corrected(pieces[place].0).unwrap_or(simple[place]);
            simple[place] = particle(before, simple[place], after);
        }
        for (piece, c) in pieces.iter_mut().zip(&simple) {
            piece.0 = *c;
        }
        let next: String = simple.into_iter().collect();
        if next == text {
            return;
        }
        text = next;
    }
}

/// Pairs that the map lacks or gets wrong: what is written, and what it is in simplified text.
const CORRECTIONS: &str = "瀋沈諮咨逕径鉆钻嚐尝疊叠彆别懞蒙蔘参鎌镰钁镢鏨錾鎪锼錆锖餬糊捍捍睏困闇暗黏黏薰薰皁皂痾疴韝鞲\
綈绨紼绋繰缲氌氇軺轺轔辚醣糖釅酽釃酾鏍镙鈅钥蟣虮裊袅譭毁踰逾囌苏甦苏妳你囉啰呵呵仿仿匹匹凈净冑胄";

/// The corrections by what is written, sorted.
static CORRECTED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let (mut pairs, mut chars) = (Vec::new(), CORRECTIONS.chars());
    while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
        pairs.push((from, to));
    }
    pairs.sort_unstable();
    pairs
});

/// What `written` is in simplified text, where the map is not to be asked.
fn corrected(written: char) -> Option<char> {
    let place = CORRECTED.binary_search_by_key(&written, |pair| pair.0).ok()?;
    Some(CORRECTED[place].1)
}

/// 著 stays in 著名 and 专著; as a particle (看著, 接著) it is 着. The map leaves it alone.
fn particle(before: Option<char>, c: char, after: Option<char>) -> char {
    const AFTER: &str = "名作者述称书录";
    const BEFORE: &str = "显原专编论译名土巨卓昭遗";
    let stays = after.is_some_and(|c| AFTER.contains(c)) || before.is_some_and(|c| BEFORE.contains(c));
    if c == '著' && !stays { '着' } else { c }
}

/// Whether a character is kept; everything else becomes a blank. `+` and `#` stay behind a letter: C++, C#.
fn is_kept(c: char, before: char) -> bool {
    c.is_alphanumeric()
        || is_combining_mark(c)
        || (matches!(c, '+' | '#') && (before.is_ascii_alphanumeric() || matches!(before, '+' | '#')))
}

/// One form for what people type in many: NFKC (full width, circled numbers), simplified characters, lower case,
/// punctuation and runs of blanks as one blank, none at the ends.
pub fn fold(text: &str) -> String {
    Folded::new(text).text
}

/// Whether this is a Chinese character.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// Whether a word is made of Chinese characters only.
pub fn is_cjk_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_cjk)
}
