use std::{collections::BTreeSet, fs, path::Path};

use kernel::{EmailAddress, LetterId, SeededChance, Timestamp};
use mail_parser::MessageParser;

use super::*;
use crate::{Message, Sender, event_of, letters::NAMES};

const PUBLIC_URL: &str = "https://qixiao.example.cn";

fn foot() -> Foot {
    Foot {
        preferences: Some(LinkPath::new("/mail/preferences/a-token")),
        unsubscribe: Some(LinkPath::new("/mail/unsubscribe/a-token")),
    }
}

fn every_letter() -> Vec<(&'static str, Locale, Value, Rendered)> {
    let letterhead = Letterhead::new("https://qixiao.example.cn/");
    let mut all = Vec::new();
    for (name, letter) in letters::samples() {
        for locale in Locale::ALL {
            let rendered = letterhead.render_value(name, &letter, locale, &foot()).unwrap();
            all.push((name, locale, letter.clone(), rendered));
        }
    }
    all
}

fn message(locale: Locale, content: Rendered) -> Message {
    let at = Timestamp::from_micros(1_795_163_400_000_000);
    Message {
        id: LetterId::new(at, &SeededChance::new(7)),
        at,
        from: Sender {
            address: EmailAddress::parse("noreply@qixiao.example.cn").unwrap(),
            name: None,
        },
        to: EmailAddress::parse("zhang.san@example.cn").unwrap(),
        locale,
        content,
        list: None,
        attachments: Vec::new(),
    }
}

#[test]
fn every_letter_renders_in_every_language_and_says_where_to_go() {
    let all = every_letter();
    let names: BTreeSet<&str> = all.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), NAMES.len(), "every letter has a sample");
    for (name, locale, letter, rendered) in all {
        let url = format!("{PUBLIC_URL}{}", letter.get_attr("path").unwrap());
        assert!(
            rendered.text.contains(&url),
            "{name} {locale:?}: the plain text lacks {url}"
        );
        assert!(
            rendered
                .html
                .contains(&format!("href=\"{}\"", url.replace('&', "&amp;"))),
            "{name} {locale:?}: the button lacks {url}"
        );
        assert!(
            !rendered.subject.is_empty() && !rendered.subject.contains('\n'),
            "{name}"
        );
        for body in [&rendered.subject, &rendered.text, &rendered.html] {
            assert!(!shows_a_key(body), "{name} {locale:?} shows a key: {body}");
            assert!(!body.contains("{{") && !body.contains('\u{fffd}'), "{name} {locale:?}");
        }
        assert!(
            !rendered.text.contains("&quot;") && !rendered.text.contains("&lt;"),
            "{name}: text is not HTML"
        );
        assert!(
            !rendered.html.contains("<script"),
            "{name}: what people write is escaped"
        );
        assert!(
            !rendered.text.contains("\n\n\n"),
            "{name} {locale:?} has holes:\n{}",
            rendered.text
        );
        assert!(rendered.html.len() + rendered.text.len() < 100_000, "{name}");
    }
}

/// Whether `letter.` stands there as the beginning of a key and not as the end of a sentence.
fn shows_a_key(body: &str) -> bool {
    body.match_indices("letter.")
        .any(|(at, word)| body[at + word.len()..].starts_with(|c: char| c.is_ascii_lowercase()))
}

#[test]
fn no_subject_names_a_person() {
    // The outbox seals the body and keeps the subject as it is.
    for (name, locale, letter, rendered) in every_letter() {
        let agreement = letter.get_attr("agreement").unwrap_or_default();
        for holder in [&letter, &agreement] {
            for attribute in ["name", "officer", "apprentice", "reason", "message"] {
                let value = holder.get_attr(attribute).unwrap_or_default();
                if let Some(words) = value.as_str() {
                    assert!(
                        !rendered.subject.contains(words),
                        "{name} {locale:?}: {}",
                        rendered.subject
                    );
                }
            }
        }
    }
}

