//! Reads what cargo says of a build: one JSON object a line, and words on standard error.

use crate::ask::{Exit, RawOutput};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An executable that cargo made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Artifact {
    /// Which target.
    pub(super) of: Made,
    /// Cargo's own id of the package.
    pub(super) package_id: String,
    /// The package's version.
    pub(super) version: String,
    /// The target's name.
    pub(super) name: String,
    /// Where the executable is.
    pub(super) executable: String,
    /// Whether it links to the toolchain's own shared libraries.
    pub(super) dynamic: bool,
}

/// A target as cargo's messages name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Made {
    pub(super) package: String,
    /// `lib`, `bin`, `test`, `bench`, `example`, `custom-build`.
    pub(super) kind: String,
    pub(super) name: String,
}

/// An error of the compiler and the target that it stopped.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Complaint {
    pub(super) of: Made,
    pub(super) message: Message,
}

/// Everything that the builds of one run made and said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Built {
    /// Test binaries.
    pub(super) tests: Vec<Artifact>,
    /// Programs, which integration tests start.
    pub(super) programs: Vec<Artifact>,
    /// Errors of the compiler, in the order of the output.
    pub(super) complaints: Vec<Complaint>,
    /// Variables that build scripts set, by package id.
    pub(super) scripts: BTreeMap<String, Vec<(String, String)>>,
    /// Directories with shared libraries that build scripts made.
    pub(super) library_dirs: Vec<String>,
    /// Error lines of cargo itself.
    pub(super) errors: Vec<String>,
    /// How the last build that did not succeed ended.
    pub(super) failed: Option<Exit>,
}

/// A message of rustc.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    pub(super) message: String,
    pub(super) level: String,
    pub(super) code: Option<Code>,
    pub(super) spans: Vec<Span>,
    pub(super) children: Vec<Message>,
}

/// The code of a message: `E0425`, or the name of a lint.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Code {
    pub(super) code: String,
}

/// A place that a message speaks of.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Span {
    pub(super) file_name: String,
    pub(super) line_start: u32,
    pub(super) byte_start: usize,
    pub(super) byte_end: usize,
    pub(super) is_primary: bool,
    pub(super) label: Option<String>,
    pub(super) text: Vec<Line>,
    pub(super) expansion: Option<Box<Expansion>>,
}

/// A source line of a span, with the columns that it marks (from 1).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) highlight_start: usize,
    pub(super) highlight_end: usize,
}

