//! An agreement on paper: a draft from what it holds, or what was signed from an export.

use std::{fs, time::Duration};

use agreement::{
    evidence::{Export, TrustedKeys, Verdict, verify_file},
    training::Body,
};
use anyhow::Context as _;
use document::{BodyError, Paper, Pdf, RenderError};
use kernel::{Locale, to_hex};
use serde_json::{Value as Json, json};
use storage::keys::content_hash;
use vocabulary::Vocabulary;
use words::{Arg, Text};

use super::{Misread, Place, body, language, read, verify::was_an_export};
use crate::{Outcome, cli::AgreementRender, tell};

/// What is to be printed.
struct Source {
    body: Body,
    export: Option<Export>,
}

/// Why nothing is printed.
enum Refused {
    /// The file is not as it has to be.
    Misread(Vec<Misread>),
    /// The export is not as it was sealed.
    Changed(Text),
}

impl Refused {
    fn at(field: &str, what: Text) -> Self {
        Self::Misread(vec![Misread {
            place: Place::Field(field.to_owned()),
            what,
        }])
    }
}

/// Prints the file.
pub(crate) fn render(args: &AgreementRender) -> anyhow::Result<Outcome> {
    let locale = language(&args.language);
    let bytes = read(&args.file)?;
    let vocabulary = Vocabulary::builtin();
    let source = match understand(&bytes, &vocabulary) {
        Ok(source) => source,
        Err(refused) => return refuse(args, locale, &refused),
    };
    let paper = Paper {
        body: &source.body,
        export: source.export.as_ref(),
        lookup: None,
        at: source.export.as_ref().and_then(moment),
        sealing: None,
    };
    let (first, took) = timed(|| document::render(&paper, &vocabulary));
    let pdf = match first {
        Ok(pdf) => pdf,
        Err(RenderError::Unprintable(fields)) => {
            let misread = fields.into_iter().map(|found| {
                let characters = found.characters.into_iter().map(|c| Arg::Plain(c.to_string()));
                let what = Text::new("body_problem.unprintable").with("characters", characters.collect::<Vec<Arg>>());
                Misread {
                    place: Place::Field(found.field),
                    what,
                }
            });
            return refuse(args, locale, &Refused::Misread(misread.collect()));
        }
        Err(error) => return Err(error.into()),
    };
    fs::write(&args.pdf, &pdf.bytes).with_context(|| format!("{} cannot be written", args.pdf.display()))?;
    let signed = source.export.as_ref().is_some_and(|export| !export.seals.is_empty());
    if args.json {
        let (again, later) = timed(|| document::render(&paper, &vocabulary));
        again?;
        tell::json(&told(args, &pdf, signed, took, later))?;
    } else {
        let key = if signed {
            "agreement_file.printed"
        } else {
            "agreement_file.printed_draft"
        };
        let text = Text::new(key)
            .with("pages", pdf.pages)
            .with("file", args.pdf.display().to_string());
        println!("{}", text.render(locale));
    }
    Ok(Outcome::Done)
}

fn told(args: &AgreementRender, pdf: &Pdf, signed: bool, first: Duration, again: Duration) -> Json {
    json!({
        "pdf": args.pdf.display().to_string(),
        "pages": pdf.pages,
        "bytes": pdf.bytes.len(),
        "sha256": to_hex(&content_hash(&pdf.bytes)),
        "signed": signed,
        "first_us": u64::try_from(first.as_micros()).unwrap_or(u64::MAX),
        "again_us": u64::try_from(again.as_micros()).unwrap_or(u64::MAX),
    })
}

#[expect(clippy::disallowed_methods, reason = "measures")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = std::time::Instant::now();
    let done = work();
    (done, began.elapsed())
}

/// The moment that the paper is of.
fn moment(export: &Export) -> Option<kernel::Timestamp> {
    let sealed = export.seals.last().map(|seal| seal.statement.sealed_at);
    sealed.or_else(|| export.events.last().map(|event| event.at))
}

fn understand(bytes: &[u8], vocabulary: &Vocabulary) -> Result<Source, Refused> {
    if !was_an_export(bytes) {
        return Ok(Source {
            body: body::read(bytes, vocabulary).map_err(Refused::Misread)?,
            export: None,
        });
    }
    let report = verify_file(bytes, &TrustedKeys::default());
    if report.verdict() == Verdict::Changed {
        let faults = report.faults.iter().map(|fault| Arg::Text(words::proof_fault(fault)));
        return Err(Refused::Changed(
            Text::new("agreement_file.not_printed").with("faults", faults.collect::<Vec<Arg>>()),
        ));
    }
    let export: Export = serde_json::from_slice(bytes).map_err(|error| Refused::Misread(vec![Misread::of(&error)]))?;
    let body = document::body_of(&export).map_err(|error| match error {
        BodyError::Withheld(section) => Refused::at(&section, Text::new("agreement_file.section_withheld")),
        BodyError::Unknown(error) => {
            let what = Text::new("body_problem.unreadable").with("error", error.to_string());
            Refused::at("content", what)
        }
    })?;
    Ok(Source {
        body,
        export: Some(export),
    })
}

fn refuse(args: &AgreementRender, locale: Locale, refused: &Refused) -> anyhow::Result<Outcome> {
    match refused {
        Refused::Misread(misread) => {
            if args.json {
                let problems = misread.iter().map(|misread| misread.json(locale));
                tell::json(&json!({ "problems": problems.collect::<Vec<Json>>() }))?;
            } else {
                for misread in misread {
                    misread.tell(&args.file.display(), locale);
                }
            }
            Ok(Outcome::BadInput)
        }
        Refused::Changed(text) => {
            let message = text.render(locale);
            if args.json {
                tell::json(&json!({ "problems": [{ "problem": "changed", "message": message }] }))?;
            } else {
                eprintln!("{}: {message}", args.file.display());
            }
            Ok(Outcome::Findings)
        }
    }
}
