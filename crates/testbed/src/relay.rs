//! A mail server on loopback that answers by plan: it takes letters, puts them off, refuses them, is slow, cuts connections
//! in the worst moments, and remembers all of it.

mod plan;
mod tls;

use std::{
    collections::{HashMap, HashSet},
    io::{self, BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

pub use plan::{Answer, Asked, Fate, Greeting, Plan, Starttls, rough_fate};
pub use tls::AUTHORITY;
use tls::Wire;

/// A letter as the server took it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The letter, its dots undone; only its headers where the plan keeps no more.
    pub raw: Vec<u8>,
}

/// What happened so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Connections that were opened.
    pub connections: usize,
    /// Connections that are open.
    pub open: usize,
    /// The most that were open at one time.
    pub most_open: usize,
    /// Connections that were greeted with noise or turned away.
    pub not_greeted: usize,
    /// Letters whose headers came in, whatever became of the rest.
    pub came_in: usize,
    /// Letters that were taken, those included whose sender was not told.
    pub taken: usize,
    /// Letters that were put off with a code of the four hundreds.
    pub put_off: usize,
    /// Letters that were refused with a code of the five hundreds.
    pub refused: usize,
    /// Connections that were cut while a letter came in: it was not taken.
    pub cut_in_data: usize,
    /// Connections that were cut when a letter had come in: it was taken, and its sender cannot know.
    pub cut_after_dot: usize,
    /// Connections that were closed because they had brought enough letters.
    pub closed: usize,
    /// Attempts to begin TLS that were refused or broken off.
    pub tls_failed: usize,
    /// Letters that were taken over TLS.
    pub taken_encrypted: usize,
}

#[derive(Debug, Default)]
struct Memory {
    letters: Vec<Received>,
    logins: Vec<String>,
    attempts: HashMap<String, u32>,
    tally: Tally,
}

#[derive(Debug)]
struct Shared {
    plan: Plan,
    memory: Mutex<Memory>,
    stopped: AtomicBool,
}

/// The server. It ends when this is dropped; conversations that go on then end with their clients.
#[derive(Debug)]
pub struct Relay {
    shared: Arc<Shared>,
    port: u16,
}

/// What a conversation does next.
enum Next {
    Reply(String),
    Hang,
}

impl Relay {
    /// A server that answers by `plan`, on a free port of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// When there is no free port, or no thread to be had.
    pub fn start(plan: Plan) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        let shared = Arc::new(Shared {
            plan,
            memory: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::Builder::new()
            .name("relay".to_owned())
            .spawn(move || serve(&listener, &serving))
            .expect("a thread can be started");
        Self { shared, port }
    }

    /// The port on which it listens.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The letters taken so far, the oldest first.
    pub fn letters(&self) -> Vec<Received> {
        self.shared.lock().letters.clone()
    }

    /// The secrets of log-ins, as they came over the wire.
    pub fn logins(&self) -> Vec<String> {
        self.shared.lock().logins.clone()
    }

    /// What happened so far.
    pub fn tally(&self) -> Tally {
        self.shared.lock().tally
    }

    /// How often each letter was taken, by its `Message-ID`.
    pub fn times_taken(&self) -> HashMap<String, usize> {
        let mut times = HashMap::new();
        for letter in &self.shared.lock().letters {
            *times.entry(letter.message_id()).or_default() += 1;
        }
        times
    }

    /// Everybody who was named as a recipient, whatever was answered.
    pub fn recipients_asked(&self) -> HashSet<String> {
        self.shared.lock().attempts.keys().cloned().collect()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Wakes the thread that waits for the next connection; where nobody waits there is nothing to wake.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Received {
    /// The value of its `Message-ID`; empty when it has none.
    pub fn message_id(&self) -> String {
        let text = String::from_utf8_lossy(&self.raw);
        let line = text.lines().take_while(|line| !line.is_empty()).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("message-id").then(|| value.trim().to_owned())
        });
        line.unwrap_or_default()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept() {
        if shared.stopped.load(Ordering::Acquire) {
            return;
        }
        let number = {
            let tally = &mut shared.lock().tally;
            tally.connections += 1;
            tally.open += 1;
            tally.most_open = tally.most_open.max(tally.open);
            tally.connections
        };
        let conversing = Arc::clone(shared);
        let started = thread::Builder::new().name("relay-client".to_owned()).spawn(move || {
            // A client that is gone is what half of the tests are about.
            let _ = Conversation::new(&conversing, number).hold(&stream);
            let _ = stream.shutdown(std::net::Shutdown::Both);
            conversing.lock().tally.open -= 1;
        });
        if started.is_err() {
            shared.lock().tally.open -= 1;
        }
    }
}

struct Conversation<'a> {
    shared: &'a Shared,
    number: usize,
    letter: Received,
    answer: Answer,
    taken: usize,
    starttls: Starttls,
}

impl<'a> Conversation<'a> {
    fn new(shared: &'a Shared, number: usize) -> Self {
        Self {
            shared,
            number,
            letter: Received::default(),
            answer: Answer::Take,
            taken: 0,
            starttls: (shared.plan.starttls)(number),
        }
    }

