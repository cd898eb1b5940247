//! Records, weeks, places, invitations and openings, on both databases.

use agreement::lifecycle::{Agreement, Creating, Kind, Parties, Party, Seats};
use apprenticeship::{
    Monday, Terms, Window,
    record::{Actor, Record, Registering, Stage},
    week::{self, Opening as Beginning, Week, Writing},
};
use kernel::{AgreementId, PersonId};
use time::macros::date;

use super::support::{at, chance, college, commit, hash, id, on_both, organisation, person, somebody};
use crate::{
    AgreementKey, AgreementOrigin, Error, Invitee, NewAgreement, NewRecord, OpenRecord, Opening, OrganisationInsert,
    Person, PlaceInsert, RecordAssignment, RecordInvitation, RecordRole, Sealed, Tx, Versioned, WeekFile, Write,
    keys::Keys,
};

fn keys() -> Keys {
    Keys::from_bytes(&[7; 32])
}

/// An agreement with a record that has just begun.
async fn begun(tx: &mut Tx<Write>, number: u32, apprentice: PersonId) -> (AgreementId, AgreementKey) {
    let enterprise = organisation(
        number,
        &format!("上海第{number}制造有限公司"),
        marketplace::OrganisationKind::Enterprise,
    )
    .verify(at(1))
    .unwrap();
    assert_eq!(
        tx.organisations().insert(&enterprise).await.unwrap(),
        OrganisationInsert::Inserted
    );
    let college = college(tx, number + 100, &format!("上海第{number}学院")).await;
    let (officer, _) = somebody(tx, &format!("officer{number}@example.cn")).await;
    let creating = Creating {
        id: id!(AgreementId),
        kind: Kind::Training,
        parties: Parties {
            enterprise: enterprise.id,
            college: Some(college.id),
        },
        by: Party::Enterprise.into(),
        seats: Seats::NotCounted,
        at: at(2),
    };
    let (agreement, _) = Agreement::create(creating).unwrap();
    let new = NewAgreement {
        agreement: &agreement,
        number: "PX-2026-0001",
        verify_code: &format!("CODE-{number}"),
        origin: AgreementOrigin::default(),
        created_by: officer.id,
    };
    let open = tx.agreements().create(new, &keys(), &chance()).await.unwrap();
    let registering = Registering {
        agreement: agreement.id(),
        apprentice,
        with_college: true,
        version: 1,
        start: date!(2026 - 09 - 01),
        end: date!(2027 - 08 - 31),
        carried: None,
        by: Actor::System,
        at: at(3),
    };
    let (record, _) = Record::register(registering).unwrap();
    let new = NewRecord {
        record: &record,
        guardian: None,
        enterprise: enterprise.id,
        college: Some(college.id),
        next_at: Some(at(4)),
    };
    let key = open.key().clone();
    tx.records().insert(&key, &new, at(3), &chance()).await.unwrap();
    (agreement.id(), key)
}

async fn alone(tx: &mut Tx<Write>, number: &str) -> Person {
    let known = Person {
        id_number: Some(Sealed {
            bytes: keys().seal("people.id_number", number.as_bytes(), &chance()),
            fingerprint: keys().fingerprint("people.id_number", number),
        }),
        ..person("张小雨")
    };
    tx.accounts().insert_person_alone(&known).await.unwrap();
    known
}

async fn find(tx: &mut Tx<Write>, key: &AgreementKey) -> OpenRecord {
    tx.records().find(key).await.unwrap().unwrap()
}

fn conflict<T: std::fmt::Debug>(result: &crate::Result<T>) {
    assert!(matches!(result, Err(Error::Conflict { .. })), "{result:?}");
}

