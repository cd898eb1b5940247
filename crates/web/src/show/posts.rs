//! Posts: their page, their rows in lists, their form.

use kernel::{Fen, PostingKind};
use marketplace::{
    Line, Posting, Problem, ProblemCode, Status,
    posting::{ContentInput, LineInput},
};
use operations::{
    home::PublishedPosting,
    postings::{Mine, PostingForm, PostingLook},
};
use vocabulary::text::{fold, longest_run};
use words::Text;

use super::{
    Names,
    matches::{BESIDE, SHOWN, by_partner, counting, draft_of, named, words_of},
    pager,
};
use crate::pages::{
    AsideForm, Choice, Closed, Form, Fragment, LineCandidates, LineView, Matches, Mistake, OwnPost, OwnerBar, Party,
    PostFormPage, PostPage, ResultRow, Trade,
};

/// How many names are offered for words that mean none exactly.
const CANDIDATES: usize = 6;

/// What was typed into the form of a post, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) content: ContentInput,
    pub(crate) problems: Vec<Problem>,
}

impl Names {
    /// The page of a post with its matches from `page` on, counted from 1.
    pub(crate) fn post_page(&self, look: &PostingLook, page: i64, may_invite: bool) -> PostPage {
        let posting = &look.posting;
        let content = &posting.content;
        let closed = match posting.status {
            Status::Closed { at, reason, .. } => Some(Closed {
                reason: reason.code(),
                at,
            }),
            _ => None,
        };
        let path = format!("/posts/{}", posting.id);
        let matches = look.matches.as_ref().map(|found| {
            let found = by_partner(found);
            let per_page = i64::try_from(SHOWN).unwrap_or(i64::MAX);
            let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
            // Beyond the end there is nothing to show, so the end is shown.
            let page = page.clamp(1, (total + per_page - 1).div_euclid(per_page).max(1));
            let before = usize::try_from((page - 1) * per_page).unwrap_or(0);
            let here = found.get(before..).unwrap_or_default();
            let mut list = self.match_views(here, Some(posting), may_invite);
            for (shown, ways) in list.iter_mut().zip(here).filter(|_| look.mine.is_some()) {
                let best = ways.first();
                shown.draft = best
                    .and_then(|best| draft_of(posting, best))
                    .filter(|_| look.owner.is_verified());
                shown.aside = best.map(|best| AsideForm {
                    action: format!("{path}/aside"),
                    partner: words_of(best.other.partner()),
                });
            }
            Matches {
                pending: look.matching && found.is_empty(),
                list,
                pager: pager(page, total, per_page, |page| format!("{path}?page={page}#matches")),
                why_none: self.why_none(posting, &look.obstacles),
                cohorts: self.cohorts(look),
                near: look.near.iter().filter_map(|near| self.near(posting, near)).collect(),
                aside: look.aside.iter().map(|other| Self::aside(posting, other)).collect(),
                muted: posting.muted.criteria().map(named).collect(),
                counting: look.mine.is_some().then(|| counting(posting)),
            }
        });
        PostPage {
            path: path.clone(),
            kind: posting.kind,
            status: posting.status.code(),
            closed,
            title: content.title.clone(),
            organisation: self.card(&look.owner, look.owner_posts),
            place: self.place(content.province.as_deref(), content.district.as_deref()),
            region_bound: content.region_bound,
            starts_on: content.starts_on,
            ends_on: content.ends_on,
            closing_on: content.closing_on,
            modes: content.modes.iter().map(|code| self.mode(code)).collect(),
            industries: self.industries(&content.industries),
            skills: content.skills.clone(),
            price: content.price,
            summary: content.summary.clone(),
            lines: content.lines.iter().map(|line| self.line(line)).collect(),
            published_at: posting.published_at(),
            updated_at: posting.updated_at,
            register_year: look.register_year,
            beside: self.beside(look),
            beside_rest: look.beside.len().saturating_sub(BESIDE),
            matches,
            owner: look
                .mine
                .as_ref()
                .map(|mine| self.owner_bar(posting.kind, mine, look.owner.is_verified())),
        }
    }

