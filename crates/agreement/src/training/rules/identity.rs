//! ID-01 to ID-12: who the parties are.

use kernel::{CreditCode, RegistrarKind, ResidentId};
use law::{Breach, Missing, Resolved, Severity, Shown, Verdict, params};

use super::{Case, Checked, age, day, fact, field};
use crate::training::{
    choice::{IdType, Sex},
    value::Day,
};

/// Regions that were withdrawn and live on in identity numbers: 卢湾, 闸北, 南汇, 崇明县 and the older counties.
const WITHDRAWN_REGIONS: &[&str] = &["310103", "310108", "310119", "310230"];
const WITHDRAWN_COUNTIES: &str = "31022";

/// Credit codes of the parties by their field: the enterprise's always, the college's where there is one.
fn codes(case: &Case) -> Result<Vec<(&'static str, String)>, Missing> {
    let body = &case.body;
    let mut codes = vec![(
        "enterprise.uscc",
        field(body.enterprise.uscc.as_ref(), "enterprise.uscc")?,
    )];
    if body.college.name.is_some() || body.college.uscc.is_some() {
        codes.push(("college.uscc", field(body.college.uscc.as_ref(), "college.uscc")?));
    }
    Ok(codes)
}

pub(super) fn id_01(case: &Case, _: &Resolved) -> Checked {
    let wrong = codes(case)?
        .into_iter()
        .filter(|(_, code)| CreditCode::parse(code).is_err());
    let breaches = wrong.map(|(key, code)| Breach::new(key, Shown::Words(code), Shown::None));
    Ok(Verdict::of(breaches.collect()))
}

pub(super) fn id_02(case: &Case, _: &Resolved) -> Checked {
    let codes = codes(case)?;
    // A code that is no code at all is ID-01's to tell.
    let read: Vec<_> = codes
        .iter()
        .filter_map(|(key, code)| CreditCode::parse(code).ok().map(|code| (*key, code)))
        .collect();
    if read.is_empty() {
        return Ok(Verdict::NotApplicable);
    }
    let wrong = read.into_iter().filter(|(_, code)| !code.organisation_code_agrees());
    let breaches = wrong.map(|(key, code)| Breach::new(key, Shown::Words(code.as_str().to_owned()), Shown::None));
    Ok(Verdict::of(breaches.collect()))
}

pub(super) fn id_03(case: &Case, _: &Resolved) -> Checked {
    let mut breaches = Vec::new();
    for (key, code) in codes(case)? {
        let Ok(code) = CreditCode::parse(&code) else { continue };
        let fits = match code.registrar() {
            RegistrarKind::Enterprise => true,
            RegistrarKind::PublicInstitution | RegistrarKind::PrivateSchool | RegistrarKind::TradeUnion => {
                key == "college.uscc"
            }
            RegistrarKind::Other => false,
        };
        if !fits {
            breaches.push(Breach::new(
                key,
                Shown::Words(code.as_str()[..2].to_owned()),
                Shown::None,
            ));
        }
    }
    Ok(Verdict::of(breaches))
}

/// The apprentice's resident number, where they have one and it is one.
fn resident(case: &Case) -> Result<Option<ResidentId>, Missing> {
    let apprentice = &case.body.apprentice;
    let kind = field(apprentice.id_type.as_ref(), "apprentice.id_type")?;
    if !matches!(kind, IdType::ResidentId | IdType::ResidencePermit) {
        return Ok(None);
    }
    let number = field(apprentice.id_no.as_ref(), "apprentice.id_no")?;
    Ok(ResidentId::parse(number.expose()).ok())
}

