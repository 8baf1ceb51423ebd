//! Connections: how many there may be, how long each may keep its neighbours waiting, and how all of them end.
//!
//! Invariant: a connection holds its place only while it makes headway. Who sends no head, no body or takes no answer
//! is let go after the time that [`Limits`] names; who finds no place is told so, not left hanging. Once the server
//! ends, each connection finishes the request that it is at and no other.

use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_io_timeout::TimeoutStream;

use super::fault::{Code, Fault, into_answer};
use super::limits::Limits;
use super::operating::{Operating, Standing, ended};

/// How many that find no place are told so at once; further ones are told less patiently.
const TOLD_AT_ONCE: usize = 64;
/// How long somebody who finds no place has to hear it.
const TELLING: Duration = Duration::from_secs(1);
/// How long the server waits where the system gives no connection: doubled every time, up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LAST_PAUSE: Duration = Duration::from_secs(1);
/// How often the server looks up though nobody comes. tokio wakes a thread for every time limit that ends before all
/// others; those of requests hardly ever do beside this one.
const PULSE: Duration = Duration::from_secs(1);

/// A server's connections.
struct Connections {
    router: Router,
    limits: Limits,
    operating: Arc<Operating>,
    open: JoinSet<()>,
    places: Arc<Semaphore>,
    telling: Arc<Semaphore>,
    pause: Duration,
}

/// Serves connections until `stop` says that it is time, and then ends: `/readyz` says no for [`Limits::notice_time`],
/// then nobody new is taken, and what is under way is finished, within [`Limits::stop_time`] or until `hurry`.
///
/// Returns how many connections had to be broken off.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    operating: Arc<Operating>,
    stop: impl Future<Output = ()>,
    hurry: impl Future<Output = ()>,
) -> usize {
    let places = Arc::new(Semaphore::new(limits.connections));
    let telling = Arc::new(Semaphore::new(TOLD_AT_ONCE));
    let notice = limits.notice_time;
    let leaving = Arc::clone(&operating);
    let mut connections =
        Connections { router, limits, operating, open: JoinSet::new(), places, telling, pause: FIRST_PAUSE };
    let hurry = hurry.shared();
    let hurried = hurry.clone();
    let stop = async move {
        stop.await;
        leaving.advance(Standing::Leaving);
        tokio::select! { () = sleep(notice) => {}, () = hurried => {} }
    };
    connections.accept_until(&listener, pin!(stop)).await;
    drop(listener);
    connections.end(hurry).await
}

impl Connections {
    async fn accept_until(&mut self, listener: &TcpListener, mut stop: Pin<&mut impl Future<Output = ()>>) {
        let mut pulse = interval(PULSE);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return,
                Some(_) = self.open.join_next() => {}
                _ = pulse.tick() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => self.take(stream),
                    Err(error) => self.fail(&error).await,
                },
            }
        }
    }

    fn take(&mut self, stream: TcpStream) {
        self.pause = FIRST_PAUSE;
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return self.turn_away(stream);
        };
        let (router, limits) = (self.router.clone(), self.limits.clone());
        let (standing, present) = (self.operating.follow(), self.operating.traffic.connections.enter());
        self.open.spawn(async move {
            converse(stream, router, &limits, standing).await;
            drop((place, present));
        });
    }

    /// Tells somebody that there is no place. A few are told with patience; who comes while those listen is told in
    /// passing.
    fn turn_away(&mut self, stream: TcpStream) {
        self.operating.traffic.turned_away.fetch_add(1, Ordering::Relaxed);
        let answer = no_place(&self.limits);
        match Arc::clone(&self.telling).try_acquire_owned() {
            Ok(patience) => {
                self.open.spawn(async move {
                    // Whoever does not listen is not told.
                    let _ = timeout(TELLING, tell(stream, &answer)).await;
                    drop(patience);
                });
            }
            Err(_) => drop(stream.try_write(&answer)),
        }
    }

    /// Goes on after a connection could not be accepted: at once where only that one failed; after a pause where the
    /// system has nothing left to give, which others have to give back first.
    async fn fail(&mut self, error: &io::Error) {
        if matches!(
            error.kind(),
            ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
        ) {
            return;
        }
        self.operating.traffic.not_accepted.fetch_add(1, Ordering::Relaxed);
        if self.pause == FIRST_PAUSE {
            tracing::warn!(%error, "no connection can be accepted; those that are open go on");
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LAST_PAUSE);
    }

    /// Lets every connection finish what it is at; how many had to be broken off.
    async fn end(mut self, hurry: impl Future<Output = ()>) -> usize {
        self.operating.advance(Standing::Ending);
        let all = async { while self.open.join_next().await.is_some() {} };
        tokio::select! {
            _ = timeout(self.limits.stop_time, all) => {}
            () = hurry => {}
        }
        let broken = self.open.len();
        self.open.shutdown().await;
        broken
    }
}

/// Serves one connection.
async fn converse(stream: TcpStream, router: Router, limits: &Limits, mut standing: watch::Receiver<Standing>) {
    // Answers are written whole; to wait for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_time));
    let service = TowerToHyperService::new(router);
    let mut connection = pin!(
        Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            .max_headers(limits.headers)
            .max_header_size(limits.head_bytes)
            .max_buf_size(limits.head_bytes)
            .serve_connection(TokioIo::new(Box::pin(stream)), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = ended(&mut standing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// What somebody is told who finds no place.
fn no_place(limits: &Limits) -> Vec<u8> {
    let sentence =
        format!("Connect again in a second: {} connections are open, which is the most.", limits.connections);
    let body = into_answer(Fault::limit(Code::TooBusy, sentence, limits.connections));
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\
         retry-after: 1\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// Tells, and waits until it was heard: a connection that is closed while something of it is unread takes the answer
/// with it.
async fn tell(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.write_all(answer).await?;
    stream.shutdown().await?;
    let mut unread = [0; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}
