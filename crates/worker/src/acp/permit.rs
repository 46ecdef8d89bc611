//! Decides what an agent that asks may do, by kind and path. This is advice to the agent, not what
//! guards the gates: agents do not ask for everything, and what they wrote is compared afterwards.

use crate::news::News;
use redgreen_core::phase::Writable;
use redgreen_core::surface::Surface;
use redgreen_engine::survey::Border;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The longest file whose text decides.
const READ: u64 = 4 * 1024 * 1024;

/// A tool call, as far as the agent has described it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ToolCall {
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) status: String,
    paths: BTreeSet<String>,
    diffs: Vec<(String, Option<String>, String)>,
}

impl ToolCall {
    /// Takes in one more description of the same call. What it leaves out stays.
    pub(super) fn learn(&mut self, told: &Value) {
        let text = |key: &str| told.get(key).and_then(Value::as_str).map(str::to_owned);
        if let Some(kind) = text("kind") {
            self.kind = kind;
        }
        if let Some(title) = text("title") {
            self.title = title;
        }
        if let Some(status) = text("status") {
            self.status = status;
        }
        for place in told["locations"].as_array().into_iter().flatten() {
            self.paths.extend(place["path"].as_str().map(str::to_owned));
        }
        let keys = ["file_path", "filePath", "filepath", "path", "absolute_path"];
        for key in keys {
            let path = told.pointer(&format!("/rawInput/{key}"));
            self.paths
                .extend(path.and_then(Value::as_str).map(str::to_owned));
        }
        let content = told["content"].as_array().into_iter().flatten();
        let diffs: Vec<_> = content.filter_map(diff).collect();
        if !diffs.is_empty() {
            self.paths
                .extend(diffs.iter().map(|(path, ..)| path.clone()));
            self.diffs = diffs;
        }
    }

    /// What it is, in a few words.
    pub(super) fn words(&self) -> String {
        let kind = if self.kind.is_empty() {
            "tool"
        } else {
            &self.kind
        };
        format!("{kind} {}", self.title).trim().to_owned()
    }

    /// The news that it is over; nothing before.
    pub(super) fn news(&self) -> Vec<News> {
        let failed = match self.status.as_str() {
            "completed" => false,
            "failed" => true,
            _ => return Vec::new(),
        };
        let writes = matches!(self.kind.as_str(), "edit" | "delete" | "move") && !failed;
        let paths = self.paths.iter().filter(|_| writes).cloned();
        let mut news: Vec<News> = paths.map(|path| News::Wrote { path }).collect();
        news.push(News::Used {
            tool: self.kind.clone(),
            about: self.title.clone(),
            failed,
        });
        news
    }
}

fn diff(content: &Value) -> Option<(String, Option<String>, String)> {
    if content["type"] != "diff" {
        return None;
    }
    let path = content["path"].as_str()?.to_owned();
    let old = content["oldText"].as_str().map(str::to_owned);
    Some((path, old, content["newText"].as_str()?.to_owned()))
}

/// Whether the agent may do it; where not, why.
pub(super) fn decide(call: &ToolCall, border: &Border, worktree: &Path) -> Result<(), String> {
    match call.kind.as_str() {
        "read" | "search" | "think" => places(call, worktree).map(|_| ()),
        // What a command does cannot be told from its words: the sandbox holds it, and what it
        // wrote is compared with the phase afterwards.
        "execute" => places(call, worktree).map(|_| ()),
        "edit" | "delete" | "move" => writes(call, border, worktree),
        "fetch" => Err("the network is not a part of this task".to_owned()),
        "switch_mode" => Err("the mode of work is not for the agent to choose".to_owned()),
        _ if call.paths.is_empty() => {
            Err("what it is and which file it touches was not said".to_owned())
        }
        _ => writes(call, border, worktree),
    }
}

/// The paths that it names, from the worktree's root.
fn places(call: &ToolCall, worktree: &Path) -> Result<Vec<String>, String> {
    let inside = call.paths.iter().map(|path| inside(path, worktree));
    inside.collect()
}