on_both! {
    async fn a_record_is_saved_over_the_version_it_was_read_at(db: Db) {
        let mut tx = db.write().await.unwrap();
        let apprentice = alone(&mut tx, "310000200812310039").await;
        let (id, key) = begun(&mut tx, 1, apprentice.id).await;
        let read = find(&mut tx, &key).await;
        assert_eq!((read.plain().stage, read.plain().agreement), (Stage::Registered, id));
        let noted = read.clone().with_note("start.insured_from", "2026-09-01");
        tx.records().save(&key, &noted, None, at(5), &chance()).await.unwrap();
        conflict(&tx.records().save(&key, &noted, None, at(5), &chance()).await);
        assert_eq!(find(&mut tx, &key).await.note("start.insured_from"), Some("2026-09-01"));
        assert!(tx.records().due(at(9), 9).await.unwrap().is_empty());
        commit(tx).await;
        db.look_at_record_again(id, Some(at(7))).await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.records().due(at(9), 9).await.unwrap(), [id]);
        assert_eq!(tx.records().due(at(6), 9).await.unwrap(), []);
        let enterprise = tx.records().head(id).await.unwrap().unwrap().enterprise;
        let counts = tx.records().count_of_organisation(enterprise).await.unwrap();
        assert_eq!(counts, [(Stage::Registered, 1)]);
    }

    async fn the_records_of_a_person_are_found_by_the_number_whoever_typed_it(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (one, twin) = (alone(&mut tx, "1").await, alone(&mut tx, "1").await);
        let other = alone(&mut tx, "2").await;
        let (first, _) = begun(&mut tx, 1, one.id).await;
        let (second, _) = begun(&mut tx, 2, twin.id).await;
        begun(&mut tx, 3, other.id).await;
        for person in [one.id, twin.id] {
            let found = tx.records().of_apprentice(person).await.unwrap();
            let ids: Vec<AgreementId> = found.iter().map(|one| one.agreement).collect();
            assert!(ids.len() == 2 && ids.contains(&first) && ids.contains(&second), "{ids:?}");
            tx.records().hold(person).await.unwrap();
        }
        let print = keys().fingerprint("people.id_number", "2");
        let found = tx.accounts().find_person_by_id_number(&print).await.unwrap();
        assert_eq!(found.unwrap().id, other.id);
        commit(tx).await;
    }

    async fn a_week_is_sealed_and_saved_over_the_version_it_was_read_at(db: Db) {
        let mut tx = db.write().await.unwrap();
        let apprentice = alone(&mut tx, "1").await;
        let (id, key) = begun(&mut tx, 1, apprentice.id).await;
        let (_, other) = begun(&mut tx, 2, apprentice.id).await;
        let monday = Monday::try_from(date!(2026 - 11 - 16)).unwrap();
        let window = Window {
            from: Some(date!(2026 - 09 - 01)),
            until: date!(2027 - 08 - 31),
            breaks: Vec::new(),
        };
        let beginning = Beginning {
            record: id,
            week: monday,
            exists: false,
            window: &window,
            terms: &Terms::default(),
            by: week::Actor::Apprentice,
            at: at(9),
        };
        let (week, _) = Week::open(&beginning).unwrap();
        let file = WeekFile { week, typed: None };
        tx.record_weeks().insert(&key, &file, at(9), &chance()).await.unwrap();
        conflict(&tx.record_weeks().insert(&key, &file, at(9), &chance()).await);
        let read = tx.record_weeks().find(&key, monday).await.unwrap().unwrap();
        let write = |file: WeekFile| {
            let writing = Writing {
                by: week::Actor::Apprentice,
                edition: 1,
                text: "学会了对刀。".to_owned(),
                lines: Vec::new(),
                at: at(10),
            };
            let (week, _) = file.week.write(writing)?;
            Ok::<_, apprenticeship::WriteRefusal>(WeekFile { week, ..file })
        };
        let changed: Versioned<WeekFile> = read.decide(write).unwrap();
        tx.record_weeks().save(&key, &changed, at(10), &chance()).await.unwrap();
        conflict(&tx.record_weeks().save(&key, &changed, at(10), &chance()).await);
        let rows = tx.record_weeks().of_record(id).await.unwrap();
        assert_eq!((rows.len(), rows[0].edition, rows[0].stage), (1, 2, week::Stage::Open));
        // Another agreement's key opens nothing of it, and the erased one's nothing any more.
        assert_eq!(tx.record_weeks().files(&other).await.unwrap().len(), 0);
        tx.agreements().erase(id, at(11)).await.unwrap();
        let gone = tx.agreements().find(id, &keys()).await.unwrap().unwrap();
        assert!(gone.open().is_none());
        commit(tx).await;
    }

    async fn an_apprentices_place_is_one_and_a_mentors_are_many(db: Db) {
        let mut tx = db.write().await.unwrap();
        let apprentice = alone(&mut tx, "1").await;
        let (id, _) = begun(&mut tx, 1, apprentice.id).await;
        let mut place = async |role, person: PersonId| {
            let new = RecordAssignment {
                id: id!(AssignmentId),
                agreement: id,
                person,
                role,
                from: date!(2026 - 09 - 01),
                until: None,
            };
            (new, tx.record_assignments().insert(&new, at(5)).await.unwrap())
        };
        let (taken, outcome) = place(RecordRole::Apprentice, apprentice.id).await;
        assert_eq!(outcome, PlaceInsert::Inserted);
        assert_eq!(place(RecordRole::Apprentice, apprentice.id).await.1, PlaceInsert::Taken);
        for _ in 0..2 {
            assert_eq!(place(RecordRole::Mentor, apprentice.id).await.1, PlaceInsert::Inserted);
        }
        let last = date!(2026 - 11 - 20);
        assert!(tx.record_assignments().end(taken.id, last).await.unwrap());
        assert!(!tx.record_assignments().end(taken.id, date!(2026 - 11 - 21)).await.unwrap());
        let ended = tx.record_assignments().find(taken.id).await.unwrap().unwrap();
        assert!(ended.active_on(last) && !ended.holds_on(last));
        assert_eq!(tx.record_assignments().of_person(apprentice.id).await.unwrap().len(), 3);
        commit(tx).await;
    }

    async fn an_invitation_is_taken_once(db: Db) {
        let mut tx = db.write().await.unwrap();
        let apprentice = alone(&mut tx, "1").await;
        let (id, key) = begun(&mut tx, 1, apprentice.id).await;
        let (token, code) = (hash(), hash());
        let new = RecordInvitation::new(id!(InvitationId), id, RecordRole::Mentor, at(5), at(50));
        let invitee = Invitee {
            name: "王师傅".to_owned(),
            email: None,
        };
        tx.record_invitations()
            .insert(&key, &new, &invitee, (&token, Some(&code)), &chance())
            .await
            .unwrap();
        let found = tx.record_invitations().find_by_code(&code).await.unwrap().unwrap();
        assert_eq!(found.invitee(&key).unwrap(), invitee);
        assert!(found.is_open(at(49)) && !found.is_open(at(50)));
        assert!(tx.record_invitations().take(new.id, apprentice.id, at(6)).await.unwrap());
        assert!(!tx.record_invitations().take(new.id, apprentice.id, at(7)).await.unwrap());
        assert!(!tx.record_invitations().withdraw(new.id, at(7)).await.unwrap());
        let found = tx.record_invitations().find_by_token(&token).await.unwrap().unwrap();
        assert!(!found.is_open(at(8)));
        commit(tx).await;
    }

    async fn an_opening_is_noted_once_a_day_with_its_reason(db: Db) {
        let mut tx = db.write().await.unwrap();
        let apprentice = alone(&mut tx, "1").await;
        let (id, key) = begun(&mut tx, 1, apprentice.id).await;
        let opening = Opening {
            agreement: id,
            person: apprentice.id,
            role: RecordRole::Operator,
            organisation: None,
            at: at(5),
        };
        assert!(tx.record_openings().insert(&key, &opening, "核对学时", &chance()).await.unwrap());
        assert!(!tx.record_openings().insert(&key, &opening, "再看", &chance()).await.unwrap());
        commit(tx).await;
        let college = Opening {
            role: RecordRole::College,
            ..opening
        };
        db.note_opening(&college).await.unwrap();
        db.note_opening(&college).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let all = tx.record_openings().of_record(&key).await.unwrap();
        assert_eq!(all.len(), 2);
        let reasons: Vec<_> = all.iter().filter_map(|one| one.reason.as_deref()).collect();
        assert_eq!(reasons, ["核对学时"]);
        let day = kernel::shanghai_date(at(5));
        assert!(tx.record_openings().is_noted(id, apprentice.id, RecordRole::College, day).await.unwrap());
        assert!(!tx.record_openings().is_noted(id, apprentice.id, RecordRole::Tutor, day).await.unwrap());
    }
}
