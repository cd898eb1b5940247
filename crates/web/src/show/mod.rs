//! From what operations answer to what pages show: codes become names, ids become addresses. Nothing is decided here.

mod agreement;
mod agreement_form;
mod agreement_running;
mod agreement_step;
mod demand;
mod letter;
mod mail_room;
mod mail_settings;
mod matches;
mod notices;
mod operator;
mod operator_agreements;
mod party;
mod posts;
mod questions;
mod record;
mod record_week;
mod register;
mod search;
mod searches;
mod signing;
mod trades;
mod verify;
mod workspace;

use std::{fmt::Write as _, sync::Arc};

pub(crate) use agreement::{Shown as AgreementShown, agreement_row, code_view, with_notes};
pub(crate) use agreement_form::{Law, TypedSection};
pub(crate) use agreement_running::{course, end_facts, end_means, own_head, proposal, signed_course};
use kernel::Locale;
pub(crate) use letter::{letter_page, letter_row};
pub(crate) use mail_room::{mail_dossier, mail_letter, mail_preview, mail_room, preview_row, suppression_row};
pub(crate) use mail_settings::{ending_page, settings_form, settings_page, settings_sample};
pub(crate) use matches::partner_of;
pub(crate) use notices::notice_row;
pub(crate) use operator::{checks, decisions, failed_letter, job_row, jobs_in, letters_in, member_row, remark};
pub(crate) use operator_agreements::{operator_agreement, operator_row};
pub(crate) use party::{kinds_of, returned};
pub(crate) use posts::Typed;
pub(crate) use questions::{decided_row, question_row, unfound_row};
pub(crate) use record::{
    RECORD_GROUPS, agreement_page, apprentice_row, complaint, hours as record_hours, my_record, opened, people_page,
    record_head, record_page, record_path, section_page, sides as record_sides, week_row,
};
pub(crate) use record_week::{WeekShown, blank_line, correction, review_row, week_page};
pub(crate) use register::path as register_path;
pub(crate) use search::{Reader as SearchReader, SearchLinks};
pub(crate) use searches::searches_page;
pub(crate) use signing::{has_ended, sections, sign_head, waits_for};
pub(crate) use verify::{verified_agreement, verified_file};
use vocabulary::{SkillLevel, Vocabulary};

use crate::pages::{Choice, Pager};

/// The names of codes, in one language.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    locale: Locale,
    vocabulary: Arc<Vocabulary>,
}

impl Names {
    pub(crate) const fn new(locale: Locale, vocabulary: Arc<Vocabulary>) -> Self {
        Self { locale, vocabulary }
    }

    fn province(&self, code: &str) -> String {
        let found = self.vocabulary.province(code);
        found.map_or(code, |province| province.name(self.locale)).to_owned()
    }

    fn district(&self, code: &str) -> String {
        let found = self.vocabulary.district(code);
        found.map_or(code, |district| district.name(self.locale)).to_owned()
    }

    fn industry(&self, code: &str) -> String {
        let found = self.vocabulary.industry(code);
        found.map_or(code, |industry| industry.name(self.locale)).to_owned()
    }

    fn mode(&self, code: &str) -> String {
        self.vocabulary
            .mode(code)
            .map_or(code, |mode| mode.name(self.locale))
            .to_owned()
    }

    fn major(&self, code: &str) -> String {
        let found = self.vocabulary.major(code);
        found.map_or(code, |major| major.name(self.locale)).to_owned()
    }

    fn occupation(&self, code: &str) -> String {
        let found = self.vocabulary.occupation(code);
        found.map_or(code, |occupation| occupation.name(self.locale)).to_owned()
    }

    fn category(&self, code: &str) -> Option<String> {
        let found = self.vocabulary.category(code);
        found.map(|category| category.name(self.locale).to_owned())
    }

    fn level(&self, level: SkillLevel) -> String {
        level.name(self.locale).to_owned()
    }

    fn industries(&self, codes: &[String]) -> Vec<String> {
        codes.iter().map(|code| self.industry(code)).collect()
    }

    /// Province and district as the language puts them.
    fn place(&self, province: Option<&str>, district: Option<&str>) -> Option<String> {
        match (province, district) {
            (None, None) => None,
            (Some(province), None) => Some(self.province(province)),
            (None, Some(district)) => Some(self.district(district)),
            (Some(province), Some(district)) => {
                let (province, district) = (self.province(province), self.district(district));
                Some(match self.locale {
                    Locale::Zh => format!("{province}{district}"),
                    Locale::En => format!("{district}, {province}"),
                })
            }
        }
    }

    pub(crate) fn provinces(&self) -> Vec<Choice> {
        let all = self.vocabulary.provinces().iter();
        all.map(|province| Choice::new(&province.code, province.name(self.locale)))
            .collect()
    }

    pub(crate) fn districts(&self) -> Vec<Choice> {
        let all = self.vocabulary.districts().iter();
        all.map(|district| Choice::new(&district.code, district.name(self.locale)))
            .collect()
    }

    pub(crate) fn industry_choices(&self) -> Vec<Choice> {
        let all = self.vocabulary.industries().iter();
        all.map(|industry| Choice::new(&industry.code, industry.name(self.locale)))
            .collect()
    }

    pub(crate) fn modes(&self) -> Vec<Choice> {
        let all = self.vocabulary.modes().iter();
        all.map(|mode| Choice::new(&mode.code, mode.name(self.locale)))
            .collect()
    }

    pub(crate) fn levels(&self) -> Vec<Choice> {
        SkillLevel::ALL
            .map(|level| Choice::new(level.code(), level.name(self.locale)))
            .to_vec()
    }
}

/// Links to the pages before and after; none when there is one page only.
pub(crate) fn pager(page: i64, total: i64, per_page: i64, href: impl Fn(i64) -> String) -> Option<Pager> {
    let pages = (total + per_page - 1).div_euclid(per_page).max(1);
    (pages > 1).then(|| Pager {
        page,
        pages,
        previous: (page > 1).then(|| href((page - 1).min(pages))),
        next: (page < pages).then(|| href(page + 1)),
    })
}

/// Percent-encodes a text for use as a query's value.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_as_a_value_of_another_address() {
        assert_eq!(encode("/posts/new?kind=course"), "/posts/new%3Fkind%3Dcourse");
        assert_eq!(encode("数控 &"), "%E6%95%B0%E6%8E%A7%20%26");
    }

    #[test]
    fn a_pager_leads_back_from_beyond_the_end() {
        let href = |page| format!("/x?page={page}");
        assert_eq!(pager(1, 20, 20, href), None);
        let beyond = pager(9, 41, 20, href).unwrap();
        assert_eq!(
            (beyond.pages, beyond.previous.as_deref(), beyond.next),
            (3, Some("/x?page=3"), None)
        );
    }

    #[test]
    fn places_are_put_together_as_each_language_does() {
        let vocabulary = Arc::new(Vocabulary::builtin());
        let zh = Names::new(Locale::Zh, vocabulary.clone());
        assert_eq!(
            zh.place(Some("310000"), Some("310114")).as_deref(),
            Some("上海市嘉定区")
        );
        let en = Names::new(Locale::En, vocabulary);
        assert!(en.place(Some("310000"), Some("310114")).unwrap().contains(", "));
    }
}
