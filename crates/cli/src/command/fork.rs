//! Finds where the branch of a run is pushed: to the project's own repository, or to a fork of it.

use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_engine::git::{Git, ORIGIN};
use redgreen_forge::pull::Head;
use redgreen_forge::remote::remote;
use redgreen_forge::site::Spot;

/// A remote that the branch is pushed to, and what it is then to the forge.
pub(super) struct Way {
    pub(super) remote: String,
    pub(super) head: Head,
}

/// The way of `branch` to the forge at `spot`. As git's own push goes: `branch.NAME.pushRemote`,
/// then `remote.pushDefault`, else `origin`, where there is one.
pub(super) fn way(git: &Git, branch: &str, spot: &Spot) -> Result<Way, Failure> {
    let head = Head::here(branch);
    let home = git.home_remote()?;
    let name = match git.push_remote(branch)? {
        Some(told) => told,
        None if git.remote_address(ORIGIN)?.is_some() => ORIGIN.to_owned(),
        None => home.clone(),
    };
    if name == home {
        return Ok(Way { remote: home, head });
    }
    let wrong = |why: String| {
        let message = format!("git pushes {branch} to {name}, {why}");
        Failure::new(FailureKind::Person, Code::NotToOffer, message)
            .hint("git config remote.pushDefault NAME   (a remote with your fork)")
            .hint(format!(
                "git config remote.pushDefault {home}   (pushes there)"
            ))
    };
    let address = git.remote_address(&name)?;
    let Some(address) = address else {
        return Err(wrong("and there is no such remote".to_owned()));
    };
    let place = remote(&address).filter(|place| place.web == spot.site.web);
    let Some(place) = place else {
        return Err(wrong(format!(
            "which is not on {}, where {home} is",
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
