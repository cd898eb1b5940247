//! The frozen content with its hashes, the chain of events, the seal, and the check of all three.
//!
//! What is hashed or sealed is canonical JSON (RFC 8785) with a member `type` that names its kind and format, so that
//! nothing can pass for something else and everything can be checked without this program. The formats are numbered;
//! what people signed cannot be migrated, so a new format is added beside the old one and never replaces it.
//!
//! - [`Content`] is a frozen version. Its hash is what everybody signs. Each section has a salt: its published hash tells
//!   nothing, and with the text the possibility of guessing it is erased.
//! - [`Event`]s form a chain. They name roles, never people; [`Details`] (who, how, why) and the [`Origin`] (from where) stand
//!   beside them, each with a salt and a hash of its own, and each can be withheld or erased without the other.
//! - [`Declaration`] is what one signatory signs.
//! - [`Seal`] is the platform's signature over content, sections and the end of the chain.
//! - [`PaperSeal`] is the platform's signature over a PDF of it.
//! - [`Export`] is all of it in one file, and [`verify_file`] says which part of the file was changed.

mod canonical;
mod content;
mod declaration;
mod event;
mod export;
mod hash;
mod kept;
mod layout;
mod paper;
mod report;
mod seal;
mod verify;

pub use canonical::{NotPlain, Plain};
pub use content::{Content, FreezeError, Material, Pack, Section};
pub use declaration::{Authority, Consent, Declaration};
pub use event::{Details, Entry, Event, Origin, Tip};
pub use export::{Export, ExportedKey, ShownContent};
pub use hash::{
    ContentHash, ContentType, DeclarationHash, DeclarationType, DetailsHash, DetailsType, Ed25519, EventHash,
    EventType, ExportType, KeyId, KeyType, NotHex, OriginHash, OriginType, PaperHash, PaperType, PublicKey, Salt,
    SealHash, SealLinkType, SealSignature, SealType, SectionHash, SectionType,
};
pub use kept::check_content;
pub use paper::{NoPaperPart, PAPER_MARK, PaperBytes, PaperPart, PaperSeal, PaperStatement};
pub use report::{Fault, FaultKind, Part, Report, SealFound, SignatureFound, Verdict};
pub use seal::{Seal, SealKey, Statement, Subject, TrustedKey, TrustedKeys};
pub use verify::{verify, verify_file};
