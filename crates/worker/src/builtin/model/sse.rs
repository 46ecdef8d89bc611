//! Splits a stream of bytes into server-sent events, and bounds each of them.

/// The data of one event; its name is in the data as well wherever redgreen needs it.
pub(super) type Data = String;

/// Bytes of an event that has not ended yet.
#[derive(Debug, Default)]
pub(super) struct Events {
    pending: Vec<u8>,
    data: String,
    has_data: bool,
}

impl Events {
    /// Takes bytes; returns the data of every event that ends within them.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Data> {
        let mut ended = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.pending.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.pending);
                ended.extend(self.line(&String::from_utf8_lossy(&line)));
            }
        }
        ended
    }

    /// How much is held of what has not ended.
    pub(super) fn held(&self) -> usize {
        self.pending.len() + self.data.len()
    }

    fn line(&mut self, line: &str) -> Option<Data> {
        let line = line.trim_end_matches(['\n', '\r']);
        if line.is_empty() {
            let ended = std::mem::take(&mut self.has_data);
            let data = std::mem::take(&mut self.data);
            return ended.then_some(data);
        }
        if let Some(data) = line.strip_prefix("data:") {
            if self.has_data {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
            self.has_data = true;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], owed: &[&str]) {
        let mut events = Events::default();
        let seen: Vec<Data> = pieces
            .iter()
            .flat_map(|piece| events.feed(piece.as_bytes()))
            .collect();
        assert_eq!(seen, owed);
    }

    #[test]
    fn events_are_found_wherever_the_bytes_are_cut() {
        check(&["data: a\n\ndata: b\n\n"], &["a", "b"]);
        check(
            &["da", "ta: a\r", "\n\r\n", "event: x\ndata:b\n", "\n"],
            &["a", "b"],
        );
        check(&[": ping\n\n", "data: 1\ndata: 2\n\n"], &["1\n2"]);
        check(&["data: never ended\n"], &[]);
    }

    #[test]
    fn letters_of_several_bytes_may_be_cut() {
        let mut events = Events::default();
        let bytes = "data: ä\n\n".as_bytes();
        assert!(events.feed(&bytes[..7]).is_empty());
        assert_eq!(events.feed(&bytes[7..]), ["ä"]);
        assert_eq!(events.held(), 0);
    }
}