fn writes(call: &ToolCall, border: &Border, worktree: &Path) -> Result<(), String> {
    let paths = places(call, worktree)?;
    if paths.is_empty() {
        return Err("which file it would write was not said".to_owned());
    }
    for path in paths {
        let now = text_of(&worktree.join(&path));
        let told = call
            .diffs
            .iter()
            .filter(|diff| inside(&diff.0, worktree).is_ok_and(|of| of == path));
        let after: Vec<String> = told
            .map(|(_, old, new)| applied(now.as_deref(), old, new))
            .collect();
        let forbidden = if call.kind == "delete" {
            border.trespass(&path, now.as_deref(), None)
        } else if after.is_empty() {
            by_name(border, &path)
        } else {
            let sides = after
                .iter()
                .map(|after| border.trespass(&path, now.as_deref(), Some(after)));
            sides.flatten().collect()
        };
        if let Some(side) = forbidden.first() {
            return Err(format!("{path}: {}", why_not(border.allowed(), *side)));
        }
    }
    Ok(())
}

/// Without its text, the name decides; but where tests stand inside of code, it cannot.
fn by_name(border: &Border, path: &str) -> BTreeSet<Surface> {
    let mut forbidden = border.trespass(path, None, Some(""));
    if border.allowed() == Writable::TestSurface && path.ends_with(".rs") {
        forbidden.remove(&Surface::Production);
    }
    forbidden
}

fn why_not(allowed: Writable, side: Surface) -> &'static str {
    match (allowed, side.is_test_surface()) {
        (Writable::TestSurface, _) => "in this phase only tests may be written, no production code",
        (Writable::Production, true) => "the tests are frozen in this phase",
        (Writable::Production, false) => "this phase may not write it",
        (Writable::Docs, _) => "in this phase only documentation may be written",
        (Writable::Nothing, _) => "in this phase nothing may be written",
    }
}

/// What the file will hold: `new` is its whole text, or stands for a part of it.
fn applied(now: Option<&str>, old: &Option<String>, new: &str) -> String {
    match (now, old.as_deref()) {
        (Some(now), Some(old)) if !old.is_empty() && now != old => now.replacen(old, new, 1),
        _ => new.to_owned(),
    }
}

