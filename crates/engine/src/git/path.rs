//! Carries paths of a repository as the bytes that git stores, and as the text that core reads.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// A path from the repository's root, as git stores it: bytes, `/` between names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Vec<u8>);

impl RepoPath {
    /// Takes the bytes as git printed them.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The path that core writes as `text`. The inverse of [`RepoPath::text`].
    pub fn from_text(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut path = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            if let Some(byte) = escaped(&bytes[at..]) {
                path.push(byte);
                at += 3;
            } else {
                path.push(bytes[at]);
                at += 1;
            }
        }
        Self(path)
    }

    /// The text that core knows the path by. Bytes that are no UTF-8 become `%XX`; a per cent
    /// sign that would read as such an escape becomes `%25`. Two paths never share a text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        for chunk in self.0.utf8_chunks() {
            let valid = chunk.valid();
            for (at, letter) in valid.char_indices() {
                if letter == '%' && escaped(&valid.as_bytes()[at..]).is_some() {
                    text.push_str("%25");
                } else {
                    text.push(letter);
                }
            }
            for byte in chunk.invalid() {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
        text
    }

    /// The bytes of the path.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as the system takes it, still relative.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// The path below `root`.
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(self.as_path())
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

/// The byte that an escape at the start of `bytes` stands for: bytes that can be no ASCII, and
/// the per cent sign. Everything else, such as `%20`, is an ordinary part of a name.
fn escaped(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    (value >= 0x80 || value == b'%').then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str) {
        let path = RepoPath::from_bytes(bytes);
        assert_eq!(path.text(), text);
        assert_eq!(RepoPath::from_text(text), path);
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        check(b"src/a b.rs", "src/a b.rs");
        check("grün/日本".as_bytes(), "grün/日本");
        check(b"a%20b 100%.txt", "a%20b 100%.txt");
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_escaped_and_come_back() {
        check(b"a\xff.txt", "a%FF.txt");
        check(b"%\xfe", "%%FE");
        check(b"%4\xff", "%4%FF");
    }

    #[test]
    fn a_name_that_looks_escaped_is_no_other_name() {
        check(b"a%FF.txt", "a%25FF.txt");
        check(b"a%25FF.txt", "a%2525FF.txt");
        check(b"%2%35", "%2%35");
    }
}
