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

/// A character of the folded text and the bytes of the original it came from.
type Piece = (char, (u32, u32));

/// More rounds than any text takes: most change in the first alone, few in the second.
const ROUNDS: usize = 16;

impl Folded {
    /// Folds `original`: round after round until one changes nothing, so that folding again changes nothing either.
    /// One round is not enough, because each of its steps may make work for one before it: lower case brings marks that
    /// normalisation puts in another order, a character that becomes simplified is the neighbour of another.
    pub fn new(original: &str) -> Self {
        let ends = original.char_indices().skip(1).map(|(end, _)| end);
        let mut start = 0;
        let mut pieces: Vec<Piece> = original
            .chars()
            .zip(ends.chain([original.len()]))
            .map(|(c, end)| (c, (offset(std::mem::replace(&mut start, end)), offset(end))))
            .collect();
        for _ in 0..ROUNDS {
            // Most texts are settled from the start, and nearly all others after one round.
            if is_settled(&pieces) {
                break;
            }
            let next = round(&pieces);
            let stable = next.iter().map(|piece| piece.0).eq(pieces.iter().map(|piece| piece.0));
            pieces = next;
            if stable {
                break;
            }
        }
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            spans: Vec::with_capacity(original.len()),
        };
        for (c, span) in pieces {
            folded.text.push(c);
            folded.spans.resize(folded.text.len(), span);
        }
        folded
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

/// Whether it is plain to see that a round would change nothing: simplified characters, small letters and digits of ASCII, single
/// blanks between them. Not every text that a round leaves alone is seen to be one.
fn is_settled(pieces: &[Piece]) -> bool {
    let mut before = ' ';
    let mut chinese = false;
    for (c, _) in pieces {
        let plain = match c {
            ' ' => before != ' ',
            'a'..='z' | '0'..='9' => true,
            // What is put right by hand is left to the round.
            '\u{4e00}'..='\u{9fff}' => *c != '著' && corrected(*c).is_none(),
            _ => false,
        };
        if !plain {
            return false;
        }
        chinese |= is_cjk(*c);
        before = *c;
    }
    if before == ' ' && !pieces.is_empty() {
        return false;
    }
    let text: String = pieces.iter().map(|piece| piece.0).collect();
    !chinese || fast2s::convert(&text) == text
}

/// One round of folding: normalisation, simplified characters, blanks for punctuation, lower case. What comes out
/// depends on the characters alone; where they came from is only handed on.
fn round(pieces: &[Piece]) -> Vec<Piece> {
    let mut normal = normalised(pieces);
    simplify(&mut normal);
    let mut folded: Vec<Piece> = Vec::with_capacity(normal.len());
    let mut before = ' ';
    for (c, span) in normal {
        if is_kept(c, before) {
            folded.extend(c.to_lowercase().map(|lower| (lower, span)));
        } else if folded.last().is_some_and(|last| last.0 != ' ') {
            folded.push((' ', span));
        }
        before = c;
    }
    if folded.last().is_some_and(|last| last.0 == ' ') {
        folded.pop();
    }
    folded
}

/// NFKC, cluster by cluster. What a cluster becomes came from the whole of it.
fn normalised(pieces: &[Piece]) -> Vec<Piece> {
    let mut normal: Vec<Piece> = Vec::with_capacity(pieces.len());
    for cluster in pieces.chunk_by(|_, next| joins(next.0)) {
        let (start, end) = (cluster[0].1.0, cluster[cluster.len() - 1].1.1);
        let chars = cluster.iter().map(|piece| piece.0);
        normal.extend(chars.nfkc().map(|c| (c, (start, end))));
    }
    normal
}

/// Whether a character belongs to the one before it, so that normalisation may compose the two: half-width kana with
/// their voice marks, letters with accents, Korean syllables in pieces.
fn joins(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{ff9e}' | '\u{ff9f}' | '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{ffa0}'..='\u{ffdc}')
}

/// Simplified characters for traditional ones. The map looks at both neighbours, so it sees the whole text at once; a
/// neighbour that changes is seen in the next round.
fn simplify(pieces: &mut [Piece]) {
    if !pieces.iter().any(|piece| is_cjk(piece.0)) {
        return;
    }
    let text: String = pieces.iter().map(|piece| piece.0).collect();
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
    for (piece, c) in pieces.iter_mut().zip(simple) {
        piece.0 = c;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_plainly_settled_a_round_leaves_alone(text in "[a-z0-9 数控機床乾隆著名看干ＡＢ，é著你技术]{0,12}|[一-鿿]{1,6}|[\\PC]{0,4}") {
            let pieces: Vec<Piece> = text.char_indices().map(|(at, c)| (c, (offset(at), offset(at + c.len_utf8())))).collect();
            prop_assume!(is_settled(&pieces));
            prop_assert_eq!(round(&pieces), pieces);
        }
    }

    #[test]
    fn most_texts_are_plainly_settled() {
        let settled = |text: &str| is_settled(&text.chars().map(|c| (c, (0, 0))).collect::<Vec<_>>());
        assert!(
            ["数控技术", "", "c 语言程序设计", "2024 级", "上海 浦东"]
                .into_iter()
                .all(settled)
        );
        assert!(
            !["數控", "数控，技术", " 数控", "数控 ", "数  控", "著", "CNC"]
                .into_iter()
                .any(settled)
        );
    }
}
