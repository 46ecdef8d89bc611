//! Serves a scripted model on loopback, one thread a connection, until it is dropped.

use super::dialects::{Dialect, Event, Spoken};
use super::http::{self, Request};
use super::script::{Fault, Script, Turn};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A request that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body's length in bytes.
    pub bytes: usize,
    /// The body.
    pub body: Value,
    /// Whether its whole answer was sent: what a provider would take money for.
    pub paid: bool,
}

struct Shared {
    script: Script,
    seen: Mutex<Vec<Seen>>,
    over: AtomicBool,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A scripted model. It is gone when this is dropped.
pub struct ModelServer {
    address: String,
    shared: Arc<Shared>,
}

impl ModelServer {
    /// Serves `script` on a free port of loopback.
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .unwrap_or_else(|error| panic!("cannot listen on loopback: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("no address: {error}"))
            .to_string();
        let shared = Arc::new(Shared {
            script,
            seen: Mutex::new(Vec::new()),
            over: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || accept(&listener, &serving));
        Self { address, shared }
    }

    /// Its base URL without a path: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The variables that lead redgreen's clients of all dialects here, with a key for each.
    pub fn env(&self) -> Vec<(String, String)> {
        let url = self.url();
        let pairs = [
            ("ANTHROPIC_BASE_URL", url.clone()),
            ("OPENAI_BASE_URL", format!("{url}/v1")),
            ("GEMINI_BASE_URL", format!("{url}/v1beta")),
            ("ANTHROPIC_API_KEY", "key-of-the-messages-api".to_owned()),
            ("OPENAI_API_KEY", "key-of-the-openai-api".to_owned()),
            ("GEMINI_API_KEY", "key-of-the-gemini-api".to_owned()),
        ];
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        pairs.into_iter().map(owned).collect()
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen().clone()
    }

    /// How many requests were answered to their end.
    pub fn paid(&self) -> usize {
        self.shared.seen().iter().filter(|seen| seen.paid).count()
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        drop(TcpStream::connect(&self.address));
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.over.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { return };
        let shared = Arc::clone(shared);
        // A client that goes away is no fault of the script.
        std::thread::spawn(move || serve(stream, &shared).unwrap_or_default());
    }
}

fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = http::read(&mut reader)? {
        let Some(dialect) = Dialect::of(&request.path) else {
            let body = format!("no such path: {} {}", request.method, request.path);
            http::whole(&mut writer, 404, &[], body.as_bytes())?;
            continue;
        };
        let number = note(shared, &request);
        let fault = shared.script.fault_of(number).cloned();
        if !answer(&mut writer, shared, (dialect, number), fault.as_ref())? {
            return Ok(());
        }
    }
    Ok(())
}

fn note(shared: &Shared, request: &Request) -> usize {
    let mut seen = shared.seen();
    seen.push(Seen {
        path: request.path.clone(),
        headers: request.headers.clone(),
        bytes: request.body.len(),
        body: serde_json::from_slice(&request.body).unwrap_or(Value::Null),
        paid: false,
    });
    seen.len() - 1
}

/// Whether the whole answer was sent, so that the connection may be used again.
fn answer(
    to: &mut TcpStream,
    shared: &Shared,
    (dialect, number): (Dialect, usize),
    fault: Option<&Fault>,
) -> io::Result<bool> {
    let seen = shared.seen()[number].clone();
    let at = dialect.answers(&seen.body);
    let mut turn = shared.script.turn(&seen.body.to_string(), at);
    let mut spoken = Spoken {
        input: seen.bytes as u64 / 4,
        usage: true,
        broken: false,
    };
    match fault {
        None => {}
        Some(Fault::TooMany(wait)) => {
            let wait = wait.map(|seconds| ("retry-after", seconds.to_string()));
            let body = b"{\"error\":{\"message\":\"slow down\"}}";
            return http::last(to, 429, wait.as_slice(), body).map(|()| false);
        }
        Some(Fault::Status(status, body)) => {
            return http::last(to, *status, &[], body.as_bytes()).map(|()| false);
        }
        Some(Fault::Redirect(place)) => {
            let place = [("location", place.clone())];
            return http::last(to, 307, &place, b"").map(|()| false);
        }
        Some(Fault::HangUp) => return Ok(false),
        Some(Fault::Silent) => {
            http::stream(to)?;
            while !shared.over.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(20));
            }
            return Ok(false);
        }
        Some(Fault::Endless) => return endless(to, shared),
        Some(Fault::NoUsage) => spoken.usage = false,
        Some(Fault::BrokenArguments) => spoken.broken = true,
        Some(Fault::UnknownTool) => turn = Turn::call("teleport", json!({"to": "prod"})),
        Some(Fault::SameCall) => turn = Turn::call("read", json!({"path": "README.md"})),
        Some(Fault::Huge(bytes)) => turn = Turn::Say("x".repeat(*bytes)),
        Some(Fault::Cut | Fault::Garbage | Fault::Drip(_)) => {}
    }
    if !send(to, &dialect.events(&turn, at, &spoken), fault)? {
        return Ok(false);
    }
    // Before its end is sent: the client may be done with it at once.
    shared.seen()[number].paid = true;
    http::piece(to, b"")?;
    Ok(true)
}

fn framed((name, data): &Event) -> String {
    match name {
        Some(name) => format!("event: {name}\ndata: {data}\n\n"),
        None => format!("data: {data}\n\n"),
    }
}

fn send(to: &mut TcpStream, events: &[Event], fault: Option<&Fault>) -> io::Result<bool> {
    http::stream(to)?;
    for (at, event) in events.iter().enumerate() {
        let text = framed(event);
        let middle = at == events.len() / 2;
        match fault {
            Some(Fault::Cut) if middle => return Ok(false),
            Some(Fault::Garbage) if middle => {
                http::piece(to, b"data: {\"type\": \"nonsense\", \x22\n\n")?;
            }
            Some(Fault::Drip(pause)) => {
                for piece in text.as_bytes().chunks(64) {
                    http::piece(to, piece)?;
                    std::thread::sleep(Duration::from_millis(*pause));
                }
                continue;
            }
            Some(_) | None => {}
        }
        http::piece(to, text.as_bytes())?;
    }
    to.flush()?;
    Ok(true)
}

fn endless(to: &mut TcpStream, shared: &Shared) -> io::Result<bool> {
    http::stream(to)?;
    http::piece(to, b"data: {\"type\":\"")?;
    let noise = [b'x'; 16 * 1024];
    while !shared.over.load(Ordering::SeqCst) {
        http::piece(to, &noise)?;
    }
    Ok(false)
}
