//! How a page becomes HTML: the page says what it shows, the view adds who looks, in which language, and where.

use std::sync::LazyLock;

use kernel::{Date, Locale};
use minijinja::{
    Environment, context,
    value::{Serde, Value},
};
use serde::Serialize;
use words::Text;

use crate::assets;

/// A page: the facts of one screen, bound to one template.
pub trait Page: Serialize {
    /// The template's path under `templates/`.
    const TEMPLATE: &'static str;

    /// Fictional instances that show every shape the page can take: empty, full, in error.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// Who looks at a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Viewer {
    /// Nobody signed in.
    Stranger,
    /// Somebody signed in.
    Person(Person),
}

/// Somebody signed in, as the header shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The person's name.
    pub name: String,
    /// The organisation acted for; none for an operator, or before the first membership.
    pub organisation: Option<String>,
    /// Which places the header offers.
    pub role: ViewerRole,
    /// How many notices are unread: 100 stands for that many or more.
    pub unread: i64,
}

/// Which places the header offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewerRole {
    /// Officer of a college or training body.
    College,
    /// Officer of an enterprise.
    Enterprise,
    /// Operator of the platform.
    Operator,
    /// Signed in, acting for nobody.
    Nobody,
}

/// A word about what the last request did, shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// What to say.
    pub text: Text,
}

/// How something went, or stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Done.
    Done,
    /// Good to know.
    Notice,
    /// Something has to be mended.
    Wrong,
}

/// What the layout needs beside the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The language.
    pub locale: Locale,
    /// Who looks.
    pub viewer: Viewer,
    /// Path and query of this page: the language form returns here.
    pub path: String,
    /// Whether all data is fictional, which every page then says.
    pub demo: bool,
    /// Whether the letters of the demonstration can be read.
    pub mailbox: bool,
    /// What the last request did.
    pub flash: Option<Flash>,
    /// The date in Shanghai, for days counted from now.
    pub today: Date,
}

/// A page that could not be rendered: a mistake in a template, found by the tests that render every sample.
#[derive(Debug, thiserror::Error)]
#[error("template {template} does not render")]
pub struct RenderError {
    /// The template.
    pub template: &'static str,
    /// What is wrong with it.
    pub source: minijinja::Error,
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = base();
    for (name, source) in assets::TEMPLATES {
        env.add_template(name, source)
            .expect("the embedded templates are parsed by tests");
    }
    env
});

/// The environment without templates, for those who load them from a folder while they work on them.
pub fn base() -> Environment<'static> {
    let mut env = words::environment();
    env.add_function("asset", assets::url);
    env
}

/// The templates that are part of the program.
pub fn templates() -> &'static Environment<'static> {
    &TEMPLATES
}

impl View {
    /// The page as HTML.
    pub fn render<P: Page>(&self, page: &P) -> Result<String, RenderError> {
        self.render_with(&TEMPLATES, page)
    }

    /// [`View::render`] with templates from elsewhere.
    pub fn render_with<P: Page>(&self, env: &Environment<'_>, page: &P) -> Result<String, RenderError> {
        let failed = |source| RenderError {
            template: P::TEMPLATE,
            source,
        };
        let template = env.get_template(P::TEMPLATE).map_err(failed)?;
        let facts = context! {
            lang => self.locale.code(),
            today => Value::from(Serde(self.today)),
            view => context! {
                tag => self.locale.tag(),
                viewer => Value::from(Serde(&self.viewer)),
                path => self.path.as_str(),
                demo => self.demo,
                mailbox => self.mailbox,
                flash => Value::from(Serde(&self.flash)),
            },
            ..Value::from(Serde(page))
        };
        template.render(facts).map_err(failed)
    }
}
