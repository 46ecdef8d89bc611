//! Which test shows which criterion, where no worker says so.

use super::{runs, ticket_of};
use redgreen_core::id::CriterionId;
use redgreen_core::report::unshown;
use redgreen_core::run::RunState;

/// The criteria that nothing shows in a run of two slices, changed by `change`.
fn open(change: impl FnOnce(&mut RunState)) -> Vec<String> {
    let mut state = runs::happy("").fold();
    change(&mut state);
    let open = unshown(&state, &ticket_of(&state));
    open.iter().map(CriterionId::to_string).collect()
}

#[test]
fn a_test_shows_the_criterion_of_the_slice_in_which_it_was_red_first() {
    assert!(open(|_| ()).is_empty(), "as its worker says");
    assert!(open(|state| state.claims.clear()).is_empty());
}

#[test]
fn in_a_slice_of_several_criteria_somebody_has_to_say_which() {
    let several = |state: &mut RunState| {
        state.claims.clear();
        let all = state.started.slices.concat();
        state.started.slices = vec![all.clone(), all];
    };
    assert_eq!(open(several), ["AC-1", "AC-2"]);
}

#[test]
fn what_a_worker_says_to_be_of_another_criterion_is_not_of_this_one() {
    let swapped = |state: &mut RunState| {
        for (_, _, claim) in &mut state.claims {
            for link in &mut claim.links {
                link.criterion = CriterionId::new("AC-1");
            }
        }
    };
    assert_eq!(open(swapped), ["AC-2"]);
}
