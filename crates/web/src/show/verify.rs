//! What a check of an agreement found, as everybody may see it.

use agreement::evidence::{FaultKind, Verdict};
use operations::agreements::{
    StoredFault,
    proof::{FileChecked, VerifyLook},
};
use words::Text;

use crate::pages::{Checked, KeySeal, SealLine, SignatureLine, SignedLine, VerifyAgreementPage, VerifyFilePage};

fn checked(verdict: Verdict) -> Checked {
    Checked {
        text: Text::of("proof_verdict", verdict.code()),
        tone: match verdict {
            Verdict::Intact | Verdict::IntactInPart | Verdict::IntactWithMore => "done",
            Verdict::Unsealed | Verdict::Untrusted => "wait",
            Verdict::Changed => "wrong",
        },
    }
}

/// What is wrong with something that is stored here.
fn stored_fault(fault: &StoredFault) -> Text {
    let part = match fault.part.named() {
        Ok((code, Some(name))) => Text::of("proof_part", code).with("name", name),
        Ok((code, None)) => Text::of("proof_part", code),
        Err(part) => words::proof_part(part),
    };
    Text::of("proof_fault", fault.kind.code()).with("part", part)
}

/// An agreement found by its code.
pub(crate) fn verified_agreement(code: &str, look: VerifyLook) -> VerifyAgreementPage {
    let signed = |(role, at): (agreement::lifecycle::SlotRole, kernel::Timestamp)| SignedLine { role: role.code(), at };
    VerifyAgreementPage {
        code: code.to_owned(),
        number: look.number,
        enterprise: look.enterprise,
        college: look.college,
        stage: look.stage.code(),
        effective_on: look.effective_on,
        content_hash: look.content_hash.map(|hash| hash.to_string()),
        signatures: look.signatures.into_iter().map(signed).collect(),
        checked: look.verdict.map(checked),
        erased: look.erased,
        locked: look.locked,
        sealed: look.sealed.map(|(at, key)| KeySeal {
            at,
            key: key.to_string(),
        }),
        faults: look.changed.iter().map(stored_fault).collect(),
    }
}

/// A file that somebody has.
pub(crate) fn verified_file(found: &FileChecked) -> VerifyFilePage {
    let report = &found.report;
    // A text that names no agreement is no file of one, and nothing more can be said of it.
    let unreadable = report.faults.iter().any(|fault| fault.kind == FaultKind::Unreadable);
    let readable = report.agreement.is_some() || !unreadable;
    VerifyFilePage {
        checked: Checked {
            text: words::proof_verdict(report),
            ..checked(report.verdict())
        },
        readable,
        known_here: found.known_here,
        agreement: report.agreement.map(|id| id.to_string()),
        version: report.content_version,
        content_hash: report.content_hash.map(|hash| hash.to_string()),
        faults: report.faults.iter().map(words::proof_fault).collect(),
        withheld: report.withheld.iter().map(words::proof_part).collect(),
        seals: report
            .seals
            .iter()
            .map(|seal| SealLine {
                at: seal.at,
                events: seal.events,
                key: seal.key.to_string(),
            })
            .collect(),
        later_events: report.unsealed_events,
        signatures: report
            .signatures
            .iter()
            .map(|signature| SignatureLine {
                version: signature.content_version,
                at: signature.at,
            })
            .collect(),
    }
}
