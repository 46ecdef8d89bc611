//! Serves many clients over streamable HTTP on an address of this machine.

use super::ServeError;
use super::call::Calls;
use super::door::Door;
use super::server::Session;
use super::stdio::runtime;
use super::verbs::Verbs;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::net::TcpListener;

/// Where the tools are, below the address.
const PATH: &str = "/mcp";

/// Where the server listens, and what a client has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address with its path: `http://127.0.0.1:41234/mcp`.
    pub url: String,
    /// The bearer token that every request has to bring. Made anew for each server.
    pub token: String,
}

/// Serves `verbs` on `address` until `closing` is set. `announce` is told once where that is.
///
/// # Errors
/// [`ServeError`] where the address is not a loopback one, or cannot be listened at.
pub fn serve_http(
    verbs: Arc<dyn Verbs>,
    address: SocketAddr,
    closing: Arc<AtomicBool>,
    announce: impl FnOnce(Address),
) -> Result<(), ServeError> {
    if !address.ip().is_loopback() {
        let address = address.to_string();
        return Err(ServeError::NotLoopback { address });
    }
    let runtime = runtime()?;
    let calls = Calls::until(closing);
    let served = runtime.block_on(async {
        let listening = TcpListener::bind(address).await;
        let listener = listening.map_err(ServeError::system("listening"))?;
        let own = listener.local_addr();
        let own = own.map_err(ServeError::system("listening"))?;
        let hosts = vec![own.to_string(), format!("localhost:{}", own.port())];
        let door = Door::new(hosts).map_err(ServeError::system("reading randomness"))?;
        announce(Address {
            url: format!("http://{own}{PATH}"),
            token: door.word().to_owned(),
        });
        serve(verbs, listener, door, calls).await
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

async fn serve(
    verbs: Arc<dyn Verbs>,
    listener: TcpListener,
    door: Door,
    calls: Calls,
) -> Result<(), ServeError> {
    let session = Session {
        verbs,
        calls: calls.clone(),
    };
    // Both checks are made at the door, which knows the port as well.
    let config = StreamableHttpServerConfig::default().disable_allowed_hosts();
    let sessions = Arc::new(LocalSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(session.clone()), sessions, config);
    let router = Router::new()
        .route_service(PATH, service)
        .layer(from_fn_with_state(Arc::new(door), ask_at_the_door));
    let serving = axum::serve(listener, router);
    tokio::select! {
        served = async { serving.await } => served.map_err(ServeError::system("serving"))?,
        () = calls.closed() => {}
    }
    calls.end().await;
    Ok(())
}

async fn ask_at_the_door(
    State(door): State<Arc<Door>>,
    request: Request,
    next: Next,
) -> Result<Response, (StatusCode, &'static str)> {
    door.admit(request.headers())?;
    Ok(next.run(request).await)
}
