//! Whether an export, or a PDF, is as it was sealed, and by whose key.

use std::path::PathBuf;

use agreement::evidence::{
    ContentType, Export, ExportType, KeyId, PaperSeal, Part, Report, Seal, TrustedKey, TrustedKeys, Verdict,
    verify_file,
};
use kernel::Locale;
use serde_json::{Value as Json, json};
use words::{Arg, Text};

use super::{Misread, language, read};
use crate::{Outcome, cli::AgreementVerify, tell};

/// Checks the file and tells what was found.
pub(crate) fn verify(args: &AgreementVerify) -> anyhow::Result<Outcome> {
    let locale = language(&args.language);
    let bytes = read(&args.file)?;
    let Some(trusted) = trusted_keys(&args.trusted, locale)? else {
        return Ok(Outcome::BadInput);
    };
    if document::is_pdf(&bytes) {
        let document::Checked { report, export, seal } = document::verify(&bytes, &trusted);
        let checked = Checked {
            report,
            export,
            paper: seal,
        };
        return checked.answer(args.json, locale);
    }
    if !was_an_export(&bytes) {
        let message = Text::new("agreement_file.not_an_export").render(locale);
        if args.json {
            tell::json(&json!({ "problems": [{ "problem": "not_an_export", "message": message }] }))?;
        } else {
            eprintln!("{}: {message}", args.file.display());
        }
        return Ok(Outcome::BadInput);
    }
    let checked = Checked {
        report: verify_file(&bytes, &trusted),
        export: serde_json::from_slice(&bytes).ok(),
        paper: None,
    };
    checked.answer(args.json, locale)
}

/// The keys of all files; a file that is no list of keys is named with the place, and nothing is answered.
fn trusted_keys(files: &[PathBuf], locale: Locale) -> anyhow::Result<Option<TrustedKeys>> {
    let mut keys: Vec<TrustedKey> = Vec::new();
    for file in files {
        match serde_json::from_slice::<Vec<TrustedKey>>(&read(file)?) {
            Ok(found) => keys.extend(found),
            Err(error) => {
                Misread::of(&error).tell(&file.display(), locale);
                return Ok(None);
            }
        }
    }
    Ok(Some(TrustedKeys::new(keys)))
}

/// Whether a file is an export, or was one before somebody hurt it. Any one of its marks may be gone.
pub(super) fn was_an_export(file: &[u8]) -> bool {
    let contains = |mark: &str| file.windows(mark.len()).any(|window| window == mark.as_bytes());
    let marks = [
        ExportType::WORDS,
        ContentType::WORDS,
        "{\"agreement\":\"",
        "\"details\":[",
        "\"events\":[",
        "\"seals\":[",
    ];
    marks.into_iter().filter(|mark| contains(mark)).count() >= 2
}

struct Checked {
    report: Report,
    /// What could be read, to name the seals of keys that are not trusted.
    export: Option<Export>,
    /// The seal of the PDF, when the file is one.
    paper: Option<PaperSeal>,
}

impl Checked {
    fn answer(&self, json: bool, locale: Locale) -> anyhow::Result<Outcome> {
        if json {
            tell::json(&self.json(locale))?;
        } else {
            self.tell(locale);
        }
        Ok(if self.is_verified() {
            Outcome::Done
        } else {
            Outcome::Findings
        })
    }

    fn is_verified(&self) -> bool {
        match self.report.verdict() {
            Verdict::Intact | Verdict::IntactInPart | Verdict::IntactWithMore => true,
            Verdict::Unsealed | Verdict::Untrusted | Verdict::Changed => false,
        }
    }

    fn seals(&self) -> &[Seal] {
        self.export.as_ref().map_or(&[], |export| &export.seals)
    }

    fn public_key(&self, id: KeyId) -> Option<String> {
        let keys = &self.export.as_ref()?.keys;
        let key = keys.iter().find(|key| key.public_key.id() == id)?;
        Some(key.public_key.to_string())
    }

    /// Whether a seal is right and its key trusted.
    fn is_trusted(&self, seal: &Seal) -> bool {
        let said = &seal.statement;
        let same = |found: &agreement::evidence::SealFound| {
            found.key == said.key && found.at == said.sealed_at && found.events == said.events
        };
        self.report.seals.iter().any(same)
    }

