//! Splits pyproject.toml and Cargo.toml by key.

use super::Manifest;
use redgreen_core::surface::Surface;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// Tables below `tool` that tell the runner which tests to run and how.
const RUNNER_TABLES: [&str; 4] = ["pytest", "coverage", "tox", "nox"];

/// Keys of a target in Cargo.toml that take it out of a run, or its tests out of it.
const CARGO_FLAGS: [&str; 3] = ["test", "harness", "required-features"];

/// A manifest that holds runner configuration too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// Tables below `tool` are the runner's.
    Pyproject,
    /// Test targets, profiles and the flags of other targets are the runner's.
    Cargo,
}

impl Tables {
    fn runner_tables(self, whole: &Table) -> Table {
        match self {
            Self::Pyproject => runner_tables(whole),
            Self::Cargo => cargo_runner_tables(whole),
        }
    }

    fn without_runner_tables(self, whole: &Table) -> Table {
        match self {
            Self::Pyproject => without_runner_tables(whole),
            Self::Cargo => without_cargo_runner_tables(whole),
        }
    }
}

impl Manifest for Tables {
    fn owns(&self, path: &str) -> bool {
        let name = match self {
            Self::Pyproject => "pyproject.toml",
            Self::Cargo => "Cargo.toml",
        };
        path.rsplit('/').next() == Some(name)
    }

    fn surfaces(&self, base: &str, head: &str) -> BTreeSet<Surface> {
        surfaces(*self, base, head)
    }

    fn graft(&self, manifest: &str, runner: &str, gone: &dyn Fn(&str) -> bool) -> Option<String> {
        graft(*self, manifest, runner, gone)
    }
}

fn surfaces(mixed: Tables, base: &str, head: &str) -> BTreeSet<Surface> {
    let (Ok(base), Ok(head)) = (base.parse::<Table>(), head.parse::<Table>()) else {
        return [Surface::Manifest, Surface::RunnerConfig].into();
    };
    let mut differing = BTreeSet::new();
    if mixed.runner_tables(&base) != mixed.runner_tables(&head) {
        differing.insert(Surface::RunnerConfig);
    }
    if mixed == Tables::Cargo && is_narrowed(&base, &head) {
        differing.insert(Surface::RunnerConfig);
    }
    let rest = |whole| mixed.without_runner_tables(whole);
    if rest(&base) != rest(&head) || differing.is_empty() {
        differing.insert(Surface::Manifest);
    }
    differing
}

/// `manifest` with the runner tables of `runner`; nothing where one of them does not parse. A
/// workspace keeps the members of both, but for directories that are `gone` from the tree.
fn graft(
    mixed: Tables,
    manifest: &str,
    runner: &str,
    gone: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let (manifest, runner) = (
        manifest.parse::<Table>().ok()?,
        runner.parse::<Table>().ok()?,
    );
    // A crate that is gone from the tree is not made again by its test targets.
    let is_crate = manifest.contains_key("package") || manifest.contains_key("workspace");
    if mixed == Tables::Cargo && !is_crate {
        return None;
    }
    let mut whole = mixed.without_runner_tables(&manifest);
    let tables = mixed.runner_tables(&runner);
    match mixed {
        Tables::Pyproject if tables.is_empty() => {}
        Tables::Pyproject => {
            let tool = whole.entry("tool").or_insert_with(|| Table::new().into());
            tool.as_table_mut()?.extend(tables);
        }
        Tables::Cargo => {
            put_cargo_tables(&mut whole, tables);
            keep_members(&mut whole, &runner, gone);
        }
    }
    toml::to_string(&whole).ok()
}

/// `[[test]]`, `[profile]`, `autotests`, and of `[lib]` and `[[bin]]` the flags alone.
fn cargo_runner_tables(whole: &Table) -> Table {
    let mut tables = Table::new();
    for name in ["test", "profile"] {
        tables.extend(
            whole
                .get(name)
                .map(|table| (name.to_owned(), table.clone())),
        );
    }
    let package = whole.get("package").and_then(Value::as_table);
    let found = package.and_then(|package| package.get("autotests"));
    tables.extend(found.map(|value| ("autotests".to_owned(), value.clone())));
    let flags = |table: &Table| -> Table {
        let of = |key: &&str| Some(((*key).to_owned(), table.get(*key)?.clone()));
        CARGO_FLAGS.iter().filter_map(of).collect()
    };
    let lib = whole.get("lib").and_then(Value::as_table).map(flags);
    let lib = lib.filter(|flags| !flags.is_empty());
    tables.extend(lib.map(|flags| ("lib".to_owned(), flags.into())));
    let bins: Table = named(whole, "bin")
        .map(|(name, bin)| (name.to_owned(), flags(bin)))
        .filter(|(_, flags)| !flags.is_empty())
        .map(|(name, flags)| (name, flags.into()))
        .collect();
    if !bins.is_empty() {
        tables.insert("bin".to_owned(), bins.into());
    }
    tables
}

