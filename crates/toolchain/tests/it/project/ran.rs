//! Holds what a run of an adapter reported, and asks it in few words.

use redgreen_core::evidence::Report;
use redgreen_core::outcome::{FailureKind, Outcome};
use redgreen_toolchain::Invocation;

/// The report of a run and the commands that it took.
pub(crate) struct Run {
    pub(crate) report: Report,
    pub(crate) commands: Vec<Invocation>,
}

impl Run {
    pub(crate) fn outcome(&self, name: &str) -> &Outcome {
        let seen = self.report.tests.get(name);
        &seen
            .unwrap_or_else(|| panic!("no {name} in {:#?}", self.report))
            .outcome
    }

    /// Kind and place of the failure of `name`.
    pub(crate) fn failed(&self, name: &str) -> (FailureKind, String) {
        let Outcome::Failed(failure) = self.outcome(name) else {
            panic!("{name} did not fail: {:?}", self.outcome(name));
        };
        let at = failure.at.as_ref();
        let at = at.map_or_else(String::new, |at| format!("{}:{}", at.path, at.line));
        (failure.kind.clone(), at)
    }

    pub(crate) fn passed(&self, name: &str) {
        assert_eq!(self.outcome(name), &Outcome::Passed, "{name}");
    }

    /// `hides kind name owner at` of each diagnostic.
    pub(crate) fn diagnostics(&self) -> Vec<String> {
        let shown = self.report.diagnostics.iter().map(|diagnostic| {
            let failure = &diagnostic.failure;
            let symbol = failure.symbol.as_ref();
            let name = symbol.map_or("-", |symbol| symbol.name.as_str());
            let owner = symbol
                .and_then(|symbol| symbol.owner.as_deref())
                .unwrap_or("-");
            let at = failure.at.as_ref();
            let at = at.map_or_else(String::new, |at| format!("{}:{}", at.path, at.line));
            format!(
                "{} {:?} {name} {owner} {at}",
                diagnostic.hides, failure.kind
            )
        });
        shown.collect()
    }
}
