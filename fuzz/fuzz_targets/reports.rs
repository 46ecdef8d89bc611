//! Fuzzes the reader of every runner's report: the first byte chooses the runner, the second what
//! was asked, the rest is what the command left behind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redgreen_core::evidence::{Order, Selection};
use redgreen_toolchain::{Ask, Exit, RawOutput, Tool, Unit, runners};
use std::collections::BTreeMap;
use std::path::Path;

/// The most commands that one run is followed through.
const MOST: usize = 12;

fuzz_target!(|input: &[u8]| {
    let [chosen, how, left @ ..] = input else {
        return;
    };
    let all = runners();
    let runner = all[usize::from(*chosen) % all.len()];
    let unit = Unit {
        id: Unit::id_of("", runner.name()),
        runner: runner.name().to_owned(),
        ..Unit::default()
    };
    let tests = match how % 3 {
        0 => Selection::Whole,
        1 => Selection::Files(vec!["a".to_owned(), "b/c".to_owned()]),
        _ => Selection::Tests(vec!["a".to_owned(), "b > c [1]".to_owned()]),
    };
    let order = match how / 3 % 3 {
        0 => Order::AsWritten,
        1 => Order::Shuffled(u32::from(*how)),
        _ => Order::Alone,
    };
    let tool = Tool {
        program: "program".to_owned(),
        fingerprint: "1".to_owned(),
    };
    let ask = Ask {
        unit: &unit,
        tool: &tool,
        tests: &tests,
        order,
        tree: Path::new("/tree"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "nonce",
        test_limit_ms: 1000,
    };
    let exit = match how / 9 % 4 {
        0 => Exit::Code(0),
        1 => Exit::Code(1),
        2 => Exit::Signal(9),
        _ => Exit::TimedOut,
    };
    let mut outputs = Vec::new();
    while outputs.len() < MOST {
        let Some(invocation) = runner.next(&ask, &outputs) else {
            break;
        };
        let files: BTreeMap<String, Vec<u8>> = invocation
            .reads
            .iter()
            .map(|name| (name.clone(), left.to_vec()))
            .collect();
        outputs.push(RawOutput {
            exit,
            stdout: left.to_vec(),
            stderr: left.to_vec(),
            files,
        });
    }
    let report = runner.read(&ask, &outputs);
    // Every test of a report stands somewhere in the output, so memory is bounded by it.
    assert!(report.tests.len() <= 2 + left.len() * outputs.len().max(1));
});
