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
    for port in gate.loopback.iter().filter(|port| **port != gate.port) {
        let (port, socket) = (*port, gate.socket.clone());
        listen(port, move |client| tunnel(client, &socket, port))?;
    }
    Ok(())
}

fn tunnel(client: TcpStream, socket: &Path, port: u16) -> io::Result<()> {
    let mut proxy = through(socket, &format!("localhost:{port}"))
        .or_else(|_| through(socket, &format!("127.0.0.1:{port}")))?;
    proxy.flush()?;
    join(client, proxy)
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
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
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