/// The macro call that a span comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Expansion {
    pub(super) span: Span,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    reason: String,
    package_id: String,
    target: EventTarget,
    profile: Profile,
    executable: Option<String>,
    message: Option<Message>,
    env: Vec<(String, String)>,
    out_dir: String,
    linked_paths: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EventTarget {
    kind: Vec<String>,
    crate_types: Vec<String>,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Profile {
    test: bool,
}

impl Built {
    /// Adds what one build left behind. Lines that are no JSON are passed over.
    pub(super) fn add(&mut self, output: &RawOutput) {
        for line in output.stdout.split(|byte| *byte == b'\n') {
            if let Ok(event) = serde_json::from_slice::<Event>(line) {
                self.take(event);
            }
        }
        if output.exit != Exit::Code(0) {
            self.failed = Some(output.exit);
            self.errors = errors(&String::from_utf8_lossy(&output.stderr));
        }
    }

    fn take(&mut self, event: Event) {
        let (package, version) = package_of(&event.package_id);
        let of = Made {
            package,
            kind: kind(&event.target.kind),
            name: event.target.name.clone(),
        };
        match event.reason.as_str() {
            "compiler-artifact" => self.take_artifact(event, of, version),
            "compiler-message" => {
                if let Some(message) = event.message.filter(|message| message.level == "error") {
                    self.complaints.push(Complaint { of, message });
                }
            }
            "build-script-executed" => {
                let mut env = event.env;
                env.push(("OUT_DIR".to_owned(), event.out_dir));
                self.scripts.insert(event.package_id, env);
                let dirs = event.linked_paths.iter();
                let dirs = dirs.map(|dir| dir.split_once('=').map_or(dir.as_str(), |(_, d)| d));
                self.library_dirs.extend(dirs.map(str::to_owned));
            }
            _ => {}
        }
    }

    fn take_artifact(&mut self, event: Event, of: Made, version: String) {
        let Some(executable) = event.executable else {
            return;
        };
        let kinds = event.target.kind.iter().chain(&event.target.crate_types);
        let dynamic = kinds
            .into_iter()
            .any(|kind| kind == "proc-macro" || kind == "dylib");
        let artifact = Artifact {
            name: of.name.clone(),
            of,
            package_id: event.package_id,
            version,
            executable,
            dynamic,
        };
        if event.profile.test {
            self.tests.retain(|known| known.of != artifact.of);
            self.tests.push(artifact);
        } else if artifact.of.kind == "bin" {
            self.programs.push(artifact);
        }
    }

    /// The first of cargo's own words that tell why it failed, on one line.
    pub(super) fn why(&self) -> String {
        if self.failed == Some(Exit::TimedOut) {
            return "the build was stopped at its time limit".to_owned();
        }
        let words: Vec<&str> = self.errors.iter().map(|line| line.trim()).collect();
        if words.is_empty() {
            return "cargo failed and said nothing".to_owned();
        }
        words.join("; ")
    }

    /// Whether cargo refused because Cargo.lock does not fit the manifests.
    pub(super) fn lock_is_stale(&self) -> bool {
        let mut lines = self.errors.iter();
        lines.any(|line| line.contains("--locked was passed") || line.contains("--locked flag"))
    }
}

fn kind(kinds: &[String]) -> String {
    let own = ["bin", "test", "bench", "example", "custom-build"];
    let first = kinds.first().map(String::as_str).unwrap_or_default();
    let kind = if own.contains(&first) { first } else { "lib" };
    kind.to_owned()
}

/// Name and version of a package id: `path+file:///a/b#name@1.0.0`, `path+file:///a/name#1.0.0`,
/// and before cargo 1.77 `name 1.0.0 (path+file:///a/b)`.
fn package_of(id: &str) -> (String, String) {
    if let Some((url, fragment)) = id.rsplit_once('#') {
        if let Some((name, version)) = fragment.split_once('@') {
            return (name.to_owned(), version.to_owned());
        }
        let name = url.split('?').next().unwrap_or(url).rsplit('/').next();
        return (name.unwrap_or_default().to_owned(), fragment.to_owned());
    }
    let mut words = id.split(' ');
    let mut word = || words.next().unwrap_or_default().to_owned();
    (word(), word())
}

/// Cargo's error lines with their causes: at most 8 lines.
fn errors(stderr: &str) -> Vec<String> {
    let mut lines = stderr.lines().skip_while(|line| !line.starts_with("error"));
    let mut found = Vec::new();
    for line in lines.by_ref().take(40) {
        let noise = [
            "warning:",
            "For more information",
            "    Blocking",
            "   Compiling",
        ];
        let wanted = !line.trim().is_empty() && !noise.iter().any(|start| line.starts_with(start));
        if wanted && found.len() < 8 {
            found.push(line.to_owned());
        }
    }
    if found.is_empty() {
        let tail = stderr.lines().filter(|line| !line.trim().is_empty());
        found.extend(tail.take(3).map(str::to_owned));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_ids_of_every_age_are_read() {
        let owed = ("calc".to_owned(), "0.1.0".to_owned());
        for id in [
            "path+file:///repo#calc@0.1.0",
            "path+file:///repo/calc#0.1.0",
            "calc 0.1.0 (path+file:///repo)",
        ] {
            assert_eq!(package_of(id), owed, "{id}");
        }
    }

    #[test]
    fn cargos_own_words_come_with_their_causes() {
        let stderr = "    Updating x\nerror: failed to parse manifest at `/x/Cargo.toml`\n\nCaused by:\n  missing field `name`\n";
        let owed = [
            "error: failed to parse manifest at `/x/Cargo.toml`",
            "Caused by:",
            "  missing field `name`",
        ];
        assert_eq!(errors(stderr), owed);
    }

    #[test]
    fn truncated_lines_are_passed_over() {
        let mut built = Built::default();
        built.add(&RawOutput {
            exit: Exit::Code(101),
            stdout: b"{\"reason\":\"compiler-mess\nnonsense\n{\"reason\":\"build-finished\"}"
                .to_vec(),
            stderr: Vec::new(),
            files: BTreeMap::new(),
        });
        assert!(built.complaints.is_empty());
        assert_eq!(built.why(), "cargo failed and said nothing");
    }
}