pub(super) fn id_04(case: &Case, _: &Resolved) -> Checked {
    let apprentice = &case.body.apprentice;
    let mut breaches = Vec::new();
    // Numbers of people are never shown in a message.
    match field(apprentice.id_type.as_ref(), "apprentice.id_type")? {
        IdType::ResidentId | IdType::ResidencePermit => {
            if resident(case)?.is_none() {
                breaches.push(Breach::new("apprentice.id_no", Shown::None, Shown::None));
            }
        }
        IdType::Passport | IdType::Other if case.body.guardian.id_no.is_none() => return Ok(Verdict::NotApplicable),
        IdType::Passport | IdType::Other => {}
    }
    // A guardian may hold another document: the form does not ask which, so this only warns.
    if let Some(number) = &case.body.guardian.id_no
        && ResidentId::parse(number.expose()).is_err()
    {
        breaches.push(Breach::new("guardian.id_no", Shown::None, Shown::None).at_most(Severity::Warn));
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn id_05(case: &Case, _: &Resolved) -> Checked {
    let Some(id) = resident(case)? else {
        return Ok(Verdict::NotApplicable);
    };
    let birth = day(case.body.apprentice.birth, "apprentice.birth")?;
    let sex = field(case.body.apprentice.sex.as_ref(), "apprentice.sex")?;
    let mut breaches = Vec::new();
    if birth != id.birth() {
        breaches.push(Breach::new("apprentice.birth", Shown::Date(birth), Shown::None));
    }
    if (sex == Sex::Female) != (id.sex() == kernel::Sex::Female) {
        breaches.push(Breach::new("apprentice.sex", Shown::None, Shown::None).at_most(Severity::Warn));
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn id_06(case: &Case, _: &Resolved) -> Checked {
    let Some(id) = resident(case)? else {
        return Ok(Verdict::NotApplicable);
    };
    let (region, vocabulary) = (id.region(), &case.vocabulary);
    let shanghai = vocabulary
        .province_named("上海市")
        .is_some_and(|province| province.code[..2] == region[..2]);
    let known = if shanghai {
        vocabulary.province(region).is_some()
            || vocabulary.district(region).is_some()
            || WITHDRAWN_REGIONS.contains(&region)
            || region.starts_with(WITHDRAWN_COUNTIES)
    } else {
        // No list of the other provinces' districts is carried.
        vocabulary.province(&format!("{}0000", &region[..2])).is_some()
    };
    Ok(if known {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "apprentice.id_no",
            Shown::Words(region.to_owned()),
            Shown::None,
        ))
    })
}

pub(super) fn id_07(case: &Case, _: &Resolved) -> Checked {
    Ok(if fact(case.facts.identity_checked.as_ref(), "identity_checked")? {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("apprentice.id_no", Shown::None, Shown::None))
    })
}

pub(super) fn id_08(case: &Case, law: &Resolved) -> Checked {
    let training = day(case.body.training.start, "training.start")?;
    // Employment is what the ban is about: whichever begins first counts.
    let work = case.body.labour_contract.start.map_or(training, Day::date);
    let (found, limit) = (
        age(case, training.min(work))?,
        law.int(params::EMPLOYMENT_AGE_MIN).or_missing()?,
    );
    Ok(if found >= limit {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "apprentice.birth",
            Shown::Years(found),
            Shown::Years(limit),
        ))
    })
}

/// Capacity is asked for on the day of the act, which is today. A guardian who is named gets a slot of their own, and
/// without that signature the agreement never takes effect.
pub(super) fn id_10(case: &Case, law: &Resolved) -> Checked {
    let found = age(case, case.today)?;
    let limit = law.int(params::CAPACITY_AGE_FULL).or_missing()?;
    if found >= limit {
        return Ok(Verdict::Pass);
    }
    let self_supporting = law.int(params::CAPACITY_AGE_SELF_SUPPORTING).or_missing()?;
    let declared = field(
        case.body.apprentice.self_supporting.as_ref(),
        "apprentice.self_supporting",
    )?;
    let guardian = &case.body.guardian;
    if (declared && found >= self_supporting) || (guardian.name.is_some() && guardian.relation.is_some()) {
        return Ok(Verdict::Pass);
    }
    Ok(Verdict::fail(Breach::new(
        "guardian.name",
        Shown::Years(found),
        Shown::Years(limit),
    )))
}

pub(super) fn id_11(case: &Case, law: &Resolved) -> Checked {
    let (found, limit) = (age(case, case.today)?, law.int(params::DATA_AGE_MIN).or_missing()?);
    Ok(if found >= limit {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "apprentice.birth",
            Shown::Years(found),
            Shown::Years(limit),
        ))
    })
}

pub(super) fn id_12(case: &Case, _: &Resolved) -> Checked {
    let occupation = field(case.body.post.occupation.as_ref(), "post.occupation")?;
    let level = field(case.body.training.target_level.as_ref(), "training.target_level")?;
    let start = day(case.body.training.start, "training.start")?;
    let end = day(case.body.training.end, "training.end")?;
    let others = fact(case.facts.other_agreements.as_ref(), "other_agreements")?;
    let twice = others.iter().find(|other| {
        other.occupation == occupation && other.level >= level && other.start <= end && other.end >= start
    });
    Ok(twice.map_or(Verdict::Pass, |other| {
        let found = Shown::Words(format!("{} – {}", Day::new(other.start), Day::new(other.end)));
        Verdict::fail(Breach::new("training.target_level", found, Shown::None))
    }))
}
