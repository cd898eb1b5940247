//! Sentences for the reasons of a match.

use kernel::{Fen, Locale};
use matching::{Assessed, DatesFit, HardFailure, HoursFit, Reason, TradeBasis, Verdict, Window};
use vocabulary::{SkillLevel, Vocabulary};

use crate::{Arg, Text};

/// A few words for a criterion of a match, as its chip shows them.
pub fn reason_label(locale: Locale, vocabulary: &Vocabulary, assessed: &Assessed) -> Text {
    let plain = Text::of("criterion", assessed.criterion.code());
    match (&assessed.reason, assessed.verdict) {
        (Reason::Distance { offer, need, .. }, _) if offer == need => {
            Text::new("reason.short_same_province").with("place", district_name(locale, vocabulary, need))
        }
        (Reason::Distance { metres, .. }, _) => Text::new("reason.short_distance").with("way", Arg::Distance(*metres)),
        (Reason::SameProvince { province }, _) => {
            Text::new("reason.short_same_province").with("place", province_name(locale, vocabulary, province))
        }
        (Reason::OtherProvince { .. }, _) => Text::new("reason.short_other_province"),
        (
            Reason::Schedule {
                dates: Some(DatesFit::Apart { days }),
                ..
            },
            Verdict::Partly | Verdict::Unmet,
        ) => Text::new("reason.short_apart").with("n", *days),
        (Reason::Capacity { offered, wanted }, Verdict::Partly | Verdict::Unmet) => Text::new("reason.short_capacity")
            .with("offered", *offered)
            .with("wanted", *wanted),
        (Reason::Muted { .. }, _) => Text::new("reason.short_muted").with("what", plain),
        (_, Verdict::Unknown) => Text::new("reason.short_unknown").with("what", plain),
        _ => plain,
    }
}

/// The whole sentence for a criterion of a match.
pub fn reason(locale: Locale, vocabulary: &Vocabulary, assessed: &Assessed) -> Text {
    let named = |what: &Names<'_>, codes: &[String]| {
        Arg::List(
            codes
                .iter()
                .map(|code| Arg::Plain(what(locale, vocabulary, code)))
                .collect(),
        )
    };
    let shared = |group: &'static str, what: &Names<'_>, common: &[String], missing: &[String]| {
        let code = match (common.is_empty(), missing.is_empty()) {
            (false, true) => "all",
            (false, false) => "some",
            _ => "none",
        };
        Text::of(group, code)
            .with("common", named(what, common))
            .with("missing", named(what, missing))
    };
    match &assessed.reason {
        Reason::Unknown {
            offer_silent,
            need_silent,
        } => {
            let code = match (offer_silent, need_silent) {
                (true, true) => "both",
                (true, false) => "offer",
                (false, true) => "need",
                (false, false) => "incomparable",
            };
            Text::of("reason_unknown", code).with("what", Text::of("criterion", assessed.criterion.code()))
        }
        Reason::Muted { offer, need } => {
            let code = match (offer, need) {
                (true, true) => "both",
                (true, false) => "offer",
                (false, _) => "need",
            };
            Text::of("reason_muted", code).with("what", Text::of("criterion", assessed.criterion.code()))
        }
        Reason::Trade { basis, offer, need } => {
            let (offer_names, need_names): (&Names<'_>, &Names<'_>) = match basis {
                TradeBasis::Occupations => (&occupation_name, &occupation_name),
                TradeBasis::MajorForOccupation => (&major_name, &occupation_name),
                TradeBasis::OccupationForMajor => (&occupation_name, &major_name),
                TradeBasis::Majors => (&major_name, &major_name),
            };
            let key = if offer == need {
                "same"
            } else {
                match assessed.verdict {
                    Verdict::Met => "close",
                    Verdict::Partly | Verdict::Unknown => "kin",
                    Verdict::Unmet => "far",
                }
            };
            Text::of("reason_trade", key)
                .with("offer", offer_names(locale, vocabulary, offer))
                .with("need", need_names(locale, vocabulary, need))
        }
        Reason::Skills { common, missing } => shared("reason_skills", &itself, common, missing),
        Reason::Industry { common, missing } => shared("reason_industry", &industry_name, common, missing),
        Reason::Mode { common, missing } => shared("reason_mode", &mode_name, common, missing),
        Reason::Distance { offer, need, .. } if offer == need => {
            Text::new("reason.same_district").with("place", district_name(locale, vocabulary, need))
        }
        Reason::Distance { metres, offer, need } => Text::new("reason.distance")
            .with("way", Arg::Distance(*metres))
            .with("offer", district_name(locale, vocabulary, offer))
            .with("need", district_name(locale, vocabulary, need)),
        Reason::SameProvince { province } => {
            Text::new("reason.same_province").with("place", province_name(locale, vocabulary, province))
        }
        Reason::OtherProvince { offer, need } => Text::new("reason.other_province")
            .with("offer", province_name(locale, vocabulary, offer))
            .with("need", province_name(locale, vocabulary, need)),
        Reason::Level { reached, wanted } => {
            let code = match reached.cmp(wanted) {
                std::cmp::Ordering::Equal => "same",
                std::cmp::Ordering::Greater => "above",
                std::cmp::Ordering::Less => "below",
            };
            Text::of("reason_level", code)
                .with("offer", level_name(locale, *reached))
                .with("need", level_name(locale, *wanted))
        }
        Reason::Capacity { offered, wanted } => {
            Text::of("reason_capacity", if offered >= wanted { "enough" } else { "short" })
                .with("offered", *offered)
                .with("wanted", *wanted)
        }
        Reason::Schedule { dates, hours } => schedule(*dates, *hours),
        Reason::Price { asked_fen, budget_fen } => {
            Text::of("reason_price", if asked_fen <= budget_fen { "within" } else { "above" })
                .with("asked", Fen::new(*asked_fen))
                .with("budget", Fen::new(*budget_fen))
        }
    }
}

