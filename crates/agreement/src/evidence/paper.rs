//! The seal of a paper: an agreement printed as PDF, with every byte of it under the platform's signature.
//!
//! A PDF is made once and then sealed by one update that is appended to it. The seal says which ranges of the bytes
//! before it are which part (a page, a font, the attached export), with the hash of each, so that a changed byte names
//! its part; and the update is a function of the seal alone ([`PaperSeal::update`]), so that a changed byte in it shows as
//! well. What is printed belongs to evidence: agreement, version, content and the last event are named.

use std::{fmt, fmt::Write as _, str::FromStr};

use kernel::{AgreementId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    canonical::text_of,
    hash::{ContentHash, EventHash, KeyId, PaperHash, PaperType, PublicKey, SealSignature},
    seal::SealKey,
};

/// A part of a PDF.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PaperPart {
    /// The first line, by which the file is known as a PDF.
    Header,
    /// The catalogue and the tree of pages.
    Catalog,
    /// What stands on a page, counted from 1.
    Page(u32),
    /// A font, by its name.
    Font(String),
    /// An attached file, by its name.
    Attachment(String),
    /// Title, dates and standard.
    Metadata,
    /// What reading aids are told: headings, paragraphs, tables.
    Structure,
    /// The table of contents beside the pages.
    Outline,
    /// Colour profiles.
    Colour,
    /// The table of where objects stand.
    Xref,
    /// The trailer.
    Trailer,
    /// The seal and what is written around it.
    Seal,
    /// Whatever comes after the seal.
    End,
}

/// Not the name of a part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no part of a paper")]
pub struct NoPaperPart(String);

impl PaperPart {
    /// The code for words; the number or the name stands in [`Self::name`].
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Header => "pdf_header",
            Self::Catalog => "pdf_catalog",
            Self::Page(_) => "pdf_page",
            Self::Font(_) => "pdf_font",
            Self::Attachment(_) => "pdf_attachment",
            Self::Metadata => "pdf_metadata",
            Self::Structure => "pdf_structure",
            Self::Outline => "pdf_outline",
            Self::Colour => "pdf_colour",
            Self::Xref => "pdf_xref",
            Self::Trailer => "pdf_trailer",
            Self::Seal => "pdf_seal",
            Self::End => "pdf_end",
        }
    }

    /// Every code.
    pub const CODES: [&'static str; 13] = [
        "pdf_header",
        "pdf_catalog",
        "pdf_page",
        "pdf_font",
        "pdf_attachment",
        "pdf_metadata",
        "pdf_structure",
        "pdf_outline",
        "pdf_colour",
        "pdf_xref",
        "pdf_trailer",
        "pdf_seal",
        "pdf_end",
    ];

    /// The page's number, or the name of the font or file.
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Page(number) => Some(number.to_string()),
            Self::Font(name) | Self::Attachment(name) => Some(name.clone()),
            _ => None,
        }
    }
}

impl fmt::Display for PaperPart {
    /// `pdf_page 2`, `pdf_font NotoSansCJKsc-Regular`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} {name}", self.code()),
            None => f.write_str(self.code()),
        }
    }
}

impl FromStr for PaperPart {
    type Err = NoPaperPart;

    fn from_str(text: &str) -> Result<Self, NoPaperPart> {
        let wrong = || NoPaperPart(text.to_owned());
        let (code, name) = text
            .split_once(' ')
            .map_or((text, None), |(code, name)| (code, Some(name)));
        let part = match (code, name) {
            ("pdf_header", None) => Self::Header,
            ("pdf_catalog", None) => Self::Catalog,
            ("pdf_page", Some(number)) => Self::Page(number.parse().map_err(|_| wrong())?),
            ("pdf_font", Some(name)) => Self::Font(name.to_owned()),
            ("pdf_attachment", Some(name)) => Self::Attachment(name.to_owned()),
            ("pdf_metadata", None) => Self::Metadata,
            ("pdf_structure", None) => Self::Structure,
            ("pdf_outline", None) => Self::Outline,
            ("pdf_colour", None) => Self::Colour,
            ("pdf_xref", None) => Self::Xref,
            ("pdf_trailer", None) => Self::Trailer,
            ("pdf_seal", None) => Self::Seal,
            ("pdf_end", None) => Self::End,
            _ => return Err(wrong()),
        };
        // One spelling only: `pdf_page 02` is none.
        if part.to_string() == text {
            Ok(part)
        } else {
            Err(wrong())
        }
    }
}

