//! What is searched for, counted by words and days, and what an operator decided that words mean. No person stands beside
//! any of it.

use kernel::{Date, PersonId, Timestamp};
use uuid::Uuid;

use crate::{
    db::Db,
    error::Result,
    query::statements,
    repository::{Count, Writing, repository},
};

/// How often some words were searched for on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionTally {
    /// The words, folded.
    pub words: String,
    /// The day in Shanghai.
    pub day: Date,
    /// How often; at least once.
    pub asked: i64,
    /// How often nothing was found by the words alone.
    pub unfound: i64,
}

/// What was searched for since some day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx_macros::FromRow)]
pub struct Question {
    /// The words, folded.
    pub words: String,
    /// How often.
    pub asked: i64,
    /// How often nothing was found by the words alone.
    pub unfound: i64,
    /// The last day in Shanghai.
    pub last_on: Date,
}

/// What an operator decided of words by which nothing is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// The words, folded.
    pub words: String,
    /// The words that are searched for in their place; none when they are left as they are.
    pub means: Option<String>,
    /// Who decided; nobody when it was done at the command line.
    pub decided_by: Option<PersonId>,
    /// When.
    pub decided_at: Timestamp,
}

#[derive(sqlx_macros::FromRow)]
struct MeaningRow {
    words: String,
    means: Option<String>,
    decided_by: Option<Uuid>,
    decided_at: i64,
}

impl From<MeaningRow> for Meaning {
    fn from(row: MeaningRow) -> Self {
        Self {
            words: row.words,
            means: row.means,
            decided_by: row.decided_by.map(PersonId::from_uuid),
            decided_at: Timestamp::from_micros(row.decided_at),
        }
    }
}

statements! {
    ADD = "INSERT INTO questions (words, day, asked, unfound) VALUES ($1, $2, $3, $4)
           ON CONFLICT (words, day) DO UPDATE
              SET asked = questions.asked + excluded.asked, unfound = questions.unfound + excluded.unfound";
    ADD_TO = "UPDATE questions SET asked = asked + $3, unfound = unfound + $4 WHERE words = $1 AND day = $2";
    OF_DAY = "SELECT COUNT(*) AS n FROM questions WHERE day = $1";
    MOST_ASKED = "SELECT words, CAST(SUM(asked) AS BIGINT) AS asked, CAST(SUM(unfound) AS BIGINT) AS unfound,
                         MAX(day) AS last_on
                    FROM questions WHERE day >= $1
                   GROUP BY words HAVING SUM(asked) >= $2 ORDER BY SUM(asked) DESC, words LIMIT $3";
    UNFOUND = "SELECT words, CAST(SUM(asked) AS BIGINT) AS asked, CAST(SUM(unfound) AS BIGINT) AS unfound,
                      MAX(day) AS last_on
                 FROM questions
                WHERE day >= $1 AND NOT EXISTS (SELECT 1 FROM meanings WHERE meanings.words = questions.words)
                GROUP BY words HAVING SUM(unfound) >= $2 ORDER BY SUM(unfound) DESC, words LIMIT $3";
    PURGE = "DELETE FROM questions WHERE day < $1";
    PURGE_RARE = "DELETE FROM questions WHERE words IN
                    (SELECT words FROM questions GROUP BY words HAVING SUM(asked) < $1 AND MAX(day) < $2)";
    MEANING = "SELECT words, means, decided_by, decided_at FROM meanings WHERE words = $1";
    MEANINGS = "SELECT words, means, decided_by, decided_at FROM meanings ORDER BY decided_at DESC, words LIMIT $1";
    DECIDE = "INSERT INTO meanings (words, means, decided_by, decided_at) VALUES ($1, $2, $3, $4)
              ON CONFLICT (words) DO UPDATE
                 SET means = excluded.means, decided_by = excluded.decided_by, decided_at = excluded.decided_at";
    FORGET = "DELETE FROM meanings WHERE words = $1";
}

repository! {
    /// What was searched for, and what words mean.
    Questions, questions
}

impl Questions<'_> {
    /// What was asked at least `often` since that day, the most frequent first.
    pub async fn most_asked(&mut self, since: Date, often: i64, limit: i64) -> Result<Vec<Question>> {
        self.0.query(MOST_ASKED).bind(since).bind(often).bind(limit).all().await
    }

    /// What found nothing at least `often` since that day and is not decided, the most frequent first.
    pub async fn unfound(&mut self, since: Date, often: i64, limit: i64) -> Result<Vec<Question>> {
        self.0.query(UNFOUND).bind(since).bind(often).bind(limit).all().await
    }

    /// What was decided of these words, folded.
    pub async fn meaning(&mut self, words: &str) -> Result<Option<Meaning>> {
        let row = self.0.query(MEANING).bind(words).optional::<MeaningRow>().await?;
        Ok(row.map(Into::into))
    }

    /// What was decided, the latest first.
    pub async fn meanings(&mut self, limit: i64) -> Result<Vec<Meaning>> {
        let rows = self.0.query(MEANINGS).bind(limit).all::<MeaningRow>().await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

impl Writing<Questions<'_>> {
    /// Decides what words mean, in the place of what was decided before.
    pub async fn decide(&mut self, meaning: &Meaning) -> Result<()> {
        let query = self.0.query(DECIDE).bind(&meaning.words).bind(meaning.means.as_deref());
        let query = query
            .bind(meaning.decided_by.map(PersonId::uuid))
            .bind(meaning.decided_at.micros());
        query.execute().await?;
        Ok(())
    }

    /// Takes a decision back; says whether there was one.
    pub async fn undecide(&mut self, words: &str) -> Result<bool> {
        Ok(self.0.query(FORGET).bind(words).execute().await? > 0)
    }
}

impl Db {
    /// Adds to what was asked. Once a day has `most` different words, only those it has are counted on. Housekeeping.
    pub async fn note_questions(&self, tallies: &[QuestionTally], most: i64) -> Result<()> {
        let mut tx = self.write().await?;
        for tally in tallies {
            for statement in [ADD_TO, ADD] {
                let query = tx.query(statement).bind(&tally.words).bind(tally.day);
                let written = query.bind(tally.asked).bind(tally.unfound).execute().await?;
                if written > 0 || tx.query(OF_DAY).bind(tally.day).one::<Count>().await?.n >= most {
                    break;
                }
            }
        }
        tx.keep().await
    }

    /// Forgets what was asked before `before`, and what nobody asked since `rare_before` and was asked less than `often`.
    /// Housekeeping.
    pub async fn purge_questions(&self, before: Date, rare_before: Date, often: i64) -> Result<u64> {
        let mut tx = self.write().await?;
        let mut gone = tx.query(PURGE).bind(before).execute().await?;
        gone += tx.query(PURGE_RARE).bind(often).bind(rare_before).execute().await?;
        tx.keep().await?;
        Ok(gone)
    }
}
