//! Carries one call from its request to its answer: progress on the way, and an end to all
//! children where nobody waits for the answer any more.

use super::tools::{Answered, Tool, fault};
use super::verbs::{Call, Verbs};
use rmcp::RoleServer;
use rmcp::model::{JsonObject, ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep, timeout};

/// How often an answer that takes long says that it is still on its way. Clients give up on
/// requests of which they hear nothing for a minute.
const STILL: Duration = Duration::from_secs(10);

/// How often it is asked whether the server closes.
const LOOK: Duration = Duration::from_millis(100);

/// What all calls of a server share.
#[derive(Clone, Default)]
pub(super) struct Calls {
    closing: Arc<AtomicBool>,
    running: Arc<AtomicUsize>,
}

impl Calls {
    /// The calls of a server that closes as soon as `closing` is set.
    pub(super) fn until(closing: Arc<AtomicBool>) -> Self {
        let running = Arc::default();
        Self { closing, running }
    }

    /// Comes back when the server is to close.
    pub(super) async fn closed(&self) {
        while !self.closing.load(Ordering::Relaxed) {
            sleep(LOOK).await;
        }
    }

    /// Stops every call, and waits until the children of each have ended; not for ever.
    pub(super) async fn end(&self) {
        self.closing.store(true, Ordering::Relaxed);
        let ended = async {
            while self.running.load(Ordering::Acquire) > 0 {
                sleep(LOOK).await;
            }
        };
        drop(timeout(Duration::from_secs(20), ended).await);
    }

    /// Calls `tool`, tells `context`'s client how it goes, and answers.
    pub(super) async fn call(
        &self,
        verbs: Arc<dyn Verbs>,
        (tool, given): (Tool, JsonObject),
        context: &RequestContext<RoleServer>,
    ) -> Answered {
        let stop = Arc::new(AtomicBool::new(false));
        // Where this future is dropped, nobody waits any more.
        let _stopper = Stopper(Arc::clone(&stop));
        let (tells, told) = unbounded_channel();
        let running = Running::one(&self.running);
        let client = context.client_info().map_or_else(String::new, |client| {
            format!("{} {}", client.name, client.version)
        });
        let its_stop = Arc::clone(&stop);
        let work = tokio::task::spawn_blocking(move || {
            let _running = running;
            let mut tell = move |line: String| drop(tells.send(line));
            let call = Call {
                stop: its_stop,
                tell: &mut tell,
                client,
            };
            tool.call(verbs.as_ref(), given, call)
        });
        let voice = Voice::of(context);
        let speaking = voice.speak(told);
        let watching = async {
            tokio::select! {
                () = context.ct.cancelled() => {}
                () = self.closed() => {}
            }
            stop.store(true, Ordering::Relaxed);
            std::future::pending::<()>().await;
        };
        let answering = async {
            // The channel closes with the work, so the last word is out before the answer.
            let (answer, ()) = tokio::join!(work, speaking);
            answer
        };
        tokio::select! {
            answer = answering => answer.unwrap_or_else(|error| Err(fault(&error.to_string()))),
            () = watching => Err(fault("a call was left")),
        }
    }
}

/// Sets its flag when it is dropped.
struct Stopper(Arc<AtomicBool>);

impl Drop for Stopper {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Counts a call for as long as it works.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn one(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Tells a client how its call goes, where it wants to know.
struct Voice {
    peer: Peer<RoleServer>,
    token: Option<ProgressToken>,
}

impl Voice {
    fn of(context: &RequestContext<RoleServer>) -> Self {
        Self {
            peer: context.peer.clone(),
            token: context.meta.get_progress_token(),
        }
    }

    /// Passes on every line until the work is done, and says that it goes on where none comes.
    async fn speak(&self, mut told: UnboundedReceiver<String>) {
        let began = Instant::now();
        let (mut count, mut last) = (0.0, String::new());
        loop {
            let line = match timeout(STILL, told.recv()).await {
                Ok(None) => return,
                Ok(Some(line)) => {
                    last.clone_from(&line);
                    line
                }
                Err(_) => format!("after {} s: {last}", began.elapsed().as_secs()),
            };
            count += 1.0;
            if let Some(token) = &self.token {
                let step = ProgressNotificationParam::new(token.clone(), count).with_message(line);
                // A client that has gone away is no failure of the work.
                drop(self.peer.notify_progress(step).await);
            }
        }
    }
}
