//! Plans one build that holds every mutant: which places are rewritten, and by which number each
//! mutant is switched on.

use super::super::functions::parse;
use super::super::surface::owns;
use super::place::{self, Form, Place};
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
    pub(super) refused: BTreeMap<usize, String>,
    /// Mutants in files that are neither C nor C++: they change what is built, not what is run.
    pub(super) left_out: Vec<usize>,
}

impl Plan {
    /// The mutant that a number switches on.
    pub(super) fn numbered(&self, number: usize) -> Option<usize> {
        let of = |site: &&Site| (site.first..site.first + site.mutants.len()).contains(&number);
        let site = self.sites.iter().find(of)?;
        site.mutants.get(number - site.first).copied()
    }
}

/// The plan for `mutants` of the files `texts`.
pub(super) fn plan(mutants: &[Mutant], texts: &BTreeMap<String, String>) -> Plan {
    let mut plan = Plan::default();
    for (path, text) in texts {
        let own = mutants.iter().enumerate();
        let own: Vec<(usize, &Mutant)> = own.filter(|(_, mutant)| mutant.path == *path).collect();
        if !owns(path) {
            plan.left_out.extend(own.iter().map(|(index, _)| *index));
            continue;
        }
        let Some(tree) = parse(text).filter(|_| !own.is_empty()) else {
            continue;
        };
        let mut places: BTreeMap<(usize, usize, Form), (Place, Vec<usize>)> = BTreeMap::new();
        for (index, mutant) in own {
            match place::of(tree.root_node(), (path, text), mutant) {
                Ok(place) => {
                    let key = (place.bytes.start, place.bytes.end, place.form);
                    let entry = places.entry(key).or_insert((place, Vec::new()));
                    entry.1.push(index);
                }
                Err(why) => drop(plan.refused.insert(index, why)),
            }
        }
        sites::seat(path, places, (&mut plan.sites, &mut plan.site_of));
    }
    for (index, mutant) in mutants.iter().enumerate() {
        if !texts.contains_key(&mutant.path) {
            let why = "its file is not there".to_owned();
            plan.refused.insert(index, why);
        }
    }
    plan
}