fn text_of(path: &Path) -> Option<String> {
    let size = fs::metadata(path).ok()?.len();
    if size > READ {
        return None;
    }
    fs::read(path)
        .ok()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// `path` from the worktree's root, links resolved.
fn inside(path: &str, worktree: &Path) -> Result<String, String> {
    let outside = || format!("{path} is outside of the worktree");
    let plain = |part| {
        matches!(
            part,
            Component::Normal(_) | Component::RootDir | Component::CurDir
        )
    };
    if !Path::new(path).components().all(plain) {
        return Err(outside());
    }
    let root = worktree.canonicalize().map_err(|_| outside())?;
    let whole = worktree.join(path);
    let there = whole
        .ancestors()
        .find(|above| fs::symlink_metadata(above).is_ok());
    let there = there.ok_or_else(outside)?;
    let rest = whole.strip_prefix(there).unwrap_or(Path::new(""));
    let real: PathBuf = there.canonicalize().map_err(|_| outside())?;
    let real = if rest.as_os_str().is_empty() {
        real
    } else {
        real.join(rest)
    };
    let path = real.strip_prefix(&root).map_err(|_| outside())?;
    if path.components().any(|part| part.as_os_str() == ".git") {
        return Err("git's own files are redgreen's to write".to_owned());
    }
    Ok(path.to_string_lossy().into_owned())
}

/// The option to choose, by its kind: never one that holds for longer than this once. Nothing
/// where there is none that fits; then the answer is that the request is cancelled.
pub(super) fn choose(options: &Value, allowed: bool) -> Option<String> {
    let kinds: &[&str] = match allowed {
        true => &["allow_once"],
        false => &["reject_once", "reject_always"],
    };
    let options = options.as_array()?;
    let found = kinds.iter().find_map(|kind| {
        let mut fitting = options.iter().filter(|option| option["kind"] == **kind);
        fitting.next()
    });
    found?["optionId"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_engine::config::Config;
    use serde_json::json;

    const CODE: &str = "pub fn two() -> u8 {\n    2\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() {}\n}\n";

    fn ask(allowed: Writable, told: Value) -> Result<(), String> {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path().join("tree");
        fs::create_dir_all(root.join("src")).expect("made");
        fs::write(root.join("src/lib.rs"), CODE).expect("written");
        std::os::unix::fs::symlink(dir.path(), root.join("out")).expect("linked");
        let mut call = ToolCall::default();
        call.learn(&told);
        decide(&call, &Border::new(allowed, Config::default()), &root)
    }

    fn edit(path: &str) -> Value {
        json!({"kind": "edit", "locations": [{"path": path}]})
    }

    #[test]
    fn each_phase_writes_its_own_side() {
        assert_eq!(ask(Writable::TestSurface, edit("tests/a.rs")), Ok(()));
        assert_eq!(ask(Writable::Production, edit("src/a.py")), Ok(()));
        let frozen = "tests/a.rs: the tests are frozen in this phase";
        assert_eq!(
            ask(Writable::Production, edit("tests/a.rs")),
            Err(frozen.into())
        );
        let early = "src/a.py: in this phase only tests may be written, no production code";
        assert_eq!(
            ask(Writable::TestSurface, edit("src/a.py")),
            Err(early.into())
        );
        assert!(ask(Writable::Docs, edit("src/a.py")).is_err());
        assert_eq!(ask(Writable::Docs, edit("README.md")), Ok(()));
    }

    #[test]
    fn where_the_text_is_told_it_decides_whole_or_in_part() {
        let part = |old: &str, new: &str| {
            let diff =
                json!({"type": "diff", "path": "src/lib.rs", "oldText": old, "newText": new});
            json!({"kind": "edit", "content": [diff]})
        };
        assert_eq!(
            ask(Writable::TestSurface, part("fn one", "fn other")),
            Ok(())
        );
        assert!(ask(Writable::TestSurface, part("    2\n", "    3\n")).is_err());
        assert_eq!(
            ask(Writable::Production, part("    2\n", "    3\n")),
            Ok(())
        );
        assert!(ask(Writable::Production, part("fn one", "fn other")).is_err());
        let whole = part(CODE, &CODE.replace("    2\n", "    3\n"));
        assert!(ask(Writable::TestSurface, whole).is_err());
    }

    #[test]
    fn nothing_outside_of_the_worktree_is_written_or_read() {
        for path in [
            "/etc/passwd",
            "../x.py",
            "out/x.py",
            "src/../../x.py",
            ".git/hooks/x",
            "a/.git",
        ] {
            assert!(ask(Writable::Production, edit(path)).is_err(), "{path}");
            let read = json!({"kind": "read", "rawInput": {"filePath": path}});
            assert!(ask(Writable::Production, read).is_err(), "{path}");
        }
        assert_eq!(
            ask(
                Writable::Nothing,
                json!({"kind": "read", "rawInput": {"path": "src/lib.rs"}})
            ),
            Ok(())
        );
    }

    #[test]
    fn what_is_not_said_is_not_allowed() {
        assert!(ask(Writable::Production, json!({"kind": "edit"})).is_err());
        assert!(ask(Writable::Production, json!({})).is_err());
        assert!(ask(Writable::Production, json!({"kind": "new_kind"})).is_err());
        assert!(ask(Writable::Production, json!({"kind": "fetch"})).is_err());
        assert!(ask(Writable::Production, json!({"kind": "switch_mode"})).is_err());
        assert_eq!(
            ask(
                Writable::Production,
                json!({"kind": "execute", "title": "ls"})
            ),
            Ok(())
        );
    }

    #[test]
    fn the_option_is_chosen_by_kind_and_holds_for_this_once() {
        let option =
            |kind: &str| json!({"optionId": format!("id-{kind}"), "name": "x", "kind": kind});
        let all = json!([
            option("allow_always"),
            option("new"),
            option("allow_once"),
            option("reject_once")
        ]);
        assert_eq!(choose(&all, true).as_deref(), Some("id-allow_once"));
        assert_eq!(choose(&all, false).as_deref(), Some("id-reject_once"));
        let odd = json!([option("allow_always"), option("reject_always"), {"kind": 7}]);
        assert_eq!(choose(&odd, true), None);
        assert_eq!(choose(&odd, false).as_deref(), Some("id-reject_always"));
        assert_eq!(choose(&json!([option("mystery")]), false), None);
        assert_eq!(choose(&json!(null), true), None);
    }
}
