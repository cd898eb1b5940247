//! Sentences for the check of an export: the result, which part was changed, and how that shows.

use agreement::evidence::{Fault, Part, Report};

use crate::{Arg, Text, has};

/// The result of a check.
pub fn proof_verdict(report: &Report) -> Text {
    Text::of("proof_verdict", report.verdict().code())
}

/// A part of an export.
pub fn proof_part(part: &Part) -> Text {
    let text = Text::of("proof_part", part.code());
    let Some(name) = part.name() else { return text };
    let section = matches!(part, Part::Section(_)) && has(&format!("training_section.{name}"));
    let name = if section {
        Arg::Text(Text::of("training_section", &name))
    } else {
        Arg::Plain(name)
    };
    text.with("name", name)
}

/// What is wrong with a part.
pub fn proof_fault(fault: &Fault) -> Text {
    Text::of("proof_fault", fault.kind.code()).with("part", proof_part(&fault.part))
}

#[cfg(test)]
mod tests {
    use agreement::evidence::{FaultKind, Verdict};
    use kernel::Locale;

    use super::*;

    #[test]
    fn every_fault_of_every_part_has_a_sentence() {
        let parts = [
            Part::Frame,
            Part::Head,
            Part::Section("pay".to_owned()),
            Part::Section("annex".to_owned()),
            Part::Event(1),
            Part::Details(2),
            Part::Origin(2),
            Part::Key(3),
            Part::Seal(4),
        ];
        for part in parts {
            for kind in FaultKind::ALL {
                let fault = Fault {
                    part: part.clone(),
                    kind: *kind,
                    member: None,
                };
                for locale in Locale::ALL {
                    let said = proof_fault(&fault).render(locale);
                    assert!(!said.contains('{') && !said.contains("proof_"), "{said}");
                }
            }
        }
    }

    #[test]
    fn every_verdict_has_a_sentence() {
        for verdict in Verdict::ALL {
            assert!(has(&format!("proof_verdict.{}", verdict.code())), "{verdict:?}");
        }
    }
}
