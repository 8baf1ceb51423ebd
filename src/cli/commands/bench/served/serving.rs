//! Servers on loopback, each at a port of its own: ledgers as `serve` serves them, ceilings by axum alone.
//!
//! Invariant: both sides of a ratio are served by one runtime, and answer only while they are asked.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::runtime::Runtime;

use crate::app::ledger::Ledger;
use crate::domain::event::Actor;
use crate::graphql::accept;
use crate::graphql::limits::Limits;
use crate::graphql::operating::Operating;
use crate::graphql::server::router;

/// What serves.
pub(super) struct Serving {
    runtime: Runtime,
}

impl Serving {
    /// A runtime with as many workers as the machine has cores.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub(super) fn start() -> io::Result<Self> {
        Ok(Self { runtime: tokio::runtime::Builder::new_multi_thread().enable_all().build()? })
    }

    /// Serves and answers at which address.
    ///
    /// # Errors
    /// Where there is no port to be had.
    pub(super) fn serve(&self, router: Router) -> io::Result<SocketAddr> {
        let listener = self.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        self.runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    /// Serves a ledger, with the limits that a server has.
    ///
    /// # Errors
    /// Where there is no port to be had.
    pub(super) fn serve_ledger(&self, ledger: Arc<Ledger>, actor: Actor) -> io::Result<SocketAddr> {
        let listener = self.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let (limits, operating) = (Limits::default(), Arc::new(Operating::of(None)));
        let router = router(ledger, actor, limits.clone(), &operating);
        self.runtime.spawn(accept::serve(listener, router, limits, operating, pending(), pending()));
        Ok(address)
    }
}
