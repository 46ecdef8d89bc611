//! Makes the commands that run mocha.

use crate::js::session::{self, Followed};
use crate::{Ask, Invocation, RawOutput};

/// What is written beside a run.
const OWN: [(&str, &str); 1] = [("rg_mocha.cjs", include_str!("rg_mocha.cjs"))];

/// What brings mocha.
pub(super) const REMEDY: &str = "npm install --save-dev mocha";

/// Options of the project's script that take a value that is no test file.
const VALUED: [&str; 24] = [
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-n",
    "--node-option",
    "--config",
    "--package",
    "--file",
    "-u",
    "--ui",
    "--extension",
    "--ignore",
    "--exclude",
    "-g",
    "--grep",
    "-f",
    "--fgrep",
    "--global",
    "--globals",
    "--conditions",
    "-C",
    "--opts",
];

/// Options that choose or change nothing but what redgreen decides.
const DROPPED: [(&str, bool); 24] = [
    ("-R", true),
    ("--reporter", true),
    ("-O", true),
    ("--reporter-option", true),
    ("--reporter-options", true),
    ("-t", true),
    ("--timeout", true),
    ("--timeouts", true),
    ("-s", true),
    ("--slow", true),
    ("-j", true),
    ("--jobs", true),
    ("--retries", true),
    ("-b", false),
    ("--bail", false),
    ("-w", false),
    ("--watch", false),
    ("--watch-files", true),
    ("-p", false),
    ("--parallel", false),
    ("-c", false),
    ("--color", false),
    ("--forbid-only", false),
    ("--forbid-pending", false),
];

/// The next command of a run. mocha shuffles nothing itself: a seed orders the files.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let asks = *session::owed(ask, so_far).get(so_far.len())?;
    Some(invocation(ask, asks, so_far))
}

/// The command that finds the tests and runs none.
pub(super) fn listing(ask: &Ask<'_>) -> Invocation {
    invocation(ask, session::Asks::Names, &[])
}

fn invocation(ask: &Ask<'_>, asks: session::Asks, so_far: &[RawOutput]) -> Invocation {
    let given = session::given(ask, "mocha");
    let whole =
        asks != session::Asks::Canary && *ask.tests == redgreen_core::evidence::Selection::Whole;
    let mut args = of_script(&given.args, whole);
    args.push("--require".to_owned());
    let own = ask.scratch.join("rg_mocha.cjs");
    args.push(own.to_string_lossy().into_owned());
    let fixed = [
        "--no-parallel",
        "--no-watch",
        "--no-color",
        "--no-dry-run",
        "--exit",
    ];
    args.extend(fixed.map(str::to_owned));
    args.push(format!("--timeout={}", ask.test_limit_ms));
    let slot = session::slot(ask, so_far);
    let followed = Followed {
        package: "mocha",
        args,
        index: so_far.len(),
        asks,
        slot: slot.as_deref(),
    };
    session::invocation(ask, &followed, &OWN, given)
}

/// What of the script's arguments the run keeps: the files and patterns only where all is asked.
fn of_script(args: &[String], whole: bool) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let name = arg.split('=').next().unwrap_or(arg);
        let dropped = DROPPED.iter().find(|(known, _)| *known == name);
        let valued = dropped.map_or(VALUED.contains(&name), |(_, valued)| *valued);
        let value = (valued && !arg.contains('='))
            .then(|| rest.next())
            .flatten();
        let is_spec = !arg.starts_with('-') || name == "--spec";
        if dropped.is_none() && (whole || !is_spec) && arg != "--" {
            kept.push(arg.clone());
            kept.extend(value.cloned());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_keeps_how_files_are_loaded_and_loses_what_hides_results() {
        let args =
            "-r ts-node/register --bail --retries 3 --reporter=dot -t 99 --recursive test/**/*.ts";
        let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
        let kept = ["-r", "ts-node/register", "--recursive"];
        assert_eq!(of_script(&args, false), kept);
        assert_eq!(
            of_script(&args, true),
            [&kept[..], &["test/**/*.ts"]].concat()
        );
    }
}
