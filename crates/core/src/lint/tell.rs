//! Puts a finding in words: what was found, and the rewriting that mends it.

use super::{Spot, TicketFinding};

/// The finding of a rule about wording on `quotes`, the words of one line.
pub(super) fn wording(code: &str, line: u32, quotes: &[String]) -> TicketFinding {
    let quote = quotes.join(", ");
    let (message, remedy) = words(code, &quote);
    TicketFinding::new(code, line, message)
        .quote(&quote)
        .remedy(remedy)
}

/// Rule, what was found behind the quoted words, and the rewriting that mends it.
const WORDS: [(&str, &str, &str); 18] = [
    (
        "RQ001",
        "cannot be tested",
        "write what can be seen: a number with its unit, a status, a text, a standard",
    ),
    ("RQ002", "is a way out", "say when it holds, or take it out"),
    (
        "RQ003",
        "has no end",
        "list everything that is meant, or state the rule for it",
    ),
    (
        "RQ004",
        "is no number",
        "write the number, the share, or the list",
    ),
    (
        "RQ005",
        "has no limit",
        "name the set that is meant: all *of what*, and what is excepted",
    ),
    (
        "RQ006",
        "compares with nothing",
        "name the baseline, the measure and the least difference",
    ),
    (
        "RQ007",
        "is a weak verb",
        "write what can be seen when it is done: returns, shows, writes, rejects …",
    ),
    (
        "RQ008",
        "leaves open whether it is owed",
        "write it as a fact: \"the answer is …\", or take it out",
    ),
    (
        "RQ009",
        "says several things at once",
        "make one criterion of each",
    ),
    (
        "RQ010",
        "points at something outside of the criterion",
        "write the noun",
    ),
    (
        "RQ011",
        "names nobody who does it",
        "say what does it, and when",
    ),
    (
        "RQ012",
        "is not complete",
        "add unit and conditions: \"p95 below 200 ms at 50 requests per second\"",
    ),
    ("RQ013", "is a negation alone", "add what happens instead"),
    (
        "RQ020",
        "has a trigger and no response",
        "write \"When …, the system …\"",
    ),
    (
        "RQ021",
        "is no whole story",
        "write \"As a ROLE, I want MEANS, so that PURPOSE\", one story for each means",
    ),
    (
        "RQ033",
        "has no target",
        "write what is measured, the number and the load: \"p95 below 200 ms at 50 requests per second\"",
    ),
    (
        "RQ034",
        "cannot be undone",
        "say how it is undone, or that it is meant for good and who confirms",
    ),
    (
        "RQ035",
        "has no outcome",
        "write what is returned, shown, written or refused, for which input",
    ),
];

fn words(code: &str, quote: &str) -> (String, &'static str) {
    let known = WORDS.iter().find(|(rule, _, _)| *rule == code);
    let (found, remedy) = known.map_or(("was found", ""), |(_, found, remedy)| (*found, *remedy));
    (format!("\"{quote}\" {found}"), remedy)
}

/// RQ032 on the words of `line`, against those of the line `other`.
pub(super) fn contradiction(line: u32, quote: &str, other: u32) -> TicketFinding {
    let message = format!("\"{quote}\" cannot hold together with line {other}");
    TicketFinding::new("RQ032", line, message)
        .quote(quote)
        .remedy("decide which of the two holds, and strike the other or name its case")
}

/// RQ040 to RQ042 on a name.
pub(super) fn named(spot: &Spot, quote: &str, message: String) -> TicketFinding {
    let remedy = match spot.code {
        "RQ042" => {
            "name a dependency that the project has, or say that this one is to be added, and why"
        }
        "RQ041" => "use the word of the code and the documentation, or explain this one",
        _ => "correct the name, or say that it is to be made: \"add …\"",
    };
    TicketFinding::new(spot.code, spot.line, message)
        .quote(quote)
        .remedy(remedy)
}
