//! What commands say: sentences on standard output or, with `--json`, one document and nothing else.

use std::io::{IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressStyle};
use kernel::Locale;
use operations::import::{
    CodedLine, Progress, Report,
    table::{FileProblem, FileProblemKind},
};
use serde::Serialize;
use vocabulary::coding::Coded;
use words::Text;

/// The language of the terminal: the command line speaks English unless the locale says Chinese.
pub(crate) const LOCALE: Locale = Locale::En;

/// One JSON document on a line of its own.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// What an import did.
pub(crate) fn report(report: &Report) {
    let Report {
        rows,
        added,
        changed,
        removed,
        unchanged,
        organisations,
        coded,
        dry_run,
    } = report;
    let prefix = if *dry_run { "dry run, nothing written: " } else { "" };
    println!(
        "{prefix}{rows} rows of {organisations} organisations: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged"
    );
    for line in coded {
        println!("{}", coded_line(line));
    }
}

/// A line of a file whose words were taken to mean an occupation.
fn coded_line(CodedLine { line, typed, coded }: &CodedLine) -> String {
    let Coded { code, name, score } = coded;
    format!("line {line}: {typed} -> {code} {name} ({score} of 1000)")
}

/// Such lines beside a command's answer: on standard error, with the file's name.
pub(crate) fn coded_aside<'a>(file: &str, coded: impl Iterator<Item = &'a CodedLine>) {
    for line in coded {
        eprintln!("{file}: {}", coded_line(line));
    }
}

/// What is wrong with a file, a line each: `file:line: column: sentence`.
pub(crate) fn problems(file: &str, problems: &[FileProblem]) {
    for problem in problems {
        let column = problem
            .column
            .as_deref()
            .map(|column| format!("{column}: "))
            .unwrap_or_default();
        let meant: Vec<String> = problem
            .meant
            .iter()
            .map(|coded| format!("{} {}", coded.code, coded.name))
            .collect();
        let meant = if meant.is_empty() {
            String::new()
        } else {
            format!(" (it may be {})", meant.join(", "))
        };
        eprintln!("{file}:{}: {column}{}{meant}", problem.line, sentence(&problem.what));
    }
    eprintln!("nothing was changed");
}

fn sentence(what: &FileProblemKind) -> String {
    if let FileProblemKind::Value { code } = what {
        return words::problem(code).render(LOCALE);
    }
    let text = what
        .facts()
        .into_iter()
        .fold(Text::of("file_problem", what.key()), |text, (name, value)| {
            text.with(name, value)
        });
    text.render(LOCALE)
}

/// A bar on a terminal; nothing elsewhere.
#[derive(Debug)]
pub(crate) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(crate) fn new() -> Self {
        Self(std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        }))
    }
}

impl Progress for Bar {
    fn at(&self, done: u64, total: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(total);
            bar.set_position(done);
            if done == total {
                bar.finish_and_clear();
            }
        }
    }
}
