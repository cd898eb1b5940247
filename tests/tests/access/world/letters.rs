//! What is told to the college's admin, what they look for, and letters.

use kernel::{AuditId, EmailAddress, LetterId, Locale, NoticeId, Timestamp};
use storage::{
    AuditActor, AuditEntry, Lifting, NewLetter, NewNotice, NewSuppression, Page, QueueStatus, SuppressionReason, Tx,
    Write,
};

use super::World;

impl World {
    pub(super) async fn make_letter(&mut self, object: &str) -> String {
        self.site.work().await;
        match object {
            "notice" => self.notice().await,
            "search" => {
                let mut admin = self.visitor("admin");
                admin
                    .post("/searches", &[("q", "数控"), ("name", "数控班")])
                    .await
                    .is(303);
                let page = admin.get("/searches").await;
                let delete = page.links("/searches/");
                let path = delete.iter().find_map(|path| path.strip_suffix("/delete"));
                super::last_part(path.expect("the saved search is listed"))
            }
            "dead_letter" => self.dead_letter().await,
            "sent_letter" => {
                let mut tx = self.site.app().db().read().await.expect("the database reads");
                let sent = tx.outbox().list(QueueStatus::Done, Page::first(1)).await;
                sent.expect("letters are listed")[0].id.to_string()
            }
            other => panic!("nobody knows how to make {other}"),
        }
    }

    async fn notice(&self) -> String {
        let actor = self.site.actor(&self.visitor("admin")).await;
        let now = self.site.app().clock().now();
        let notice = NewNotice {
            id: NoticeId::new(now, self.site.app().chance()),
            account: actor.person().expect("the admin is signed in").account,
            event: "organisation".to_owned(),
            letter: "organisation_verified".to_owned(),
            subject_zh: "贵单位已通过核验".to_owned(),
            subject_en: "Verified".to_owned(),
            path: "/workspace".to_owned(),
            cadence: "at_once".to_owned(),
            waits_for: None,
            letter_id: None,
            created_at: now,
        };
        let mut tx = self.site.app().db().write().await.expect("the database writes");
        tx.notices().insert(&notice).await.expect("the notice is written");
        self.commit(tx, now).await;
        notice.id.to_string()
    }

    async fn dead_letter(&self) -> String {
        let app = self.site.app();
        let now = app.clock().now();
        let letter = NewLetter {
            id: LetterId::new(now, app.chance()),
            recipient: EmailAddress::parse("nobody@elsewhere.example").expect("an address"),
            account: None,
            event: None,
            name: "invitation".to_owned(),
            locale: Locale::Zh,
            subject: "邀请".to_owned(),
            list_path: None,
            body: vec![1],
            priority: 50,
            resent_from: None,
            created_at: now,
        };
        let mut tx = app.db().write().await.expect("the database writes");
        tx.outbox().insert(&letter).await.expect("the letter is written");
        // Why it is given up: its address took no letters for a while.
        let suppressed = NewSuppression {
            email: letter.recipient.clone(),
            reason: SuppressionReason::Bounced,
            said: None,
            at: now,
            letter: None,
            by: None,
        };
        tx.suppressions().insert(&suppressed).await.expect("it is suppressed");
        let lifting = Lifting {
            at: now,
            by: None,
            reason: "for the table's sake".to_owned(),
        };
        let key = letter.recipient.key();
        assert!(tx.suppressions().lift(&key, &lifting).await.expect("it is lifted"));
        self.commit(tx, now).await;
        let claimed = app.db().claim_letters(now, now.plus_seconds(30), 1).await;
        let lease = claimed.expect("the letter is claimed")[0].lease();
        let said = "for the table's sake";
        assert!(
            app.db()
                .give_up(lease, now, said)
                .await
                .expect("the letter is given up")
        );
        letter.id.to_string()
    }

    async fn commit(&self, tx: Tx<Write>, now: Timestamp) {
        let entry = AuditEntry::new(
            AuditId::new(now, self.site.app().chance()),
            now,
            AuditActor::system(),
            "test",
        );
        tx.commit(entry).await.expect("the database writes");
    }
}
