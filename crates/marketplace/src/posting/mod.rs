//! Posts: a header and its lines, offered by a college or needed by an enterprise, and what may happen to them
//! (lifecycles.md, "Posting").

mod input;

pub use input::{ContentInput, LineInput, names_occupation, read};
use kernel::{Date, Fen, ImportId, LineId, Muted, OrganisationId, PostingId, PostingKind, RegisterRowId, Timestamp};
use serde::{Deserialize, Serialize};
use vocabulary::SkillLevel;

use crate::{Organisation, Problem, ProblemCode, Problems};

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its id.
    pub id: PostingId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// What it offers or asks for.
    pub kind: PostingKind,
    /// Where in its life it is.
    pub status: Status,
    /// What it says.
    pub content: Content,
    /// Where it came from.
    pub origin: Origin,
    /// What does not count in its matches.
    pub muted: Muted,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Where in its life a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// 草稿: only its organisation sees it.
    Draft,
    /// 已发布: everybody sees it, search finds it, it is matched.
    Published {
        /// Since when.
        at: Timestamp,
    },
    /// 已关闭: its page says so; nothing finds it.
    Closed {
        /// Since when it had been published.
        published_at: Timestamp,
        /// When it was closed.
        at: Timestamp,
        /// Why.
        reason: CloseReason,
    },
}

impl Status {
    /// Every code.
    pub const CODES: [&'static str; 3] = ["draft", "published", "closed"];

    /// The code in columns and words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published { .. } => "published",
            Self::Closed { .. } => "closed",
        }
    }
}

/// Why a post was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// 已找到合作方
    Filled,
    /// 计划取消
    Withdrawn,
    /// 其他原因
    Other,
    /// 已过截止日期: by the system, the day after the closing date.
    Expired,
}

impl CloseReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Filled, Self::Withdrawn, Self::Other, Self::Expired];

    /// The reasons that an owner may give.
    pub const OWNER: [Self; 3] = [Self::Filled, Self::Withdrawn, Self::Other];

    /// The code in columns and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Filled => "filled",
            Self::Withdrawn => "withdrawn",
            Self::Other => "other",
            Self::Expired => "expired",
        }
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Where a post came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "origin", rename_all = "snake_case")]
pub enum Origin {
    /// Typed into the form.
    Typed,
    /// Made from rows of the programme register that the college claimed.
    Register {
        /// The row of the first line.
        row: RegisterRowId,
    },
    /// Read from a file.
    Import {
        /// The import.
        import: ImportId,
        /// The file's own name for the post; the same name is the same post in a later import.
        reference: String,
    },
}

/// What a post says, checked field by field. May be incomplete while it is a draft.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// The title.
    pub title: String,
    /// Free text.
    pub summary: String,
    /// Province code.
    pub province: Option<String>,
    /// District code.
    pub district: Option<String>,
    /// The other side must be in the same province.
    pub region_bound: bool,
    /// First day of teaching, training or use.
    pub starts_on: Option<Date>,
    /// Last day.
    pub ends_on: Option<Date>,
    /// Last day on which an answer is welcome.
    pub closing_on: Option<Date>,
    /// Training modes (培养方式).
    pub modes: Vec<String>,
    /// Key industries.
    pub industries: Vec<String>,
    /// Skills and equipment, as tags.
    pub skills: Vec<String>,
    /// Per person: what is asked (offer), what can be paid (need).
    pub price: Option<Fen>,
    /// What exactly, line by line.
    pub lines: Vec<Line>,
}

/// One line of a post: one trade, one level, so many seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id; stays the same through edits.
    pub id: LineId,
    /// Major code (专业代码).
    pub major: Option<String>,
    /// Occupation code (职业编码), possibly of a group.
    pub occupation: Option<String>,
    /// The level reached or wanted.
    pub level: Option<SkillLevel>,
    /// Seats, heads or work stations.
    pub seats: Option<i64>,
    /// Teaching hours in all.
    pub hours: Option<i64>,
    /// Monthly pay from (needs only).
    pub pay_min: Option<Fen>,
    /// Monthly pay to (needs only).
    pub pay_max: Option<Fen>,
    /// A short remark.
    pub note: String,
}

/// Why a post cannot change as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostingRefusal {
    /// The operator has not verified the organisation.
    #[error("the organisation is not verified")]
    NotVerified,
    /// This side does not make posts of this kind.
    #[error("posts of this kind are not this side's to make")]
    WrongSide,
    /// Something is missing or no longer right.
    #[error("the post is not complete")]
    Incomplete(Vec<Problem>),
    /// It is published already.
    #[error("the post is published already")]
    Published,
    /// It is not published.
    #[error("the post is not published")]
    NotPublished,
    /// It is closed.
    #[error("the post is closed")]
    Closed,
}