/// The tables of the list `[[kind]]` by their names.
fn named<'t>(whole: &'t Table, kind: &str) -> impl Iterator<Item = (&'t str, &'t Table)> {
    let list = whole.get(kind).and_then(Value::as_array);
    let tables = list.into_iter().flatten().filter_map(Value::as_table);
    tables.filter_map(|table| Some((table.get("name")?.as_str()?, table)))
}

fn without_cargo_runner_tables(whole: &Table) -> Table {
    let mut rest = whole.clone();
    rest.remove("test");
    rest.remove("profile");
    if let Some(package) = rest.get_mut("package").and_then(Value::as_table_mut) {
        package.remove("autotests");
    }
    if let Some(lib) = rest.get_mut("lib").and_then(Value::as_table_mut) {
        CARGO_FLAGS.iter().for_each(|flag| drop(lib.remove(*flag)));
        if lib.is_empty() {
            rest.remove("lib");
        }
    }
    let bins = rest.get_mut("bin").and_then(Value::as_array_mut);
    for bin in bins.into_iter().flatten().filter_map(Value::as_table_mut) {
        CARGO_FLAGS.iter().for_each(|flag| drop(bin.remove(*flag)));
    }
    rest
}

/// The strings of a list in `[workspace]`.
fn listed<'t>(whole: &'t Table, key: &str) -> impl Iterator<Item = &'t str> {
    let list = whole.get("workspace").and_then(|table| table.get(key));
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str)
}

/// Whether head's workspace leaves out what base's holds.
fn is_narrowed(base: &Table, head: &Table) -> bool {
    let has = |whole, key, wanted: &str| listed(whole, key).any(|entry| entry == wanted);
    listed(base, "members").any(|member| !has(head, "members", member))
        || listed(head, "exclude").any(|excluded| !has(base, "exclude", excluded))
}

/// Puts the members of `runner` beside those of `whole`, and excludes what `runner` does.
fn keep_members(whole: &mut Table, runner: &Table, gone: &dyn Fn(&str) -> bool) {
    if !is_narrowed(runner, whole) {
        return;
    }
    let head: Vec<&str> = listed(whole, "members").collect();
    let left_out = |member: &&str| !gone(member) && !head.contains(member);
    let both = head
        .iter()
        .copied()
        .chain(listed(runner, "members").filter(left_out));
    let members: Vec<Value> = both.map(Value::from).collect();
    let excluded: Vec<Value> = listed(runner, "exclude").map(Value::from).collect();
    if let Some(workspace) = whole.get_mut("workspace").and_then(Value::as_table_mut) {
        workspace.insert("members".to_owned(), members.into());
        workspace.insert("exclude".to_owned(), excluded.into());
    }
}

