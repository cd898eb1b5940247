//! Slots: the places where people sign, one person each.

use kernel::{EmailAddress, Locale, SlotId, Timestamp, codes};
use serde::{Deserialize, Serialize};

use super::{Party, grid::Role};
use crate::evidence::{Authority, ContentHash};

codes! {
    /// As whom somebody signs.
    SlotRole {
        /// 用人单位
        Enterprise = "enterprise",
        /// 院校
        College = "college",
        /// 学徒
        Apprentice = "apprentice",
        /// 监护人
        Guardian = "guardian",
    }

    /// How a signatory was known.
    Method {
        /// By the login of an account.
        Login = "login",
        /// By the slot's own link, sent to its address, and what the signatory typed of themselves.
        Link = "link",
        /// By the slot's own link, and a code sent or handed over apart from it.
        LinkAndCode = "link_and_code",
        /// By an officer who looked at the identity card.
        InPerson = "in_person",
    }
}

impl SlotRole {
    /// The side that looks after the slot. The apprentice is the enterprise's own employee, so the enterprise mends an
    /// address of the apprentice's or the guardian's.
    pub const fn side(self) -> Party {
        match self {
            Self::College => Party::College,
            Self::Enterprise | Self::Apprentice | Self::Guardian => Party::Enterprise,
        }
    }

    /// Whether the person is the party: another name is then another agreement. An officer only signs for an organisation.
    pub const fn is_the_party(self) -> bool {
        matches!(self, Self::Apprentice | Self::Guardian)
    }

    /// The usual place in the order: apprentice and guardian, then the enterprise, then the college.
    pub const fn usual_order(self) -> u8 {
        match self {
            Self::Apprentice | Self::Guardian => 1,
            Self::Enterprise => 2,
            Self::College => 3,
        }
    }
}

impl From<Party> for SlotRole {
    fn from(party: Party) -> Self {
        match party {
            Party::Enterprise => Self::Enterprise,
            Party::College => Self::College,
        }
    }
}

/// How a signatory is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case", deny_unknown_fields)]
pub enum Channel {
    /// By letter.
    Email {
        /// Where to.
        address: EmailAddress,
    },
    /// By a code or QR that an officer hands over.
    Code,
}

/// A slot as it is planned before sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotPlan {
    /// As whom.
    pub role: SlotRole,
    /// The name of who signs.
    pub name: String,
    /// How to reach them; `None` when nobody knows.
    pub channel: Option<Channel>,
    /// In which language they are written to.
    pub language: Locale,
    /// Equal numbers sign in parallel, lower ones first.
    pub order: u8,
    /// Whether the agreement waits for it. A slot that nobody waits for opens at once, and closes with the last that
    /// somebody does wait for.
    pub required: bool,
}

impl SlotPlan {
    /// A slot that is required, in the usual order and language.
    pub fn required(role: SlotRole, name: impl Into<String>, channel: Channel) -> Self {
        Self {
            role,
            name: name.into(),
            channel: Some(channel),
            language: Locale::default(),
            order: role.usual_order(),
            required: true,
        }
    }
}

/// A slot of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// As whom.
    pub role: SlotRole,
    /// The name of who signs.
    pub name: String,
    /// How to reach them.
    pub channel: Channel,
    /// In which language they are written to.
    #[serde(default)]
    pub language: Locale,
    /// Its place in the order.
    pub order: u8,
    /// Whether the agreement waits for it.
    pub required: bool,
    /// How often its deadline was extended, also before it was replaced.
    pub extensions: u8,
    /// What became of it.
    pub state: SlotState,
}

/// What became of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "slot", rename_all = "snake_case", deny_unknown_fields)]
pub enum SlotState {
    /// Others sign first.
    WaitingTurn,
    /// Waiting for its signature.
    Open {
        /// Since when.
        since: Timestamp,
        /// Until when.
        deadline: Timestamp,
        /// How many reminders went out.
        reminders: u8,
        /// When the last went out.
        reminded_at: Option<Timestamp>,
    },
    /// Signed.
    Signed(Signature),
    /// The signatory will not sign this.
    Declined {
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// Its deadline passed.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// Another slot stands in its place.
    Replaced {
        /// Which.
        by: SlotId,
        /// When.
        at: Timestamp,
    },
    /// The round ended without it.
    Closed {
        /// When.
        at: Timestamp,
    },
}

impl SlotState {
    /// The code for words.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WaitingTurn => "waiting_turn",
            Self::Open { .. } => "open",
            Self::Signed(_) => "signed",
            Self::Declined { .. } => "declined",
            Self::Expired { .. } => "expired",
            Self::Replaced { .. } => "replaced",
            Self::Closed { .. } => "closed",
        }
    }

    /// Every code.
    pub const CODES: [&'static str; 7] = [
        "waiting_turn",
        "open",
        "signed",
        "declined",
        "expired",
        "replaced",
        "closed",
    ];
}

/// A signature: what was signed, when, and how the signatory was known. The rest stands in the event's details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// When.
    pub at: Timestamp,
    /// By what right, for an organisation.
    #[serde(default)]
    pub authority: Option<Authority>,
    /// The version.
    pub content_version: u32,
    /// Its hash.
    pub content_hash: ContentHash,
    /// How the signatory was known.
    pub method: Method,
    /// When the identity step was done.
    pub identified_at: Timestamp,
    /// The version of the words agreed to.
    pub consent_version: String,
}

impl Slot {
    /// The signature, when there is one.
    pub const fn signature(&self) -> Option<&Signature> {
        match &self.state {
            SlotState::Signed(signature) => Some(signature),
            _ => None,
        }
    }

    /// Whether it is signed.
    pub const fn is_signed(&self) -> bool {
        matches!(self.state, SlotState::Signed(_))
    }

    /// Whether it waits for its signature.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, SlotState::Open { .. })
    }

    /// Whether another stands in its place.
    pub const fn is_replaced(&self) -> bool {
        matches!(self.state, SlotState::Replaced { .. })
    }
}

/// How long signing may take, and how often people are reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cadence {
    /// How many days a slot stays open.
    pub deadline_days: i64,
    /// Days until the first reminder, and between reminders.
    pub reminder_days: i64,
    /// How many reminders a slot gets at most.
    pub reminders: u8,
    /// How often a deadline can be extended.
    pub extensions: u8,
}

impl Default for Cadence {
    fn default() -> Self {
        Self {
            deadline_days: 10,
            reminder_days: 3,
            reminders: 5,
            extensions: 2,
        }
    }
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A member of the enterprise with the right to.
    Enterprise,
    /// A member of the college with the right to.
    College,
    /// The signatory of a slot.
    Signer(SlotId),
    /// 平台运营
    Operator,
    /// A job.
    System,
}

impl Actor {
    /// The role it acts in.
    pub const fn role(self) -> Role {
        match self {
            Self::Enterprise => Role::Enterprise,
            Self::College => Role::College,
            Self::Signer(_) => Role::Signer,
            Self::Operator => Role::Operator,
            Self::System => Role::System,
        }
    }

    /// The negotiating party it acts for.
    pub const fn party(self) -> Option<Party> {
        match self {
            Self::Enterprise => Some(Party::Enterprise),
            Self::College => Some(Party::College),
            _ => None,
        }
    }
}

impl From<Party> for Actor {
    fn from(party: Party) -> Self {
        match party {
            Party::Enterprise => Self::Enterprise,
            Party::College => Self::College,
        }
    }
}
