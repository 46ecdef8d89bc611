//! `redgreen doctor --self-test`: plants cheats in a copy of HEAD and tells which a proof sees.

use super::{open, prove, signals, watch};
use crate::args::Common;
use crate::failure::Failure;
use crate::json::{Check, CheckState};
use crate::screen::Screen;
use redgreen_engine::observe::Manner;
use redgreen_engine::rehearse::{Ending, Rehearsed, rehearse};

/// One line for each cheat.
pub(super) fn checks(common: &Common, screen: &Screen) -> Result<Vec<Check>, Failure> {
    let git = open(common)?;
    let commit = git.head()?.commit;
    let manner = Manner {
        stop: Some(signals::stop_flag()?),
        install: false,
        reuse: true,
    };
    let workshop = prove::workshop(&git)?;
    let mut tell = watch::teller(common, screen);
    let rehearsed = rehearse(&git, &commit, (&workshop, &manner), &mut tell)?;
    Ok(rehearsed.into_iter().map(check).collect())
}

fn check(rehearsed: Rehearsed) -> Check {
    let (state, end) = match rehearsed.end {
        Ending::Caught(code) => (CheckState::Good, format!("seen, {code}")),
        Ending::Missed(verdict) => (CheckState::Note, format!("not seen: {verdict:?}")),
        Ending::NotPlanted(why) => (CheckState::Note, format!("not planted: {why}")),
    };
    Check {
        what: format!("cheat {}", rehearsed.name),
        state,
        found: format!("{end} ({})", rehearsed.what),
        mend: None,
    }
}
