//! The command line (DESIGN section 9): stable, because scripts and benchmarks rely on it.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use kernel::{Date, Locale, parse_date};
use law::Stage;

/// Qixiao 企校: school-enterprise cooperation and apprenticeships.
#[derive(Debug, Parser)]
#[command(name = "qixiao", version, about)]
pub(crate) struct Cli {
    /// The folder of everything that is kept [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The configuration file [default: ./qixiao.toml when it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What to do; `serve` when nothing is said
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Web and worker in one process
    Serve(Listen),
    /// The same on fictional demonstration data, made at first start
    Demo(Listen),
    /// Only the worker: jobs and letters
    Worker,
    /// Bring the database to this version and stop
    Migrate,
    /// Print every setting with where it came from, render every page and letter
    Check,
    /// Look at database, search, mail folder and jobs, and say what is wrong
    Doctor {
        /// One JSON document on standard output
        #[arg(long)]
        json: bool,
    },
    /// Build a new search index beside the old one, compare, and swap
    Reindex,
    /// Write the whole database (SQLite) into a file, while it runs; the key file is not in it
    Backup {
        /// Where to
        file: PathBuf,
    },
    /// Put a backup in the place of an empty database
    Restore {
        /// Where from
        file: PathBuf,
    },
    /// People who run the platform
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Digests: what is new for each person, in one letter
    #[command(subcommand)]
    Digest(DigestCommand),
    /// Letters: what came back
    #[command(subcommand)]
    Mail(MailCommand),
    /// Measure, on invented data of its own
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Read a file: programmes, postings, majors, occupations, industries
    Import(Import),
    /// Search from the command line
    Search(Search),
    /// Match a file of offers with a file of needs
    Match(Match),
    /// Say which occupations of the classification a job title may mean
    Occupation(Occupation),
    /// Place applicants: a stable allocation by the lists of both sides
    Allocate(Allocate),
    /// Agreements as files: schema, rules, evidence; no database is needed
    #[command(subcommand)]
    Agreement(AgreementCommand),
}

/// Where to listen.
#[derive(Debug, Default, Args)]
pub(crate) struct Listen {
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<String>,
}

/// People who run the platform.
#[derive(Debug, Subcommand)]
pub(crate) enum OperatorCommand {
    /// Make the person with this address an operator, and print a link to set a password
    Add {
        /// The address
        email: String,
        /// The name, when there is no account yet
        #[arg(long)]
        name: Option<String>,
    },
}

/// Digests.
#[derive(Debug, Subcommand)]
pub(crate) enum DigestCommand {
    /// Make the digests that are due now; the server sends them
    Run {
        /// Say what would be made, write nothing
        #[arg(long)]
        dry_run: bool,
        /// As if it were this moment: `2026-11-23T09:00`, in Shanghai
        #[arg(long, value_name = "TIME")]
        now: Option<String>,
        /// One JSON document on standard output
        #[arg(long)]
        json: bool,
    },
}

/// What to do with letters.
#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// Read what other servers say of letters that had left, and write to addresses no more that do not exist or complained
    Import {
        /// Mailbox files (mbox), or single messages as a Maildir keeps them
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Say what would follow, write nothing
        #[arg(long)]
        dry_run: bool,
        /// One JSON document for each file on standard output
        #[arg(long)]
        json: bool,
    },
}

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// The digest of many people: making it, sending it, and what pages take meanwhile
    Digest(BenchDigest),
    /// Occupation coding: how many titles that somebody coded a coder codes alike that did not see them
    Occupation(BenchOccupation),
    /// Search: how long it takes in a register, and whether what people ask for is found
    Search(BenchSearch),
    /// Matching: the best answers of a whole market, beside scoring every pair
    Match(BenchMatch),
    /// Allocation: how long the lists of many applicants take
    Allocate(BenchAllocate),
}

/// Measure search.
#[derive(Debug, Args)]
pub(crate) struct BenchSearch {
    /// The national register, with the columns of `import programmes`: what people ask for is looked for in it
    #[arg(long, value_name = "FILE")]
    pub(crate) register: Option<PathBuf>,
    /// How many posts are invented where there is no register
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "register")]
    pub(crate) size: u32,
    /// What questions are drawn from: the same seed draws the same everywhere
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many searches are timed
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) searches: u32,
    /// The address of a Meilisearch server, to measure it as well: with our rows and settings, and as it comes
    #[arg(long, value_name = "URL")]
    pub(crate) meilisearch: Option<String>,
    /// The file with the key of that server
    #[arg(long, value_name = "FILE", requires = "meilisearch")]
    pub(crate) meilisearch_key_file: Option<PathBuf>,
    /// Name the questions that are not answered well
    #[arg(long)]
    pub(crate) missed: bool,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Measure matching.
