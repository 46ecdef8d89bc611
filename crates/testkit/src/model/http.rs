//! Reads requests and writes answers of HTTP/1.1, as far as a model's client needs it.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

/// The next request of a connection; nothing at its end.
pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut first = String::new();
    if from.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut words = first.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let path = words.next().unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length");
    let length = length.and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Some(Request {
        method,
        path,
        headers,
        body,
    }))
}

/// A whole answer.
pub(super) fn whole(
    to: &mut impl Write,
    status: u16,
    more: &[(&str, String)],
    body: &[u8],
) -> io::Result<()> {
    write!(to, "HTTP/1.1 {status} Status\r\n")?;
    for (name, value) in more {
        write!(to, "{name}: {value}\r\n")?;
    }
    write!(
        to,
        "content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )?;
    to.write_all(body)?;
    to.flush()
}

/// A whole answer behind which the connection is closed. It says so: a client that does not know
/// sends its next request into a line that nobody reads any more.
pub(super) fn last(
    to: &mut impl Write,
    status: u16,
    more: &[(&str, String)],
    body: &[u8],
) -> io::Result<()> {
    let mut more = more.to_vec();
    more.push(("connection", "close".to_owned()));
    whole(to, status, &more, body)
}

/// The headers of a stream of events.
pub(super) fn stream(to: &mut impl Write) -> io::Result<()> {
    let headers = "content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    write!(to, "HTTP/1.1 200 OK\r\n{headers}")?;
    to.flush()
}

/// A piece of a stream; an empty one is its end.
pub(super) fn piece(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let mut framed = format!("{:x}\r\n", bytes.len()).into_bytes();
    framed.extend_from_slice(bytes);
    framed.extend_from_slice(b"\r\n");
    to.write_all(&framed)?;
    to.flush()
}
