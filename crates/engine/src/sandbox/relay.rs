//! Leads from the loopback of a sandbox to the proxy outside of it.

use super::policy::Gate;
use super::proxy::{head, join};
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;

/// Listens on the proxy's port and on those of servers of this machine that may be reached.
///
/// # Errors
/// Where a port cannot be had.
pub(super) fn start(gate: &Gate) -> io::Result<()> {
    let to_proxy = gate.socket.clone();
    listen(gate.port, move |client| {
        join(client, UnixStream::connect(&to_proxy)?)
    })?;
    let mut ports = vec![gate.port];
    for server in &gate.loopback {
        // One that is known by two names is led to once.
        if ports.contains(&server.port) {
            continue;
        }
        ports.push(server.port);
        let (to, socket) = (server.to.clone(), gate.socket.clone());
        listen(server.port, move |client| {
            join(client, through(&socket, &to)?)
        })?;
    }
    Ok(())
}

fn through(socket: &Path, to: &str) -> io::Result<UnixStream> {
    let mut proxy = UnixStream::connect(socket)?;
    proxy.write_all(format!("CONNECT {to} HTTP/1.1\r\n\r\n").as_bytes())?;
    let (answer, _) = head(&mut proxy)?;
    if answer.starts_with(b"HTTP/1.1 200 ") {
        return Ok(proxy);
    }
    Err(io::ErrorKind::ConnectionRefused.into())
}

fn listen(
    port: u16,
    serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        // Ports below 1024 are the superuser's, whom a sandbox does not have.
        let why = format!("port {port} of this machine cannot be had in the sandbox: {error}");
        io::Error::new(error.kind(), why)
    })?;
    let serve = std::sync::Arc::new(serve);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let serve = std::sync::Arc::clone(&serve);
            // Who breaks off gets no answer.
            thread::spawn(move || drop(serve(client)));
        }
    });
    Ok(())
}
