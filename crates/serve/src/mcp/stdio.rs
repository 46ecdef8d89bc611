//! Serves one client on standard input and output.

use super::ServeError;
use super::call::Calls;
use super::server::Session;
use super::verbs::Verbs;
use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use rmcp::transport::io::stdio_pipes;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Serves `verbs` until the client closes standard input or `closing` is set. Every child of a
/// call has ended when this returns.
///
/// # Errors
/// [`ServeError`] where the system gives no runtime, or the client does not speak the protocol.
pub fn serve_stdio(verbs: Arc<dyn Verbs>, closing: Arc<AtomicBool>) -> Result<(), ServeError> {
    let runtime = runtime()?;
    let calls = Calls::until(closing);
    let served = runtime.block_on(serve(verbs, calls));
    // The thread that reads standard input may wait for a line that never comes.
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

/// A runtime for one server: one thread that waits, and one for each call that works.
pub(super) fn runtime() -> Result<Runtime, ServeError> {
    let mut builder = Builder::new_current_thread();
    let built = builder.enable_all().build();
    built.map_err(ServeError::system("starting the runtime"))
}

async fn serve(verbs: Arc<dyn Verbs>, calls: Calls) -> Result<(), ServeError> {
    let session = Session {
        verbs,
        calls: calls.clone(),
    };
    let began = tokio::select! {
        began = session.serve(stdio_pipes()) => began,
        () = calls.closed() => return Ok(()),
    };
    let running = match began {
        Ok(running) => running,
        Err(error) => return refused(error),
    };
    let stopper = running.cancellation_token();
    let waiting = running.waiting();
    tokio::pin!(waiting);
    tokio::select! {
        _ = &mut waiting => {}
        () = calls.closed() => {
            stopper.cancel();
            drop(waiting.await);
        }
    }
    calls.end().await;
    Ok(())
}

/// A client that went away before it began wanted nothing.
fn refused(error: ServerInitializeError) -> Result<(), ServeError> {
    if matches!(error, ServerInitializeError::ConnectionClosed(_)) {
        return Ok(());
    }
    Err(ServeError::Protocol {
        why: error.to_string(),
    })
}
