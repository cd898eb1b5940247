//! The keys that seal: one in use, its secret sealed under the master key; and the public halves of all there were.

use agreement::evidence::{KeyId, PublicKey, SealKey, TrustedKey, TrustedKeys};
use kernel::{Chance, Timestamp, to_hex};

use crate::{
    error::{Error, Result},
    keys::{Keys, OpenError},
    query::statements,
    repository::{Hash, Writing, moment, repository},
};

const TABLE: &str = "seal_keys";

/// A key does not have the name it goes by.
#[derive(Debug, thiserror::Error)]
#[error("the key has another name")]
struct Misnamed;

fn context(key: KeyId) -> String {
    format!("seal_keys.secret_enc {key}")
}

/// The hexadecimal name of a row whose columns may be broken.
fn corrupt(column: &'static str, key: &[u8], error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::corrupt(TABLE, column, to_hex(key), error)
}

#[derive(sqlx_macros::FromRow)]
struct SecretRow {
    key_id: Vec<u8>,
    secret_enc: Vec<u8>,
}

impl SecretRow {
    fn open(&self, keys: &Keys) -> Result<SealKey> {
        let id: [u8; 16] = self.key_id[..]
            .try_into()
            .map_err(|error: std::array::TryFromSliceError| corrupt("key_id", &self.key_id, error))?;
        let secret = keys.open(&context(KeyId::from_bytes(id)), &self.secret_enc);
        let secret: Option<Hash> = secret
            .map_err(|error| corrupt("secret_enc", &self.key_id, error))?
            .try_into()
            .ok();
        let secret = secret.ok_or_else(|| corrupt("secret_enc", &self.key_id, OpenError::Shape))?;
        Ok(SealKey::from_secret(&secret))
    }
}

#[derive(sqlx_macros::FromRow)]
struct PublicRow {
    key_id: Vec<u8>,
    public_key: Vec<u8>,
    from_at: i64,
    until_at: Option<i64>,
    stolen_at: Option<i64>,
}

impl TryFrom<PublicRow> for TrustedKey {
    type Error = Error;

    fn try_from(row: PublicRow) -> Result<Self> {
        let public_key: Hash = row.public_key[..]
            .try_into()
            .map_err(|error: std::array::TryFromSliceError| corrupt("public_key", &row.key_id, error))?;
        let public_key = PublicKey::from_bytes(public_key);
        Ok(Self {
            public_key,
            from: Timestamp::from_micros(row.from_at),
            until: moment(row.until_at),
            stolen: moment(row.stolen_at),
        })
    }
}

statements! {
    IN_USE = "SELECT key_id, secret_enc FROM seal_keys WHERE until_at IS NULL AND secret_enc IS NOT NULL";
    /// Nothing is written when another key came into use first.
    INSERT = "INSERT INTO seal_keys (key_id, algorithm, public_key, secret_enc, from_at, until_at, stolen_at)
              VALUES ($1, 'Ed25519', $2, $3, $4, NULL, NULL) ON CONFLICT DO NOTHING";
    RETIRE = "UPDATE seal_keys SET until_at = $1, secret_enc = NULL WHERE until_at IS NULL";
    STOLEN = "UPDATE seal_keys SET stolen_at = $2 WHERE key_id = $1 AND until_at IS NOT NULL AND stolen_at IS NULL";
    ALL_KEYS = "SELECT key_id, public_key, from_at, until_at, stolen_at FROM seal_keys ORDER BY from_at, key_id";
}

repository! {
    /// The keys that seal.
    SealKeys, seal_keys
}

impl SealKeys<'_> {
    /// Every public key there was, with the time in which it sealed.
    pub async fn trusted(&mut self) -> Result<TrustedKeys> {
        let rows = self.0.query(ALL_KEYS).all::<PublicRow>().await?;
        let keys: Result<Vec<TrustedKey>> = rows.into_iter().map(TryInto::try_into).collect();
        keys.map(TrustedKeys::new)
    }

    /// The same, each key by itself. What is `Err` is no key, or not the one that it was.
    pub async fn kept(&mut self) -> Result<Vec<Result<TrustedKey>>> {
        let rows = self.0.query(ALL_KEYS).all::<PublicRow>().await?;
        let kept = |row: PublicRow| {
            let id = row.key_id.clone();
            let key = TrustedKey::try_from(row)?;
            if key.public_key.id().bytes()[..] == id[..] {
                Ok(key)
            } else {
                Err(corrupt("public_key", &id, Misnamed))
            }
        };
        Ok(rows.into_iter().map(kept).collect())
    }

    async fn in_use(&mut self, keys: &Keys) -> Result<Option<SealKey>> {
        let row = self.0.query(IN_USE).optional::<SecretRow>().await?;
        row.map(|row| row.open(keys)).transpose()
    }
}

impl Writing<SealKeys<'_>> {
    /// The key in use. At first need, and after the last one was retired, it is drawn.
    pub async fn current(&mut self, keys: &Keys, at: Timestamp, chance: &dyn Chance) -> Result<SealKey> {
        if let Some(key) = self.in_use(keys).await? {
            return Ok(key);
        }
        let secret = SealKey::draw_secret(chance);
        let key = SealKey::from_secret(&secret);
        let public = key.public();
        let id = public.id();
        let sealed = keys.seal(&context(id), &secret, chance);
        let rows = self
            .0
            .query(INSERT)
            .bind(&id.bytes()[..])
            .bind(&public.bytes()[..])
            .bind(sealed)
            .bind(at.micros())
            .execute()
            .await?;
        if rows == 1 {
            return Ok(key);
        }
        // Somebody else was first; theirs is in sight now.
        let theirs = self.in_use(keys).await?;
        theirs.ok_or_else(|| corrupt("key_id", id.bytes(), OpenError::Refused))
    }

    /// Retires the key in use and forgets its secret; the next `SealKeys::current` draws another. False when there is none.
    pub async fn retire(&mut self, at: Timestamp) -> Result<bool> {
        Ok(self.0.query(RETIRE).bind(at.micros()).execute().await? == 1)
    }

    /// Notes that the secret of a retired key was lost to others. False when it is in use, unknown, or noted before.
    pub async fn mark_stolen(&mut self, key: KeyId, at: Timestamp) -> Result<bool> {
        let query = self.0.query(STOLEN).bind(&key.bytes()[..]).bind(at.micros());
        Ok(query.execute().await? == 1)
    }
}
