//! Training agreements, for their parties: the list, the beginning, the sections, the text, the file.

use std::collections::BTreeMap;

use agreement::training::{Kind, Section, field_of};
use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use kernel::{AgreementId, LineId, PostingId};
use operations::{
    Failure, Page as Part,
    agreements::{self, DocumentFile, LineRef, SectionForm},
};
use words::Text;

use super::{Answer, Fields, Params, id, page_number, to};
use crate::{
    Failed,
    pages::{AgreementNewPage, AgreementsPage, Form, Mistake, Tab},
    show::{Law, Names, TypedSection, agreement_row, pager},
    visit::Visit,
};

/// How many agreements a page lists.
const PER_PAGE: i64 = 20;

/// What the pages need to say where numbers of the law stand.
pub(super) fn law(visit: &Visit) -> Law<'_> {
    Law {
        packs: visit.app.law(),
        today: visit.cx.today(),
    }
}

/// `GET /workspace/agreements`
pub(crate) async fn list(visit: Visit, Params(fields): Params) -> Answer {
    let (asked, page) = (fields.get("show"), page_number(&fields));
    let groups = Names::AGREEMENT_GROUPS;
    let shown = groups.iter().position(|(code, _)| *code == asked);
    let part = Part {
        limit: PER_PAGE,
        offset: (page - 1) * PER_PAGE,
    };
    let first = groups[shown.unwrap_or(0)].1;
    let mut found = agreements::list(&visit.app, &visit.actor, first, part).await?;
    let count = |at: usize| -> i64 {
        let here = found.counts.iter().filter(|count| groups[at].1.contains(&count.stage));
        here.map(|count| count.agreements).sum()
    };
    let counts = [0, 1, 2, 3].map(count);
    // Nobody asked for a group: the first one that has something.
    let chosen = shown.unwrap_or_else(|| counts.iter().position(|count| *count > 0).unwrap_or(0));
    if shown.is_none() && chosen > 0 {
        found = agreements::list(&visit.app, &visit.actor, groups[chosen].1, part).await?;
    }
    let href = |code: &str| format!("/workspace/agreements?show={code}");
    let tabs = groups.iter().enumerate().map(|(at, (code, _))| Tab {
        label: Text::of("agreement_group_of", code),
        count: counts[at],
        href: href(code),
        chosen: at == chosen,
    });
    visit.page(&AgreementsPage {
        tabs: tabs.collect(),
        rows: found.lines.iter().map(agreement_row).collect(),
        pager: pager(page, counts[chosen], PER_PAGE, |page| {
            format!("{}&page={page}", href(groups[chosen].0))
        }),
        empty: counts.iter().sum::<i64>() == 0,
    })
}

fn new_page(visit: &Visit, fields: &Fields, mistakes: Vec<Mistake>) -> AgreementNewPage {
    let with = match fields.get("with").as_str() {
        "alone" => "alone",
        _ => "college",
    };
    let typed = BTreeMap::from([("with", with.to_owned()), ("other", fields.get("other"))]);
    AgreementNewPage {
        form: Form::with_mistakes(&typed, mistakes),
        enterprise: visit.is_enterprise(),
    }
}

/// `GET /agreements/new`
pub(crate) async fn new(visit: Visit) -> Answer {
    visit.actor.officer()?;
    visit.page(&new_page(&visit, &Fields::default(), Vec::new()))
}

