//! Splits pyproject.toml by key: what tells the runner how to run is runner configuration, the
//! rest is the manifest.

use redgreen_core::surface::Surface;
use std::collections::BTreeSet;
use toml::Table;

/// Tables below `tool` that tell the runner which tests to run and how.
const RUNNER_TABLES: [&str; 4] = ["pytest", "coverage", "tox", "nox"];

/// The surfaces on which two versions of a pyproject.toml differ.
pub(super) fn surfaces(base: &str, head: &str) -> BTreeSet<Surface> {
    let (Ok(base), Ok(head)) = (base.parse::<Table>(), head.parse::<Table>()) else {
        return [Surface::Manifest, Surface::RunnerConfig].into();
    };
    let mut differing = BTreeSet::new();
    if runner_tables(&base) != runner_tables(&head) {
        differing.insert(Surface::RunnerConfig);
    }
    if without_runner_tables(&base) != without_runner_tables(&head) || differing.is_empty() {
        differing.insert(Surface::Manifest);
    }
    differing
}

/// `manifest` with the runner tables of `runner`; nothing where one of them does not parse.
pub(super) fn graft(manifest: &str, runner: &str) -> Option<String> {
    let (manifest, runner) = (
        manifest.parse::<Table>().ok()?,
        runner.parse::<Table>().ok()?,
    );
    let mut whole = without_runner_tables(&manifest);
    let tables = runner_tables(&runner);
    if !tables.is_empty() {
        let tool = whole.entry("tool").or_insert_with(|| Table::new().into());
        tool.as_table_mut()?.extend(tables);
    }
    toml::to_string(&whole).ok()
}

fn runner_tables(whole: &Table) -> Table {
    let tool = whole.get("tool").and_then(|tool| tool.as_table());
    let of = |name: &&str| Some(((*name).to_owned(), tool?.get(*name)?.clone()));
    RUNNER_TABLES.iter().filter_map(of).collect()
}

fn without_runner_tables(whole: &Table) -> Table {
    let mut rest = whole.clone();
    if let Some(tool) = rest.get_mut("tool").and_then(|tool| tool.as_table_mut()) {
        for name in RUNNER_TABLES {
            tool.remove(name);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "[project]\nname = 'x'\n[tool.pytest.ini_options]\naddopts = '-q'\n";

    #[test]
    fn a_change_of_the_runners_table_is_runner_configuration() {
        let head = BASE.replace("-q", "--deselect t.py::a");
        assert_eq!(surfaces(BASE, &head), [Surface::RunnerConfig].into());
        assert_eq!(
            surfaces(BASE, &BASE.replace('x', "y")),
            [Surface::Manifest].into()
        );
    }

    #[test]
    fn a_graft_keeps_the_manifest_and_takes_the_runners_tables() {
        let head = "[project]\nname = 'y'\n[tool.pytest.ini_options]\naddopts = '-k no'\n";
        let whole = graft(head, BASE)
            .expect("both parse")
            .parse::<Table>()
            .expect("parses");
        let wanted = BASE.replace('x', "y").parse::<Table>().expect("parses");
        assert_eq!(whole, wanted);
    }
}
