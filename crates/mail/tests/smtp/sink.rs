//! A mail relay on loopback that remembers what it was told.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// A letter as the relay received it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) raw: Vec<u8>,
}

#[derive(Debug, Default)]
struct Memory {
    letters: Vec<Received>,
    logins: Vec<String>,
    /// What recipients and log-ins are answered with instead of yes.
    refusal: Option<&'static str>,
    login_refusal: Option<&'static str>,
    connections: usize,
}

/// The relay; clones share its memory.
#[derive(Debug, Clone)]
pub(crate) struct Sink {
    memory: Arc<Mutex<Memory>>,
    pub(crate) port: u16,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self {
            memory: Arc::default(),
            port: listener.local_addr().unwrap().port(),
        };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = serving.clone();
                sink.memory.lock().unwrap().connections += 1;
                tokio::spawn(async move { sink.converse(stream).await });
            }
        });
        sink
    }

    pub(crate) fn letters(&self) -> Vec<Received> {
        self.memory.lock().unwrap().letters.clone()
    }

    pub(crate) fn logins(&self) -> Vec<String> {
        self.memory.lock().unwrap().logins.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.memory.lock().unwrap().connections
    }

    pub(crate) fn refuse(&self, reply: &'static str) {
        self.memory.lock().unwrap().refusal = Some(reply);
    }

    pub(crate) fn refuse_logins(&self, reply: &'static str) {
        self.memory.lock().unwrap().login_refusal = Some(reply);
    }

    async fn converse(self, stream: TcpStream) -> std::io::Result<()> {
        let (reader, mut writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        let mut letter = Received::default();
        writer.write_all(b"220 sink ESMTP\r\n").await?;
        let mut line = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let said = line.trim_end();
            let verb = said.to_ascii_uppercase();
            let address = || {
                let inside = said.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
                inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
            };
            let reply = if verb.starts_with("EHLO") {
                "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN"
            } else if let Some(secret) = said.strip_prefix("AUTH PLAIN ") {
                let mut memory = self.memory.lock().unwrap();
                memory.logins.push(secret.to_owned());
                memory.login_refusal.unwrap_or("235 welcome")
            } else if verb.starts_with("MAIL FROM:") {
                letter = Received {
                    from: address(),
                    ..Received::default()
                };
                "250 ok"
            } else if verb.starts_with("RCPT TO:") {
                letter.to.push(address());
                self.memory.lock().unwrap().refusal.unwrap_or("250 ok")
            } else if verb == "DATA" {
                writer.write_all(b"354 go on\r\n").await?;
                loop {
                    let mut line = Vec::new();
                    if reader.read_until(b'\n', &mut line).await? == 0 {
                        return Ok(());
                    }
                    if line == b".\r\n" {
                        break;
                    }
                    // RFC 5321 section 4.5.2: a leading dot was doubled.
                    letter.raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                }
                self.memory.lock().unwrap().letters.push(std::mem::take(&mut letter));
                "250 queued"
            } else if verb == "RSET" || verb == "NOOP" {
                "250 ok"
            } else if verb == "QUIT" {
                "221 bye"
            } else {
                "502 not known here"
            };
            writer.write_all(format!("{reply}\r\n").as_bytes()).await?;
        }
    }
}