/// The whole sentence for what keeps two apart.
pub fn failure(locale: Locale, vocabulary: &Vocabulary, failure: &HardFailure) -> Text {
    let text = Text::of("failure", failure.criterion().code());
    match failure {
        HardFailure::Kind { offer, need } => text.with("offer", Text::from(*offer)).with("need", Text::from(*need)),
        HardFailure::NotSameOrganisation => text,
        HardFailure::Dates { offer, need } => text.with("offer", window(*offer)).with("need", window(*need)),
        HardFailure::Level { reached, wanted } => text
            .with("offer", level_name(locale, *reached))
            .with("need", level_name(locale, *wanted)),
        HardFailure::Capacity { offered, .. } => {
            let none_offered = offered.is_some_and(|seats| seats <= 0);
            let code = if none_offered { "capacity" } else { "capacity_filled" };
            Text::of("failure", code)
        }
        HardFailure::Region { offer, need } => text
            .with("offer", province_name(locale, vocabulary, offer))
            .with("need", province_name(locale, vocabulary, need)),
        HardFailure::Trade { kinship, floor } => text
            .with("kinship", Arg::Score((*kinship).into()))
            .with("floor", Arg::Score((*floor).into())),
    }
}

fn window(window: Window) -> Text {
    match (window.starts_on, window.ends_on) {
        (Some(start), Some(end)) => Text::new("failure.window").with("start", start).with("end", end),
        (Some(start), None) => Text::new("failure.window_from").with("start", start),
        (None, Some(end)) => Text::new("failure.window_until").with("end", end),
        (None, None) => Text::new("failure.window_open"),
    }
}

fn schedule(dates: Option<DatesFit>, hours: Option<HoursFit>) -> Text {
    let dates = dates.map(|fit| match fit {
        DatesFit::Shared { days, of } => Text::new("reason.dates_shared").with("days", days).with("of", of),
        DatesFit::Apart { days: 0 } => Text::new("reason.dates_together"),
        DatesFit::Apart { days } => Text::new("reason.dates_apart").with("n", days),
    });
    let hours = hours.map(|fit| {
        Text::new("reason.hours")
            .with("offered", fit.offered)
            .with("wanted", fit.wanted)
    });
    match (dates, hours) {
        (Some(dates), Some(hours)) => Text::new("reason.both").with("first", dates).with("second", hours),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Text::new("reason.schedule_silent"),
    }
}

type Names<'a> = dyn Fn(Locale, &Vocabulary, &str) -> String + 'a;

fn level_name(locale: Locale, level: SkillLevel) -> String {
    level.name(locale).to_owned()
}

fn itself(_: Locale, _: &Vocabulary, word: &str) -> String {
    word.to_owned()
}

macro_rules! names {
    ($($name:ident by $find:ident),* $(,)?) => {$(
        fn $name(locale: Locale, vocabulary: &Vocabulary, code: &str) -> String {
            vocabulary.$find(code).map_or_else(|| code.to_owned(), |found| found.name(locale).to_owned())
        }
    )*};
}

names! {
    occupation_name by occupation,
    major_name by major,
    industry_name by industry,
    mode_name by mode,
    district_name by district,
    province_name by province,
}

#[cfg(test)]
mod tests {
    use matching::Criterion;

    use super::*;

    fn assessed(criterion: Criterion, verdict: Verdict, reason: Reason) -> Assessed {
        Assessed {
            criterion,
            score: 500,
            weight: 100,
            reason,
            verdict,
        }
    }

