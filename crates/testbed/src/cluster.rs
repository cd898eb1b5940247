//! A throwaway cluster on a unix socket, which lives as long as this process.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
};

use crate::{pipe_to, without_postgres_environment};

/// Makes the cluster, says `ready FOLDER`, and waits for the end of its standard input: that is the end of the process
/// that started it, even when it is killed. Then it ends the server and removes the folder.
const SCRIPT: &str = r#"trap '' INT TERM HUP PIPE
folder=$(mktemp -d /tmp/qixiao-postgres.XXXXXX) || exit 1
server=
end() { [ -z "$server" ] || { kill -QUIT "$server"; wait "$server"; }; rm -rf "$folder"; } 2>/dev/null
trap end EXIT
make() { "$1/initdb" -D "$folder/data" -U postgres --auth=trust -E UTF8 -N "$2" >"$folder/log" 2>&1; }
make "$1" --locale=C.UTF-8 || { rm -rf "$folder/data"; make "$1" --no-locale; } || { cat "$folder/log"; exit 1; }
"$1/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
  -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB -c wal_level=minimal -c max_wal_senders=0 \
  >"$folder/log" 2>&1 </dev/null &
server=$!
tries=0
until [ -S "$folder/.s.PGSQL.5432" ] && grep -q 'ready to accept connections' "$folder/log"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then cat "$folder/log"; exit 1; fi
  sleep 0.05
done
chmod 755 "$folder"
echo "ready $folder"
cat >/dev/null"#;

/// Starts a cluster with the programs of one folder and answers the URL of its maintenance database.
pub(crate) fn start(programs: &Path) -> Result<String, String> {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT, "sh"]).arg(programs);
    without_postgres_environment(&mut command);
    // The log is read for a sentence, so it must be in English.
    command.env("LC_ALL", "C").env_remove("TMPDIR").current_dir("/");
    if id(&["-u"])? == 0 {
        // PostgreSQL refuses to run as root.
        let user = ["postgres", "nobody"]
            .into_iter()
            .find(|name| id(&["-u", name]).is_ok())
            .ok_or("running as root and there is no user postgres or nobody to run it as")?;
        command.uid(id(&["-u", user])?).gid(id(&["-g", user])?);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("sh does not start: {error}"))?;
    let said = child.stdout.take().expect("asked for with Stdio::piped");
    let mut log = String::new();
    for line in BufReader::new(said).lines() {
        let line = line.map_err(|error| error.to_string())?;
        if let Some(folder) = line.strip_prefix("ready ") {
            // Kept open for as long as this process lives.
            std::mem::forget(pipe_to(child));
            return Ok(format!("postgres://postgres@localhost/postgres?host={folder}"));
        }
        log.push_str(&line);
        log.push('\n');
    }
    Err(format!("a throwaway PostgreSQL did not start: {log}"))
}

fn id(arguments: &[&str]) -> Result<u32, String> {
    let output = Command::new("id")
        .args(arguments)
        .output()
        .map_err(|error| format!("id does not start: {error}"))?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| format!("id {arguments:?} answers no number"))
}
