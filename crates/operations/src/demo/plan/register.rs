//! Rows of last year's register.

use kernel::Date;
use vocabulary::Vocabulary;

use super::{PlannedEntry, tables::Tables};

/// The rows, college by college. Where a list of majors was replaced by one that lacks a code, its row is left out.
pub(super) fn plan(tables: &Tables, vocabulary: &Vocabulary, today: Date) -> Vec<PlannedEntry> {
    let mut rows = Vec::new();
    for school in &tables.schools {
        for listed in &school.majors {
            let (code, longer) = listed.split_once('/').unwrap_or((listed, ""));
            let Some(major) = vocabulary.major(code) else { continue };
            for years in ["3", longer].into_iter().filter(|years| !years.is_empty()) {
                rows.push(PlannedEntry {
                    year: (today.year() - 1).to_string(),
                    province: school.province.clone(),
                    school_code: school.code.clone(),
                    school_name: school.name.clone(),
                    major_code: code.to_owned(),
                    major_name: major.name.clone(),
                    duration_years: years.to_owned(),
                    remark: String::new(),
                });
            }
        }
    }
    rows
}
