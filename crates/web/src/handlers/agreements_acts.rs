//! What a party does with an agreement. Whatever is refused is said on the agreement's page, with the typed words kept.

use std::collections::BTreeMap;

use agreement::lifecycle::{Party, Settled, SlotRole};
use axum::{extract::Path, http::StatusCode};
use kernel::{AgreementId, Locale, SlotId};
use marketplace::Problem;
use operations::{
    Failure, Refusal,
    agreements::{self, AgreementRefusal, HandedCode, May, ReplaceInput, SignatoryInput},
};
use words::{Qr, Text};

use super::{Answer, Fields, agreements::law, id};
use crate::{
    Failed,
    pages::{AgreementPage, Form, Mistake},
    show::{AgreementShown, code_view},
    visit::Visit,
};

async fn page(visit: &Visit, id: AgreementId, mut shown: AgreementShown) -> Result<AgreementPage, Failed> {
    let view = agreements::view(&visit.app, &visit.cx, &visit.actor, id).await?;
    if view.may.contains(&May::Send) {
        shown.planned = agreements::send_form(&visit.app, &visit.cx, &visit.actor, id).await?;
    }
    let mut page = law(visit).agreement_page(&visit.names(), &view, visit.cx.now, shown);
    let verify = page.verify_code.as_ref().map(|code| format!("/verify/{code}"));
    page.verify_qr = verify.and_then(|path| Qr::of(&visit.absolute(&path)));
    Ok(page)
}

/// `GET /agreements/{id}`
pub(crate) async fn get(visit: Visit, Path(agreement): Path<String>) -> Answer {
    visit.actor.officer()?;
    visit.page(&page(&visit, id(&agreement)?, AgreementShown::default()).await?)
}

/// What a field of the agreement's own forms is called.
fn label(field: &str) -> Text {
    match field.rsplit('.').next().unwrap_or(field) {
        "email" => Text::of("field", "email"),
        "name" => Text::new("agreement.signatory"),
        "document_seen" => Text::new("agreement.check"),
        "earlier_probations" => Text::new("agreement.earlier_probations"),
        _ => Text::new("agreement.words"),
    }
}

/// What was typed with what is wrong with it. `named` says under which name a field of the operation stands in the page.
fn form(fields: &Fields, problems: &[Problem], named: impl Fn(&str) -> String) -> Form {
    let typed: BTreeMap<&str, &str> = fields
        .0
        .iter()
        .map(|(name, words)| (name.as_str(), words.as_str()))
        .collect();
    let mistakes = problems.iter().map(|problem| Mistake {
        field: named(&problem.field),
        label: label(&named(&problem.field)),
        message: words::problem(&problem.code),
    });
    Form::with_mistakes(&typed, mistakes)
}

/// The agreement's page again with what was refused.
async fn again(
    visit: &Visit,
    id: AgreementId,
    fields: &Fields,
    failure: Failure,
    named: impl Fn(&str) -> String,
) -> Answer {
    let (status, refused, problems) = match failure {
        Failure::Invalid(problems) => (StatusCode::UNPROCESSABLE_ENTITY, None, problems),
        Failure::Refused(Refusal::Agreement(refusal)) => {
            let reason_missing = matches!(*refusal, AgreementRefusal::NoReason);
            let status = if reason_missing {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::CONFLICT
            };
            (status, Some(refusal.text()), Vec::new())
        }
        other => return Err(other.into()),
    };
    let shown = AgreementShown {
        refused,
        form: Some(form(fields, &problems, named)),
        ..AgreementShown::default()
    };
    visit.page_with(status, &page(visit, id, shown).await?)
}

/// The agreement's page, saying why something was not done.
pub(super) async fn say(visit: &Visit, id: AgreementId, refused: Text) -> Answer {
    let shown = AgreementShown {
        refused: Some(refused),
        ..AgreementShown::default()
    };
    visit.page_with(StatusCode::CONFLICT, &page(visit, id, shown).await?)
}

fn path(id: AgreementId) -> String {
    format!("/agreements/{id}")
}

/// The agreement's page with codes that are shown this once, or the way back to it where there is none.
async fn with_codes(visit: &Visit, id: AgreementId, codes: &[HandedCode], done: &'static str) -> Answer {
    if codes.is_empty() {
        return Ok(visit.done(&path(id), done));
    }
    let shown = AgreementShown {
        codes: codes
            .iter()
            .map(|code| code_view(code, |path| visit.absolute(path)))
            .collect(),
        ..AgreementShown::default()
    };
    visit.page(&page(visit, id, shown).await?)
}

/// `POST /agreements/{id}/hand-over`
pub(crate) async fn hand_over(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let message = fields.get("hand_over.words");
    match agreements::hand_over(&visit.app, &visit.cx, &visit.actor, id, &message).await {
        Ok(Party::Enterprise | Party::College) => Ok(visit.done(&path(id), "agreement_handed_over")),
        Err(failure) => again(&visit, id, &fields, failure, |_| "hand_over.words".to_owned()).await,
    }
}

/// `POST /agreements/{id}/approve`
pub(crate) async fn approve(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    // A version that cannot be read is none that was seen.
    let seen = fields.get("version").parse().unwrap_or_default();
    match agreements::approve(&visit.app, &visit.cx, &visit.actor, id, seen).await {
        Ok(_) => Ok(visit.done(&path(id), "agreement_approved")),
        Err(failure) => again(&visit, id, &fields, failure, str::to_owned).await,
    }
}

