//! What is indexed of posts, register rows and organisations.

use kernel::Date;
use marketplace::{
    Organisation, Posting, Standing,
    register::{Presence, RegisterRow},
};
use search::{Audience, Document, Voice};
use storage::PublishedPosting;
use vocabulary::Vocabulary;

use super::asked::{ORGANISATION, REGISTER};
use crate::matches::units;

/// The id of a post in the index.
pub fn posting_id(id: kernel::PostingId) -> String {
    format!("posting:{id}")
}

/// The id of a register row in the index.
pub fn register_id(id: kernel::RegisterRowId) -> String {
    format!("register:{id}")
}

/// The id of an organisation in the index.
pub fn organisation_id(id: kernel::OrganisationId) -> String {
    format!("organisation:{id}")
}

/// The document of a published post of a verified organisation.
pub fn of_posting(published: &PublishedPosting, vocabulary: &Vocabulary) -> Document {
    let posting = &published.posting;
    let content = &posting.content;
    let mut trades = Vec::new();
    let mut categories = Vec::new();
    for line in &content.lines {
        if let Some(major) = line.major.as_deref().and_then(|code| vocabulary.major(code)) {
            push(&mut trades, major.name.clone());
            push(&mut categories, major.category.code());
        }
        if let Some(occupation) = line.occupation.as_deref().and_then(|code| vocabulary.occupation(code)) {
            push(&mut trades, occupation.name.clone());
        }
    }
    for skill in &content.skills {
        push(&mut trades, skill.clone());
    }
    Document {
        id: posting_id(posting.id),
        kind: posting.kind.code().to_owned(),
        title: content.title.clone(),
        organisation: published.organisation_name.clone(),
        body: body(posting),
        trades,
        industries: content.industries.clone(),
        province: content.province.clone(),
        district: content.district.clone(),
        categories,
        levels: units::levels(content),
        voice: Voice::Own,
        years: published.years,
        seats: content.lines.iter().filter_map(|line| line.seats).reduce(|a, b| a + b),
        pay_max_fen: content
            .lines
            .iter()
            .filter_map(|line| line.pay_max.or(line.pay_min))
            .max()
            .map(kernel::Fen::fen),
        starts_on: content.starts_on.map(day_number),
        published_at: posting.published_at().unwrap_or(posting.created_at).micros(),
        audience: Audience::Public,
    }
}

/// The document of a register row. It says how far its college has come.
pub fn of_register_row(row: &RegisterRow, vocabulary: &Vocabulary) -> Document {
    let entry = &row.entry;
    let major = vocabulary.major(&entry.major_code);
    Document {
        id: register_id(row.id),
        kind: REGISTER.to_owned(),
        title: entry.major_name.clone(),
        organisation: entry.school_name.clone(),
        body: String::new(),
        trades: major
            .filter(|major| major.name != entry.major_name)
            .map(|major| major.name.clone())
            .into_iter()
            .collect(),
        industries: Vec::new(),
        province: Some(entry.province.clone()),
        district: None,
        categories: vocabulary
            .category(entry.major_code.get(..2).unwrap_or_default())
            .map(|category| category.code.clone())
            .into_iter()
            .collect(),
        levels: Vec::new(),
        voice: match row.college {
            Presence::Absent => Voice::Absent,
            Presence::Joined(organisation) => Voice::Unclaimed(organisation),
            Presence::Claimed(_) => Voice::Own,
        },
        years: Some(entry.duration_years),
        seats: None,
        pay_max_fen: None,
        starts_on: None,
        published_at: 0,
        audience: Audience::Public,
    }
}

/// The document of an organisation; `None` unless it is verified.
pub fn of_organisation(organisation: &Organisation) -> Option<Document> {
    let Standing::Verified { at } = organisation.standing else {
        return None;
    };
    let profile = &organisation.profile;
    Some(Document {
        id: organisation_id(organisation.id),
        kind: ORGANISATION.to_owned(),
        title: profile.name.clone(),
        organisation: String::new(),
        body: profile.introduction.clone(),
        trades: Vec::new(),
        industries: profile.industries.clone(),
        province: Some(profile.province.clone()),
        district: profile.district.clone(),
        categories: Vec::new(),
        levels: Vec::new(),
        voice: Voice::Own,
        years: None,
        seats: None,
        pay_max_fen: None,
        starts_on: None,
        published_at: at.micros(),
        audience: Audience::Public,
    })
}

fn body(posting: &Posting) -> String {
    let notes = posting
        .content
        .lines
        .iter()
        .map(|line| line.note.as_str())
        .filter(|note| !note.is_empty());
    std::iter::once(posting.content.summary.as_str())
        .chain(notes)
        .collect::<Vec<_>>()
        .join("\n")
}

fn push(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

fn day_number(date: Date) -> i64 {
    i64::from(date.to_julian_day() - time::macros::date!(1970 - 01 - 01).to_julian_day())
}

/// What the search without an engine looks through: everything of a document that words may be found in, folded.
pub(crate) fn fallback_text(posting: &Posting, owner: &Organisation, vocabulary: &Vocabulary) -> String {
    let content = &posting.content;
    let trades = content.lines.iter().flat_map(|line| {
        let major = line
            .major
            .as_deref()
            .and_then(|code| vocabulary.major(code))
            .map(|major| major.name.as_str());
        let occupation = line.occupation.as_deref().and_then(|code| vocabulary.occupation(code));
        major
            .into_iter()
            .chain(occupation.map(|occupation| occupation.name.as_str()))
    });
    let parts: Vec<&str> = [content.title.as_str(), owner.profile.name.as_str()]
        .into_iter()
        .chain(trades)
        .chain(content.skills.iter().map(String::as_str))
        .chain(std::iter::once(content.summary.as_str()))
        .collect();
    vocabulary::text::fold(&parts.join(" "))
}
