//! Sends requests, reads answers within bounds, and asks again where that may help.

use super::dialects::{Broken, Dialect};
use super::sse::Events;
use super::{Answer, Endpoint, Heard, Model, ModelError, Patience, Request};
use redgreen_core::work::Usage;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::Value;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

/// How often the wish to stop is looked at.
const TICK: Duration = Duration::from_millis(50);
/// Bytes of a refusal that are read: it is shown in one or two lines.
const REFUSAL: usize = 16 * 1024;

/// A model behind an endpoint of the network.
pub struct Online {
    endpoint: Endpoint,
    patience: Patience,
    stop: Option<Arc<AtomicBool>>,
    line: Option<(Client, Runtime)>,
}

/// Why one attempt came to nothing.
enum Cut {
    /// Asking again may help: why, and the pause that was asked for. What the provider counted, as
    /// far as it can be guessed.
    Again {
        why: String,
        wanted: Option<Duration>,
        lost: Usage,
    },
    /// It will not help.
    For(ModelError),
}

impl Online {
    /// The model behind `endpoint`. Nothing is sent yet. `stop` is set from outside to stop.
    pub fn new(endpoint: Endpoint, patience: Patience, stop: Option<Arc<AtomicBool>>) -> Self {
        Self {
            endpoint,
            patience,
            stop,
            line: None,
        }
    }

    fn model(&self) -> String {
        self.endpoint.name.clone()
    }

    fn unable(&self, why: impl ToString) -> ModelError {
        let why = self.without_key(&why.to_string());
        ModelError::Unable { why }
    }

    /// What others say of a request may repeat its key.
    fn without_key(&self, text: &str) -> String {
        let known = self.endpoint.key.as_ref().map(super::Key::reveal);
        match known.filter(|key| !key.is_empty()) {
            Some(key) => text.replace(key, "[key]"),
            None => text.to_owned(),
        }
    }

