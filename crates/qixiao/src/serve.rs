//! The server: web and worker in one process, until it is told to stop.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use operations::{App, jobs::Worker};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// How long requests and the worker's round may take to finish after a stop.
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves pages and works on jobs until SIGINT or SIGTERM. The worker begins once `before` is done.
pub(crate) async fn serve(
    app: App,
    listen: &str,
    trusted_proxies: usize,
    before: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    prepare_index(&app).await?;
    let worker = start_worker(&app, stopped.clone(), before);
    let router = web::router(app, trusted_proxies).into_make_service_with_connect_info::<SocketAddr>();
    // The one line on standard output: scripts that listen on port 0 read the address here.
    println!("http://{address}");
    let mut until = stopped;
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        let _ = until.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(async move { server.await });
    wait_for_signal().await?;
    tracing::info!("stopping");
    stop.send_replace(true);
    if tokio::time::timeout(PATIENCE, async { tokio::join!(server, worker) })
        .await
        .is_err()
    {
        tracing::warn!("stopped before everything was finished; jobs go on after the next start");
    }
    Ok(())
}

/// Works on jobs and letters alone.
pub(crate) async fn work(app: App) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    prepare_index(&app).await?;
    let worker = start_worker(&app, stopped, std::future::ready(()));
    wait_for_signal().await?;
    stop.send_replace(true);
    let _ = tokio::time::timeout(PATIENCE, worker).await;
    Ok(())
}

fn start_worker(
    app: &App,
    stopped: watch::Receiver<bool>,
    before: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    let worker = Worker::new(app.clone());
    let mut until = stopped.clone();
    tokio::spawn(async move {
        let ready = tokio::select! {
            () = before => true,
            _ = until.wait_for(|stop| *stop) => false,
        };
        if ready {
            worker.run(stopped).await;
        }
    })
}

/// An index that is new, lost or of an older form is built again by a job; until then search falls back.
async fn prepare_index(app: &App) -> anyhow::Result<()> {
    operations::search::rebuild_if_needed(app)
        .await
        .context("the search index cannot be prepared")?;
    Ok(())
}

async fn wait_for_signal() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
