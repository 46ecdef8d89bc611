//! Holds compiler messages against their kinds.

use super::*;
use crate::ask::Tool;
use crate::unit::Unit;
use redgreen_core::evidence::{Order, Selection};
use redgreen_core::outcome::Symbol;
use std::path::Path;

fn with<T>(test: impl FnOnce(&Ask<'_>) -> T) -> T {
    let unit = Unit {
        own_names: vec!["calc".to_owned()],
        ..Unit::default()
    };
    let tool = Tool {
        program: "cmake".to_owned(),
        fingerprint: String::new(),
    };
    test(&Ask {
        unit: &unit,
        tool: &tool,
        tests: &Selection::Whole,
        order: Order::AsWritten,
        tree: Path::new("/repo"),
        cache: Path::new("/cache"),
        scratch: Path::new("/scratch"),
        nonce: "n1",
        test_limit_ms: 1000,
    })
}

/// Kind, name, owner and place of every error of a log.
fn shown(log: &str) -> Vec<String> {
    let found = with(|ask| complaints(ask, log));
    found
        .into_iter()
        .map(|complaint| {
            let failure = complaint.failure.clone();
            let symbol = failure.symbol.unwrap_or(Symbol {
                name: "-".to_owned(),
                owner: None,
            });
            let at = failure
                .at
                .map_or(String::new(), |at| format!("{}:{}", at.path, at.line));
            let owner = symbol.owner.unwrap_or_else(|| "-".to_owned());
            let target = complaint.target().unwrap_or("-");
            format!("{target} {:?} {} {owner} {at}", failure.kind, symbol.name)
        })
        .collect()
}

fn one(text: &str) -> String {
    let found = shown(&format!("/repo/tests/a.cpp:3:9: error: {text}"));
    assert_eq!(found.len(), 1, "{text}");
    found[0]
        .replace(" tests/a.cpp:3", "")
        .replace("- ", "")
        .trim_end_matches(" -")
        .to_owned()
}

#[test]
fn what_was_missing_is_told_from_the_words_of_both_compilers() {
    for (text, owed) in [
        (
            "‘clamp3’ was not declared in this scope",
            "MissingName clamp3",
        ),
        (
            "use of undeclared identifier 'clamp3'",
            "MissingName clamp3",
        ),
        (
            "‘Money’ is not a member of ‘calc’",
            "MissingName Money calc",
        ),
        (
            "no member named 'Money' in namespace 'calc'",
            "MissingName Money calc",
        ),
        (
            "‘class calc::Till’ has no member named ‘add’",
            "MissingName add Till",
        ),
        (
            "‘Money’ does not name a type; did you mean ‘Monet’?",
            "MissingName Money",
        ),
        (
            "‘sub’ undeclared (first use in this function)",
            "MissingName sub",
        ),
        (
            "too many arguments to function ‘int calc::add(int, int)’",
            "BadCall add calc",
        ),
        (
            "no matching function for call to ‘Till::add(int, std::vector<int>)’",
            "BadCall add Till",
        ),
        ("expected ‘;’ before ‘}’ token", "Syntax"),
        (
            "unterminated argument list invoking macro \"EXPECT_EQ\"",
            "Syntax",
        ),
        (
            "lvalue required as left operand",
            "Exception(\"compile error\")",
        ),
    ] {
        assert_eq!(one(text), owed, "{text}");
    }
}

#[test]
fn a_header_is_the_projects_own_by_how_it_is_included() {
    for (name, line, owed) in [
        (
            "money.h",
            "#include \"money.h\"",
            "MissingModule money calc",
        ),
        (
            "calc/money.h",
            "#include <calc/money.h>",
            "MissingModule money calc",
        ),
        (
            "boost/any.hpp",
            "#include <boost/any.hpp>",
            "MissingModule any",
        ),
        ("money.h", "#include <money.h>", "MissingModule money"),
    ] {
        let log = format!(
            "/repo/tests/a.cpp:2:10: fatal error: {name}: No such file or directory\n    2 | {line}\n"
        );
        let found = shown(&log);
        assert!(found[0].contains(owed), "{found:?}");
    }
}

#[test]
fn errors_belong_to_the_target_that_the_build_tool_names() {
    let ninja = "[1/3] Building CXX object CMakeFiles/ok.dir/o.cpp.o\nFAILED: sub/CMakeFiles/a_test.dir/a.cpp.o \n/usr/bin/c++ -c a.cpp\n/repo/tests/a.cpp:3:9: error: ‘x’ was not declared in this scope\n[2/3] Linking CXX executable b_test\nFAILED: b_test \n/usr/bin/ld: CMakeFiles/b_test.dir/b.cpp.o: in function `B':\n/repo/tests/b.cpp:4: undefined reference to `calc::late(int)'\ncollect2: error: ld returned 1 exit status\nninja: build stopped: cannot make progress due to previous errors.\n";
    assert_eq!(
        shown(ninja),
        [
            "a_test MissingName x - tests/a.cpp:3",
            "- MissingName late calc tests/b.cpp:4"
        ]
    );
    let make = "/repo/tests/a.cpp:3:9: error: ‘x’ was not declared in this scope\nmake[2]: *** [CMakeFiles/a_test.dir/build.make:76: CMakeFiles/a_test.dir/a.cpp.o] Error 1\n";
    assert_eq!(shown(make), ["a_test MissingName x - tests/a.cpp:3"]);
}

#[test]
fn what_follows_from_a_missing_name_is_no_error_of_its_own() {
    let log = "/repo/t.cpp:3:1: error: ‘Money’ was not declared in this scope\n/repo/t.cpp:3:7: error: expected ‘;’ before ‘m’\n";
    assert_eq!(shown(log).len(), 1);
    let log = "/repo/t.cpp:3:1: error: unterminated argument list invoking macro \"X\"\n/repo/t.cpp:3:7: error: ‘X’ was not declared in this scope\n";
    assert_eq!(shown(log).len(), 2);
}

#[test]
fn a_failed_step_without_an_error_is_told_with_its_last_words() {
    let log = "FAILED: gen.h \n/usr/bin/gen\nno input\n[2/2] x\n";
    assert_eq!(shown(log), ["- Exception(\"build step\") - - "]);
    let log = "FAILED: gen.h \n/usr/bin/gen\nredgreen stub: calc::gen\nAborted\n[2/2] x\n";
    assert_eq!(shown(log), ["- Stub(\"calc::gen\") - - "]);
}

#[test]
fn colours_are_taken_out() {
    assert_eq!(plain("\u{1b}[1;31merror:\u{1b}[m x\u{1b}[K"), "error: x");
    assert_eq!(plain("\u{1b}"), "");
}

#[test]
fn cmakes_own_errors_are_told_where_they_are_about_the_tree() {
    let log = "CMake Error at CMakeLists.txt:5 (add_library):\n  Cannot find source file:\n\n    src/money.cpp\n\n\nCMake Error at CMakeLists.txt:9 (target_link_libraries):\n  Target \"a\" links to:\n\n    calc::money\n\n  but the target was not found.\n\n\n";
    let found = with(|ask| unconfigured(ask, log));
    let names: Vec<String> = found
        .iter()
        .filter_map(|f| Some(f.symbol.clone()?.name))
        .collect();
    assert_eq!(names, ["money", "money"]);
    assert_eq!(found[0].at, Some(Location::new("CMakeLists.txt", 5)));
}

#[test]
fn a_failed_step_is_told_with_its_error_where_no_file_has_it() {
    let words = |log: &str| {
        let found = with(|ask| complaints(ask, log));
        found[0].failure.message.clone()
    };
    let log = "FAILED: a.o\n/usr/bin/c++ -Wx\nerror: unknown warning option '-Wx' [-Werror]\n1 error generated.\nninja: build stopped: cannot make progress due to previous errors.\n";
    assert_eq!(words(log), "error: unknown warning option '-Wx' [-Werror]");
    let log = "FAILED: a.o\n/usr/bin/c++ -x\nclang: error: unknown argument: '-x'\nninja: build stopped: subcommand failed.\n";
    assert_eq!(words(log), "clang: error: unknown argument: '-x'");
    let log = "FAILED: gen.h \n/usr/bin/gen\nno input\nninja: build stopped: subcommand failed.\n";
    assert_eq!(words(log), "no input");
}
