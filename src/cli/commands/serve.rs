//! `serve`: GraphQL over HTTP on this machine, and the local socket for commands on the same folder.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use super::backup;
use super::import::actor;
use crate::app::ledger::Ledger;
use crate::app::readiness::Supervisor;
use crate::cli::args::{Cli, Serve};
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::open;
use crate::cli::out::Out;
use crate::cli::socket;
use crate::domain::event::Actor;
use crate::graphql::limits::Limits;
use crate::graphql::server::router;

/// Serves the ledger of a folder until it is stopped.
///
/// # Errors
/// Where the address is not this machine's own or is taken, or the ledger cannot be opened.
pub fn run(cli: &Cli, serve: &Serve, out: &mut Out<'_>) -> Result<(), Failure> {
    let folder = open::folder(cli)?;
    let listener = listen(serve.listen)?;
    if socket::connect(folder).is_some() {
        let message = format!("A server holds the ledger in {} already.", folder.display());
        return Err(Failure::new(ExitCode::Unavailable, message));
    }
    let ledger = Arc::new(open::open(folder, out)?);
    let mut more = String::new();
    if let Some(archive) = &serve.archive {
        backup::check_outside(folder, archive)?;
        ledger.archive_to(archive)?;
        more = format!("Archive {}\n", archive.display());
    }
    until_stopped(folder, &ledger, &actor(cli)?, listener, out, &more)
}

/// Binds to an address of this machine's own.
///
/// # Errors
/// Where it is another, or cannot be had.
pub fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    if !address.ip().is_loopback() {
        let message = format!(
            "{address} can be reached from other machines, and there is no access control yet: anybody there could \
             write in the ledger. Listen on 127.0.0.1 or [::1], and let others in through a proxy that asks who they are."
        );
        return Err(Failure::new(ExitCode::Usage, message));
    }
    TcpListener::bind(address).map_err(|error| {
        let message = format!("{address} cannot be had: {error}. Name another: --listen 127.0.0.1:4001");
        Failure::new(ExitCode::Unavailable, message)
    })
}

/// Serves an open ledger until the process is asked to stop; `more` is printed under the address.
///
/// # Errors
/// Where the socket cannot be made or the server fails.
pub fn until_stopped(
    folder: &Path,
    ledger: &Arc<Ledger>,
    actor: &Actor,
    listener: TcpListener,
    out: &mut Out<'_>,
    more: &str,
) -> Result<(), Failure> {
    let supervisor = Supervisor::start(ledger)?;
    let listening = socket::listen(folder, Arc::clone(ledger))?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let router = router(Arc::clone(ledger), actor.clone(), Limits::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    out.say(format_args!("Serving {}\nOpen http://{address}/\n{more}Stop with Ctrl-C.", folder.display()))?;
    out.results.flush()?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, router).with_graceful_shutdown(stop()).await
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    drop(listening);
    drop(supervisor);
    ledger.stop()?;
    served?;
    Ok(())
}

/// Waits until the process is asked to stop.
async fn stop() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
        }
        Err(_) => drop(interrupted.await),
    }
}
