//! Lets findings pass that somebody has a reason for: of one line in the ticket, of a rule in the
//! repository's configuration. What stops the work passes by configuration alone, as a ticket
//! gives no permission.

use super::TicketFinding;
use super::rule::{self, Severity};
use crate::ticket::Ticket;
use crate::ticket::outline::fold;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule whose findings a repository lets pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Allowance {
    /// The rule: `RQ011`.
    pub rule: String,
    /// Why.
    pub reason: String,
}

/// A finding that was let pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Passed {
    /// The finding.
    pub finding: TicketFinding,
    /// Why it was let pass.
    pub reason: String,
    /// Where that stands: `ticket` or `redgreen.toml`.
    pub said_in: String,
}

/// A line of a ticket that lets findings of one rule pass.
#[derive(Debug)]
struct Comment<'t> {
    rule: String,
    reason: &'t str,
    /// The line of the comment.
    line: u32,
    /// The line that it is about.
    about: u32,
}

const OPENS: &str = "<!-- redgreen: allow ";

/// Parts `findings` into those that stand and those that pass, and adds an RQ051 for each
/// allowance that does not count.
pub(super) fn sift(
    ticket: &Ticket,
    allowed: &[Allowance],
    findings: Vec<TicketFinding>,
) -> (Vec<TicketFinding>, Vec<Passed>) {
    let comments = comments(&ticket.text);
    let (mut standing, mut passed) = (Vec::new(), Vec::new());
    for finding in findings {
        let by_line = comments.iter().find(|comment| {
            counts(comment).is_ok()
                && comment.rule == finding.code
                && (comment.about == finding.line || comment.line == finding.line)
        });
        let by_rule = allowed.iter().find(|allowance| {
            allowance.rule == finding.code && !allowance.reason.trim().is_empty()
        });
        let reason = match (by_line, by_rule) {
            (Some(comment), _) => Some((comment.reason.to_owned(), "ticket")),
            (None, Some(allowance)) => Some((allowance.reason.clone(), "redgreen.toml")),
            (None, None) => None,
        };
        match reason {
            Some((reason, said_in)) => passed.push(Passed {
                finding,
                reason,
                said_in: said_in.to_owned(),
            }),
            None => standing.push(finding),
        }
    }
    standing.extend(comments.iter().filter_map(|comment| {
        let why = counts(comment).err()?;
        Some(idle(comment.line, &comment.rule, why))
    }));
    standing.extend(allowed.iter().filter_map(|allowance| {
        let why = if allowance.reason.trim().is_empty() {
            "redgreen.toml gives no reason"
        } else if rule::of_code(&allowance.rule).is_none() {
            "redgreen.toml names a rule that there is not"
        } else {
            return None;
        };
        Some(idle(1, &allowance.rule, why))
    }));
    (standing, passed)
}

/// Why an allowance does not count, where it does not.
fn counts(comment: &Comment<'_>) -> Result<(), &'static str> {
    match rule::of_code(&comment.rule) {
        None => Err("there is no such rule"),
        Some(_) if comment.reason.is_empty() => Err("it gives no reason"),
        Some(rule) if rule.severity == Severity::Block || rule.code == "RQ050" => {
            Err("a ticket cannot let pass what stops it, or what nobody sees")
        }
        Some(_) => Ok(()),
    }
}

fn idle(line: u32, rule: &str, why: &str) -> TicketFinding {
    let message = format!("the allowance of {rule} does not count: {why}");
    TicketFinding::new("RQ051", line, message).remedy(
        "write <!-- redgreen: allow RQ001 because … --> with a rule that advises and a reason, or \
         take it out",
    )
}

fn comments(text: &str) -> Vec<Comment<'_>> {
    let mut found: Vec<Comment<'_>> = Vec::new();
    let mut waiting = Vec::new();
    let mut fenced = false;
    for (line, source) in (1_u32..).zip(text.lines()) {
        fenced ^= source.trim_start().starts_with("```");
        let at = source.find(OPENS).filter(|_| !fenced);
        let Some((start, end)) = at.and_then(|at| Some((at, at + source[at..].find("-->")?)))
        else {
            if !source.trim().is_empty() {
                waiting
                    .drain(..)
                    .for_each(|at: usize| found[at].about = line);
            }
            continue;
        };
        let said = source[start + OPENS.len()..end].trim();
        let (rule, rest) = said.split_once(' ').unwrap_or((said, ""));
        let alone = fold(&format!("{}{}", &source[..start], &source[end + 3..])).is_empty();
        if alone {
            waiting.push(found.len());
        }
        found.push(Comment {
            rule: rule.to_owned(),
            reason: rest
                .trim()
                .strip_prefix("because")
                .unwrap_or_default()
                .trim(),
            line,
            about: line,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Around, examine};
    use crate::ticket::Defaults;

    fn found(items: &str, allowed: &[Allowance]) -> (Vec<String>, usize) {
        let defaults = Defaults::default();
        let text = format!("# refactor: A\n\n## Acceptance criteria\n\n{items}");
        let ticket = Ticket::parse("T-1", &text, &defaults).expect("has text");
        let around = Around {
            allowed,
            ..Around::of(&defaults)
        };
        let seen = examine(&ticket, &around);
        (
            seen.findings.into_iter().map(|f| f.code).collect(),
            seen.passed.len(),
        )
    }

    #[test]
    fn a_comment_with_a_reason_lets_its_line_pass() {
        let vague = "- The page shows a nice text";
        assert_eq!(found(vague, &[]).0, ["RQ001"]);
        for text in [
            format!("{vague} <!-- redgreen: allow RQ001 because design says so -->"),
            format!("<!-- redgreen: allow RQ001 because design says so -->\n\n{vague}"),
        ] {
            assert_eq!(found(&text, &[]), (Vec::new(), 1), "{text}");
        }
    }

    #[test]
    fn without_a_reason_it_is_a_finding_of_its_own() {
        let text = "- The page shows a nice text <!-- redgreen: allow RQ001 -->";
        assert_eq!(found(text, &[]).0, ["RQ001", "RQ051"]);
        let allowed = [Allowance {
            rule: "RQ001".to_owned(),
            reason: " ".to_owned(),
        }];
        assert_eq!(
            found("- The page shows a nice text", &allowed).0,
            ["RQ051", "RQ001"]
        );
    }

    #[test]
    fn a_ticket_cannot_let_pass_what_stops_it_and_a_repository_can() {
        let text = "- The page shows TBD <!-- redgreen: allow RQ031 because later -->";
        assert_eq!(found(text, &[]).0, ["RQ031", "RQ051"]);
        let allowed = [Allowance {
            rule: "RQ031".to_owned(),
            reason: "ours".to_owned(),
        }];
        assert_eq!(found("- The page shows TBD", &allowed), (Vec::new(), 1));
    }
}
