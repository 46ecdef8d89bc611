//! Tests of the imports, on small trees.

use super::*;
use crate::Files;

struct Tree(Vec<String>, BTreeMap<String, String>);

impl Files for Tree {
    fn paths(&self) -> &[String] {
        &self.0
    }

    fn text(&self, path: &str) -> Option<String> {
        self.1.get(path).cloned()
    }
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let all: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    Tree(all.keys().cloned().collect(), all)
}

/// Two modules, each with its tests, beside `more`.
fn shop(more: &[(&str, &str)]) -> Tree {
    let mut files = vec![
        ("shop/__init__.py", ""),
        ("shop/price.py", "def price():\n    return 1\n"),
        ("shop/stock.py", "def stock():\n    return 2\n"),
        ("tests/test_price.py", "from shop.price import price\n"),
        ("tests/test_stock.py", "import shop.stock as s\n"),
    ];
    files.retain(|(path, _)| !more.iter().any(|(other, _)| other == path));
    files.extend(more);
    tree(&files)
}

fn missed(files: &Tree, changed: &str) -> Vec<String> {
    let unit = Unit {
        runner: "pytest".to_owned(),
        import_roots: vec![String::new()],
        own_names: vec!["shop".to_owned()],
        ..Unit::default()
    };
    let found = unreached(&unit, files, &[changed.to_owned()].into());
    found.get(changed).into_iter().flatten().cloned().collect()
}

const PRICE: &str = "shop/price.py";
const OTHER: [&str; 1] = ["tests/test_stock.py"];

#[test]
fn a_test_file_that_imports_something_else_is_missed() {
    assert_eq!(missed(&shop(&[]), PRICE), OTHER);
    assert_eq!(missed(&shop(&[]), "shop/stock.py"), ["tests/test_price.py"]);
    assert_eq!(
        missed(&shop(&[]), "shop/__init__.py"),
        [""; 0],
        "it runs for both"
    );
}

#[test]
fn whatever_is_imported_on_the_way_counts() {
    for more in [
        ("shop/stock.py", "from . import price\n"),
        ("shop/stock.py", "def f():\n    from .price import price\n"),
        ("shop/stock.py", "import shop.price\n"),
        ("shop/__init__.py", "from .price import price\n"),
        ("tests/conftest.py", "from shop import price\n"),
        ("conftest.py", "pytest_plugins = ['tests.plugin']\n"),
        ("tests/test_stock.py", "from .plugin import x\n"),
        ("tests/test_stock.py", "from plugin import x\n"),
        ("tests/test_stock.py", "patch('shop.price.price')\n"),
        ("tests/test_stock.py", "import shop\nshop.price.price()\n"),
        ("tests/test_stock.py", "from shop import *\n"),
        ("tests/test_stock.py", "run('''\n    import plugin\n''')\n"),
    ] {
        let files = shop(&[more, ("tests/plugin.py", "import shop.price\n")]);
        assert_eq!(missed(&files, PRICE), [""; 0], "{more:?}");
    }
}

#[test]
fn what_is_not_certain_is_not_missed() {
    for more in [
        ("tests/test_stock.py", "import_module(name)\n"),
        (
            "shop/__init__.py",
            "def __getattr__(n):\n    return import_module(n)\n",
        ),
        (
            "pyproject.toml",
            "[project.entry-points.pytest11]\nx = 'y'\n",
        ),
        ("setup.cfg", "[tool:pytest]\naddopts = -p shop.plugin\n"),
        ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = s\n"),
        ("tests/test_stock.py", "def broken(:\n"),
    ] {
        assert_eq!(missed(&shop(&[more]), PRICE), [""; 0], "{more:?}");
    }
    let speed = ("shop/_speed.pyx", "import shop.price");
    let used = ("tests/test_stock.py", "from shop import _speed\n");
    assert_eq!(missed(&shop(&[speed, used]), PRICE), [""; 0]);
}

#[test]
fn what_is_certain_in_spite_of_its_looks_is_missed() {
    for more in [
        (
            "setup.cfg",
            "[tool:pytest]\naddopts = -p no:randomly -p xdist\n",
        ),
        ("shop/json.py", "from . import price\n"),
        (
            "tests/test_stock.py",
            "import json, shop.stock\n'about the price of it'\n",
        ),
        (
            "tests/conftest.py",
            "import pytest\nfrom shop.stock import stock\n",
        ),
        ("tests/other/conftest.py", "from shop import price\n"),
    ] {
        assert_eq!(missed(&shop(&[more]), PRICE), OTHER, "{more:?}");
    }
}
