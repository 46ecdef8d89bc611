//! Holds the reading of a test binary's text.

use super::*;

fn read(text: &str) -> Seen {
    let known = ["a", "b", "m::c"].map(str::to_owned).into();
    Seen::read(text, &known)
}

const END: &str = "\ntest result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";

#[test]
fn a_whole_run_is_read_with_its_sections() {
    let seen = read(&format!(
        "\nrunning 3 tests\ntest a ... ok\ntest m::c ... ignored, later\ntest b - should panic ... FAILED\n\nfailures:\n\n---- b stdout ----\nwhy\ntest a ... FAILED\n\nfailures:\n    b\n{END}"
    ));
    assert_eq!(seen.disagreement(), None);
    assert_eq!(seen.results["a"], Mark::Passed);
    assert_eq!(seen.results["b"], Mark::Failed);
    assert_eq!(seen.results["m::c"], Mark::Ignored("later".to_owned()));
    assert_eq!(seen.sections["b"], "why\ntest a ... FAILED\n\n");
}

#[test]
fn words_of_a_child_process_do_not_hide_an_end() {
    for middle in ["raw\nok", "rawok", "is ok\nno\nok"] {
        let text = format!(
            "running 1 test\ntest a ... {middle}\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out\n"
        );
        let seen = read(&text);
        assert_eq!(seen.results.get("a"), Some(&Mark::Passed), "{middle}");
        assert_eq!((seen.disagreement(), seen.started), (None, None));
    }
    let seen = read("running 2 tests\nraw test a ... ok\ntest b ... it is ok\nFAILED\n");
    assert_eq!(seen.results["b"], Mark::Failed);
    assert_eq!(seen.results["a"], Mark::Passed);
}

#[test]
fn a_test_that_started_last_is_named() {
    let seen = read("running 2 tests\ntest a ... ok\ntest b ... ");
    assert_eq!(seen.started.as_deref(), Some("b"));
    assert_eq!(seen.counts, None);
}

#[test]
fn counts_that_disagree_with_the_lines_are_told() {
    let seen = read(&format!(
        "running 3 tests\ntest a ... ok\ntest b ... ok\n{END}"
    ));
    assert!(
        seen.disagreement()
            .is_some_and(|why| why.contains("its lines say 2, 0, 0"))
    );
    let twice = read("running 1 test\ntest a ... ok\ntest a ... FAILED\n");
    assert!(
        twice
            .disagreement()
            .is_some_and(|why| why.contains("twice"))
    );
    let headless =
        read("test a ... ok\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured\n");
    assert_eq!(
        headless.disagreement().as_deref(),
        Some("no header announces the tests")
    );
}

#[test]
fn only_a_listing_is_a_listing() {
    let names = ["a".to_owned(), "m::c".to_owned()].into();
    assert_eq!(listed("a: test\nm::c: test\nb: benchmark\n"), Some(names));
    assert_eq!(listed(""), Some(BTreeSet::new()));
    assert_eq!(listed("hello from main\n"), None);
}

#[test]
fn the_last_words_of_a_process_that_died_are_no_mark() {
    let text = "running 1 test\ntest a ... \nthread 'a' panicked\n  10: std::panicking::default_hook\n  11: x\n";
    let seen = Seen::read(text, &["a".to_owned()].into());
    assert_eq!(seen.started.as_deref(), Some("a"));
    assert_eq!(seen.results.len(), 0);
}
