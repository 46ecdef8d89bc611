//! Mutants whose tests share a sandbox: what one leaves behind or tries is no matter of the next.

use crate::world::World;
use redgreen_cli::json::MutateDocument;
use redgreen_core::mutant::{Fate, Kill, Operator};
use std::collections::{BTreeMap, BTreeSet};

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

/// Functions that are one sum each, with a test of the same name that does something beside.
const FUNCTIONS: [(&str, &str); 6] = [
    ("plain", ""),
    (
        "leaves",
        "std::process::Command::new(\"/bin/sh\").args([\"-c\", \"setsid sleep 600 & setsid sleep 600 >/dev/null 2>&1 &\"]).status().unwrap();",
    ),
    (
        "listens",
        "let port = std::net::TcpListener::bind(\"127.0.0.1:45117\").unwrap(); let mine = std::net::TcpStream::connect(port.local_addr().unwrap()).unwrap(); port.accept().unwrap(); drop(mine);",
    ),
    (
        "forges",
        "for pid in 1..64 { for handle in 1..3 { if let Ok(mut pipe) = std::fs::OpenOptions::new().write(true).open(format!(\"/proc/{pid}/fd/{handle}\")) { if pid != std::process::id() { std::io::Write::write_all(&mut pipe, b\"{\\\"nth\\\":0,\\\"end\\\":{\\\"Code\\\":0},\\\"stdout\\\":0,\\\"stderr\\\":0,\\\"seal\\\":\\\"\\\"}\\n\").ok(); } } } }",
    ),
    (
        "ends_all",
        "if shop::ends_all(1) != 8 { std::process::Command::new(\"/bin/sh\").args([\"-c\", \"kill -9 -1\"]).status().ok(); }",
    ),
    ("last", ""),
];

/// A crate whose tests write down the sandbox that they run in.
fn crate_with_wicked_tests() -> World {
    let world = World::new();
    let heard = world.beside("heard");
    world.repo.write("Cargo.toml", MANIFEST);
    world.repo.write("src/lib.rs", "");
    let config = format!("[sandbox]\nwritable = [{heard:?}]\n[mutants]\njobs = 1\n");
    world.repo.write("redgreen.toml", config).commit("base");
    world.repo.branch("topic");
    let functions = FUNCTIONS.iter().enumerate().map(|(at, (name, _))| {
        format!("pub fn {name}(x: i32) -> i32 {{\n    x + {}\n}}\n", at + 3)
    });
    world
        .repo
        .write("src/lib.rs", functions.collect::<String>());
    let tests = FUNCTIONS.iter().enumerate().map(|(at, (name, beside))| {
        format!(
            "#[test]\nfn {name}() {{\n    said();\n    {beside}\n    assert_eq!(shop::{name}(1), {});\n}}\n",
            at + 4
        )
    });
    let said = format!(
        "fn said() {{\n    let own = std::fs::read_link(\"/proc/self/ns/pid\").unwrap();\n    let file = std::fs::OpenOptions::new().create(true).append(true).open({:?});\n    std::io::Write::write_all(&mut file.unwrap(), format!(\"{{}}\\n\", own.display()).as_bytes()).unwrap();\n}}\n",
        heard.join("sandboxes")
    );
    let text = said + &tests.collect::<String>();
    world.repo.write("tests/all.rs", text).commit("feature");
    world
}

#[test]
fn tests_that_share_a_sandbox_say_nothing_of_each_other() {
    let world = crate_with_wicked_tests();
    let said = world.redgreen(&["mutate", "--json", "--seconds", "300"]);
    let document: MutateDocument = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err));
    let mut fates: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut tried = 0;
    for trial in document.trials.iter().flat_map(|all| &all.trials) {
        if trial.mutant.operator == Operator::NoOp {
            continue;
        }
        tried += 1;
        let function = trial.mutant.function.as_str();
        let fate = if let Fate::Killed {
            by,
            how: Kill::Assertion,
        } = &trial.by_any
        {
            format!("asserted by {by}")
        } else {
            trial.by_any.words().to_owned()
        };
        fates.entry(function).or_default().insert(fate);
    }
    let shown = format!("{fates:#?}");
    for (name, _) in FUNCTIONS.iter().filter(|(name, _)| *name != "ends_all") {
        let of = &fates[name];
        assert_eq!(of.len(), 1, "{name}: {shown}");
        let one = of.iter().next().map(String::as_str).unwrap_or_default();
        assert!(
            one.starts_with("asserted by ") && one.ends_with(name),
            "{name}: {shown}"
        );
    }
    let sandboxes = std::fs::read_to_string(world.beside("heard").join("sandboxes")).unwrap();
    let runs = sandboxes.lines().count();
    let sandboxes: BTreeSet<&str> = sandboxes.lines().collect();
    assert!(tried > 12 && runs > tried, "{tried} {runs} {shown}");
    assert!(
        sandboxes.len() * 2 < runs,
        "{} of {runs}: {shown}",
        sandboxes.len()
    );
}
