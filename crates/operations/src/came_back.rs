//! What other servers and readers say of letters that had left: refusals and complaints out of a mailbox file.

use mail::{Action, Report};
use serde::Serialize;
use serde_json::json;
use storage::{NewSuppression, SuppressionReason, Tx, Write};

use crate::{Actor, App, Cx, Result, compiled_here, delivery::masked};

/// What became of the messages of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CameBack {
    /// Messages in the file.
    pub messages: u64,
    /// Letters that came back, or that their reader called unwanted, and of which that was not known.
    pub letters: u64,
    /// Addresses that are not written to from now on.
    pub suppressed: u64,
    /// Reports of what was known.
    pub known: u64,
    /// Reports from which nothing follows: a letter still waits somewhere, or arrived.
    pub passing: u64,
    /// Reports that name no letter that left from here to that address. Anybody can write one.
    pub strange: u64,
    /// Nothing was written: `--dry-run`.
    pub dry_run: bool,
}

/// Reads a mailbox file (`mbox`), or a single message as a Maildir keeps it, and writes down what it says of our letters: all of
/// it or nothing. The same file read again changes nothing, even when the operator has lifted a suppression since.
#[compiled_here]
pub async fn read(app: &App, cx: &Cx, actor: &Actor, file: &[u8], dry_run: bool) -> Result<CameBack> {
    actor.operator()?;
    let messages = if file.starts_with(b"From ") {
        mail::mbox(file)
    } else {
        vec![file.to_vec()]
    };
    let mut done = CameBack {
        messages: messages.len() as u64,
        dry_run,
        ..CameBack::default()
    };
    let mut tx = app.db().write().await?;
    for report in messages.iter().flat_map(|message| mail::reports(message)) {
        one(cx, &mut tx, &report, &mut done).await?;
    }
    if !dry_run && done.letters > 0 {
        let entry = app.audit(actor, cx, "read_returned_letters");
        tx.commit(entry.now(json!(done)).done()).await?;
    }
    Ok(done)
}

async fn one(cx: &Cx, tx: &mut Tx<Write>, report: &Report, done: &mut CameBack) -> Result<()> {
    if !matches!(report.action, Action::Failed | Action::Complained) {
        done.passing += 1;
        return Ok(());
    }
    let letter = match report.letter() {
        Some(id) => tx.outbox().find(id).await?,
        None => None,
    };
    // Providers black out the address of whoever complains; the id alone is known to nobody else either.
    let is_to = |to: &kernel::EmailAddress| {
        report
            .recipient
            .as_ref()
            .is_none_or(|recipient| recipient.key() == to.key())
    };
    let Some(letter) = letter.filter(|letter| is_to(&letter.recipient)) else {
        done.strange += 1;
        return Ok(());
    };
    if !tx
        .outbox()
        .came_back(letter.id, cx.now, &masked(&letter, &report.said))
        .await?
    {
        done.known += 1;
        return Ok(());
    }
    done.letters += 1;
    let reason = match report.action {
        Action::Complained => SuppressionReason::Complained,
        _ if report.is_address_fault() => SuppressionReason::Bounced,
        _ => return Ok(()),
    };
    let new = NewSuppression {
        reason,
        said: Some(masked(&letter, &report.said)),
        at: cx.now,
        letter: Some(letter.id),
        by: None,
        email: letter.recipient,
    };
    done.suppressed += u64::from(tx.suppressions().insert(&new).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::{LetterId, PersonId};
    use storage::Lifting;

    use super::*;
    use crate::tests::{Product, on_both};

    fn refusal(id: LetterId, to: &str, status: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example.net\r\nTo: noreply@qixiao.example\r\nSubject: Returned\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"edge\"\r\n\r\n\
             --edge\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n\
             --edge\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n\
             Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: {status}\r\n\
             Diagnostic-Code: smtp; 550 {status} <{to}> is not here\r\n\r\n\
             --edge\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}@qixiao.example>\r\n\r\n--edge--\r\n"
        )
    }

    impl Product {
        async fn came_back(&self, file: &str, dry_run: bool) -> CameBack {
            let cx = Cx::system(self.cx().now);
            read(&self.app, &cx, &Actor::Command, file.as_bytes(), dry_run)
                .await
                .unwrap()
        }

        async fn suppressed(&self, to: &str) -> Option<SuppressionReason> {
            let mut tx = self.app.db().read().await.unwrap();
            let found = tx.suppressions().find(to).await.unwrap();
            found
                .filter(storage::Suppression::is_active)
                .map(|found| found.suppression.reason)
        }
    }

    on_both! {
        async fn an_address_that_a_server_refuses_later_is_written_to_no_more() {
            let product = Product::new().await;
            product.member("上海示范精密制造有限公司", "enterprise", 1).await;
            product.work().await;
            let letter = product.letters.take().remove(0);
            let (id, to) = (letter.id, letter.to.as_str().to_owned());
            let other = product.cx().now;
            let other = product.app.id(other, LetterId::new);
            let file = format!(
                "From a Fri Nov 20 16:30:00 2026\n{}\nFrom b Fri Nov 20 16:30:00 2026\n{}\nFrom c Fri Nov 20 16:30:00 2026\n{}",
                refusal(id, "somebody.else@example.cn", "5.1.1"),
                refusal(other, &to, "5.1.1"),
                refusal(id, &to, "5.1.1"),
            );
            let foreseen = product.came_back(&file, true).await;
            assert_eq!((foreseen.messages, foreseen.letters, foreseen.suppressed, foreseen.strange), (3, 1, 1, 2));
            assert_eq!(product.suppressed(&letter.to.key()).await, None, "looking writes nothing");
            assert_eq!(product.came_back(&file, false).await, CameBack { dry_run: false, ..foreseen });
            assert_eq!(product.suppressed(&letter.to.key()).await, Some(SuppressionReason::Bounced));
            let mut tx = product.app.db().write().await.unwrap();
            let said = tx.outbox().find(id).await.unwrap().unwrap().last_error.unwrap();
            assert!(said.contains("is not here") && !said.contains(&to), "{said}");
            let lifting = Lifting { at: product.cx().now, by: None::<PersonId>, reason: "写错了".to_owned() };
            tx.suppressions().lift(&letter.to.key(), &lifting).await.unwrap();
            let entry = product.app.audit(&Actor::System, &product.cx(), "test.lift");
            tx.commit(entry.done()).await.unwrap();
            let again = product.came_back(&file, false).await;
            assert_eq!((again.letters, again.suppressed, again.known), (0, 0, 1), "what was read is not read again");
            assert_eq!(product.suppressed(&letter.to.key()).await, None);
        }

        async fn a_full_mailbox_is_no_reason_to_write_no_more() {
            let product = Product::new().await;
            product.member("上海示范精密制造有限公司", "enterprise", 1).await;
            product.work().await;
            let letter = product.letters.take().remove(0);
            let done = product.came_back(&refusal(letter.id, letter.to.as_str(), "5.2.2"), false).await;
            assert_eq!((done.messages, done.letters, done.suppressed), (1, 1, 0));
        }

        async fn what_is_no_report_changes_nothing() {
            let product = Product::new().await;
            for file in ["", "hello", "From x\nSubject: holiday\n\nI am away.\n"] {
                let done = product.came_back(file, false).await;
                assert_eq!((done.letters, done.suppressed, done.strange), (0, 0, 0), "{file}");
            }
        }
    }
}
