//! Digests from the command line.

use anyhow::Context as _;
use kernel::{Timestamp, parse_date};
use operations::{Cx, digests};

use crate::{
    Outcome,
    compose::{Data, EngineUse, compose},
    config::Config,
};

/// Makes the digests that are due, at this moment or at another one.
pub(crate) async fn make_digests(
    config: &Config,
    dry_run: bool,
    now: Option<&str>,
    json: bool,
) -> anyhow::Result<Outcome> {
    let at = now.and_then(moment);
    if let (Some(text), None) = (now, at) {
        eprintln!("--now {text}: not a moment such as 2026-11-23T09:00");
        return Ok(Outcome::BadInput);
    }
    let app = compose(config, EngineUse::None, Data::Any).await?;
    let cx = Cx::system(at.unwrap_or_else(|| app.clock().now()));
    let run = digests::run(&app, &cx, dry_run).await?;
    if json {
        println!("{}", serde_json::to_string(&run).context("the figures are not JSON")?);
    } else if run.held_back {
        println!("letters are held back by an operator: no digest was made");
    } else {
        let made = if dry_run { "would be made" } else { "made" };
        println!(
            "{} due: {} {made} with {} entries, {} with nothing new, {} to addresses that are not written to",
            run.due, run.sent, run.entries, run.nothing, run.suppressed
        );
    }
    Ok(Outcome::Done)
}

/// `2026-11-23T09:00`, in Shanghai.
fn moment(text: &str) -> Option<Timestamp> {
    let (day, clock) = text.split_once('T')?;
    let (hour, minute) = clock.split_once(':')?;
    let two = |digits: &str, below: u8| {
        let number: u8 = digits.parse().ok()?;
        (digits.len() == 2 && number < below).then_some(number)
    };
    Some(Timestamp::of_shanghai(
        parse_date(day)?,
        two(hour, 24)?,
        two(minute, 60)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_to_the_minute() {
        let read = moment("2026-11-23T09:00").map(|at| at.to_string());
        assert_eq!(read.as_deref(), Some("2026-11-23T01:00:00Z"));
        for wrong in [
            "2026-11-23",
            "2026-11-23T9:00",
            "2026-11-23T24:00",
            "2026-11-31T09:00",
            "2026-11-23T09:60",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
