//! Judges a plan: the ticket itself, the plan's file, and on BASE all that it names as a check.

use super::seen::Seen;
use super::stale::spec_name;
use super::{Drive, DriveError, ticket_of};
use crate::config::Config;
use crate::git::Git;
use redgreen_core::evidence::Evidence;
use redgreen_core::finding::{Code, Finding, Weight};
use redgreen_core::gate::is_named;
use redgreen_core::id::TreeId;
use redgreen_core::plan::{Plan, command_words, gate, parse, passes_already, render, unplanned};
use redgreen_core::run::RunState;
use redgreen_core::ticket::Ticket;
use redgreen_toolchain::dependencies::dependencies;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

impl Drive<'_> {
    /// Writes the plan to start from into the worktree, where the ticket owes one and there is none.
    pub(super) fn draft_plan(&self, state: &RunState, worktree: &Path) -> Result<(), DriveError> {
        let ticket = ticket_of(state)?;
        let config = config_of_base(self.git, state)?;
        let path = worktree.join(spec_name(&ticket));
        if !config.plan.owed.covers(ticket.size) || path.exists() {
            return Ok(());
        }
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).map_err(DriveError::disk(dir))?;
        }
        let text = render(&Plan::draft(&ticket), &ticket);
        fs::write(&path, text).map_err(DriveError::disk(&path))
    }

    /// What the linter finds in the ticket and what that leaves open; what the plan's file still
    /// owes; what it names that passes without the change.
    pub(super) fn plan(&mut self, state: &RunState, tree: &TreeId) -> Result<Seen, DriveError> {
        let ticket = ticket_of(state)?;
        let mut seen = Seen::default();
        let criteria = ticket.criteria.iter();
        seen.facts = criteria.map(|c| format!("{}: {}", c.id, c.text)).collect();
        let written = written_plan(self.git, state, &ticket, tree)?;
        if let Some(text) = &written {
            seen.facts.push(format!("plan: {}", spec_name(&ticket)));
            seen.findings = gate(text, &ticket);
            self.on_base(state, &parse(text), &mut seen)?;
        }
        let is_open = seen.findings.iter().any(|f| f.weight == Weight::Blocks);
        // Nobody approves a plan that is not finished.
        let asked = self.take_in(state, &ticket, !is_open)?;
        seen.findings.extend(asked);
        Ok(seen)
    }

    /// Runs on BASE what the plan names as tests and checks. What passes there shows nothing.
    fn on_base(
        &mut self,
        state: &RunState,
        plan: &Plan,
        seen: &mut Seen,
    ) -> Result<(), DriveError> {
        if plan.tests.is_empty() {
            return Ok(());
        }
        let base = self.git.tree_of(&state.started.base)?;
        let config = config_of_base(self.git, state)?;
        seen.evidence = self.bench().whole_suites(&base, 0)?;
        for planned in &plan.tests {
            if let Some(name) = passing(&seen.evidence, &planned.test) {
                let found = passes_already(planned, &format!("the test {name}"));
                seen.findings.push(found);
            }
            let Some(line) = &planned.check else {
                continue;
            };
            let Some(argv) = command_words(line) else {
                let text = format!("the check is no command: {line}");
                let subject = format!("PL011 {}", planned.criterion);
                let found = Finding::new(Code::PlanUnfit, Weight::Blocks, subject, text);
                seen.findings.push(found);
                continue;
            };
            seen.commands.push(line.clone());
            match self.bench().check(&base, &argv, &config)? {
                None => seen
                    .findings
                    .push(passes_already(planned, &format!("the check `{line}`"))),
                Some(why) => seen.facts.push(format!("fails on BASE: {line}: {why}")),
            }
        }
        Ok(())
    }
}

/// The text of the plan's file in `tree`; nothing where there is none, or it is that of BASE and no
/// plan is owed.
fn written_plan(
    git: &Git,
    state: &RunState,
    ticket: &Ticket,
    tree: &TreeId,
) -> Result<Option<String>, DriveError> {
    let name = spec_name(ticket);
    let text = git.text_at(tree, &name)?;
    let base = git.tree_of(&state.started.base)?;
    let is_owed = config_of_base(git, state)?.plan.owed.covers(ticket.size);
    if !is_owed && text == git.text_at(&base, &name)? {
        return Ok(None);
    }
    Ok(text)
}

fn config_of_base(git: &Git, state: &RunState) -> Result<Config, DriveError> {
    let base = git.tree_of(&state.started.base)?;
    Ok(Config::of_tree(git, &base)?)
}

/// Dependencies that the change brings and that no plan gives a reason for.
pub(super) fn new_dependencies(
    git: &Git,
    state: &RunState,
    tree: &TreeId,
) -> Result<Vec<Finding>, DriveError> {
    let base = git.tree_of(&state.started.base)?;
    let new = added(git, &base, tree)?;
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let ticket = ticket_of(state)?;
    let plan = written_plan(git, state, &ticket, tree)?;
    Ok(unplanned(&new, plan.as_deref().map(parse).as_ref()))
}

/// The test of BASE that passes and that `said` can mean.
fn passing(evidence: &[(Evidence, bool)], said: &str) -> Option<String> {
    let seen = evidence.iter().flat_map(|(seen, _)| &seen.report.tests);
    let mut passed = seen.filter(|(_, seen)| seen.outcome.passed());
    passed
        .find(|(name, _)| is_named(name, said))
        .map(|(name, _)| name.clone())
}

/// What the manifests of `head` depend on and those of `base` do not.
fn added(git: &Git, base: &TreeId, head: &TreeId) -> Result<BTreeSet<String>, DriveError> {
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    for changed in git.changed(base, head)? {
        let path = changed.path.text();
        for (tree, all) in [(base, &mut before), (head, &mut after)] {
            if let Some(text) = git.text_at(tree, &path)? {
                all.extend(dependencies(&path, &text));
            }
        }
    }
    Ok(after.difference(&before).cloned().collect())
}
