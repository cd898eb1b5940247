//! Wages, fees, the cost of training, the service period and damages.

use kernel::{Date, Fen};
use law::{Breach, Missing, Resolved, Severity, Shown, Verdict, params};

use super::{Case, Checked, add_months, day, field, switched_on};
use crate::training::{
    body::Body,
    choice::{Choice as _, ContractType, Formula, PenaltyKind},
};

/// What Shanghai's list of exclusions calls the worker's own contributions.
const PERSONAL_CONTRIBUTIONS: [&str; 2] = ["personal_social_insurance", "personal_housing_fund"];

/// One wage item's value, or the key that is missing.
macro_rules! item {
    ($item:ident.$field:ident, $list:literal, $index:ident) => {
        field(
            $item.$field.as_ref(),
            &format!(concat!($list, ".{}.", stringify!($field)), $index),
        )
    };
}

/// What the minimum wage is compared with: the items that count, without the worker's own contributions where the region
/// leaves those out.
fn counted_wage(case: &Case, law: &Resolved) -> Result<Fen, Missing> {
    let pay = &case.body.pay;
    if pay.wage_items.is_empty() {
        return Err(Missing::Field("pay.wage_items".to_owned()));
    }
    // A region without such a list leaves nothing out.
    let excluded = switched_on(law.list(params::WAGE_MIN_EXCLUDES))?.unwrap_or_default();
    let mut sum = 0;
    for (index, item) in pay.wage_items.iter().enumerate() {
        let kind = item!(item.kind, "pay.wage_items", index)?;
        let counts = item!(item.counts_to_minimum, "pay.wage_items", index)?;
        let amount = item!(item.amount, "pay.wage_items", index)?;
        if counts && !excluded.iter().any(|code| code == kind.code()) {
            sum += amount.fen();
        }
    }
    if PERSONAL_CONTRIBUTIONS
        .iter()
        .any(|code| excluded.iter().any(|have| have == code))
    {
        sum -= field(pay.personal_contributions.as_ref(), "pay.personal_contributions")?.fen();
    }
    Ok(Fen::new(sum))
}

pub(super) fn ta_14(case: &Case, law: &Resolved) -> Checked {
    let found = counted_wage(case, law)?;
    let limit = law.fen(params::WAGE_MIN_MONTHLY).or_missing()?;
    Ok(if found >= limit {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("pay.wage_items", Shown::Fen(found), Shown::Fen(limit)))
    })
}

pub(super) fn ta_15(case: &Case, law: &Resolved) -> Checked {
    counted_wage(case, law)?;
    let excluded = law.list(params::WAGE_MIN_EXCLUDES).or_missing()?;
    let mut breaches = Vec::new();
    for (index, item) in case.body.pay.wage_items.iter().enumerate() {
        if let (Some(kind), Some(true)) = (item.kind, item.counts_to_minimum)
            && excluded.iter().any(|code| code == kind.code())
        {
            breaches.push(Breach::new(
                format!("pay.wage_items.{index}.counts_to_minimum"),
                Shown::Words(kind.name().to_owned()),
                Shown::None,
            ));
        }
    }
    Ok(Verdict::of(breaches))
}

/// The share of `amount` that `bp` ten-thousandths are, compared without dividing.
fn reaches(found: Fen, amount: Fen, bp: i64) -> bool {
    i128::from(found.fen()) * 10_000 >= i128::from(amount.fen()) * i128::from(bp)
}

