//! Folds journals made by hand and holds what is reported of them.

mod expected;
mod journal;
mod proofs;
mod properties;
mod pull;
mod runs;
mod trace;

use redgreen_core::change::Status;
use redgreen_core::report::{FileDiff, Given, Report, Side};
use redgreen_core::run::RunState;
use redgreen_core::ticket::{Defaults, Ticket};

/// The ticket that `state` is a run of, as it was when the run began.
fn ticket_of(state: &RunState) -> Ticket {
    let (id, text) = (state.started.ticket.as_str(), &state.started.text);
    Ticket::parse(id, text, &Defaults::default()).expect("the ticket has text")
}

/// The report of `state` with what the edge gave.
fn report(state: &RunState, given: &Given) -> Report {
    Report::of(state, &ticket_of(state), given)
}

fn file(path: &str, side: Side, status: Status, diff_text: &str) -> FileDiff {
    FileDiff {
        path: path.to_owned(),
        side,
        status,
        diff_text: diff_text.to_owned(),
    }
}

/// What an edge gives for the runs above.
pub(super) fn given() -> Given {
    let diffs = vec![
        file(
            "tests/test_basket.py",
            Side::Test,
            Status::Modified,
            "@@ -1 +1,3 @@\n import shop\n+def test_coupon_lowers_total():\n+    ...\n",
        ),
        file(
            "shop/basket.py",
            Side::Production,
            Status::Modified,
            "@@ -10 +10,2 @@\n def total(self):\n+    \"\"\"Total.\n+\n+    ```python\n+    ```\n",
        ),
        file(
            "pyproject.toml",
            Side::Manifest,
            Status::Modified,
            "+coupon = \"1\"\n",
        ),
        file(
            "README.md",
            Side::Docs,
            Status::Modified,
            "+Coupons: see specs/.\n",
        ),
        file("specs/SHOP-7.png", Side::Docs, Status::Added, ""),
    ];
    Given {
        diffs,
        commands: vec!["python -m pytest -q".to_owned()],
        versions: vec!["Python 3.13.0, pytest 9.0.1".to_owned()],
        stale: Vec::new(),
    }
}

/// What an edge gives for prose alone.
pub(super) fn given_docs() -> Given {
    let mut given = given();
    given.diffs.retain(|file| file.side == Side::Docs);
    given
}
