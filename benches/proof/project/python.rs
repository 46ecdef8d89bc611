//! Makes a pytest project: a src layout, 36 modules, 216 tests that compute.

use super::Project;
use crate::measure;
use redgreen_testkit::Repo;
use std::process::Command;

const MODULES: usize = 36;
const TESTS: usize = 6;

impl Project {
    /// The pytest project.
    pub(crate) fn python(topics: usize) -> Self {
        let suite = [".venv/bin/python", "-m", "pytest", "-q"];
        let project = Self::new("pytest", &suite, topics, (base, change));
        let mut made = Command::new("python3");
        made.args([
            "-m",
            "venv",
            "--without-pip",
            "--system-site-packages",
            ".venv",
        ]);
        measure::wall(made.current_dir(project.repo.path()));
        project
    }
}

fn base(repo: &Repo) {
    repo.write(
        "pyproject.toml",
        "[project]\nname = \"shop\"\nversion = \"1\"\n\n[tool.pytest.ini_options]\ntestpaths = [\"tests\"]\npythonpath = [\"src\"]\n",
    );
    repo.write(".gitignore", ".venv/\n__pycache__/\n.pytest_cache/\n");
    repo.write("src/shop/__init__.py", "");
    for number in 0..MODULES {
        repo.write(format!("src/shop/part_{number}.py"), module(number));
        repo.write(format!("tests/test_part_{number}.py"), tests(number));
    }
}

fn module(number: usize) -> String {
    format!(
        "\"\"\"Part {number}.\"\"\"\n\n\ndef total(count):\n    result = {number}\n    for step in range(count):\n        result = (result * 31 + step) % 1000003\n    return result\n\n\ndef rate(value):\n    return value + {number}\n"
    )
}

fn tests(number: usize) -> String {
    let mut text = format!("from shop.part_{number} import rate, total\n");
    for test in 0..TESTS {
        text.push_str(&format!(
            "\n\ndef test_total_{test}():\n    first = total(300000 + {test})\n    assert first == total(300000 + {test})\n    assert rate({test}) == {test} + {number}\n"
        ));
    }
    text
}

/// Changes one function, adds one, and adds three tests to the file that tests them.
fn change(repo: &Repo, number: usize) {
    let part = number * 3 + 1;
    let module = module(part).replace(
        "    return value + ",
        "    if value < 0:\n        return 0\n    return value + ",
    ) + "\n\ndef discount(value, percent):\n    return value - value * percent // 100\n";
    let tests = tests(part).replace("import rate, total", "import discount, rate, total")
        + "\n\ndef test_a_negative_value_has_no_rate():\n    assert rate(-5) == 0\n\n\ndef test_a_tenth_off():\n    assert discount(200, 10) == 180\n\n\ndef test_nothing_off():\n    assert discount(200, 0) == 200\n";
    repo.write(format!("src/shop/part_{part}.py"), module);
    repo.write(format!("tests/test_part_{part}.py"), tests);
}