#[test]
fn whoever_is_asked_to_sign_reads_that_it_is_free_and_that_no_card_is_handed_over() {
    let asking = [crate::PleaseSign::NAME, crate::SignReminder::NAME];
    let mut seen = 0;
    for (name, locale, letter, rendered) in every_letter() {
        if asking.contains(&name) {
            let free = words::text(locale, "letter.sign.free");
            assert!(
                rendered.text.contains(&free) && rendered.html.contains(&free),
                "{name} {locale:?}"
            );
            let who = letter.get_attr("name").unwrap();
            assert!(
                rendered.text.starts_with(who.as_str().unwrap()),
                "{name}: it is for one person"
            );
            seen += 1;
        }
    }
    assert!(seen > 8);
}

#[test]
fn whoever_signed_reads_that_the_signature_is_history() {
    let mut seen = 0;
    // While it is asked whether it may be taken back, and when it may not, what was signed still stands.
    let stands = |name: &str| ["recall_asked", "recall_dropped"].contains(&name);
    for (name, locale, letter, rendered) in every_letter().into_iter().filter(|of| !stands(of.0)) {
        let reader = letter.get_attr("reader").unwrap_or_default();
        let Ok(at) = reader.get_attr("at").and_then(i64::try_from) else {
            continue;
        };
        let at = words::format::moment(locale, Timestamp::from_micros(at));
        let sentence = words::Text::new("letter.reader.signed").with("at", at).render(locale);
        assert!(
            rendered.text.contains(&sentence),
            "{name} {locale:?}: {}",
            rendered.text
        );
        seen += 1;
    }
    assert!(seen >= 6);
}

#[test]
fn no_letter_fetches_anything_or_leads_elsewhere() {
    for (name, _, _, rendered) in every_letter() {
        for sign in ["<img", "<link", "url(", "@import", "src="] {
            assert!(!rendered.html.contains(sign), "{name} holds {sign}");
        }
        for (at, _) in rendered.html.match_indices("href=\"") {
            let target = &rendered.html[at + 6..];
            assert!(
                target.starts_with(PUBLIC_URL),
                "{name} links to {}",
                &target[..40.min(target.len())]
            );
        }
        assert_eq!(
            rendered.html.matches("class=\"button\" ").count(),
            1,
            "{name} has one button"
        );
    }
}

#[test]
fn a_letter_looks_right_where_its_sheet_is_dropped() {
    let used: BTreeSet<&str> = styles::SHEET
        .lines()
        .filter_map(|line| line.strip_prefix('.')?.split([' ', '{']).next())
        .collect();
    let mut seen = BTreeSet::new();
    for (name, locale, _, rendered) in every_letter() {
        let body = &rendered.html[rendered.html.find("<body").unwrap()..];
        for (at, _) in body.match_indices("class=\"") {
            let classes = body[at + 7..].split('"').next().unwrap();
            let element = body[..at].rsplit_once('<').unwrap().1.to_owned() + body[at..].split('>').next().unwrap();
            for class in classes.split(' ') {
                assert!(
                    used.contains(class),
                    "{name} {locale:?}: nothing says how .{class} looks"
                );
                seen.insert(class.to_owned());
            }
            assert!(
                element.contains("style=\""),
                "{name} {locale:?}: <{element}> has no style of its own"
            );
        }
        for needed in ["background-color:#0b5c8a", "max-width:600px", "color:#1b2430"] {
            assert!(body.contains(needed), "{name} {locale:?} lacks {needed}");
        }
        assert!(
            rendered.html.contains("@media (prefers-color-scheme: dark)") && rendered.html.contains("<!--[if mso]>"),
            "{name}: what some mailboxes need is kept"
        );
    }
    let unused: Vec<&&str> = used.iter().filter(|class| !seen.contains(**class)).collect();
    assert!(unused.is_empty(), "styles of nothing: {unused:?}");
}

#[test]
fn letters_look_as_the_library_would_have_written_them() {
    let letterhead = Letterhead::new(PUBLIC_URL);
    let (styles, plain) = (&letterhead.styles, styles::plain());
    for (name, letter) in letters::samples() {
        for locale in Locale::ALL {
            let html = letterhead.html(name, &letter, locale, &foot()).unwrap();
            let ours = plain.inline(&styles.write_into(&html).unwrap()).unwrap();
            let theirs = styles.written_by_the_library(&html).unwrap();
            assert_eq!(in_one_order(&ours), in_one_order(&theirs), "{name} {locale:?}");
        }
    }
}

