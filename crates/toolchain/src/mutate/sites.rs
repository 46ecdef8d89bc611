//! Counts the places of one build that holds every mutant: what is switched where, by which number.

use std::collections::BTreeMap;

/// A place with the mutants that are switched there.
#[derive(Clone, Debug)]
pub(crate) struct Site<P> {
    /// The file.
    pub(crate) path: String,
    pub(crate) place: P,
    /// Number of the first of its mutants; the others follow.
    pub(crate) first: usize,
    /// The mutants, by their index in the question.
    pub(crate) mutants: Vec<usize>,
}

impl<P> Site<P> {
    /// The number that switches a mutant of this place on.
    pub(crate) fn number(&self, mutant: usize) -> Option<usize> {
        let nth = self.mutants.iter().position(|own| *own == mutant)?;
        Some(self.first + nth)
    }
}

/// Adds the places of the file at `path` behind those that are there, in the order of their keys.
/// Numbers begin with 1: 0 is no mutant. `site_of` gets the site of each mutant.
pub(crate) fn seat<K, P>(
    path: &str,
    places: BTreeMap<K, (P, Vec<usize>)>,
    (sites, site_of): (&mut Vec<Site<P>>, &mut BTreeMap<usize, usize>),
) {
    for (place, mutants) in places.into_values() {
        site_of.extend(mutants.iter().map(|index| (*index, sites.len())));
        let first = sites
            .last()
            .map_or(1, |last| last.first + last.mutants.len());
        sites.push(Site {
            path: path.to_owned(),
            place,
            first,
            mutants,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_has_a_number_of_its_own() {
        let (mut sites, mut site_of) = (Vec::new(), BTreeMap::new());
        let first = BTreeMap::from([(9, ("late", vec![4])), (1, ("early", vec![7, 0]))]);
        seat("a", first, (&mut sites, &mut site_of));
        let second = BTreeMap::from([(0, ("other", vec![2]))]);
        seat("b", second, (&mut sites, &mut site_of));
        let number = |mutant: usize| sites[site_of[&mutant]].number(mutant);
        assert_eq!([7, 0, 4, 2].map(number), [1, 2, 3, 4].map(Some));
        assert_eq!(sites[0].number(4), None, "it is switched elsewhere");
        assert_eq!((sites[2].path.as_str(), sites[2].place), ("b", "other"));
    }
}
