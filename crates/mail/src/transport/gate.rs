//! A stream that keeps a letter from ending before its turn.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Where a letter waits. Closed, it lets nothing more out.
#[derive(Debug, Default)]
pub(super) struct Gate {
    closed: AtomicBool,
    reached: AtomicBool,
}

impl Gate {
    /// What is written from now on stays here.
    pub(super) fn close(&self) {
        self.reached.store(false, Ordering::Relaxed);
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Lets everything out. Whoever opens it polls what was kept here.
    pub(super) fn open(&self) {
        self.closed.store(false, Ordering::Relaxed);
    }

    /// Whether something is kept here.
    pub(super) fn is_reached(&self) -> bool {
        self.closed.load(Ordering::Relaxed) && self.reached.load(Ordering::Relaxed)
    }
}

/// A stream that lettre can talk over, with a gate in it.
#[derive(Debug)]
pub(super) struct Gated {
    stream: Box<dyn AsyncTokioStream>,
    gate: Arc<Gate>,
}

impl Gated {
    pub(super) fn new(stream: Box<dyn AsyncTokioStream>, gate: Arc<Gate>) -> Self {
        Self { stream, gate }
    }
}

impl AsyncTokioStream for Gated {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Gated {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Gated {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.gate.closed.load(Ordering::Relaxed) {
            // Nobody is woken: who opens the gate polls this.
            self.gate.reached.store(true, Ordering::Relaxed);
            return Poll::Pending;
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
