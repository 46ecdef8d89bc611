//! Lets a worker's program through to the hosts that were named for it, and to no others.
//!
//! It speaks as much of HTTP as a proxy needs: `CONNECT`, and requests with a whole address. What
//! goes through a connection is not looked at.

use super::Network;
use super::destination::Destination;
use super::policy::{Gate, Server};
use super::{Level, Sandbox};
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, ToSocketAddrs as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The longest head of a request.
const HEAD: usize = 16 * 1024;

/// The longest that a head may take, and a connection to be made.
const PATIENCE: Duration = Duration::from_secs(20);

/// Connections at one time.
const MOST: usize = 128;

/// Refusals that are remembered by name.
const NAMED: usize = 64;

/// The port inside of a sandbox that has a loopback of its own, where every port is free.
const INSIDE: u16 = 3128;

/// A proxy that runs until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    dir: PathBuf,
    gate: Gate,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    allowed: Vec<Destination>,
    refused: Mutex<Vec<String>>,
    count: AtomicUsize,
    is_over: AtomicBool,
}

impl Proxy {
    /// Starts a proxy to `allowed` for a program in `sandbox`.
    ///
    /// # Errors
    /// Where there is no place for its socket, or the system has none.
    pub fn start(allowed: Vec<Destination>, sandbox: &Sandbox) -> io::Result<Self> {
        let word = crate::process::random_word()?;
        let dir = std::env::temp_dir().join(format!("redgreen-{word}"));
        fs::create_dir(&dir)?;
        let dir = dir.canonicalize()?;
        let socket = dir.join("proxy");
        let listener = UnixListener::bind(&socket)?;
        let loopback = allowed.iter().filter(|it| it.is_loopback());
        let loopback = loopback.map(|to| Server {
            port: to.port(),
            to: to.to_string(),
        });
        let loopback = loopback.collect();
        let shared = Arc::new(Shared {
            allowed,
            refused: Mutex::default(),
            count: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        });
        let mut port = INSIDE;
        if sandbox.level() < Level::Bubblewrap {
            let outside = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            port = outside.local_addr()?.port();
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.accept(|| outside.accept().map(|(client, _)| client));
            });
        }
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accepting.accept(|| listener.accept().map(|(client, _)| client)));
        let gate = Gate {
            socket,
            port,
            loopback,
        };
        Ok(Self { dir, gate, shared })
    }

    /// What a policy needs to let a program reach it, and nothing else.
    pub fn network(&self) -> Network {
        Network::Proxy(self.gate.clone())
    }

    /// What was refused so far, in the order of the first tries; each once.
    pub fn refused(&self) -> Vec<String> {
        let refused = self.shared.refused.lock();
        refused.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // Whoever waits for a client gets one, and sees that it is over.
        drop(UnixStream::connect(&self.gate.socket));
        if self.gate.port != INSIDE {
            drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.gate.port)));
        }
        fs::remove_dir_all(&self.dir).unwrap_or_default();
    }
}

/// A connection whose two directions are copied by two threads.
pub(super) trait Stream: Read + Write + Send + Sized + 'static {
    fn twin(&self) -> io::Result<Self>;
    fn close(&self, side: Shutdown);
    fn patience(&self, limit: Option<Duration>) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn twin(&self) -> io::Result<Self> {
        self.try_clone()
    }
    fn close(&self, side: Shutdown) {
        // The other side may have closed it already.
        self.shutdown(side).unwrap_or_default();
    }
    fn patience(&self, limit: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(limit)
    }
}

impl Stream for UnixStream {
    fn twin(&self) -> io::Result<Self> {
        self.try_clone()
    }
    fn close(&self, side: Shutdown) {
        self.shutdown(side).unwrap_or_default();
    }
    fn patience(&self, limit: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(limit)
    }
}

/// Copies both directions until both are over.
pub(super) fn join<A: Stream, B: Stream>(a: A, b: B) -> io::Result<()> {
    let (mut from_a, mut to_b) = (a.twin()?, b.twin()?);
    let there = thread::spawn(move || {
        let copied = io::copy(&mut from_a, &mut to_b);
        to_b.close(Shutdown::Write);
        copied
    });
    let (mut from_b, mut to_a) = (b, a);
    let copied = io::copy(&mut from_b, &mut to_a);
    to_a.close(Shutdown::Write);
    // A side that broke off has nothing more to say.
    drop(there.join());
    copied.map(drop)
}

