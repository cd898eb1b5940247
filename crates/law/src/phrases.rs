//! Forbidden phrases (TA-48): ideas that have no place in an agreement with a worker, found in free text however they are
//! typed, unless the text forbids them itself.

use std::sync::LazyLock;

use serde::Deserialize;
use vocabulary::text::{Folded, fold};

/// A group of forms of one idea, and why it is forbidden.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    forms: Vec<String>,
    /// The rule that it is about.
    pub rule: String,
    /// Why, in Chinese.
    pub zh: String,
    /// Why, in English.
    pub en: String,
}

/// The phrases, and the words that turn them into their opposite.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    negations: Vec<String>,
    turns: Vec<String>,
    goes_on: Vec<String>,
    nothing: Vec<String>,
    phrase: Vec<Phrase>,
}

/// A forbidden phrase in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The phrase, in the form that was found.
    pub form: &'a str,
    /// Its group.
    pub phrase: &'a Phrase,
    /// Where it begins in the original, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

static BUILT_IN: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(include_str!("../data/phrases.toml")).expect("the lexicon of the product is read in a test")
});

/// The lexicon that comes with the product.
pub fn builtin() -> &'static Lexicon {
    &BUILT_IN
}

/// How far before a hit a negation may stand, in characters.
const REACH: usize = 24;

/// What stands between two characters of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Between {
    Nothing,
    /// A blank, a bracket, a quotation mark, the comma of a list: one clause.
    Same,
    /// A comma.
    Comma,
    /// The end of a sentence or of a line.
    End,
}

/// A folded character, where it came from, and what stands before it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    c: char,
    start: usize,
    end: usize,
    before: Between,
    /// Whether only blanks stand before it, so that it may belong to the same word as the character before.
    joined: bool,
}

impl Lexicon {
    /// Reads a lexicon; forms and words are folded as the texts will be.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let mut lexicon: Self = toml::from_str(text)?;
        let words = [
            &mut lexicon.negations,
            &mut lexicon.turns,
            &mut lexicon.goes_on,
            &mut lexicon.nothing,
        ];
        let forms = lexicon.phrase.iter_mut().map(|phrase| &mut phrase.forms);
        for list in words.into_iter().chain(forms) {
            for word in list.iter_mut() {
                *word = fold(word);
            }
            // An empty word would be found everywhere.
            list.retain(|word| !word.is_empty());
        }
        Ok(lexicon)
    }

    /// Every phrase.
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrase
    }

    /// The forbidden phrases in `text`, in its order; where forms overlap, the one that begins first, and of these the
    /// longest. What the text itself forbids or denies is no hit.
    pub fn scan(&self, text: &str) -> Vec<Hit<'_>> {
        let pieces = pieces(text);
        let mut hits = Vec::new();
        let mut at = 0;
        while at < pieces.len() {
            let longest = self
                .phrase
                .iter()
                .flat_map(|phrase| phrase.forms.iter().map(move |form| (phrase, form)))
                .filter_map(|(phrase, form)| matched(&pieces[at..], form).map(|length| (length, phrase, form)))
                .max_by_key(|(length, ..)| *length);
            let Some((length, phrase, form)) = longest else {
                at += 1;
                continue;
            };
            if !self.is_forbidden(&pieces, at) && !self.is_denied(&pieces[at + length..]) {
                hits.push(Hit {
                    form,
                    phrase,
                    start: pieces[at].start,
                    end: pieces[at + length - 1].end,
                });
            }
            at += length;
        }
        hits
    }

    /// Whether what stands before a hit forbids it.
    fn is_forbidden(&self, pieces: &[Piece], at: usize) -> bool {
        let clause = self.clause_before(pieces, at);
        // 无押金
        if clause.ends_with('无') {
            return true;
        }
        let last = self
            .negations
            .iter()
            .filter_map(|word| clause.rfind(word.as_str()).map(|at| (at + word.len(), at)))
            .max();
        let Some((end, begin)) = last else { return false };
        let gap = &clause[end..];
        if self.turns.iter().any(|turn| gap.contains(turn.as_str())) {
            return false;
        }
        // 不得不收取: two negations ask for it.
        let twice = clause[begin..].starts_with('不')
            && ["不得", "不能", "不可"]
                .iter()
                .any(|word| clause[..begin].ends_with(word));
        !twice
    }

    /// The text of the clause up to the hit at `at`: back to the end of the sentence before, or to a comma that begins a
    /// new thought.
    fn clause_before(&self, pieces: &[Piece], at: usize) -> String {
        let mut from = at;
        while from > 0 && at - from < REACH {
            let goes_on = match pieces[from].before {
                Between::Nothing | Between::Same => true,
                Between::Comma => self.continues(&pieces[from..at]),
                Between::End => false,
            };
            if !goes_on {
                break;
            }
            from -= 1;
        }
        pieces[from..at].iter().map(|piece| piece.c).collect()
    }

    fn continues(&self, rest: &[Piece]) -> bool {
        self.goes_on.iter().any(|word| matched(rest, word).is_some())
    }

    /// Whether what stands behind a hit says that there is none.
    fn is_denied(&self, behind: &[Piece]) -> bool {
        let clause: String = behind
            .iter()
            .take_while(|piece| piece.before < Between::Comma)
            .take(REACH)
            .map(|piece| piece.c)
            .collect();
        self.nothing.contains(&clause)
    }
}

