//! Gives tests an agent that speaks the Agent Client Protocol and plays a part, a bad one if need
//! be.

use std::fs;
use std::path::{Path, PathBuf};

const PROGRAM: &str = include_str!("fake_acp.py");

/// Writes the agent into `dir`. It is started by `python3 FILE PART LOG [PROGRAM]`; the parts are named in
/// the file, and what it was told and answered is in LOG afterwards.
///
/// # Panics
/// Where the file cannot be written.
pub fn write_fake_acp(dir: &Path) -> PathBuf {
    let path = dir.join("fake_acp.py");
    fs::write(&path, PROGRAM).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    path
}
