//! Who is told what by letter. Every letter goes into the outbox in the transaction of the fact it reports.

use std::collections::BTreeSet;

use agreement::lifecycle::{
    Channel, Notice, Party, Proposed, Slot, SlotRole, SlotState, Slots, Stage, State, Told, VoidReason,
};
use kernel::{Date, EmailAddress, Locale, OrganisationId, SlotId, Timestamp, to_hex};
use mail::{
    AgreementApproved, AgreementChanged, AgreementReady, AgreementRecalled, AgreementTitle, AgreementVoided,
    AgreementWithYou, AllSigned, LinkPath, PleaseSign, Reader, RecallAsked, RecallDropped, Remaining, SignAs,
    SignDeclined, SignExpired, SignMoved, SignReminder, SignedBy, SignedSlot, Voiding,
};
use marketplace::Role;
use storage::{Member, OpenAgreement, Reads};

use super::work::{self, KEPT_DAYS, News, Work};
use crate::{Failure, Result, letters};

/// As whom a letter says that somebody signs.
pub(super) const fn sign_as(role: SlotRole) -> SignAs {
    match role {
        SlotRole::Enterprise => SignAs::Enterprise,
        SlotRole::College => SignAs::College,
        SlotRole::Apprentice => SignAs::Apprentice,
        SlotRole::Guardian => SignAs::Guardian,
    }
}

/// The name of an organisation.
pub(crate) async fn organisation_name(tx: &mut Reads, id: OrganisationId) -> Result<String> {
    let found = tx.organisations().find(id).await?.ok_or(Failure::NotFound)?;
    Ok(found.into_inner().profile.name)
}

/// The slot as letters tell it: of the present round, or of a past one.
fn find(work: &Work<'_>, slot: SlotId) -> Result<Slot> {
    let found = work::slot_of(work.agreement(), slot).ok_or(Failure::NotFound)?;
    Ok(found.1.clone())
}

/// The slots of the present round, or of the one that ended last.
fn slots<'a>(work: &'a Work<'_>) -> Option<&'a Slots> {
    let agreement = work.agreement();
    agreement
        .slots()
        .or_else(|| agreement.past_rounds().last().map(|round| &round.slots))
}

