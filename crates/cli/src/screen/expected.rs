//! Holds rendered text against the files in `tests/expected`. `UPDATE_EXPECTED=1 cargo test`
//! writes them anew.

use super::Palette;
use std::path::PathBuf;

/// `--plain`.
pub(crate) const PLAIN: Palette = Palette {
    colours: false,
    symbols: false,
};
/// A pipe.
pub(crate) const PIPED: Palette = Palette {
    colours: false,
    symbols: true,
};
/// A terminal.
pub(crate) const COLOURED: Palette = Palette {
    colours: true,
    symbols: true,
};

/// Checks `text` against `tests/expected/NAME.txt`. Escapes are written out in the file, so that
/// it can be read.
pub(crate) fn check(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/expected")
        .join(format!("{name}.txt"));
    let shown = text.replace('\u{1b}', "<ESC>");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::write(&path, &shown).unwrap();
    }
    let owed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        owed == shown,
        "{} differs (UPDATE_EXPECTED=1 rewrites it); now:\n{shown}",
        path.display()
    );
}
