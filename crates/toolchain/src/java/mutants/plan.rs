//! Plans one build that holds every mutant: which places are rewritten, by which number each
//! mutant is switched on, and where it is told that a function runs.

use super::super::functions::functions;
use super::super::syntax::{self, Items};
use super::place::{self, Form, Place, Refused};
use crate::mutate::sites;
use redgreen_core::mutant::Mutant;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A place with the mutants that are switched there.
pub(super) type Site = sites::Site<Place>;

/// A function whose start is told. Its number is behind those of the places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) path: String,
    pub(super) bytes: Range<usize>,
    /// Where its first statement stands.
    pub(super) entry: usize,
}

/// Every place of every file.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Those of one file stand together, in the order of the text.
    pub(super) sites: Vec<Site>,
    /// The site of each mutant, by its index in the question.
    pub(super) site_of: BTreeMap<usize, usize>,
    pub(super) marks: Vec<Mark>,
    /// Mutants that get classes of their own.
    pub(super) alone: BTreeSet<usize>,
    /// Those for which every file is compiled: the compiler copies constants, and what stands
    /// outside of functions is used elsewhere.
    pub(super) whole: BTreeSet<usize>,
    /// Mutants that are not tried, and why.
    pub(super) skipped: BTreeMap<usize, &'static str>,
}

impl Plan {
    /// The plan for `mutants` of the files `texts`.
    pub(super) fn of(mutants: &[Mutant], texts: &BTreeMap<String, String>) -> Self {
        let mut plan = Self::default();
        for (path, text) in texts {
            let own = mutants.iter().enumerate();
            let own: Vec<(usize, &Mutant)> =
                own.filter(|(_, mutant)| mutant.path == *path).collect();
            if !path.ends_with(".java") {
                plan.skip(&own, "it is no Java, and may change what is built");
                continue;
            }
            plan.add((path, text), &own);
        }
        plan
    }

    fn skip(&mut self, own: &[(usize, &Mutant)], why: &'static str) {
        self.skipped
            .extend(own.iter().map(|(index, _)| (*index, why)));
    }

    fn add(&mut self, (path, text): (&str, &str), own: &[(usize, &Mutant)]) {
        let Some(tree) = syntax::parse(text).filter(|_| !own.is_empty()) else {
            return;
        };
        let items = Items::of(&tree, text);
        let mut places: BTreeMap<(usize, usize, Form), (Place, Vec<usize>)> = BTreeMap::new();
        for (index, mutant) in own {
            match place::of(tree.root_node(), (&items, text), mutant) {
                Ok(place) => {
                    let key = (place.bytes.start, place.bytes.end, place.form);
                    let entry = places.entry(key).or_insert((place, Vec::new()));
                    entry.1.push(*index);
                }
                Err(Refused::Alone) => drop(self.alone.insert(*index)),
                Err(Refused::Whole) => drop(self.whole.insert(*index)),
            }
        }
        sites::seat(path, places, (&mut self.sites, &mut self.site_of));
        for function in functions(&items, text) {
            let bytes = function.node.byte_range();
            let inside = |mutant: &Mutant| {
                bytes.start <= mutant.bytes.start && mutant.bytes.end <= bytes.end
            };
            let Some(body) = function.body.filter(|body| !body.has_error()) else {
                continue;
            };
            if own.iter().any(|(_, mutant)| inside(mutant)) {
                self.marks.push(Mark {
                    path: path.to_owned(),
                    entry: place::entry(body),
                    bytes,
                });
            }
        }
    }

    /// How many places there are, marks among them.
    pub(super) fn places(&self) -> usize {
        self.sites.len() + self.marks.len()
    }

    /// The places by which a mutant is come by; nothing where that cannot be told.
    pub(super) fn near(&self, index: usize, mutant: &Mutant, is_alone: bool) -> BTreeSet<usize> {
        if let Some(site) = self.site_of.get(&index).filter(|_| !is_alone) {
            return [*site].into();
        }
        let marks = self.marks.iter().enumerate().filter(|(_, mark)| {
            let own = &mark.bytes;
            mark.path == mutant.path
                && own.start <= mutant.bytes.start
                && mutant.bytes.end <= own.end
        });
        marks.map(|(nth, _)| self.sites.len() + nth).collect()
    }
}
