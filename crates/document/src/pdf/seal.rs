//! The seal over a finished PDF.

use std::{fmt::Write as _, ops::Range};

use agreement::evidence::{
    ContentHash, Export, KeyId, PaperBytes, PaperHash, PaperPart, PaperStatement, PaperType, PublicKey, SealKey,
};
use kernel::{Timestamp, to_hex};
use sha2::{Digest as _, Sha256};

use super::{
    object::{Dict, Value},
    parts::{Taken, take_apart},
};

/// By what and when a paper is sealed.
#[derive(Debug, Clone, Copy)]
pub struct Sealing<'a> {
    /// The platform's key.
    pub key: &'a SealKey,
    /// When.
    pub at: Timestamp,
}

/// Why a PDF cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The evidence has no event, or lacks the content's hash.
    #[error("there is nothing that was signed")]
    NothingSigned,
    /// The PDF is not written in the way that is known here.
    #[error("the PDF cannot be taken apart")]
    UnknownForm,
}

/// The hash of some ranges of a file, one after the other; `None` when the file ends before.
pub(super) fn hash_of(file: &[u8], ranges: &[(u64, u64)]) -> Option<PaperHash> {
    let mut hasher = Sha256::new();
    for (from, to) in ranges {
        let range = usize::try_from(*from).ok()?..usize::try_from(*to).ok()?;
        hasher.update(file.get(range)?);
    }
    Some(PaperHash::from_bytes(hasher.finalize().into()))
}

/// One entry a part, in the order in which parts first come; neighbouring ranges are one.
fn manifest(pdf: &[u8], parts: Vec<(PaperPart, Range<usize>)>) -> Option<Vec<PaperBytes>> {
    let mut found: Vec<(PaperPart, Vec<(u64, u64)>)> = Vec::new();
    for (part, range) in parts {
        let (from, to) = (range.start as u64, range.end as u64);
        let at = found.iter().position(|(known, _)| *known == part);
        let Some(at) = at else {
            found.push((part, vec![(from, to)]));
            continue;
        };
        match found[at].1.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => found[at].1.push((from, to)),
        }
    }
    let entry = |(part, ranges): (PaperPart, Vec<(u64, u64)>)| {
        let hash = hash_of(pdf, &ranges)?;
        Some(PaperBytes { hash, part, ranges })
    };
    found.into_iter().map(entry).collect()
}

/// The trailer of the update: that of the PDF, with the seal's object and the place of the table before.
fn trailer(before: &Dict, object: u32, table: usize) -> Option<String> {
    let root = before.reference("Root")?;
    let mut trailer = format!("<</Size {}/Root {root} 0 R", object.checked_add(1)?);
    if let Some(info) = before.reference("Info") {
        write!(trailer, "/Info {info} 0 R").ok()?;
    }
    if let Some(Value::Array(ids)) = before.get("ID") {
        let ids = ids.iter().filter_map(|id| match id {
            Value::Text(id) => Some(format!("<{}>", to_hex(id))),
            _ => None,
        });
        write!(trailer, "/ID[{}]", ids.collect::<String>()).ok()?;
    }
    write!(trailer, "/Prev {table}/QixiaoSeal {object} 0 R>>").ok()?;
    Some(trailer)
}

/// Seals a PDF that was just made of `export`.
pub(crate) fn seal(mut pdf: Vec<u8>, export: &Export, sealing: Sealing<'_>) -> Result<Vec<u8>, SealError> {
    if pdf.last() != Some(&b'\n') {
        pdf.push(b'\n');
    }
    let Taken {
        parts,
        trailer: before,
        table,
    } = take_apart(&pdf).ok_or(SealError::UnknownForm)?;
    let Some(Value::Whole(size)) = before.get("Size") else {
        return Err(SealError::UnknownForm);
    };
    let object = u32::try_from(*size).map_err(|_| SealError::UnknownForm)?;
    let last = export.events.last().ok_or(SealError::NothingSigned)?;
    let statement = PaperStatement {
        agreement: export.agreement,
        content_hash: content_hash(export).ok_or(SealError::NothingSigned)?,
        content_version: export.content.version,
        events: last.seq,
        // Set by the key itself.
        key: KeyId::from_bytes([0; 16]),
        last_event: last.hash,
        object,
        parts: manifest(&pdf, parts).ok_or(SealError::UnknownForm)?,
        public_key: PublicKey::from_bytes([0; 32]),
        sealed_at: sealing.at,
        size: pdf.len() as u64,
        trailer: trailer(&before, object, table).ok_or(SealError::UnknownForm)?,
        r#type: PaperType,
    };
    let sealed = sealing.key.seal_paper(statement);
    pdf.extend_from_slice(sealed.update().as_bytes());
    Ok(pdf)
}

/// The hash of what was signed: computed when all of it is there, else as the last seal has it.
pub(crate) fn content_hash(export: &Export) -> Option<ContentHash> {
    let whole = export.content.whole().map(|content| content.hash());
    whole.or_else(|| export.seals.last().map(|seal| seal.statement.content_hash))
}
