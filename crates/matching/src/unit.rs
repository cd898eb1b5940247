//! What matching sees of a post's line or of a register row.

use kernel::{Date, LineId, Muted, OrganisationId, PostingId, PostingKind, RegisterRowId};
use serde::{Deserialize, Serialize};
use vocabulary::SkillLevel;

/// What a unit stands for. It alone decides the order of near-equals, so that the same input gives the same answer everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitId {
    /// One line of a post.
    Posting {
        /// The post.
        posting: PostingId,
        /// The line.
        line: LineId,
    },
    /// A row of the national programme register: a fact, not an offer of anybody.
    Register(RegisterRowId),
    /// A row of somebody's file, by the reference it has there.
    External(String),
}

/// Whose unit it is. Two units of one owner never match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// An organisation of the platform.
    Organisation(OrganisationId),
    /// Somebody of a file or a register, by the key used there.
    External(String),
}

/// One line of a post, or one register row, as matching sees it. A field that is `None` or empty says nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// What it stands for; unique among the units of a side.
    pub id: UnitId,
    /// Whose it is.
    pub owner: Option<Owner>,
    /// What it offers or asks for.
    pub kind: PostingKind,
    /// Occupation code; a group code is as good.
    pub occupation: Option<String>,
    /// Major code.
    pub major: Option<String>,
    /// The level an offer leads to, or the level a need wants.
    pub level: Option<SkillLevel>,
    /// Seats offered or wanted.
    pub seats: Option<i64>,
    /// Province code.
    pub province: Option<String>,
    /// District code.
    pub district: Option<String>,
    /// Whether it has to stay in its province.
    pub region_bound: bool,
    /// First day. A window that ends before it starts says nothing.
    pub starts_on: Option<Date>,
    /// Last day.
    pub ends_on: Option<Date>,
    /// Codes of training modes: practised by an offer, wished by a need.
    pub modes: Vec<String>,
    /// Codes of industries: served by an offer, the need's own.
    pub industries: Vec<String>,
    /// Folded words of skills: taught by an offer, wanted by a need.
    pub skills: Vec<String>,
    /// Fen per person: asked by an offer, the budget of a need. A negative amount says nothing.
    pub price_fen: Option<i64>,
    /// Hours: given by an offer, wanted by a need. Zero and less say nothing.
    pub hours: Option<i64>,
    /// Whether somebody answers for it on the platform; shown, never scored.
    pub joined: bool,
    /// What its owner does not want to count: neutral in every pair of it, whatever both say. What is hard stays hard.
    pub muted: Muted,
}

impl Unit {
    /// A unit that says nothing but what it is.
    pub fn new(id: UnitId, kind: PostingKind) -> Self {
        Self {
            id,
            owner: None,
            kind,
            occupation: None,
            major: None,
            level: None,
            seats: None,
            province: None,
            district: None,
            region_bound: false,
            starts_on: None,
            ends_on: None,
            modes: Vec::new(),
            industries: Vec::new(),
            skills: Vec::new(),
            price_fen: None,
            hours: None,
            joined: true,
            muted: Muted::NONE,
        }
    }
}
