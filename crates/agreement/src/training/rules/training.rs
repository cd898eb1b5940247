//! What the training is: its goal, content, term and the people who give it.

use kernel::{Locale, months_between};
use law::{Breach, Missing, Resolved, Severity, Shown, Verdict, params};
use vocabulary::SkillLevel;

use super::{Case, Checked, day, fact, field, switched_on};
use crate::training::choice::{Choice as _, Payer};

pub(super) fn ta_01(case: &Case, _: &Resolved) -> Checked {
    Ok(if fact(case.facts.signed.as_ref(), "signed")? {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("", Shown::None, Shown::None))
    })
}

/// Goal, content, term and quality standard. What is not written yet is unknown; what is written and says nothing fails.
#[expect(clippy::unnecessary_wraps, reason = "every check has one shape")]
pub(super) fn ta_02(case: &Case, _: &Resolved) -> Checked {
    let training = &case.body.training;
    let mut missing = Vec::new();
    for (there, key) in [
        (training.objectives.is_some(), "training.objectives"),
        (!training.content.is_empty(), "training.content"),
        (training.start.is_some(), "training.start"),
        (training.end.is_some(), "training.end"),
        (training.quality_standard.is_some(), "training.quality_standard"),
    ] {
        if !there {
            missing.push(Missing::Field(key.to_owned()));
        }
    }
    let mut breaches = Vec::new();
    for (index, course) in training.content.iter().enumerate() {
        if course.topic.is_none() {
            let key = format!("training.content.{index}.topic");
            breaches.push(Breach::new(key, Shown::None, Shown::None));
        }
    }
    if let (Some(start), Some(end)) = (training.start, training.end)
        && end <= start
    {
        breaches.push(Breach::new(
            "training.end",
            Shown::Date(end.date()),
            Shown::Date(start.date()),
        ));
    }
    Ok(match (breaches.is_empty(), missing.is_empty()) {
        (true, false) => Verdict::Unknown(missing),
        _ => Verdict::of(breaches),
    })
}

pub(super) fn ta_06(case: &Case, law: &Resolved) -> Checked {
    let category = field(case.body.training.category.as_ref(), "training.category")?;
    let usual = law.list(params::TRAINING_CATEGORIES).or_missing()?;
    Ok(if usual.iter().any(|code| code == category.code()) {
        Verdict::Pass
    } else {
        let found = Shown::Words(category.name().to_owned());
        Verdict::needs_reason(Breach::new("training.category", found, Shown::None))
    })
}

pub(super) fn ta_07(case: &Case, law: &Resolved) -> Checked {
    if !field(
        case.body.apprentice.fulltime_student.as_ref(),
        "apprentice.fulltime_student",
    )? {
        return Ok(Verdict::Pass);
    }
    Ok(
        if switched_on(law.flag(params::STUDENT_APPRENTICE_ALLOWED))?.unwrap_or(false) {
            Verdict::Pass
        } else {
            Verdict::fail(Breach::new("apprentice.fulltime_student", Shown::None, Shown::None))
        },
    )
}

pub(super) fn ta_09(case: &Case, law: &Resolved) -> Checked {
    let level = field(case.body.training.target_level.as_ref(), "training.target_level")?;
    let supported = law.list(params::TRAINING_LEVELS).or_missing()?;
    if supported.iter().any(|code| code == level.code()) {
        return Ok(Verdict::Pass);
    }
    let names: Vec<&str> = supported
        .iter()
        .filter_map(|code| SkillLevel::from_code(code))
        .map(|level| level.name(Locale::Zh))
        .collect();
    Ok(Verdict::fail(Breach::new(
        "training.target_level",
        Shown::Words(level.name(Locale::Zh).to_owned()),
        Shown::Words(names.join("、")),
    )))
}

pub(super) fn ta_10(case: &Case, law: &Resolved) -> Checked {
    let training = &case.body.training;
    let current = field(training.current_level.as_ref(), "training.current_level")?;
    let target = field(training.target_level.as_ref(), "training.target_level")?;
    let usual = law.int(params::LEVEL_STEPS_USUAL).or_missing()?;
    let steps = i64::from(target.rank()) - i64::from(current.rank());
    let breach = || Breach::new("training.target_level", Shown::Int(steps), Shown::Int(usual));
    Ok(if steps <= 0 {
        Verdict::fail(breach())
    } else if steps > usual {
        Verdict::needs_reason(breach())
    } else {
        Verdict::Pass
    })
}