/// 劳动合同法 Art. 20 and 实施条例 Art. 15 are worded differently: the latter takes the share of the lowest wage in the
/// same post, too. What only that reading allows is a warning.
pub(super) fn ta_16(case: &Case, law: &Resolved) -> Checked {
    let contract = &case.body.labour_contract;
    if field(contract.probation_months.as_ref(), "labour_contract.probation_months")? == 0 {
        return Ok(Verdict::NotApplicable);
    }
    let wage = field(contract.wage.as_ref(), "labour_contract.wage")?;
    let found = field(contract.probation_wage.as_ref(), "labour_contract.probation_wage")?;
    let bp = law.int(params::PROBATION_WAGE).or_missing()?;
    let key = "labour_contract.probation_wage";
    let share = |amount: Fen| Fen::new((amount.fen() * bp + 9_999).div_euclid(10_000));
    let mut breaches = Vec::new();
    let lowest = contract.lowest_same_post_wage;
    if !reaches(found, wage, bp) && lowest.is_none_or(|lowest| found < lowest) {
        let breach = Breach::new(key, Shown::Fen(found), Shown::Fen(share(wage))).by(&[params::PROBATION_WAGE]);
        let looser = lowest.is_some_and(|lowest| reaches(found, lowest, bp));
        breaches.push(if looser { breach.at_most(Severity::Warn) } else { breach });
    }
    let minimum = law.fen(params::WAGE_MIN_MONTHLY).or_missing();
    match minimum {
        Ok(minimum) if found < minimum => {
            let breach = Breach::new(key, Shown::Fen(found), Shown::Fen(minimum));
            breaches.push(breach.by(&[params::WAGE_MIN_MONTHLY]));
        }
        Err(missing) if breaches.is_empty() => return Err(missing),
        _ => {}
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_18(case: &Case, _: &Resolved) -> Checked {
    Ok(if field(case.body.pay.study_paid.as_ref(), "pay.study_paid")? {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("pay.study_paid", Shown::None, Shown::None))
    })
}

pub(super) fn ta_19(case: &Case, _: &Resolved) -> Checked {
    let cost = &case.body.cost;
    let deposit = field(cost.deposit.as_ref(), "cost.deposit")?;
    let guarantee = field(cost.guarantee.as_ref(), "cost.guarantee")?;
    let held = field(cost.id_held.as_ref(), "cost.id_held")?;
    let mut breaches = Vec::new();
    if deposit != Fen::default() {
        breaches.push(Breach::new(
            "cost.deposit",
            Shown::Fen(deposit),
            Shown::Fen(Fen::default()),
        ));
    }
    for (wrong, key) in [(guarantee, "cost.guarantee"), (held, "cost.id_held")] {
        if wrong {
            breaches.push(Breach::new(key, Shown::None, Shown::None));
        }
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_20(case: &Case, _: &Resolved) -> Checked {
    let fee = field(case.body.cost.apprentice_fee.as_ref(), "cost.apprentice_fee")?;
    Ok(if fee == Fen::default() {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "cost.apprentice_fee",
            Shown::Fen(fee),
            Shown::Fen(Fen::default()),
        ))
    })
}

/// Months of the service period; `None` where none is agreed.
fn service_months(body: &Body) -> Option<i64> {
    body.service.months.filter(|months| *months > 0)
}

/// What the enterprise pays for special training, all of it.
fn special_cost(body: &Body) -> Result<Fen, Missing> {
    let mut sum = 0;
    for (index, cost) in body.cost.special_cost.iter().enumerate() {
        sum += item!(cost.amount, "cost.special_cost", index)?.fen();
    }
    Ok(Fen::new(sum))
}

pub(super) fn ta_21(case: &Case, _: &Resolved) -> Checked {
    if service_months(&case.body).is_none() {
        return Ok(Verdict::NotApplicable);
    }
    let cost = special_cost(&case.body)?;
    Ok(if cost > Fen::default() {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("service.months", Shown::Fen(cost), Shown::None))
    })
}

