//! Units, import roots, names and installs of typical repositories.

use super::project::Snapshot;
use redgreen_toolchain::python::Pytest;
use redgreen_toolchain::{Runner, Unit};

fn units(files: &[(&str, &str)]) -> Vec<Unit> {
    Pytest.detect(&Snapshot::of(files))
}

fn dirs(files: &[(&str, &str)]) -> Vec<String> {
    units(files).into_iter().map(|unit| unit.dir).collect()
}

const TEST: &str = "def test_a(): pass\n";

#[test]
fn what_pytest_puts_on_the_search_path_is_imported_from() {
    for (config, text) in [
        ("pytest.ini", "[pytest]\npythonpath = lib 'more'\n"),
        ("tox.ini", "[pytest]\npythonpath =\n    lib\n    more\n"),
        ("setup.cfg", "[tool:pytest]\npythonpath = lib more\n"),
        ("pytest.toml", "[pytest]\npythonpath = ['lib', 'more']\n"),
        (
            "pyproject.toml",
            "[tool.pytest]\npythonpath = ['./lib', 'more/']\n",
        ),
    ] {
        let files = [
            (config, text),
            ("lib/a.py", ""),
            ("more/b/c.py", ""),
            ("test_a.py", TEST),
        ];
        let unit = &units(&files)[0];
        assert_eq!(unit.import_roots, ["lib", "more", ""], "{config}");
        for name in ["a", "b"] {
            assert!(
                unit.own_names.contains(&name.to_owned()),
                "{config}: {name}"
            );
        }
    }
}

#[test]
fn a_project_with_tests_is_a_unit_and_one_without_is_none() {
    assert_eq!(
        dirs(&[
            ("pyproject.toml", "[project]\nname = 'a'\n"),
            ("tests/test_a.py", TEST)
        ]),
        [""]
    );
    assert_eq!(dirs(&[("test_a.py", TEST)]), [""], "no manifest at all");
    assert_eq!(dirs(&[("a/b/test_a.py", TEST)]), [""], "no manifest at all");
    assert_eq!(
        dirs(&[("pytest.ini", "[pytest]\n")]),
        [""],
        "configured, no test yet"
    );
    assert_eq!(dirs(&[("tox.ini", "[pytest]\n")]), [""]);
    assert_eq!(dirs(&[("setup.cfg", "[tool:pytest]\n")]), [""]);
    let depends = "[project]\nname = 'a'\n[project.optional-dependencies]\ntest = ['pytest>=8']\n";
    assert_eq!(dirs(&[("pyproject.toml", depends)]), [""]);
    let none: [&[(&str, &str)]; 4] = [
        &[("pyproject.toml", "[tool.black]\n"), ("a.py", "")],
        &[("Cargo.toml", ""), ("src/lib.rs", "")],
        &[("tox.ini", "[tox]\n")],
        &[("scripts/test_connection.py", "import sys\nprint(1)\n")],
    ];
    for files in none {
        assert!(units(files).is_empty(), "{files:?}");
    }
}

#[test]
fn the_nearest_manifest_owns_a_test() {
    let files: &[(&str, &str)] = &[
        ("pyproject.toml", "[tool.pytest.ini_options]\n"),
        ("tests/test_root.py", TEST),
        ("tests/pytest.ini", "[pytest]\n"),
        ("tests/requirements.txt", "pytest\n"),
        ("tests/data/pkg/setup.py", ""),
        ("tests/data/pkg/tests/test_inner.py", TEST),
        ("docs/requirements.txt", "sphinx\n"),
        ("services/a/requirements.txt", "flask\n"),
        ("services/a/tests/test_a.py", TEST),
        ("services/b/pyproject.toml", "[project]\nname = 'b'\n"),
        ("services/b/b/__init__.py", ""),
        ("app/requirements.txt", "boto3\n"),
        ("app/__init__.py", ""),
    ];
    let found = units(files);
    let dirs: Vec<&str> = found.iter().map(|unit| unit.dir.as_str()).collect();
    assert_eq!(dirs, ["", "services/a"]);
    assert_eq!(found[0].id.as_str(), ".:pytest");
    assert_eq!(found[1].id.as_str(), "services/a:pytest");
    assert_eq!(found[0].because[0], "pyproject.toml [tool.pytest]");
    assert!(
        found[0].own_names.contains(&"app".to_owned()),
        "{:?}",
        found[0]
    );
}