impl Content {
    /// What is missing or no longer right before others may see it, on `today`.
    pub fn missing(&self, kind: PostingKind, today: Date) -> Vec<Problem> {
        let mut problems = Problems::none();
        if self.title.is_empty() {
            problems.add("title", ProblemCode::Required);
        }
        if self.province.is_none() {
            problems.add("province", ProblemCode::Required);
        }
        if self.closing_on.is_some_and(|closing| closing < today) {
            problems.add("closing_on", ProblemCode::Past);
        }
        if self.ends_on.is_some_and(|end| end < today) {
            problems.add("ends_on", ProblemCode::Past);
        }
        if self.lines.is_empty() {
            problems.add("lines", ProblemCode::LinesMissing);
        }
        for (at, line) in self.lines.iter().enumerate() {
            match kind {
                PostingKind::Programme if line.major.is_none() => {
                    problems.add(format!("lines.{at}.major"), ProblemCode::Required);
                }
                _ if line.major.is_none() && line.occupation.is_none() => {
                    problems.add(format!("lines.{at}.occupation"), ProblemCode::TradeMissing);
                }
                _ => {}
            }
            if line.seats.is_none() && kind != PostingKind::Programme {
                problems.add(format!("lines.{at}.seats"), ProblemCode::Required);
            }
        }
        problems.into_vec()
    }
}

impl Posting {
    /// The most lines that a post may have.
    pub const MAX_LINES: usize = 20;

    /// A draft that says this.
    pub const fn draft(
        (id, organisation): (PostingId, OrganisationId),
        kind: PostingKind,
        content: Content,
        origin: Origin,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            organisation,
            kind,
            status: Status::Draft,
            content,
            origin,
            muted: Muted::NONE,
            created_at: at,
            updated_at: at,
        }
    }

    /// Whether everybody may see it.
    pub const fn is_published(&self) -> bool {
        matches!(self.status, Status::Published { .. })
    }

    /// Since when it has been, or had been, published.
    pub const fn published_at(&self) -> Option<Timestamp> {
        match self.status {
            Status::Draft => None,
            Status::Published { at } | Status::Closed { published_at: at, .. } => Some(at),
        }
    }

    /// Shows it to everybody (P2, P3). The organisation must be verified and the content complete on `today`.
    pub fn publish(mut self, owner: &Organisation, today: Date, at: Timestamp) -> Result<Self, PostingRefusal> {
        match self.status {
            Status::Draft => {}
            Status::Published { .. } => return Err(PostingRefusal::Published),
            Status::Closed { .. } => return Err(PostingRefusal::Closed),
        }
        if !owner.is_verified() {
            return Err(PostingRefusal::NotVerified);
        }
        if !owner.may_post(self.kind) {
            return Err(PostingRefusal::WrongSide);
        }
        let missing = self.content.missing(self.kind, today);
        if !missing.is_empty() {
            return Err(PostingRefusal::Incomplete(missing));
        }
        self.status = Status::Published { at };
        self.updated_at = at;
        Ok(self)
    }

    /// Changes what it says. A published post must stay complete; a closed one stays as it was.
    pub fn edit(mut self, content: Content, today: Date, at: Timestamp) -> Result<Self, PostingRefusal> {
        match self.status {
            Status::Draft => {}
            Status::Published { .. } => {
                let missing = content.missing(self.kind, today);
                if !missing.is_empty() {
                    return Err(PostingRefusal::Incomplete(missing));
                }
            }
            Status::Closed { .. } => return Err(PostingRefusal::Closed),
        }
        self.content = content;
        self.updated_at = at;
        Ok(self)
    }

    /// Says what does not count in its matches. What the post says stays as it was, and so does the moment of its last change.
    pub fn mute(mut self, muted: Muted) -> Result<Self, PostingRefusal> {
        match self.status {
            Status::Draft => Err(PostingRefusal::NotPublished),
            Status::Closed { .. } => Err(PostingRefusal::Closed),
            Status::Published { .. } => {
                self.muted = muted;
                Ok(self)
            }
        }
    }

    /// Takes it out of sight for good (P9).
    pub fn close(mut self, reason: CloseReason, at: Timestamp) -> Result<Self, PostingRefusal> {
        match self.status {
            Status::Draft => Err(PostingRefusal::NotPublished),
            Status::Closed { .. } => Err(PostingRefusal::Closed),
            Status::Published { at: published_at } => {
                self.status = Status::Closed {
                    published_at,
                    at,
                    reason,
                };
                self.updated_at = at;
                Ok(self)
            }
        }
    }

    /// Whether its closing date has passed on `today`, so that the system closes it.
    pub fn has_expired(&self, today: Date) -> bool {
        self.is_published() && self.content.closing_on.is_some_and(|closing| closing < today)
    }
}

#[cfg(test)]
mod tests;
