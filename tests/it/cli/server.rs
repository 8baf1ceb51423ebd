//! The program as a server in a process of its own, and a caller over real connections.

use std::io::{self, BufRead, BufReader, Error, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::Bench;

/// A server in a process of its own, ended when the test is.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) printed: String,
    pub(crate) address: String,
}

impl Server {
    /// Starts a server and reads what it prints until it says how to stop it.
    pub(crate) fn start(bench: &Bench, arguments: &[&str]) -> Self {
        Self::of(bench.command(arguments))
    }

    /// The same, of a command that is made ready.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("Stop with Ctrl-C.") {
            assert!(lines.read_line(&mut printed).unwrap() > 0, "the server ended early: {printed}");
        }
        let address = printed.split_once("Open http://").unwrap().1;
        let address = address.split('/').next().unwrap().to_owned();
        Self { child, printed, address }
    }

    /// Posts a GraphQL document.
    pub(crate) fn post(&self, document: &str) -> Value {
        Caller::of(&self.address).unwrap().ask(document, &json!({})).unwrap()
    }

    /// Asks for a page.
    pub(crate) fn get(&self, path: &str) -> Answer {
        Caller::of(&self.address).unwrap().get(path).unwrap()
    }

    /// Asks the server to stop, as a service manager does.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Asks the server to stop and waits for it.
    pub(crate) fn stop(mut self) -> i32 {
        self.terminate();
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A caller that keeps its connection.
pub(crate) struct Caller {
    stream: BufReader<TcpStream>,
    address: String,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Caller {
    pub(crate) fn of(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream: BufReader::new(stream), address: address.to_owned() })
    }

    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(text.as_bytes())
    }

    /// Asks for a page.
    pub(crate) fn get(&mut self, path: &str) -> io::Result<Answer> {
        let address = self.address.clone();
        self.write(&format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n"))?;
        self.read()
    }

    /// Posts a GraphQL document; the JSON that is answered.
    pub(crate) fn ask(&mut self, document: &str, variables: &Value) -> io::Result<Value> {
        self.post(&json!({ "query": document, "variables": variables }).to_string()).map(|answer| answer.json())
    }

    /// Posts a body.
    pub(crate) fn post(&mut self, body: &str) -> io::Result<Answer> {
        let text = format!(
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.write(&text)?;
        self.read()
    }

    /// Reads an answer that says how long it is.
    pub(crate) fn read(&mut self) -> io::Result<Answer> {
        let head = self.read_head()?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.ok_or_else(|| Error::other(format!("no length: {head}")))?];
        self.stream.read_exact(&mut body)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        Ok(Answer { status, head, body: String::from_utf8(body).unwrap() })
    }

    /// Reads the head of an answer.
    pub(crate) fn read_head(&mut self) -> io::Result<String> {
        self.read_through("\r\n\r\n")
    }

    /// Reads lines until what was read ends with these.
    pub(crate) fn read_through(&mut self, end: &str) -> io::Result<String> {
        let mut text = String::new();
        while !text.ends_with(end) {
            if self.stream.read_line(&mut text)? == 0 {
                return Err(Error::other(format!("the connection was closed after {text}")));
            }
        }
        Ok(text)
    }

    /// Reads whatever comes until the connection is closed.
    pub(crate) fn read_to_end(&mut self) -> io::Result<String> {
        let mut rest = String::new();
        self.stream.read_to_string(&mut rest).map(|_| rest)
    }
}
