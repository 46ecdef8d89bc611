//! What defects in the change decide: given what the tests did about each, this is the verdict.

use super::*;
use crate::mutant::{Draft, Fate, Kill, Operator, Question, Trial, Trials, numbered};

/// A proof by trees alone: the new test runs into the stub.
fn by_stub() -> World {
    let absent = Outcome::Failed(missing(Stage::Call, "discount"));
    World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[absent])
        .says(TreeKind::S, NEW, &[stub()])
        .says(TreeKind::H, NEW, &[passed()])
}

fn killed() -> Fate {
    Fate::Killed {
        by: NEW.to_owned(),
        how: Kill::Assertion,
    }
}

fn trial(operator: Operator, by_new: Fate, by_any: Fate) -> Trial {
    let text = "amount > 20";
    let draft = Draft {
        function: if operator == Operator::Assertion {
            NEW.to_owned()
        } else {
            "discount".to_owned()
        },
        lines: Lines::new(4, 4),
        bytes: 7..8,
        operator,
        now: ">=".to_owned(),
    };
    let mut mutants = numbered("shop.py", text, vec![draft], |_| None);
    Trial {
        mutant: mutants.remove(0),
        by_new,
        by_any,
        over: vec![NEW.to_owned()],
    }
}

fn both(operator: Operator, fate: Fate) -> Trial {
    trial(operator, fate.clone(), fate)
}

fn answer(question: &Question, trials: Vec<Trial>, trouble: Option<Trouble>) -> Trials {
    Trials {
        question: question.clone(),
        tree: TreeId::default(),
        executed: trials.len(),
        trials,
        trouble,
        left_out: Vec::new(),
        known: 0,
        commands: Vec::new(),
        fingerprint: String::new(),
        sandbox: String::new(),
        ms: 100,
    }
}

fn with_mutants() -> Policy {
    Policy {
        mutants_ms: Some(60_000),
        ..Policy::default()
    }
}

/// The proof with these answers about mutants.
fn proof_of(world: &World, trials: &[Trial], trouble: Option<&Trouble>) -> Proof {
    let (change, mut facts) = (feature(), Facts::default());
    loop {
        match owed(&change, &facts, &with_mutants()) {
            Owed::Done(proof) => return *proof,
            Owed::Observe(observation) => facts.add(world.answer(&observation)),
            Owed::Mutate(question) => {
                assert_eq!(question.new_tests, [NEW.to_owned()].into());
                facts.add_trials(answer(&question, trials.to_vec(), trouble.cloned()));
            }
        }
    }
}

fn judged(trials: &[Trial], verdict: ChangeVerdict, codes: &[Code]) -> Proof {
    let proof = proof_of(&by_stub(), trials, None);
    let found: Vec<Code> = proof.findings.iter().map(|found| found.code).collect();
    assert_eq!(
        (proof.verdict, found.as_slice()),
        (verdict, codes),
        "{proof:#?}"
    );
    proof
}

#[test]
fn a_change_whose_defects_are_all_noticed_is_proven() {
    let trials = [
        both(Operator::Body, killed()),
        both(Operator::Boundary, killed()),
        both(Operator::NoOp, Fate::Survived),
        both(Operator::Assertion, killed()),
    ];
    let proof = judged(&trials, ChangeVerdict::Proven, &[]);
    assert_eq!(proof.mutants.len(), 4);
    assert!(
        !proof
            .not_checked
            .iter()
            .any(|line| line.contains("mutants"))
    );
}

#[test]
fn a_test_that_minds_no_defect_at_all_proves_nothing() {
    let trials = [
        both(Operator::Body, Fate::Survived),
        both(Operator::Boundary, Fate::Survived),
    ];
    let proof = judged(&trials, ChangeVerdict::Refuted, &[Code::Hollow]);
    assert!(
        proof.findings[0].message.contains("none of 2 defects"),
        "{proof:#?}"
    );
    // What old tests notice is no merit of the new ones.
    let old = trial(Operator::Body, Fate::Survived, killed());
    judged(&[old], ChangeVerdict::Refuted, &[Code::Hollow]);
}

