//! What a changed world tells of the tests of a change.

use super::*;
use crate::evidence::Purpose;

/// An honest change whose new test answers elsewhere with these outcomes, one a time.
struct Elsewhere {
    world: World,
    there: Vec<Outcome>,
    trouble: Option<Trouble>,
}

impl Elsewhere {
    fn says(there: &[Outcome]) -> Self {
        Self {
            world: honest(),
            there: there.to_vec(),
            trouble: None,
        }
    }

    fn prove(&self, policy: &Policy) -> (Proof, Vec<Observation>) {
        let (mut facts, mut asked) = (Facts::default(), Vec::new());
        for _ in 0..50 {
            match owed(&feature(), &facts, policy) {
                Owed::Done(proof) => return (*proof, asked),
                Owed::Mutate(question) => panic!("nobody wants mutants: {question:?}"),
                Owed::Observe(observation) => {
                    assert!(!asked.contains(&observation), "twice: {observation:?}");
                    let mut evidence = self.world.answer(&observation);
                    if observation.purpose == Purpose::Elsewhere {
                        let before = asked.iter().filter(|ask| is_elsewhere(ask)).count();
                        let outcome = self.there[before.min(self.there.len() - 1)].clone();
                        let seen = TestSeen { outcome, ms: None };
                        evidence.report.tests.insert(NEW.to_owned(), seen);
                        evidence.report.trouble.clone_from(&self.trouble);
                    }
                    facts.add(evidence);
                    asked.push(observation);
                }
            }
        }
        panic!("the proof never ends: {asked:?}");
    }
}

fn is_elsewhere(observation: &Observation) -> bool {
    observation.purpose == Purpose::Elsewhere
}

fn samples_on_head(asked: &[Observation]) -> usize {
    asked.iter().filter(|ask| ask.tree == TreeKind::H).count()
}

#[test]
fn one_of_the_samples_on_head_is_taken_elsewhere_and_none_is_added_for_it() {
    let (proof, asked) = Elsewhere::says(&[passed()]).prove(&Policy::default());
    assert_eq!(proof.verdict, ChangeVerdict::Proven);
    let there: Vec<&Observation> = asked.iter().filter(|ask| is_elsewhere(ask)).collect();
    assert_eq!(there.len(), 1);
    assert_eq!(there[0].tree, TreeKind::H);
    assert_eq!(samples_on_head(&asked), 3);
    let test = proof.tests.iter().find(|test| test.id.name == NEW);
    let head = test
        .and_then(|test| test.on(TreeKind::H))
        .expect("an answer");
    assert_eq!(head.samples, 3);
}

#[test]
fn a_test_that_passes_here_alone_is_named_and_still_proves() {
    let (proof, asked) = Elsewhere::says(&[assertion()]).prove(&Policy::default());
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Proves));
    assert_eq!(proof.verdict, ChangeVerdict::ProvenExcept);
    let found = proof.findings.iter().find(|f| f.code == Code::OnlyHere);
    let found = found.expect("it is named");
    assert_eq!(found.weight, Weight::Excepts);
    assert!(
        found.message.contains("fails: assert 1 == 2"),
        "{}",
        found.message
    );
    // Once more here in the same order, once more elsewhere.
    assert_eq!(asked.iter().filter(|ask| is_elsewhere(ask)).count(), 2);
    assert_eq!(samples_on_head(&asked), 5);
}

#[test]
fn a_difference_that_does_not_come_again_is_luck() {
    let (proof, _) = Elsewhere::says(&[assertion(), passed()]).prove(&Policy::default());
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Unstable));
    assert!(proof.findings.iter().all(|f| f.code != Code::OnlyHere));
    let flaky = honest().says(TreeKind::H, NEW, &[passed(), assertion()]);
    let mut elsewhere = Elsewhere::says(&[assertion()]);
    elsewhere.world = flaky;
    let (proof, asked) = elsewhere.prove(&Policy::default());
    assert_eq!(verdict_of(&proof, NEW), Some(TestVerdict::Unstable));
    assert_eq!(asked.iter().filter(|ask| is_elsewhere(ask)).count(), 1);
}

#[test]
fn a_test_that_is_skipped_elsewhere_is_named_too() {
    let skipped = Outcome::Skipped("no CI".to_owned());
    let (proof, _) = Elsewhere::says(&[skipped]).prove(&Policy::default());
    let found = proof.findings.iter().find(|f| f.code == Code::OnlyHere);
    assert!(
        found.is_some_and(|f| f.message.contains("is skipped")),
        "{:?}",
        proof.findings
    );
}

#[test]
fn a_world_in_which_nothing_runs_takes_nothing_from_the_proof() {
    let mut elsewhere = Elsewhere::says(&[Outcome::NotReached]);
    let why = "the runner failed".to_owned();
    elsewhere.trouble = Some(Trouble::Inconsistent { why });
    let (proof, asked) = elsewhere.prove(&Policy::default());
    assert_eq!(proof.verdict, ChangeVerdict::Proven);
    assert_eq!(samples_on_head(&asked), 4, "{asked:?}");
    let said = proof.not_checked.iter();
    let mut said = said.filter(|line| line.contains("changed world"));
    assert_eq!(said.clone().count(), 1, "{:?}", proof.not_checked);
    assert!(said.all(|line| line.contains(UNIT)));
}

#[test]
fn with_one_sample_no_world_is_changed_and_that_is_said() {
    let policy = Policy {
        samples: 1,
        ..Policy::default()
    };
    let (proof, asked) = Elsewhere::says(&[assertion()]).prove(&policy);
    assert_eq!(proof.verdict, ChangeVerdict::Proven);
    assert!(!asked.iter().any(is_elsewhere));
    let mut said = proof.not_checked.iter();
    assert!(said.any(|line| line.contains("changed world")));
}
