//! The lists shipped with the crate.

use crate::lists::{
    Category, CategoryCode, District, EconomicClass, Industry, IndustryKind, Major, Mode, Occupation, OccupationRank,
    Province, Tier,
};
use crate::read::{Row, Table, major_code_parts};

const CATEGORIES: &str = include_str!("../data/categories.csv");
const DISTRICTS: &str = include_str!("../data/districts.csv");
const ECONOMIC: &str = include_str!("../data/economic.csv");
const INDUSTRIES: &str = include_str!("../data/industries.csv");
const MAJORS_BACHELOR: &str = include_str!("../data/majors_bachelor.csv");
const MAJORS_HIGHER: &str = include_str!("../data/majors_higher.csv");
const MODES: &str = include_str!("../data/modes.csv");
const OCCUPATIONS: &str = include_str!("../data/occupations.csv");
const PROVINCES: &str = include_str!("../data/provinces.csv");

/// Rows of an embedded file. The files are part of the program and a test reads each of them.
fn rows<T>(text: &str, read: impl Fn(&Row<'_>) -> Option<T>) -> Vec<T> {
    let table = Table::parse(text, true, &["code"]).or_else(|_| Table::parse(text, true, &["index"]));
    let table = table.expect("the embedded lists are read by a test");
    table
        .rows()
        .map(|row| read(&row).expect("the embedded lists are read by a test"))
        .collect()
}

fn owned(row: &Row<'_>, column: &str) -> String {
    row.get(column).to_owned()
}

fn english(row: &Row<'_>) -> Option<String> {
    Some(row.get("name_en"))
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
}

pub(crate) fn categories() -> Vec<Category> {
    rows(CATEGORIES, |row| {
        Some(Category {
            index: CategoryCode::from_index(row.get("index").parse().ok()?)?,
            code: owned(row, "code_higher"),
            code_secondary: owned(row, "code_secondary"),
            code_bachelor: owned(row, "code_bachelor"),
            name: owned(row, "name"),
            english: english(row),
            validity: row.validity(),
        })
    })
}

/// The category of this official name. Scans the embedded text: list readers alone ask for it.
pub(crate) fn category_index(name: &str) -> Option<CategoryCode> {
    let line = CATEGORIES.lines().find(|line| line.split(',').nth(4) == Some(name))?;
    CategoryCode::from_index(line.split(',').next()?.parse().ok()?)
}

pub(crate) fn districts() -> Vec<District> {
    rows(DISTRICTS, |row| {
        Some(District {
            code: owned(row, "code"),
            name: owned(row, "name"),
            english: english(row),
            lat_micro: row.get("lat_micro").parse().ok()?,
            lng_micro: row.get("lng_micro").parse().ok()?,
            neighbours: row.get("neighbours").split(' ').map(str::to_owned).collect(),
            validity: row.validity(),
        })
    })
}

pub(crate) fn provinces() -> Vec<Province> {
    rows(PROVINCES, |row| {
        Some(Province {
            code: owned(row, "code"),
            name: owned(row, "name"),
            short_name: owned(row, "short_name"),
            english: english(row),
            validity: row.validity(),
        })
    })
}

pub(crate) fn industries() -> Vec<Industry> {
    rows(INDUSTRIES, |row| {
        Some(Industry {
            code: owned(row, "code"),
            name: owned(row, "name"),
            english: english(row),
            kind: match row.get("kind") {
                "leading" => IndustryKind::Leading,
                "key" => IndustryKind::Key,
                _ => return None,
            },
            validity: row.validity(),
        })
    })
}

pub(crate) fn economic() -> Vec<EconomicClass> {
    rows(ECONOMIC, |row| {
        Some(EconomicClass {
            code: owned(row, "code"),
            name: owned(row, "name"),
            english: english(row),
            section: row.get("section").chars().next()?,
            validity: row.validity(),
        })
    })
}

pub(crate) fn modes() -> Vec<Mode> {
    rows(MODES, |row| {
        Some(Mode {
            code: owned(row, "code"),
            name: owned(row, "name"),
            english: english(row),
            validity: row.validity(),
        })
    })
}

/// Both catalogues, by code: bachelor (2, 3) before higher-vocational (4, 5).
pub(crate) fn majors() -> Vec<Major> {
    let mut majors = Vec::new();
    for (text, tier) in [(MAJORS_BACHELOR, Tier::Bachelor), (MAJORS_HIGHER, Tier::Higher)] {
        majors.extend(rows(text, |row| {
            let (category, found) = major_code_parts(row.get("code"))?;
            (found == tier).then(|| Major {
                code: owned(row, "code"),
                name: owned(row, "name"),
                class_name: owned(row, "class"),
                category,
                tier,
                state_controlled: row.get("state_controlled") == "K",
                validity: row.validity(),
            })
        }));
    }
    majors
}

pub(crate) fn occupations() -> Vec<Occupation> {
    rows(OCCUPATIONS, |row| {
        Some(Occupation {
            code: owned(row, "code"),
            name: owned(row, "name"),
            rank: match row.get("level") {
                "1" => OccupationRank::Major,
                "2" => OccupationRank::Middle,
                "3" => OccupationRank::Minor,
                "4" => OccupationRank::Occupation,
                _ => return None,
            },
            derived: row.get("origin") == "derived",
            validity: row.validity(),
        })
    })
}
