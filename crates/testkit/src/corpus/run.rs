//! Proves a case with the built program, in directories of its own.

use super::build::{built, digest};
use super::case::{Ecosystem, SearchPath, Show};
use super::results::Row;
use crate::path_with_pytest;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The program under test and what it finds around it.
#[derive(Debug)]
pub struct Program {
    /// The built `redgreen`.
    pub path: PathBuf,
    /// Where `scripts/test` installed what some runners need.
    pub tools: PathBuf,
    /// Arguments for every proof.
    pub flags: Vec<String>,
}

/// Proves `show` and returns what was said of it. Panics where the repository cannot be built or
/// the program not be started.
pub fn prove(program: &Program, ecosystem: &Ecosystem, show: &Show) -> Row {
    let repo = built(ecosystem, show);
    for (name, place) in ecosystem.links {
        repo.link(name, program.tools.join(place));
    }
    let mut asked = Command::new(&program.path);
    asked
        .args(["prove", "--json"])
        .args(show.flags)
        .args(&program.flags)
        .current_dir(repo.path())
        .stdin(Stdio::null());
    surround(&mut asked, repo.outside(), ecosystem);
    let began = Instant::now();
    let ended = match asked.output() {
        Ok(ended) => ended,
        Err(error) => panic!("cannot run {}: {error}", program.path.display()),
    };
    let mut row = read(&String::from_utf8_lossy(&ended.stdout));
    row.ecosystem = ecosystem.name.to_owned();
    row.case = show.case.to_owned();
    row.files = digest(ecosystem, show).unwrap_or_default();
    row.seconds = (began.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    if row.verdict.is_empty() {
        row.said = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
    }
    row
}

/// Reads the document of a proof; what is no such document has no verdict.
fn read(text: &str) -> Row {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let findings = document["proof"]["findings"].as_array();
    let findings = findings.map(Vec::as_slice).unwrap_or_default();
    let code = |finding: &Value| finding["code"].as_str().map(str::to_owned);
    let codes: BTreeSet<String> = findings.iter().filter_map(code).collect();
    let said = findings.iter().map(|finding| {
        let word = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}: {}", word("code"), word("subject"), word("message"))
    });
    Row {
        verdict: document["verdict"].as_str().unwrap_or_default().to_owned(),
        codes: codes.into_iter().collect(),
        said: said.collect::<Vec<String>>().join("\n"),
        ..Row::default()
    }
}

/// Gives `asked` a home, a store and a state of its own beside the repository, and the machine's
/// toolchains.
fn surround(asked: &mut Command, beside: &Path, ecosystem: &Ecosystem) {
    let kept = ["JAVA_HOME", "GOROOT", "RUSTUP_TOOLCHAIN"];
    let kept: Vec<(&str, OsString)> = kept
        .into_iter()
        .filter_map(|name| std::env::var_os(name).map(|value| (name, value)))
        .collect();
    let home = beside.join("home");
    let own = std::env::var_os("HOME").map(PathBuf::from);
    let own = own.unwrap_or_default();
    let links = ecosystem.home.iter().filter(|name| own.join(name).exists());
    let link = |name: &&str| {
        let place = home.join(name);
        place.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::os::unix::fs::symlink(own.join(name), place)
    };
    let mut links = links.map(link);
    let made = std::fs::create_dir_all(&home).and_then(|()| links.try_for_each(|made| made));
    if let Err(error) = made {
        panic!("cannot make {}: {error}", home.display());
    }
    let path = match ecosystem.path {
        SearchPath::Own => std::env::var_os("PATH").unwrap_or_default(),
        SearchPath::WithPytest => path_with_pytest().clone(),
    };
    asked
        .env_clear()
        .envs(kept)
        .env("PATH", path)
        .env("HOME", &home)
        .env("REDGREEN_CACHE_DIR", beside.join("cache"))
        .env("REDGREEN_STATE_DIR", beside.join("state"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    let toolchains = [
        ("CARGO_HOME", ".cargo"),
        ("RUSTUP_HOME", ".rustup"),
        ("GOPATH", "go"),
    ];
    for (name, below) in toolchains {
        let known = std::env::var_os(name).unwrap_or_else(|| own.join(below).into());
        asked.env(name, known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_gives_its_verdict_and_each_code_once() {
        let text = r#"{"verdict": "refuted", "proof": {"findings": [
            {"code": "RG105", "subject": "a", "message": "gone"},
            {"code": "RG105", "subject": "b", "message": "gone"},
            {"code": "RG102", "subject": "", "message": "none"}]}}"#;
        let row = read(text);
        assert_eq!(row.verdict, "refuted");
        assert_eq!(row.codes, ["RG102", "RG105"]);
        assert_eq!(row.said.lines().count(), 3);
    }

    #[test]
    fn what_is_no_document_has_no_verdict() {
        assert_eq!(read("").verdict, "");
        assert_eq!(read("[]").verdict, "");
    }
}
