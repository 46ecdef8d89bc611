//! Judges the documents of a change by what its source offers before and after.

use super::{Document, Offer, Part, Sort, is_named, parts_of};
use crate::finding::{Code, Finding, Weight};
use std::collections::BTreeMap;

/// What is offered and what is written at one end of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// What the changed source files offer.
    pub offers: Vec<Offer>,
    /// What the project writes for its users. No changelog, no spec.
    pub documents: Vec<Document>,
    /// What is new and not released yet, by the changelog: nothing where there is none.
    pub unreleased: Option<String>,
}

/// What the documents of a change say and lack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documented {
    /// What is wrong, by place.
    pub findings: Vec<Finding>,
    /// What was compared, one line each.
    pub facts: Vec<String>,
}

/// Compares what is offered with what is written.
pub fn judge(base: &Shelf, head: &Shelf) -> Documented {
    let (old, new) = (by_name(&base.offers), by_name(&head.offers));
    let mut judged = Documented::default();
    let added: Vec<&Offer> = new
        .iter()
        .filter(|(name, _)| !old.contains_key(*name))
        .map(|(_, offer)| *offer)
        .collect();
    let removed: Vec<&Offer> = old
        .iter()
        .filter(|(name, _)| !new.contains_key(*name))
        .map(|(_, offer)| *offer)
        .collect();
    for offer in &added {
        judged.added(offer, head);
    }
    for offer in &removed {
        judged.removed(offer, head);
    }
    for (name, offer) in &new {
        if let Some(before) = old.get(name).filter(|before| before.shape != offer.shape) {
            judged.reshaped(before, offer, head);
        }
    }
    judged.parts(&added, base, head);
    judged.facts.insert(
        0,
        format!("{} offered anew, {} taken away", added.len(), removed.len()),
    );
    judged
}

/// One of each name: the first place that offers it.
fn by_name(offers: &[Offer]) -> BTreeMap<(Sort, &str), &Offer> {
    let mut all = BTreeMap::new();
    for offer in offers {
        all.entry((offer.sort, offer.name.as_str()))
            .or_insert(offer);
    }
    all
}

fn place(offer: &Offer) -> String {
    format!("{}:{}", offer.path, offer.line)
}

/// Where `documents` name `offer`.
fn named_in(offer: &Offer, documents: &[Document]) -> Option<String> {
    documents.iter().find_map(|document| {
        let line = is_named(offer.sort, &offer.name, &document.text)?;
        Some(format!("{}:{line}", document.path))
    })
}

impl Documented {
    fn found(&mut self, code: Code, weight: Weight, subject: String, text: String) {
        self.findings
            .push(Finding::new(code, weight, subject, text));
    }

    fn added(&mut self, offer: &Offer, head: &Shelf) {
        let (what, name) = (offer.sort.words(), &offer.name);
        if let Some(at) = named_in(offer, &head.documents) {
            self.facts.push(format!("{what} {name}: {at}"));
            return;
        }
        let weight = match offer.sort {
            Sort::Function if offer.described => {
                let text = format!("{what} {name}: described where it is defined");
                self.facts.push(text);
                return;
            }
            // Whoever writes no reference of functions owes none; those who read are told.
            Sort::Function => Weight::Advises,
            Sort::Flag | Sort::Variable | Sort::Key | Sort::Route => Weight::Blocks,
        };
        let text = format!("the new {what} {name} is named in no document");
        self.found(Code::Undocumented, weight, place(offer), text);
    }

    fn removed(&mut self, offer: &Offer, head: &Shelf) {
        let (what, name) = (offer.sort.words(), &offer.name);
        let still = named_in(offer, &head.documents);
        // A function's name is often a word of its own as well.
        if let Some(at) = still.filter(|_| offer.sort != Sort::Function) {
            let text = format!("the {what} {name} is gone and still named here");
            self.found(Code::StaleDocument, Weight::Blocks, at, text);
        }
        self.owes_a_word(offer, head, "is gone");
    }

    fn reshaped(&mut self, before: &Offer, offer: &Offer, head: &Shelf) {
        if !is_compatible(&before.shape, &offer.shape) {
            self.owes_a_word(offer, head, "takes other arguments");
        }
    }

    /// What breaks others is named where they look before they upgrade.
    fn owes_a_word(&mut self, offer: &Offer, head: &Shelf, how: &str) {
        let Some(unreleased) = &head.unreleased else {
            return;
        };
        let is_told = is_named(offer.sort, &offer.name, unreleased).is_some();
        if is_told {
            return;
        }
        let (what, name) = (offer.sort.words(), &offer.name);
        let weight = match offer.sort {
            // Which functions are meant for others is a guess in most languages.
            Sort::Function => Weight::Advises,
            Sort::Flag | Sort::Variable | Sort::Key | Sort::Route => Weight::Blocks,
        };
        let text = format!("the {what} {name} {how}, and the changelog does not say so");
        self.found(Code::BreakingUnnamed, weight, place(offer), text);
    }

    /// What the change needs a part of the documents for, and the parts that got lost.
    fn parts(&mut self, added: &[&Offer], base: &Shelf, head: &Shelf) {
        let all = |shelf: &Shelf| {
            let parts = shelf.documents.iter().flat_map(|doc| parts_of(&doc.text));
            parts.collect::<std::collections::BTreeSet<Part>>()
        };
        let (before, now) = (all(base), all(head));
        let configured = added
            .iter()
            .any(|offer| matches!(offer.sort, Sort::Variable | Sort::Key));
        for part in Part::ALL {
            if now.contains(&part) {
                continue;
            }
            let title = part.title();
            let subject = "README.md".to_owned();
            if before.contains(&part) {
                let text = format!("no document has a part on {title} any more");
                self.found(Code::PartMissing, Weight::Blocks, subject, text);
            } else if part == Part::Configuration && configured {
                let text = format!("something new can be configured, and no document has {title}");
                self.found(Code::PartMissing, Weight::Blocks, subject, text);
            } else {
                let text = format!("no document has a part on {title}");
                self.found(Code::PartMissing, Weight::Advises, subject, text);
            }
        }
    }
}

/// Whether whoever calls the old shape can go on: parameters were only added behind, each with a
/// default.
fn is_compatible(old: &str, new: &str) -> bool {
    let rest = match new.strip_prefix(old) {
        Some(rest) => rest,
        None => return false,
    };
    let mut added = rest
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    added.all(|part| part.contains('=') || part.contains('?') || part.starts_with('*'))
}
