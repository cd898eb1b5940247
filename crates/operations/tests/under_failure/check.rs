//! What has to be true of everything that is stored, whatever failed.

use std::collections::{BTreeMap, BTreeSet};

use agreement::{
    evidence::{Details, Event, Export, PublicKey, Seal, TrustedKeys, Verdict, verify_file},
    lifecycle::Agreement,
};
use kernel::{AgreementId, LetterId, OrganisationId, Timestamp};
use storage::{AuditEntry, FoundAgreement, Letter, Page, QueueStatus, Read, SlotRecord, ToldEvent, Tx};

use crate::{
    life::entry,
    oracle::{Expected, LETTERS, Oracle, settle_refusal},
    town::{Side, Town, subject_of},
};

const EVERYTHING: Page = Page::first(1_000_000);

/// The letters of the outbox as they were seen from day to day: the nightly job forgets what is old.
#[derive(Default)]
pub(crate) struct Outbox(BTreeMap<LetterId, Letter>);

impl Outbox {
    /// Notes what stands in the outbox now. No letter ever changes whom it is to or what it is.
    pub(crate) async fn read(&mut self, town: &Town) {
        let mut tx = town.db().read().await.unwrap();
        for status in QueueStatus::ALL {
            for letter in tx.outbox().list(status, EVERYTHING).await.unwrap() {
                let known = self.0.insert(letter.id, letter.clone());
                let same = |known: &Letter| (&known.recipient, &known.subject) == (&letter.recipient, &letter.subject);
                assert!(known.as_ref().is_none_or(same), "{known:?} is {letter:?} now");
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Every letter left.
    pub(crate) fn all_left(&self, town: &Town) {
        for letter in self.0.values() {
            assert_eq!(letter.status, QueueStatus::Done, "{letter:?}");
            assert!(town.arrived(letter.id), "{letter:?} left and did not arrive");
        }
    }

    fn about(&self, subject: &str) -> BTreeMap<(String, String), u64> {
        let mut letters = BTreeMap::new();
        let about = self.0.values().filter(|letter| letter.subject.ends_with(subject));
        let about = about.filter(|letter| LETTERS.contains(&letter.name.as_str()));
        for letter in about {
            *letters
                .entry((letter.recipient.as_str().to_owned(), letter.name.clone()))
                .or_default() += 1;
        }
        letters
    }
}

/// Everything that is stored of one agreement.
pub(crate) struct Stored {
    pub(crate) number: String,
    pub(crate) enterprise: OrganisationId,
    pub(crate) agreement: Agreement,
    next_at: Option<Timestamp>,
    told: Vec<ToldEvent>,
    events: Vec<Event>,
    slots: Vec<SlotRecord>,
    seals: Vec<Seal>,
    audit: Vec<AuditEntry>,
    exports: BTreeMap<u32, Export>,
}

async fn read(tx: &mut Tx<Read>, town: &Town, id: AgreementId, trusted: &TrustedKeys) -> Stored {
    let found = tx.agreements().find(id, &town.keys).await.unwrap();
    let open = found.and_then(FoundAgreement::open).expect("nobody erases anything");
    let (agreement, head) = (open.get().clone(), open.head().clone());
    let told = tx.agreement_events().of_agreement(id, Some(open.key())).await.unwrap();
    let events: Vec<Event> = told.iter().map(|told| told.event.clone()).collect();
    let details: Vec<Option<Details>> = told.iter().map(|told| told.details.clone()).collect();
    let seals = tx.agreement_seals().of_agreement(id).await.unwrap();
    let keys: Vec<PublicKey> = seals
        .iter()
        .map(|seal| {
            trusted
                .find(seal.statement.key)
                .expect("a key of this platform")
                .public_key
        })
        .collect();
    let mut exports = BTreeMap::new();
    for version in 1..=agreement.content_version() {
        let content = tx.agreement_versions().find(open.key(), version).await.unwrap();
        if let Some(content) = content {
            // A seal is of the version that was signed, which is the last.
            let last = agreement.frozen().is_some_and(|frozen| frozen.version == version);
            let seals = if last { seals.clone() } else { Vec::new() };
            let keys = if seals.is_empty() { &[][..] } else { &keys };
            let export = Export::new(content, events.clone(), details.clone(), seals, keys);
            exports.insert(version, export);
        }
    }
    Stored {
        number: head.number,
        enterprise: head.parties.enterprise,
        agreement,
        next_at: head.next_at,
        told,
        events,
        slots: tx.agreements().slots(id).await.unwrap(),
        seals,
        audit: tx.audit().of_object(id.uuid(), 1_000_000).await.unwrap(),
        exports,
    }
}

impl Stored {
    fn said(&self) -> String {
        let acts = self.events.iter().map(|event| format!("{} {}", event.actor, event.act));
        let acts: Vec<String> = acts.collect();
        format!("{} {}: {}", self.number, self.agreement.stage().code(), acts.join(", "))
    }

    fn expected(&self, enterprise: &Side, college: Option<&Side>) -> Expected {
        let college = college.map(|college| college.address.as_str());
        let oracle = Oracle::new(&self.agreement, &enterprise.address, college);
        let mut expected = oracle.tell(&self.events);
        settle_refusal(&mut expected, &self.events, self.agreement.stage().code());
        expected
    }

    /// Every slot has at most one signature, and the chain has the same.
    fn signed_once(&self) {
        let rows = self.slots.iter().filter_map(|slot| {
            let signature = slot.signature.as_ref()?;
            Some((slot.content_version, slot.slot, signature.at, signature.content_hash))
        });
        let chained = self.events.iter().filter(|event| event.act == "sign").map(|event| {
            let hash = event.content_hash.expect("what is signed is frozen");
            (event.content_version, event.slot.expect("a slot signs"), event.at, hash)
        });
        let (mut rows, mut chained): (Vec<_>, Vec<_>) = (rows.collect(), chained.collect());
        rows.sort_unstable();
        chained.sort_unstable();
        assert_eq!(rows, chained, "{}", self.said());
        let slots: BTreeSet<_> = chained.iter().map(|(version, slot, ..)| (version, slot)).collect();
        assert_eq!(slots.len(), chained.len(), "signed twice: {}", self.said());
    }

    /// The chain hangs together, every frozen version is as it was frozen, and what is sealed is as it was sealed.
    fn proven(&self, trusted: &TrustedKeys, expected: &Expected) {
        let mut before = None;
        for (place, told) in (1..).zip(&self.told) {
            let event = &told.event;
            assert_eq!(event.seq, place, "{}", self.said());
            assert_eq!(event.previous, before, "{}", self.said());
            assert_eq!(event.hash, event.computed_hash(), "{}", self.said());
            let details = told.details.as_ref().expect("nobody erases anything");
            assert_eq!(
                event.details_hash,
                details.hash(event.agreement, event.seq),
                "{}",
                self.said()
            );
            before = Some(event.hash);
        }
        let frozen: BTreeSet<u32> = self.exports.keys().copied().collect();
        assert_eq!(frozen, expected.frozen, "{}", self.said());
        assert_eq!(self.seals.len() as u64, expected.seals, "{}", self.said());
        for (version, export) in &self.exports {
            let sealed = !export.seals.is_empty();
            let report = verify_file(export.render().as_bytes(), trusted);
            assert_eq!(report.faults, [], "version {version} of {}", self.said());
            let seal_is_last = self.seals.last().is_some_and(|seal| {
                let last = self.events.last().map(Event::tip);
                last.map(|tip| (tip.seq, tip.hash)) == Some((seal.statement.events, seal.statement.last_event))
            });
            // From where an act came stands in no file that parties get.
            let whole = [Verdict::Intact, Verdict::IntactInPart];
            match report.verdict() {
                verdict if sealed && seal_is_last => assert!(whole.contains(&verdict), "{verdict:?} {}", self.said()),
                verdict if sealed => assert_eq!(verdict, Verdict::IntactWithMore, "{}", self.said()),
                verdict => assert_eq!(verdict, Verdict::Unsealed, "{}", self.said()),
            }
            let hashes = self.events.iter().filter(|event| event.content_version == *version);
            let hashes: BTreeSet<_> = hashes.filter_map(|event| event.content_hash).collect();
            assert_eq!(
                hashes,
                BTreeSet::from([report.content_hash.unwrap()]),
                "{}",
                self.said()
            );
        }
    }

    /// The agreement and its rows say what follows from the events.
    fn stands(&self, expected: &Expected) {
        assert_eq!(expected.riddles, Vec::<String>::new(), "{}", self.said());
        assert_eq!(self.agreement.stage().code(), expected.stage, "{}", self.said());
        let rows = self
            .slots
            .iter()
            .map(|slot| ((slot.content_version, slot.slot), slot.state));
        assert_eq!(rows.collect::<BTreeMap<_, _>>(), expected.slots, "{}", self.said());
        let present = self.agreement.frozen().zip(self.agreement.slots());
        if let Some((frozen, slots)) = present {
            for slot in slots.all() {
                let row = expected.slots.get(&(frozen.version, slot.id));
                assert_eq!(row, Some(&slot.state.code()), "{}", self.said());
            }
        }
        assert_eq!(self.next_at, self.agreement.next_due(), "{}", self.said());
    }

    /// Every act has its entry in the audit log, and none is there without its act.
    fn audited(&self) {
        let pairs = [
            ("sign", "sign_agreement"),
            ("decline", "decline_agreement"),
            ("replace", "replace_signatory"),
            ("extend", "extend_deadline"),
            ("expire", "expire_signatory"),
            ("remind", "remind_signatory"),
            ("recall", "recall_agreement"),
            ("send", "send_agreement"),
            ("approve", "approve_agreement"),
            ("hand_over", "hand_over_agreement"),
            ("void", "void_agreement"),
        ];
        for (act, entry) in pairs {
            let events = self.events.iter().filter(|event| event.act == act).count();
            let entries = self.audit.iter().filter(|audit| audit.act == entry).count();
            assert_eq!(events, entries, "{act}: {}", self.said());
        }
    }

    /// The outbox has the letters that follow from the events: none is missing, none is there twice.
    fn told(&self, expected: &Expected, outbox: &Outbox, enterprise: &Side) {
        let mut letters: BTreeMap<(String, String), u64> = BTreeMap::new();
        for ((to, name), times) in &expected.letters {
            letters.insert((to.clone(), (*name).to_owned()), *times);
        }
        // Who asks for a link again gets a letter, and the agreement is as it was: there is no event.
        for entry in self.audit.iter().filter(|entry| entry.act == "send_link_again") {
            let slot = entry.new.as_ref().and_then(|new| new.get("slot")?.as_str());
            let slot = slot.and_then(|slot| self.agreement.slot(slot.parse().ok()?));
            if let agreement::lifecycle::Channel::Email { address } = &slot.expect("of a slot").channel {
                // Who signed already gets the letter that leads back to what they signed.
                let stage = entry.new.as_ref().and_then(|new| new.get("stage")?.as_str());
                let name = if stage == Some("signing") {
                    "please_sign"
                } else {
                    "all_signed"
                };
                let letter = (address.as_str().to_owned(), name.to_owned());
                *letters.entry(letter).or_default() += 1;
            }
        }
        let written = outbox.about(&subject_of(&enterprise.name, &self.number));
        assert_eq!(written, letters, "{}", self.said());
    }
}

/// How many agreements stand where.
pub(crate) type Census = BTreeMap<&'static str, u64>;

/// Checks one agreement.
pub(crate) async fn one(town: &Town, id: AgreementId, outbox: &Outbox) -> Stored {
    let mut tx = town.db().read().await.unwrap();
    let trusted = tx.seal_keys().trusted().await.unwrap();
    let stored = read(&mut tx, town, id, &trusted).await;
    let of = |id| move |side: &&Side| side.actor.organisation() == Some(id);
    let enterprise = town
        .enterprises
        .iter()
        .find(of(stored.enterprise))
        .expect("of this town");
    let college = stored.agreement.parties().college;
    let college = college.and_then(|id| town.colleges.iter().find(of(id)));
    let expected = stored.expected(enterprise, college);
    stored.signed_once();
    stored.proven(&trusted, &expected);
    stored.stands(&expected);
    stored.audited();
    stored.told(&expected, outbox, enterprise);
    stored
}

/// Checks every agreement there is.
pub(crate) async fn all(town: &Town, outbox: &Outbox) -> Census {
    let mut census = Census::new();
    let mut numbers: BTreeMap<OrganisationId, BTreeSet<String>> = BTreeMap::new();
    for enterprise in &town.enterprises {
        let own = enterprise.actor.organisation().unwrap();
        let mut tx = town.db().read().await.unwrap();
        let heads = tx.agreements().of_organisation(own, &[], EVERYTHING).await.unwrap();
        drop(tx);
        for head in heads {
            let stored = one(town, head.id, outbox).await;
            *census.entry(stored.agreement.stage().code()).or_default() += 1;
            // A draft that was never handed over has no number.
            if stored.number.is_empty() {
                continue;
            }
            let new = numbers.entry(own).or_default().insert(stored.number.clone());
            assert!(new, "{} is the number of two", stored.number);
        }
    }
    for numbers in numbers.values() {
        let mut by_year: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for number in numbers {
            let (year, place) = number["PX-".len()..].split_once('-').expect("PX-year-number");
            by_year.entry(year).or_default().push(place.parse().unwrap());
        }
        for (year, mut places) in by_year {
            places.sort_unstable();
            let last = u32::try_from(places.len()).unwrap();
            assert_eq!(places, (1..=last).collect::<Vec<_>>(), "gaps in {year}");
        }
    }
    census
}

/// What failed too often is given up; an operator sees it and brings it back.
pub(crate) async fn bring_back(town: &Town) -> usize {
    let mut tx = town.db().write().await.unwrap();
    let dead = tx.jobs().list(QueueStatus::Dead, EVERYTHING).await.unwrap();
    for job in &dead {
        let said = job.last_error.as_deref().unwrap_or_default();
        assert!(said.contains("a planned failure"), "{job:?}");
        assert!(tx.jobs().revive(job.id, town.now()).await.unwrap());
    }
    tx.commit(entry(town, "test.revive")).await.unwrap();
    dead.len()
}

/// Somebody looks again at every agreement in time: a job waits that is due no later than the agreement is.
pub(crate) async fn looked_after(town: &Town) {
    let mut tx = town.db().read().await.unwrap();
    let mut jobs: BTreeMap<String, Timestamp> = BTreeMap::new();
    for status in [QueueStatus::Ready, QueueStatus::Running] {
        for job in tx.jobs().list(status, EVERYTHING).await.unwrap() {
            let Some(id) = job.payload.get("agreement").and_then(|id| id.as_str()) else {
                continue;
            };
            let first = jobs.entry(id.to_owned()).or_insert(job.run_at);
            *first = job.run_at.min(*first);
        }
    }
    let dead = tx.jobs().list(QueueStatus::Dead, EVERYTHING).await.unwrap();
    assert_eq!(dead, [], "given up");
    for enterprise in &town.enterprises {
        let own = enterprise.actor.organisation().unwrap();
        for head in tx.agreements().of_organisation(own, &[], EVERYTHING).await.unwrap() {
            let Some(next) = head.next_at else { continue };
            let job = jobs.get(&head.id.to_string());
            // A job that failed is tried again a little later than it was due.
            let in_time = job.is_some_and(|at| *at <= next.max(town.now()).plus_seconds(3_600));
            assert!(in_time, "{} is due at {next} and its job at {job:?}", head.number);
        }
    }
}
