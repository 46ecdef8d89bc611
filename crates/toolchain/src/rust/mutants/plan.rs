//! Plans one build that holds every mutant: which places are rewritten, and by which number each
//! mutant is switched on.

use super::super::syntax;
use super::place::{self, Form, Place};
use crate::mutate::refusal::Refusal;
use crate::mutate::sites;
use redgreen_core::mutant::Mutant;
use std::collections::BTreeMap;

/// A place with the mutants that are switched there.
pub(super) type Site = sites::Site<Place>;

/// Every place of every file.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Those of one file stand together, in the order of the text.
    pub(super) sites: Vec<Site>,
    /// The site of each mutant, by its index in the question.
    pub(super) site_of: BTreeMap<usize, usize>,
    /// Mutants that no place can switch, and why.
    pub(super) refused: BTreeMap<usize, Refusal>,
    /// Mutants that take `should_panic` off a test.
    pub(super) attributes: Vec<usize>,
}

/// The plan for `mutants` of the files `texts`.
pub(super) fn plan(mutants: &[Mutant], texts: &BTreeMap<String, String>) -> Plan {
    let mut plan = Plan::default();
    for (path, text) in texts {
        let Some(tree) = syntax::parse(text) else {
            continue;
        };
        let mut places: BTreeMap<(usize, usize, Form), (Place, Vec<usize>)> = BTreeMap::new();
        let own = mutants.iter().enumerate();
        for (index, mutant) in own.filter(|(_, mutant)| mutant.path == *path) {
            match place::of(tree.root_node(), text, mutant) {
                Ok(place) if place.form == Form::Attribute => plan.attributes.push(index),
                Ok(place) => {
                    let key = (place.bytes.start, place.bytes.end, place.form);
                    let entry = places.entry(key).or_insert((place, Vec::new()));
                    entry.1.push(index);
                }
                Err(why) => {
                    plan.refused.insert(index, why);
                }
            }
        }
        sites::seat(path, places, (&mut plan.sites, &mut plan.site_of));
    }
    for (index, mutant) in mutants.iter().enumerate() {
        if !texts.contains_key(&mutant.path) {
            let why = "its file was not given";
            plan.refused.insert(index, why.into());
        }
    }
    plan
}
