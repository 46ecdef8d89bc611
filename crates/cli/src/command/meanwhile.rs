//! Looks whether what was offered at the forge has landed there, before it is landed here.

use crate::failure::{Failure, FailureKind};
use crate::screen::{Screen, harmless};
use redgreen_core::finding::Code;
use redgreen_core::run::RunState;
use redgreen_engine::git::{Fetched, Git, ORIGIN};

/// Where the branch of `state` was pushed to the forge: fetches the target from there, and refuses
/// to land here as well what has not landed there. Both would go their own ways. `into` is a
/// person's word that it is to land here.
pub(super) fn meanwhile(
    git: &Git,
    state: &RunState,
    into: Option<&str>,
    screen: &Screen,
) -> Result<(), Failure> {
    let (branch, target) = (&state.started.branch, &state.started.target);
    let tracked =
        |remote: &str, name: &str| git.ref_target(&format!("refs/remotes/{remote}/{name}"));
    // A fork's pull request is merged in the project's own repository.
    let home = git.home_remote()?;
    let pushed_to = git.push_remote(branch)?;
    let pushed_to = pushed_to.as_deref().unwrap_or(ORIGIN);
    if state.merged.is_some() || tracked(pushed_to, branch)?.is_none() {
        return Ok(());
    }
    if let Fetched::Not { why } = git.fetch(&home, target)? {
        let words = format!("what landed at {home} since the last fetch is not known: {why}");
        screen.note(&harmless(&words));
    }
    if into.is_some() {
        return Ok(());
    }
    // Somebody may have merged it here by hand, too.
    let ends = [
        tracked(&home, target)?,
        git.ref_target(&format!("refs/heads/{target}"))?,
    ];
    for end in ends.iter().flatten() {
        if git.landing(state.tip(), end)?.is_some() {
            return Ok(());
        }
    }
    let message =
        format!("{branch} was pushed to {pushed_to} and has not landed on {home}'s {target}");
    let failure = Failure::new(FailureKind::Person, Code::NotToOffer, message);
    Err(failure
        .hint(format!("redgreen complete   (when {home} has merged it)"))
        .hint(format!(
            "redgreen complete --into {target}   (lands it here)"
        )))
}
