//! Check runs go out, each once, with their remarks in batches.

use crate::Side;
use redgreen_forge::ForgeError;
use redgreen_forge::check::{CheckRun, Conclusion, Level, Remark};
use redgreen_testkit::forge::{FakeForge, Fault};

fn run(remarks: u32) -> CheckRun {
    let remark = |line| Remark {
        path: "src/lib.rs".to_owned(),
        line,
        level: Level::Failure,
        title: "RG102 shop::half".to_owned(),
        message: "no test notices".to_owned(),
    };
    CheckRun {
        name: "redgreen".to_owned(),
        commit: "0123".to_owned(),
        conclusion: Conclusion::Failure,
        title: "Not proven".to_owned(),
        summary: format!("first\n\n{}\n\n", "x".repeat(70_000)),
        remarks: (1..=remarks).map(remark).collect(),
        address: None,
    }
}

fn lines(fake: &FakeForge) -> Vec<u64> {
    let run = &fake.check_runs()[0];
    let all = run["annotations"].as_array().unwrap().iter();
    all.map(|one| one["start_line"].as_u64().unwrap()).collect()
}

#[test]
fn remarks_go_in_batches_and_the_same_run_is_written_once() {
    let fake = FakeForge::github();
    let forge = Side::github(fake.as_app()).forge();
    assert!(forge.check(&run(120)).unwrap());
    assert_eq!(lines(&fake), (1..=120).collect::<Vec<u64>>());
    let told = fake.check_runs().remove(0);
    assert_eq!(
        (&told["conclusion"], &told["head_sha"]),
        (&"failure".into(), &"0123".into())
    );
    let summary = told["output"]["summary"].as_str().unwrap();
    assert!(summary.starts_with("first\n\n(Cut here"), "{summary}");
    let writes = fake
        .requests()
        .iter()
        .filter(|asked| asked.verb != "GET")
        .count();
    assert_eq!(writes, 3, "50, 50 and 20");
    assert!(forge.check(&run(120)).unwrap());
    assert_eq!((fake.check_runs().len(), lines(&fake).len()), (1, 120));
    assert!(forge.check(&run(3)).unwrap());
    assert_eq!(
        fake.check_runs().len(),
        2,
        "another one says something else"
    );
}

#[test]
fn a_run_that_broke_off_is_gone_on_with_and_no_remark_stands_twice() {
    for (way, fault) in [
        ("POST", Fault::LoseAnswer),
        ("PATCH", Fault::LoseAnswer),
        ("PATCH", Fault::crashed()),
    ] {
        let fake = FakeForge::github();
        let forge = Side::github(fake.as_app()).forge();
        fake.fails(&format!("{way} /api/v3/repos/acme/shop/check-runs"), fault);
        drop(forge.check(&run(120)));
        assert!(forge.check(&run(120)).unwrap());
        assert_eq!(fake.check_runs().len(), 1, "{way}");
        assert_eq!(lines(&fake), (1..=120).collect::<Vec<u64>>(), "{way}");
    }
}

#[test]
fn a_token_of_a_person_may_write_none_and_other_forges_have_none() {
    let fake = FakeForge::github();
    let refused = Side::github(&fake)
        .forge()
        .check(&run(1))
        .expect_err("is refused");
    assert!(
        matches!(refused, ForgeError::Forbidden { status: 403, .. }),
        "{refused}"
    );
    let (lab, tea) = (FakeForge::gitlab(), FakeForge::gitea());
    assert!(!Side::gitlab(&lab).forge().check(&run(1)).unwrap());
    assert!(!Side::gitea(&tea).forge().check(&run(1)).unwrap());
    assert!(lab.requests().is_empty() && tea.requests().is_empty());
}
