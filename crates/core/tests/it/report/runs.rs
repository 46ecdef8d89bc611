//! The runs that reports are held against.

use super::journal::{Journal, Judged as _, git_id, said};
use super::proofs::{broken, characterizes, function, id, proof, proves, red, with};
use redgreen_core::claim::{Claim, Topic};
use redgreen_core::event::{
    CleanedUp, Event, GateVerdict, Merged, Pace, PersonNeeded, QuestionAnswered, QuestionAsked,
    Waived,
};
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::id::CommitId;
use redgreen_core::phase::Phase;
use redgreen_core::proof::{ChangeVerdict, FunctionVerdict, Proof};

const TICKET: &str = "# Coupons in the basket\n\nA basket takes one coupon. See #12.\n\n\
    ## Acceptance criteria\n\n- [ ] A valid coupon lowers the total.\n\
    - [ ] An expired coupon is refused with a message.\n\n\
    ## Performance\n\n- p95 of the total < 20 ms\n\n## Out of scope\n\n- Several coupons at once\n";

const LOWERS: &str = "tests/test_basket.py::test_coupon_lowers_total";
const EXPIRED: &str = "tests/test_basket.py::test_expired_is_refused";

pub(super) fn question(journal: Journal, number: &str, blocks: bool) -> Journal {
    journal.and(Event::QuestionAsked(QuestionAsked {
        id: number.to_owned(),
        text: format!("Is {number} in or out?"),
        why: "it changes the total".to_owned(),
        default: "out".to_owned(),
        blocks,
    }))
}

fn answer(journal: Journal, number: &str) -> Journal {
    journal.and(Event::QuestionAnswered(QuestionAnswered {
        channel: redgreen_core::answer::Channel::Terminal,
        id: number.to_owned(),
        answer: "in".to_owned(),
        by: "Ada".to_owned(),
    }))
}

/// Understand and plan of a ticket.
fn planned(journal: Journal) -> Journal {
    let base = journal
        .gate(Phase::Understand, 0, GateVerdict::Met)
        .fact("baseline: 14 tests pass, none fails")
        .ran("python -m pytest -q");
    journal
        .enter(Phase::Understand, 0)
        .judge(base)
        .commit_as(Phase::Understand, 0, None)
        .through(Phase::Plan)
}

fn of_slice(slice: usize) -> (&'static str, &'static str, &'static str) {
    match slice {
        0 => ("AC-1", LOWERS, "AssertionError: 100 != 90"),
        _ => ("AC-2", EXPIRED, "AssertionError: no message"),
    }
}

/// Red of one slice, said and seen.
pub(super) fn to_red(journal: Journal, slice: usize) -> Journal {
    let (criterion, test, message) = of_slice(slice);
    let claim = said(
        "one failing test, as asked",
        &[(criterion, test)],
        &[(
            Topic::Assumption,
            "prices are in cents, as everywhere in shop/",
        )],
    );
    let seen = proof(ChangeVerdict::Proven, vec![red(test, message)], 0);
    let gate = journal
        .gate(Phase::Red, slice, GateVerdict::Met)
        .proof(seen)
        .ran("python -m pytest -q tests/test_basket.py");
    journal.worked(Phase::Red, slice, claim, gate)
}

/// The proof of the change with the tests of the slices up to `slice`.
fn so_far(slice: usize) -> Proof {
    let tests = (0..=slice)
        .map(of_slice)
        .map(|(_, test, why)| proves(test, why));
    let mut seen = proof(ChangeVerdict::Proven, tests.collect(), 14);
    let by = vec![id(LOWERS)];
    seen.functions = vec![function("Basket.total", 10, FunctionVerdict::ProvenBy(by))];
    if slice > 0 {
        let by = vec![id(EXPIRED)];
        seen.functions
            .push(function("Coupon.check", 31, FunctionVerdict::ProvenBy(by)));
    }
    seen
}

/// Green and refactor of one slice.
fn to_refactored(journal: Journal, slice: usize) -> Journal {
    let claim = said(
        "a coupon is subtracted in Basket.total",
        &[],
        &[
            (
                Topic::Design,
                "Strategy: a Coupon decides, Basket only asks it",
            ),
            (
                Topic::Security,
                "coupon codes are validated, see test_expired_is_refused",
            ),
            (
                Topic::Security,
                "error messages do not tell which codes exist",
            ),
        ],
    );
    let green = journal
        .gate(Phase::Green, slice, GateVerdict::Met)
        .proof(so_far(slice));
    let refactored = journal
        .gate(Phase::Refactor, slice, GateVerdict::Met)
        .proof(so_far(slice));
    let journal = journal
        .worked(Phase::Green, slice, claim, green)
        .enter(Phase::Refactor, slice)
        .hand_in(said(
            "",
            &[],
            &[(Topic::Refactoring, "one helper for rounding instead of two")],
        ))
        .observe()
        .judge(refactored);
    match slice {
        0 => journal.commit_as(Phase::Refactor, slice, None),
        _ => journal.commit(Phase::Refactor, slice),
    }
}