#[derive(Debug, Args)]
pub(crate) struct BenchMatch {
    /// How many offers and how many needs; no more offers than programmes in the register
    #[arg(long, default_value_t = 68_236)]
    pub(crate) size: usize,
    /// The national register, with the columns of `import programmes` [default: an invented one of its size]
    #[arg(long, value_name = "FILE")]
    pub(crate) register: Option<PathBuf>,
    /// What the needs are drawn from: the same seed draws the same everywhere
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many threads
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: u8,
    /// How many posts of the other side a new one is held against
    #[arg(long, default_value_t = 100_000)]
    pub(crate) posts: usize,
    /// For how many units of each side every pair is scored, to be compared
    #[arg(long, default_value_t = 500)]
    pub(crate) sample: usize,
    /// A Python script to compare with, which is given the size
    #[arg(long, value_name = "FILE")]
    pub(crate) peer: Option<PathBuf>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Measure allocation.
#[derive(Debug, Args)]
pub(crate) struct BenchAllocate {
    /// How many applicants
    #[arg(long, default_value_t = 49_983)]
    pub(crate) size: u32,
    /// How many places; each ranks all applicants, and is ranked by all
    #[arg(long, default_value_t = 35, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) places: u32,
    /// What the lists are drawn from: the same seed draws the same lists everywhere
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many times; the fastest counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs: u32,
    /// A Python script to compare with, on the same lists
    #[arg(long, value_name = "FILE")]
    pub(crate) peer: Option<PathBuf>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Measure occupation coding.
#[derive(Debug, Args)]
pub(crate) struct BenchOccupation {
    /// Titles that somebody coded: CSV with the columns `job_name` and `expected_code`
    #[arg(long, value_name = "FILE")]
    pub(crate) titles: PathBuf,
    /// Into how many parts the titles are divided; each is coded by what was learned from the others
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(2..=20))]
    pub(crate) folds: u8,
    /// How many models are trained at a time, each in 430 MB
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: u8,
    /// Learn from all titles and write what was learned to this file, as the program carries it; measure nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) write: Option<PathBuf>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Measure a digest.
#[derive(Debug, Args)]
pub(crate) struct BenchDigest {
    /// How many people
    #[arg(long, default_value_t = 100_000)]
    pub(crate) people: u64,
    /// How many new posts
    #[arg(long, default_value_t = 20_000)]
    pub(crate) posts: u64,
    /// An empty PostgreSQL database, to be dropped afterwards [default: a SQLite file in a temporary folder]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Over how many connections letters leave
    #[arg(long, default_value_t = 4)]
    pub(crate) connections: u32,
    /// How many milliseconds the mail server takes over each letter
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) relay_ms: u64,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// Only make the data, in this folder
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) fill: Option<PathBuf>,
}

/// What to import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportKind {
    /// The national programme register
    Programmes,
    /// Posts of organisations
    Postings,
    /// The catalogue of majors
    Majors,
    /// The classification of occupations
    Occupations,
    /// GB/T 4754
    Industries,
}

/// Read a file.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// What it holds
    pub(crate) kind: ImportKind,
    /// The file
    pub(crate) file: PathBuf,
    /// Take only rows of this year (programmes)
    #[arg(long)]
    pub(crate) year: Option<i64>,
    /// Check everything, write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Search from the command line.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What to look for
    pub(crate) query: String,
    /// `kind=course`, `district=310115`, ..
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) filter: Vec<String>,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
    /// Which engine; the configured one when nothing is said
    #[arg(long)]
    pub(crate) engine: Option<EngineName>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// A search engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// In this process
    Embedded,
    /// A Meilisearch server
    Meilisearch,
}

/// Code titles.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub(crate) struct Occupation {
    /// The title, or a post's text whose first line is the title
    #[arg(group = "what")]
    pub(crate) title: Option<String>,
    /// Titles: CSV with the column `job_name`; answers with a line of JSON for each
    #[arg(long, value_name = "FILE", group = "what")]
    pub(crate) file: Option<PathBuf>,
    /// How many occupations
    #[arg(long, default_value_t = 5)]
    pub(crate) top: usize,
    /// JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// Match two files.
#[derive(Debug, Args)]
pub(crate) struct Match {
    /// Offers, with the columns of `import postings`
    #[arg(long)]
    pub(crate) offers: PathBuf,
    /// Needs, with the columns of `import postings`
    #[arg(long)]
    pub(crate) needs: PathBuf,
    /// How many offers a need
    #[arg(long, default_value_t = 20)]
    pub(crate) top: usize,
    /// Say of needs without a match which criterion the nearest offers failed
    #[arg(long)]
    pub(crate) explain: bool,
    /// One JSON document a need
    #[arg(long)]
    pub(crate) json: bool,
}

