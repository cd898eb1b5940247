//! What signatories do at their place beside signing: they decline, answer a proposal, or ask for their letter again.

use std::fmt;

use agreement::lifecycle::{Channel, Declining, Method, Notice, Told, Wish};
use serde_json::json;

use super::{
    ending::signs_as,
    negotiate::words,
    refusal::AgreementRefusal,
    review::body_of,
    send::news_of_proposal,
    sign::{SignInput, SignKey, begin, find_link, identity, is_the_person, limit, origin},
    work::{self, News, Note, Work, slot_of},
};
use crate::{Actor, App, Cx, Failure, Result, accounts, compiled_here};

/// What a signatory sends who will not sign. Its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct DeclineInput {
    /// Their name, typed.
    pub name: String,
    /// The last four characters of their identity number, typed.
    pub id_last_four: String,
    /// Why.
    pub reason: String,
    /// What they would have instead.
    pub wish: Wish,
    /// The program they used, as it names itself.
    pub user_agent: String,
}

impl fmt::Debug for DeclineInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeclineInput(..)")
    }
}

/// Declines to sign. Everybody is told, those who signed too.
#[compiled_here]
pub async fn decline<'a>(app: &'a App, cx: &Cx, actor: &Actor, key: SignKey<'a>, input: &DeclineInput) -> Result<()> {
    let reason = words("reason", &input.reason)?;
    limit(app, cx, actor, "decline", key).await?;
    let (mut work, signatory) = begin(app, cx, actor, key).await?;
    let (version, slot) = slot_of(work.agreement(), signatory.slot()).ok_or(Failure::NotFound)?;
    let slot = slot.clone();
    let declining = Declining {
        by: signatory.acts_as(),
        slot: slot.id,
        reason: reason.clone(),
        wish: input.wish,
        at: cx.now,
    };
    // Why it cannot be declined at all comes before what was typed wrong.
    let _ = work.agreement().clone().decline(declining.clone())?;
    // A letter is forwarded more easily than a name and a number are known: nobody declines for another.
    let content = work.tx.agreement_versions().find(work.open.key(), version).await?;
    let body = body_of(&content.ok_or(Failure::NotFound)?)?;
    let typed = SignInput {
        name: input.name.clone(),
        id_last_four: input.id_last_four.clone(),
        ..SignInput::default()
    };
    if signatory.method() != Method::Login && !is_the_person(&typed, &slot, &body) {
        return Err(AgreementRefusal::NotThePerson.into());
    }
    let wish = match input.wish {
        Wish::Change => "change",
        Wish::Refuse => "refuse",
    };
    let how = json!({ "method": signatory.method().code(), "shown": identity(&signatory, &slot) });
    let note = Note::of(json!({ "reason": reason, "wish": wish, "identity": how }));
    let note = note.with_origin(origin(cx, actor, &signatory, &slot, &input.user_agent));
    let (work, ()) = work.act(note, |agreement| agreement.decline(declining)).await?;
    let more = json!({ "slot": slot.id, "role": slot.role.code(), "wish": wish });
    work.commit("decline_agreement", more).await?;
    Ok(())
}

/// Who signed answers a party that asks to take the agreement back, or what is proposed of one that holds. Agreeing to an
/// end is an act of its own: it cannot be undone.
#[compiled_here]
pub async fn answer<'a>(app: &'a App, cx: &Cx, actor: &Actor, key: SignKey<'a>, agrees: bool) -> Result<()> {
    limit(app, cx, actor, "answer", key).await?;
    let (mut work, signatory) = begin(app, cx, actor, key).await?;
    let mut news = news_of_proposal(&mut work).await?;
    let (_, slot) = slot_of(work.agreement(), signatory.slot()).ok_or(Failure::NotFound)?;
    let slot = slot.clone();
    if agrees && matches!(news.change, Some(mail::Change::End { .. })) {
        return Err(AgreementRefusal::NotThePerson.into());
    }
    news.signatory = Some(signs_as(&mut work, &slot).await?);
    let note = Note::default().with_origin(origin(cx, actor, &signatory, &slot, ""));
    let note = note.telling(news);
    let by = signatory.acts_as();
    let work = if agrees {
        work.act(note, |agreement| agreement.agree(by, cx.now)).await?.0
    } else {
        work.act(note, |agreement| agreement.object(by, cx.now)).await?.0
    };
    let more = json!({ "slot": signatory.slot(), "agrees": agrees });
    work.commit("answer_proposal", more).await?;
    Ok(())
}

/// A new letter with a new link, to the address that the slot has, for whoever comes with a link that has expired. One
/// that was replaced leads nowhere, and the answer does not say where the new one went.
#[compiled_here]
pub async fn send_link_again(app: &App, cx: &Cx, key: &str) -> Result<()> {
    accounts::limit(app, cx, "sign_link_again", &cx.client, 10, 60).await?;
    let mut tx = app.db().read().await?;
    let link = find_link(&mut tx, key).await?;
    drop(tx);
    if link.revoked_at.is_some() {
        return Err(crate::access::DeadLink::Revoked.into());
    }
    accounts::limit(app, cx, "sign_link_again", &link.slot.to_string(), 3, 24 * 60).await?;
    let mut work = Work::open(app, cx, &Actor::Stranger, link.agreement).await?;
    let (_, slot) = slot_of(work.agreement(), link.slot).ok_or(Failure::NotFound)?;
    let (open, held) = (slot.is_open(), work::is_held(work.agreement(), slot));
    if slot.channel == Channel::Code || !(open || held) {
        return Err(crate::access::DeadLink::Expired.into());
    }
    if open {
        work.ask(link.slot, &News::default()).await?;
    } else {
        // Training takes years: whoever signed finds the way back, to read, to answer and to end it.
        work.tell(Told::Slot(link.slot), Notice::AllSigned, &News::default())
            .await?;
    }
    work.commit("send_link_again", json!({ "slot": link.slot })).await?;
    Ok(())
}