fn documented(journal: Journal) -> Journal {
    let notes = [
        (Topic::Performance, "one lookup more for each basket"),
        (Topic::Documentation, "README: coupons under Usage"),
        (Topic::Environment, "no new environment variable"),
        (Topic::LookHere, "rounding in Basket.total"),
    ];
    let gate = journal
        .gate(Phase::Document, 0, GateVerdict::Met)
        .fact("specs/SHOP-7-coupons-in-the-basket.md and CHANGELOG.md changed");
    journal
        .enter(Phase::Document, 0)
        .hand_in(said("", &[], &notes))
        .judge(gate)
        .commit(Phase::Document, 0)
}

/// Both slices, proven and documented.
fn worked_through(salt: &'static str) -> Journal {
    let mut journal = Journal::salted(TICKET, Pace::Program, salt);
    journal = answer(question(journal, "Q-1", false), "Q-1");
    journal = planned(question(journal, "Q-2", false));
    for slice in 0..2 {
        journal = to_refactored(to_red(journal, slice), slice);
    }
    let gate = journal
        .gate(Phase::Verify, 0, GateVerdict::Met)
        .proof(so_far(1))
        .ran("python -m pytest -q -p no:randomly");
    let journal = journal
        .enter(Phase::Verify, 0)
        .observe()
        .judge(gate)
        .commit_as(Phase::Verify, 0, None);
    documented(journal).through(Phase::Deliver)
}

/// Two slices, all gates met at once, landed and cleaned up.
pub(super) fn happy(salt: &'static str) -> Journal {
    let journal = worked_through(salt);
    let tip = git_id(&format!("commit document 0{salt}"));
    let merged = Merged {
        target: "main".to_owned(),
        commit: CommitId::new(tip),
        before: CommitId::new(git_id(&format!("base{salt}"))),
    };
    let gate = journal
        .gate(Phase::Complete, 0, GateVerdict::Met)
        .fact("the commit that landed is the one that was proven");
    journal
        .enter(Phase::Complete, 0)
        .judge(gate)
        .and(Event::Merged(merged))
        .and(Event::CleanedUp(CleanedUp {
            undo: vec!["git branch feature/SHOP-7-coupons refs/redgreen/trash/shop-7".to_owned()],
        }))
        .end(true, "")
}

/// One slice of both criteria by a person: a second attempt, a way back, a waiver, an exception.
pub(super) fn waived() -> Journal {
    let journal = planned(Journal::of(TICKET, Pace::Person));
    let claim = || {
        said(
            "both tests are red",
            &[("AC-1", "test_coupon_lowers_total"), ("AC-9", "test_gone")],
            &[],
        )
    };
    let untold = "no red test is said to belong to this criterion";
    let untold = Finding::new(Code::CriterionWithoutTest, Weight::Advises, "AC-2", untold);
    let both = || {
        vec![
            red(LOWERS, "AssertionError: 100 != 90"),
            red(EXPIRED, "AssertionError: no message"),
        ]
    };
    let none = Finding::new(Code::NoNewTest, Weight::Blocks, "", "no test was added");
    let unmet = journal
        .gate(Phase::Red, 0, GateVerdict::Unmet)
        .finding(none);
    let met = journal
        .gate(Phase::Red, 0, GateVerdict::Met)
        .proof(proof(ChangeVerdict::Proven, both(), 0))
        .finding(untold);
    let journal = journal
        .enter(Phase::Red, 0)
        .ask(Phase::Red, 0, 1)
        .fail("exit status 1")
        .ask(Phase::Red, 0, 2)
        .hand_in_beside(claim(), &["shop/basket.py"])
        .judge(unmet)
        .ask(Phase::Red, 0, 3)
        .hand_in(claim())
        .observe()
        .judge(met.clone())
        .commit(Phase::Red, 0)
        .enter(Phase::Green, 0)
        .back(Phase::Red, 0, "the message was misspelled in the test")
        .ask(Phase::Red, 0, 1)
        .hand_in(Claim::default())
        .observe()
        .judge(met)
        .commit_as(Phase::Red, 0, Some(git_id("red again")));
    finish_waived(to_refactored(journal, 0))
}