/// The document's tags and texts, the attributes of each tag sorted.
fn in_one_order(html: &str) -> Vec<Vec<&str>> {
    let pieces = html.split(['<', '>']).map(|piece| {
        let (name, attributes) = piece.split_once(' ').unwrap_or((piece, ""));
        let mut attributes: Vec<&str> = attributes.split("\" ").map(|one| one.trim_end_matches('"')).collect();
        attributes.sort_unstable();
        attributes.insert(0, name);
        attributes
    });
    pieces.collect()
}

#[test]
fn the_sheet_selects_by_classes_alone() {
    let rules = styles::SHEET.lines().filter(|line| line.contains('{'));
    for rule in rules {
        let selector = rule.split('{').next().unwrap().trim();
        let class = selector.strip_prefix('.').unwrap_or_default();
        let is_class = !class.is_empty() && class.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        assert!(is_class, "{selector} asks for more than a class");
    }
}

#[test]
fn a_letter_leads_to_the_choice_of_letters_only_where_there_is_one() {
    let letterhead = Letterhead::new(PUBLIC_URL);
    let letter = &crate::WeekReturned::samples()[0];
    for locale in Locale::ALL {
        let with = letterhead.render(letter, locale, &foot()).unwrap();
        let without = letterhead.render(letter, locale, &Foot::default()).unwrap();
        for path in ["/mail/preferences/a-token", "/mail/unsubscribe/a-token"] {
            let url = format!("{PUBLIC_URL}{path}");
            assert!(with.html.contains(&url) && with.text.contains(&url), "{locale:?}");
            assert!(
                !without.html.contains(path) && !without.text.contains(path),
                "{locale:?}"
            );
        }
        assert!(!without.html.contains(&words::text(locale, "letter.unsubscribe")));
        assert_eq!(letterhead.subject(letter, locale).unwrap(), with.subject);
    }
}

#[test]
fn every_letter_is_about_something_one_can_choose_or_must_get() {
    for name in NAMES {
        let event = letters::event_of(name).unwrap();
        assert!(
            !event.is_source() || *name == crate::Digest::NAME,
            "{name}: a source has no letter but the digest"
        );
    }
    assert_eq!(letters::event_of("no_such_letter"), None);
    assert_eq!(crate::SignInLink::EVENT, crate::Event::Access);
    assert_eq!(
        letters::event_of(crate::WeekReturned::NAME),
        Some(crate::WeekReturned::EVENT)
    );
}

#[test]
fn a_preview_shows_every_sample_of_a_letter() {
    let letterhead = Letterhead::new(PUBLIC_URL);
    let shown = letterhead.samples("digest", Locale::Zh).unwrap();
    assert_eq!(shown.len(), crate::Digest::samples().len());
    assert!(letterhead.samples("no_such_letter", Locale::Zh).unwrap().is_empty());
}

#[test]
fn a_preview_offers_to_end_a_letter_where_its_reader_can() {
    let letterhead = Letterhead::new(PUBLIC_URL);
    for name in NAMES {
        let can_end = event_of(name).is_some_and(|event| !event.is_required());
        for shown in letterhead.samples(name, Locale::Zh).unwrap() {
            for body in [shown.html, shown.text] {
                assert_eq!(body.contains("/mail/unsubscribe/"), can_end, "{name}");
            }
        }
    }
}

