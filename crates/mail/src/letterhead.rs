//! Letters become words: subject, plain text, HTML.

use kernel::Locale;
use minijinja::{
    Environment, context,
    value::{Serde, Value},
};
use serde::{Deserialize, Serialize};

use crate::letters::{self, Letter};

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The body for programs and people that read plain text; it says everything that the HTML says.
    pub text: String,
    /// The body with one button.
    pub html: String,
}

/// A template does not fit its letter. The tests render every one, so this is a fault of the program.
#[derive(Debug, thiserror::Error)]
#[error("cannot render the letter {letter} in {}", locale.code())]
pub struct RenderError {
    /// The letter's name.
    pub letter: &'static str,
    /// In which language.
    pub locale: Locale,
    /// What the template engine said.
    pub source: minijinja::Error,
}

/// Renders letters with the address of this platform, which never comes from a request.
#[derive(Debug)]
pub struct Letterhead {
    templates: Environment<'static>,
    public_url: String,
}

impl Letterhead {
    /// A letterhead whose links lead to `public_url`, such as `https://qixiao.example.cn`.
    ///
    /// # Panics
    ///
    /// When an embedded template has no valid syntax, which the tests rule out.
    pub fn new(public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        let mut templates = words::environment();
        for (name, text) in letters::TEMPLATES {
            templates
                .add_template(name, text)
                .expect("the tests parse every embedded template");
        }
        Self { templates, public_url }
    }

    /// The letter in words.
    pub fn render<L: Letter>(&self, letter: &L, locale: Locale) -> Result<Rendered, RenderError> {
        self.render_value(L::NAME, Value::from(Serde(letter)), locale)
    }

    /// Renders every sample of every letter in every language and drops the result: whether letters would work.
    pub fn check(&self) -> Result<usize, RenderError> {
        let mut count = 0;
        for (name, letter) in letters::samples() {
            for locale in Locale::ALL {
                self.render_value(name, letter.clone(), locale)?;
                count += 1;
            }
        }
        Ok(count)
    }

    pub(crate) fn render_value(
        &self,
        name: &'static str,
        letter: Value,
        locale: Locale,
    ) -> Result<Rendered, RenderError> {
        let rendered = || {
            let path = letter.get_attr("path")?;
            let facts = context! {
                lang => locale.code(),
                lang_tag => locale.tag(),
                site => self.public_url.as_str(),
                url => format!("{}{path}", self.public_url),
                ..letter
            };
            let html = self.templates.get_template(&format!("{name}.html"))?.render(&facts)?;
            let plain = self.templates.get_template(&format!("{name}.txt"))?;
            let mut captured = plain.render_captured(&facts)?;
            let subject = captured.with_state_mut(|state| state.render_block("subject"))?;
            Ok(Rendered {
                subject: one_line(&subject),
                text: captured.into_output() + "\n",
                html,
            })
        };
        rendered().map_err(|source| RenderError {
            letter: name,
            locale,
            source,
        })
    }
}

/// Subjects hold names that people typed; no header may break over them.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c == ' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use kernel::{EmailAddress, LetterId, SeededChance, Timestamp};
    use mail_parser::MessageParser;

    use super::*;
    use crate::{Message, Sender, letters::NAMES};

    const PUBLIC_URL: &str = "https://qixiao.example.cn";

    fn every_letter() -> Vec<(&'static str, Locale, Value, Rendered)> {
        let letterhead = Letterhead::new("https://qixiao.example.cn/");
        let mut all = Vec::new();
        for (name, letter) in letters::samples() {
            for locale in Locale::ALL {
                let rendered = letterhead.render_value(name, letter.clone(), locale).unwrap();
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
            let escaped = url.replace('&', "&amp;").replace('/', "&#x2f;");
            assert!(
                rendered.html.contains(&escaped) || rendered.html.contains(&url.replace('&', "&amp;")),
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
                let target = rendered.html[at + 6..].replace("&#x2f;", "/");
                assert!(
                    target.starts_with(PUBLIC_URL),
                    "{name} links to {}",
                    &target[..40.min(target.len())]
                );
            }
            assert_eq!(
                rendered.html.matches("class=\"button\"").count(),
                1,
                "{name} has one button"
            );
        }
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
            assert!(raw.len() < 100_000, "{name} has {} bytes", raw.len());
            assert!(raw.is_ascii(), "{name} passes every relay");
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
}
