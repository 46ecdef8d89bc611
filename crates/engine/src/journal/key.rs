//! Keeps the key that no worker can read, and makes MACs with it.

use super::JournalError;
use crate::paths::unique_word;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

const LENGTH: usize = 32;

/// The secret of this machine's journals.
#[derive(Clone)]
pub struct Key([u8; LENGTH]);

impl Key {
    /// Reads the key in the state directory, or makes one from the system's randomness.
    ///
    /// # Errors
    /// [`JournalError::Key`] where it is damaged or others may read it.
    pub fn load(state_dir: &Path) -> Result<Self, JournalError> {
        let path = state_dir.join("key");
        let unusable = |why: String| JournalError::Key {
            path: path.clone(),
            why,
        };
        let told = |error: std::io::Error| unusable(error.to_string());
        if !path.exists() {
            make(state_dir, &path).map_err(told)?;
        }
        let mode = fs::metadata(&path).map_err(told)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(unusable(format!(
                "mode {:o} lets others use it",
                mode & 0o777
            )));
        }
        let bytes = fs::read(&path).map_err(told)?;
        let found = bytes.len();
        let key = <[u8; LENGTH]>::try_from(bytes);
        key.map(Self)
            .map_err(|_| unusable(format!("it has {found} bytes, not {LENGTH}")))
    }

    /// The MAC of `bytes`: 64 hexadecimal digits.
    pub fn mac(&self, bytes: &[u8]) -> String {
        let mac = self.over(bytes).finalize().into_bytes();
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether `mac` is the MAC of `bytes`; takes as long for a near miss as for a far one.
    pub fn is_mac_of(&self, mac: &str, bytes: &[u8]) -> bool {
        let digits: Option<Vec<u8>> = (0..mac.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(mac.get(at..at + 2)?, 16).ok())
            .collect();
        digits.is_some_and(|found| self.over(bytes).verify_slice(&found).is_ok())
    }

    fn over(&self, bytes: &[u8]) -> Hmac<Sha256> {
        // HMAC fills a key up with zeros to the block of its hash.
        let mut block = [0; 64];
        block[..LENGTH].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(bytes);
        mac
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Makes the key; where two processes do so at once, the first one's key stays.
fn make(state_dir: &Path, path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(state_dir)?;
    let mut bytes = [0; LENGTH];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let fresh = state_dir.join(format!("key.{}", unique_word()));
    ignore(ErrorKind::NotFound, fs::remove_file(&fresh))?;
    let mut options = File::options();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    let linked = ignore(ErrorKind::AlreadyExists, fs::hard_link(&fresh, path));
    fs::remove_file(&fresh)?;
    linked
}

fn ignore(kind: ErrorKind, done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() == kind => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_the_owner_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let state = dir.path().join("state");
        let first = Key::load(&state).expect("a key");
        let again = Key::load(&state).expect("the key");
        assert_eq!(first.mac(b"line"), again.mac(b"line"));
        let mode = fs::metadata(state.join("key"))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&state).expect("there").count(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        Key::load(dir.path()).expect("a key");
        let open = fs::Permissions::from_mode(0o644);
        fs::set_permissions(dir.path().join("key"), open).expect("set");
        assert!(matches!(
            Key::load(dir.path()),
            Err(JournalError::Key { .. })
        ));
    }

    #[test]
    fn a_short_key_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        Key::load(dir.path()).expect("a key");
        fs::write(dir.path().join("key"), b"short").expect("written");
        let error = Key::load(dir.path()).expect_err("refused").to_string();
        assert!(error.ends_with("it has 5 bytes, not 32"), "{error}");
    }

    #[test]
    fn the_mac_is_hmac_sha_256() {
        // RFC 4231, test case 2 has a shorter key; zeros behind it change nothing.
        let mut key = [0; LENGTH];
        key[..4].copy_from_slice(b"Jefe");
        let mac = Key(key).mac(b"what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(mac, expected);
        assert!(Key(key).is_mac_of(expected, b"what do ya want for nothing?"));
        assert!(!Key(key).is_mac_of(&expected[2..], b"what do ya want for nothing?"));
        assert!(!Key(key).is_mac_of("zz", b"what do ya want for nothing?"));
    }
}
