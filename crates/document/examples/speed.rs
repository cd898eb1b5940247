//! How long a paper takes: the first of a process, the same once more, and papers that all differ, as drafts and as evidence.
#![expect(clippy::disallowed_methods, reason = "measures")]
#![expect(clippy::unwrap_used, reason = "what is measured is told as in a test")]

#[expect(dead_code, reason = "the tests do more with it")]
#[path = "../tests/paper/story.rs"]
mod story;

use std::time::{Duration, Instant};

use agreement::training::{Body, sample, sample_minor};
use document::{Paper, Pdf, RenderError, render};
use vocabulary::Vocabulary;

fn body(number: u32) -> Body {
    let mut body = if number.is_multiple_of(2) {
        sample_minor()
    } else {
        sample()
    };
    body.head.no = Some(format!("PX-2026-{number:04}"));
    body.apprentice.name = Some(format!("学徒{}", char::from_u32(0x4e00 + number * 97).unwrap_or('一')));
    body.apprentice.address = Some(format!("上海市青浦区示例路{number}号"));
    body
}

fn timed(body: &Body, vocabulary: &Vocabulary) -> Result<(Pdf, Duration), RenderError> {
    let paper = Paper {
        body,
        export: None,
        lookup: None,
        at: None,
        sealing: None,
    };
    let began = Instant::now();
    let pdf = render(&paper, vocabulary)?;
    Ok((pdf, began.elapsed()))
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!("{what}: median {:?}, p95 {:?}, slowest {:?}", at(50), at(95), at(100));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vocabulary = Vocabulary::builtin();
    let (pdf, first) = timed(&body(0), &vocabulary)?;
    println!("first: {first:?}, {} pages, {} KB", pdf.pages, pdf.bytes.len() / 1024);
    let mut again = Vec::new();
    for _ in 0..20 {
        again.push(timed(&body(0), &vocabulary)?.1);
    }
    tell("the same again", again);
    let mut others = Vec::new();
    for number in 1..40 {
        others.push(timed(&body(number), &vocabulary)?.1);
    }
    tell("other drafts", others);
    let mut signed = Vec::new();
    for number in 1..40 {
        let story = story::Story::told(body(number), u64::from(number));
        let began = Instant::now();
        story.print_with(&vocabulary, true)?;
        signed.push(began.elapsed());
    }
    tell("other papers, signed and sealed", signed);
    Ok(())
}
