//! Calls the tools as a model does.

use super::*;
use proptest::prelude::*;
use redgreen_core::claim::Topic;
use redgreen_core::phase::Writable;
use redgreen_engine::config::Config;
use redgreen_engine::process::{self, Home, clean_env};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;

struct Yard {
    dir: tempfile::TempDir,
    allowed: Writable,
}

impl Yard {
    /// A worktree beside a file that nobody may see.
    fn new(allowed: Writable) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(dir.path().join("tree/.git")).expect("a directory");
        fs::write(dir.path().join("secret"), "secret").expect("a file");
        Self { dir, allowed }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join("tree").join(path)
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
        self
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|_| "not there".to_owned())
    }

    fn call(&self, name: &str, arguments: Value) -> Answer {
        let border = Border::new(self.allowed, Config::default());
        let parent: Vec<_> = std::env::vars_os()
            .chain([("API_KEY".into(), "hush".into())])
            .collect();
        let rules = Rules {
            env: clean_env(&parent, Home::Own, self.dir.path(), &[]),
            ..Rules::default()
        };
        let runs = Box::new(process::run);
        let tools = ToolBox::new(&self.path(""), border, rules, runs);
        tools.expect("tools").call(name, &arguments)
    }

    fn edit(&self, arguments: Value) -> Answer {
        self.call("edit", arguments)
    }
}

fn green() -> Yard {
    Yard::new(Writable::Production)
}

