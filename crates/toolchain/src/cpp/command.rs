//! Makes the commands: CMake configures and builds, CTest runs a test file of our own.

use super::listing::Listed;
use super::model::Framework;
use super::scripts;
use super::session::{Form, Session};
use super::test_file::test_file;
use crate::ask::{Ask, Invocation, Role};
use serde_json::Value;

/// The file that the model is written to.
pub(super) const PROGRAMS: &str = "model.json";
/// The file that a program's tests are listed in.
pub(super) const LISTED: &str = "listed.json";
/// The directory, in scratch, of a plain run.
pub(super) const RUN: &str = "run";

/// How tests are run: where, how long each, with what around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// A directory of its own in scratch.
    pub(super) dir: String,
    /// The limit of one test in seconds of wall time.
    pub(super) seconds: u64,
    /// Programs that end well, and badly.
    pub(super) canaries: [Vec<String>; 2],
    /// A variable that names a file of each test's own, in the same directory.
    pub(super) file_in: Option<&'static str>,
}

impl Manner {
    /// That of a plain run.
    pub(super) fn plain(ask: &Ask<'_>) -> Self {
        let cmake = |word: &str| vec![ask.tool.program.clone(), "-E".to_owned(), word.to_owned()];
        Self {
            dir: RUN.to_owned(),
            seconds: seconds(ask),
            canaries: [cmake("true"), cmake("false")],
            file_in: None,
        }
    }

    /// CTest's own report.
    pub(super) fn junit(&self) -> String {
        junit_file(&self.dir)
    }

    /// The file that the variable of the test at `index` names.
    pub(super) fn file(&self, index: usize) -> String {
        format!("{}/{index}.seen", self.dir)
    }
}

/// CTest's own report of the tests that ran in `dir`.
pub(super) fn junit_file(dir: &str) -> String {
    format!("{dir}/junit.xml")
}

