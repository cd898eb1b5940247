//! A mail server on loopback that takes every letter: what letters are sent to while sending is measured.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// So many letters are kept, the first ones, for whoever sends the same ones again.
const KEPT: usize = 1_000;

/// A letter as it came in.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) raw: Vec<u8>,
}

#[derive(Debug, Default)]
struct Shared {
    /// How long the server takes over each letter before it says that it has it.
    pause: Duration,
    taken: AtomicU64,
    kept: Mutex<Vec<Taken>>,
}

/// The server. It ends with the process.
#[derive(Debug)]
pub(super) struct Sink {
    shared: Arc<Shared>,
    port: u16,
}

impl Sink {
    /// A server on a free port of 127.0.0.1.
    pub(super) fn start(pause: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            pause,
            ..Shared::default()
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&serving);
                // A client that hangs up ends its conversation, and there is nobody to tell.
                thread::spawn(move || drop(converse(&stream, &shared)));
            }
        });
        Ok(Self { shared, port })
    }

    /// The port on which it listens.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// How many letters it took.
    pub(super) fn taken(&self) -> u64 {
        self.shared.taken.load(Ordering::Relaxed)
    }

    /// The first letters it took.
    pub(super) fn kept(&self) -> Vec<Taken> {
        let kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}

fn converse(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(64 * 1024, stream);
    let mut writer = stream;
    let (mut line, mut letter) = (Vec::new(), Taken::default());
    writer.write_all(b"220 sink.example\r\n")?;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&line).into_owned();
        let address = || said.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let verb = said.get(..4).unwrap_or_default().to_ascii_uppercase();
        let reply: &[u8] = match verb.as_str() {
            "MAIL" => {
                letter.from = address();
                b"250 2.1.0 sender ok\r\n"
            }
            "RCPT" => {
                letter.to = address();
                b"250 2.1.5 recipient ok\r\n"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n")?;
                read_letter(&mut reader, &mut letter.raw)?;
                thread::sleep(shared.pause);
                keep(shared, std::mem::take(&mut letter));
                b"250 2.0.0 taken\r\n"
            }
            "QUIT" => return writer.write_all(b"221 2.0.0 goodbye\r\n"),
            _ => b"250 ok\r\n",
        };
        writer.write_all(reply)?;
    }
}

/// Up to the line with one dot; dots that were doubled on the way are single again.
fn read_letter(reader: &mut impl io::BufRead, raw: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let start = raw.len();
        if reader.read_until(b'\n', raw)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match &raw[start..] {
            b".\r\n" => {
                raw.truncate(start);
                return Ok(());
            }
            [b'.', ..] => drop(raw.remove(start)),
            _ => {}
        }
    }
}

fn keep(shared: &Shared, letter: Taken) {
    // Of the many that come later none waits for the lock.
    if shared.taken.fetch_add(1, Ordering::Relaxed) < KEPT as u64 {
        let mut kept = shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_ends_with_a_dot_alone_and_doubled_dots_are_single() {
        let mut raw = Vec::new();
        read_letter(&mut &b"one\r\n..two\r\n.\r\nQUIT\r\n"[..], &mut raw).unwrap();
        assert_eq!(raw, b"one\r\n.two\r\n");
        assert!(read_letter(&mut &b"cut\r\n"[..], &mut Vec::new()).is_err());
    }
}