/// `POST /agreements/{id}/reasons`
pub(crate) async fn reason(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let (rule, field, at) = (fields.get("rule"), fields.get("field"), fields.get("at"));
    let words = fields.get(&at);
    match agreements::give_reason(&visit.app, &visit.cx, &visit.actor, id, &rule, &field, &words).await {
        Ok(()) => Ok(visit.done(&format!("{}#findings", path(id)), "agreement_reason")),
        Err(failure) => again(&visit, id, &fields, failure, |_| at.clone()).await,
    }
}

/// `POST /agreements/{id}/check`
pub(crate) async fn check(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let (seen, earlier) = (fields.get("document_seen") == "yes", fields.get("earlier_probations"));
    match agreements::check_apprentice(&visit.app, &visit.cx, &visit.actor, id, seen, &earlier).await {
        Ok(()) => Ok(visit.done(&path(id), "agreement_checked")),
        Err(failure) => again(&visit, id, &fields, failure, str::to_owned).await,
    }
}

/// `POST /agreements/{id}/send`
pub(crate) async fn send(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let sent_of = |role: &SlotRole, what: &str| fields.get(&format!("{}.{what}", role.code()));
    let asked = SlotRole::ALL.iter().filter(|role| {
        let own = format!("{}.", role.code());
        fields.0.iter().any(|(name, _)| name.starts_with(&own))
    });
    let signatories: Vec<SignatoryInput> = asked
        .map(|role| SignatoryInput {
            role: *role,
            name: sent_of(role, "name"),
            email: sent_of(role, "email"),
            by_code: sent_of(role, "by_code") == "yes",
            language: Locale::from_code(&sent_of(role, "language")),
        })
        .collect();
    match agreements::send(&visit.app, &visit.cx, &visit.actor, id, &signatories).await {
        Ok(sent) => with_codes(&visit, id, &sent.codes, "agreement_sent").await,
        Err(failure) => again(&visit, id, &fields, failure, str::to_owned).await,
    }
}

/// `POST /agreements/{id}/recall`
pub(crate) async fn recall(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let reason = fields.get("recall.words");
    match agreements::recall(&visit.app, &visit.cx, &visit.actor, id, &reason).await {
        Ok(settled) => Ok(visit.done(&path(id), settled_key(&settled))),
        Err(failure) => again(&visit, id, &fields, failure, |_| "recall.words".to_owned()).await,
    }
}

/// `POST /agreements/{id}/agree`
pub(crate) async fn agree(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    match agreements::agree(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(settled) => Ok(visit.done(&path(id), settled_key(&settled))),
        Err(failure) => again(&visit, id, &fields, failure, str::to_owned).await,
    }
}

/// `POST /agreements/{id}/object`
pub(crate) async fn object(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    match agreements::object(&visit.app, &visit.cx, &visit.actor, id).await {
        Ok(()) => Ok(visit.done(&path(id), "agreement_objected")),
        Err(failure) => again(&visit, id, &fields, failure, str::to_owned).await,
    }
}

/// `POST /agreements/{id}/void`
pub(crate) async fn void(visit: Visit, Path(agreement): Path<String>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let id = id(&agreement)?;
    let reason = fields.get("void.words");
    match agreements::void(&visit.app, &visit.cx, &visit.actor, id, &reason).await {
        Ok(()) => Ok(visit.done(&path(id), "agreement_voided")),
        Err(failure) => again(&visit, id, &fields, failure, |_| "void.words".to_owned()).await,
    }
}

/// What the page of a slot needs: the agreement, and the slot.
fn slot_at(agreement: &str, slot: &str) -> Result<(AgreementId, SlotId), Failed> {
    Ok((id(agreement)?, id(slot)?))
}

/// `POST /agreements/{id}/slots/{slot}/address`
pub(crate) async fn address(visit: Visit, Path((agreement, slot)): Path<(String, String)>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let (id, slot) = slot_at(&agreement, &slot)?;
    let typed = |what: &str| fields.get(&format!("{slot}.{what}"));
    let input = ReplaceInput {
        name: typed("name"),
        email: typed("email"),
        by_code: typed("by_code") == "yes",
    };
    match agreements::replace(&visit.app, &visit.cx, &visit.actor, id, slot, &input).await {
        Ok(sent) => with_codes(&visit, id, &sent.codes, "agreement_replaced").await,
        Err(failure) => again(&visit, id, &fields, failure, |field| format!("{slot}.{field}")).await,
    }
}

/// `POST /agreements/{id}/slots/{slot}/again`
pub(crate) async fn ask_again(visit: Visit, Path((agreement, slot)): Path<(String, String)>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let (id, slot) = slot_at(&agreement, &slot)?;
    match agreements::ask_again(&visit.app, &visit.cx, &visit.actor, id, slot).await {
        Ok((_, codes)) => with_codes(&visit, id, &codes, "agreement_asked_again").await,
        Err(failure) => again(&visit, id, &fields, failure, str::to_owned).await,
    }
}

/// `POST /agreements/{id}/slots/{slot}/code`
pub(crate) async fn new_code(visit: Visit, Path((agreement, slot)): Path<(String, String)>, fields: Fields) -> Answer {
    visit.actor.officer()?;
    let (id, slot) = slot_at(&agreement, &slot)?;
    match agreements::new_code(&visit.app, &visit.cx, &visit.actor, id, slot).await {
        Ok(code) => with_codes(&visit, id, &[code], "agreement_asked_again").await,
        Err(failure) => again(&visit, id, &fields, failure, str::to_owned).await,
    }
}

/// What is said of a proposal that was made or agreed to.
const fn settled_key(settled: &Settled) -> &'static str {
    match settled {
        Settled::WaitingFor(_) => "agreement_proposed",
        Settled::Done => "agreement_settled",
    }
}
