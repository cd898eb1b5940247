//! The form of a post, one for all six kinds, and how it is read.

use kernel::PostingKind;
use marketplace::{
    Problem, ProblemCode,
    posting::{ContentInput, LineInput},
};
use serde::Serialize;

use super::{Choice, Form, Mistake, fixtures};
use crate::view::Page;

/// `GET /posts/new` without a kind: which kind.
#[derive(Debug, Clone, Serialize)]
pub struct PostKindsPage {
    /// The kinds this side makes.
    pub kinds: Vec<PostingKind>,
    /// Whether the organisation is verified, without which drafts stay drafts.
    pub verified: bool,
}

/// `GET /posts/new?kind=`, `POST /posts`, `GET /posts/{id}/edit`, `POST /posts/{id}`
#[derive(Debug, Clone, Serialize)]
pub struct PostFormPage {
    /// What it offers or asks for.
    pub kind: PostingKind,
    /// `/posts/{id}`; none for a new one.
    pub path: Option<String>,
    /// Code of the status; `draft` for a new one.
    pub status: &'static str,
    /// Version of the post; none for a new one.
    pub version: Option<i64>,
    /// A `ContentInput` with at least one line, and its problems.
    pub form: Form,
    /// Whether the organisation is verified, without which nothing is published.
    pub verified: bool,
    /// Names to choose from where the words typed into a line fit several.
    pub candidates: Vec<LineCandidates>,
    /// Provinces.
    pub provinces: Vec<Choice>,
    /// Districts.
    pub districts: Vec<Choice>,
    /// Skill levels.
    pub levels: Vec<Choice>,
    /// Training modes.
    pub modes: Vec<Choice>,
    /// Key industries.
    pub industries: Vec<Choice>,
}

/// Trades that the words typed into a field may mean.
#[derive(Debug, Clone, Serialize)]
pub struct LineCandidates {
    /// The field: `lines.0.occupation`.
    pub field: String,
    /// The trades, best first.
    pub choices: Vec<Choice>,
}

/// What was sent with the form of a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostFormInput {
    /// The kind of a new post.
    pub kind: Option<PostingKind>,
    /// The version that was edited.
    pub version: Option<i64>,
    /// What was typed.
    pub content: ContentInput,
    /// Which button was pressed.
    pub act: PostAct,
}

/// What to do with what was typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PostAct {
    /// Save; a published post stays published.
    #[default]
    Save,
    /// Save and publish.
    Publish,
    /// Show the form with one more line.
    AddLine,
    /// Show the form without that line.
    RemoveLine(usize),
    /// Show the form with a candidate in its field: it is in `content` already.
    Pick,
}

impl PostFormInput {
    /// The most lines a form carries; what comes beyond is dropped before anything is read.
    const MAX_LINES: usize = 40;

    /// Reads the pairs of a posted form. Lines come as `lines.0.seats`; `pick` as `lines.0.occupation=6-18-01-07`.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut input = Self::default();
        let mut picked = None;
        for (name, value) in pairs {
            match name.as_str() {
                "kind" => input.kind = PostingKind::from_code(&value),
                "version" => input.version = value.parse().ok(),
                "act" if value == "publish" => input.act = PostAct::Publish,
                "line_add" => input.act = PostAct::AddLine,
                "line_remove" => input.act = value.parse().map_or(input.act, PostAct::RemoveLine),
                "pick" => picked = Some(value),
                _ => input.content_field(&name, value),
            }
        }
        if let Some((field, code)) = picked.as_deref().and_then(|picked: &str| picked.split_once('=')) {
            input.content_field(field, code.to_owned());
            input.act = PostAct::Pick;
        }
        input
    }

    /// What the form shows after `act`, when that is about its lines: one more, one fewer, never none.
    #[must_use]
    pub fn with_lines_changed(mut self) -> Self {
        match self.act {
            PostAct::AddLine => self.content.lines.push(LineInput::default()),
            PostAct::RemoveLine(at) if at < self.content.lines.len() => {
                self.content.lines.remove(at);
            }
            _ => {}
        }
        if self.content.lines.is_empty() {
            self.content.lines.push(LineInput::default());
        }
        self
    }

    fn content_field(&mut self, name: &str, value: String) {
        let content = &mut self.content;
        match name {
            "title" => content.title = value,
            "summary" => content.summary = value,
            "province" => content.province = value,
            "district" => content.district = value,
            "region_bound" => content.region_bound = value,
            "starts_on" => content.starts_on = value,
            "ends_on" => content.ends_on = value,
            "closing_on" => content.closing_on = value,
            "modes" => content.modes.push(value),
            "industries" => content.industries.push(value),
            "skills" => content.skills = value,
            "price" => content.price = value,
            _ => self.line_field(name, value),
        }
    }

    fn line_field(&mut self, name: &str, value: String) {
        let mut parts = name.splitn(3, '.');
        let (Some("lines"), Some(at), Some(field)) = (parts.next(), parts.next(), parts.next()) else {
            return;
        };
        let Some(at) = at.parse::<usize>().ok().filter(|at| *at < Self::MAX_LINES) else {
            return;
        };
        let lines = &mut self.content.lines;
        if lines.len() <= at {
            lines.resize_with(at + 1, LineInput::default);
        }
        let line = &mut lines[at];
        match field {
            "id" => line.id = value,
            "major" => line.major = value,
            "occupation" => line.occupation = value,
            "level" => line.level = value,
            "seats" => line.seats = value,
            "hours" => line.hours = value,
            "pay_min" => line.pay_min = value,
            "pay_max" => line.pay_max = value,
            "note" => line.note = value,
            _ => {}
        }
    }
}

