//! Hours, safety, social insurance, and those the law protects in particular.

use law::{Breach, Missing, Resolved, Shown, Verdict, params};

use super::{Case, Checked, age, day, field, lacking};
use crate::training::{
    choice::{Choice, Sex},
    value::Minutes,
};

pub(super) fn ta_33(case: &Case, _: &Resolved) -> Checked {
    Ok(if field(case.body.insurance.waived.as_ref(), "insurance.waived")? {
        Verdict::fail(Breach::new("insurance.waived", Shown::None, Shown::None))
    } else {
        Verdict::Pass
    })
}

/// The plan only; what was really worked is asked while the training runs.
pub(super) fn ta_35(case: &Case, law: &Resolved) -> Checked {
    let hours = &case.body.hours;
    field(hours.system.as_ref(), "hours.system")?;
    let most = [
        (
            "hours.per_day",
            Some(field(hours.per_day.as_ref(), "hours.per_day")?),
            params::HOURS_DAY_MAX,
        ),
        (
            "hours.per_week",
            Some(field(hours.per_week.as_ref(), "hours.per_week")?),
            params::HOURS_WEEK_MAX,
        ),
        (
            "hours.overtime_per_day",
            hours.overtime_per_day,
            params::OVERTIME_DAY_MAX,
        ),
        (
            "hours.overtime_per_month",
            hours.overtime_per_month,
            params::OVERTIME_MONTH_MAX,
        ),
    ];
    let mut breaches = Vec::new();
    for (key, found, param) in most {
        let limit = law.int(param).or_missing()?;
        if let Some(found) = found
            && found.minutes() > limit
        {
            let breach = Breach::new(key, Shown::Minutes(found.minutes()), Shown::Minutes(limit));
            breaches.push(breach.by(&[param]));
        }
    }
    let rest = field(hours.rest_days_per_week.as_ref(), "hours.rest_days_per_week")?;
    let limit = law.int(params::REST_DAYS_WEEK_MIN).or_missing()?;
    if rest < limit {
        let breach = Breach::new("hours.rest_days_per_week", Shown::Days(rest), Shown::Days(limit));
        breaches.push(breach.by(&[params::REST_DAYS_WEEK_MIN]));
    }
    // The normal week is shorter than the longest lawful one; a plan for more has to say why.
    let week = hours.per_week.map(Minutes::minutes).unwrap_or_default();
    let normal = law.int(params::HOURS_WEEK_NORMAL).or_missing()?;
    if breaches.is_empty() && week > normal {
        let breach = Breach::new("hours.per_week", Shown::Minutes(week), Shown::Minutes(normal));
        return Ok(Verdict::needs_reason(breach.by(&[params::HOURS_WEEK_NORMAL])));
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_37(case: &Case, law: &Resolved) -> Checked {
    let safety = &case.body.safety;
    let told = field(safety.disclosed.as_ref(), "safety.disclosed")?;
    let on = day(safety.disclosure_ack, "safety.disclosure_ack")?;
    let missing = lacking(&law.list(params::DISCLOSURE_ITEMS).or_missing()?, &told);
    let mut breaches = Vec::new();
    if !missing.is_empty() {
        let found = Shown::Words(missing.join("、"));
        breaches.push(Breach::new("safety.disclosed", found, Shown::None));
    }
    if on > case.today {
        breaches.push(Breach::new(
            "safety.disclosure_ack",
            Shown::Date(on),
            Shown::Date(case.today),
        ));
    }
    Ok(Verdict::of(breaches))
}

/// Names of the post's burdens that one of these codes bans.
fn banned(case: &Case, codes: &[String]) -> Result<Vec<&'static str>, Missing> {
    let hazards = field(case.body.post.hazards.as_ref(), "post.hazards")?;
    Ok(hazards
        .into_iter()
        .filter(|hazard| {
            hazard
                .codes()
                .iter()
                .any(|code| codes.iter().any(|banned| banned == code))
        })
        .map(Choice::name)
        .collect())
}

pub(super) fn ta_39(case: &Case, law: &Resolved) -> Checked {
    let start = day(case.body.training.start, "training.start")?;
    if age(case, start)? >= law.int(params::MINOR_AGE_BELOW).or_missing()? {
        return Ok(Verdict::NotApplicable);
    }
    let mut breaches = Vec::new();
    let verified = law.list(params::MINOR_BANNED).or_missing()?;
    let unverified = law.list(params::MINOR_BANNED_UNVERIFIED).known().unwrap_or_default();
    for (codes, param) in [
        (verified, params::MINOR_BANNED),
        (unverified, params::MINOR_BANNED_UNVERIFIED),
    ] {
        for name in banned(case, &codes)? {
            let breach = Breach::new("post.hazards", Shown::Words(name.to_owned()), Shown::None);
            breaches.push(breach.by(&[param]));
        }
    }
    Ok(Verdict::of(breaches))
}

/// The list that always holds. What holds in pregnancy and the like is never asked for and never stored.
pub(super) fn ta_41(case: &Case, law: &Resolved) -> Checked {
    if field(case.body.apprentice.sex.as_ref(), "apprentice.sex")? != Sex::Female {
        return Ok(Verdict::NotApplicable);
    }
    let names = banned(case, &law.list(params::WOMEN_BANNED).or_missing()?)?;
    let breaches = names
        .into_iter()
        .map(|name| Breach::new("post.hazards", Shown::Words(name.to_owned()), Shown::None));
    Ok(Verdict::of(breaches.collect()))
}
