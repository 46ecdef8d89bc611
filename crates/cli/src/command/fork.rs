//! Finds where the branch of a run is pushed: to `origin`, or to the fork that git is told of.

use super::source::REMOTE;
use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_engine::git::Git;
use redgreen_forge::pull::Head;
use redgreen_forge::remote::remote;
use redgreen_forge::site::Spot;

/// A remote that the branch is pushed to, and what it is then to the forge.
pub(super) struct Way {
    pub(super) remote: String,
    pub(super) head: Head,
}

/// The way of `branch` to the forge at `spot`. As git's own push goes: `branch.NAME.pushRemote`,
/// then `remote.pushDefault`, else `origin`.
pub(super) fn way(git: &Git, branch: &str, spot: &Spot) -> Result<Way, Failure> {
    let head = Head::here(branch);
    let told = git.push_remote(branch)?;
    let Some(name) = told.filter(|name| name != REMOTE) else {
        let remote = REMOTE.to_owned();
        return Ok(Way { remote, head });
    };
    let wrong = |why: String| {
        let message = format!("git pushes {branch} to {name}, {why}");
        Failure::new(FailureKind::Person, Code::NotToOffer, message)
            .hint("git config remote.pushDefault NAME   (a remote with your fork)")
            .hint("git config --unset remote.pushDefault   (pushes to origin)")
    };
    let address = git.remote_address(&name)?;
    let Some(address) = address else {
        return Err(wrong("and there is no such remote".to_owned()));
    };
    let place = remote(&address).filter(|place| place.web == spot.site.web);
    let Some(place) = place else {
        return Err(wrong(format!(
            "which is not on {}, where origin is",
            spot.site.web
        )));
    };
    let is_fork = !place.project.eq_ignore_ascii_case(&spot.project);
    Ok(Way {
        head: Head {
            fork: is_fork.then_some(place.project),
            ..head
        },
        remote: name,
    })
}
