//! Letters about an agreement that holds, to its parties and to everybody who signed it.

use agreement::lifecycle::{Notice, SlotRole, State, Told};
use kernel::{Date, EmailAddress, Locale};
use mail::{
    AgreementCompleted, AgreementPaused, AgreementResumed, AgreementTerminated, ChangeAgreed, ChangeBy, ChangeDropped,
    ChangeProposed, LinkPath,
};

use super::{
    notices::sign_as,
    running::told_as_party,
    work::{KEPT_DAYS, News, Work},
};
use crate::{Actor, Result, letters};

/// Somebody who is told.
struct Addressee {
    to: EmailAddress,
    language: Locale,
    role: SlotRole,
    path: LinkPath,
}

impl Work<'_> {
    /// Tells a party or a signatory of something that is proposed, agreed to, dropped or decided.
    pub(super) async fn tell_running(&mut self, told: Told, notice: Notice, news: &News) -> Result<()> {
        let addressees = match told {
            Told::Party(party) => {
                let (path, role) = (self.page(), SlotRole::from(party));
                let readers = self.readers(party).await?;
                let to = |(to, language)| Addressee {
                    to,
                    language,
                    role,
                    path: path.clone(),
                };
                readers.into_iter().map(to).collect()
            }
            Told::Slot(slot) => self.signed_at(slot).await?.into_iter().collect::<Vec<_>>(),
        };
        for addressee in addressees {
            self.write_running(addressee, notice, news).await?;
        }
        Ok(())
    }

    /// Whoever signed at a slot, with a link that leads back for long: it is the way by which they answer. An officer who
    /// cares for the agreement at the party reads the party's letter, and no second one.
    async fn signed_at(&mut self, slot: kernel::SlotId) -> Result<Option<Addressee>> {
        let found = self.agreement().slots().and_then(|slots| slots.find(slot)).cloned();
        let Some(found) = found.filter(agreement::lifecycle::Slot::is_signed) else {
            return Ok(None);
        };
        let agreement::lifecycle::Channel::Email { address } = found.channel else {
            return Ok(None);
        };
        if let Some(party) = told_as_party(found.role)
            && self
                .readers(party)
                .await?
                .iter()
                .any(|(carer, _)| carer.key() == address.key())
        {
            return Ok(None);
        }
        let (path, _) = self.link(slot, KEPT_DAYS, false).await?;
        Ok(Some(Addressee {
            to: address,
            language: found.language,
            role: found.role,
            path: LinkPath::new(&path),
        }))
    }

    /// Who acts now.
    async fn acts_now(&mut self, news: &News) -> Result<ChangeBy> {
        if let Some(signatory) = &news.signatory {
            return Ok(signatory.clone());
        }
        let acting = self.actor.person().and_then(|person| person.acting.as_ref());
        Ok(match (acting, self.actor) {
            (Some(acting), _) => ChangeBy::Organisation {
                name: acting.organisation_name.clone(),
            },
            (None, Actor::Person(_) | Actor::Command) => ChangeBy::Operator,
            (None, _) => ChangeBy::Organisation {
                name: self.title().await?.enterprise,
            },
        })
    }

    async fn write_running(&mut self, addressee: Addressee, notice: Notice, news: &News) -> Result<()> {
        let Addressee {
            to,
            language,
            role,
            path,
        } = addressee;
        let agreement = self.title().await?;
        let now = self.acts_now(news).await?;
        // They read it, whatever language somebody acts in.
        let cx = self.cx.read_in(language);
        let (app, cx) = (self.app, &cx);
        if notice == Notice::Completed {
            let Some(on) = self.completed_on() else { return Ok(()) };
            let letter = AgreementCompleted { agreement, on, path };
            return letters::post(app, cx, &mut self.tx, &to, &letter).await;
        }
        let Some(change) = news.change.clone() else {
            return Ok(());
        };
        let by = news.proposer.clone().unwrap_or_else(|| now.clone());
        let waits: Vec<SlotRole> = match self.agreement().proposal() {
            Some(proposal) => proposal.waiting_for().collect(),
            None => Vec::new(),
        };
        let asked = waits.contains(&role);
        match notice {
            Notice::Proposed => {
                let letter = ChangeProposed {
                    agreement,
                    by,
                    change,
                    asked,
                    path,
                };
                letters::post(app, cx, &mut self.tx, &to, &letter).await
            }
            Notice::Agreed(_) => {
                let letter = ChangeAgreed {
                    agreement,
                    by: now,
                    change,
                    waits_for: waits.into_iter().map(sign_as).collect(),
                    asked,
                    path,
                };
                letters::post(app, cx, &mut self.tx, &to, &letter).await
            }
            Notice::Objected => {
                let letter = ChangeDropped {
                    agreement,
                    taken_back: news.proposer.as_ref() == Some(&now),
                    by: now,
                    change,
                    path,
                };
                letters::post(app, cx, &mut self.tx, &to, &letter).await
            }
            Notice::Suspended => {
                let letter = AgreementPaused {
                    agreement,
                    by,
                    change,
                    path,
                };
                letters::post(app, cx, &mut self.tx, &to, &letter).await
            }
            Notice::Resumed => {
                let letter = AgreementResumed {
                    agreement,
                    by,
                    change,
                    path,
                };
                letters::post(app, cx, &mut self.tx, &to, &letter).await
            }
            Notice::Terminated => {
                let letter = AgreementTerminated {
                    agreement,
                    by,
                    change,
                    agreed: self.ended_by_agreement(),
                    path,
                };
                letters::post(app, cx, &mut self.tx, &to, &letter).await
            }
            // Everything else happens before an agreement holds, and has letters of its own.
            _ => Ok(()),
        }
    }

    fn completed_on(&self) -> Option<Date> {
        match self.agreement().state() {
            State::Completed(completed) => Some(completed.on),
            _ => None,
        }
    }

    fn ended_by_agreement(&self) -> bool {
        match self.agreement().state() {
            State::Terminated(terminated) => !terminated.termination.ground.is_unilateral(),
            _ => false,
        }
    }
}
