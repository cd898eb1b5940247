//! Whether letters leave at all.

use kernel::{PersonId, Timestamp};
use uuid::Uuid;

use crate::{
    error::Result,
    query::statements,
    repository::{Writing, repository},
};

/// How the operator last turned the switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSwitch {
    /// Whether letters stay where they are.
    pub paused: bool,
    /// Why it was turned.
    pub reason: String,
    /// Who turned it; nobody when the program did.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    paused: bool,
    reason: String,
    by_person_id: Option<Uuid>,
    at: i64,
}

statements! {
    FIND = "SELECT paused, reason, by_person_id, at FROM mail_switch WHERE only_row = 1";
    SAVE = "INSERT INTO mail_switch (only_row, paused, reason, by_person_id, at) VALUES (1, $1, $2, $3, $4)
            ON CONFLICT (only_row) DO UPDATE SET paused = excluded.paused, reason = excluded.reason,
                by_person_id = excluded.by_person_id, at = excluded.at";
}

repository! {
    /// Whether letters leave.
    MailSwitches, mail_switch
}

impl MailSwitches<'_> {
    /// How it was last turned; nothing when it never was, and then letters leave.
    pub async fn find(&mut self) -> Result<Option<MailSwitch>> {
        let row = self.0.query(FIND).optional::<Row>().await?;
        Ok(row.map(|row| MailSwitch {
            paused: row.paused,
            reason: row.reason,
            by: row.by_person_id.map(PersonId::from_uuid),
            at: Timestamp::from_micros(row.at),
        }))
    }
}

impl Writing<MailSwitches<'_>> {
    /// Turns it.
    pub async fn save(&mut self, switch: &MailSwitch) -> Result<()> {
        let query = self.0.query(SAVE).bind(switch.paused).bind(&switch.reason);
        let query = query.bind(switch.by.map(PersonId::uuid)).bind(switch.at.micros());
        query.execute().await?;
        Ok(())
    }
}