impl TryFrom<String> for PaperPart {
    type Error = NoPaperPart;

    fn try_from(text: String) -> Result<Self, NoPaperPart> {
        text.parse()
    }
}

impl From<PaperPart> for String {
    fn from(part: PaperPart) -> Self {
        part.to_string()
    }
}

/// The bytes of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperBytes {
    /// The SHA-256 of the ranges, one after the other.
    pub hash: PaperHash,
    /// The part.
    pub part: PaperPart,
    /// Where it stands: from, and up to.
    pub ranges: Vec<(u64, u64)>,
}

/// What the seal of a paper says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperStatement {
    /// The agreement that is printed.
    pub agreement: AgreementId,
    /// The hash of its content.
    pub content_hash: ContentHash,
    /// The version of its content.
    pub content_version: u32,
    /// How many events are printed.
    pub events: u64,
    /// The key that seals.
    pub key: KeyId,
    /// The hash of the last event that is printed.
    pub last_event: EventHash,
    /// The number of the object that holds the seal.
    pub object: u32,
    /// Every byte before the seal, by part.
    pub parts: Vec<PaperBytes>,
    /// The key itself, so that the paper is complete; whether it is trusted, the paper cannot say.
    pub public_key: PublicKey,
    /// When.
    pub sealed_at: Timestamp,
    /// How many bytes there are before the seal.
    pub size: u64,
    /// The trailer of the update.
    pub trailer: String,
    /// What this is.
    pub r#type: PaperType,
}

/// The seal of a paper: Ed25519 over the canonical text of its statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperSeal {
    /// The signature.
    pub signature: SealSignature,
    /// What it signs.
    pub statement: PaperStatement,
}

/// What stands before the seal in its object's dictionary. A reader of PDFs passes over it.
pub const PAPER_MARK: &str = "/Type/QixiaoPaperSeal";

impl SealKey {
    /// Seals a paper. Key and public key of the statement are this one's.
    pub fn seal_paper(&self, statement: PaperStatement) -> PaperSeal {
        let public_key = self.public();
        let statement = PaperStatement {
            key: public_key.id(),
            public_key,
            ..statement
        };
        PaperSeal {
            signature: self.sign(&text_of(&statement)),
            statement,
        }
    }
}

impl PaperSeal {
    /// Whether the signature is that of the key in the statement.
    pub fn is_signed(&self) -> bool {
        let key = &self.statement.public_key;
        key.id() == self.statement.key && key.signed(&text_of(&self.statement), &self.signature)
    }

    /// The update that is appended to the PDF: one object with the seal, the table of that object, and the trailer.
    pub fn update(&self) -> String {
        let PaperStatement {
            object, size, trailer, ..
        } = &self.statement;
        let seal = text_of(self);
        let mut update = format!(
            "{object} 0 obj\n<<{PAPER_MARK}/Length {}>>\nstream\n{seal}\nendstream\nendobj\n",
            seal.len()
        );
        let table = size.saturating_add(update.len() as u64);
        write!(
            update,
            "xref\n{object} 1\n{size:010} 00000 n \ntrailer\n{trailer}\nstartxref\n{table}\n%%EOF\n"
        )
        .expect("a string takes whatever is written");
        update
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_in_one_way_only() {
        let parts = [
            PaperPart::Header,
            PaperPart::Page(12),
            PaperPart::Font("Noto Sans".to_owned()),
            PaperPart::Attachment("agreement.json".to_owned()),
            PaperPart::Seal,
        ];
        for part in parts {
            assert_eq!(part.to_string().parse(), Ok(part.clone()));
            assert!(PaperPart::CODES.contains(&part.code()));
        }
        for text in [
            "",
            "page",
            "pdf_page",
            "pdf_page 02",
            "pdf_page +2",
            "pdf_seal 1",
            "pdf_font",
        ] {
            assert!(text.parse::<PaperPart>().is_err(), "{text}");
        }
    }
}