/// Import roots and own names of the only unit.
fn check_layout(files: &[(&str, &str)], roots: &[&str], names: &[&str]) {
    let found = units(files);
    assert_eq!(found.len(), 1, "{files:?}");
    assert_eq!(found[0].import_roots, roots, "{files:?}");
    assert_eq!(found[0].own_names, names, "{files:?}");
}

#[test]
fn a_flat_layout_owns_its_packages_and_modules() {
    let files = [
        ("setup.py", ""),
        ("calc/__init__.py", ""),
        ("calc/sub/x.py", ""),
        ("conftest.py", ""),
        ("docs/conf.py", ""),
        ("tests/__init__.py", ""),
        ("tool.py", ""),
        ("test_a.py", TEST),
    ];
    check_layout(&files, &[""], &["calc", "tool"]);
    let package = [
        ("src/__init__.py", ""),
        ("src/calc.py", ""),
        ("test_a.py", TEST),
    ];
    check_layout(&package, &[""], &["src"]);
}

#[test]
fn a_source_layout_is_imported_from_its_source() {
    let files = [
        ("pyproject.toml", ""),
        ("src/calc/__init__.py", ""),
        ("src/one.py", ""),
        ("src/space/inner/x.py", ""),
        ("test_a.py", TEST),
    ];
    check_layout(&files, &["src", ""], &["calc", "one", "space"]);
    let sub = [
        ("sub/pyproject.toml", ""),
        ("sub/src/calc/__init__.py", ""),
        ("sub/tests/test_a.py", TEST),
    ];
    check_layout(&sub, &["sub/src", "sub"], &["calc"]);
}

#[test]
fn the_build_configuration_names_the_source() {
    let manifests = [
        (
            "pyproject.toml",
            "[tool.setuptools.packages.find]\nwhere = ['lib']\n",
        ),
        (
            "pyproject.toml",
            "[tool.setuptools]\npackage-dir = {'' = 'lib'}\n",
        ),
        (
            "pyproject.toml",
            "[tool.poetry]\npackages = [{include = 'calc', from = 'lib'}]\n",
        ),
        (
            "pyproject.toml",
            "[tool.hatch.build.targets.wheel]\npackages = ['lib/calc']\n",
        ),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\npythonpath = 'lib'\n",
        ),
        ("setup.py", "setup(package_dir={'': 'lib'})"),
        ("setup.cfg", "[options]\npackage_dir =\n    = lib\n"),
        ("setup.cfg", "[options.packages.find]\nwhere = lib\n"),
    ];
    for manifest in manifests {
        let files = [manifest, ("lib/calc/__init__.py", ""), ("test_a.py", TEST)];
        check_layout(&files, &["lib", ""], &["calc"]);
    }
}

#[test]
fn a_project_imports_its_neighbours_from_the_tree_too() {
    let found = units(&[
        ("core/pyproject.toml", "[project]\nname = 'My.Core'\n"),
        ("core/src/core/__init__.py", ""),
        (
            "app/pyproject.toml",
            "[project]\nname = 'app'\ndependencies = ['my_core>=1', 'flask']\n",
        ),
        ("app/src/app/__init__.py", ""),
        ("app/tests/test_a.py", TEST),
    ]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].import_roots,
        ["app/src", "app", "core/src", "core"]
    );
    assert_eq!(found[0].own_names, ["app", "core"]);
}