    fn owner_bar(&self, kind: PostingKind, mine: &Mine, verified: bool) -> OwnerBar {
        let reason = |code: &str| Choice::new(code, Text::of("close_reason", code).render(self.locale));
        OwnerBar {
            verified,
            missing: mine
                .missing
                .iter()
                .map(|problem| Mistake::of_post(kind, problem))
                .collect(),
            version: mine.version,
            close_reasons: mine.close_reasons.map(|it| reason(it.code())).to_vec(),
        }
    }

    /// A line of a post.
    pub(crate) fn line(&self, line: &Line) -> LineView {
        let major = line.major.as_deref().map(|code| Trade {
            name: self.major(code),
            code: code.to_owned(),
            href: self.trade_path(code),
        });
        let occupation = line.occupation.as_deref().map(|code| Trade {
            name: self.occupation(code),
            code: code.to_owned(),
            href: self.trade_path(code),
        });
        LineView {
            trades: major.into_iter().chain(occupation).collect(),
            level: line.level.map(|level| self.level(level)),
            seats: line.seats,
            hours: line.hours,
            pay_min: line.pay_min,
            pay_max: line.pay_max,
            note: line.note.clone(),
        }
    }

    /// A post as a row of a list.
    pub(crate) fn result_row(&self, posting: &Posting, party: Party) -> ResultRow {
        let content = &posting.content;
        let mut levels: Vec<_> = content.lines.iter().filter_map(|line| line.level).collect();
        levels.sort_unstable();
        levels.dedup();
        let place = self.place(content.province.as_deref(), content.district.as_deref());
        ResultRow {
            href: format!("/posts/{}", posting.id),
            title: Fragment::plain(&content.title),
            kind: posting.kind,
            party_name: Fragment::plain(&party.name),
            party,
            snippet: Vec::new(),
            facts: place
                .into_iter()
                .chain(levels.into_iter().map(|level| self.level(level)))
                .collect(),
            years: None,
            seats: seats(posting),
            pay_min: pay(posting, |line| line.pay_min, Iterator::min),
            pay_max: pay(posting, |line| line.pay_max, Iterator::max),
            starts_on: content.starts_on,
            closing_on: content.closing_on,
            score: None,
            chips: Vec::new(),
        }
    }

    /// Published posts as rows of a list.
    pub(crate) fn published_rows(&self, posts: &[PublishedPosting]) -> Vec<ResultRow> {
        let row = |post: &PublishedPosting| {
            let owner = Some(post.posting.organisation);
            let owner = Self::publisher(&post.organisation_name, owner, post.fictional);
            ResultRow {
                years: post.years,
                ..self.result_row(&post.posting, owner)
            }
        };
        posts.iter().map(row).collect()
    }

    /// The form of a post; `typed` takes the place of what the post says.
    pub(crate) fn post_form(&self, post: PostingForm, typed: Option<Typed>) -> PostFormPage {
        let typed = typed.unwrap_or(Typed {
            content: post.input,
            problems: Vec::new(),
        });
        let Typed { mut content, problems } = typed;
        if content.lines.is_empty() {
            content.lines.push(LineInput::default());
        }
        for line in &mut content.lines {
            self.name_codes(line);
        }
        PostFormPage {
            kind: post.kind,
            path: post.id.map(|id| format!("/posts/{id}")),
            status: if post.published { "published" } else { "draft" },
            version: post.version,
            form: Form::with_mistakes(
                &content,
                problems.iter().map(|problem| Mistake::of_post(post.kind, problem)),
            ),
            verified: post.verified,
            candidates: problems
                .iter()
                .filter_map(|problem| self.candidates(problem, &content))
                .collect(),
            provinces: self.provinces(),
            districts: self.districts(),
            levels: self.levels(),
            modes: self.modes(),
            industries: self.industry_choices(),
        }
    }