impl Shared {
    fn accept<S: Stream>(self: Arc<Self>, mut next: impl FnMut() -> io::Result<S>) {
        while let Ok(client) = next() {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            if self.count.fetch_add(1, Ordering::Relaxed) >= MOST {
                self.count.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            let shared = Arc::clone(&self);
            thread::spawn(move || {
                // Who breaks off gets no answer.
                drop(shared.serve(client));
                shared.count.fetch_sub(1, Ordering::Relaxed);
            });
        }
    }

    fn serve<S: Stream>(&self, mut client: S) -> io::Result<()> {
        client.patience(Some(PATIENCE))?;
        let (head, rest) = head(&mut client)?;
        let Some(request) = Request::read(&head) else {
            self.refuse("a request that is none of a proxy");
            return client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        };
        let wanted = request.to.to_string();
        let Some(mut server) = self.connect(&request.to)? else {
            self.refuse(&wanted);
            let text = format!("redgreen: {wanted} is not among what this program may reach\n");
            let length = text.len();
            let head = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {length}\r\n\r\n");
            return client.write_all((head + &text).as_bytes());
        };
        match &request.forwarded {
            Some(head) => server.write_all(head)?,
            None => client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?,
        }
        server.write_all(&rest)?;
        client.patience(None)?;
        join(client, server)
    }

    /// A connection to `wanted`; nothing where it is not allowed.
    fn connect(&self, wanted: &Destination) -> io::Result<Option<TcpStream>> {
        let Some(entry) = self.allowed.iter().find(|entry| entry.covers(wanted)) else {
            return Ok(None);
        };
        let addresses = (wanted.host(), wanted.port()).to_socket_addrs()?;
        let mut last = None;
        for address in addresses.filter(|address| entry.may_lead_to(address.ip())) {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(server) => return Ok(Some(server)),
                Err(error) => last = Some(error),
            }
        }
        last.map_or(Ok(None), Err)
    }

    fn refuse(&self, what: &str) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < NAMED && !refused.iter().any(|known| known == what) {
            refused.push(what.to_owned());
        }
    }
}

/// Reads a head up to its empty line, and what came behind it.
pub(super) fn head(from: &mut impl Read) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 2048];
    loop {
        let count = from.read(&mut chunk)?;
        if count == 0 || bytes.len() > HEAD {
            return Err(ErrorKind::InvalidData.into());
        }
        bytes.extend_from_slice(&chunk[..count]);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let rest = bytes.split_off(end + 4);
            return Ok((bytes, rest));
        }
    }
}

struct Request {
    to: Destination,
    /// What the server gets to see first; nothing for a tunnel.
    forwarded: Option<Vec<u8>>,
}

impl Request {
    fn read(head: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(head).ok()?;
        let (line, others) = text.split_once("\r\n")?;
        let mut words = line.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if method == "CONNECT" {
            let to = target.parse().ok()?;
            return Some(Self {
                to,
                forwarded: None,
            });
        }
        let rest = target.strip_prefix("http://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let has_port = host
            .rsplit(':')
            .next()
            .is_some_and(|last| last.parse::<u16>().is_ok());
        let to = if has_port && host.contains(':') {
            host.parse()
        } else {
            format!("{host}:80").parse()
        };
        let forwarded = format!("{method} /{path} {version}\r\n{others}").into_bytes();
        Some(Self {
            to: to.ok()?,
            forwarded: Some(forwarded),
        })
    }
}

/// The variables by which programs find the proxy at `port`.
pub(super) fn env(port: u16) -> Vec<(&'static str, String)> {
    let address = format!("http://127.0.0.1:{port}");
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let small = ["http_proxy", "https_proxy", "all_proxy"];
    let mut env: Vec<_> = names
        .into_iter()
        .chain(small)
        .map(|name| (name, address.clone()))
        .collect();
    env.push(("NODE_USE_ENV_PROXY", "1".to_owned()));
    let own = "localhost,127.0.0.1,::1".to_owned();
    env.extend(["NO_PROXY", "no_proxy"].map(|name| (name, own.clone())));
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_and_others_are_none() {
        let read = |text: &str| Request::read(text.as_bytes());
        let tunnel = read("CONNECT api.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n");
        let tunnel = tunnel.expect("a request");
        assert_eq!(tunnel.to.to_string(), "api.example.com:443");
        assert_eq!(tunnel.forwarded, None);
        let plain = read("POST http://127.0.0.1:8080/v1 HTTP/1.1\r\nHost: x\r\n\r\n");
        let plain = plain.expect("a request");
        assert_eq!(plain.to.to_string(), "127.0.0.1:8080");
        let forwarded = plain.forwarded.expect("a head");
        assert!(forwarded.starts_with(b"POST /v1 HTTP/1.1\r\nHost: x\r\n"));
        let short = read("GET http://example.com HTTP/1.1\r\n\r\n").expect("a request");
        assert_eq!(short.to.to_string(), "example.com:80");
        assert!(read("GET / HTTP/1.1\r\n\r\n").is_none());
        assert!(read("CONNECT a/b:443 HTTP/1.1\r\n\r\n").is_none());
    }
}
