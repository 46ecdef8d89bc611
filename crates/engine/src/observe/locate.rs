//! Tells on which surface the places of a report stand.

use redgreen_core::evidence::Report;
use redgreen_core::outcome::{Location, Outcome};
use redgreen_core::surface::{Lines, Surface};
use redgreen_toolchain::{Unit, language, surface};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Tells the surface of every place that a report names. The observer has the tree; the adapter
/// has not.
pub(super) struct Locator<'t> {
    tree: &'t Path,
    unit: &'t Unit,
    outlines: BTreeMap<String, Option<(Surface, Vec<Lines>)>>,
}

impl<'t> Locator<'t> {
    /// A locator in the checkout `tree` of `unit`.
    pub(super) fn new(tree: &'t Path, unit: &'t Unit) -> Self {
        Self {
            tree,
            unit,
            outlines: BTreeMap::new(),
        }
    }

    /// Fills in the surface of every place in `report`.
    pub(super) fn place(&mut self, report: &mut Report) {
        for seen in report.tests.values_mut() {
            if let Outcome::Failed(failure) = &mut seen.outcome
                && let Some(at) = &mut failure.at
            {
                self.locate(at);
            }
        }
        for diagnostic in &mut report.diagnostics {
            if let Some(at) = &mut diagnostic.failure.at {
                self.locate(at);
            }
        }
    }

    fn locate(&mut self, at: &mut Location) {
        let known = self.outlines.entry(at.path.clone()).or_insert_with(|| {
            let text = fs::read_to_string(self.tree.join(&at.path)).ok()?;
            let side = surface(&at.path, Some(&text));
            let outline = language(&at.path).map(|l| l.outline(self.unit, &at.path, &text));
            let regions = outline.map(|outline| outline.regions).unwrap_or_default();
            Some((
                side,
                regions.into_iter().map(|region| region.lines).collect(),
            ))
        });
        at.surface = known.as_ref().map(|(side, regions)| {
            if regions.iter().any(|lines| lines.holds(at.line)) {
                Surface::Test
            } else {
                *side
            }
        });
    }
}
