//! Keeps the start and the end of what a command prints, and the digest of all of it.

use redgreen_core::id::Digest;
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;

/// What a command printed on one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// All of it, or its start and its end with a line between them that says what is missing.
    pub bytes: Vec<u8>,
    /// Number of bytes that were printed.
    pub total: u64,
    /// The digest of all bytes that were printed.
    pub digest: Digest,
}

impl Captured {
    /// Whether bytes are missing in the middle.
    pub fn is_cut(&self) -> bool {
        self.total != self.bytes.len() as u64
    }

    /// The text; bytes that are no UTF-8 become U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A stream while it is read. Never uses more memory than its cap.
pub(super) struct Capture {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    half: usize,
    total: u64,
    hash: Sha256,
}

impl Capture {
    pub(super) fn new(cap: usize) -> Self {
        Self {
            head: Vec::new(),
            tail: VecDeque::new(),
            half: cap / 2,
            total: 0,
            hash: Sha256::new(),
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.total += bytes.len() as u64;
        let room = self.half - self.head.len();
        let (head, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(head);
        let rest = &rest[rest.len().saturating_sub(self.half)..];
        let over = (self.tail.len() + rest.len()).saturating_sub(self.half);
        self.tail.drain(..over);
        self.tail.extend(rest);
    }

    pub(super) fn finish(self) -> Captured {
        let kept = (self.head.len() + self.tail.len()) as u64;
        let mut bytes = self.head;
        if kept < self.total {
            let missing = self.total - kept;
            let total = self.total;
            let marker = format!("\n[redgreen: {missing} of {total} bytes left out]\n");
            bytes.extend_from_slice(marker.as_bytes());
        }
        bytes.extend(self.tail);
        let mut digest = String::from("sha256:");
        for byte in self.hash.finalize() {
            digest.push_str(&format!("{byte:02x}"));
        }
        Captured {
            bytes,
            total: self.total,
            digest: Digest::new(digest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(text: &[u8], cap: usize, piece: usize) -> Captured {
        let mut capture = Capture::new(cap);
        for piece in text.chunks(piece) {
            capture.feed(piece);
        }
        capture.finish()
    }

    #[test]
    fn what_fits_is_kept_whole() {
        for piece in [1, 3, 10] {
            let seen = captured(b"0123456789", 10, piece);
            assert_eq!(seen.bytes, b"0123456789");
            assert!(!seen.is_cut());
            assert_eq!(seen.digest, Digest::of(b"0123456789"));
        }
    }

    #[test]
    fn what_does_not_fit_keeps_start_and_end_and_the_digest_of_all() {
        for piece in [1, 3, 11] {
            let seen = captured(b"0123456789a", 6, piece);
            let expected = "012\n[redgreen: 5 of 11 bytes left out]\n89a";
            assert_eq!(seen.text(), expected, "in pieces of {piece}");
            assert!(seen.is_cut());
            assert_eq!(seen.digest, Digest::of(b"0123456789a"));
        }
    }
}
