//! Stored evidence that is changed behind everybody's back, byte by byte, for tests: as it lies there, and as somebody
//! with the keys would change it.

use kernel::{AgreementId, SeededChance};
use uuid::Uuid;

use crate::{
    AgreementKey, Db, Error, Result, Tx, Write,
    agreements::{Place, SEALED_STATE, unsealed},
    keys::Keys,
    query::Record,
};

/// How a value lies in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bytes,
    Number,
    Text,
    Json,
    Id,
}

/// What tells the rows of one agreement in a table apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Only,
    Number(i64),
    Id(Uuid),
}

/// A column: of which table, by what its rows are told apart, and how it lies there.
type Column = (&'static str, &'static str, &'static str, Kind);

/// What holds evidence, or what people wrote. Columns whose words the database itself checks are left out.
const COLUMNS: &[Column] = &[
    ("agreements", "", "sealed_key", Kind::Bytes),
    ("agreements", "", "state_enc", Kind::Bytes),
    ("agreements", "", "content_hash", Kind::Bytes),
    ("agreements", "", "created_at", Kind::Number),
    ("agreements", "", "number", Kind::Text),
    ("agreement_drafts", "", "body_enc", Kind::Bytes),
    ("agreement_versions", "content_version", "content_enc", Kind::Bytes),
    ("agreement_versions", "content_version", "content_hash", Kind::Bytes),
    ("agreement_versions", "content_version", "frozen_at", Kind::Number),
    ("agreement_events", "seq", "at", Kind::Number),
    ("agreement_events", "seq", "act", Kind::Text),
    ("agreement_events", "seq", "actor", Kind::Text),
    ("agreement_events", "seq", "slot_id", Kind::Id),
    ("agreement_events", "seq", "content_version", Kind::Number),
    ("agreement_events", "seq", "content_hash", Kind::Bytes),
    ("agreement_events", "seq", "details_hash", Kind::Bytes),
    ("agreement_events", "seq", "origin_hash", Kind::Bytes),
    ("agreement_events", "seq", "previous", Kind::Bytes),
    ("agreement_events", "seq", "hash", Kind::Bytes),
    ("agreement_events", "seq", "details_enc", Kind::Bytes),
    ("agreement_events", "seq", "origin_enc", Kind::Bytes),
    ("agreement_seals", "place", "sealed_at", Kind::Number),
    ("agreement_seals", "place", "seal", Kind::Json),
    ("signature_slots", "slot_id", "deadline_at", Kind::Number),
    ("signature_slots", "slot_id", "signed_at", Kind::Number),
    ("signature_slots", "slot_id", "signature", Kind::Json),
];

/// A stored value.
#[derive(Debug, Clone)]
pub struct StoredValue {
    /// Its table.
    pub table: &'static str,
    /// Its column.
    pub column: &'static str,
    /// The number of its row, where rows are numbered: of an event, a seal, a version.
    pub number: Option<i64>,
    /// The id of its row, where it is one of a slot.
    pub slot: Option<Uuid>,
    /// Whether the bytes are those inside of what is sealed.
    pub opened: bool,
    /// Its bytes.
    pub bytes: Vec<u8>,
    by: &'static str,
    row: Row,
    kind: Kind,
}

#[derive(sqlx_macros::FromRow)]
struct Value<T> {
    value: Option<T>,
}

impl StoredValue {
    fn place(&self) -> Place {
        match (self.table, self.row) {
            ("agreements", _) => SEALED_STATE,
            (table, Row::Number(number)) => Place::new(table, self.column, number.to_string()),
            (table, _) => Place::new(table, self.column, String::new()),
        }
    }
}

fn of_agreement(table: &str) -> &'static str {
    if table == "agreements" { "id" } else { "agreement_id" }
}

impl Tx<Write> {
    async fn rows_of(&mut self, id: AgreementId, (table, by, ..): Column) -> Result<Vec<Row>> {
        if by.is_empty() {
            return Ok(vec![Row::Only]);
        }
        let select = self.dynamic("SELECT ").push(by).push(" AS value FROM ").push(table);
        let select = select
            .push(" WHERE agreement_id = ")
            .value(id.uuid())
            .push(" ORDER BY 1");
        if by == "slot_id" {
            let rows = select.all::<Value<Uuid>>().await?;
            return Ok(rows.into_iter().filter_map(|row| row.value.map(Row::Id)).collect());
        }
        let rows = select.all::<Value<i64>>().await?;
        Ok(rows.into_iter().filter_map(|row| row.value.map(Row::Number)).collect())
    }

