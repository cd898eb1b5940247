//! The binary: command line, configuration, composition.

mod cli;
mod commands;
mod compose;
mod config;
mod no_engine;
mod serve;
mod system;
mod tell;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{BenchCommand, Cli, Command, DigestCommand, Listen, MailCommand, OperatorCommand},
    compose::{Data, EngineUse, compose},
    config::{Config, LogFormat, Overrides},
};

/// How a command ended (DESIGN section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 0
    Done,
    /// 1: findings, or refused.
    Findings,
    /// 2: bad usage or bad input, with the place named.
    BadInput,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Findings => 1,
            Outcome::BadInput => 2,
        })
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("qixiao: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            eprintln!("qixiao: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let listen = match &cli.command {
        Some(Command::Serve(Listen { listen }) | Command::Demo(Listen { listen })) => listen.clone(),
        _ => None,
    };
    let overrides = Overrides { data: cli.data, listen };
    let loaded = config::load(cli.config.as_deref(), &overrides)?;
    log(&loaded.config);
    let config = &loaded.config;
    match cli.command.unwrap_or(Command::Serve(Listen::default())) {
        Command::Serve(_) => {
            let app = compose(config, EngineUse::Writer, Data::Real).await?;
            serve::serve(app, &config.listen, config.trusted_proxies, std::future::ready(())).await?;
            Ok(Outcome::Done)
        }
        Command::Demo(_) => commands::demo(config).await,
        Command::Worker => {
            let app = compose(config, EngineUse::Writer, Data::Any).await?;
            serve::work(app).await?;
            Ok(Outcome::Done)
        }
        Command::Migrate => commands::migrate(config).await,
        Command::Check => commands::check(&loaded),
        Command::Doctor { json } => commands::doctor(config, json).await,
        Command::Reindex => commands::reindex(config).await,
        Command::Backup { file } => commands::backup(config, &file).await,
        Command::Restore { file } => commands::restore(config, &file).await,
        Command::Operator(OperatorCommand::Add { email, name }) => {
            commands::add_operator(config, &email, name.as_deref().unwrap_or_default()).await
        }
        Command::Digest(DigestCommand::Run { dry_run, now, json }) => {
            commands::make_digests(config, dry_run, now.as_deref(), json).await
        }
        Command::Mail(MailCommand::Import { files, dry_run, json }) => {
            commands::read_returned(config, &files, dry_run, json).await
        }
        Command::Bench(BenchCommand::Digest(options)) => Box::pin(commands::bench_digest(&options)).await,
        Command::Bench(BenchCommand::Occupation(options)) => commands::bench_occupation(&options),
        Command::Bench(BenchCommand::Search(options)) => commands::bench_search(&options).await,
        Command::Bench(BenchCommand::Match(options)) => commands::bench_match(&options),
        Command::Bench(BenchCommand::Allocate(options)) => commands::bench_allocate(&options),
        Command::Import(import) => commands::import(config, &import).await,
        Command::Search(search) => commands::search(config, &search).await,
        Command::Match(files) => commands::match_files(config, &files).await,
        Command::Occupation(args) => commands::occupation(&args),
        Command::Allocate(args) => commands::allocate_files(&args),
        Command::Agreement(command) => commands::agreement(&command),
    }
}

/// Logs go to standard error; standard output is a command's answer and nothing else.
fn log(config: &Config) {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => logs.json().init(),
    }
}