fn finish_waived(journal: Journal) -> Journal {
    let flaky = "tests/test_stock.py::test_reserve";
    let unstable = |weight, text: &str| Finding::new(Code::Unstable, weight, flaky, text);
    let odd = Finding::new(
        Code::NotToldApart,
        Weight::Excepts,
        "Coupon.check",
        "changed together with Basket.total, and no test tells them apart",
    );
    let seen = |found: Finding| {
        let mut tests = so_far(1).tests;
        tests.push(characterizes("tests/test_basket.py::test_empty_basket"));
        let mut seen = proof(ChangeVerdict::Unclear, tests, 13);
        let apart = FunctionVerdict::NotToldApart;
        seen.functions = vec![
            function("Basket.total", 10, apart.clone()),
            function("Coupon.check", 31, apart),
        ];
        with(seen, vec![found, odd.clone()])
    };
    let text = "passed in 2 of 3 runs on one tree";
    let clouded = journal
        .gate(Phase::Verify, 0, GateVerdict::Unclear)
        .proof(seen(unstable(Weight::Clouds, text)));
    let passed = journal
        .gate(Phase::Verify, 0, GateVerdict::Met)
        .proof(seen(unstable(Weight::Excepts, &format!("waived: {text}"))));
    let journal = journal
        .enter(Phase::Verify, 0)
        .observe()
        .judge(clouded)
        .and(Event::PersonNeeded(PersonNeeded {
            why: format!("RG104: {text}"),
            code: Some(Code::Unstable),
        }))
        .and(Event::Waived(Waived {
            code: Code::Unstable,
            subject: flaky.to_owned(),
            phase: Phase::Verify,
            reason: "known to be flaky, see #9".to_owned(),
            by: "Ada".to_owned(),
        }))
        .judge(passed)
        .commit_as(Phase::Verify, 0, None);
    documented(journal)
        .through(Phase::Deliver)
        .enter(Phase::Complete, 0)
}

/// Ended by a person while the first slice was in red, with a question that blocks.
pub(super) fn aborted() -> Journal {
    let journal = question(Journal::of(TICKET, Pace::Program), "Q-1", true);
    planned(answer(journal, "Q-1"))
        .enter(Phase::Red, 0)
        .ask(Phase::Red, 0, 1)
        .fail("the model gave no answer")
        .end(false, "coupons are off the table (Ada)")
}

/// In the middle of GREEN: the worker was asked, and its first attempt did not do.
pub(super) fn in_green() -> Journal {
    let journal = to_red(planned(Journal::of(TICKET, Pace::Program)), 0);
    let failing = Finding::new(
        Code::BrokenOnHead,
        Weight::Blocks,
        LOWERS,
        "fails on head: AssertionError: 100 != 90",
    );
    let seen = with(
        proof(
            ChangeVerdict::Refuted,
            vec![broken(LOWERS, "AssertionError: 100 != 90")],
            14,
        ),
        vec![failing],
    );
    let gate = journal
        .gate(Phase::Green, 0, GateVerdict::Unmet)
        .proof(seen);
    journal
        .enter(Phase::Green, 0)
        .ask(Phase::Green, 0, 1)
        .hand_in(said("all done, all tests pass, fully secure", &[], &[]))
        .observe()
        .judge(gate)
        .ask(Phase::Green, 0, 2)
}

/// Prose alone.
pub(super) fn docs() -> Journal {
    let text = "# docs: say how coupons are made\n\nNobody knows.\n\n## Acceptance criteria\n\n\
        - [ ] The README shows how a coupon is made.\n";
    let mut journal = planned(Journal::of(text, Pace::Person));
    for phase in [Phase::Red, Phase::Green, Phase::Refactor] {
        let gate = journal.gate(phase, 0, GateVerdict::Met);
        journal = journal
            .enter(phase, 0)
            .hand_in(Claim::default())
            .judge(gate)
            .commit_as(phase, 0, None);
    }
    let empty = Proof {
        not_checked: Vec::new(),
        mutants: Vec::new(),
        ..proof(ChangeVerdict::NothingToProve, Vec::new(), 0)
    };
    let gate = journal
        .gate(Phase::Verify, 0, GateVerdict::Met)
        .proof(empty);
    let journal = journal
        .enter(Phase::Verify, 0)
        .judge(gate)
        .commit_as(Phase::Verify, 0, None);
    documented(journal)
        .through(Phase::Deliver)
        .enter(Phase::Complete, 0)
}
