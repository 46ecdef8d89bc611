//! Answers points on the forge, each once: in its thread, or in one list below the pull request.

use super::Offered;
use super::gather::Heard;
use crate::failure::Failure;
use redgreen_core::event::Event;
use redgreen_core::feedback::{Place, PointAnswered, PointState};
use redgreen_core::report::pull::{point_reply, points_comment};
use redgreen_core::run::RunState;
use redgreen_engine::drive::Ledger;
use redgreen_forge::Posted;

/// The mark of the list of points that have no thread.
const LIST: &str = "redgreen:feedback";

/// Answers what can be answered and was not, or not so.
pub(super) fn answer(
    offered: &Offered<'_>,
    state: &RunState,
    heard: &Heard,
) -> Result<(), Failure> {
    let due: Vec<(&PointState, String)> = state
        .feedback
        .points
        .iter()
        .filter_map(|kept| point_reply(state, kept).map(|words| (kept, words)))
        .filter(|(kept, words)| {
            kept.answered
                .as_ref()
                .is_none_or(|said| said.words != *words)
        })
        .collect();
    if due.is_empty() {
        return Ok(());
    }
    let mut ledger = Ledger::open(offered.desk.journal()?, &state.run)?;
    let mut listed = Vec::new();
    for (kept, words) in due {
        if kept.point.place != Place::Thread {
            listed.push((kept, words));
            continue;
        }
        let address = in_thread(offered, heard, (kept, &words))?;
        note(&mut ledger, kept, words, address)?;
    }
    if let (Some(list), false) = (points_comment(state), listed.is_empty()) {
        let below = offered.doors.pull(offered.opened.number)?;
        let address = page(below.comment_once(LIST, &list)?, &offered.opened.address);
        for (kept, words) in listed {
            note(&mut ledger, kept, words, address.clone())?;
        }
    }
    Ok(())
}

/// Answers in the thread of the point; where it stands.
fn in_thread(
    offered: &Offered<'_>,
    heard: &Heard,
    (kept, words): (&PointState, &str),
) -> Result<String, Failure> {
    let key = kept.point.key.trim_start_matches("thread:");
    // A thread that is gone took its question along.
    let Some(thread) = heard.review.threads.iter().find(|thread| thread.id == key) else {
        return Ok(kept.point.address.clone());
    };
    let marker = format!("redgreen:point {}", kept.point.id);
    let me = heard.review.me.as_deref();
    let number = offered.opened.number;
    let posted = offered
        .reviews
        .reply_once(number, (thread, me), &marker, words)?;
    Ok(page(posted, &kept.point.address))
}

fn page(posted: Posted, otherwise: &str) -> String {
    match posted {
        Posted::Written(page) | Posted::Edited(page) => page,
        Posted::Unchanged => otherwise.to_owned(),
    }
}

fn note(
    ledger: &mut Ledger,
    kept: &PointState,
    words: String,
    address: String,
) -> Result<(), Failure> {
    let id = kept.point.id.clone();
    ledger.append(Event::PointAnswered(PointAnswered { id, words, address }))?;
    Ok(())
}