impl Page for PostKindsPage {
    const TEMPLATE: &'static str = "post_kinds.html";

    fn samples() -> Vec<Self> {
        vec![
            Self {
                kinds: vec![
                    PostingKind::Apprentices,
                    PostingKind::StaffTraining,
                    PostingKind::BaseTime,
                ],
                verified: true,
            },
            Self {
                kinds: vec![PostingKind::Programme, PostingKind::Course, PostingKind::Base],
                verified: false,
            },
        ]
    }
}

impl Page for PostFormPage {
    const TEMPLATE: &'static str = "post_form.html";

    fn samples() -> Vec<Self> {
        let blank = |kind| Self {
            kind,
            path: None,
            status: "draft",
            version: None,
            form: Form::new(&ContentInput {
                lines: vec![LineInput::default()],
                ..ContentInput::default()
            }),
            verified: true,
            candidates: Vec::new(),
            provinces: fixtures::provinces(),
            districts: fixtures::districts(),
            levels: fixtures::levels(),
            modes: fixtures::modes(),
            industries: fixtures::industries(),
        };
        let typed = ContentInput {
            title: "数控车工、钳工学徒 24 名".to_owned(),
            summary: "新入职员工，白班为主，希望每周集中授课一天。".to_owned(),
            province: "310000".to_owned(),
            district: "310114".to_owned(),
            starts_on: "2026-13-01".to_owned(),
            modes: vec!["M03".to_owned()],
            industries: vec!["equipment".to_owned()],
            skills: "数控编程、三坐标测量".to_owned(),
            lines: vec![
                LineInput {
                    occupation: "6-18-01-01 车工".to_owned(),
                    level: "L3".to_owned(),
                    seats: "16".to_owned(),
                    pay_min: "5000".to_owned(),
                    pay_max: "6500".to_owned(),
                    ..LineInput::default()
                },
                LineInput {
                    occupation: "钳".to_owned(),
                    seats: "八".to_owned(),
                    ..LineInput::default()
                },
            ],
            ..ContentInput::default()
        };
        let problems = [
            Problem {
                field: "starts_on".to_owned(),
                code: ProblemCode::NotADate,
            },
            Problem {
                field: "lines.1.occupation".to_owned(),
                code: ProblemCode::Unknown {
                    typed: "钳".to_owned()
                },
            },
            Problem {
                field: "lines.1.seats".to_owned(),
                code: ProblemCode::NotANumber,
            },
        ];
        let wrong = Self {
            path: Some("/posts/0199b0c1-0000-7000-8000-00000000000b".to_owned()),
            version: Some(4),
            form: Form::with_mistakes(
                &typed,
                problems
                    .iter()
                    .map(|problem| Mistake::of_post(PostingKind::Apprentices, problem)),
            ),
            candidates: vec![LineCandidates {
                field: "lines.1.occupation".to_owned(),
                choices: vec![
                    Choice::new("6-20-01-01", "装配钳工"),
                    Choice::new("6-18-04-01", "模具工"),
                    Choice::new("6-18-01-11", "工具钳工"),
                ],
            }],
            ..blank(PostingKind::Apprentices)
        };
        let published = Self {
            status: "published",
            form: Form::new(&typed),
            candidates: Vec::new(),
            ..wrong.clone()
        };
        let mut samples = vec![wrong, published];
        samples.extend(PostingKind::ALL.map(blank));
        samples.push(Self {
            verified: false,
            ..blank(PostingKind::Programme)
        });
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> PostFormInput {
        PostFormInput::from_pairs(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn lines_are_read_by_their_number() {
        let input = pairs(&[
            ("kind", "apprentices"),
            ("title", "车工"),
            ("lines.0.seats", "3"),
            ("lines.1.occupation", "钳工"),
            ("lines.99.seats", "1"),
            ("act", "publish"),
        ]);
        assert_eq!(input.kind, Some(PostingKind::Apprentices));
        assert_eq!(input.act, PostAct::Publish);
        assert_eq!(input.content.lines.len(), 2);
        assert_eq!(input.content.lines[1].occupation, "钳工");
    }

    #[test]
    fn lines_come_and_go_and_one_stays() {
        let input = pairs(&[("lines.0.seats", "3"), ("line_add", "1")]).with_lines_changed();
        assert_eq!(input.content.lines.len(), 2);
        let input = pairs(&[("lines.0.seats", "3"), ("line_remove", "0")]).with_lines_changed();
        assert_eq!(input.content.lines, [LineInput::default()]);
    }

    #[test]
    fn a_candidate_takes_the_place_of_the_words_typed() {
        let input = pairs(&[("lines.0.occupation", "钳"), ("pick", "lines.0.occupation=6-20-01-01")]);
        assert_eq!(input.act, PostAct::Pick);
        assert_eq!(input.content.lines[0].occupation, "6-20-01-01");
    }
}