#[test]
fn a_digest_counts_what_it_holds_and_says_why_it_fits() {
    let letterhead = Letterhead::new(PUBLIC_URL);
    let samples = letterhead.samples("digest", Locale::Zh).unwrap();
    let plain = |text: &str| text.replace('\u{2009}', "");
    assert_eq!(
        plain(&samples[0].subject),
        "本周动态：5条新匹配、2条新的搜索结果、1条关注单位的新信息、2条通知"
    );
    let text = plain(&samples[0].text);
    for said in [
        "数控技术直接对应铣工。",
        "匹配度86",
        "另有3条",
        "上次信里的这些已经结束",
        "已找到合作方",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    let english = letterhead.samples("digest", Locale::En).unwrap();
    assert_eq!(english[1].subject, "Today: 1 new search result");
    assert_eq!(english[5].subject, "2 posts of your last letter have closed");
    // Mailboxes clip what is longer than 102 KB, and what they clip is the link that ends it.
    assert!(samples[4].html.len() < 90_000, "{}", samples[4].html.len());
}

#[test]
fn the_plain_text_says_what_the_html_says() {
    for (name, locale, _, rendered) in every_letter() {
        // The one sentence about the button has no place where there is no button.
        let without = rendered.html.replace(&words::text(locale, "letter.address"), "");
        let without = without.replace("</td>", "<br></td>");
        let parsed = words_of(&mail_parser::decoders::html::html_to_text(&without));
        let plain = words_of(&rendered.text);
        let missing: Vec<&String> = parsed.difference(&plain).collect();
        assert!(missing.is_empty(), "{name} {locale:?}: only the HTML says {missing:?}");
    }
}

/// Runs of letters and figures, whatever stands between them.
fn words_of(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_was_written_is_what_arrives() {
    for (name, locale, _, rendered) in every_letter() {
        let message = message(locale, rendered.clone());
        let raw = message.formatted().unwrap();
        assert_eq!(
            raw,
            message.formatted().unwrap(),
            "{name}: the same letter is the same bytes"
        );
        assert!(raw.len() < 130_000, "{name} has {} bytes", raw.len());
        assert!(raw.is_ascii(), "{name} passes every relay");
        assert!(
            raw.starts_with(b"From: ") && raw.windows(19).any(|part| part == b"\r\nMIME-Version: 1.0"),
            "{name}"
        );
        assert!(raw.split(|b| *b == b'\n').all(|line| line.len() <= 998), "{name}");
        let parsed = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(parsed.subject(), Some(rendered.subject.as_str()), "{name} {locale:?}");
        assert_eq!(
            parsed.body_text(0).unwrap().replace("\r\n", "\n"),
            rendered.text,
            "{name} {locale:?}"
        );
        assert_eq!(
            parsed.body_html(0).unwrap().replace("\r\n", "\n"),
            rendered.html,
            "{name} {locale:?}"
        );
        let from = parsed.from().unwrap().first().unwrap();
        assert_eq!(from.address(), Some("noreply@qixiao.example.cn"));
        let sender = if locale == Locale::Zh { "企校" } else { "Qixiao" };
        assert_eq!(from.name(), Some(sender));
        assert_eq!(
            parsed.to().unwrap().first().unwrap().address(),
            Some("zhang.san@example.cn")
        );
        assert_eq!(parsed.message_id(), Some(message.message_id().trim_matches(['<', '>'])));
        assert_eq!(parsed.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
        assert_eq!(parsed.header_raw("Content-Language").unwrap().trim(), locale.tag());
        assert_eq!(parsed.date().unwrap().to_timestamp(), message.at.seconds());
    }
}

#[test]
fn every_template_belongs_to_exactly_one_letter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let on_disk: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let listed: BTreeSet<String> = letters::TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(on_disk, listed);
}

#[test]
fn every_word_of_the_catalogue_for_letters_is_used() {
    let all: String = letters::TEMPLATES.iter().map(|(_, text)| *text).collect();
    for (file, key, _) in words::entries() {
        if file.starts_with("letters") && key.starts_with("letter.") && key != "letter.sender" {
            let group = key.rsplit_once('.').map_or("", |(group, _)| group);
            let used = all.contains(&format!("\"{key}\"")) || all.contains(&format!("\"{group}.\" ~"));
            assert!(used, "no letter says {key}");
        }
    }
}

#[test]
fn a_name_cannot_break_the_subject() {
    assert_eq!(one_line(" 甲\r\nBcc: x@y.cn  乙 "), "甲 Bcc: x@y.cn 乙");
}
