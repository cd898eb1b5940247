//! What of a posted title names the work.

use crate::text::{fold, is_cjk, word_list};

/// A part of a title.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// Folded, without blanks.
    pub(super) text: String,
    /// How much it counts: 1 for what stands first outside brackets.
    pub(super) weight: f32,
}

/// What a later part counts, one in brackets, and one of a later line: the first usually names the work, what follows is
/// often a place, a line of business or a second trade.
const LATER: f32 = 0.8;
const IN_BRACKETS: f32 = 0.5;
const LATER_LINE: f32 = 0.3;

/// More letters than a post's title and first lines have; whoever sends a million is not waited for.
const LETTERS: usize = 600;
/// More parts than any title has; of a long text the first ones speak of the work.
const PARTS: usize = 24;

/// Words of an offer that say nothing of the work, a longer one before what it contains.
const OFFER: &str = include_str!("../../data/offer_words.txt");

/// What was found between marks.
struct Piece {
    text: String,
    in_brackets: bool,
    line: usize,
}

/// The parts of a title, in their order; pay and benefits are left out unless there is nothing else.
pub(super) fn parts(title: &str) -> Vec<Part> {
    let pieces = pieces(title);
    let works = |piece: &Piece| {
        work(&piece.text).map(|text| Piece {
            text,
            in_brackets: piece.in_brackets,
            line: piece.line,
        })
    };
    let named: Vec<Piece> = pieces.iter().filter_map(works).collect();
    let kept = if named.is_empty() { pieces } else { named };
    let main = kept.iter().position(|piece| !piece.in_brackets);
    let weight = |at: usize, piece: &Piece| match piece {
        _ if Some(at) == main => 1.0,
        Piece { line: 1.., .. } => LATER_LINE,
        Piece { in_brackets: true, .. } => IN_BRACKETS,
        _ => LATER,
    };
    let weighed = kept.into_iter().enumerate().map(|(at, piece)| Part {
        weight: weight(at, &piece),
        text: piece.text,
    });
    weighed.take(PARTS).collect()
}

/// The part that names the work: the first outside brackets, or the first.
pub(super) fn main_part(parts: &[Part]) -> &str {
    let main = parts.iter().find(|part| part.weight >= 1.0).or(parts.first());
    main.map_or("", |part| part.text.as_str())
}

fn pieces(title: &str) -> Vec<Piece> {
    let (mut pieces, mut current) = (Vec::new(), String::new());
    let (mut depth, mut line, mut before) = (0usize, 0, ' ');
    for c in title.trim().chars().take(LETTERS).chain(['\n']) {
        let opens = matches!(c, '(' | '（' | '【' | '[' | '［' | '{' | '《' | '<');
        let closes = matches!(c, ')' | '）' | '】' | ']' | '］' | '}' | '》' | '>');
        // C++ and C# are words.
        let after_letter = before.is_alphanumeric() && !is_cjk(before);
        let belongs = matches!(c, '+' | '#') && (after_letter || before == '+');
        // 6 名 is a number, too.
        let counts = c == ' ' && before.is_ascii_digit();
        if belongs || !(opens || closes || counts || parts_words(c)) {
            current.push(c);
        } else if !counts {
            let text = fold(&std::mem::take(&mut current)).replace(' ', "");
            if !text.is_empty() {
                pieces.push(Piece {
                    text,
                    in_brackets: depth > 0,
                    line,
                });
            }
            depth = (depth + usize::from(opens)).saturating_sub(usize::from(closes));
        }
        if c == '\n' {
            (depth, line) = (0, line + 1);
        }
        before = c;
    }
    pieces
}

/// Whether a mark stands between two parts. An inverted comma or a stroke inside a word does not.
fn parts_words(c: char) -> bool {
    c.is_whitespace() || "·-—_*~&+|/、，,;；:：!！。\"“”\\｜／".contains(c)
}

/// What remains of a part when the offer is taken away; nothing when it says nothing of the work.
fn work(text: &str) -> Option<String> {
    let mut text = text;
    // 某某公司招聘车工: whoever seeks stands before what is sought.
    if let Some((who, sought)) = text.split_once("招聘")
        && !sought.is_empty()
        && who.chars().count() >= 3
    {
        text = sought;
    }
    let work = without_figures(text);
    let text = work.as_str();
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let offered = word_list(OFFER);
    if !offered.iter().any(|word| text.contains(word)) {
        return Some(text.to_owned());
    }
    let rest = offered.iter().fold(work.clone(), |text, word| text.replace(word, ""));
    (rest.chars().count() >= 2).then_some(rest)
}

/// A text without figures of pay and of people: 8000元, 8k, 1.2万, 13薪, 6名. Other figures name work: 5G, 3D, 4S店.
fn without_figures(text: &str) -> String {
    let (mut rest, mut left) = (String::with_capacity(text.len()), text);
    while let Some(at) = left.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = left.split_at(at);
        let figure = from.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit = figure.trim_start_matches(['k', 'w', '元', '万', '千', '薪', '名', '人', '位']);
        rest.push_str(before);
        if unit.len() == figure.len() {
            rest.push_str(&from[..from.len() - figure.len()]);
        }
        left = unit;
    }
    rest + left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(title: &str) -> Vec<(String, f32)> {
        parts(title).into_iter().map(|part| (part.text, part.weight)).collect()
    }

    fn part(text: &str, weight: f32) -> (String, f32) {
        (text.to_owned(), weight)
    }

    #[test]
    fn what_names_the_work_stands_before_brackets_and_strokes() {
        assert_eq!(
            told("數控車工（浦東）/學徒"),
            [part("数控车工", 1.0), part("浦东", 0.5), part("学徒", 0.8)]
        );
        assert_eq!(told("【急聘】Ｃ++ 工程师"), [part("c++", 1.0), part("工程师", 0.8)]);
        assert_eq!(
            told("焊工\n包吃住，负责钢结构焊接"),
            [part("焊工", 1.0), part("负责钢结构焊接", 0.3)]
        );
    }

    #[test]
    fn pay_benefits_and_who_seeks_do_not_name_work() {
        assert_eq!(told("普工8000元+五险一金"), [part("普工", 1.0)]);
        assert_eq!(told("5G基站 3D建模"), [part("5g基站", 1.0), part("3d建模", 0.8)]);
        assert_eq!(told("五险一金 叉车司机 8k-12k"), [part("叉车司机", 1.0)]);
        assert_eq!(
            told("焊工8名，塔吊司机 6 名"),
            [part("焊工", 1.0), part("塔吊司机", 0.8)]
        );
        assert_eq!(told("某某机械厂招聘钳工"), [part("钳工", 1.0)]);
        assert_eq!(told("双休客服"), [part("客服", 1.0)]);
    }

    #[test]
    fn of_a_text_without_end_the_beginning_is_read() {
        let long = format!("焊工，{}", "包".repeat(1_000_000));
        let read: usize = parts(&long).iter().map(|part| part.text.chars().count()).sum();
        assert_eq!(read, LETTERS - 1);
    }

    #[test]
    fn nothing_is_lost_when_there_is_only_an_offer() {
        assert_eq!(told("高薪"), [part("高薪", 1.0)]);
        assert!(told(" （）/、").is_empty());
    }
}