    /// A code alone in a field of trades gets its name: people check names.
    fn name_codes(&self, line: &mut LineInput) {
        if let Some(major) = self.vocabulary.major(line.major.trim()) {
            line.major = format!("{} {}", major.code, major.name);
        }
        if let Some(occupation) = self.vocabulary.occupation(line.occupation.trim()) {
            line.occupation = format!("{} {}", occupation.code, occupation.name);
        }
    }

    /// The trades that words may mean which are no name of any; where there are no words, those that the title may mean.
    fn candidates(&self, problem: &Problem, content: &ContentInput) -> Option<LineCandidates> {
        let choices = match (problem.field.rsplit('.').next(), &problem.code) {
            (Some("major"), ProblemCode::Unknown { typed }) => {
                let all = self.vocabulary.majors().iter();
                nearest(typed, all.map(|major| (major.code.as_str(), major.name.as_str())))
            }
            (Some("occupation"), ProblemCode::Unknown { typed }) => self.occupations_meant(typed),
            (Some("occupation"), ProblemCode::TradeMissing) => self.occupations_meant(&content.title),
            _ => Vec::new(),
        };
        (!choices.is_empty()).then(|| LineCandidates {
            field: problem.field.clone(),
            choices,
        })
    }

    fn occupations_meant(&self, words: &str) -> Vec<Choice> {
        let meant = self.vocabulary.occupations_meant(words, CANDIDATES);
        meant
            .iter()
            .map(|coded| Choice::new(&coded.code, &coded.name))
            .collect()
    }

    /// A post in the list of its own organisation.
    pub(crate) fn own_post(post: &operations::postings::OwnPost) -> OwnPost {
        let posting = &post.posting;
        OwnPost {
            href: format!("/posts/{}", posting.id),
            title: posting.content.title.clone(),
            kind: posting.kind,
            status: posting.status.code(),
            seats: seats(posting),
            closing_on: posting.content.closing_on,
            matches: posting.is_published().then_some(post.matches),
            best: post.best,
            updated_at: post.updated_at,
        }
    }
}

fn seats(posting: &Posting) -> Option<i64> {
    let lines = posting.content.lines.iter();
    lines.filter_map(|line| line.seats).reduce(|a, b| a + b)
}

fn pay(
    posting: &Posting,
    of: impl Fn(&Line) -> Option<Fen>,
    pick: impl Fn(std::vec::IntoIter<Fen>) -> Option<Fen>,
) -> Option<Fen> {
    if posting.kind.side() == kernel::Side::Offer {
        return None;
    }
    let all: Vec<Fen> = posting.content.lines.iter().filter_map(of).collect();
    pick(all.into_iter())
}