    async fn value_of<T: Send + Unpin>(&mut self, id: AgreementId, column: Column, row: Row) -> Result<Option<T>>
    where
        Value<T>: Record,
    {
        let (table, by, name, kind) = column;
        let select = self.dynamic("SELECT ");
        let select = if kind == Kind::Json {
            select.push("CAST(").push(name).push(" AS TEXT)")
        } else {
            select.push(name)
        };
        let select = select.push(" AS value FROM ").push(table).push(" WHERE ");
        let select = select.push(of_agreement(table)).push(" = ").value(id.uuid());
        let select = match row {
            Row::Only => select,
            Row::Number(number) => select.push(" AND ").push(by).push(" = ").value(number),
            Row::Id(id) => select.push(" AND ").push(by).push(" = ").value(id),
        };
        Ok(select.one::<Value<T>>().await?.value)
    }

    async fn set(&mut self, id: AgreementId, value: &StoredValue, bytes: &[u8]) -> Result<()> {
        let update = self
            .dynamic("UPDATE ")
            .push(value.table)
            .push(" SET ")
            .push(value.column);
        let update = update.push(" = ");
        let text = || String::from_utf8_lossy(bytes).into_owned();
        let update = match value.kind {
            Kind::Bytes => update.value(bytes.to_vec()),
            Kind::Json if update.is_postgres() => update.push("CAST(").value(text()).push(" AS JSONB)"),
            Kind::Json | Kind::Text => update.value(text()),
            Kind::Number => update.value(i64::from_le_bytes(bytes.try_into().unwrap_or_default())),
            Kind::Id => update.value(Uuid::from_bytes(bytes.try_into().unwrap_or_default())),
        };
        let update = update
            .push(" WHERE ")
            .push(of_agreement(value.table))
            .push(" = ")
            .value(id.uuid());
        let update = match value.row {
            Row::Only => update,
            Row::Number(number) => update.push(" AND ").push(value.by).push(" = ").value(number),
            Row::Id(row) => update.push(" AND ").push(value.by).push(" = ").value(row),
        };
        update.execute().await.map(|_| ())
    }

    async fn key_of(&mut self, id: AgreementId, keys: &Keys) -> Result<AgreementKey> {
        let column = ("agreements", "", "sealed_key", Kind::Bytes);
        let sealed = self.value_of::<Vec<u8>>(id, column, Row::Only).await?;
        unsealed(id, keys, &sealed.unwrap_or_default())
    }
}

impl Db {
    /// Every stored value of an agreement that holds evidence, or what people wrote: as it lies there, and opened.
    pub async fn stored_values(&self, id: AgreementId, keys: &Keys) -> Result<Vec<StoredValue>> {
        let mut tx = self.write().await?;
        let key = tx.key_of(id, keys).await?;
        let mut values = Vec::new();
        for column in COLUMNS {
            let (table, by, name, kind) = *column;
            for row in tx.rows_of(id, *column).await? {
                let bytes = match kind {
                    Kind::Bytes => tx.value_of::<Vec<u8>>(id, *column, row).await?,
                    Kind::Text | Kind::Json => tx.value_of::<String>(id, *column, row).await?.map(String::into_bytes),
                    Kind::Number => tx
                        .value_of::<i64>(id, *column, row)
                        .await?
                        .map(|n| n.to_le_bytes().to_vec()),
                    Kind::Id => tx
                        .value_of::<Uuid>(id, *column, row)
                        .await?
                        .map(|id| id.as_bytes().to_vec()),
                };
                let Some(bytes) = bytes else { continue };
                let value = StoredValue {
                    table,
                    column: name,
                    number: if let Row::Number(number) = row {
                        Some(number)
                    } else {
                        None
                    },
                    slot: if let Row::Id(slot) = row { Some(slot) } else { None },
                    opened: false,
                    bytes,
                    by,
                    row,
                    kind,
                };
                if name.ends_with("_enc") {
                    values.push(StoredValue {
                        opened: true,
                        bytes: key.open_bytes(&value.place(), &value.bytes)?,
                        ..value.clone()
                    });
                }
                values.push(value);
            }
        }
        Ok(values)
    }

    /// Writes `bytes` where a value lies; opened ones are sealed again. False when the database does not take them.
    pub async fn spoil(&self, id: AgreementId, keys: &Keys, value: &StoredValue, bytes: &[u8]) -> Result<bool> {
        let mut tx = self.write().await?;
        let sealed;
        let bytes = if value.opened {
            let key = tx.key_of(id, keys).await?;
            sealed = key.seal(&value.place(), bytes, &SeededChance::new(1));
            &sealed
        } else {
            bytes
        };
        match tx.set(id, value, bytes).await {
            Ok(()) => {}
            Err(Error::Driver(sqlx::Error::Database(_))) => return Ok(false),
            Err(error) => return Err(error),
        }
        match tx.keep().await {
            Ok(()) => Ok(true),
            Err(Error::Driver(sqlx::Error::Database(_))) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
