//! Makes the commands that run RSpec.

use crate::scripted::lines::Session;
use crate::scripted::{Part, canary, file_of, inside, report_file};
use crate::{Ask, Invocation, Probe, RawOutput, Role, Unit};
use redgreen_core::evidence::{Order, Selection};
use serde_json::json;

/// The launcher with what it loads.
const LAUNCHER: [(&str, &str); 3] = [
    ("rg_rspec.rb", include_str!("rg_rspec.rb")),
    ("rg_facts.rb", include_str!("rg_facts.rb")),
    ("rg_titles.rb", include_str!("rg_titles.rb")),
];

/// Prints the version of Ruby, and that of RSpec where it is installed outside a bundle.
const FINGERPRINT: &str = "puts \"ruby #{RUBY_VERSION}p#{RUBY_PATCHLEVEL} #{RUBY_PLATFORM}\"; \
     %w[rspec-core bundler].each { |name| spec = Gem::Specification.find_all_by_name(name).first; \
     puts \"#{name} #{spec.version}\" if spec }";

/// The mark of a unit that names its lock file's Gemfile, from the repository's root.
pub(super) const GEMFILE: &str = "gemfile";

/// Programs that may serve the unit.
pub(super) fn probes(unit: &Unit) -> Vec<Probe> {
    vec![Probe {
        program: "ruby".to_owned(),
        args: vec!["-e".to_owned(), FINGERPRINT.to_owned()],
        remedy: remedy(unit),
    }]
}

/// What a person types to get RSpec.
pub(super) fn remedy(unit: &Unit) -> String {
    if unit.marks.contains_key(GEMFILE) {
        "bundle install".to_owned()
    } else {
        "gem install rspec".to_owned()
    }
}

/// The commands of a run, as far as `so_far` tells: the test that must fail has a run of its own
/// behind one that came to its tests.
pub(super) fn parts(ask: &Ask<'_>, so_far: &[RawOutput]) -> Vec<Part> {
    let wanted = match (ask.tests, ask.order) {
        (Selection::Tests(ids), Order::Alone) => ids.len(),
        (Selection::Tests(names) | Selection::Files(names), _) => usize::from(!names.is_empty()),
        (Selection::Whole, _) => 1,
    };
    let mut parts: Vec<Part> = (0..wanted).map(Part::Tests).collect();
    let collected = || {
        let report = so_far
            .first()
            .and_then(|first| first.files.get(&report_file(0)));
        let session = report.map(|report| Session::read(report, ask.nonce));
        session.is_some_and(|session| session.end.is_some() && session.tests.is_some())
    };
    if ask.order == Order::AsWritten && wanted > 0 && collected() {
        parts.push(Part::MustFail);
    }
    parts
}

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let parts = parts(ask, so_far);
    let part = parts.get(index)?;
    let question = format!("ask-{index}.json");
    let launcher = LAUNCHER.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut writes = launcher.to_vec();
    writes.push((question.clone(), body(ask, part, index)));
    writes.push(("no-options".to_owned(), String::new()));
    writes.push(("no_examples.rb".to_owned(), String::new()));
    let scratch = |name: &str| ask.scratch.join(name).to_string_lossy().into_owned();
    let gemfile = ask.unit.marks.get(GEMFILE);
    let gemfile = gemfile.map(|path| ask.tree.join(path).to_string_lossy().into_owned());
    Some(Invocation {
        role: Role::Run,
        argv: vec![
            ask.tool.program.clone(),
            scratch("rg_rspec.rb"),
            scratch(&question),
            gemfile.unwrap_or_else(|| "-".to_owned()),
        ],
        dir: ask.dir(),
        env: environment(),
        writes,
        plants: Vec::new(),
        reads: vec![report_file(index)],
    })
}

/// No options from outside the project, and no second try of a test.
fn environment() -> Vec<(String, String)> {
    [
        ("SPEC_OPTS", ""),
        ("RSPEC_RETRY_RETRY_COUNT", "1"),
        ("DISABLE_SPRING", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The question as the launcher reads it.
fn body(ask: &Ask<'_>, part: &Part, index: usize) -> String {
    let ids: Option<&[String]> = match (ask.tests, ask.order, part) {
        (Selection::Tests(ids), Order::Alone, Part::Tests(at)) => ids.get(*at..=*at),
        (Selection::Tests(ids), _, _) => Some(ids),
        (Selection::Whole | Selection::Files(_), _, _) => None,
    };
    let files: Vec<String> = match ask.tests {
        Selection::Files(files) => inside(ask.unit, files.iter().map(String::as_str)),
        Selection::Tests(_) => inside(
            ask.unit,
            ids.unwrap_or_default().iter().map(|id| file_of(id)),
        ),
        Selection::Whole => Vec::new(),
    };
    let shuffle = match ask.order {
        Order::Shuffled(seed) => Some(seed),
        Order::AsWritten | Order::Alone => None,
    };
    let scratch = |name: &str| ask.scratch.join(name).to_string_lossy().into_owned();
    json!({
        "nonce": ask.nonce,
        "tree": ask.tree.to_string_lossy(),
        "report": scratch(&report_file(index)),
        "options": scratch("no-options"),
        "nothing": scratch("no_examples.rb"),
        "whole": *ask.tests == Selection::Whole,
        "files": files,
        "tests": ids,
        "shuffle": shuffle,
        "limit_ms": ask.test_limit_ms,
        "own": ask.unit.own_names,
        "canary": canary(ask),
        "fails": *part == Part::MustFail,
    })
    .to_string()
}
