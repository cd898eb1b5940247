//! The thin space between Chinese and Latin letters or digits.

/// U+2009, what stands between Chinese and Latin.
const THIN_SPACE: char = '\u{2009}';

/// Whether `c` is a Chinese character (punctuation brings its own room).
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Whether `c` is a letter or figure that crowds a Chinese character.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '¥' | '%')
}

/// Whether a thin space belongs between `left` and `right`.
fn wants_space(left: char, right: char) -> bool {
    (is_han(left) && is_latin(right)) || (is_latin(left) && is_han(right))
}

/// Appends `text` as it is, with a thin space before it where the seam wants one.
pub(crate) fn push(out: &mut String, text: &str) {
    if let (Some(left), Some(right)) = (out.chars().next_back(), text.chars().next())
        && wants_space(left, right)
    {
        out.push(THIN_SPACE);
    }
    out.push_str(text);
}

/// `text` with a thin space at every seam of Chinese and Latin: for words of ours, not for what people wrote.
pub fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut last = None;
    for c in text.chars() {
        if last.is_some_and(|left| wants_space(left, c)) {
            out.push(THIN_SPACE);
        }
        out.push(c);
        last = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_keep_a_thin_distance() {
        assert_eq!(spaced("用PDF下载3份"), "用\u{2009}PDF\u{2009}下载\u{2009}3\u{2009}份");
        assert_eq!(spaced("（A类）"), "（A\u{2009}类）");
        assert_eq!(spaced("plain English"), "plain English");
    }

    #[test]
    fn a_seam_is_spaced_and_what_is_put_in_is_left_alone() {
        let mut out = "自".to_owned();
        push(&mut out, "2026年9月1日");
        push(&mut out, "起");
        assert_eq!(out, "自\u{2009}2026年9月1日起");
    }
}
