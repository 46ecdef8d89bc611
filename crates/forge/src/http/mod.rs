//! Sends one request and waits for its answer: with a token, patience, a cache and a limit of size.

mod answer;
mod etags;
mod log;
mod pages;
mod retry;

pub(crate) use answer::Answer;
pub use retry::Patience;

use crate::ForgeError;
use crate::address::{self, Reach};
use etags::Etags;
use reqwest::blocking::{Client as Agent, RequestBuilder};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Method, Url};
use serde_json::Value;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::Duration;

/// The largest answer that is read, in bytes.
const MOST_BYTES: u64 = 8 * 1024 * 1024;
/// How often a `GET` is sent on.
const MOST_REDIRECTS: usize = 4;

/// How requests show who asks. Its `Debug` tells nothing.
#[derive(Clone, Default)]
pub(crate) enum Auth {
    /// As nobody.
    #[default]
    Nobody,
    /// `Authorization: SCHEME TOKEN`.
    Scheme(&'static str, String),
    /// A header of the forge's own.
    Header(&'static str, String),
    /// User and password.
    Basic(String, String),
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "nobody",
            Self::Scheme(..) | Self::Header(..) | Self::Basic(..) => "a secret",
        })
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    verb: Method,
    path: String,
    body: Option<Value>,
    is_once: bool,
}

impl Ask {
    /// Asks for what is at `path`, from the base address on.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path, None)
    }

    /// Adds `body`.
    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::POST, path, Some(body))
    }

    /// Changes what is there.
    pub(crate) fn patch(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::PATCH, path, Some(body))
    }

    /// Replaces what is there.
    pub(crate) fn put(path: impl Into<String>, body: Value) -> Self {
        Self::new(Method::PUT, path, Some(body))
    }

    fn new(verb: Method, path: impl Into<String>, body: Option<Value>) -> Self {
        Self {
            is_once: verb == Method::POST,
            path: path.into(),
            verb,
            body,
        }
    }

    /// The same, which must not be sent again where it may have been heard.
    pub(crate) fn once(mut self) -> Self {
        self.is_once = true;
        self
    }

    /// Whether asking twice comes to the same as asking once.
    fn repeats(&self) -> bool {
        !self.is_once
    }

    fn words(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("{} {path}", self.verb).trim_end().to_owned()
    }
}

/// How a client goes about its requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ways {
    /// How requests show who asks.
    pub(crate) auth: Auth,
    /// Headers of every request.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    /// How long it tries.
    pub(crate) patience: Patience,
    /// Where answers are kept to be asked for again cheaply; nowhere without it.
    pub(crate) cache: Option<PathBuf>,
    /// Which addresses it may connect to.
    pub(crate) reach: Reach,
}

/// Talks to one host.
pub(crate) struct Client {
    base: Url,
    ways: Ways,
    agent: Agent,
    etags: Etags,
}