    fn reasons() -> Vec<Reason> {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
        let unsaid = [(true, true), (true, false), (false, true), (false, false)];
        let unknown = unsaid.map(|(offer_silent, need_silent)| Reason::Unknown {
            offer_silent,
            need_silent,
        });
        let muted = [(true, true), (true, false), (false, true)].map(|(offer, need)| Reason::Muted { offer, need });
        let known = vec![
            Reason::Trade {
                basis: TradeBasis::MajorForOccupation,
                offer: "460103".to_owned(),
                need: "6-18-01-07".to_owned(),
            },
            Reason::Trade {
                basis: TradeBasis::Majors,
                offer: "460103".to_owned(),
                need: "460103".to_owned(),
            },
            Reason::Skills {
                common: list(&["数控编程"]),
                missing: Vec::new(),
            },
            Reason::Skills {
                common: list(&["数控编程"]),
                missing: list(&["测量"]),
            },
            Reason::Skills {
                common: Vec::new(),
                missing: list(&["测量"]),
            },
            Reason::Industry {
                common: list(&["ic"]),
                missing: Vec::new(),
            },
            Reason::Mode {
                common: Vec::new(),
                missing: list(&["M03"]),
            },
            Reason::Distance {
                metres: 6_490,
                offer: "310114".to_owned(),
                need: "310115".to_owned(),
            },
            Reason::SameProvince {
                province: "310000".to_owned(),
            },
            Reason::OtherProvince {
                offer: "310000".to_owned(),
                need: "320000".to_owned(),
            },
            Reason::Level {
                reached: SkillLevel::L4,
                wanted: SkillLevel::L3,
            },
            Reason::Level {
                reached: SkillLevel::L3,
                wanted: SkillLevel::L3,
            },
            Reason::Level {
                reached: SkillLevel::L2,
                wanted: SkillLevel::L3,
            },
            Reason::Capacity {
                offered: 40,
                wanted: 24,
            },
            Reason::Capacity {
                offered: 10,
                wanted: 24,
            },
            Reason::Schedule {
                dates: Some(DatesFit::Shared { days: 300, of: 365 }),
                hours: None,
            },
            Reason::Schedule {
                dates: Some(DatesFit::Apart { days: 30 }),
                hours: Some(HoursFit {
                    offered: 400,
                    wanted: 360,
                }),
            },
            Reason::Price {
                asked_fen: 500_000,
                budget_fen: 600_000,
            },
            Reason::Price {
                asked_fen: 700_000,
                budget_fen: 600_000,
            },
        ];
        unknown.into_iter().chain(muted).chain(known).collect()
    }

    #[test]
    fn every_reason_is_a_whole_sentence_in_both_languages() {
        let vocabulary = Vocabulary::builtin();
        for reason_given in reasons() {
            for verdict in [Verdict::Met, Verdict::Partly, Verdict::Unmet, Verdict::Unknown] {
                for criterion in Criterion::ALL {
                    let fact = assessed(criterion, verdict, reason_given.clone());
                    for locale in Locale::ALL {
                        for text in [
                            reason(locale, &vocabulary, &fact),
                            reason_label(locale, &vocabulary, &fact),
                        ] {
                            let said = text.render(locale);
                            assert!(crate::has(text.key()), "{}", text.key());
                            assert!(!said.contains('{'), "{said}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_failure_is_a_whole_sentence_that_speaks_of_names() {
        let vocabulary = Vocabulary::builtin();
        let day = |text| kernel::parse_date(text);
        let window = |from, until| Window {
            starts_on: from,
            ends_on: until,
        };
        let open = window(None, None);
        let failures = [
            HardFailure::Kind {
                offer: kernel::PostingKind::Base,
                need: kernel::PostingKind::Apprentices,
            },
            HardFailure::NotSameOrganisation,
            HardFailure::Dates {
                offer: window(day("2027-03-01"), day("2027-06-30")),
                need: window(day("2027-09-01"), None),
            },
            HardFailure::Dates {
                offer: window(None, day("2027-06-30")),
                need: open,
            },
            HardFailure::Level {
                reached: SkillLevel::L2,
                wanted: SkillLevel::L4,
            },
            HardFailure::Capacity {
                offered: Some(0),
                wanted: Some(8),
            },
            HardFailure::Capacity {
                offered: Some(8),
                wanted: Some(0),
            },
            HardFailure::Region {
                offer: "330000".to_owned(),
                need: "310000".to_owned(),
            },
            HardFailure::Trade {
                kinship: 120,
                floor: 300,
            },
        ];
        let mut said = std::collections::BTreeSet::new();
        for given in &failures {
            for locale in Locale::ALL {
                let text = failure(locale, &vocabulary, given);
                assert!(crate::has(text.key()), "{}", text.key());
                let sentence = text.render(locale);
                assert!(
                    !sentence.contains(['{', '_']) && !sentence.contains("310000"),
                    "{sentence}"
                );
                assert!(said.insert(sentence));
            }
        }
    }

    #[test]
    fn a_reason_speaks_of_names_not_of_codes() {
        let vocabulary = Vocabulary::builtin();
        let fact = assessed(
            Criterion::Distance,
            Verdict::Met,
            Reason::Distance {
                metres: 6_490,
                offer: "310114".to_owned(),
                need: "310115".to_owned(),
            },
        );
        let said = reason(Locale::Zh, &vocabulary, &fact).render(Locale::Zh);
        assert!(
            said.contains("嘉定区") && said.contains("浦东新区") && said.contains("6.4"),
            "{said}"
        );
    }
}
