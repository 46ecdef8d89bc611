//! Shows Maven its settings without the passwords in them.

use std::path::{Path, PathBuf};

/// Elements that hold what opens other doors.
const SECRET: [&str; 3] = ["password", "passphrase", "privateKey"];

/// The user's settings below `home`, and the same without secrets; nothing where there are none in
/// them.
pub(crate) fn without_secrets(home: &Path) -> Option<(PathBuf, String)> {
    let path = home.join(".m2/settings.xml");
    let text = std::fs::read_to_string(&path).ok()?;
    let mut shown = text.clone();
    for element in SECRET {
        shown = emptied(&shown, element);
    }
    (shown != text).then_some((path, shown))
}

/// Whether the settings below `home` can be shown as they are.
pub(crate) fn are_plain(home: &Path) -> bool {
    without_secrets(home).is_none()
}

/// `text` with nothing in each `<element>`.
fn emptied(text: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let mut rest = text;
    let mut shown = String::new();
    while let Some((before, behind)) = rest.split_once(&open) {
        shown.push_str(before);
        shown.push_str(&open);
        let Some((_, after)) = behind.split_once(&close) else {
            // What is not closed is not shown at all.
            return shown;
        };
        shown.push_str(&close);
        rest = after;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_keep_their_mirrors_and_lose_their_passwords() {
        let home = tempfile::tempdir().expect("a directory");
        assert!(are_plain(home.path()));
        std::fs::create_dir(home.path().join(".m2")).expect("a directory");
        let text = "<settings><mirror/><server><password>x</password></server></settings>";
        std::fs::write(home.path().join(".m2/settings.xml"), text).expect("written");
        let (_, shown) = without_secrets(home.path()).expect("secrets");
        let expected = "<settings><mirror/><server><password></password></server></settings>";
        assert_eq!(shown, expected);
        std::fs::write(home.path().join(".m2/settings.xml"), shown).expect("written");
        assert!(are_plain(home.path()));
    }
}