impl Client {
    /// A client for what is below `base`.
    ///
    /// # Errors
    /// [`ForgeError::Refused`] where `base` is no address that may be connected to.
    pub(crate) fn new(base: &str, ways: Ways) -> Result<Self, ForgeError> {
        let base = address::checked(base, ways.reach)?;
        choose_cryptography();
        let refused = |error: reqwest::Error| ForgeError::Refused {
            what: base.to_string(),
            why: causes(error),
        };
        let agent = Agent::builder()
            .user_agent(concat!("redgreen/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(ways.patience.connect)
            .timeout(ways.patience.answer)
            .default_headers(headers(&ways))
            .dns_resolver(Arc::new(address::Resolver(ways.reach)))
            .build()
            .map_err(refused)?;
        let etags = Etags::new(ways.cache.clone(), &ways.auth);
        Ok(Self {
            base,
            ways,
            agent,
            etags,
        })
    }

    /// The host, with its port where it has one.
    pub(crate) fn host(&self) -> String {
        host_of(&self.base)
    }

    /// Sends `ask` and gives the answer, whose status is one of success.
    ///
    /// # Errors
    /// Every other status, and whatever keeps an answer from coming.
    pub(crate) fn send(&self, ask: &Ask) -> Result<Answer, ForgeError> {
        let url = self.url(&ask.path)?;
        self.send_to(url, ask)?.accepted(&self.host(), &ask.words())
    }

    /// As [`Client::send`], with nothing where there is no such thing.
    pub(crate) fn find(&self, ask: &Ask) -> Result<Option<Answer>, ForgeError> {
        match self.send(ask) {
            Ok(answer) => Ok(Some(answer)),
            Err(ForgeError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The address of `path`: from the base on, or whole where it is one of this host.
    fn url(&self, path: &str) -> Result<Url, ForgeError> {
        let joined = match path.contains("://") {
            true => Url::parse(path),
            false => {
                let base = self.base.as_str().trim_end_matches('/');
                // The one address of a GraphQL interface bears no slash at its end.
                match path.trim_start_matches('/') {
                    "" => Url::parse(base),
                    below => Url::parse(&format!("{base}/{below}")),
                }
            }
        };
        let refused = |why: &str| ForgeError::Refused {
            what: path.to_owned(),
            why: why.to_owned(),
        };
        let url = joined.map_err(|error| refused(&error.to_string()))?;
        if url.origin() != self.base.origin() {
            return Err(refused("it leads to another host than the forge's"));
        }
        Ok(url)
    }

    /// Asks until there is an answer to give, or patience ends.
    fn send_to(&self, mut url: Url, ask: &Ask) -> Result<Answer, ForgeError> {
        let mut redirects = 0;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let got = match self.once(&url, ask) {
                Ok(answer) => answer,
                Err(lost) => {
                    let again = ask.repeats() || lost.before_it_was_sent;
                    match self.ways.patience.after_loss(attempt).filter(|_| again) {
                        Some(wait) => {
                            self.ways.patience.sleep(wait);
                            continue;
                        }
                        None => return Err(self.unreachable(lost.why)),
                    }
                }
            };
            if let Some(place) = got.redirect().filter(|_| ask.verb == Method::GET) {
                redirects += 1;
                if redirects > MOST_REDIRECTS {
                    return Err(self.garbled("it redirects without end"));
                }
                let next = url.join(place).map(String::from);
                url = self.url(&next.unwrap_or_else(|_| place.to_owned()))?;
                continue;
            }
            match self.ways.patience.after(attempt, &got, ask.repeats()) {
                retry::Next::Take => return Ok(got),
                retry::Next::Wait(wait) => self.ways.patience.sleep(wait),
                retry::Next::TooLong(wait) => {
                    return Err(ForgeError::Limited {
                        host: self.host(),
                        seconds: wait.as_secs(),
                    });
                }
            }
        }
    }

    /// One request, one answer.
    fn once(&self, url: &Url, ask: &Ask) -> Result<Answer, Lost> {
        let mut request = self.agent.request(ask.verb.clone(), url.clone());
        request = self.signed(request);
        let known = match ask.verb == Method::GET {
            true => self.etags.known(url.as_str()),
            false => None,
        };
        if let Some(known) = &known {
            request = request.header("if-none-match", &known.etag);
        }
        if let Some(body) = &ask.body {
            let bytes = body.to_string().into_bytes();
            request = request
                .header("content-type", "application/json")
                .body(bytes);
        }
        let response = request.send().map_err(Lost::of)?;
        let answer = Answer::read(response, MOST_BYTES).map_err(Lost::of_disk)?;
        if answer.status == 304
            && let Some(known) = known
        {
            return Ok(known.answer(&answer));
        }
        if ask.verb == Method::GET && answer.status == 200 {
            self.etags.keep(url.as_str(), &answer);
        }
        Ok(answer)
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.ways.auth {
            Auth::Basic(user, password) => request.basic_auth(user, Some(password)),
            Auth::Nobody | Auth::Scheme(..) | Auth::Header(..) => request,
        }
    }

    fn unreachable(&self, why: String) -> ForgeError {
        ForgeError::Unreachable {
            host: self.host(),
            why,
        }
    }

    /// An answer that is none.
    pub(crate) fn garbled(&self, why: impl Into<String>) -> ForgeError {
        ForgeError::Garbled {
            host: self.host(),
            why: why.into(),
        }
    }
}

/// A request without an answer.
struct Lost {
    why: String,
    before_it_was_sent: bool,
}

impl Lost {
    fn of(error: reqwest::Error) -> Self {
        Self {
            before_it_was_sent: error.is_connect(),
            why: causes(error),
        }
    }

    fn of_disk(error: std::io::Error) -> Self {
        Self {
            before_it_was_sent: false,
            why: error.to_string(),
        }
    }
}

/// What went wrong with all its causes, and without the address, whose query is nobody's affair.
fn causes(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !words.contains(&said) {
            words = format!("{words}: {said}");
        }
        cause = inner.source();
    }
    words
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The headers of every request. A value that is no header's is left out: the forge then says that
/// it is not signed.
fn headers(ways: &Ways) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in &ways.headers {
        map.insert(*name, HeaderValue::from_static(value));
    }
    let (name, value) = match &ways.auth {
        Auth::Scheme(scheme, token) => ("authorization", format!("{scheme} {token}")),
        Auth::Header(name, token) => (*name, token.clone()),
        Auth::Nobody | Auth::Basic(..) => return map,
    };
    if let (Ok(name), Ok(mut value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
        value.set_sensitive(true);
        map.insert(name, value);
    }
    map
}

/// One provider for every TLS connection of the process; whoever chose first has chosen.
fn choose_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        drop(rustls::crypto::ring::default_provider().install_default());
    });
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client of {} as {:?}", self.host(), self.ways.auth)
    }
}

/// What patience is made of where nobody says otherwise.
const CONNECT: Duration = Duration::from_secs(10);
