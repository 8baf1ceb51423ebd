//! `serve`: GraphQL over HTTP on this machine, and the local socket for commands on the same folder.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::backup;
use super::import::actor;
use crate::app::ledger::Ledger;
use crate::app::readiness::Supervisor;
use crate::cli::args::{Cli, LogFormat, LogLevel, Serve};
use crate::cli::config::{File, Settings};
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::open;
use crate::cli::out::Out;
use crate::cli::socket;
use crate::cli::telemetry;
use crate::domain::event::Actor;
use crate::graphql::accept;
use crate::graphql::limits::Limits;
use crate::graphql::operating::Operating;
use crate::graphql::server::router;

/// Where a server listens where nobody says otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);
/// How many callers may wait to be accepted.
const CALLERS_WAITING: i32 = 4096;
/// The open files that are kept free of connections.
const OWN_FILES: u64 = 128;
/// How long work that no request waits for any more may take at the end.
const AFTERWARDS: Duration = Duration::from_secs(5);

/// Serves the ledger of a folder until it is stopped.
///
/// # Errors
/// Where the address is not this machine's own or is taken, or the ledger cannot be opened.
pub fn run(cli: &Cli, serve: &Serve, out: &mut Out<'_>) -> Result<(), Failure> {
    let settings = settings(cli, serve)?;
    if serve.check_config {
        return Ok(out.say(settings.written().trim_end())?);
    }
    telemetry::start(settings.level, settings.format);
    let folder = &settings.data;
    let listener = listen(settings.listen)?;
    if socket::connect(folder).is_some() {
        let message = format!("A server holds the ledger in {} already.", folder.display());
        return Err(Failure::new(ExitCode::Unavailable, message));
    }
    let ledger = Arc::new(open::open(folder, out)?);
    let mut more = String::new();
    if let Some(archive) = &settings.archive {
        backup::check_outside(folder, archive)?;
        ledger.archive_to(archive)?;
        more = format!("Archive {}\n", archive.display());
    }
    until_stopped(folder, &ledger, &actor(cli)?, listener, settings.limits, out, &more)
}

/// What holds for a server: a flag before the environment, that before the file, that before what holds otherwise.
fn settings(cli: &Cli, serve: &Serve) -> Result<Settings, Failure> {
    let (file, limits) = match &serve.config {
        None => (File::default(), Limits::default()),
        Some(path) => File::read(path).map_err(|error| Failure::new(ExitCode::Usage, format!("{error}.")))?,
    };
    let data = match &file.data {
        Some(data) if cli.data.is_none() => data.clone(),
        _ => open::folder(cli)?.to_owned(),
    };
    Ok(Settings {
        data,
        listen: serve.listen.or(file.listen).unwrap_or(LISTEN),
        archive: serve.archive.clone().or(file.archive),
        level: serve.log_level.or(file.log.level).unwrap_or(LogLevel::Info),
        format: serve.log_format.or(file.log.format).unwrap_or(LogFormat::Text),
        limits,
    })
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
    let bound = TcpListener::bind(address).and_then(|listener| {
        // Sockets come with room for 128 callers; to a thousand at once, the others would wait for seconds.
        socket2::SockRef::from(&listener).listen(CALLERS_WAITING)?;
        Ok(listener)
    });
    bound.map_err(|error| {
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
    limits: Limits,
    out: &mut Out<'_>,
    more: &str,
) -> Result<(), Failure> {
    let limits = with_descriptors(limits);
    let supervisor = Supervisor::start(ledger)?;
    let listening = socket::listen(folder, Arc::clone(ledger))?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let operating = Arc::new(Operating::of(Some(folder.to_owned())));
    let router = router(Arc::clone(ledger), actor.clone(), limits.clone(), &operating);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // From here on a wish to stop is heard, so that whoever reads the next lines may utter it.
    let wishes = runtime.block_on(async { hear_wishes() })?;
    out.say(format_args!("Serving {}\nOpen http://{address}/\n{more}Stop with Ctrl-C.", folder.display()))?;
    out.results.flush()?;
    tracing::info!(%address, position = ledger.checkpoint().position.0, "serving");
    let broken = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let uttered = |times: u32| {
            let mut wishes = wishes.clone();
            async move {
                // They are heard for as long as the runtime is there.
                let _ = wishes.wait_for(|count| *count >= times).await;
            }
        };
        // The first wish is the one to stop.
        let (stop, hurry) = (uttered(1), uttered(2));
        Ok::<usize, std::io::Error>(accept::serve(listener, router, limits, operating, stop, hurry).await)
    });
    runtime.shutdown_timeout(AFTERWARDS);
    drop(listening);
    drop(supervisor);
    ledger.stop()?;
    tracing::info!(position = ledger.checkpoint().position.0, broken_off = broken?, "stopped");
    Ok(())
}

/// Asks the system for as many open files as the connections may take; where it gives fewer, fewer connections are
/// taken, so that the ledger's own files can always be opened.
fn with_descriptors(mut limits: Limits) -> Limits {
    let wanted = u64::try_from(limits.connections).unwrap_or(u64::MAX).saturating_add(OWN_FILES);
    let mut held = getrlimit(Resource::Nofile);
    if held.current.is_some_and(|current| current < wanted) {
        let current = held.maximum.map_or(wanted, |most| most.min(wanted));
        if setrlimit(Resource::Nofile, Rlimit { current: Some(current), ..held }).is_ok() {
            held.current = Some(current);
        }
    }
    let most = held.current.map_or(wanted, |current| current.min(wanted)).saturating_sub(OWN_FILES).max(1);
    let connections = usize::try_from(most).map_or(limits.connections, |most| most.min(limits.connections));
    if connections < limits.connections {
        tracing::warn!(
            connections,
            wanted = limits.connections,
            "fewer connections are taken: the system allows fewer open files"
        );
    }
    limits.connections = connections;
    limits
}

/// Counts the wishes to stop from now on, whatever else is done meanwhile: Ctrl-C, or what a service manager sends.
fn hear_wishes() -> std::io::Result<watch::Receiver<u32>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (count, counted) = watch::channel(0_u32);
    tokio::spawn(async move {
        loop {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            count.send_modify(|count| *count = count.saturating_add(1));
        }
    });
    Ok(counted)
}
