//! Letters of the demonstration on a page.

use operations::demo::{KeptHead, KeptLetter};

use super::encode;
use crate::pages::{DemoLetterPage, DemoMailRow, LetterPiece};

/// A letter in the list.
pub(crate) fn letter_row(head: &KeptHead) -> DemoMailRow {
    DemoMailRow {
        href: format!("/demo/mail/{}", head.id),
        subject: head.subject.clone(),
        to: head.to.clone(),
        to_href: format!("/demo/mail?to={}", encode(&head.to)),
        at: head.at,
    }
}

/// A letter, with the addresses of this platform in its plain text as links.
pub(crate) fn letter_page(letter: &KeptLetter, site: &str) -> DemoLetterPage {
    let row = letter_row(&letter.head);
    DemoLetterPage {
        frame: format!("{}/html", row.href),
        row,
        from: letter.from.clone(),
        message_id: letter.message_id.clone(),
        language: letter.language.clone(),
        lines: letter.text.trim_end().lines().map(|line| pieces(line, site)).collect(),
    }
}

/// The line in pieces. An address ends where no sign of an address follows; a full stop at its end belongs to the sentence.
fn pieces(line: &str, site: &str) -> Vec<LetterPiece> {
    let mut found = Vec::new();
    let mut push = |text: &str, href: Option<&str>| {
        if !text.is_empty() {
            found.push(LetterPiece {
                text: text.to_owned(),
                href: href.map(str::to_owned),
            });
        }
    };
    let begins = format!("{site}/");
    let mut rest = line;
    while let Some(at) = rest.find(&begins) {
        let (before, from) = rest.split_at(at);
        let sign = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&*+,;=%".contains(c);
        let end = from.find(|c| !sign(c)).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
        push(before, None);
        push(address, address.strip_prefix(site));
        rest = &from[address.len()..];
    }
    push(rest, None);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_platform_become_links_and_others_stay_words() {
        let seen = |line: &str| -> Vec<(String, Option<String>)> {
            let pieces = pieces(line, "https://qixiao.example");
            pieces.into_iter().map(|piece| (piece.text, piece.href)).collect()
        };
        let (text, link) = (
            |text: &str| (text.to_owned(), None),
            |path: &str| (format!("https://qixiao.example{path}"), Some(path.to_owned())),
        );
        assert_eq!(
            seen("打开 https://qixiao.example/sign/a-b_c?x=1&y=2。或者 https://qixiao.example/verify."),
            [
                text("打开 "),
                link("/sign/a-b_c?x=1&y=2"),
                text("。或者 "),
                link("/verify"),
                text(".")
            ]
        );
        let other = "https://qixiao.example.evil/x javascript:alert(1) https://elsewhere.example/";
        assert_eq!(seen(other), [text(other)]);
        assert!(seen("").is_empty());
    }
}