    fn headers(&self) -> Result<HeaderMap, ModelError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let own = concat!("redgreen/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(own));
        if self.endpoint.dialect == Dialect::Messages {
            let name = HeaderName::from_static("anthropic-version");
            headers.insert(name, HeaderValue::from_static("2023-06-01"));
        }
        if let Some(key) = &self.endpoint.key {
            let (name, before) = self.endpoint.dialect.key_header();
            let value = HeaderValue::from_str(&format!("{before}{}", key.reveal()));
            let mut value = value.map_err(|_| self.unable("the key holds odd characters"))?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }

    fn open(&mut self) -> Result<(Client, Runtime), ModelError> {
        if let Some(line) = self.line.take() {
            return Ok(line);
        }
        // Whoever asks first installs it; a second time is no fault.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .default_headers(self.headers()?)
            // A key goes to the place that was named, and to no other.
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(15));
        let client = client.build().map_err(|error| self.unable(error))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| self.unable(error))?;
        Ok((client, runtime))
    }

    async fn ask(
        &self,
        client: &Client,
        request: &Request<'_>,
        heard: &mut dyn FnMut(Heard),
    ) -> Result<Answer, ModelError> {
        let url = self.endpoint.dialect.url(&self.endpoint);
        let body = self
            .endpoint
            .dialect
            .body(&self.endpoint, request)
            .to_string();
        let begun = Instant::now();
        let within = request.within.unwrap_or(Duration::MAX);
        let mut lost = Usage::default();
        let mut attempt = 1;
        loop {
            let left = within.saturating_sub(begun.elapsed());
            let cut = match self.once(client, (&url, &body), left, heard).await {
                Ok(mut answer) => {
                    answer.usage += lost;
                    return Ok(answer);
                }
                Err(cut) => cut,
            };
            let (why, wanted) = match cut {
                Cut::For(error) => return Err(error),
                Cut::Again {
                    why,
                    wanted,
                    lost: more,
                } => {
                    lost += more;
                    (self.without_key(&why), wanted)
                }
            };
            attempt += 1;
            let Some(pause) = self.patience.pause(attempt, wanted, chance()) else {
                let (model, attempts) = (self.model(), attempt - 1);
                let last = match wanted.filter(|_| attempts < self.patience.attempts) {
                    Some(wanted) => format!("{why}; it asks for {} s", wanted.as_secs()),
                    None => why,
                };
                return Err(ModelError::Exhausted {
                    model,
                    attempts,
                    last,
                });
            };
            if begun.elapsed() + pause >= within {
                return Err(self.late(within));
            }
            heard(Heard::Again { why, pause });
            self.unless_stopped(sleep(pause), Duration::MAX).await?;
        }
    }

    fn late(&self, within: Duration) -> ModelError {
        let model = self.model();
        ModelError::Late { model, within }
    }

    /// Sends the request once and reads the whole answer.
    async fn once(
        &self,
        client: &Client,
        (url, body): (&str, &str),
        left: Duration,
        heard: &mut dyn FnMut(Heard),
    ) -> Result<Answer, Cut> {
        let silence = self.patience.silence.min(left);
        let sending = client.post(url).body(body.to_owned()).send();
        let sent = self.unless_stopped(sending, silence).await;
        let mut response = match sent.map_err(Cut::For)? {
            Some(Ok(response)) => response,
            Some(Err(error)) => return Err(again(words(&error))),
            None if silence == left => return Err(Cut::For(self.late(left))),
            None => return Err(again(format!("silent for {} s", silence.as_secs()))),
        };
        if !response.status().is_success() {
            return Err(self.refused(&mut response).await);
        }
        let mut guess = Usage {
            input: body.len() as u64 / 4,
            ..Usage::default()
        };
        match self.read(&mut response, left, heard).await {
            Err(Cut::Again { why, wanted, .. }) => {
                guess.output = 0;
                let lost = guess;
                Err(Cut::Again { why, wanted, lost })
            }
            other => other,
        }
    }

    async fn read(
        &self,
        response: &mut Response,
        left: Duration,
        heard: &mut dyn FnMut(Heard),
    ) -> Result<Answer, Cut> {
        let begun = Instant::now();
        let (mut events, mut joined) = (Events::default(), self.endpoint.dialect.joining());
        let mut bytes = 0_usize;
        loop {
            let whole = self.patience.answer.min(left);
            let now = whole.saturating_sub(begun.elapsed());
            let wait = self.patience.silence.min(now);
            let chunk = self.unless_stopped(response.chunk(), wait).await;
            let chunk = match chunk.map_err(Cut::For)? {
                Some(Ok(Some(chunk))) => chunk,
                Some(Ok(None)) => break,
                Some(Err(error)) => {
                    return Err(again(format!("the answer was cut: {}", words(&error))));
                }
                None if begun.elapsed() >= left => return Err(Cut::For(self.late(left))),
                None if begun.elapsed() >= whole => {
                    return Err(again(format!("no end after {} s", whole.as_secs())));
                }
                None => return Err(again(format!("silent for {} s", wait.as_secs()))),
            };
            bytes = bytes.saturating_add(chunk.len());
            if bytes > self.patience.bytes {
                let (model, limit) = (self.model(), self.patience.bytes);
                return Err(Cut::For(ModelError::TooLong { model, limit }));
            }
            for data in events.feed(&chunk) {
                take(joined.as_mut(), &data).map_err(|broken| again(broken.0))?;
            }
            heard(Heard::Bytes(bytes as u64));
        }
        if events.held() > 0 {
            return Err(again("the answer was cut within an event".to_owned()));
        }
        joined.finish().map_err(|broken| again(broken.0))
    }

    /// Whether another attempt may help is told by the status.
    async fn refused(&self, response: &mut Response) -> Cut {
        let status = response.status();
        let wanted = retry_after(response.headers());
        let mut body = Vec::new();
        while body.len() < REFUSAL {
            let chunk = self
                .unless_stopped(response.chunk(), Duration::from_secs(5))
                .await;
            match chunk {
                Ok(Some(Ok(Some(chunk)))) => body.extend_from_slice(&chunk),
                Ok(Some(Ok(None) | Err(_)) | None) | Err(_) => break,
            }
        }
        let said = self.without_key(&said(status, &body));
        // A spent quota says the same number as a hurry, and does not pass by waiting.
        let spent = said.contains("insufficient_quota") || said.contains("billing");
        let passing = matches!(status.as_u16(), 408 | 409 | 425 | 429) || status.is_server_error();
        if passing && !spent {
            return Cut::Again {
                why: said,
                wanted,
                lost: Usage::default(),
            };
        }
        let model = self.model();
        Cut::For(ModelError::Refused { model, said })
    }

    /// What `future` gives; nothing where it takes longer than `limit`.
    async fn unless_stopped<F: Future>(
        &self,
        future: F,
        limit: Duration,
    ) -> Result<Option<F::Output>, ModelError> {
        let begun = Instant::now();
        let mut future = pin!(future);
        loop {
            let left = limit.saturating_sub(begun.elapsed());
            if let Ok(given) = timeout(TICK.min(left), future.as_mut()).await {
                return Ok(Some(given));
            }
            let stop = self.stop.as_ref();
            if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                return Err(ModelError::Stopped);
            }
            if begun.elapsed() >= limit {
                return Ok(None);
            }
        }
    }
}

