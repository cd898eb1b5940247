//! Letters that came back, from the command line.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use operations::{
    Actor, Cx,
    came_back::{self, CameBack},
};

use crate::{
    Outcome,
    compose::{Data, EngineUse, compose},
    config::Config,
    tell,
};

/// Reads files with what other servers say of letters that had left, one after the other.
pub(crate) async fn read_returned(
    config: &Config,
    files: &[PathBuf],
    dry_run: bool,
    json: bool,
) -> anyhow::Result<Outcome> {
    let app = compose(config, EngineUse::None, Data::Any).await?;
    for file in files {
        let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let cx = Cx::system(app.clock().now());
        let done = came_back::read(&app, &cx, &Actor::Command, &bytes, dry_run).await?;
        if json {
            tell::json(&done)?;
            continue;
        }
        let CameBack {
            messages,
            letters,
            suppressed,
            known,
            passing,
            strange,
            dry_run,
        } = done;
        let prefix = if dry_run { "dry run, nothing written: " } else { "" };
        println!(
            "{}: {prefix}{messages} messages, {letters} letters came back, {suppressed} addresses not written to any more; \
             {known} known before, {passing} passing, {strange} about no letter of ours",
            file.display()
        );
    }
    Ok(Outcome::Done)
}
