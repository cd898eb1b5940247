//! Letters become words: subject, plain text, HTML.

mod styles;

use kernel::Locale;
use minijinja::{
    Environment, ErrorKind, context,
    value::{Serde, Value},
};
use serde::{Deserialize, Serialize};

use self::styles::Styles;
use crate::{
    Event, LinkPath, ListHeaders,
    letters::{self, Letter},
};

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

/// The links at the foot of a letter to somebody who has an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Foot {
    /// Where the reader chooses what to be told, and how often.
    pub preferences: Option<LinkPath>,
    /// Where the reader ends letters of this kind, with a button on the page; `None` for those that cannot be ended.
    pub unsubscribe: Option<LinkPath>,
}

impl Foot {
    /// The foot of a sample of the letter of that name, with links that lead nowhere.
    pub fn of_sample(name: &str) -> Self {
        let can_end = letters::event_of(name).is_some_and(|event| !event.is_required());
        Self {
            preferences: Some(LinkPath::new("/mail/preferences/sample")),
            unsubscribe: can_end.then(|| LinkPath::new("/mail/unsubscribe/sample")),
        }
    }
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
    styles: Styles,
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
        Self {
            templates,
            styles: Styles::new(),
            public_url,
        }
    }

    /// The letter in words, with `foot` below it.
    pub fn render<L: Letter>(&self, letter: &L, locale: Locale, foot: &Foot) -> Result<Rendered, RenderError> {
        self.render_value(L::NAME, &Value::from(Serde(letter)), locale, foot)
    }

    /// The letter's subject alone, for a notice.
    pub fn subject<L: Letter>(&self, letter: &L, locale: Locale) -> Result<String, RenderError> {
        let (subject, _) = self.plain(L::NAME, &Value::from(Serde(letter)), locale, &Foot::default())?;
        Ok(subject)
    }

    /// Every sample of the letter of that name, for a preview; none when there is no such letter.
    pub fn samples(&self, name: &str, locale: Locale) -> Result<Vec<Rendered>, RenderError> {
        letters::samples()
            .into_iter()
            .filter(|(of, _)| *of == name)
            .map(|(name, letter)| self.render_value(name, &letter, locale, &Foot::of_sample(name)))
            .collect()
    }

    /// The headers by which a mailbox sorts letters about `event`, and ends them at `unsubscribe`.
    pub fn list_headers(&self, event: Event, unsubscribe: &LinkPath) -> ListHeaders {
        let host = self.public_url.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        ListHeaders {
            id: event.list_id(host),
            unsubscribe: format!("{}{}", self.public_url, unsubscribe.as_str()),
        }
    }

    /// Renders every sample of every letter in every language and drops the result: whether letters would work.
    pub fn check(&self) -> Result<usize, RenderError> {
        let mut count = 0;
        for (name, letter) in letters::samples() {
            for locale in Locale::ALL {
                self.render_value(name, &letter, locale, &Foot::of_sample(name))?;
                count += 1;
            }
        }
        Ok(count)
    }

    pub(crate) fn render_value(
        &self,
        name: &'static str,
        letter: &Value,
        locale: Locale,
        foot: &Foot,
    ) -> Result<Rendered, RenderError> {
        let (subject, text) = self.plain(name, letter, locale, foot)?;
        let html = || {
            let html = self.html(name, letter, locale, foot)?;
            self.styles.write_into(&html).map_err(|error| {
                minijinja::Error::new(ErrorKind::InvalidOperation, "cannot write the styles into it").with_source(error)
            })
        };
        Ok(Rendered {
            subject,
            text,
            html: html().map_err(failed(name, locale))?,
        })
    }

    /// The HTML without its styles.
    fn html(&self, name: &str, letter: &Value, locale: Locale, foot: &Foot) -> Result<String, minijinja::Error> {
        let facts = self.facts(name, letter, locale, foot)?;
        let html = self.templates.get_template(&format!("{name}.html"))?.render(&facts)?;
        // The engine escapes what need not be: mailboxes look for addresses of pages by their slashes.
        Ok(html.replace("&#x2f;", "/"))
    }

    /// Subject and plain text.
    fn plain(
        &self,
        name: &'static str,
        letter: &Value,
        locale: Locale,
        foot: &Foot,
    ) -> Result<(String, String), RenderError> {
        let rendered = || {
            let facts = self.facts(name, letter, locale, foot)?;
            let plain = self.templates.get_template(&format!("{name}.txt"))?;
            let mut captured = plain.render_captured(&facts)?;
            let subject = captured.with_state_mut(|state| state.render_block("subject"))?;
            Ok((one_line(&subject), captured.into_output() + "\n"))
        };
        rendered().map_err(failed(name, locale))
    }

    /// What templates know: the letter, and where it comes from.
    fn facts(&self, name: &str, letter: &Value, locale: Locale, foot: &Foot) -> Result<Value, minijinja::Error> {
        let path = letter.get_attr("path")?;
        let required = letters::event_of(name).filter(|event| event.is_required());
        Ok(context! {
            lang => locale.code(),
            lang_tag => locale.tag(),
            site => self.public_url.as_str(),
            url => format!("{}{path}", self.public_url),
            foot => Value::from(Serde(foot)),
            required => required.map(Event::code),
            ..letter.clone()
        })
    }
}

fn failed(letter: &'static str, locale: Locale) -> impl Fn(minijinja::Error) -> RenderError {
    move |source| RenderError { letter, locale, source }
}

/// Subjects hold names that people typed; no header may break over them.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c == ' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