impl Work<'_> {
    /// Which agreement a letter is about.
    pub(super) async fn title(&mut self) -> Result<AgreementTitle> {
        if let Some(title) = &self.title {
            return Ok(title.clone());
        }
        let draft = work::draft(&mut self.tx, &self.open).await?.into_inner();
        let typed = |key: &str| draft.get(key).map(str::trim).unwrap_or_default().to_owned();
        let parties = *self.agreement().parties();
        let college = match parties.college {
            Some(college) => Some(organisation_name(&mut self.tx, college).await?),
            None => None,
        };
        let title = AgreementTitle {
            number: match self.open.head().number.as_str() {
                "" => "—".to_owned(),
                number => number.to_owned(),
            },
            apprentice: typed("apprentice.name"),
            post: typed("post.name"),
            enterprise: organisation_name(&mut self.tx, parties.enterprise).await?,
            college,
        };
        self.title = Some(title.clone());
        Ok(title)
    }

    /// The organisation that acts; where a signatory or a job does, the enterprise.
    async fn acting(&mut self, news: &News) -> Result<String> {
        let own = self.actor.person().and_then(|person| person.acting.as_ref());
        match (&news.by, own) {
            (Some(by), _) => Ok(by.clone()),
            (None, Some(acting)) => Ok(acting.organisation_name.clone()),
            (None, None) => Ok(self.title().await?.enterprise),
        }
    }

    fn officer_name(&self) -> Option<String> {
        let person = self.actor.person().filter(|person| person.acting.is_some());
        person.map(|person| person.name.clone())
    }

    pub(super) fn page(&self) -> LinkPath {
        LinkPath::new(&format!("/agreements/{}", self.agreement().id()))
    }

    /// Whether the actor's organisation looks after whoever signs in that role. A code lets whoever has it sign: nobody else
    /// is shown it.
    fn looks_after(&self, role: SlotRole) -> bool {
        let parties = self.agreement().parties();
        let side = match role.side() {
            Party::Enterprise => Some(parties.enterprise),
            Party::College => parties.college,
        };
        side.is_some() && self.actor.organisation() == side
    }

    /// Asks a signatory to sign: by letter, or with a code that the actor hands over.
    pub(super) async fn ask(&mut self, slot: SlotId, news: &News) -> Result<()> {
        let found = find(self, slot)?;
        let SlotState::Open { deadline, .. } = found.state else {
            return Ok(());
        };
        let address = match &found.channel {
            Channel::Email { address } => address.clone(),
            // Whoever looks after the slot makes a code when the signatory stands before them.
            Channel::Code if !news.shows_codes || !self.looks_after(found.role) => return Ok(()),
            Channel::Code => return self.hand_code(slot).await,
        };
        let letter = PleaseSign {
            name: found.name,
            sign_as: sign_as(found.role),
            agreement: self.title().await?,
            organisation: self.acting(news).await?,
            officer: self.officer_name(),
            deadline,
            extended: news.extended,
            path: self.letter_link(slot).await?,
        };
        let cx = self.cx.read_in(found.language);
        letters::post(self.app, &cx, &mut self.tx, &address, &letter).await
    }

    /// Tells whoever was asked at the address of a slot that it is another from now on.
    pub(super) async fn tell_moved(&mut self, before: &Slot) -> Result<()> {
        let Channel::Email { address } = &before.channel else {
            return Ok(());
        };
        let letter = SignMoved {
            name: before.name.clone(),
            sign_as: sign_as(before.role),
            agreement: self.title().await?,
            organisation: self.acting(&News::default()).await?,
            officer: self.officer_name(),
            path: LinkPath::new("/"),
        };
        let cx = self.cx.read_in(before.language);
        letters::post(self.app, &cx, &mut self.tx, address, &letter).await
    }

    /// Asks a signatory again.
    pub(super) async fn remind(&mut self, slot: SlotId, news: &News) -> Result<()> {
        let found = find(self, slot)?;
        let (
            SlotState::Open {
                deadline,
                reminders,
                since,
                ..
            },
            Channel::Email { address },
        ) = (&found.state, &found.channel)
        else {
            return Ok(());
        };
        let letter = SignReminder {
            name: found.name.clone(),
            sign_as: sign_as(found.role),
            agreement: self.title().await?,
            organisation: self.acting(news).await?,
            officer: None,
            nth: *reminders,
            last_asked: news.last_asked.unwrap_or(*since),
            deadline: *deadline,
            path: self.letter_link(slot).await?,
        };
        let cx = self.cx.read_in(found.language);
        letters::post(self.app, &cx, &mut self.tx, address, &letter).await
    }

    /// Tells a party or a signatory.
    pub(super) async fn tell(&mut self, told: Told, notice: Notice, news: &News) -> Result<()> {
        if news.change.is_some() || notice == Notice::Completed {
            return self.tell_running(told, notice, news).await;
        }
        match told {
            Told::Party(party) => {
                let path = self.page();
                for (address, language) in self.readers(party).await? {
                    self.write((&address, language), notice, news, Reader::Party, path.clone())
                        .await?;
                }
                Ok(())
            }
            Told::Slot(slot) => {
                let found = find(self, slot)?;
                let Channel::Email { address } = &found.channel else {
                    return Ok(());
                };
                let days = if notice == Notice::AllSigned { KEPT_DAYS } else { 30 };
                let (path, _) = self.link(slot, days, false).await?;
                let reader = match found.signature() {
                    Some(signature) => Reader::Signed { at: signature.at },
                    None => Reader::Asked,
                };
                let to = (address, found.language);
                self.write(to, notice, news, reader, LinkPath::new(&path)).await
            }
        }
    }

    async fn write(
        &mut self,
        (to, language): (&EmailAddress, Locale),
        notice: Notice,
        news: &News,
        reader: Reader,
        path: LinkPath,
    ) -> Result<()> {
        let agreement = self.title().await?;
        let by = self.acting(news).await?;
        // Nobody gets a letter in the language of whoever acts: they read it.
        let cx = self.cx.read_in(language);
        let (app, cx) = (self.app, &cx);
        match notice {
            Notice::WithYou => {
                let message = news.message.clone();
                let letter = AgreementWithYou {
                    agreement,
                    by,
                    message,
                    path,
                };
                letters::post(app, cx, &mut self.tx, to, &letter).await
            }
            Notice::Changed => {
                let fields = news.fields.clone();
                let letter = AgreementChanged {
                    agreement,
                    by,
                    fields,
                    path,
                };
                letters::post(app, cx, &mut self.tx, to, &letter).await
            }
            Notice::Approved => {
                let letter = AgreementApproved { agreement, by, path };
                letters::post(app, cx, &mut self.tx, to, &letter).await
            }
            Notice::Ready => {
                let letter = AgreementReady { agreement, by, path };
                letters::post(app, cx, &mut self.tx, to, &letter).await
            }
            Notice::Recalled => {
                let reason = news.reason.clone();
                let letter = AgreementRecalled {
                    agreement,
                    by,
                    reason,
                    reader,
                    path,
                };
                letters::post(app, cx, &mut self.tx, to, &letter).await
            }
            Notice::Signed(role) => match self.signed_by(role, agreement, path) {
                Some(letter) => letters::post(app, cx, &mut self.tx, to, &letter).await,
                None => Ok(()),
            },
            Notice::Declined(role) => match self.declined(role, agreement, reader, path) {
                Some(letter) => letters::post(app, cx, &mut self.tx, to, &letter).await,
                None => Ok(()),
            },
            Notice::Expired(role) => match self.expired(role, news, agreement, path) {
                Some(letter) => letters::post(app, cx, &mut self.tx, to, &letter).await,
                None => Ok(()),
            },
            Notice::Voided => match self.voiding(by) {
                Some(voiding) => {
                    let letter = AgreementVoided {
                        agreement,
                        voiding,
                        reader,
                        path,
                    };
                    letters::post(app, cx, &mut self.tx, to, &letter).await
                }
                None => Ok(()),
            },
            Notice::AllSigned => match self.all_signed(agreement, path) {
                Some(letter) => letters::post(app, cx, &mut self.tx, to, &letter).await,
                None => Ok(()),
            },
            Notice::Proposed => match self.agreement().proposal().map(|proposal| proposal.of.clone()) {
                Some(Proposed::Recall { reason }) => {
                    let letter = RecallAsked {
                        agreement,
                        by,
                        reason,
                        reader,
                        path,
                    };
                    letters::post(app, cx, &mut self.tx, to, &letter).await
                }
                // Other proposals have no page yet.
                _ => Ok(()),
            },
            Notice::Objected => {
                let own = self.actor.person().and_then(|person| person.acting.as_ref());
                let letter = RecallDropped {
                    agreement,
                    taken_back: own.is_some_and(|acting| acting.organisation_name == by),
                    by,
                    reader,
                    path,
                };
                letters::post(app, cx, &mut self.tx, to, &letter).await
            }
            // Of an agreement that runs other letters tell.
            Notice::Agreed(_) | Notice::Suspended | Notice::Resumed | Notice::Completed | Notice::Terminated => Ok(()),
        }
    }

    fn signed_by(&self, role: SlotRole, agreement: AgreementTitle, path: LinkPath) -> Option<SignedBy> {
        let slots = slots(self)?;
        let signed = slots.signed().find(|slot| slot.role == role)?;
        let waiting = slots.standing().filter(|slot| slot.required && !slot.is_signed());
        let next = waiting.map(|slot| Remaining {
            name: slot.name.clone(),
            sign_as: sign_as(slot.role),
            deadline: match slot.state {
                SlotState::Open { deadline, .. } => Some(deadline),
                _ => None,
            },
        });
        Some(SignedBy {
            agreement,
            name: signed.name.clone(),
            sign_as: sign_as(role),
            at: signed.signature()?.at,
            next: next.collect(),
            path,
        })
    }

    fn declined(
        &self,
        role: SlotRole,
        agreement: AgreementTitle,
        reader: Reader,
        path: LinkPath,
    ) -> Option<SignDeclined> {
        let (name, reason) = slots(self)?.all().iter().find_map(|slot| match &slot.state {
            SlotState::Declined { reason, .. } if slot.role == role => Some((slot.name.clone(), reason.clone())),
            _ => None,
        })?;
        Some(SignDeclined {
            agreement,
            name,
            sign_as: sign_as(role),
            reason,
            ended: self.agreement().stage() == Stage::Voided,
            reader,
            path,
        })
    }

    fn expired(&self, role: SlotRole, news: &News, agreement: AgreementTitle, path: LinkPath) -> Option<SignExpired> {
        let State::Signing(round) = self.agreement().state() else {
            return None;
        };
        let (slot, at) = round.slots.standing().find_map(|slot| match slot.state {
            SlotState::Expired { at } if slot.role == role => Some((slot, at)),
            _ => None,
        })?;
        Some(SignExpired {
            agreement,
            name: slot.name.clone(),
            sign_as: sign_as(role),
            deadline: news.deadline.unwrap_or(at),
            extensions_left: round.cadence.extensions.saturating_sub(slot.extensions),
            lapses_at: slot.required.then(|| at.plus_days(round.cadence.deadline_days)),
            path,
        })
    }

    fn voiding(&self, by: String) -> Option<Voiding> {
        let State::Voided(voided) = self.agreement().state() else {
            return None;
        };
        match &voided.reason {
            VoidReason::Withdrawn { reason } => {
                let reason = reason.clone();
                let of_party = self.actor.person().is_some_and(|person| person.acting.is_some());
                Some(if of_party {
                    Voiding::Withdrawn { by, reason }
                } else {
                    Voiding::Operator { reason }
                })
            }
            VoidReason::Lapsed { slot } => {
                let (_, slot) = work::slot_of(self.agreement(), *slot)?;
                Some(Voiding::Lapsed {
                    name: slot.name.clone(),
                    sign_as: sign_as(slot.role),
                })
            }
            // A refusal is told by the letter of the one who declined.
            VoidReason::Refused { .. } => None,
        }
    }

    fn all_signed(&self, agreement: AgreementTitle, path: LinkPath) -> Option<AllSigned> {
        let running = self.agreement().running()?;
        let mut signed: Vec<(Timestamp, &Slot)> = running
            .slots
            .signed()
            .filter_map(|slot| Some((slot.signature()?.at, slot)))
            .collect();
        signed.sort_by_key(|(at, slot)| (*at, slot.order, slot.role));
        let verify_code = self.open.head().verify_code.clone();
        Some(AllSigned {
            agreement,
            effective_on: running.since,
            signatures: signed
                .into_iter()
                .map(|(at, slot)| SignedSlot {
                    name: slot.name.clone(),
                    sign_as: sign_as(slot.role),
                    at,
                })
                .collect(),
            verify_path: LinkPath::new(&format!("/verify/{verify_code}")),
            verify_code,
            content_hash: to_hex(running.frozen.hash.bytes()),
            path,
        })
    }

    /// Where those read who care for the agreement at a party, each address once, and in which language.
    pub(super) async fn readers(&mut self, party: Party) -> Result<Vec<(EmailAddress, Locale)>> {
        let members = carers(&mut self.tx, &self.open, party, self.cx.today()).await?;
        let read = members
            .into_iter()
            .filter_map(|member| Some((member.email?, member.language)));
        let mut seen = BTreeSet::new();
        Ok(read.filter(|(address, _)| seen.insert(address.key())).collect())
    }
}

/// Who cares for the agreement at a party: those of its members who did something in it; else its admins; else all. Only
/// members with an address.
pub(crate) async fn carers(tx: &mut Reads, open: &OpenAgreement, party: Party, today: Date) -> Result<Vec<Member>> {
    let parties = *open.get().parties();
    let organisation = match party {
        Party::Enterprise => parties.enterprise,
        Party::College => parties.college.ok_or(Failure::NotFound)?,
    };
    let id = open.get().id();
    let events = tx.agreement_events().of_agreement(id, Some(open.key())).await?;
    let involved: BTreeSet<String> = events
        .iter()
        .filter(|told| told.event.actor == party.code())
        .filter_map(|told| {
            let by = told.details.as_ref()?.fields.value().get("by")?;
            Some(by.get("person")?.as_str()?.to_owned())
        })
        .collect();
    let mut members = tx.memberships().of_organisation(organisation, Some(today)).await?;
    members.retain(|member| member.email.is_some());
    let involved = |member: &Member| involved.contains(&member.membership.person.to_string());
    let admin = |member: &Member| member.membership.role == Role::Admin;
    if members.iter().any(involved) {
        members.retain(involved);
    } else if members.iter().any(admin) {
        members.retain(admin);
    }
    Ok(members)
}