    fn hold(mut self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(5)))?;
        let mut wire = BufReader::new(if self.shared.plan.tls_from_the_start {
            Wire::encrypted(stream)?
        } else {
            Wire::Plain(stream)
        });
        match (self.shared.plan.greeting)(self.number) {
            Greeting::Welcome => say(&mut wire, "220 relay.test ESMTP")?,
            Greeting::Busy => {
                self.shared.lock().tally.not_greeted += 1;
                return say(&mut wire, "421 4.3.2 too many connections, come back later");
            }
            Greeting::Noise => {
                self.shared.lock().tally.not_greeted += 1;
                return wire.get_mut().write_all(NOISE);
            }
        }
        let mut line = Vec::new();
        loop {
            line.clear();
            if wire.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let said = String::from_utf8_lossy(&line).trim_end().to_owned();
            let next = if said.eq_ignore_ascii_case("DATA") {
                say(&mut wire, "354 go on")?;
                self.data(&mut wire)?
            } else {
                self.command(&said)
            };
            let Next::Reply(reply) = next else { return Ok(()) };
            say(&mut wire, &reply)?;
            if reply.starts_with("220 go ahead") {
                if self.starttls == Starttls::Broken {
                    return wire.get_mut().write_all(NOISE);
                }
                // What was said in the clear before is not heard: the buffer goes with it.
                wire = BufReader::new(Wire::encrypted(stream)?);
                self.starttls = Starttls::NotOffered;
            }
            if reply.starts_with("221") {
                return Ok(());
            }
            if self.taken > 0 && self.taken == self.shared.plan.letters_per_connection {
                self.shared.lock().tally.closed += 1;
                return Ok(());
            }
        }
    }

    fn command(&mut self, said: &str) -> Next {
        let verb = said.to_ascii_uppercase();
        let plan = &self.shared.plan;
        let reply = if verb.starts_with("EHLO") {
            let starttls = if self.starttls == Starttls::NotOffered {
                ""
            } else {
                "250-STARTTLS\r\n"
            };
            format!("250-relay.test\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n{starttls}250 AUTH PLAIN")
        } else if verb == "STARTTLS" && self.starttls != Starttls::NotOffered {
            self.shared.lock().tally.tls_failed += usize::from(self.starttls != Starttls::Works);
            if self.starttls == Starttls::Refused {
                "454 4.7.0 TLS is not available for now".to_owned()
            } else {
                "220 go ahead".to_owned()
            }
        } else if let Some(secret) = said.strip_prefix("AUTH PLAIN ") {
            self.shared.lock().logins.push(secret.to_owned());
            plan.login.unwrap_or("235 2.7.0 welcome").to_owned()
        } else if verb.starts_with("MAIL FROM:") {
            self.letter = Received {
                from: address(said),
                ..Received::default()
            };
            "250 2.1.0 ok".to_owned()
        } else if verb.starts_with("RCPT TO:") {
            self.recipient(address(said))
        } else if verb == "RSET" || verb == "NOOP" {
            "250 2.0.0 ok".to_owned()
        } else if verb == "QUIT" {
            "221 2.0.0 bye".to_owned()
        } else {
            "502 5.5.1 not known here".to_owned()
        };
        Next::Reply(reply)
    }

    fn recipient(&mut self, recipient: String) -> String {
        let attempt = {
            let mut memory = self.shared.lock();
            let attempt = memory.attempts.entry(recipient.clone()).or_default();
            *attempt += 1;
            *attempt
        };
        self.answer = (self.shared.plan.answer)(&Asked {
            recipient: &recipient,
            attempt,
            connection: self.number,
        });
        if let Answer::Refuse(reply) = &self.answer {
            self.count(reply);
            return (*reply).to_owned();
        }
        self.letter.to.push(recipient);
        "250 2.1.5 ok".to_owned()
    }

    /// Counts a negative reply.
    fn count(&self, reply: &str) {
        let tally = &mut self.shared.lock().tally;
        if reply.starts_with('4') {
            tally.put_off += 1;
        } else {
            tally.refused += 1;
        }
    }

    fn data(&mut self, wire: &mut BufReader<Wire<'_>>) -> io::Result<Next> {
        let mut in_headers = true;
        let mut line = Vec::new();
        loop {
            line.clear();
            if wire.read_until(b'\n', &mut line)? == 0 {
                return Ok(Next::Hang);
            }
            if line == b".\r\n" {
                break;
            }
            if self.answer == Answer::CutInData && !in_headers {
                self.shared.lock().tally.cut_in_data += 1;
                return Ok(Next::Hang);
            }
            if in_headers && line == b"\r\n" {
                in_headers = false;
                self.shared.lock().tally.came_in += 1;
            }
            if in_headers || !self.shared.plan.headers_only {
                // RFC 5321 section 4.5.2: a leading dot was doubled.
                self.letter
                    .raw
                    .extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            }
        }
        match self.answer {
            Answer::RefuseAfterData(reply) => {
                self.count(reply);
                return Ok(Next::Reply(reply.to_owned()));
            }
            Answer::Slow(wait) => thread::sleep(wait),
            Answer::Take | Answer::CutAfterDot | Answer::CutInData | Answer::Refuse(_) => {}
        }
        let cut = self.answer == Answer::CutAfterDot;
        let letter = std::mem::take(&mut self.letter);
        let mut memory = self.shared.lock();
        memory.letters.push(letter);
        memory.tally.taken += 1;
        memory.tally.taken_encrypted += usize::from(wire.get_ref().is_encrypted());
        memory.tally.cut_after_dot += usize::from(cut);
        drop(memory);
        self.taken += 1;
        Ok(if cut {
            Next::Hang
        } else {
            Next::Reply("250 2.0.0 queued".to_owned())
        })
    }
}

fn say(wire: &mut BufReader<Wire<'_>>, reply: &str) -> io::Result<()> {
    wire.get_mut().write_all(format!("{reply}\r\n").as_bytes())
}

/// A fatal alert of a TLS server that likes nothing: neither a greeting nor the beginning of TLS.
const NOISE: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28\r\n";

/// What stands in the angle brackets.
fn address(said: &str) -> String {
    let inside = said.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
