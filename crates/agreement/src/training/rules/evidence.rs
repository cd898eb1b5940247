//! Electronic signing, personal information, the register of employees, and what free text may not say.

use kernel::Fen;
use law::{Breach, Missing, Resolved, Shown, Verdict, params};

use super::{Case, Checked, day, fact, field};
use crate::training::choice::{Basis, Choice as _, Sensitive, SigningForm};

/// Whether the agreement is signed electronically.
fn electronic(case: &Case) -> Result<bool, Missing> {
    Ok(field(case.body.esign.form.as_ref(), "esign.form")? == SigningForm::Electronic)
}

pub(super) fn es_01(case: &Case, _: &Resolved) -> Checked {
    if !electronic(case)? {
        return Ok(Verdict::NotApplicable);
    }
    Ok(if field(case.body.esign.form_agreed.as_ref(), "esign.form_agreed")? {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("esign.form_agreed", Shown::None, Shown::None))
    })
}

/// The conditions that the parties agree on are what lets them rely on the signature; they are worth nothing where the
/// parties did not agree to sign electronically.
pub(super) fn es_03(case: &Case, _: &Resolved) -> Checked {
    if !electronic(case)? {
        return Ok(Verdict::NotApplicable);
    }
    field(case.body.esign.conditions.as_ref(), "esign.conditions")?;
    Ok(if field(case.body.esign.form_agreed.as_ref(), "esign.form_agreed")? {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("esign.conditions", Shown::None, Shown::None))
    })
}

/// A place without any of the named methods checks documents in person, and says so.
pub(super) fn es_08(case: &Case, law: &Resolved) -> Checked {
    if !electronic(case)? {
        return Ok(Verdict::NotApplicable);
    }
    let method = field(case.body.esign.identity_method.as_ref(), "esign.identity_method")?;
    let named = law.list(params::IDENTITY_METHODS).or_missing()?;
    Ok(if named.iter().any(|code| code == method.code()) {
        Verdict::Pass
    } else {
        let found = Shown::Words(method.name().to_owned());
        Verdict::needs_reason(Breach::new("esign.identity_method", found, Shown::None))
    })
}

pub(super) fn es_07(case: &Case, _: &Resolved) -> Checked {
    if !electronic(case)? {
        return Ok(Verdict::NotApplicable);
    }
    field(case.body.esign.identity_method.as_ref(), "esign.identity_method")?;
    let fee = field(case.body.esign.fee.as_ref(), "esign.fee")?;
    let steps = fact(case.facts.signing_steps.as_ref(), "signing_steps")?;
    let mut breaches = Vec::new();
    if fee != Fen::default() {
        breaches.push(Breach::new("esign.fee", Shown::Fen(fee), Shown::Fen(Fen::default())));
    }
    if !(steps.guide_shown && steps.will_confirmed && steps.downloadable) {
        breaches.push(Breach::new("", Shown::None, Shown::None));
    }
    Ok(Verdict::of(breaches))
}

/// There is always a way on paper, and then the original lies somewhere.
pub(super) fn es_12(case: &Case, _: &Resolved) -> Checked {
    if electronic(case)? {
        return Ok(Verdict::NotApplicable);
    }
    Ok(if case.body.esign.original_location.is_some() {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new("esign.original_location", Shown::None, Shown::None))
    })
}

pub(super) fn pi_02(case: &Case, _: &Resolved) -> Checked {
    let privacy = &case.body.privacy;
    field(privacy.notice_version.as_ref(), "privacy.notice_version")?;
    let shown = day(privacy.notice_shown_on, "privacy.notice_shown_on")?;
    Ok(if shown <= case.today {
        Verdict::Pass
    } else {
        Verdict::fail(Breach::new(
            "privacy.notice_shown_on",
            Shown::Date(shown),
            Shown::Date(case.today),
        ))
    })
}

