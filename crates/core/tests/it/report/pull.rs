//! What stands in a pull request.

use super::journal::Journal;
use super::runs::{aborted, docs, happy, in_green, waived};
use super::{given, report};
use redgreen_core::report::Report;
use redgreen_core::report::pull::{
    BEGIN, END, Link, MOST_VISIBLE, Proven, proof_comment, pull_block, pull_title, put,
};

fn of(journal: &Journal) -> Report {
    report(&journal.fold(), &given())
}

fn visible(block: &str) -> &str {
    let inner = block.trim_start_matches(BEGIN);
    inner.split("<details>").next().unwrap_or_default()
}

fn closes() -> Link {
    Link::Closes("#12".to_owned())
}

#[test]
fn the_visible_part_is_short_and_says_what_counts() {
    let report = of(&happy(""));
    let block = pull_block(&report, &closes());
    let seen = visible(&block);
    assert!(seen.chars().count() <= MOST_VISIBLE, "{seen}");
    for owed in [
        "Coupons in the basket. Closes #12\n",
        "**Proven** by redgreen ",
        "(recompute: `redgreen prove ",
        "| AC-1 A valid coupon lowers the total",
        "| ✗ AssertionError: 100 != 90 | ✓ |",
        "**Look here:** ",
        "**Waived:** none",
        "**Not checked:** ",
    ] {
        assert!(seen.contains(owed), "{owed} is not in\n{seen}");
    }
    assert!(block.ends_with(&format!("</details>\n{END}\n")), "{block}");
    assert_eq!(pull_title(&report), "feat: coupons in the basket");
}

#[test]
fn every_run_fits_and_tells_what_it_is() {
    let runs = [happy("x"), waived(), aborted(), in_green(), docs()];
    for report in runs.iter().map(of) {
        let block = pull_block(&report, &Link::None);
        assert!(visible(&block).chars().count() <= MOST_VISIBLE, "{block}");
        assert!(block.contains(&report.verdict.words), "{block}");
        assert!(block.chars().count() < 65_536);
    }
    assert!(visible(&pull_block(&of(&waived()), &Link::None)).contains("**Waived:** RG"));
}

#[test]
fn a_hostile_ticket_stays_inside_and_calls_nobody() {
    let mut report = of(&happy(""));
    let words = "</details> @acme/everyone fixes #1 <!-- redgreen:end --> | x | `y`\n## Done";
    report.ticket.title = words.repeat(40);
    for criterion in &mut report.criteria {
        criterion.wording = words.repeat(40);
        for test in criterion
            .tests
            .iter_mut()
            .filter_map(|traced| traced.test.as_mut())
        {
            test.id.name = words.repeat(10);
        }
    }
    report.criteria = std::iter::repeat_n(report.criteria, 200)
        .flatten()
        .collect();
    let block = pull_block(&report, &closes());
    assert!(visible(&block).chars().count() <= MOST_VISIBLE, "{block}");
    assert!(block.chars().count() < 65_536);
    assert_eq!(block.matches(END).count(), 1);
    assert_eq!(block.matches("@acme").count(), 0);
    assert_eq!(block.replace("#12", "").matches("#1").count(), 0);
    assert!(!block.contains("\n## Done"));
    let text = put("Mine.", &block);
    assert!(put(&text, &pull_block(&of(&happy("")), &closes())).ends_with("\n\nMine."));
}

#[test]
fn a_proof_alone_is_a_comment() {
    let state = happy("").fold();
    let proof = state
        .gates
        .iter()
        .rev()
        .find_map(|gate| gate.proof.as_deref());
    let proof = proof.expect("the run has a proof");
    let reproduce = "redgreen prove a..b";
    let text = proof_comment(&Proven { proof, reproduce });
    let seen = visible(&text);
    assert!(seen.contains("**Proven** by redgreen"), "{seen}");
    assert!(
        seen.contains("(recompute: `redgreen prove a..b`)"),
        "{seen}"
    );
    assert!(seen.contains("**Not checked:**"), "{seen}");
    assert!(seen.chars().count() <= MOST_VISIBLE, "{seen}");
}
