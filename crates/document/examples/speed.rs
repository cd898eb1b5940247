//! How long a paper takes: the first of a process, then papers that all differ.
#![expect(clippy::disallowed_methods, reason = "measures")]

use std::time::Instant;

use agreement::training::{sample, sample_minor};
use document::{Paper, render};
use vocabulary::Vocabulary;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vocabulary = Vocabulary::builtin();
    let mut times = Vec::new();
    for number in 0..40 {
        let mut body = if number % 2 == 0 { sample_minor() } else { sample() };
        body.head.no = Some(format!("PX-2026-{number:04}"));
        body.apprentice.name = Some(format!("学徒{}", char::from_u32(0x4e00 + number * 97).unwrap_or('一')));
        body.apprentice.address = Some(format!("上海市青浦区示例路{number}号"));
        let paper = Paper {
            body: &body,
            export: None,
            lookup: None,
            at: None,
            sealing: None,
        };
        let began = Instant::now();
        let pdf = render(&paper, &vocabulary)?;
        let took = began.elapsed();
        if number == 0 {
            println!("first {took:?}: {} pages, {} KB", pdf.pages, pdf.bytes.len() / 1024);
        } else {
            times.push(took);
        }
    }
    times.sort();
    println!(
        "later: median {:?}, p95 {:?}, slowest {:?}",
        times[times.len() / 2],
        times[times.len() * 95 / 100],
        times[times.len() - 1]
    );
    Ok(())
}