pub(super) fn ta_22(case: &Case, law: &Resolved) -> Checked {
    let costs = &case.body.cost.special_cost;
    if costs.is_empty() {
        return Ok(Verdict::NotApplicable);
    }
    let kinds = law.list(params::COST_KINDS).or_missing()?;
    let vouchered = law.list(params::COST_VOUCHER_KINDS).or_missing()?;
    let mut breaches = Vec::new();
    for (index, cost) in costs.iter().enumerate() {
        let kind = item!(cost.kind, "cost.special_cost", index)?;
        let listed = |codes: &[String]| codes.iter().any(|code| code == kind.code());
        let shown = || Shown::Words(kind.name().to_owned());
        if !listed(&kinds) {
            let key = format!("cost.special_cost.{index}.kind");
            breaches.push(Breach::new(key, shown(), Shown::None).by(&[params::COST_KINDS]));
        } else if listed(&vouchered) && cost.voucher_no.is_none() {
            let key = format!("cost.special_cost.{index}.voucher_no");
            breaches.push(Breach::new(key, shown(), Shown::None).by(&[params::COST_VOUCHER_KINDS]));
        }
    }
    Ok(Verdict::of(breaches))
}

/// The share of the training cost that falls to the part of the service period not served: the most that damages may be
/// (劳动合同法 Art. 22). Rounded down: a fen in doubt is the apprentice's.
pub fn damages_share(cost: Fen, months: i64, served: i64) -> Fen {
    if months <= 0 {
        return Fen::default();
    }
    let left = (months - served).clamp(0, months);
    let share = i128::from(cost.fen().max(0)) * i128::from(left) / i128::from(months);
    Fen::new(i64::try_from(share).unwrap_or_default())
}

/// What is due under this agreement from an apprentice who leaves after so many months of service: what was agreed, and
/// never more than the law's share. `None` where there is no service period or its cost is open.
pub fn damages_at_most(body: &Body, served: i64) -> Option<Fen> {
    let months = service_months(body)?;
    let cost = special_cost(body).ok()?;
    let cap = body.service.damages_cap.unwrap_or(cost).min(cost);
    let agreed = match body.service.formula {
        Some(Formula::Whole) => cap,
        Some(Formula::ProRataMonths) | None => damages_share(cap, months, served),
    };
    Some(agreed.min(damages_share(cost, months, served)))
}

