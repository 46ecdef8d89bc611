//! Plans one build that holds every mutant: which places are rewritten, and by which number each
//! mutant is switched on.

use super::super::constraint::is_left_out;
use super::super::place::parent;
use super::super::syntax::{self, children, text_of};
use super::module;
use super::place::{self, Form, Place};
use crate::mutate::sites;
use redgreen_core::mutant::Mutant;
use std::collections::BTreeMap;
use tree_sitter::Node;

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
    /// Mutants in files that the build leaves out.
    pub(super) left_out: Vec<usize>,
    /// The file beside each rewritten one that tells which mutant is on, and its package.
    pub(super) modules: BTreeMap<String, String>,
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
        let Some(tree) = syntax::parse(text).filter(|_| !own.is_empty()) else {
            continue;
        };
        if is_left_out(path, text) {
            plan.left_out.extend(own.iter().map(|(index, _)| *index));
            continue;
        }
        let mut places: BTreeMap<(usize, usize, Form), (Place, Vec<usize>)> = BTreeMap::new();
        for (index, mutant) in own {
            match place::of(tree.root_node(), text, mutant) {
                Ok(place) => {
                    let key = (place.bytes.start, place.bytes.end, place.form);
                    let entry = places.entry(key).or_insert((place, Vec::new()));
                    entry.1.push(index);
                }
                Err(why) => drop(plan.refused.insert(index, why)),
            }
        }
        if places.is_empty() {
            continue;
        }
        let package = package(tree.root_node(), text);
        let file = module::file(&package, path.ends_with("_test.go"));
        let dir = parent(path);
        let beside = if dir.is_empty() {
            file.to_owned()
        } else {
            format!("{dir}/{file}")
        };
        plan.modules.insert(beside, package);
        sites::seat(path, places, (&mut plan.sites, &mut plan.site_of));
    }
    for (index, mutant) in mutants.iter().enumerate() {
        if !texts.contains_key(&mutant.path) {
            plan.left_out.push(index);
        }
    }
    plan
}

/// The name in the package clause.
fn package(root: Node<'_>, text: &str) -> String {
    let clause = children(root)
        .into_iter()
        .find(|node| node.kind() == "package_clause");
    let name = clause.and_then(|clause| children(clause).into_iter().next());
    name.map_or_else(|| "main".to_owned(), |name| text_of(name, text).to_owned())
}