#[test]
fn a_body_that_nobody_misses_is_an_exception_where_other_defects_are_noticed() {
    let mut other = both(Operator::Body, killed());
    other.mutant.function = "tax".to_owned();
    let trials = [other, both(Operator::Body, Fate::Survived)];
    let proof = judged(&trials, ChangeVerdict::ProvenExcept, &[Code::PseudoTested]);
    assert_eq!(proof.findings[0].subject, "discount");
}

#[test]
fn a_survivor_is_named_with_its_place_and_its_id() {
    let trials = [
        both(Operator::Body, killed()),
        both(Operator::Boundary, Fate::Survived),
    ];
    let proof = judged(&trials, ChangeVerdict::ProvenExcept, &[Code::Survivors]);
    let found = &proof.findings[0];
    let id = &trials[1].mutant.id;
    assert!(
        found.message.contains("shop.py:4 `>` becomes `>=`"),
        "{found:?}"
    );
    assert!(found.message.contains(id.as_str()), "{found:?}");
    assert_eq!(found.at.as_ref().map(|at| at.line), Some(4));
}

#[test]
fn changed_code_that_no_test_runs_over_is_an_exception() {
    let trials = [both(Operator::Body, Fate::NotReached)];
    judged(&trials, ChangeVerdict::ProvenExcept, &[Code::NotReached]);
    let trials = [
        both(Operator::Body, killed()),
        both(Operator::Boundary, Fate::NotReached),
    ];
    let proof = judged(&trials, ChangeVerdict::ProvenExcept, &[Code::NotReached]);
    assert!(proof.findings[0].message.contains("line 4"), "{proof:#?}");
}

#[test]
fn an_assertion_that_holds_when_it_is_negated_decides_nothing() {
    let trials = [
        both(Operator::Body, killed()),
        both(Operator::Assertion, Fate::Survived),
    ];
    judged(&trials, ChangeVerdict::Refuted, &[Code::IdleAssertions]);
    let trials = [
        both(Operator::Body, killed()),
        both(Operator::Assertion, Fate::Survived),
        both(Operator::Assertion, killed()),
    ];
    judged(&trials, ChangeVerdict::Proven, &[]);
}

#[test]
fn a_change_of_nothing_that_turns_a_test_red_makes_it_unclear() {
    let trials = [
        both(Operator::Body, killed()),
        both(Operator::NoOp, killed()),
    ];
    judged(&trials, ChangeVerdict::Unclear, &[Code::InspectsItself]);
}

#[test]
fn no_mutant_is_no_pass() {
    judged(&[], ChangeVerdict::ProvenExcept, &[Code::NoMutants]);
    let unviable = both(Operator::Body, Fate::Unviable("no".to_owned()));
    let proof = judged(&[unviable], ChangeVerdict::ProvenExcept, &[Code::NoMutants]);
    assert!(proof.findings[0].message.contains("unviable"), "{proof:#?}");
    let trouble = Trouble::CouldNotRun {
        why: "no report".to_owned(),
    };
    let proof = proof_of(
        &by_stub(),
        &[both(Operator::Body, killed())],
        Some(&trouble),
    );
    assert_eq!(proof.verdict, ChangeVerdict::ProvenExcept);
    assert!(
        proof.findings[0].message.contains("no report"),
        "{proof:#?}"
    );
}

#[test]
fn what_was_skipped_is_said() {
    let trials = [
        both(Operator::Body, killed()),
        both(Operator::Logic, Fate::Skipped("the time was up".to_owned())),
    ];
    let proof = judged(&trials, ChangeVerdict::Proven, &[]);
    let said = &proof.not_checked;
    assert!(
        said.iter()
            .any(|line| line == "1 mutant in .:pytest: the time was up"),
        "{said:?}"
    );
}

#[test]
fn mutants_are_not_asked_of_a_change_that_is_refuted_or_by_a_policy_without_them() {
    let mutes = by_stub().says(TreeKind::T, OLD, &[assertion()]);
    let proof = proof_of(&mutes, &[], None);
    assert_eq!(proof.verdict, ChangeVerdict::Refuted);
    let (proof, _) = by_stub().prove(&feature(), &Policy::default());
    assert!(
        proof
            .not_checked
            .iter()
            .any(|line| line.starts_with("mutants of the change"))
    );
}

