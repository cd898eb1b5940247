//! Servers for tests. A dev-dependency only: nothing that ships names this crate.
//!
//! A test that needs PostgreSQL asks [`fresh_postgres_database`] for a database of its own:
//!
//! * `QIXIAO_TEST_POSTGRES_URL` names a server: the database is made there, and dropped when the test process ends;
//! * else `initdb` is found (in `PATH` or `/usr/lib/postgresql/*/bin`): the first call of a process starts a throwaway
//!   cluster on a unix socket in a temporary folder, which ends and is removed when the test process ends, however it ends;
//! * else the answer is `None`, and one line on standard error says what was skipped.
//!
//! `QIXIAO_REQUIRE_POSTGRES=1` turns that skip into a failure.
//!
//! A test that sends letters starts a [`Relay`]: a mail server on loopback that answers by a [`Plan`](relay::Plan).

mod cluster;
pub mod relay;

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

pub use relay::Relay;

/// The server in use and the process that cleans up behind it.
struct Server {
    /// The URL of its maintenance database.
    url: String,
    psql: PathBuf,
    /// Names of databases to drop are written here; end of file means that this process has ended.
    janitor: Option<Mutex<ChildStdin>>,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| match find_server() {
    Ok(server) => Some(server),
    Err(reason) => {
        assert!(
            environment("QIXIAO_REQUIRE_POSTGRES").is_none_or(|value| value == "0"),
            "PostgreSQL is required (QIXIAO_REQUIRE_POSTGRES): {reason}"
        );
        skipped("PostgreSQL", &reason);
        None
    }
});

/// The URL of a PostgreSQL server's maintenance database; `None`, said once, where there is no server to be had.
///
/// # Panics
///
/// When there is none and `QIXIAO_REQUIRE_POSTGRES` is set.
pub fn postgres() -> Option<&'static str> {
    SERVER.as_ref().map(|server| server.url.as_str())
}

/// The URL of a new, empty database of its own; `None` where [`postgres`] has none.
///
/// # Panics
///
/// When the server refuses to make it.
pub fn fresh_postgres_database() -> Option<String> {
    let server = SERVER.as_ref()?;
    let name = fresh_name();
    if let Some(janitor) = &server.janitor {
        // Told before it exists, so that it goes away even when this process is killed in between.
        let mut janitor = janitor.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(janitor, "{name}").expect("the janitor reads until this process ends");
    }
    let output = psql(&server.psql)
        .args([
            "-d",
            &server.url,
            "-c",
            &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
        ])
        .output()
        .expect("psql starts");
    assert!(
        output.status.success(),
        "cannot make {name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(with_database(&server.url, &name))
}

/// Says on standard error, past the test runner's capture, that `what` was not tested and why.
pub fn skipped(what: &str, why: &str) {
    // Nothing can be done about a closed standard error.
    let _ = writeln!(std::io::stderr(), "skipped: {what} ({why})");
}

fn find_server() -> Result<Server, String> {
    let programs = programs_folder();
    let psql = programs
        .iter()
        .map(|folder| folder.join("psql"))
        .chain(in_path("psql"))
        .find(|path| path.is_file())
        .ok_or("no psql found");
    if let Some(url) = environment("QIXIAO_TEST_POSTGRES_URL").filter(|url| !url.is_empty()) {
        let psql = psql?;
        let janitor = Mutex::new(janitor(&url, &psql)?);
        return Ok(Server {
            url,
            psql,
            janitor: Some(janitor),
        });
    }
    let Some(programs) = programs else {
        return Err("no initdb found and QIXIAO_TEST_POSTGRES_URL not set".to_owned());
    };
    let psql = psql?;
    let url = cluster::start(&programs)?;
    Ok(Server {
        url,
        psql,
        janitor: None,
    })
}

/// The folder of the server's programs: where `initdb` in `PATH` really lies, else Debian's folder of the newest version.
fn programs_folder() -> Option<PathBuf> {
    let debian = || {
        let mut versions: Vec<(u32, PathBuf)> = Path::new("/usr/lib/postgresql")
            .read_dir()
            .ok()?
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let version = entry.file_name().to_str()?.parse().ok()?;
                Some((version, entry.path().join("bin/initdb")))
            })
            .filter(|(_, initdb)| initdb.is_file())
            .collect();
        versions.sort();
        versions.pop().map(|(_, initdb)| initdb)
    };
    let initdb = in_path("initdb")
        .and_then(|path| path.canonicalize().ok())
        .or_else(debian)?;
    initdb.parent().map(Path::to_owned)
}