/// How many pieces `form` takes at the beginning of `pieces`, if it stands there; blanks inside do not hide it.
fn matched(pieces: &[Piece], form: &str) -> Option<usize> {
    let mut length = 0;
    for c in form.chars() {
        let piece = pieces.get(length)?;
        if piece.c != c || (length > 0 && !piece.joined) {
            return None;
        }
        length += 1;
    }
    (length > 0).then_some(length)
}

fn pieces(text: &str) -> Vec<Piece> {
    let folded = Folded::new(text);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut end_before = 0;
    for (at, c) in folded.text.char_indices() {
        if c == ' ' {
            continue;
        }
        let (start, end) = folded.original_range(at, at + c.len_utf8());
        let gap = text.get(end_before..start).unwrap_or_default();
        pieces.push(Piece {
            c,
            start,
            end,
            before: between(gap),
            joined: gap.chars().all(|c| c.is_whitespace() && c != '\n'),
        });
        end_before = end.max(end_before);
    }
    pieces
}

fn between(gap: &str) -> Between {
    gap.chars()
        .map(|c| match c {
            '\n' | '\r' | '。' | '；' | '！' | '？' | ';' | '!' | '?' => Between::End,
            '，' | ',' => Between::Comma,
            _ => Between::Same,
        })
        .max()
        .unwrap_or(Between::Nothing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let hits = builtin().scan(text);
        hits.iter().map(|hit| &text[hit.start..hit.end]).collect()
    }

    #[test]
    fn every_form_is_found_where_it_stands() {
        for phrase in builtin().phrases() {
            for form in &phrase.forms {
                let text = format!("乙方同意：{form}。");
                let hits = builtin().scan(&text);
                assert_eq!(hits.len(), 1, "{form}");
                assert_eq!(&text[hits[0].start..hits[0].end], form);
                assert_eq!(hits[0].phrase.rule, phrase.rule);
            }
        }
    }

    #[test]
    fn the_lexicon_of_the_rules_is_covered() {
        for word in [
            "押金",
            "保证金",
            "风险金",
            "服装费",
            "扣押身份证",
            "毕业证原件",
            "自愿放弃社保",
            "不得结婚",
            "不得怀孕",
            "男性优先",
            "限男性",
            "生死自负",
        ] {
            let first = |phrase: &&Phrase| phrase.forms[0] == word;
            assert!(builtin().phrases().iter().any(|phrase| first(&phrase)), "{word}");
        }
    }

    #[test]
    fn a_phrase_is_found_however_it_is_typed() {
        assert_eq!(found("乙方入职时缴纳押金500元"), ["押金"]);
        assert_eq!(found("乙方須繳納保證金"), ["保證金"]);
        assert_eq!(found("缴纳 风 险 金 若干"), ["风 险 金"]);
        assert_eq!(found("（押金）由甲方保管"), ["押金"]);
        assert_eq!(found("自愿放弃社保，工伤自负"), ["自愿放弃社保", "工伤自负"]);
        assert_eq!(
            found("风险抵押金2000元"),
            ["风险抵押金"],
            "the longest form counts, once"
        );
        assert_eq!(found("付押、金"), Vec::<&str>::new());
    }

    #[test]
    fn what_the_text_forbids_itself_is_no_hit() {
        for text in [
            "甲方不得收取押金。",
            "甲方不得向乙方收取押金、保证金或者风险金。",
            "甲方不得以任何名义向乙方收取财物，包括押金、服装费。",
            "不收取押金",
            "乙方无需缴纳保证金",
            "本协议无押金",
            "押金：0元",
            "押金：无",
            "保证金为零。",
            "严禁扣押身份证",
            "甲方不得约定乙方不得结婚、不得怀孕",
            "乙方不得自愿放弃社保",
            "甲方不得不缴纳社会保险",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn a_negation_of_something_else_does_not_hide_a_phrase() {
        for (text, phrase) in [
            ("乙方不得迟到，押金500元。", "押金"),
            ("乙方不得迟到否则扣押金", "押金"),
            ("不得收取费用。押金500元", "押金"),
            ("甲方不得拒绝退还押金", "押金"),
            ("乙方不得不交保证金", "保证金"),
            ("押金不予退还", "押金"),
            ("押金无息退还", "押金"),
            ("工作期间不得怀孕", "不得怀孕"),
            ("乙方不得旷工，但须缴纳押金", "押金"),
            ("无故离职的，保证金不退", "保证金"),
        ] {
            assert_eq!(found(text), [phrase], "{text}");
        }
    }

    #[test]
    fn a_lexicon_with_something_else_in_it_is_refused() {
        assert!(Lexicon::parse("negations = []\nturns = []\ngoes_on = []\nnothing = []\nphrase = []").is_ok());
        assert!(Lexicon::parse("negations = []\nturns = []\ngoes_on = []\nnothing = []\nphrase = []\nx = 1").is_err());
    }

    proptest! {
        #[test]
        fn hits_lie_in_the_text_on_whole_characters_and_do_not_overlap(
            parts in prop::collection::vec(prop::sample::select(&[
                "押金", "不得", "收取", "，", "。", "保證金", " ", "限男性", "无", "e\u{301}", "Ⅷ", "ﾊﾞ", "押", "金", "\n", "0元", "：",
            ][..]), 0..14)
        ) {
            let text = parts.concat();
            let mut before = 0;
            for hit in builtin().scan(&text) {
                prop_assert!(hit.start >= before && hit.start < hit.end);
                prop_assert!(text.get(hit.start..hit.end).is_some());
                before = hit.end;
            }
        }

        #[test]
        fn any_text_can_be_scanned(text in ".*") {
            for hit in builtin().scan(&text) {
                prop_assert!(text.get(hit.start..hit.end).is_some());
            }
        }
    }
}
