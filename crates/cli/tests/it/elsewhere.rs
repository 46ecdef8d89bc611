//! What a proof says of tests that pass only where they were run.

use crate::world::World;
use redgreen_core::finding::Code;
use redgreen_core::proof::{ChangeVerdict, TestVerdict};

#[test]
fn a_test_that_leans_on_its_surroundings_proves_with_an_exception_that_names_it() {
    let world = World::python();
    let code = "import time\n\n\ndef hour():\n    return time.localtime(0).tm_hour\n\n\n\
                def tax():\n    return 4\n";
    world.repo.write("tax.py", code);
    let test = "import os\n\nimport tax\n\n\ndef test_hour():\n    assert tax.hour() == 0\n\n\n\
                def test_tax():\n    assert tax.tax() == 4\n\n\n\
                def test_tax_under_pytest():\n    assert 'PYTEST_CURRENT_TEST' in os.environ\n    \
                assert tax.tax() == 4\n\n\n\
                def test_tax_in_ci():\n    assert os.environ['CI'] == '1'\n    \
                assert tax.tax() == 4\n";
    world.repo.write("test_tax.py", test).commit("feature");
    let said = world.proof(&["--mutants", "0"]);
    assert_eq!(said.verdict, ChangeVerdict::ProvenExcept, "{said:#?}");
    let proves = |name: &str| {
        let mut tests = said.proof.tests.iter();
        tests.any(|test| test.id.name == name && test.verdict == TestVerdict::Proves)
    };
    assert!(proves("test_tax.py::test_hour") && proves("test_tax.py::test_tax"));
    let found = said.proof.findings.iter();
    let mut found = found.filter(|found| found.code == Code::OnlyHere);
    let mut subjects: Vec<&str> = found.by_ref().map(|found| found.subject.as_str()).collect();
    subjects.sort_unstable();
    let owed = ["test_hour", "test_tax_in_ci", "test_tax_under_pytest"];
    assert_eq!(subjects, owed.map(|name| format!("test_tax.py::{name}")));
}