fn install(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let mut found = units(files);
    let unit = found.remove(0);
    let commands = unit.install.iter().map(|argv| argv.join(" "));
    (unit.locks, commands.collect())
}

const PIP: &str = "$STORE/venv/bin/python -m pip install --disable-pip-version-check";

#[test]
fn dependencies_are_installed_and_the_project_is_not() {
    let (locks, commands) = install(&[
        (
            "pyproject.toml",
            "[project]\nname = 'calc'\ndependencies = ['flask>=2', 'attrs']\n[project.optional-dependencies]\ntest = ['pytest', 'calc[cli]']\ncli = ['click']\ndocs = ['sphinx']\n[dependency-groups]\ndev = ['hypothesis', {include-group = 'more'}]\nmore = ['mypy']\n",
        ),
        ("tests/test_a.py", TEST),
    ]);
    assert_eq!(locks, ["pyproject.toml"]);
    assert_eq!(
        commands,
        [
            "python3 -m venv $STORE/venv".to_owned(),
            format!("{PIP} flask>=2 attrs pytest click hypothesis mypy"),
            format!("{PIP} pytest"),
        ]
    );
}

#[test]
fn requirement_files_that_name_the_project_are_taken_line_by_line() {
    let (locks, commands) = install(&[
        ("requirements.txt", "flask==2 # web\n"),
        (
            "requirements-dev.txt",
            "-r requirements.txt\n-e .\npytest\n./local\n",
        ),
        ("requirements/docs.txt", "sphinx\n"),
        ("test_a.py", TEST),
    ]);
    assert_eq!(
        locks,
        [
            "requirements-dev.txt",
            "requirements.txt",
            "requirements/docs.txt"
        ]
    );
    assert_eq!(
        commands[1],
        format!("{PIP} pytest -r $TREE/requirements.txt")
    );
}

#[test]
fn lock_files_come_before_everything_else() {
    let (locks, commands) = install(&[
        ("pyproject.toml", "[project]\nname = 'calc'\n"),
        ("uv.lock", ""),
        ("test_a.py", TEST),
    ]);
    assert_eq!(locks, ["uv.lock", "pyproject.toml"]);
    assert!(
        commands[3].starts_with("$STORE/tool/bin/uv export --frozen"),
        "{commands:?}"
    );
    assert!(commands[3].contains("--no-emit-workspace"));
    let lock = r#"{"default": {"flask": {"version": "==2.0", "extras": ["async"], "markers": "os_name == 'posix'"}, "calc": {"path": ".", "editable": true}}, "develop": {"pytest": {"version": "==8"}}}"#;
    let (_, commands) = install(&[("Pipfile", ""), ("Pipfile.lock", lock), ("test_a.py", TEST)]);
    assert_eq!(
        commands[1],
        format!("{PIP} flask[async]==2.0; os_name == 'posix' pytest==8")
    );
    let poetry = "[tool.poetry]\nname = 'calc'\n[tool.poetry.dependencies]\npython = '^3.9'\nflask = '^2.1'\nsix = {version = '~1.2.3', extras = ['x']}\nzero = '^0.3.1'\nany = '*'\n";
    let (_, commands) = install(&[("pyproject.toml", poetry), ("test_a.py", TEST)]);
    assert_eq!(
        commands[1],
        format!("{PIP} any flask>=2.1,<3 six[x]>=1.2.3,<1.3 zero>=0.3.1,<0.4")
    );
}

#[test]
fn interpreters_of_the_checkout_come_first() {
    let unit = Unit {
        dir: "sub".to_owned(),
        install: vec![vec!["python3".to_owned()]],
        ..Unit::default()
    };
    let checkout = Snapshot::of(&[(".venv/pyvenv.cfg", ""), ("sub/venv/pyvenv.cfg", "")]);
    let probes = Pytest.probes(&unit, &checkout);
    let programs: Vec<&str> = probes.iter().map(|probe| probe.program.as_str()).collect();
    assert_eq!(
        programs,
        [
            "sub/venv/bin/python",
            ".venv/bin/python",
            "$STORE/venv/bin/python",
            "python3",
            "python"
        ]
    );
}

