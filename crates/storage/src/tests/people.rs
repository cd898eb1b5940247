//! People, accounts, memberships, assignments, sessions, links, invitations.

use kernel::{EmailAddress, OrganisationId, PersonId};
use marketplace::{Assignment, AssignmentRole, Invitation, InvitationState, Membership, OrganisationKind, Role};
use time::macros::date;

use super::support::{account, at, changed, college, commit, hash, id, on_both, organisation, person, somebody};
use crate::{
    AccountInsert, AssignmentInsert, Error, Link, LinkPurpose, MembershipInsert, OrganisationInsert, OrganisationSave,
    Page, Person, Sealed, Session,
};

fn membership(person: PersonId, organisation: OrganisationId, role: Role) -> Membership {
    Membership {
        id: id!(MembershipId),
        person,
        organisation,
        role,
        from: date!(2026 - 11 - 20),
        until: None,
    }
}

on_both! {
    async fn an_address_has_one_account(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person_a, account_a) = somebody(&mut tx, "Zhang@example.cn").await;
        let other = person("李四");
        let again = account(&other, "zhang@Example.cn");
        assert_eq!(tx.accounts().insert(&other, &again).await.unwrap(), AccountInsert::EmailTaken);
        assert_eq!(tx.accounts().find_person(other.id).await.unwrap(), None, "no person without the account");
        let second = account(&person_a, "zhang2@example.cn");
        assert_eq!(tx.accounts().insert_account(&second).await.unwrap(), AccountInsert::Inserted);
        commit(tx).await;
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.accounts().find_by_email_key("zhang@example.cn").await.unwrap(), Some(account_a.clone()));
        assert_eq!(tx.accounts().find(account_a.id).await.unwrap(), Some(account_a.clone()));
        assert_eq!(tx.accounts().of_person(person_a.id).await.unwrap().len(), 2);
        assert_eq!(tx.accounts().find_person(person_a.id).await.unwrap(), Some(person_a));
    }

    async fn passwords_and_protected_facts_are_kept_and_never_printed(db: Db) {
        let mut tx = db.write().await.unwrap();
        let phone = Sealed { bytes: vec![1, 2, 3], fingerprint: hash() };
        let number = Sealed { bytes: vec![4], fingerprint: hash() };
        let person = Person { phone: Some(phone), id_number: Some(number), ..person("王芳") };
        let account = account(&person, "a@example.cn");
        assert_eq!(tx.accounts().insert(&person, &account).await.unwrap(), AccountInsert::Inserted);
        assert!(tx.accounts().set_password(account.id, Some("$argon2id$secret")).await.unwrap());
        assert!(tx.accounts().confirm_email(account.id, at(5)).await.unwrap());
        assert!(!tx.accounts().confirm_email(account.id, at(6)).await.unwrap());
        let found = tx.accounts().find(account.id).await.unwrap().unwrap();
        assert_eq!(found.password_hash.as_deref(), Some("$argon2id$secret"));
        assert_eq!(found.email_confirmed_at, Some(at(5)));
        assert!(!format!("{found:?}").contains("argon2id"));
        let known = tx.accounts().find_person(person.id).await.unwrap().unwrap();
        assert_eq!(known, person);
        assert!(format!("{known:?}").contains("phone: Some(Sealed(..))"));
    }

    async fn a_member_is_a_member_once_until_it_ends(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, account) = somebody(&mut tx, "a@example.cn").await;
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let first = membership(person.id, college.id, Role::Officer);
        assert_eq!(tx.memberships().insert(&first).await.unwrap(), MembershipInsert::Inserted);
        let again = membership(person.id, college.id, Role::Admin);
        assert_eq!(tx.memberships().insert(&again).await.unwrap(), MembershipInsert::MemberAlready);
        let today = date!(2026 - 11 - 20);
        let members = tx.memberships().of_organisation(college.id, Some(today)).await.unwrap();
        assert_eq!((members[0].name.as_str(), members[0].email.as_ref()), ("王师傅", Some(&account.email)));
        assert_eq!(members[0].membership, first);
        assert!(tx.memberships().end(first.id, today).await.unwrap());
        assert!(!tx.memberships().end(first.id, today).await.unwrap(), "it has ended");
        assert_eq!(tx.memberships().of_person(person.id, today.next_day()).await.unwrap(), []);
        assert_eq!(tx.memberships().of_person(person.id, None).await.unwrap().len(), 1);
        assert_eq!(tx.memberships().find(first.id).await.unwrap().unwrap().until, Some(today));
        assert_eq!(tx.memberships().insert(&again).await.unwrap(), MembershipInsert::Inserted);
        assert_eq!(tx.memberships().of_organisation(college.id, None).await.unwrap().len(), 2);
    }

    async fn an_operator_is_assigned_once(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "a@example.cn").await;
        let (role, from) = (AssignmentRole::Operator, date!(2026 - 11 - 20));
        let assignment = Assignment { id: id!(AssignmentId), person: person.id, role, from, until: None };
        assert_eq!(tx.assignments().insert(&assignment).await.unwrap(), AssignmentInsert::Inserted);
        let again = Assignment { id: id!(AssignmentId), ..assignment.clone() };
        assert_eq!(tx.assignments().insert(&again).await.unwrap(), AssignmentInsert::AssignedAlready);
        assert_eq!(tx.assignments().of_person(person.id, Some(from)).await.unwrap(), std::slice::from_ref(&assignment));
        assert_eq!(tx.assignments().with_role(role, from.previous_day()).await.unwrap(), []);
        assert_eq!(tx.assignments().with_role(role, None).await.unwrap(), [assignment]);
    }

    async fn an_assignment_holds_to_its_last_day_and_then_comes_another(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "a@example.cn").await;
        let (role, from) = (AssignmentRole::Operator, date!(2026 - 11 - 20));
        let ended = Assignment { id: id!(AssignmentId), person: person.id, role, from, until: Some(from) };
        assert_eq!(tx.assignments().insert(&ended).await.unwrap(), AssignmentInsert::Inserted);
        assert_eq!(tx.assignments().with_role(role, from.next_day()).await.unwrap(), []);
        let next = Assignment { id: id!(AssignmentId), until: None, ..ended.clone() };
        assert_eq!(tx.assignments().insert(&next).await.unwrap(), AssignmentInsert::Inserted);
        assert_eq!(tx.assignments().of_person(person.id, from.next_day()).await.unwrap(), [next]);
        assert_eq!(tx.assignments().with_role(role, None).await.unwrap().len(), 2);
    }

    async fn an_organisation_round_trips_and_its_code_is_its_own(db: Db) {
        let mut tx = db.write().await.unwrap();
        let first = organisation(1, "上海示范精密制造有限公司", OrganisationKind::Enterprise);
        assert_eq!(tx.organisations().insert(&first).await.unwrap(), OrganisationInsert::Inserted);
        let second = organisation(1, "别的公司", OrganisationKind::Enterprise);
        assert_eq!(tx.organisations().insert(&second).await.unwrap(), OrganisationInsert::CreditCodeTaken);
        let second = organisation(2, "别的　公司", OrganisationKind::Enterprise);
        assert_eq!(tx.organisations().insert(&second).await.unwrap(), OrganisationInsert::Inserted);
        commit(tx).await;
        let mut tx = db.write().await.unwrap();
        let loaded = tx.organisations().find(first.id).await.unwrap().unwrap();
        assert_eq!(loaded.get(), &first);
        let steal = changed(loaded.clone(), |organisation| {
            organisation.profile.credit_code = second.profile.credit_code.clone();
        });
        assert_eq!(tx.organisations().save(&steal).await.unwrap(), OrganisationSave::CreditCodeTaken);
        let suspended = loaded.clone().decide(|organisation| organisation.suspend("投诉属实", at(9))).unwrap();
        assert_eq!(tx.organisations().save(&suspended).await.unwrap(), OrganisationSave::Saved);
        assert_eq!(tx.organisations().find(first.id).await.unwrap().unwrap().get(), suspended.get());
        let stale = tx.organisations().save(&loaded).await;
        assert!(matches!(stale, Err(Error::Conflict { table: "organisations", .. })), "{stale:?}");
        let mut organisations = tx.organisations();
        assert_eq!(organisations.find_by_credit_code(&second.profile.credit_code).await.unwrap(), Some(second.clone()));
        assert_eq!(organisations.list_by_name_key(&marketplace::organisation::name_key("别的公司")).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(organisations.list_by_standing("claimed", Page::first(9)).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(organisations.list(Page { limit: 9, offset: 1 }).await.unwrap().len(), 1);
        let mut counts = organisations.count_by_standing().await.unwrap();
        counts.sort();
        assert_eq!(counts, [("claimed".to_owned(), 1), ("suspended".to_owned(), 1)]);
    }

    async fn of_two_who_read_the_same_organisation_one_saves(db: Db) {
        let mut tx = db.write().await.unwrap();
        let new = organisation(1, "上海示范精密制造有限公司", OrganisationKind::Enterprise);
        assert_eq!(tx.organisations().insert(&new).await.unwrap(), OrganisationInsert::Inserted);
        commit(tx).await;
        let read = || async { db.read().await.unwrap().organisations().find(new.id).await.unwrap().unwrap() };
        let (one, two) = (read().await, read().await);
        let verified = one.decide(|organisation| organisation.verify(at(1))).unwrap();
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.organisations().save(&verified).await.unwrap(), OrganisationSave::Saved);
        commit(tx).await;
        let returned = two.decide(|organisation| organisation.return_with("名称不符", at(2))).unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(matches!(tx.organisations().save(&returned).await, Err(Error::Conflict { .. })));
        assert!(read().await.get().is_verified());
    }

    async fn each_save_raises_the_version_that_is_read_next(db: Db) {
        let mut tx = db.write().await.unwrap();
        let new = college(&mut tx, 1, "上海示范职业学院").await;
        let loaded = tx.organisations().find(new.id).await.unwrap().unwrap();
        let first = loaded.version();
        let suspended = loaded.decide(|organisation| organisation.suspend("投诉属实", at(9))).unwrap();
        assert_eq!(suspended.version(), first, "a decision stays at the version it was made from");
        assert_eq!(tx.organisations().save(&suspended).await.unwrap(), OrganisationSave::Saved);
        let again = tx.organisations().find(new.id).await.unwrap().unwrap();
        assert_eq!(again.version(), first + 1);
        assert!(tx.organisations().save(&suspended).await.is_err());
        let unchanged = tx.organisations().find(new.id).await.unwrap().unwrap();
        assert_eq!(unchanged.version(), again.version(), "a refused save raises nothing");
    }

    async fn verified_organisations_are_counted_as_each_thing_they_are(db: Db) {
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.organisations().count_verified().await.unwrap(), []);
        let mut both = organisation(1, "上海示范技工学校", OrganisationKind::School);
        both.profile.kinds.insert(OrganisationKind::TrainingBody);
        let both = both.verify(at(1)).unwrap();
        assert_eq!(tx.organisations().insert(&both).await.unwrap(), OrganisationInsert::Inserted);
        college(&mut tx, 2, "上海示范职业学院").await;
        let waiting = organisation(3, "上海示范精密制造有限公司", OrganisationKind::Enterprise);
        assert_eq!(tx.organisations().insert(&waiting).await.unwrap(), OrganisationInsert::Inserted);
        let gone = college(&mut tx, 4, "上海暂停职业学院").await;
        let loaded = tx.organisations().find(gone.id).await.unwrap().unwrap();
        let suspended = loaded.decide(|organisation| organisation.suspend("投诉属实", at(9))).unwrap();
        assert_eq!(tx.organisations().save(&suspended).await.unwrap(), OrganisationSave::Saved);
        let counts = tx.organisations().count_verified().await.unwrap();
        assert_eq!(counts, [(OrganisationKind::School, 2), (OrganisationKind::TrainingBody, 1)]);
    }

    async fn verified_colleges_come_in_the_order_of_their_reading(db: Db) {
        let mut tx = db.write().await.unwrap();
        for (number, name) in (1..).zip(["中山职业学院", "安徽职业学院", "北京职业学院"]) {
            college(&mut tx, number, name).await;
        }
        let found = tx.organisations().list_verified(OrganisationKind::School, Page::first(9)).await.unwrap();
        let names: Vec<_> = found.iter().map(|college| college.profile.name.as_str()).collect();
        assert_eq!(names, ["安徽职业学院", "北京职业学院", "中山职业学院"]);
        assert_eq!(tx.organisations().list_verified(OrganisationKind::Union, Page::first(9)).await.unwrap(), []);
    }

    async fn a_session_is_found_by_its_token_until_it_ends(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, account) = somebody(&mut tx, "a@example.cn").await;
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let member = membership(person.id, college.id, Role::Officer);
        assert_eq!(tx.memberships().insert(&member).await.unwrap(), MembershipInsert::Inserted);
        let session = |ends| Session {
            id: id!(SessionId), account: account.id, membership: None, created_at: at(0), touched_at: at(0), expires_at: at(ends),
        };
        let (one, two, token) = (session(100), session(50), hash());
        tx.sessions().insert(&one, &token).await.unwrap();
        tx.sessions().insert(&two, &hash()).await.unwrap();
        assert!(tx.sessions().insert(&session(9), &token).await.is_err(), "a token leads to one session");
        assert!(tx.sessions().set_membership(one.id, Some(member.id)).await.unwrap());
        commit(tx).await;
        assert!(db.touch_session(one.id, at(60), at(200)).await.unwrap());
        assert!(!db.touch_session(one.id, at(30), at(130)).await.unwrap(), "an older touch changes nothing");
        let mut tx = db.read().await.unwrap();
        let found = tx.sessions().find_by_token(&token, at(199)).await.unwrap().unwrap();
        assert_eq!((found.membership, found.touched_at), (Some(member.id), at(60)));
        assert_eq!(tx.sessions().find_by_token(&token, at(200)).await.unwrap(), None);
        drop(tx);
        assert_eq!(db.purge_sessions(at(50)).await.unwrap(), 1);
        let mut tx = db.write().await.unwrap();
        assert_eq!(tx.sessions().delete_of_account(account.id, Some(one.id)).await.unwrap(), 0);
        assert_eq!(tx.sessions().delete_of_account(account.id, None).await.unwrap(), 1);
        assert!(!tx.sessions().delete(one.id).await.unwrap());
    }

    async fn a_link_is_good_once(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (_, account) = somebody(&mut tx, "a@example.cn").await;
        let link = |purpose| Link {
            id: id!(LinkId), account: account.id, purpose, created_at: at(0), expires_at: at(60), used_at: None,
        };
        let (one, two, token) = (link(LinkPurpose::SignIn), link(LinkPurpose::Reset), hash());
        tx.links().insert(&one, &token).await.unwrap();
        tx.links().insert(&two, &hash()).await.unwrap();
        assert!(tx.links().find_by_token(&token).await.unwrap().unwrap().usable(at(59)));
        assert!(!tx.links().use_up(one.id, at(60)).await.unwrap(), "too late");
        assert!(tx.links().use_up(one.id, at(30)).await.unwrap());
        assert!(!tx.links().use_up(one.id, at(31)).await.unwrap(), "used");
        assert_eq!(tx.links().find_by_token(&token).await.unwrap().unwrap().used_at, Some(at(30)));
        assert_eq!(tx.links().spend_all(account.id, LinkPurpose::Reset, at(40)).await.unwrap(), 1);
        commit(tx).await;
        assert_eq!(db.purge_links(at(60)).await.unwrap(), 2);
    }

    async fn an_invitation_is_found_by_its_letter_or_its_code(db: Db) {
        let mut tx = db.write().await.unwrap();
        let (person, _) = somebody(&mut tx, "a@example.cn").await;
        let college = college(&mut tx, 1, "上海示范职业学院").await;
        let invitation = |email: Option<&str>| Invitation {
            id: id!(InvitationId),
            organisation: college.id,
            role: Role::Officer,
            email: email.map(|email| EmailAddress::parse(email).unwrap()),
            invited_by: person.id,
            created_at: at(0),
            expires_at: at(100),
            state: InvitationState::Open,
        };
        let (letter, spoken, token, code) = (invitation(Some("b@example.cn")), invitation(None), hash(), hash());
        tx.invitations().insert(&letter, Some(&token), None).await.unwrap();
        tx.invitations().insert(&spoken, None, Some(&code)).await.unwrap();
        assert_eq!(tx.invitations().find_by_code(&code).await.unwrap().unwrap().get(), &spoken);
        assert!(tx.invitations().find_by_code(&token).await.unwrap().is_none());
        let open = tx.invitations().find_by_token(&token).await.unwrap().unwrap();
        assert_eq!(open.get(), &letter);
        let accepted = open.clone().decide(|invitation| invitation.accept(person.id, at(5))).unwrap();
        tx.invitations().save(&accepted).await.unwrap();
        let withdrawn = open.decide(|invitation| invitation.withdraw(at(6))).unwrap();
        let stale = tx.invitations().save(&withdrawn).await;
        assert!(matches!(stale, Err(Error::Conflict { table: "invitations", .. })), "accepted in between");
        assert_eq!(tx.invitations().find(letter.id).await.unwrap().unwrap().get(), accepted.get());
        assert_eq!(tx.invitations().of_organisation(college.id).await.unwrap().len(), 2);
    }
}
