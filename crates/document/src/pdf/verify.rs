//! The check of a sealed PDF: of every byte, by itself, with nothing but the list of trusted keys.
//!
//! The seal is what it leans on. When the signature is right, each part is compared with its hash, and the update that
//! carries the seal with the one that follows from the seal. When it is not, the seal is to blame. Then the export that is
//! attached is checked in its turn, and that it is the export that the seal speaks of.

use agreement::evidence::{
    Export, Fault, FaultKind, PAPER_MARK, PaperPart, PaperSeal, PaperType, Part, Report, TrustedKeys, verify_file,
};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::{
    object::{Reader, Value},
    seal::{content_hash, hash_of},
};

/// The name of the attached export.
pub(crate) const ATTACHED: &str = "agreement.json";
/// The largest export that is unpacked.
const LARGEST: usize = 16 * 1024 * 1024;
/// How the seal begins in its stream.
const BEGINS: &[u8] = b"{\"signature\":\"";
/// What follows it.
const ENDS: &[u8] = b"\nendstream";

/// What the check of a PDF found.
#[derive(Debug)]
pub struct Checked {
    /// What was found, of the PDF and of the attached export.
    pub report: Report,
    /// The attached export, when it can be read.
    pub export: Option<Export>,
    /// The seal of the PDF, when it can be read.
    pub seal: Option<PaperSeal>,
}

/// Whether a file is a PDF, or was one before a byte of it was changed.
pub fn is_pdf(file: &[u8]) -> bool {
    file.starts_with(b"%PDF-") || (find(file, b"%%EOF").is_some() && find(file, b"endobj").is_some())
}

/// Checks a PDF.
pub fn verify(file: &[u8], trusted: &TrustedKeys) -> Checked {
    let mut checked = Checked {
        report: Report::default(),
        export: None,
        seal: None,
    };
    let Some(seal) = read_seal(file) else {
        checked.without_seal(file, trusted);
        return checked;
    };
    let mut faults = Vec::new();
    let mut fault = |part: PaperPart, kind, member| {
        faults.push(Fault {
            part: Part::Paper(part),
            kind,
            member,
        });
    };
    let statement = &seal.statement;
    let vouched = seal.is_signed();
    if vouched {
        for bytes in &statement.parts {
            if hash_of(file, &bytes.ranges) != Some(bytes.hash) {
                fault(bytes.part.clone(), FaultKind::HashDiffers, None);
            }
        }
        compare_update(file, &seal, &mut fault);
        if let Some(kind) = distrust(&seal, trusted) {
            fault(PaperPart::Seal, kind, Some("key"));
        }
    } else {
        fault(PaperPart::Seal, FaultKind::SignatureWrong, None);
    }
    let attachment = PaperPart::Attachment(ATTACHED.to_owned());
    let doubted = |faults: &[Fault]| faults.iter().any(|fault| fault.part == Part::Paper(attachment.clone()));
    if vouched && !doubted(&faults) {
        match attached(file, &seal) {
            None => faults.push(Fault {
                part: Part::Paper(attachment),
                kind: FaultKind::Missing,
                member: None,
            }),
            Some(export) => {
                checked.report = verify_file(&export, trusted);
                checked.export = serde_json::from_slice(&export).ok();
                if let Some(member) = checked.export.as_ref().and_then(|export| differs(export, &seal)) {
                    faults.push(Fault {
                        part: Part::Paper(attachment),
                        kind: FaultKind::StatementDiffers,
                        member: Some(member),
                    });
                }
            }
        }
    }
    if checked.report.agreement.is_none() && vouched {
        checked.report.agreement = Some(statement.agreement);
        checked.report.content_version = Some(statement.content_version);
        checked.report.content_hash = Some(statement.content_hash);
    }
    checked.report.faults.extend(faults);
    checked.report.faults.sort();
    checked.report.faults.dedup();
    checked.seal = Some(seal);
    checked
}

impl Checked {
    /// A PDF that carries no seal: a draft, or one whose seal was hurt. What is attached cannot vouch for what is printed.
    fn without_seal(&mut self, file: &[u8], trusted: &TrustedKeys) {
        let marks = [PAPER_MARK, PaperType::WORDS, "/QixiaoSeal "];
        if marks.iter().any(|mark| find(file, mark.as_bytes()).is_some()) {
            self.report.faults.push(Fault {
                part: Part::Paper(PaperPart::Seal),
                kind: FaultKind::Unreadable,
                member: None,
            });
            return;
        }
        let Some(export) = embedded(file) else { return };
        let report = verify_file(&export, trusted);
        self.report = Report {
            seals: Vec::new(),
            ..report
        };
        self.export = serde_json::from_slice(&export).ok();
    }
}

