//! People, and the accounts by which they sign in.

use std::fmt;

use kernel::{AccountId, EmailAddress, Locale, PersonId, Timestamp};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    query::statements,
    repository::{Hash, Writing, hash, micros, moment, repository, written},
};

/// A protected fact: sealed under the key file, with a keyed hash for equality. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// What [`crate::keys::Keys::seal`] returned.
    pub bytes: Vec<u8>,
    /// What [`crate::keys::Keys::fingerprint`] returned.
    pub fingerprint: Hash,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// A person, apart from any login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their phone.
    pub phone: Option<Sealed>,
    /// Their resident ID number.
    pub id_number: Option<Sealed>,
    /// When they were first known.
    pub created_at: Timestamp,
}

/// A login. `Debug` does not show the password's hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub person: PersonId,
    /// The address it signs in with.
    pub email: EmailAddress,
    /// The password's Argon2id hash, when there is one.
    pub password_hash: Option<String>,
    /// Since when the address is known to be theirs.
    pub email_confirmed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("person", &self.person)
            .field("email", &self.email.masked())
            .field("has_password", &self.password_hash.is_some())
            .field("email_confirmed_at", &self.email_confirmed_at)
            .field("created_at", &self.created_at)
            .finish()
    }
}

/// What became of a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum AccountInsert {
    /// It is there.
    Inserted,
    /// Another account has the address; nothing was written.
    EmailTaken,
}

#[derive(sqlx_macros::FromRow)]
struct AccountRow {
    id: Uuid,
    person_id: Uuid,
    email: String,
    password_hash: Option<String>,
    email_confirmed_at: Option<i64>,
    created_at: i64,
}

impl TryFrom<AccountRow> for Account {
    type Error = Error;

