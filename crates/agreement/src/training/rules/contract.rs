//! The labour contract beside the training: its form, its length, probation and what may end it.

use kernel::months_between;
use law::{Breach, Missing, Resolved, Shown, Verdict, params};

use super::{Case, Checked, add_months, day, fact, field, lacking, switched_on};
use crate::training::choice::ContractType;

/// The contract's length in whole months; `None` for one without an end.
fn length(case: &Case) -> Result<Option<i64>, Missing> {
    let contract = &case.body.labour_contract;
    if field(contract.kind.as_ref(), "labour_contract.kind")? == ContractType::Open {
        return Ok(None);
    }
    let start = day(contract.start, "labour_contract.start")?;
    let end = day(contract.end, "labour_contract.end")?;
    Ok(Some(i64::from(months_between(start, end))))
}

pub(super) fn ta_03(case: &Case, law: &Resolved) -> Checked {
    let Some(found) = length(case)? else {
        return Ok(Verdict::Pass);
    };
    let limit = law.int(params::CONTRACT_MONTHS_MIN).or_missing()?;
    Ok(if found >= limit {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "labour_contract.end",
            Shown::Months(found),
            Shown::Months(limit),
        ))
    })
}

pub(super) fn ta_04(case: &Case, law: &Resolved) -> Checked {
    let contract = &case.body.labour_contract;
    let start = day(contract.start, "labour_contract.start")?;
    let signed = day(contract.signed_on, "labour_contract.signed_on")?;
    let months = law.int(params::CONTRACT_WRITTEN_MONTHS).or_missing()?;
    let last = add_months(start, months).unwrap_or(start);
    Ok(if signed <= last {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "labour_contract.signed_on",
            Shown::Date(signed),
            Shown::Date(last),
        ))
    })
}

pub(super) fn ta_05(case: &Case, law: &Resolved) -> Checked {
    let items = field(case.body.labour_contract.items.as_ref(), "labour_contract.items")?;
    let missing = lacking(&law.list(params::CONTRACT_ITEMS).or_missing()?, &items);
    Ok(if missing.is_empty() {
        Verdict::Pass
    } else {
        let found = Shown::Words(missing.join("、"));
        Verdict::fail(Breach::new("labour_contract.items", found, Shown::None))
    })
}

pub(super) fn ta_08(case: &Case, law: &Resolved) -> Checked {
    let contract = &case.body.labour_contract;
    let enterprise = field(case.body.enterprise.uscc.as_ref(), "enterprise.uscc")?;
    let employer = field(contract.employer_uscc.as_ref(), "labour_contract.employer_uscc")?;
    let dispatch = field(contract.dispatch.as_ref(), "labour_contract.dispatch")?;
    if employer == enterprise && !dispatch {
        return Ok(Verdict::Pass);
    }
    // Off unless a pack allows it.
    let allowed = switched_on(law.flag(params::GROUP_EMPLOYER_ALLOWED))?.unwrap_or(false);
    if allowed && !dispatch {
        return Ok(Verdict::Pass);
    }
    let key = if dispatch {
        "labour_contract.dispatch"
    } else {
        "labour_contract.employer_uscc"
    };
    Ok(Verdict::fail(Breach::new(
        key,
        Shown::Words(employer),
        Shown::Words(enterprise),
    )))
}

pub(super) fn ta_13(case: &Case, _: &Resolved) -> Checked {
    if length(case)?.is_none() {
        return Ok(Verdict::Pass);
    }
    let contract = day(case.body.labour_contract.end, "labour_contract.end")?;
    let training = day(case.body.training.end, "training.end")?;
    Ok(if contract >= training {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "labour_contract.end",
            Shown::Date(contract),
            Shown::Date(training),
        ))
    })
}

pub(super) fn ta_17(case: &Case, law: &Resolved) -> Checked {
    let contract = &case.body.labour_contract;
    let found = field(contract.probation_months.as_ref(), "labour_contract.probation_months")?;
    if found == 0 {
        return Ok(Verdict::Pass);
    }
    let kind = field(contract.kind.as_ref(), "labour_contract.kind")?;
    let by_type = |name: &str| {
        let table = law.table(params::PROBATION_BY_TYPE).or_missing()?;
        table
            .int(name)
            .ok_or_else(|| Missing::Param(params::PROBATION_BY_TYPE.to_owned()))
    };
    let (limit, rests_on) = match kind {
        ContractType::Open => (by_type("open")?, params::PROBATION_BY_TYPE),
        ContractType::Task => (by_type("task")?, params::PROBATION_BY_TYPE),
        ContractType::Fixed => {
            let months = length(case)?.unwrap_or_default();
            let table = law.table(params::PROBATION_STEPS).or_missing()?;
            let limit = table
                .step(months)
                .ok_or_else(|| Missing::Param(params::PROBATION_STEPS.to_owned()))?;
            (limit, params::PROBATION_STEPS)
        }
    };
    let mut breaches = Vec::new();
    if found > limit {
        let breach = Breach::new(
            "labour_contract.probation_months",
            Shown::Months(found),
            Shown::Months(limit),
        );
        breaches.push(breach.by(&[rests_on]));
    }
    if breaches.is_empty() {
        let times = law.int(params::PROBATION_TIMES_MAX).or_missing()?;
        let earlier = fact(case.facts.earlier_probations.as_ref(), "earlier_probations")?;
        if earlier + 1 > times {
            let breach = Breach::new(
                "labour_contract.probation_months",
                Shown::Int(earlier + 1),
                Shown::Int(times),
            );
            breaches.push(breach.by(&[params::PROBATION_TIMES_MAX]));
        }
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_31(case: &Case, _: &Resolved) -> Checked {
    let ending = &case.body.ending;
    // Until the section on ending is written nobody can say that it has no such clause.
    field(ending.termination_grounds.as_ref(), "ending.termination_grounds")?;
    Ok(match &ending.contract_end_grounds {
        Some(grounds) if !grounds.is_empty() => Verdict::fail(Breach::new(
            "ending.contract_end_grounds",
            Shown::Words(grounds.join("；")),
            Shown::None,
        )),
        _ => Verdict::Pass,
    })
}