fn find(file: &[u8], words: &[u8]) -> Option<usize> {
    file.windows(words.len()).position(|window| window == words)
}

fn find_last(file: &[u8], words: &[u8]) -> Option<usize> {
    file.windows(words.len()).rposition(|window| window == words)
}

/// The last seal of the file, when it can be read.
fn read_seal(file: &[u8]) -> Option<PaperSeal> {
    let from = find_last(file, BEGINS)?;
    let length = find(&file[from..], ENDS)?;
    serde_json::from_slice(&file[from..from + length]).ok()
}

/// Every byte from the seal on follows from the seal.
fn compare_update(file: &[u8], seal: &PaperSeal, fault: &mut impl FnMut(PaperPart, FaultKind, Option<&'static str>)) {
    let update = seal.update();
    let from = usize::try_from(seal.statement.size).unwrap_or(usize::MAX);
    let written = file.get(from..).unwrap_or_default();
    let (inside, beyond) = written.split_at(written.len().min(update.len()));
    if inside != update.as_bytes() {
        fault(PaperPart::Seal, FaultKind::Rewritten, None);
    }
    if !beyond.is_empty() {
        fault(PaperPart::End, FaultKind::Unexpected, None);
    }
    // The parts are all there is before the seal, each byte once.
    let mut ranges: Vec<(u64, u64)> = seal
        .statement
        .parts
        .iter()
        .flat_map(|part| part.ranges.clone())
        .collect();
    ranges.sort_unstable();
    let mut at = 0;
    for (from, to) in ranges {
        if from != at || to < from {
            fault(PaperPart::Seal, FaultKind::StatementDiffers, Some("parts"));
            return;
        }
        at = to;
    }
    if at != seal.statement.size {
        fault(PaperPart::Seal, FaultKind::StatementDiffers, Some("parts"));
    }
}

/// Why the key of a seal that is right is not to be trusted.
fn distrust(seal: &PaperSeal, trusted: &TrustedKeys) -> Option<FaultKind> {
    let statement = &seal.statement;
    let Some(key) = trusted.find(statement.key) else {
        return Some(FaultKind::KeyUnknown);
    };
    let at = statement.sealed_at;
    if at < key.from || key.until.is_some_and(|until| at > until) {
        Some(FaultKind::KeyOutOfTime)
    } else if key.stolen.is_some() {
        Some(FaultKind::KeyStolen)
    } else {
        None
    }
}

/// What the attached export says otherwise than the seal.
fn differs(export: &Export, seal: &PaperSeal) -> Option<&'static str> {
    let statement = &seal.statement;
    let last = export.events.last();
    let pairs = [
        ("agreement", export.agreement == statement.agreement),
        ("content_version", export.content.version == statement.content_version),
        ("content_hash", content_hash(export) == Some(statement.content_hash)),
        ("events", last.map(|event| event.seq) == Some(statement.events)),
        ("last_event", last.map(|event| event.hash) == Some(statement.last_event)),
    ];
    pairs.into_iter().find(|(_, same)| !same).map(|(member, _)| member)
}

/// The attached export, taken from where the seal says it stands.
fn attached(file: &[u8], seal: &PaperSeal) -> Option<Vec<u8>> {
    let part = PaperPart::Attachment(ATTACHED.to_owned());
    let bytes = seal.statement.parts.iter().find(|bytes| bytes.part == part)?;
    bytes.ranges.iter().find_map(|(from, to)| {
        let range = usize::try_from(*from).ok()?..usize::try_from(*to).ok()?;
        embedded(file.get(range)?)
    })
}

/// The first file that is embedded in these bytes.
fn embedded(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::at(bytes, 0);
    while let Some(object) = reader.object() {
        let Some(dict) = object.value.dict() else { continue };
        let (Some("EmbeddedFile"), Some(stream)) = (dict.name("Type"), object.stream) else {
            continue;
        };
        let packed = bytes.get(stream)?;
        return match dict.get("Filter") {
            None => Some(packed.to_vec()),
            Some(filter) if is_flate(filter) => decompress_to_vec_zlib_with_limit(packed, LARGEST).ok(),
            Some(_) => None,
        };
    }
    None
}

fn is_flate(filter: &Value) -> bool {
    match filter {
        Value::Name(name) => name == "FlateDecode",
        Value::Array(filters) => matches!(filters.as_slice(), [Value::Name(name)] if name == "FlateDecode"),
        _ => false,
    }
}