/// Lays what `cargo_runner_tables` found over a manifest without any of it.
fn put_cargo_tables(whole: &mut Table, mut tables: Table) {
    if let Some(autotests) = tables.remove("autotests")
        && let Some(package) = whole.get_mut("package").and_then(Value::as_table_mut)
    {
        package.insert("autotests".to_owned(), autotests);
    }
    if let Some(Value::Table(flags)) = tables.remove("lib") {
        let lib = whole.entry("lib").or_insert_with(|| Table::new().into());
        if let Some(lib) = lib.as_table_mut() {
            lib.extend(flags);
        }
    }
    if let Some(Value::Table(mut by_name)) = tables.remove("bin") {
        let bins = whole.get_mut("bin").and_then(Value::as_array_mut);
        for bin in bins.into_iter().flatten().filter_map(Value::as_table_mut) {
            let name = bin.get("name").and_then(Value::as_str);
            if let Some(Value::Table(flags)) = name.and_then(|name| by_name.remove(name)) {
                bin.extend(flags);
            }
        }
    }
    whole.extend(tables);
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
        assert_eq!(
            surfaces(Tables::Pyproject, BASE, &head),
            [Surface::RunnerConfig].into()
        );
        assert_eq!(
            surfaces(Tables::Pyproject, BASE, &BASE.replace('x', "y")),
            [Surface::Manifest].into()
        );
    }

    #[test]
    fn a_graft_keeps_the_manifest_and_takes_the_runners_tables() {
        let head = "[project]\nname = 'y'\n[tool.pytest.ini_options]\naddopts = '-k no'\n";
        let whole = graft(Tables::Pyproject, head, BASE, &|_| false)
            .expect("both parse")
            .parse::<Table>()
            .expect("parses");
        let wanted = BASE.replace('x', "y").parse::<Table>().expect("parses");
        assert_eq!(whole, wanted);
    }

    const CRATE: &str = "[package]\nname = 'x'\n\n[[bin]]\nname = 'x'\npath = 'a.rs'\n";

    #[test]
    fn a_manifest_that_is_not_there_is_an_empty_one() {
        let settings = "[tool.pytest.ini_options]\npython_files = [\"a_*.py\"]\n";
        let nowhere = |_: &str| false;
        let without = graft(Tables::Pyproject, settings, "", &nowhere).unwrap();
        assert!(!without.contains("python_files"), "{without}");
        let with = graft(Tables::Pyproject, "", settings, &nowhere).unwrap();
        assert!(with.contains("python_files"), "{with}");
        let test = "[[test]]\nname = \"a\"\n";
        assert_eq!(graft(Tables::Cargo, "", test, &nowhere), None);
    }

    #[test]
    fn a_key_that_keeps_tests_from_running_is_runner_configuration() {
        for more in [
            "[lib]\ntest = false\n",
            "[lib]\nharness = false\n",
            "[[test]]\nname = 'it'\nharness = false\n",
            "[profile.test]\nopt-level = 3\n",
            "test = false\n",
        ] {
            let head = format!("{CRATE}{more}");
            let found = surfaces(Tables::Cargo, CRATE, &head);
            assert_eq!(found, [Surface::RunnerConfig].into(), "{more}");
            let old = graft(Tables::Cargo, &head, CRATE, &|_| false).expect("both parse");
            let read = |text: &str| text.parse::<Table>().expect("parses");
            assert_eq!(read(&old), read(CRATE), "{more}");
            let red = graft(Tables::Cargo, CRATE, &head, &|_| false).expect("both parse");
            assert_eq!(read(&red), read(&head), "{more}");
        }
        let head = CRATE.replace("name = 'x'\n\n", "name = 'x'\nautotests = false\n\n");
        let found = surfaces(Tables::Cargo, CRATE, &head);
        assert_eq!(found, [Surface::RunnerConfig].into());
        let old = graft(Tables::Cargo, &head, CRATE, &|_| false).expect("both parse");
        assert!(!old.contains("autotests"));
    }

    #[test]
    fn a_dependency_of_a_crate_stays_in_the_manifest() {
        let head = format!("{CRATE}[dependencies]\nserde = '1'\n[lib]\npath = 'l.rs'\n");
        let found = surfaces(Tables::Cargo, CRATE, &head);
        assert_eq!(found, [Surface::Manifest].into());
    }

    #[test]
    fn a_workspace_that_leaves_a_member_out_keeps_it_in_the_old_promises() {
        let base = "[workspace]\nmembers = ['a', 'b', 'c']\n";
        let more = base.replace("'c'", "'c', 'd'");
        assert_eq!(
            surfaces(Tables::Cargo, base, &more),
            [Surface::Manifest].into()
        );
        for head in [
            "[workspace]\nmembers = ['a', 'd']\n",
            "[workspace]\nmembers = ['a', 'b', 'c', 'd']\nexclude = ['b']\n",
        ] {
            let found = surfaces(Tables::Cargo, base, head);
            assert!(found.contains(&Surface::RunnerConfig), "{head}");
            let old = graft(Tables::Cargo, head, base, &|dir| dir == "c").expect("both parse");
            let old = old.parse::<Table>().expect("parses");
            let members: Vec<&str> = listed(&old, "members").filter(|m| *m != "c").collect();
            let mut sorted = members.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, ["a", "b", "d"], "{head}");
            assert_eq!(listed(&old, "exclude").count(), 0);
        }
    }
}