fn term(case: &Case) -> Result<i64, Missing> {
    let start = day(case.body.training.start, "training.start")?;
    let end = day(case.body.training.end, "training.end")?;
    Ok(i64::from(months_between(start, end)))
}

pub(super) fn ta_11(case: &Case, law: &Resolved) -> Checked {
    let found = term(case)?;
    let table = law.table(params::TERM_MONTHS).or_missing()?;
    let limit = |name: &str| {
        table
            .int(name)
            .ok_or_else(|| Missing::Param(params::TERM_MONTHS.to_owned()))
    };
    let (min, usual, hard) = (limit("min")?, limit("usual_max")?, limit("hard_max")?);
    let breach = |limit| Breach::new("training.end", Shown::Months(found), Shown::Months(limit));
    let reasoned = case.body.training.term_reason.is_some();
    Ok(if found < min {
        Verdict::fail(breach(min))
    } else if found > hard {
        Verdict::fail(breach(hard))
    } else if found > usual && !reasoned {
        Verdict::needs_reason(breach(usual).at_most(Severity::Warn))
    } else {
        Verdict::Pass
    })
}

pub(super) fn ta_12(case: &Case, law: &Resolved) -> Checked {
    let Some(table) = switched_on(law.table(params::TERM_BY_LEVEL))? else {
        return Ok(Verdict::NotApplicable);
    };
    let level = field(case.body.training.target_level.as_ref(), "training.target_level")?;
    let found = term(case)?;
    let bound = |end: &str| table.int(&format!("{}_{end}", level.code()));
    let (Some(min), Some(max)) = (bound("min"), bound("max")) else {
        return Ok(Verdict::NotApplicable);
    };
    let limit = if found < min { min } else { max };
    Ok(if (min..=max).contains(&found) {
        Verdict::Pass
    } else {
        Verdict::needs_reason(Breach::new("training.end", Shown::Months(found), Shown::Months(limit)))
    })
}

pub(super) fn ta_42(case: &Case, law: &Resolved) -> Checked {
    let people = &case.body.people;
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let mut breaches = Vec::new();
    for (key, found, param) in [
        ("people.mentors", count(people.mentors.len()), params::MENTORS_MIN),
        ("people.tutors", count(people.tutors.len()), params::TUTORS_MIN),
    ] {
        let limit = law.int(param).or_missing()?;
        if found < limit {
            breaches.push(Breach::new(key, Shown::Int(found), Shown::Int(limit)).by(&[param]));
        }
    }
    Ok(Verdict::of(breaches))
}

/// Mentors of the class as far as this agreement names them.
pub(super) fn ta_43(case: &Case, law: &Resolved) -> Checked {
    let Some(table) = switched_on(law.table(params::MENTOR_PER_CLASS))? else {
        return Ok(Verdict::NotApplicable);
    };
    let wrong = || Missing::Param(params::MENTOR_PER_CLASS.to_owned());
    let total = table.int("total").ok_or_else(wrong)?;
    let wanted = table
        .code("lead_level")
        .and_then(SkillLevel::from_code)
        .ok_or_else(wrong)?;
    let mentors = &case.body.people.mentors;
    let found = i64::try_from(mentors.len()).unwrap_or(i64::MAX);
    let mut breaches = Vec::new();
    if found < total {
        breaches.push(Breach::new("people.mentors", Shown::Int(found), Shown::Int(total)));
    }
    let mut has_lead = false;
    for (index, mentor) in mentors
        .iter()
        .enumerate()
        .filter(|(_, mentor)| mentor.lead == Some(true))
    {
        has_lead |= field(mentor.level.as_ref(), &format!("people.mentors.{index}.level"))? >= wanted;
    }
    if !has_lead {
        let limit = Shown::Words(wanted.name(Locale::Zh).to_owned());
        breaches.push(Breach::new("people.mentors", Shown::None, limit));
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_44(case: &Case, _: &Resolved) -> Checked {
    let allowance = &case.body.mentor_allowance;
    field(allowance.amount.as_ref(), "mentor_allowance.amount")?;
    let payer = field(allowance.payer.as_ref(), "mentor_allowance.payer")?;
    Ok(if payer == Payer::Enterprise {
        Verdict::Pass
    } else {
        let found = Shown::Words(payer.name().to_owned());
        Verdict::fail(Breach::new("mentor_allowance.payer", found, Shown::None))
    })
}