/// The names nearest to the words typed: those that contain them, then those that share the longest piece of at least
/// two characters; shorter names first.
fn nearest<'a>(typed: &str, names: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Choice> {
    let typed: Vec<char> = fold(typed).chars().filter(|c| !c.is_whitespace()).take(30).collect();
    if typed.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(std::cmp::Reverse<usize>, usize, &str, &str)> = names
        .filter_map(|(code, name)| {
            let plain: Vec<char> = name.chars().collect();
            let shared = usize::from(longest_run(&typed, &plain));
            (shared >= typed.len().min(2)).then_some((std::cmp::Reverse(shared), plain.len(), code, name))
        })
        .collect();
    found.sort_unstable();
    let best = found.into_iter().take(CANDIDATES);
    best.map(|(_, _, code, name)| Choice::new(code, name)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::Locale;
    use vocabulary::Vocabulary;

    use super::*;

    fn names() -> Names {
        Names::new(Locale::Zh, Arc::new(Vocabulary::builtin()))
    }

    fn offered(field: &str, typed: &str) -> Vec<String> {
        let code = ProblemCode::Unknown {
            typed: typed.to_owned(),
        };
        offered_for(field, code, "")
    }

    fn offered_for(field: &str, code: ProblemCode, title: &str) -> Vec<String> {
        let problem = Problem {
            field: field.to_owned(),
            code,
        };
        let content = ContentInput {
            title: title.to_owned(),
            ..ContentInput::default()
        };
        let found = names().candidates(&problem, &content);
        found.map_or_else(Vec::new, |found| {
            found.choices.into_iter().map(|choice| choice.name).collect()
        })
    }

    #[test]
    fn words_that_name_no_trade_are_answered_with_those_near() {
        assert!(offered("lines.0.major", "数控").contains(&"数控技术".to_owned()));
        assert!(offered("lines.0.occupation", "数控车工").contains(&"车工".to_owned()));
        assert!(
            offered("lines.0.occupation", "钳")
                .iter()
                .any(|name| name.ends_with("钳工"))
        );
        assert_eq!(offered("lines.0.occupation", "塔吊司机")[0], "起重装卸机械操作工");
        assert!(offered("lines.0.occupation", "zzz").is_empty());
        let by_title = offered_for(
            "lines.0.occupation",
            ProblemCode::TradeMissing,
            "急招电焊工（松江）包吃住",
        );
        assert_eq!(
            by_title[0], "焊工",
            "a post that names no trade is offered what its title means"
        );
        assert!(offered("lines.0.level", "车工").is_empty());
    }

    #[test]
    fn a_picked_code_stands_with_its_name() {
        let mut line = LineInput {
            major: "460103".to_owned(),
            occupation: "车工".to_owned(),
            ..LineInput::default()
        };
        names().name_codes(&mut line);
        assert_eq!(line.major, "460103 数控技术");
        assert_eq!(line.occupation, "车工", "what a person typed stays");
    }

    #[test]
    fn every_field_of_a_form_is_read_as_it_was_shown() {
        use crate::pages::PostFormInput;
        let content = ContentInput {
            title: "数控车工学徒 8 名".to_owned(),
            summary: "白班为主。\n每周一天集中授课。".to_owned(),
            province: "310000".to_owned(),
            district: "310115".to_owned(),
            region_bound: "yes".to_owned(),
            starts_on: "2027-03-01".to_owned(),
            ends_on: "2028-02-29".to_owned(),
            closing_on: "2027-01-31".to_owned(),
            modes: vec!["M03".to_owned(), "M04".to_owned()],
            industries: vec!["equipment".to_owned()],
            skills: "数控编程、CAD".to_owned(),
            price: "5000".to_owned(),
            lines: vec![
                LineInput {
                    id: "x".to_owned(),
                    major: "460103 数控技术".to_owned(),
                    occupation: "6-18-01-01 车工".to_owned(),
                    level: "L3".to_owned(),
                    seats: "8".to_owned(),
                    hours: "360".to_owned(),
                    pay_min: "5000".to_owned(),
                    pay_max: "7000".to_owned(),
                    note: "转岗".to_owned(),
                },
                LineInput {
                    seats: "八".to_owned(),
                    ..LineInput::default()
                },
            ],
        };
        let pairs = pairs_of("", &serde_json::to_value(&content).unwrap());
        assert_eq!(PostFormInput::from_pairs(pairs).content, content);
    }

    /// The pairs that a browser sends for a form that shows these values.
    fn pairs_of(name: &str, value: &serde_json::Value) -> Vec<(String, String)> {
        let below = |key: &str| {
            if name.is_empty() {
                key.to_owned()
            } else {
                format!("{name}.{key}")
            }
        };
        match value {
            serde_json::Value::Object(fields) => fields.iter().flat_map(|(key, v)| pairs_of(&below(key), v)).collect(),
            serde_json::Value::Array(items) => items
                .iter()
                .enumerate()
                .flat_map(|(at, item)| match item {
                    serde_json::Value::String(_) => pairs_of(name, item),
                    _ => pairs_of(&below(&at.to_string()), item),
                })
                .collect(),
            serde_json::Value::String(text) => vec![(name.to_owned(), text.clone())],
            _ => Vec::new(),
        }
    }
}