#[test]
fn a_probe_tells_versions_in_one_line() {
    let probes = Pytest.probes(&Unit::default(), &Snapshot::default());
    let output = std::process::Command::new(super::project::python())
        .args(&probes[0].args)
        .output()
        .expect("python runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && text.contains(", pytest "),
        "{text}"
    );
    assert_eq!(text.trim_end().lines().count(), 1);
}

#[test]
fn a_version_file_that_the_build_writes_has_a_stand_in() {
    let check = |tables: &str, owed: &[&str]| {
        let manifest = format!("[project]\nname = 'a'\n{tables}");
        let files = [
            ("pyproject.toml", manifest.as_str()),
            ("src/a/__init__.py", ""),
            ("src/a/held.py", ""),
            ("tests/test_a.py", TEST),
        ];
        let units = units(&files);
        let made = units[0].generated.iter();
        let made: Vec<&str> = made.map(|(path, _)| path.as_str()).collect();
        assert_eq!(made, owed, "{tables}");
    };
    check(
        "[tool.hatch]\nbuild.hooks.vcs.version-file = 'src/a/_version.py'\n",
        &["src/a/_version.py"],
    );
    check(
        "[tool.setuptools_scm]\nwrite_to = './src/a/_v.py'\nversion_file = 'src/a/_v.py'\n",
        &["src/a/_v.py"],
    );
    check("[tool.setuptools_scm]\nwrite_to = 'src/a/held.py'\n", &[]);
    check(
        "[tool.setuptools_scm]\nwrite_to = '../../.bashrc.py'\n",
        &[],
    );
    check("[tool.setuptools_scm]\nwrite_to = '/etc/x.py'\n", &[]);
    check("[tool.setuptools_scm]\nwrite_to = 'src/a/VERSION'\n", &[]);
}

#[test]
fn only_checks_that_the_project_names_are_listed() {
    let checks = |files: &[(&str, &str)]| -> Vec<String> {
        let mut all = vec![("test_a.py", TEST)];
        all.extend(files);
        let tree = Snapshot::of(&all);
        let unit = Pytest.detect(&tree).remove(0);
        let found = Pytest.checks(&unit, &tree).into_iter();
        let told = found.map(|check| format!("{} ({})", check.argv.join(" "), check.because));
        told.collect()
    };
    assert_eq!(
        checks(&[("pyproject.toml", "[project]\nname = 'a'\n")]),
        [""; 0]
    );
    let project = "[project]\nname = 'a'\n[dependency-groups]\ndev = ['flake8', 'pytest-cov']\n\
                   [tool.ruff.format]\n[tool.mypy]\nfiles = ['src']\n";
    assert_eq!(
        checks(&[
            ("pyproject.toml", project),
            (".pre-commit-config.yaml", "  - id: black\n")
        ]),
        [
            "ruff check --no-fix --output-format json . (pyproject.toml [tool.ruff])",
            "flake8 . (dependency flake8 of pyproject.toml)",
            "black --check --quiet . (.pre-commit-config.yaml black)",
            "ruff format --check . (pyproject.toml [tool.ruff.format])",
            "mypy --output json (pyproject.toml [tool.mypy])",
            "coverage run --branch -m pytest (dependency pytest-cov of pyproject.toml)",
        ]
    );
    let others = [
        (".pylintrc", ""),
        ("mypy.ini", "[mypy]\nstrict = true\n"),
        ("pyrightconfig.json", "{}"),
        ("setup.cfg", "[flake8]\n"),
        (".coveragerc", ""),
    ];
    let found = checks(&others);
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(
        found.contains(&"mypy --output json . (mypy.ini)".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"flake8 . (setup.cfg [flake8])".to_owned()),
        "{found:?}"
    );
}