/// `POST /agreements/new`
pub(crate) async fn create(visit: Visit, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let alone = visit.is_enterprise() && fields.get("with") == "alone";
    let other = if alone { String::new() } else { fields.get("other") };
    let label = Text::new(if visit.is_enterprise() {
        "agreement.other_college"
    } else {
        "agreement.other_enterprise"
    });
    let missing = |message| Mistake {
        field: "other".to_owned(),
        label: label.clone(),
        message,
    };
    // Left empty by an oversight it would begin an agreement without the college that was meant.
    if !alone && other.trim().is_empty() {
        let mistake = missing(Text::of("problem", "required"));
        return visit.mend(&new_page(&visit, &fields, vec![mistake]));
    }
    match agreements::create(&visit.app, &visit.cx, &visit.actor, &other).await {
        Ok(id) => Ok(visit.done(&format!("/agreements/{id}"), "agreement_begun")),
        Err(Failure::Invalid(problems)) => {
            let mistakes = problems.iter().map(|_| missing(Text::new("agreement.other_unknown")));
            visit.mend(&new_page(&visit, &fields, mistakes.collect()))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `POST /agreements/from-match`
pub(crate) async fn from_match(visit: Visit, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let line = |posting: &str, line: &str| -> Result<LineRef, Failed> {
        Ok(LineRef {
            posting: id::<PostingId>(&fields.get(posting))?,
            line: id::<LineId>(&fields.get(line))?,
        })
    };
    let (need, offer) = (line("need", "need_line")?, line("offer", "offer_line")?);
    let id = agreements::create_from_match(&visit.app, &visit.cx, &visit.actor, need, offer).await?;
    Ok(visit.done(&format!("/agreements/{id}"), "agreement_begun"))
}

fn section_named(key: &str) -> Result<Section, Failed> {
    Section::from_key(key).ok_or_else(Failed::not_found)
}

async fn section_form(visit: &Visit, id: AgreementId, section: Section) -> Result<SectionForm, Failed> {
    Ok(agreements::section(&visit.app, &visit.cx, &visit.actor, id, section).await?)
}

/// `GET /agreements/{id}/sections/{section}`
pub(crate) async fn section(visit: Visit, Path((agreement, key)): Path<(String, String)>) -> Answer {
    visit.actor.officer()?;
    let (id, section) = (id(&agreement)?, section_named(&key)?);
    let form = section_form(&visit, id, section).await?;
    visit.page(
        &visit
            .names()
            .section_page(&law(&visit), &form, &TypedSection::default()),
    )
}

/// What the form of a section sent: the words of each field once, those of several boxes joined.
fn typed_pairs(fields: &Fields) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, words) in fields.0.iter().filter(|(name, _)| name.contains('.')) {
        let Some(at) = places.get(name.as_str()) else {
            places.insert(name, pairs.len());
            pairs.push((name.clone(), words.clone()));
            continue;
        };
        let several = matches!(field_of(name), Some((_, Kind::Many { .. } | Kind::Codes { .. })));
        let before = &mut pairs[*at].1;
        if several && !before.is_empty() {
            before.push(' ');
            before.push_str(words);
        } else {
            before.clone_from(words);
        }
    }
    pairs
}

/// One entry more than the form had.
fn one_more(list: &str, pairs: &[(String, String)]) -> BTreeMap<String, usize> {
    let inside = format!("{list}.");
    let index = |key: &str| key.strip_prefix(&inside)?.split('.').next()?.parse::<usize>().ok();
    let most = pairs.iter().filter_map(|(key, _)| index(key)).max();
    BTreeMap::from([(list.to_owned(), most.map_or(1, |at| at.saturating_add(2)))])
}

/// `POST /agreements/{id}/sections/{section}`
pub(crate) async fn save(visit: Visit, Path((agreement, key)): Path<(String, String)>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let (id, section): (AgreementId, Section) = (id(&agreement)?, section_named(&key)?);
    let mut pairs = typed_pairs(&fields);
    let seen = fields.get("seen").parse().unwrap_or_default();
    let act = fields.get("act");
    let here = format!("/agreements/{id}/sections/{}", section.key());
    if let Some(list) = act.strip_prefix("add:") {
        let mut form = section_form(&visit, id, section).await?;
        // The form goes on from what its words were typed upon.
        form.seen = seen;
        let typed = TypedSection {
            rows: one_more(list, &pairs),
            pairs,
            stale: false,
        };
        return visit.page(&visit.names().section_page(&law(&visit), &form, &typed));
    }
    let removed = act.strip_prefix("remove:").map(|entry| format!("{entry}."));
    if let Some(entry) = &removed {
        for (_, words) in pairs.iter_mut().filter(|(key, _)| key.starts_with(entry.as_str())) {
            words.clear();
        }
    }
    match agreements::save_section(&visit.app, &visit.cx, &visit.actor, id, section, seen, &pairs).await {
        Ok(saved) if !saved.problems.is_empty() => {
            let form = section_form(&visit, id, section).await?;
            visit.mend(
                &visit
                    .names()
                    .section_page(&law(&visit), &form, &TypedSection::default()),
            )
        }
        Ok(saved) => {
            let all = Section::ALL;
            let at = all.iter().position(|one| *one == section).unwrap_or_default();
            let next = all.get(at + 1).filter(|_| act == "next");
            let path = match (&removed, next) {
                (Some(_), _) => here,
                (None, Some(next)) => format!("/agreements/{id}/sections/{}", next.key()),
                (None, None) => format!("/agreements/{id}"),
            };
            let key = if saved.cleared_approvals {
                "agreement_saved_again"
            } else {
                "agreement_saved"
            };
            Ok(if saved.changed {
                visit.done(&path, key)
            } else {
                to(&path)
            })
        }
        Err(Failure::Conflict) => {
            let form = section_form(&visit, id, section).await?;
            let typed = TypedSection {
                pairs,
                stale: true,
                ..TypedSection::default()
            };
            let page = visit.names().section_page(&law(&visit), &form, &typed);
            visit.page_with(StatusCode::CONFLICT, &page)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /agreements/{id}/text`
pub(crate) async fn text(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    let view = agreements::view(&visit.app, &visit.cx, &visit.actor, id(&agreement)?).await?;
    visit.page(&law(&visit).text_page(&view))
}

/// A file to keep.
pub(super) fn download(file: &agreements::ExportFile) -> Result<Response, Failed> {
    let mut response = file.content.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Numbers of agreements are letters, digits and dashes.
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name)).map_err(Failed::internal)?;
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// A PDF to keep.
pub(super) fn paper(file: DocumentFile) -> Result<Response, Failed> {
    // Numbers of agreements are letters, digits and dashes.
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name)).map_err(Failed::internal)?;
    let mut response = file.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// `GET /agreements/{id}/document.pdf`
pub(crate) async fn document(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    let file = agreements::document(&visit.app, &visit.actor, id(&agreement)?).await?;
    paper(file)
}

/// `GET /agreements/{id}/draft.pdf`
pub(crate) async fn draft(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    let file = agreements::draft_document(&visit.app, &visit.cx, &visit.actor, id(&agreement)?).await?;
    paper(file)
}

/// `POST /agreements/{id}/export`: who takes the file is written down, so it is no GET.
pub(crate) async fn export(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    let file = agreements::export(&visit.app, &visit.cx, &visit.actor, id(&agreement)?).await?;
    download(&file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(
            pairs
                .iter()
                .map(|(name, words)| ((*name).to_owned(), (*words).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn boxes_of_one_field_are_joined_and_none_of_them_empties_it() {
        let pairs = typed_pairs(&fields(&[
            ("seen", "3"),
            ("post.hazards", ""),
            ("post.hazards", "m01"),
            ("post.hazards", "m03"),
            ("training.modes", ""),
        ]));
        let expected = [("post.hazards", "m01 m03"), ("training.modes", "")];
        assert_eq!(pairs, expected.map(|(key, words)| (key.to_owned(), words.to_owned())));
    }

    #[test]
    fn a_list_grows_by_one_entry() {
        let pairs = typed_pairs(&fields(&[
            ("training.content.0.topic", "车削"),
            ("training.content.1.topic", ""),
        ]));
        assert_eq!(one_more("training.content", &pairs)["training.content"], 3);
        assert_eq!(one_more("people.mentors", &pairs)["people.mentors"], 1);
    }
}