#[test]
fn an_edit_keeps_mark_endings_mode_and_missing_last_line_break() {
    let yard = green();
    yard.put("a.py", "\u{feff}x = 1\r\ny = 2");
    fs::set_permissions(yard.path("a.py"), fs::Permissions::from_mode(0o755)).expect("a mode");
    let answer =
        yard.edit(json!({"path": "a.py", "old": "x = 1\ny = 2\n", "new": "x = 3\ny = 4\n"}));
    assert_eq!(answer.text, "a.py: replaced at line 1");
    assert_eq!(answer.changed, ["a.py"]);
    assert_eq!(yard.text("a.py"), "\u{feff}x = 3\r\ny = 4");
    let mode = yard
        .path("a.py")
        .metadata()
        .expect("is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o755);
}

#[test]
fn a_new_file_is_written_whole_and_an_old_one_only_on_request() {
    let yard = green();
    let answer = yard.edit(json!({"path": "x/a.py", "new": "a\n"}));
    assert_eq!(
        (answer.failed, yard.text("x/a.py").as_str()),
        (false, "a\n")
    );
    let answer = yard.edit(json!({"path": "x/a.py", "new": "b\n"}));
    assert!(
        answer.failed && answer.text.contains("is there already, with 1 line"),
        "{answer:?}"
    );
    let answer = yard.edit(json!({"path": "x/a.py", "new": "b\n", "all": true}));
    assert_eq!(
        (answer.failed, yard.text("x/a.py").as_str()),
        (false, "b\n")
    );
    let answer = yard.edit(json!({"path": "x/a.py", "new": "b\n", "all": true}));
    assert!(
        answer.failed && answer.text.starts_with("nothing changes"),
        "{answer:?}"
    );
}

fn forbidden(allowed: Writable, path: &str, owed: &str) {
    let yard = Yard::new(allowed);
    let answer = yard.edit(json!({"path": path, "new": "def test_a(): pass\n"}));
    assert!(answer.failed && answer.changed.is_empty(), "{answer:?}");
    assert!(answer.text.contains(owed), "{}", answer.text);
    assert_eq!(yard.text(path), "not there");
}

#[test]
fn what_the_phase_may_not_write_is_refused_with_the_reason_and_the_way() {
    forbidden(
        Writable::Production,
        "tests/test_a.py",
        "touches test code, and tests are frozen",
    );
    forbidden(
        Writable::Production,
        "pytest.ini",
        "configuration of the test runner",
    );
    forbidden(
        Writable::TestSurface,
        "a.py",
        "touches production code, and this phase writes tests alone",
    );
    forbidden(Writable::Docs, "a.py", "this phase writes prose alone");
    forbidden(Writable::Nothing, "README.md", "this phase writes no file");
    let yard = Yard::new(Writable::TestSurface);
    assert!(
        !yard
            .edit(json!({"path": "tests/test_a.py", "new": "def test_a(): pass\n"}))
            .failed
    );
}

#[test]
fn a_patch_is_applied_whole_or_not_at_all() {
    let yard = green();
    yard.put("a.py", "one\ntwo\n")
        .put("b.py", "b\n")
        .put("c.py", "c\n");
    let patch = "*** Begin Patch\n*** Update File: a.py\n@@\n-two\n+2\n*** Add File: new/d.py\n+d\n\
                 *** Delete File: b.py\n*** Update File: c.py\n*** Move to: e.py\n@@\n-c\n+e\n*** End Patch";
    let broken = patch.replace("\n-c\n", "\n-q\n");
    let answer = yard.edit(json!({"patch": broken}));
    assert!(answer.failed && answer.changed.is_empty(), "{answer:?}");
    assert_eq!(
        (yard.text("a.py").as_str(), yard.text("new/d.py").as_str()),
        ("one\ntwo\n", "not there")
    );
    let answer = yard.edit(json!({"patch": patch}));
    assert_eq!(
        answer.changed,
        ["a.py", "e.py", "new/d.py", "b.py", "c.py"],
        "{}",
        answer.text
    );
    let all = ["a.py", "new/d.py", "b.py", "c.py", "e.py"].map(|path| yard.text(path));
    assert_eq!(all, ["one\n2\n", "d\n", "not there", "not there", "e\n"]);
}

#[test]
fn a_patch_that_touches_a_frozen_test_changes_nothing() {
    let yard = green();
    yard.put("a.py", "one\n")
        .put("tests/test_a.py", "def test_a(): assert 1\n");
    let patch = "*** Begin Patch\n*** Update File: a.py\n-one\n+two\n*** Update File: tests/test_a.py\n\
                 -def test_a(): assert 1\n+def test_a(): pass\n*** End Patch";
    let answer = yard.edit(json!({"patch": patch}));
    assert!(
        answer.failed && answer.text.contains("tests are frozen"),
        "{answer:?}"
    );
    assert_eq!(yard.text("a.py"), "one\n");
}

#[test]
fn a_patch_is_taken_in_every_form_in_which_models_send_it() {
    let patch = "*** Begin Patch\n*** Add File: a.py\n+x\n*** End Patch";
    let heredoc = format!("apply_patch <<'EOF'\n{patch}\nEOF");
    for (name, arguments) in [
        ("apply_patch", json!(patch)),
        ("apply_patch", json!({"input": patch})),
        ("edit", json!(patch)),
        ("run", json!({"command": heredoc})),
        ("shell", json!({"command": ["bash", "-lc", heredoc]})),
    ] {
        let yard = green();
        let answer = yard.call(name, arguments);
        assert_eq!(
            (answer.changed, yard.text("a.py").as_str()),
            (vec!["a.py".to_owned()], "x\n"),
            "{}",
            answer.text
        );
    }
}

#[test]
fn text_that_is_none_is_not_edited() {
    let yard = green();
    yard.put("a", b"\xe9x").put("b", b"a\0x");
    let edit = |path: &str| {
        yard.edit(json!({"path": path, "old": "x", "new": "y"}))
            .text
    };
    assert!(edit("a").contains("not UTF-8"));
    assert!(edit("b").contains("binary"));
    assert!(edit("c").contains("`c` is not there"));
    let said = yard.call("read", json!({"path": "b"})).text;
    assert_eq!(said, "b is binary: it holds zero bytes, 3 bytes");
}

#[test]
fn a_command_runs_in_the_worktree_without_secrets() {
    let yard = green();
    yard.put("a.py", "x");
    let answer = yard.call(
        "run",
        json!({"command": "ls; echo $API_KEY; echo bad >&2; exit 3"}),
    );
    assert!(answer.text.starts_with("exit 3 after "), "{}", answer.text);
    assert!(
        answer.text.ends_with(" s\na.py\n\nbad\n"),
        "{}",
        answer.text
    );
    assert!(!answer.failed);
    let answer = yard.call("run", json!({"command": ["printf", "%s", "$HOME"]}));
    assert!(answer.text.ends_with("\n$HOME"), "{}", answer.text);
    let answer = yard.call("run", json!({"command": "sleep 60", "seconds": 1}));
    assert!(
        answer.failed && answer.text.starts_with("stopped: not done after 1 s"),
        "{answer:?}"
    );
}

#[test]
fn long_output_keeps_its_start_and_its_end() {
    let answer = green().call("run", json!({"command": "seq 1 2000000"}));
    assert!(
        answer.text.contains("\n1\n2\n3\n"),
        "{}",
        &answer.text[..200]
    );
    assert!(answer.text.ends_with("\n2000000\n"));
    assert!(answer.text.contains("left out …]"));
    assert!(answer.text.len() < 20_000, "{}", answer.text.len());
}

#[test]
fn redgreens_own_verbs_are_values() {
    let yard = green();
    let verb = |name: &str, arguments: Value| yard.call(name, arguments).verb;
    let asked = verb(
        "ask",
        json!({"question": "A or B?", "why": "the name", "default": "A"}),
    );
    let (question, why, default) = ("A or B?".into(), "the name".into(), "A".into());
    assert_eq!(
        asked,
        Some(Verb::Ask {
            question,
            why,
            default
        })
    );
    let said = verb(
        "criteria",
        json!({
            "links": [{"criterion": "AC-1", "test": "t"}],
            "notes": [{"topic": "look-here", "text": "x"}],
        }),
    );
    let Some(Verb::Criteria { links, notes }) = said else {
        panic!("{said:?}")
    };
    assert_eq!(
        (links[0].test.as_str(), notes[0].topic),
        ("t", Topic::LookHere)
    );
    assert_eq!(verb("gate", json!({})), Some(Verb::Gate));
    let answer = yard.call(
        "criteria",
        json!({"notes": [{"topic": "weather", "text": "x"}]}),
    );
    assert!(
        answer.text.contains("unknown variant `weather`"),
        "{}",
        answer.text
    );
    assert!(
        answer.failed && answer.text.contains("`criteria` takes {"),
        "{}",
        answer.text
    );
}

#[test]
fn what_is_no_call_is_answered_with_the_right_shape() {
    let yard = green();
    let answer = yard.call("browse", json!({}));
    assert!(
        answer.failed && answer.text.contains("no tool `browse`"),
        "{}",
        answer.text
    );
    assert!(
        answer
            .text
            .contains("\nrun {\"command\": string, \"seconds\"?: integer}"),
        "{}",
        answer.text
    );
    let answer = yard.call("edit", json!("{\"path\": \"a\", \"new\": \"x"));
    assert!(
        answer.failed && answer.text.contains("no JSON"),
        "{}",
        answer.text
    );
    let answer = yard.call("edit", json!({"path": "a"}));
    assert!(
        answer.text.starts_with("`new` is missing; `edit` takes {"),
        "{}",
        answer.text
    );
}

/// Names that lead out, into git, behind links, or nowhere special.
fn step() -> impl Strategy<Value = String> {
    let odd = [
        "..", ".", "", ".git", ".GIT", ".git ", "up", "out", "loop", "src", "SRC", "a.py", "tree",
        "secret", "/", "~", "store", "hooks", "config",
    ];
    prop::sample::select(odd.to_vec()).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_path_writes_or_reads_outside_of_the_worktree(
        steps in prop::collection::vec(step(), 1..6),
        absolute in 0_u8..3,
        form in 0_u8..4,
    ) {
        let yard = green();
        yard.put("src/a.py", "inner\n").put(".git/config", "secret");
        symlink("..", yard.path("up")).expect("a link");
        symlink("../secret", yard.path("out")).expect("a link");
        symlink("loop", yard.path("loop")).expect("a link");
        symlink("../.git", yard.path("src/store")).expect("a link");
        let tail = steps.join("/");
        let path = match absolute {
            0 => tail,
            1 => format!("/{tail}"),
            _ => format!("{}/{tail}", yard.path("").display()),
        };
        let patch = |body: &str| json!({"patch": format!("*** Begin Patch\n{body}\n*** End Patch")});
        match form {
            0 => yard.edit(json!({"path": path, "new": "evil", "all": true})),
            1 => yard.edit(patch(&format!("*** Add File: {path}\n+evil"))),
            2 => yard.edit(patch(&format!("*** Update File: src/a.py\n*** Move to: {path}\n-inner\n+evil"))),
            _ => yard.edit(patch(&format!("*** Delete File: {path}"))),
        };
        let outside: Vec<String> = fs::read_dir(yard.dir.path()).expect("is there")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        prop_assert_eq!(outside.len(), 2, "{:?}", outside);
        prop_assert_eq!(fs::read_to_string(yard.dir.path().join("secret")).expect("is there"), "secret");
        prop_assert_eq!(yard.text(".git/config"), "secret");
        let inside = fs::read_dir(yard.path(".git")).expect("is there").count();
        prop_assert_eq!(inside, 1);
        let seen = yard.call("read", json!({"path": path})).text;
        prop_assert!(!seen.contains("\tsecret"), "{}", seen);
        let seen = yard.call("search", json!({"pattern": "secret", "path": path})).text;
        prop_assert!(!seen.contains(":1:secret"), "{}", seen);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_answer_stays_within_its_size(
        name in prop::sample::select(vec!["read", "search", "edit", "run", "ask", "criteria", "gate", "x"]),
        long in "\\PC{0,40}",
        times in 0_usize..3000,
    ) {
        let yard = green();
        let text = long.repeat(times);
        yard.put("a", &text);
        for arguments in [
            json!({"path": "a"}),
            json!({"path": text}),
            json!({"pattern": long}),
            json!({"glob": text, "pattern": "."}),
            json!({"path": "a", "old": text, "new": "x"}),
            json!(text),
            json!({"command": ["cat", "a"]}),
        ] {
            let answer = yard.call(name, arguments);
            prop_assert!(answer.text.len() <= 32 * 1024, "{}", answer.text.len());
        }
    }
}

/// Lines of which no two are the same, some of which are taken out, changed or put in.
fn versions() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let line = |n: usize| format!("line {n}");
    let changes = prop::collection::vec(
        prop::sample::select(vec![0_u8, 0, 0, 0, 0, 0, 1, 2, 3]),
        1..60,
    );
    changes.prop_map(move |changes| {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for (n, change) in changes.into_iter().enumerate() {
            if change != 3 {
                old.push(line(n));
            }
            match change {
                0 => new.push(line(n)),
                1 => {}
                _ => new.push(format!("changed {n}")),
            }
        }
        (old, new)
    })
}

fn git(dir: &std::path::Path, args: &[&str]) -> (bool, String) {
    let mut git = Command::new("git");
    git.current_dir(dir)
        .env("GIT_CEILING_DIRECTORIES", dir)
        .args(args);
    let done = git.output().expect("git is installed");
    (
        done.status.success(),
        String::from_utf8_lossy(&done.stdout).into_owned(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_patch_does_what_git_apply_does(
        (old, new) in versions(),
        line_break in prop::sample::select(vec!["\n", "\r\n"]),
        last in any::<bool>(),
    ) {
        let joined = |lines: &[String]| {
            let mut text = lines.join(line_break);
            if last && !lines.is_empty() { text.push_str(line_break); }
            text
        };
        let (old, new) = (joined(&old), joined(&new));
        prop_assume!(old != new && !old.is_empty() && !new.is_empty());
        let yard = green();
        let beside = yard.dir.path();
        fs::write(beside.join("a.txt"), &old).expect("a file");
        fs::write(beside.join("new.txt"), &new).expect("a file");
        let (_, diff) = git(beside, &["diff", "--no-index", "--no-color", "a.txt", "new.txt"]);
        fs::write(beside.join("diff"), diff.replace("b/new.txt", "b/a.txt")).expect("a file");
        let (done, _) = git(beside, &["apply", "--whitespace=nowarn", "diff"]);
        prop_assert!(done, "{}", diff);
        let body: Vec<&str> = diff.lines().skip_while(|line| !line.starts_with("@@")).collect();
        let patch = format!("*** Begin Patch\n*** Update File: a.txt\n{}\n*** End Patch", body.join("\n"));
        yard.put("a.txt", &old);
        let answer = yard.edit(json!({"patch": patch}));
        prop_assert!(!answer.failed, "{}\n{}", answer.text, patch);
        prop_assert_eq!(yard.text("a.txt"), fs::read_to_string(beside.join("a.txt")).expect("is there"));
    }
}
