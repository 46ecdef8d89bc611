//! Finds the interpreter that pytest belongs to, past any wrapper script.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The search path with the interpreter that has pytest in front. Panics, with the line that installs
/// what is missing, where there is none.
pub fn path_with_pytest() -> &'static OsString {
    static PATH: OnceLock<OsString> = OnceLock::new();
    PATH.get_or_init(|| {
        let question = "import os, sys, pytest; print(os.path.dirname(sys.executable))";
        let asked = Command::new("python3").args(["-c", question]).output();
        let said = match asked {
            Ok(said) if said.status.success() => said.stdout,
            Ok(_) => panic!("pytest is needed: python3 -m pip install pytest"),
            Err(_) => panic!("python3 is needed: apt-get install python3"),
        };
        let first = PathBuf::from(String::from_utf8_lossy(&said).trim());
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(first).chain(std::env::split_paths(&rest));
        match std::env::join_paths(all) {
            Ok(path) => path,
            Err(error) => panic!("the search path cannot be put together: {error}"),
        }
    })
}
