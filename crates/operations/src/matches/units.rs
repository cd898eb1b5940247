//! What matching sees of posts, register rows and lines of a file.

use kernel::OrganisationId;
use marketplace::{Content, Line, Posting, register::RegisterRow};
use matching::{Owner, Unit, UnitId};
use vocabulary::{SkillLevel, text::fold};

use crate::import::post_file::FilePost;

/// The units of a post: one for each line.
pub fn of_posting(posting: &Posting) -> Vec<Unit> {
    let unit = |line: &Line| {
        let id = UnitId::Posting {
            posting: posting.id,
            line: line.id,
        };
        let owner = Owner::Organisation(posting.organisation);
        Unit {
            muted: posting.muted,
            ..of_line(id, posting.kind, owner, &posting.content, line)
        }
    };
    posting.content.lines.iter().map(unit).collect()
}

/// The units of a post of a file. A post of one line goes by its reference, lines of longer ones by `reference#n`.
pub fn of_file_post(post: &FilePost) -> Vec<Unit> {
    let unit = |(at, line): (usize, &Line)| {
        let many = post.content.lines.len() > 1;
        let id = if many {
            format!("{}#{}", post.reference, at + 1)
        } else {
            post.reference.clone()
        };
        of_line(
            UnitId::External(id),
            post.kind,
            Owner::External(post.organisation.clone()),
            &post.content,
            line,
        )
    };
    post.content.lines.iter().enumerate().map(unit).collect()
}

/// The unit of a register row: a programme with its major and province. A vocational college's programme leads to
/// 高级工 at most (技工教育 aside); the register says nothing of the level, so neither does the unit.
pub fn of_register_row(row: &RegisterRow) -> Unit {
    let owner = match row.college.organisation() {
        Some(organisation) => Owner::Organisation(organisation),
        None => Owner::External(row.entry.school_key().to_owned()),
    };
    Unit {
        owner: Some(owner),
        major: Some(row.entry.major_code.clone()),
        province: Some(row.entry.province.clone()),
        joined: row.college.organisation().is_some(),
        ..Unit::new(UnitId::Register(row.id), kernel::PostingKind::Programme)
    }
}

fn of_line(id: UnitId, kind: kernel::PostingKind, owner: Owner, content: &Content, line: &Line) -> Unit {
    Unit {
        owner: Some(owner),
        occupation: line.occupation.clone(),
        major: line.major.clone(),
        level: line.level,
        seats: line.seats,
        province: content.province.clone(),
        district: content.district.clone(),
        region_bound: content.region_bound,
        starts_on: content.starts_on,
        ends_on: content.ends_on,
        modes: content.modes.clone(),
        industries: content.industries.clone(),
        skills: content.skills.iter().map(|skill| fold(skill)).collect(),
        price_fen: content.price.map(kernel::Fen::fen),
        hours: line.hours,
        ..Unit::new(id, kind)
    }
}

/// The organisation of the platform that owns a unit.
pub fn organisation(unit: &Unit) -> Option<OrganisationId> {
    match unit.owner {
        Some(Owner::Organisation(organisation)) => Some(organisation),
        _ => None,
    }
}

/// The level codes of a post's lines, each once, lowest first.
pub(crate) fn levels(content: &Content) -> Vec<String> {
    let mut levels: Vec<SkillLevel> = content.lines.iter().filter_map(|line| line.level).collect();
    levels.sort_unstable();
    levels.dedup();
    levels.into_iter().map(|level| level.code().to_owned()).collect()
}