fn in_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&environment("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment which servers they may use"
)]
fn environment(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// `psql` that reads no start-up file, stops at the first error and asks for no password.
fn psql(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(["-X", "-q", "-w", "-v", "ON_ERROR_STOP=1"])
        .stdin(Stdio::null());
    without_postgres_environment(&mut command);
    command
}

/// Takes away what would make a client talk to another server than the one named.
fn without_postgres_environment(command: &mut Command) {
    for name in [
        "PGHOST",
        "PGHOSTADDR",
        "PGPORT",
        "PGDATABASE",
        "PGOPTIONS",
        "PGSERVICE",
        "PGDATA",
    ] {
        command.env_remove(name);
    }
}

/// A process that outlives this one by as long as it takes to drop the databases named to it.
fn janitor(url: &str, psql_program: &Path) -> Result<ChildStdin, String> {
    const SCRIPT: &str = r#"trap '' INT TERM
names=$(cat)
for name in $names; do
  "$1" -X -q -w -d "$2" -c "DROP DATABASE IF EXISTS $name" 2>/dev/null
done"#;
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT, "sh"]).arg(psql_program).arg(url);
    without_postgres_environment(&mut command);
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("sh does not start: {error}"))?;
    Ok(pipe_to(child))
}

fn pipe_to(mut child: Child) -> ChildStdin {
    child.stdin.take().expect("asked for with Stdio::piped")
}

/// A name that no other process and no other call uses on the same server.
fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    static PROCESS: LazyLock<u128> = LazyLock::new(|| {
        #[expect(
            clippy::disallowed_methods,
            reason = "only has to differ between processes of one number"
        )]
        let now = std::time::SystemTime::now();
        now.duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_micros())
    });
    format!(
        "qixiao_test_{}_{}_{}",
        *PROCESS,
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// `url` with its database replaced by `name`; host, user and parameters stay.
fn with_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(a, p)| (a, Some(p)));
    let authority_at = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority_at..]
        .find('/')
        .map_or(address.len(), |at| authority_at + at);
    let base = &address[..end];
    parameters.map_or_else(|| format!("{base}/{name}"), |rest| format!("{base}/{name}?{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced_and_nothing_else() {
        assert_eq!(
            with_database("postgres://u:p@h:1/a?host=/x", "b"),
            "postgres://u:p@h:1/b?host=/x"
        );
        assert_eq!(with_database("postgres://h", "b"), "postgres://h/b");
        assert_eq!(with_database("postgres://h/", "b"), "postgres://h/b");
    }

    #[test]
    fn two_fresh_databases_are_two_and_empty() {
        let Some(one) = fresh_postgres_database() else { return };
        let two = fresh_postgres_database().unwrap();
        assert_ne!(one, two);
        let program = &SERVER.as_ref().unwrap().psql;
        let ask = |url: &str, text: &str| {
            let output = psql(program).args(["-At", "-d", url, "-c", text]).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        ask(&one, "CREATE TABLE t (a text)");
        let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        assert_eq!((ask(&one, tables), ask(&two, tables)), ("1".to_owned(), "0".to_owned()));
        assert_eq!(ask(&two, "SHOW server_encoding"), "UTF8");
    }
}