    fn try_from(row: AccountRow) -> Result<Self> {
        Ok(Self {
            id: AccountId::from_uuid(row.id),
            person: PersonId::from_uuid(row.person_id),
            email: EmailAddress::parse(&row.email)
                .map_err(|error| Error::corrupt("accounts", "email", row.id, error))?,
            password_hash: row.password_hash,
            email_confirmed_at: moment(row.email_confirmed_at),
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

#[derive(sqlx_macros::FromRow)]
struct LanguageRow {
    locale: String,
}

#[derive(sqlx_macros::FromRow)]
struct PersonRow {
    id: Uuid,
    name: String,
    phone_enc: Option<Vec<u8>>,
    phone_hash: Option<Vec<u8>>,
    id_number_enc: Option<Vec<u8>>,
    id_number_hash: Option<Vec<u8>>,
    created_at: i64,
}

impl TryFrom<PersonRow> for Person {
    type Error = Error;

    fn try_from(row: PersonRow) -> Result<Self> {
        let sealed = |column, bytes: Option<Vec<u8>>, print: Option<Vec<u8>>| {
            bytes
                .zip(print)
                .map(|(bytes, print)| {
                    Ok::<_, Error>(Sealed {
                        bytes,
                        fingerprint: hash("people", column, row.id, &print)?,
                    })
                })
                .transpose()
        };
        Ok(Self {
            id: PersonId::from_uuid(row.id),
            name: row.name,
            phone: sealed("phone_hash", row.phone_enc, row.phone_hash)?,
            id_number: sealed("id_number_hash", row.id_number_enc, row.id_number_hash)?,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}

macro_rules! account_columns {
    () => {
        "id, person_id, email, password_hash, email_confirmed_at, created_at"
    };
}
macro_rules! person_columns {
    () => {
        "id, name, phone_enc, phone_hash, id_number_enc, id_number_hash, created_at"
    };
}

statements! {
    INSERT_PERSON = "INSERT INTO people (id, name, phone_enc, phone_hash, id_number_enc, id_number_hash, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    DELETE_PERSON = "DELETE FROM people WHERE id = $1";
    INSERT = "INSERT INTO accounts (id, person_id, email, email_key, password_hash, email_confirmed_at, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email_key) DO NOTHING";
    FIND = concat!("SELECT ", account_columns!(), " FROM accounts WHERE id = $1");
    FIND_BY_EMAIL_KEY = concat!("SELECT ", account_columns!(), " FROM accounts WHERE email_key = $1");
    OF_PERSON = concat!("SELECT ", account_columns!(), " FROM accounts WHERE person_id = $1 ORDER BY created_at, id");
    SET_PASSWORD = "UPDATE accounts SET password_hash = $2 WHERE id = $1";
    SET_LANGUAGE = "UPDATE accounts SET locale = $2 WHERE id = $1 AND locale <> $2";
    LANGUAGE = "SELECT locale FROM accounts WHERE email_key = $1";
    CONFIRM_EMAIL = "UPDATE accounts SET email_confirmed_at = $2 WHERE id = $1 AND email_confirmed_at IS NULL";
    PERSON = concat!("SELECT ", person_columns!(), " FROM people WHERE id = $1");
    BY_ID_NUMBER = concat!("SELECT ", person_columns!(), " FROM people WHERE id_number_hash = $1 ORDER BY created_at, id LIMIT 1");
}

repository! {
    /// Accounts and the people behind them.
    Accounts, accounts
}

impl Accounts<'_> {
    /// One account.
    pub async fn find(&mut self, id: AccountId) -> Result<Option<Account>> {
        let row = self.0.query(FIND).bind(id.uuid()).optional::<AccountRow>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The account of an address ([`EmailAddress::key`]).
    pub async fn find_by_email_key(&mut self, key: &str) -> Result<Option<Account>> {
        let row = self
            .0
            .query(FIND_BY_EMAIL_KEY)
            .bind(key)
            .optional::<AccountRow>()
            .await?;
        row.map(TryInto::try_into).transpose()
    }

    /// In which language whoever has this address ([`EmailAddress::key`]) reads, when they have an account.
    pub async fn language_of(&mut self, key: &str) -> Result<Option<Locale>> {
        let row = self.0.query(LANGUAGE).bind(key).optional::<LanguageRow>().await?;
        Ok(row.and_then(|row| Locale::from_code(&row.locale)))
    }

    /// A person's accounts, the oldest first.
    pub async fn of_person(&mut self, person: PersonId) -> Result<Vec<Account>> {
        let rows = self.0.query(OF_PERSON).bind(person.uuid()).all::<AccountRow>().await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// One person.
    pub async fn find_person(&mut self, id: PersonId) -> Result<Option<Person>> {
        let row = self.0.query(PERSON).bind(id.uuid()).optional::<PersonRow>().await?;
        row.map(TryInto::try_into).transpose()
    }

    /// The person known by an identity number: its keyed hash.
    pub async fn find_person_by_id_number(&mut self, fingerprint: &Hash) -> Result<Option<Person>> {
        let query = self.0.query(BY_ID_NUMBER).bind(&fingerprint[..]);
        query.optional::<PersonRow>().await?.map(TryInto::try_into).transpose()
    }
}

impl Writing<Accounts<'_>> {
    /// Notes in which language somebody reads.
    pub async fn set_language(&mut self, id: AccountId, language: Locale) -> Result<()> {
        let query = self.0.query(SET_LANGUAGE).bind(id.uuid()).bind(language.code());
        query.execute().await?;
        Ok(())
    }

    /// A new person without any login.
    pub async fn insert_person_alone(&mut self, person: &Person) -> Result<()> {
        self.insert_person(person).await
    }

    /// A new person with their first account.
    pub async fn insert(&mut self, person: &Person, account: &Account) -> Result<AccountInsert> {
        self.insert_person(person).await?;
        let outcome = self.insert_account(account).await?;
        if outcome == AccountInsert::EmailTaken {
            self.0.query(DELETE_PERSON).bind(person.id.uuid()).execute().await?;
        }
        Ok(outcome)
    }

    async fn insert_person(&mut self, person: &Person) -> Result<()> {
        let rows = self
            .0
            .query(INSERT_PERSON)
            .bind(person.id.uuid())
            .bind(&person.name)
            .bind(person.phone.as_ref().map(|sealed| &sealed.bytes[..]))
            .bind(person.phone.as_ref().map(|sealed| &sealed.fingerprint[..]))
            .bind(person.id_number.as_ref().map(|sealed| &sealed.bytes[..]))
            .bind(person.id_number.as_ref().map(|sealed| &sealed.fingerprint[..]))
            .bind(person.created_at.micros())
            .execute()
            .await?;
        written(rows, "people", person.id.uuid())
    }

    /// A new account of a person who is there.
    pub(crate) async fn insert_account(&mut self, account: &Account) -> Result<AccountInsert> {
        let rows = self
            .0
            .query(INSERT)
            .bind(account.id.uuid())
            .bind(account.person.uuid())
            .bind(account.email.as_str())
            .bind(account.email.key())
            .bind(account.password_hash.as_deref())
            .bind(micros(account.email_confirmed_at))
            .bind(account.created_at.micros())
            .execute()
            .await?;
        Ok(if rows == 1 {
            AccountInsert::Inserted
        } else {
            AccountInsert::EmailTaken
        })
    }

    /// Sets the password, or takes it away. False when there is no such account.
    pub async fn set_password(&mut self, id: AccountId, password_hash: Option<&str>) -> Result<bool> {
        Ok(self
            .0
            .query(SET_PASSWORD)
            .bind(id.uuid())
            .bind(password_hash)
            .execute()
            .await?
            == 1)
    }

    /// Notes that the address is theirs. False when that was known before.
    pub async fn confirm_email(&mut self, id: AccountId, at: Timestamp) -> Result<bool> {
        Ok(self
            .0
            .query(CONFIRM_EMAIL)
            .bind(id.uuid())
            .bind(at.micros())
            .execute()
            .await?
            == 1)
    }
}
