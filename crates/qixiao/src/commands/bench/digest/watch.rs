//! What others notice meanwhile: pages asked for all the time through the real router, and the memory that is held.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Router,
    body::{self, Body},
    http::{Request, header},
};
use serde::Serialize;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{self, Instant},
};
use tower::ServiceExt as _;

use super::super::{memory, percentile};

/// How often a page is asked for.
const EVERY: Duration = Duration::from_millis(50);
/// Pages are as long as people can read them.
const LONGEST_PAGE: usize = 8 * 1024 * 1024;

/// A page that is asked for again and again, in turn with the others.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What it is.
    pub(super) page: &'static str,
    /// Where; several to take turns.
    pub(super) paths: Vec<String>,
    /// The session of whoever asks.
    pub(super) session: Option<String>,
}

/// How long pages took.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PageTimes {
    page: &'static str,
    asked: usize,
    failed: usize,
    p50_ms: f64,
    p95_ms: f64,
    worst_ms: f64,
}

impl PageTimes {
    /// In one line.
    pub(super) fn line(&self) -> String {
        format!(
            "{:<12} {:>6} asked, {} failed, p50 {:.1} ms, p95 {:.1} ms, worst {:.1} ms",
            self.page, self.asked, self.failed, self.p50_ms, self.p95_ms, self.worst_ms
        )
    }
}

#[derive(Debug, Default)]
struct Seen {
    /// Which page, how long it took, whether it was there.
    pages: Vec<(usize, Duration, bool)>,
    /// The memory held at moments.
    memory: Vec<(Instant, u64)>,
}

/// Looks on until it is stopped.
#[derive(Debug)]
pub(super) struct Watch {
    seen: Arc<Mutex<Seen>>,
    stop: watch::Sender<bool>,
    looking: JoinHandle<()>,
    asked: Vec<Asked>,
    since: Instant,
}

/// What was noticed.
#[derive(Debug)]
pub(super) struct Noticed {
    pub(super) pages: Vec<PageTimes>,
    /// The most memory held in each fifth of the time, in MiB.
    pub(super) memory: Vec<u64>,
}

impl Watch {
    /// Begins to look on.
    pub(super) fn start(router: &Router, asked: &[Asked]) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (stop, stopped) = watch::channel(false);
        let looking = tokio::spawn(look_on(router.clone(), asked.to_vec(), Arc::clone(&seen), stopped));
        Self {
            seen,
            stop,
            looking,
            asked: asked.to_vec(),
            since: Instant::now(),
        }
    }

    /// What was noticed since.
    pub(super) async fn stop(self) -> anyhow::Result<Noticed> {
        self.stop.send_replace(true);
        self.looking.await.context("nobody looked on")?;
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = Instant::now();
        let fifth = ended.duration_since(self.since) / 5;
        let most = |from: Instant| {
            let within = |at: Instant| at >= from && at < from + fifth;
            let memory = seen.memory.iter().filter(|(at, _)| within(*at));
            memory.map(|(_, held)| held / 1024).max().unwrap_or(0)
        };
        Ok(Noticed {
            pages: (0..self.asked.len())
                .map(|at| times(self.asked[at].page, at, &seen.pages))
                .collect(),
            memory: (0..5).map(|at| most(self.since + fifth * at)).collect(),
        })
    }
}

fn times(page: &'static str, at: usize, all: &[(usize, Duration, bool)]) -> PageTimes {
    let own = || all.iter().filter(|(page, ..)| *page == at);
    let mut took: Vec<f64> = own().map(|(_, took, _)| took.as_secs_f64() * 1_000.0).collect();
    took.sort_by(f64::total_cmp);
    PageTimes {
        page,
        asked: took.len(),
        failed: own().filter(|(.., there)| !there).count(),
        p50_ms: percentile(&took, 50),
        p95_ms: percentile(&took, 95),
        worst_ms: took.last().copied().unwrap_or_default(),
    }
}

async fn look_on(router: Router, asked: Vec<Asked>, seen: Arc<Mutex<Seen>>, mut stopped: watch::Receiver<bool>) {
    let mut clock = time::interval(EVERY);
    let mut turn = 0;
    loop {
        // A page counts from when somebody wanted it, not from when its turn came.
        let wanted = tokio::select! {
            wanted = clock.tick() => wanted,
            _ = stopped.wait_for(|stop| *stop) => return,
        };
        let held = memory();
        let mut noted = seen.lock().unwrap_or_else(PoisonError::into_inner);
        noted.memory.extend(held.map(|held| (wanted, held)));
        drop(noted);
        let at = turn % asked.len();
        let page = &asked[at];
        let path = page.paths[turn / asked.len() % page.paths.len()].clone();
        let (router, session, seen) = (router.clone(), page.session.clone(), Arc::clone(&seen));
        tokio::spawn(async move {
            let there = get(router, &path, session.as_deref()).await;
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.pages.push((at, wanted.elapsed(), there));
        });
        turn += 1;
    }
}

/// Whether the page came, as a browser asks for it.
async fn get(router: Router, path: &str, session: Option<&str>) -> bool {
    let mut request = Request::get(path)
        .header(header::HOST, "qixiao.example")
        .header(header::ACCEPT, "text/html")
        .header(header::ACCEPT_LANGUAGE, "zh-CN")
        .header("x-forwarded-for", "10.0.0.1");
    if let Some(session) = session {
        request = request.header(header::COOKIE, format!("qixiao_session={session}"));
    }
    let Ok(request) = request.body(Body::empty()) else {
        return false;
    };
    let Ok(response) = router.oneshot(request).await;
    let there = response.status().is_success();
    let body = body::to_bytes(response.into_body(), LONGEST_PAGE).await;
    there && body.is_ok_and(|page| !page.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nineteen_in_twenty_are_faster_than_the_figure_says() {
        let all: Vec<(usize, Duration, bool)> = (1..=100).map(|ms| (0, Duration::from_millis(ms), ms > 1)).collect();
        let figures = times("post", 0, &all);
        assert_eq!((figures.asked, figures.failed), (100, 1));
        assert!((figures.p95_ms - 96.0).abs() < 1e-9, "{figures:?}");
        assert_eq!(times("search", 1, &all).asked, 0);
    }
}
