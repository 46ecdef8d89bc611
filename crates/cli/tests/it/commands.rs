//! What can be typed, what cannot, and how both are answered.

use crate::program::{command, ended, redgreen};
use clap::CommandFactory as _;
use redgreen_cli::args::Cli;
use redgreen_cli::exit::Exit;
use redgreen_cli::failure::ErrorDocument;

fn commands() -> Vec<String> {
    let cli = Cli::command();
    let names = cli.get_subcommands().map(|sub| sub.get_name().to_owned());
    names.collect()
}

#[test]
fn the_version_is_printed() {
    let said = redgreen(&["--version"]);
    assert_eq!(said.code, 0);
    assert_eq!(
        said.out,
        format!("redgreen {}\n", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(said.err, "");
}

#[test]
fn every_command_has_help_with_an_example() {
    let all = commands();
    assert_eq!(all.len(), 25);
    for name in all {
        let said = redgreen(&[&name, "--help"]);
        assert_eq!(said.code, 0, "{name}");
        assert!(
            said.out.contains(&format!("Example:\n  redgreen {name}")),
            "{}",
            said.out
        );
        assert!(said.out.contains(&format!("Usage: redgreen {name}")));
        assert!(!said.out.contains('\u{1b}'), "{name}: colours in a pipe");
    }
}

#[test]
fn the_help_of_all_names_every_command_and_every_exit_code() {
    let said = redgreen(&["--help"]);
    for name in commands() {
        // What only agents' hooks call is in no list that people read.
        let is_listed = said.out.contains(&format!("\n  {name} "));
        assert_eq!(is_listed, name != "hook", "{name}");
    }
    for exit in Exit::ALL {
        let line = format!("  {:3}  {}\n", exit.number(), exit.words());
        assert!(said.out.contains(&line), "{line}");
    }
}

#[test]
fn plain_help_is_ascii() {
    for name in commands() {
        assert!(
            redgreen(&["--plain", &name, "--help"]).out.is_ascii(),
            "{name}"
        );
    }
    assert!(redgreen(&["--plain", "--help"]).out.is_ascii());
}

#[test]
fn nothing_typed_shows_the_help_and_is_no_success() {
    let said = redgreen(&[]);
    assert_eq!(said.code, 2);
    assert_eq!(said.out, "");
    assert!(said.err.contains("Usage: redgreen"), "{}", said.err);
}

#[test]
fn what_cannot_be_understood_is_a_usage_error() {
    for args in [
        &["prove", "--nonsense"][..],
        &["--nonsense"],
        &["nonsense"],
        &["prove", "a..b", "c..d"],
        &["prove", "--kind", "nonsense"],
        &["prove", "--samples", "0"],
        &["prove", "--full", "--fast"],
        &["run"],
        &["run", "x.md", "--worker", "robot"],
        &["waive", "RG101"],
        &["explain"],
        &["check", "--json", "--events"],
    ] {
        let said = redgreen(args);
        assert_eq!(said.code, 2, "{args:?}");
        assert!(
            said.err.starts_with("error[RG316]: "),
            "{args:?}: {}",
            said.err
        );
        assert!(said.err.contains("\n  next:  "), "{args:?}: {}", said.err);
        if !args.contains(&"--json") {
            assert_eq!(said.out, "", "{args:?}");
        }
    }
}

#[test]
fn a_mistyped_flag_or_command_brings_its_neighbour() {
    let said = redgreen(&["prove", "--instal"]);
    assert!(said.err.contains("--install"), "{}", said.err);
    let said = redgreen(&["prov"]);
    assert!(said.err.contains("'prove'"), "{}", said.err);
}

#[test]
fn a_failure_can_be_read_by_programs() {
    let said = redgreen(&["prove", "--nonsense", "--json"]);
    let document: ErrorDocument = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document.schema, "redgreen.error/1");
    assert_eq!(document.error.code.as_str(), "RG316");
    assert_eq!(i32::from(document.error.exit_code), said.code);
    assert!(document.error.message.contains("--nonsense"));
    assert!(!document.error.next.is_empty());
}

#[test]
fn an_evil_argument_reaches_no_terminal() {
    let said = redgreen(&["prove", "--\u{1b}[2Jx"]);
    assert_eq!(said.code, 2);
    assert!(!said.err.contains('\u{1b}'), "{:?}", said.err);
}

#[test]
fn no_color_is_honoured_and_a_flag_overrules_it() {
    let coloured = redgreen(&["explain", "RG101", "--color", "always"]);
    assert!(coloured.out.contains("\u{1b}["), "{}", coloured.out);
    let mut asked = command(&["explain", "RG101"]);
    let silent = ended(asked.env("NO_COLOR", "1").output().unwrap());
    assert!(!silent.out.contains('\u{1b}'));
    let mut asked = command(&["explain", "RG101", "--color=always"]);
    let overruled = ended(asked.env("NO_COLOR", "1").output().unwrap());
    assert!(overruled.out.contains("\u{1b}["));
    let plain = redgreen(&["explain", "RG101", "--color", "always", "--plain"]);
    assert!(!plain.out.contains('\u{1b}'));
}

#[test]
fn errors_and_help_follow_the_colour_flag_too() {
    let error = redgreen(&["nonsense", "--color=always"]);
    assert!(error.err.contains("\u{1b}["), "{}", error.err);
    let help = redgreen(&["--color", "always", "--help"]);
    assert!(help.out.contains("\u{1b}["), "{}", help.out);
}