pub(super) fn ta_23(case: &Case, _: &Resolved) -> Checked {
    let Some(months) = service_months(&case.body) else {
        return Ok(Verdict::NotApplicable);
    };
    let service = &case.body.service;
    let found = field(service.damages_cap.as_ref(), "service.damages_cap")?;
    let formula = field(service.formula.as_ref(), "service.formula")?;
    let cost = special_cost(&case.body)?;
    let mut breaches = Vec::new();
    if found > cost {
        breaches.push(Breach::new("service.damages_cap", Shown::Fen(found), Shown::Fen(cost)));
    } else if formula == Formula::Whole && found > Fen::default() {
        // The whole sum exceeds the share of what is left from some month on: that month's share is the limit.
        let limit = (0..=months)
            .map(|served| damages_share(cost, months, served))
            .find(|share| found > *share)
            .unwrap_or_default();
        breaches.push(Breach::new("service.formula", Shown::Fen(found), Shown::Fen(limit)));
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_24(case: &Case, _: &Resolved) -> Checked {
    if service_months(&case.body).is_none() {
        return Ok(Verdict::NotApplicable);
    }
    let found = field(case.body.service.damages_cap.as_ref(), "service.damages_cap")?;
    let cost = special_cost(&case.body)?;
    let subsidised = case.body.cost.special_cost.iter().filter_map(|cost| cost.subsidised);
    let borne = Fen::new(cost.fen() - subsidised.map(Fen::fen).sum::<i64>());
    Ok(if found <= borne {
        Verdict::Pass
    } else {
        Verdict::needs_reason(Breach::new("service.damages_cap", Shown::Fen(found), Shown::Fen(borne)))
    })
}

pub(super) fn ta_25(case: &Case, law: &Resolved) -> Checked {
    let allowed = law.list(params::DAMAGES_ALLOWED).or_missing()?;
    if case.body.ending.penalties.is_empty() {
        // Until the section on ending is written nobody can say that it has no such clause.
        field(
            case.body.ending.termination_grounds.as_ref(),
            "ending.termination_grounds",
        )?;
    }
    let mut breaches = Vec::new();
    for (index, penalty) in case.body.ending.penalties.iter().enumerate() {
        let kind: PenaltyKind = item!(penalty.kind, "ending.penalties", index)?;
        if !allowed.iter().any(|code| code == kind.code()) {
            let found = penalty.terms.clone().unwrap_or_else(|| kind.name().to_owned());
            breaches.push(Breach::new(
                format!("ending.penalties.{index}.kind"),
                Shown::Words(found),
                Shown::None,
            ));
        }
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_26(case: &Case, _: &Resolved) -> Checked {
    if service_months(&case.body).is_none() {
        return Ok(Verdict::NotApplicable);
    }
    Ok(
        if field(case.body.service.carve_out_38.as_ref(), "service.carve_out_38")? {
            Verdict::Pass
        } else {
            Verdict::fail(Breach::new("service.carve_out_38", Shown::None, Shown::None))
        },
    )
}

pub(super) fn ta_28(case: &Case, _: &Resolved) -> Checked {
    if service_months(&case.body).is_none() {
        return Ok(Verdict::NotApplicable);
    }
    Ok(
        if field(case.body.service.wage_frozen.as_ref(), "service.wage_frozen")? {
            Verdict::fail(Breach::new("service.wage_frozen", Shown::None, Shown::None))
        } else {
            Verdict::Pass
        },
    )
}

/// The last day of the service period, as far as it is known before the certificate is there.
fn service_end(body: &Body, months: i64) -> Result<Date, Missing> {
    let training = day(body.training.end, "training.end")?;
    let start = training.next_day().unwrap_or(training);
    let after = add_months(start, months).unwrap_or(start);
    Ok(after.previous_day().unwrap_or(after))
}

pub(super) fn ta_29(case: &Case, _: &Resolved) -> Checked {
    let Some(months) = service_months(&case.body) else {
        return Ok(Verdict::NotApplicable);
    };
    let contract = &case.body.labour_contract;
    if field(contract.kind.as_ref(), "labour_contract.kind")? == ContractType::Open {
        return Ok(Verdict::Pass);
    }
    let contract_end = day(contract.end, "labour_contract.end")?;
    let service_end = service_end(&case.body, months)?;
    Ok(if service_end <= contract_end {
        Verdict::Pass
    } else {
        Verdict::needs_reason(Breach::new(
            "service.months",
            Shown::Date(service_end),
            Shown::Date(contract_end),
        ))
    })
}

/// Even a lawful non-compete is unusual for somebody who is still learning.
pub(super) fn ta_32(case: &Case, law: &Resolved) -> Checked {
    let clause = &case.body.noncompete;
    let Some(found) = clause.months.filter(|months| *months > 0) else {
        return Ok(Verdict::NotApplicable);
    };
    let limit = law.int(params::NONCOMPETE_MONTHS_MAX).or_missing()?;
    let secret = field(clause.secret_access.as_ref(), "noncompete.secret_access")?;
    let compensation = field(clause.compensation.as_ref(), "noncompete.compensation")?;
    let mut breaches = Vec::new();
    if found > limit {
        breaches.push(Breach::new(
            "noncompete.months",
            Shown::Months(found),
            Shown::Months(limit),
        ));
    }
    if compensation == Fen::default() {
        breaches.push(Breach::new(
            "noncompete.compensation",
            Shown::Fen(compensation),
            Shown::None,
        ));
    }
    if !secret {
        breaches.push(Breach::new("noncompete.secret_access", Shown::None, Shown::None));
    }
    Ok(if breaches.is_empty() {
        Verdict::needs_reason(Breach::new(
            "noncompete.months",
            Shown::Months(found),
            Shown::Months(limit),
        ))
    } else {
        Verdict::Fail(breaches)
    })
}