/// Each kind of sensitive information that is handled, declared or standing in the body, has its ground; where the ground
/// is consent, a consent of its own.
pub(super) fn pi_03(case: &Case, law: &Resolved) -> Checked {
    let body = &case.body;
    let mut kinds = field(body.privacy.sensitive.as_ref(), "privacy.sensitive")?;
    let health = body.apprentice.disability.is_some() || body.safety.health_check_on.is_some();
    if health && !kinds.contains(&Sensitive::Health) {
        kinds.push(Sensitive::Health);
    }
    let mut listed = law.list(params::SENSITIVE_KINDS).or_missing()?;
    listed.extend(law.list(params::SENSITIVE_KINDS_STANDARD).known().unwrap_or_default());
    let standard = law.list(params::SENSITIVE_KINDS_STANDARD).known().unwrap_or_default();
    let mut breaches = Vec::new();
    for kind in kinds
        .into_iter()
        .filter(|kind| listed.iter().any(|code| code == kind.code()))
    {
        let rests_on = if standard.iter().any(|code| code == kind.code()) {
            params::SENSITIVE_KINDS_STANDARD
        } else {
            params::SENSITIVE_KINDS
        };
        let name = || Shown::Words(kind.name().to_owned());
        let entries = body.privacy.consents.iter().enumerate();
        let Some((index, entry)) = entries.into_iter().find(|(_, entry)| entry.kind == Some(kind)) else {
            breaches.push(Breach::new("privacy.consents", name(), Shown::None).by(&[rests_on]));
            continue;
        };
        let at = |name: &str| format!("privacy.consents.{index}.{name}");
        let basis = field(entry.basis.as_ref(), &at("basis"))?;
        field(entry.purpose.as_ref(), &at("purpose"))?;
        if basis == Basis::Consent && !(entry.separate == Some(true) && entry.on.is_some()) {
            breaches.push(Breach::new(at("separate"), name(), Shown::None).by(&[rests_on]));
        }
    }
    Ok(Verdict::of(breaches))
}

pub(super) fn ta_47(case: &Case, law: &Resolved) -> Checked {
    let (apprentice, contract) = (&case.body.apprentice, &case.body.labour_contract);
    let open = contract.kind.is_some() && contract.kind != Some(crate::training::choice::ContractType::Fixed);
    let mut breaches = Vec::new();
    let mut unknown = Vec::new();
    for code in law.list(params::ROSTER_FIELDS).or_missing()? {
        let fields: &[(bool, &str)] = match code.as_str() {
            "name" => &[(apprentice.name.is_some(), "apprentice.name")],
            "sex" => &[(apprentice.sex.is_some(), "apprentice.sex")],
            "id_no" => &[(apprentice.id_no.is_some(), "apprentice.id_no")],
            "addresses" => &[
                (apprentice.household_address.is_some(), "apprentice.household_address"),
                (apprentice.address.is_some(), "apprentice.address"),
            ],
            "contact" => &[(apprentice.phone.is_some(), "apprentice.phone")],
            "employment_form" => &[
                (contract.kind.is_some(), "labour_contract.kind"),
                (contract.dispatch.is_some(), "labour_contract.dispatch"),
            ],
            "start" => &[(contract.start.is_some(), "labour_contract.start")],
            "contract_term" => &[(contract.end.is_some() || open, "labour_contract.end")],
            // A field that this document cannot have: nobody may say that the register is whole.
            _ => {
                unknown.push(Missing::Field(format!("facts.roster.{code}")));
                &[]
            }
        };
        let empty = fields.iter().filter(|(there, _)| !there);
        breaches.extend(empty.map(|(_, key)| Breach::new(*key, Shown::None, Shown::None)));
    }
    Ok(if breaches.is_empty() && !unknown.is_empty() {
        Verdict::Unknown(unknown)
    } else {
        Verdict::of(breaches)
    })
}

/// Ideas that have no place in an agreement with a worker, wherever people write freely.
pub(super) fn ta_48(case: &Case, _: &Resolved) -> Checked {
    let texts = written(case);
    if texts.is_empty() {
        return Err(Missing::Field("training.objectives".to_owned()));
    }
    let mut breaches = Vec::new();
    for (key, text) in texts {
        for hit in law::phrases::builtin().scan(&text) {
            let words = text.get(hit.start..hit.end).unwrap_or(hit.form);
            breaches.push(Breach::new(key.clone(), Shown::Words(words.to_owned()), Shown::None));
        }
    }
    Ok(Verdict::of(breaches))
}

/// Every text that people wrote, by its field.
fn written(case: &Case) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (spec, value) in case.body.values() {
        if !spec.rules.contains(&"TA-48") {
            continue;
        }
        collect(spec.key.to_owned(), &value, &mut texts);
    }
    texts
}

fn collect(key: String, value: &serde_json::Value, texts: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::String(text) => texts.push((key, text.clone())),
        serde_json::Value::Array(entries) => {
            // Sentences of one field are found under the field itself, entries of a list under their own fields.
            for (index, entry) in entries.iter().enumerate() {
                let key = if entry.is_object() {
                    format!("{key}.{index}")
                } else {
                    key.clone()
                };
                collect(key, entry, texts);
            }
        }
        serde_json::Value::Object(fields) => {
            for (name, entry) in fields {
                collect(format!("{key}.{name}"), entry, texts);
            }
        }
        _ => {}
    }
}