/// Allocate places.
#[derive(Debug, Args)]
pub(crate) struct Allocate {
    /// CSV with the columns `id` and `ranked`: the places an applicant would take, the best first, separated by `;`
    #[arg(long, value_name = "FILE")]
    pub(crate) applicants: PathBuf,
    /// CSV with the columns `id`, `capacity` and `ranked`: the applicants that a place would take, the best first
    #[arg(long, value_name = "FILE")]
    pub(crate) places: PathBuf,
    /// CSV with the columns `id`, `capacity` and `ranked`: who ranks for the places whose column `mentor` names them
    #[arg(long, value_name = "FILE")]
    pub(crate) mentors: Option<PathBuf>,
    /// Of all stable allocations, whose best
    #[arg(long, value_enum, default_value_t = OptimalFor::Applicants)]
    pub(crate) optimal: OptimalFor,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

/// A side of an allocation.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OptimalFor {
    /// Each applicant gets the best it gets in any
    Applicants,
    /// Each place, or mentor, does
    Places,
}

/// Agreements as files.
#[derive(Debug, Subcommand)]
pub(crate) enum AgreementCommand {
    /// Print the JSON Schema of what an agreement of this kind holds
    Schema {
        /// The kind
        kind: AgreementKind,
    },
    /// Ask the rules about an agreement in a file
    ///
    /// Exit status: 0 when nothing stops it (warnings may be there), 1 when a finding blocks, something cannot be said or
    /// a field that this stage needs is empty, 2 when the file cannot be read as the schema says. What a file cannot show,
    /// such as that identity was checked, is taken for granted and listed.
    Check(AgreementCheck),
    /// Print an agreement as PDF
    ///
    /// From what an agreement holds, as `agreement schema` says it: a draft that says so on every page. From an export: what
    /// was signed, with who signed when, and the export attached. The same file gives the same PDF. Exit status: 0 when it
    /// was printed, 1 when the export was changed since it was sealed, 2 when the file cannot be read or something in it
    /// cannot be printed.
    Render(AgreementRender),
    /// Check an export, or a PDF, against its seals
    ///
    /// Exit status: 0 when what was sealed is as it was and a trusted key sealed it, 1 when a part was changed, there is
    /// no seal or nobody vouches for its key, 2 when the file is no export.
    Verify(AgreementVerify),
}

/// A kind of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AgreementKind {
    /// 培养协议, between an enterprise and one apprentice
    Training,
}

/// In which language to speak.
#[derive(Debug, Args)]
pub(crate) struct Language {
    /// The language of the sentences [default: that of the terminal, by `LC_ALL`, `LC_MESSAGES` or `LANG`]
    #[arg(long, value_name = "LOCALE", value_parser = PossibleValuesParser::new(Locale::ALL.map(Locale::code)))]
    pub(crate) locale: Option<String>,
}

/// Ask the rules about an agreement.
#[derive(Debug, Args)]
pub(crate) struct AgreementCheck {
    /// The agreement, as `agreement schema training` says it
    pub(crate) file: PathBuf,
    /// The day it is checked for [default: today in Shanghai]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) on: Option<Date>,
    /// The stage whose rules are asked
    #[arg(
        long,
        default_value = Stage::Sign.code(),
        value_parser = PossibleValuesParser::new(Stage::ALL.map(Stage::code)).try_map(|code| Stage::from_code(&code).ok_or("no such stage"))
    )]
    pub(crate) stage: Stage,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) language: Language,
}

/// Print an agreement.
#[derive(Debug, Args)]
pub(crate) struct AgreementRender {
    /// The agreement, as `agreement schema training` says it, or an export
    pub(crate) file: PathBuf,
    /// The PDF to write; one that is there is written over
    #[arg(long, value_name = "OUT")]
    pub(crate) pdf: PathBuf,
    /// One JSON document on standard output, with how long it took
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) language: Language,
}

/// Check an export.
#[derive(Debug, Args)]
pub(crate) struct AgreementVerify {
    /// The export, or the PDF
    pub(crate) file: PathBuf,
    /// A JSON list of trusted public keys; may be given several times
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) trusted: Vec<PathBuf>,
    /// One JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) language: Language,
}

fn day(text: &str) -> Result<Date, &'static str> {
    parse_date(text).ok_or("not a day like 2026-09-01")
}
