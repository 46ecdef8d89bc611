//! Makes the commands that run `dotnet test`: one a project, and one a test that runs alone.

use super::detect::PROJECTS;
use crate::{Ask, Invocation, RawOutput, Role};
use redgreen_core::evidence::{Order, Selection};

/// The projects of the unit, from the root of the tree.
pub(super) fn projects<'a>(ask: &'a Ask<'_>) -> Vec<&'a str> {
    let listed = ask.unit.marks.get(PROJECTS);
    listed.into_iter().flat_map(|list| list.lines()).collect()
}

/// Project and filter of every command.
pub(super) fn owed<'a>(ask: &'a Ask<'_>) -> Vec<(&'a str, Option<String>)> {
    let filters: Vec<Option<String>> = match (ask.tests, ask.order) {
        // A file is no filter of the runner: its whole unit runs.
        (Selection::Whole | Selection::Files(_), _) => vec![None],
        (Selection::Tests(ids), _) if ids.is_empty() => Vec::new(),
        (Selection::Tests(ids), Order::Alone) => ids
            .iter()
            .map(|id| Some(filter(std::slice::from_ref(id))))
            .collect(),
        (Selection::Tests(ids), Order::AsWritten | Order::Shuffled(_)) => vec![Some(filter(ids))],
    };
    let pairs = filters.iter().flat_map(|filter| {
        projects(ask)
            .into_iter()
            .map(move |project| (project, filter.clone()))
    });
    pairs.collect()
}

/// Methods by their full names; the cases of a method run together.
fn filter(ids: &[String]) -> String {
    let mut methods: Vec<&str> = ids.iter().map(|id| method(id)).collect();
    methods.sort_unstable();
    methods.dedup();
    let terms = methods
        .iter()
        .map(|name| format!("FullyQualifiedName={name}"));
    terms.collect::<Vec<_>>().join("|")
}

/// `N.C.M` of `N.C.M(a: 1)`.
pub(super) fn method(id: &str) -> &str {
    id.split('(').next().unwrap_or(id).trim_end()
}

/// The report of the command at `index`, inside the scratch directory.
pub(super) fn report_file(index: usize) -> String {
    format!("redgreen-{index}.trx")
}

/// The next command of a run.
pub(super) fn next(ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
    let index = so_far.len();
    let owed = owed(ask);
    let (project, filter) = owed.get(index)?;
    let text = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
    let mut argv = vec![
        ask.tool.program.clone(),
        "test".to_owned(),
        text(ask.tree.join(project)),
        "--nologo".to_owned(),
        "--artifacts-path".to_owned(),
        text(ask.cache.join("artifacts")),
        "--logger".to_owned(),
        format!("trx;LogFileName={}", report_file(index)),
        "--results-directory".to_owned(),
        text(ask.scratch.to_owned()),
    ];
    argv.extend(
        filter
            .iter()
            .flat_map(|filter| ["--filter".to_owned(), filter.clone()]),
    );
    let env = [
        ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
        ("DOTNET_NOLOGO", "1"),
        ("DOTNET_CLI_UI_LANGUAGE", "en"),
        ("MSBUILDDISABLENODEREUSE", "1"),
    ];
    Some(Invocation {
        role: Role::Run,
        argv,
        dir: ask.dir(),
        env: env
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        writes: Vec::new(),
        plants: Vec::new(),
        reads: vec![report_file(index)],
    })
}