fn invocation(ask: &Ask<'_>, role: Role, argv: Vec<String>) -> Invocation {
    // Programs that speak another way where a variable says so.
    let env = [
        ("CLICOLOR_FORCE", "0"),
        ("GCC_COLORS", ""),
        ("CTEST_OUTPUT_ON_FAILURE", "0"),
        ("CTEST_PARALLEL_LEVEL", "1"),
        ("CCACHE_DISABLE", "1"),
    ];
    Invocation {
        role,
        argv,
        dir: ask.dir(),
        env: env
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        writes: Vec::new(),
        plants: Vec::new(),
        reads: Vec::new(),
    }
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A CMake script of ours, run on the build directory.
fn script(session: &Session<'_>, name: &str, text: &str) -> Invocation {
    let ask = session.ask;
    let path = |inside: &str| ask.scratch.join(inside).display().to_string();
    let file = format!("{name}.cmake");
    let argv = vec![
        ask.tool.program.clone(),
        format!("-DBUILD={}", session.build.display()),
        format!("-DSOURCE={}", ask.dir().display()),
        format!("-DOUT={}", path(PROGRAMS)),
        "-P".to_owned(),
        path(&file),
    ];
    let mut made = invocation(ask, Role::Build, argv);
    made.writes.push((
        file,
        format!("cmake_minimum_required(VERSION 3.20)\n{text}"),
    ));
    made
}

pub(super) fn look(session: &Session<'_>) -> Invocation {
    script(session, "look", scripts::LOOK)
}

pub(super) fn purge(session: &Session<'_>) -> Invocation {
    script(session, "purge", scripts::PURGE)
}

pub(super) fn model(session: &Session<'_>) -> Invocation {
    let mut made = script(session, "model", scripts::MODEL);
    made.reads.push(PROGRAMS.to_owned());
    made
}

/// Configures a debug build with tests in it. `options` switch the project's tests on.
pub(super) fn configure(session: &Session<'_>, options: &str) -> Invocation {
    let ask = session.ask;
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend([
        "-S".to_owned(),
        ask.dir().display().to_string(),
        "-B".to_owned(),
        session.build.display().to_string(),
        "-G".to_owned(),
        session.machine.generator.clone(),
    ]);
    argv.extend(words(&[
        "-DCMAKE_BUILD_TYPE=Debug",
        "-DBUILD_TESTING=ON",
        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
        "-DCMAKE_COLOR_DIAGNOSTICS=OFF",
        "--no-warn-unused-cli",
        "-Wno-dev",
    ]));
    let named = options.split(';').filter(|option| !option.is_empty());
    argv.extend(named.map(|option| format!("-D{option}=ON")));
    invocation(ask, Role::Build, argv)
}

/// Builds everything that can be built, whatever else cannot.
pub(super) fn build(session: &Session<'_>) -> Invocation {
    let ask = session.ask;
    let dir = session.build.display().to_string();
    let mut argv = vec![ask.tool.program.clone()];
    argv.extend(words(&["--build", &dir, "--config", "Debug"]));
    let machine = &session.machine;
    argv.extend(words(&["--parallel", &machine.cores, "--"]));
    if machine.generator.starts_with("Ninja") {
        argv.extend(words(&["-k", "0"]));
    } else {
        // Grouped by target, so that errors can be told apart.
        argv.extend(words(&["-k", "-Otarget"]));
    }
    invocation(ask, Role::Build, argv)
}

/// CTest, from where CMake is.
fn ctest(ask: &Ask<'_>) -> String {
    let program = &ask.tool.program;
    match program.rsplit_once('/') {
        Some((dir, _)) => format!("{dir}/ctest"),
        None => "ctest".to_owned(),
    }
}

pub(super) fn tests(session: &Session<'_>) -> Invocation {
    let dir = session.build.display().to_string();
    let mut argv = vec![ctest(session.ask)];
    argv.extend(words(&[
        "--test-dir",
        &dir,
        "-C",
        "Debug",
        "--show-only=json-v1",
    ]));
    invocation(session.ask, Role::Build, argv)
}

/// Asks a program for its tests, where CTest would start it.
pub(super) fn list(session: &Session<'_>, program: &str, form: Form) -> Invocation {
    let ask = session.ask;
    let listed = ask.scratch.join(LISTED).display().to_string();
    let args = match (session.framework_of(program), form) {
        (Framework::Google, _) => vec![
            "--gtest_list_tests".to_owned(),
            format!("--gtest_output=json:{listed}"),
        ],
        (Framework::Doctest, _) => words(&["--list-test-cases", "-r=xml", "--no-skip=1"]),
        (Framework::Catch | Framework::Plain, Form::First) => {
            words(&["--list-test-names-only", "-v", "high"])
        }
        (Framework::Catch | Framework::Plain, Form::Second) => {
            words(&["--list-tests", "--reporter", "xml"])
        }
    };
    let mut argv = vec![program.to_owned()];
    argv.extend(args);
    let mut made = invocation(ask, Role::Build, argv);
    let starts = |test: &&Listed| test.command.first().is_some_and(|first| first == program);
    if let Some(test) = session.tests.iter().find(starts) {
        for pair in test.strings("ENVIRONMENT") {
            made.env.extend(
                pair.split_once('=')
                    .map(|(k, v)| (k.to_owned(), v.to_owned())),
            );
        }
        if let Some(Value::String(dir)) = test.properties.get("WORKING_DIRECTORY") {
            made.dir = dir.into();
        }
    }
    // An empty one first, so that no program can leave another's list behind.
    made.writes.push((LISTED.to_owned(), String::new()));
    made.reads.push(LISTED.to_owned());
    made
}

/// The file that the test at `index` reports to, in the run of `dir`.
pub(super) fn report_file(dir: &str, index: usize) -> String {
    format!("{dir}/{index}.report")
}

/// Runs `entries` in their order, one process each.
pub(super) fn run(session: &Session<'_>, entries: &[usize], manner: &Manner) -> Invocation {
    let ask = session.ask;
    let path = |inside: &str| ask.scratch.join(inside).display().to_string();
    let limit = manner.seconds.to_string();
    let (dir, junit) = (path(&manner.dir), path(&manner.junit()));
    let mut argv = vec![ctest(ask)];
    argv.extend(words(&[
        "--test-dir",
        &dir,
        "--output-junit",
        &junit,
        "--timeout",
        &limit,
    ]));
    argv.extend(words(&[
        "-j",
        "1",
        "--no-tests=error",
        "--repeat",
        "until-fail:1",
    ]));
    argv.extend(words(&["--test-output-size-passed", "1000000"]));
    argv.extend(words(&["--test-output-size-failed", "1000000"]));
    let mut made = invocation(ask, Role::Run, argv);
    let text = test_file(session, entries, manner);
    made.writes
        .push((format!("{}/CTestTestfile.cmake", manner.dir), text));
    made.reads.push(manner.junit());
    made.reads
        .extend(entries.iter().map(|index| report_file(&manner.dir, *index)));
    if manner.file_in.is_some() {
        made.reads
            .extend(entries.iter().map(|index| manner.file(*index)));
    }
    made
}

/// The limit of one test in whole seconds, at least one.
pub(super) fn seconds(ask: &Ask<'_>) -> u64 {
    ask.test_limit_ms.div_ceil(1000).max(1)
}