impl Model for Online {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    fn answer(
        &mut self,
        request: &Request<'_>,
        heard: &mut dyn FnMut(Heard),
    ) -> Result<Answer, ModelError> {
        let (client, runtime) = self.open()?;
        let answer = runtime.block_on(self.ask(&client, request, heard));
        self.line = Some((client, runtime));
        answer
    }
}

/// One event of the stream. An event that is no JSON is never passed over: a call could be in it.
fn take(joined: &mut dyn super::dialects::Joining, data: &str) -> Result<(), Broken> {
    if data == "[DONE]" {
        return Ok(());
    }
    let event: Value = serde_json::from_str(data)
        .map_err(|error| Broken(format!("an event of the answer is no JSON: {error}")))?;
    joined.event(&event)
}

fn again(why: String) -> Cut {
    Cut::Again {
        why,
        wanted: None,
        lost: Usage::default(),
    }
}

/// An error with what caused it, without the URL: a key may stand in one.
fn words(error: &reqwest::Error) -> String {
    use std::error::Error as _;
    let mut text = if error.is_connect() {
        "no connection".to_owned()
    } else {
        "the connection failed".to_owned()
    };
    let mut deepest = error.source();
    while let Some(next) = deepest.and_then(std::error::Error::source) {
        deepest = Some(next);
    }
    if let Some(cause) = deepest {
        text.push_str(&format!(": {cause}"));
    }
    text
}

fn said(status: StatusCode, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let json: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let error = &json["error"];
    let mut words: Vec<&str> = [&error["code"], &error["type"], &error["message"]]
        .into_iter()
        .filter_map(Value::as_str)
        .collect();
    if words.is_empty() {
        words.push(error.as_str().unwrap_or(&text));
    }
    let words: String = words.join(": ").chars().take(300).collect();
    format!("status {}: {words}", status.as_u16())
}

/// The pause that a provider asks for: seconds, or milliseconds in a header of their own.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let sane = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
    number("retry-after-ms")
        .and_then(|millis| sane(millis / 1000.0))
        .or_else(|| number("retry-after").and_then(sane))
}

/// A number from 0 to 1023 that differs from process to process and from time to time.
fn chance() -> u32 {
    let hash = RandomState::new().build_hasher().finish();
    u32::try_from(hash % 1024).unwrap_or(0)
}
