//! What a check found: which part was changed, and how that shows.

use std::fmt;

use kernel::{AgreementId, SlotId, Timestamp};

use super::{
    hash::{ContentHash, DeclarationHash, KeyId},
    paper::PaperPart,
};

/// A part of an export, or of a paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Brackets and names between the parts.
    Frame,
    /// The head of the content: agreement, version, schema, template, rule set, packs.
    Head,
    /// A section of the content.
    Section(String),
    /// An event, counted from 1.
    Event(u64),
    /// The details of an event.
    Details(u64),
    /// From where an event came.
    Origin(u64),
    /// A public key, counted from 1.
    Key(u64),
    /// A seal, counted from 1.
    Seal(u64),
    /// A part of a paper.
    Paper(PaperPart),
}

impl Part {
    /// The code for words; the number or key stands in [`Self::name`].
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Head => "head",
            Self::Section(_) => "section",
            Self::Event(_) => "event",
            Self::Details(_) => "details",
            Self::Origin(_) => "origin",
            Self::Key(_) => "key",
            Self::Seal(_) => "seal",
            Self::Paper(part) => part.code(),
        }
    }

    /// Every code of a part of an export; those of a paper are [`PaperPart::CODES`].
    pub const CODES: [&'static str; 8] = ["frame", "head", "section", "event", "details", "origin", "key", "seal"];

    /// The section's key or the part's number.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Frame | Self::Head => None,
            Self::Paper(part) => part.name(),
            Self::Section(key) => Some(key.clone()),
            Self::Event(at) | Self::Details(at) | Self::Origin(at) | Self::Key(at) | Self::Seal(at) => {
                Some(at.to_string())
            }
        }
    }
}

impl fmt::Display for Part {
    /// `section training`, `event 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.code()),
            None => f.write_str(self.code()),
        }
    }
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// How a change shows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind {
            $($(#[$doc])* $name),*
        }

        impl FaultKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code for words.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code),*
                }
            }
        }
    };
}

faults! {
    /// It cannot be read at all.
    Unreadable = "unreadable",
    /// It says the same in another way than it was written.
    Rewritten = "rewritten",
    /// Its hash is not the one that was recorded.
    HashDiffers = "hash_differs",
    /// It does not follow from the one before it.
    LinkBroken = "link_broken",
    /// Its number or its agreement is not the one of its place.
    Misplaced = "misplaced",
    /// It ought to be there.
    Missing = "missing",
    /// It ought not to be there.
    Unexpected = "unexpected",
    /// What the signatory declared is not what the event says.
    DeclarationDiffers = "declaration_differs",
    /// The same slot signed the same version twice.
    SignedTwice = "signed_twice",
    /// The signature of the seal is not the key's.
    SignatureWrong = "signature_wrong",
    /// The seal says something else than the evidence.
    StatementDiffers = "statement_differs",
    /// The key does not have the name it goes by.
    KeyMisnamed = "key_misnamed",
    /// The key is not among the trusted ones.
    KeyUnknown = "key_unknown",
    /// Sealed before the key was in use or after it was retired.
    KeyOutOfTime = "key_out_of_time",
    /// The key's secret was lost, and no seal of another key stands upon this one.
    KeyStolen = "key_stolen",
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where.
    pub part: Part,
    /// How it shows.
    pub kind: FaultKind,
    /// The member concerned, when one can be named: `content_hash`.
    pub member: Option<&'static str>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            Some(member) => write!(f, "{}: {} ({member})", self.part, self.kind.code()),
            None => write!(f, "{}: {}", self.part, self.kind.code()),
        }
    }
}

/// The result in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// All of it is as it was sealed.
    Intact,
    /// What is shown is as it was sealed; parts are withheld.
    IntactInPart,
    /// All that was sealed is as it was; events came after the last seal, and hang together.
    IntactWithMore,
    /// Nothing contradicts itself, but there is no seal yet.
    Unsealed,
    /// Nothing was changed since the seal, but the seal's key is not to be trusted.
    Untrusted,
    /// Something was changed.
    Changed,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 6] = [
        Self::Intact,
        Self::IntactInPart,
        Self::IntactWithMore,
        Self::Unsealed,
        Self::Untrusted,
        Self::Changed,
    ];

    /// The code for words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::IntactInPart => "intact_in_part",
            Self::IntactWithMore => "intact_with_more",
            Self::Unsealed => "unsealed",
            Self::Untrusted => "untrusted",
            Self::Changed => "changed",
        }
    }
}

/// A signature as the evidence has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureFound {
    /// The slot.
    pub slot: SlotId,
    /// The version signed.
    pub content_version: u32,
    /// When.
    pub at: Timestamp,
    /// The declaration's hash, when the details are shown.
    pub declaration: Option<DeclarationHash>,
}

/// A seal whose signature is right and whose key is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealFound {
    /// When.
    pub at: Timestamp,
    /// The key.
    pub key: KeyId,
    /// How many events it covers.
    pub events: u64,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The agreement.
    pub agreement: Option<AgreementId>,
    /// The version of the content.
    pub content_version: Option<u32>,
    /// The hash of the content: computed when all of it is shown, else as sealed.
    pub content_hash: Option<ContentHash>,
    /// What is wrong, in the order of the file.
    pub faults: Vec<Fault>,
    /// What is not shown.
    pub withheld: Vec<Part>,
    /// The good seals.
    pub seals: Vec<SealFound>,
    /// Events after the last good seal.
    pub unsealed_events: u64,
    /// The signatures under the version shown.
    pub signatures: Vec<SignatureFound>,
}

impl Report {
    /// The result in one word.
    pub fn verdict(&self) -> Verdict {
        use FaultKind::{KeyOutOfTime, KeyStolen, KeyUnknown};
        let of_trust = |fault: &Fault| matches!(fault.kind, KeyUnknown | KeyOutOfTime | KeyStolen);
        if !self.faults.iter().all(of_trust) {
            Verdict::Changed
        } else if !self.faults.is_empty() {
            Verdict::Untrusted
        } else if self.seals.is_empty() {
            Verdict::Unsealed
        } else if self.unsealed_events > 0 {
            Verdict::IntactWithMore
        } else if self.withheld.is_empty() {
            Verdict::Intact
        } else {
            Verdict::IntactInPart
        }
    }

    /// The parts that something is wrong with, each once.
    pub fn changed_parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = self.faults.iter().map(|fault| fault.part.clone()).collect();
        parts.sort();
        parts.dedup();
        parts
    }

    pub(super) fn add(&mut self, part: Part, kind: FaultKind) {
        self.add_member(part, kind, None);
    }

    pub(super) fn add_member(&mut self, part: Part, kind: FaultKind, member: Option<&'static str>) {
        let fault = Fault { part, kind, member };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}