    fn json(&self, locale: Locale) -> Json {
        let report = &self.report;
        let part = |part: &Part| json!({ "part": part.code(), "name": part.name() });
        let faults = report.faults.iter().map(|fault| {
            json!({
                "part": fault.part.code(),
                "name": fault.part.name(),
                "kind": fault.kind.code(),
                "member": fault.member,
                "message": words::proof_fault(fault).render(locale),
            })
        });
        let seals = self.seals().iter().map(|seal| {
            json!({
                "key": seal.statement.key.to_string(),
                "public_key": self.public_key(seal.statement.key),
                "sealed_at": seal.statement.sealed_at.to_string(),
                "events": seal.statement.events,
                "trusted": self.is_trusted(seal),
            })
        });
        let signatures = report.signatures.iter().map(|signature| {
            json!({
                "slot": signature.slot.to_string(),
                "content_version": signature.content_version,
                "at": signature.at.to_string(),
                "declaration": signature.declaration.map(|hash| hash.to_string()),
            })
        });
        json!({
            "verdict": report.verdict().code(),
            "verified": self.is_verified(),
            "message": words::proof_verdict(report).render(locale),
            "agreement": report.agreement.map(|id| id.to_string()),
            "content_version": report.content_version,
            "content_hash": report.content_hash.map(|hash| hash.to_string()),
            "faults": faults.collect::<Vec<Json>>(),
            "withheld": report.withheld.iter().map(part).collect::<Vec<Json>>(),
            "seals": seals.collect::<Vec<Json>>(),
            "unsealed_events": report.unsealed_events,
            "signatures": signatures.collect::<Vec<Json>>(),
            "paper": self.paper.as_ref().map(|paper| {
                let said = &paper.statement;
                json!({
                    "key": said.key.to_string(),
                    "public_key": said.public_key.to_string(),
                    "sealed_at": said.sealed_at.to_string(),
                    "bytes": said.size,
                    "parts": said.parts.iter().map(|bytes| bytes.part.to_string()).collect::<Vec<String>>(),
                })
            }),
        })
    }

    fn tell(&self, locale: Locale) {
        let say = |text: Text| println!("{}", text.render(locale));
        let report = &self.report;
        say(words::proof_verdict(report));
        for fault in &report.faults {
            let member = fault.member.map(|member| format!(" ({member})")).unwrap_or_default();
            println!("    {}{member}", words::proof_fault(fault).render(locale));
        }
        if let (Some(id), Some(version)) = (report.agreement, report.content_version) {
            say(Text::new("agreement_file.agreement")
                .with("id", id.to_string())
                .with("version", version));
        }
        if let Some(hash) = report.content_hash {
            say(Text::new("agreement_file.content_hash").with("hash", hash.to_string()));
        }
        for (at, seal) in (1_u64..).zip(self.seals()) {
            say(self.seal(at, seal));
        }
        if report.unsealed_events > 0 && !report.seals.is_empty() {
            say(Text::new("agreement_file.unsealed").with("n", report.unsealed_events));
        }
        for signature in &report.signatures {
            say(Text::new("agreement_file.signature")
                .with("at", signature.at)
                .with("version", signature.content_version)
                .with("slot", signature.slot.to_string()));
        }
        if !report.withheld.is_empty() {
            let parts = report.withheld.iter().map(|part| Arg::Text(words::proof_part(part)));
            say(Text::new("agreement_file.withheld").with("parts", parts.collect::<Vec<Arg>>()));
        }
    }

    /// Who sealed, and whether anybody vouches for them.
    fn seal(&self, at: u64, seal: &Seal) -> Text {
        use agreement::evidence::FaultKind::KeyUnknown;
        let said = &seal.statement;
        let faults = self.report.faults.iter().filter(|fault| fault.part == Part::Seal(at));
        let kinds: Vec<_> = faults.map(|fault| fault.kind).collect();
        let text = if self.is_trusted(seal) {
            Text::new("agreement_file.seal_trusted")
        } else if kinds == [KeyUnknown] {
            let public_key = self
                .public_key(said.key)
                .map_or_else(|| Arg::Text(Text::new("agreement_file.public_key_missing")), Arg::Plain);
            Text::new("agreement_file.seal_unvouched").with("public_key", public_key)
        } else {
            Text::new("agreement_file.seal_bad")
        };
        text.with("n", at)
            .with("at", said.sealed_at)
            .with("events", said.events)
            .with("key", said.key.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &[u8] = include_bytes!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../agreement/tests/golden/export-1.json"
    ));

    #[test]
    fn no_single_changed_byte_makes_an_export_something_else() {
        let mut file = GOLDEN.to_vec();
        for at in 0..file.len() {
            let byte = file[at];
            file[at] = b'~';
            assert!(was_an_export(&file), "byte {at}");
            file[at] = byte;
        }
    }

    #[test]
    fn other_json_is_no_export() {
        for text in ["", "{}", "[]", "{\"events\":[],\"keys\":[]}", "{\"agreement\":\"1\"}"] {
            assert!(!was_an_export(text.as_bytes()), "{text}");
        }
    }
}
