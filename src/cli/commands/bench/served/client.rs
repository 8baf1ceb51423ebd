//! A caller over loopback: so many connections, each asking again as soon as it has its answer, over HTTP/1.1.
//!
//! Invariant: every answer is read whole and is a success with data; anything else ends the measurement, so that no
//! refusal is ever counted as speed. Both sides of a ratio are asked by this caller.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is asked.
#[derive(Clone)]
pub(super) struct Ask {
    /// The body of the n-th request, each number another.
    pub(super) body: Arc<dyn Fn(u64) -> String + Send + Sync>,
    /// What every answer says that is none of a refusal.
    pub(super) wanted: &'static [u8],
}

/// What a round came to.
pub(super) struct Round {
    /// Answers a second.
    pub(super) rate: f64,
    /// How long each answer took.
    pub(super) waits: Vec<Duration>,
}

/// Asks for a while from so many connections; each takes its numbers from `first` on.
///
/// # Errors
/// Where a connection fails or an answer is no success.
pub(super) fn drive(to: SocketAddr, connections: u64, time: Duration, ask: &Ask, first: u64) -> io::Result<Round> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let began = Instant::now();
        let callers: Vec<_> = (0..connections)
            .map(|caller| {
                let numbers = (first + caller..).step_by(usize::try_from(connections).unwrap_or(1));
                tokio::spawn(call(to, began + time, ask.clone(), numbers))
            })
            .collect();
        let mut waits = Vec::new();
        for caller in callers {
            waits.extend(caller.await.map_err(io::Error::other)??);
        }
        let rate = per_second(waits.len(), began.elapsed());
        Ok(Round { rate, waits })
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of a measurement, printed to three digits")]
fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

async fn call(
    to: SocketAddr,
    until: Instant,
    ask: Ask,
    mut numbers: impl Iterator<Item = u64>,
) -> io::Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let (mut waits, mut read) = (Vec::new(), Vec::with_capacity(16 * 1024));
    while let Some(number) = numbers.next().filter(|_| Instant::now() < until) {
        let request = request(&(ask.body)(number));
        let asked = Instant::now();
        stream.write_all(&request).await?;
        answer(&mut stream, &mut read, ask.wanted).await?;
        waits.push(asked.elapsed());
    }
    Ok(waits)
}

fn request(body: &str) -> Vec<u8> {
    let length = body.len();
    let head = "POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ";
    format!("{head}{length}\r\n\r\n{body}").into_bytes()
}

/// Reads one answer whole.
async fn answer(stream: &mut TcpStream, read: &mut Vec<u8>, wanted: &[u8]) -> io::Result<()> {
    read.clear();
    loop {
        if stream.read_buf(read).await? == 0 {
            return Err(io::Error::other("the server hung up"));
        }
        if let Some((head, body)) = split(read)
            && body.len() >= length(head)?
        {
            return check(head, body, wanted);
        }
    }
}

fn split(read: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = read.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    Some((read.get(..end)?, read.get(end + 4..)?))
}

fn length(head: &[u8]) -> io::Result<usize> {
    let head = str::from_utf8(head).map_err(io::Error::other)?;
    let mut named = head.lines().filter_map(|line| line.split_once(':'));
    let (_, length) = named
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .ok_or_else(|| io::Error::other("an answer without a length"))?;
    length.trim().parse().map_err(io::Error::other)
}

fn check(head: &[u8], body: &[u8], wanted: &[u8]) -> io::Result<()> {
    let says = wanted.is_empty() || body.windows(wanted.len()).any(|words| words == wanted);
    if says && head.starts_with(b"HTTP/1.1 200") && body.starts_with(b"{\"data\":{") && !body.ends_with(b"]}") {
        return Ok(());
    }
    Err(io::Error::other(format!("an answer that is no success: {}", String::from_utf8_lossy(body))))
}