/// The proof of a change of `discount` and `tax` whose test runs into `discount`.
fn of_two_functions(fate_of_tax: Fate) -> Proof {
    let mut change = feature();
    let mut tax = change.functions[0].clone();
    tax.function.name = "tax".to_owned();
    change.functions.push(tax);
    let mut facts = Facts::default();
    let world = World::default()
        .with_old()
        .says(TreeKind::R, NEW, &[assertion()])
        .says(TreeKind::S, NEW, &[stub()])
        .says(TreeKind::H, NEW, &[passed()]);
    let mut of_tax = both(Operator::Body, fate_of_tax);
    of_tax.mutant.function = "tax".to_owned();
    let trials = [both(Operator::Body, killed()), of_tax];
    loop {
        match owed(&change, &facts, &with_mutants()) {
            Owed::Done(proof) => return *proof,
            Owed::Observe(observation) => facts.add(world.answer(&observation)),
            Owed::Mutate(question) => {
                facts.add_trials(answer(&question, trials.to_vec(), None));
            }
        }
    }
}

#[test]
fn a_defect_that_is_noticed_tells_functions_apart() {
    let proof = of_two_functions(killed());
    let proven = FunctionVerdict::ProvenBy(vec![TestId::new(&unit(), NEW)]);
    assert!(
        proof.functions.iter().all(|f| f.verdict == proven),
        "{proof:#?}"
    );
    assert_eq!(proof.verdict, ChangeVerdict::Proven, "{proof:#?}");
}

#[test]
fn a_function_that_no_test_comes_by_is_named_as_such_and_not_as_mixed_up() {
    let proof = of_two_functions(Fate::NotReached);
    let codes: Vec<Code> = proof.findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::NotReached], "{proof:#?}");
    let judged = |name: &str| proof.functions.iter().find(|f| f.name == name);
    let tax = judged("tax").map(|f| f.verdict.clone());
    assert_eq!(tax, Some(FunctionVerdict::NotReached));
}

#[test]
fn the_digest_does_not_depend_on_which_test_was_quicker() {
    let one = both(Operator::Body, killed());
    let mut other = one.clone();
    other.by_any = Fate::Killed {
        by: OLD.to_owned(),
        how: Kill::Assertion,
    };
    let digest = |trial| proof_of(&by_stub(), &[trial], None).digest();
    assert_eq!(digest(one.clone()), digest(other));
    let survived = both(Operator::Body, Fate::Survived);
    assert_ne!(digest(one), digest(survived));
}

#[test]
fn a_function_that_holds_nothing_but_examples_is_proven_on_these() {
    let at = Location::new("shop.py", 3);
    let change = Change {
        fitted: vec![(at, "discount".to_owned(), vec!["20".to_owned()])],
        ..feature()
    };
    let found = check(
        &by_stub(),
        &change,
        ChangeVerdict::ProvenExcept,
        Some(Code::FitsExamples),
    );
    assert!(
        found.findings[0].message.contains("inputs 20"),
        "{found:#?}"
    );
}

#[test]
fn what_other_programs_do_without_the_defect_refutes_nothing() {
    let change = Change {
        starts_programs: ["t.py".to_owned()].into(),
        ..feature()
    };
    let trials = [both(Operator::Body, Fate::Survived)];
    let (world, mut facts) = (by_stub(), Facts::default());
    let proof = loop {
        match owed(&change, &facts, &with_mutants()) {
            Owed::Done(proof) => break *proof,
            Owed::Observe(observation) => facts.add(world.answer(&observation)),
            Owed::Mutate(question) => {
                facts.add_trials(answer(&question, trials.to_vec(), None));
            }
        }
    };
    assert_eq!(proof.verdict, ChangeVerdict::ProvenExcept, "{proof:#?}");
    assert!(proof.findings[0].message.contains("t.py"), "{proof:#?}");
}
