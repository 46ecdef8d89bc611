//! Lists the rules: what each is called, how it weighs and why it matters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a finding of the linter weighs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// To be read; the rule is often wrong, or the matter small.
    Info,
    /// Two readers will understand it in two ways.
    Warn,
    /// Somebody has to say something; until then an assumption stands in for it.
    Ask,
    /// Work cannot start.
    Block,
}

impl Severity {
    /// Its name: `info`, `warn`, `ask`, `block`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Ask => "ask",
            Self::Block => "block",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Words and sentences; silent where a ticket is not in English.
    Wording,
    /// The parts of a ticket, in any language.
    Structure,
    /// What the repository holds.
    Repository,
}

/// A rule of the linter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `RQ001`.
    pub code: &'static str,
    /// What it looks for, in a few words.
    pub title: &'static str,
    /// How its findings weigh, at most.
    pub severity: Severity,
    /// What it looks at.
    pub sort: Sort,
    /// What goes wrong otherwise.
    pub why: &'static str,
}

const fn rule(
    code: &'static str,
    title: &'static str,
    severity: Severity,
    sort: Sort,
    why: &'static str,
) -> Rule {
    Rule {
        code,
        title,
        severity,
        sort,
        why,
    }
}

use Severity::{Ask, Block, Info, Warn};
use Sort::{Repository, Structure, Wording};

/// Every rule, by its code.
pub const RULES: [Rule; 28] = [
    rule(
        "RQ001",
        "vague word",
        Warn,
        Wording,
        "no test can tell when it is reached",
    ),
    rule(
        "RQ002",
        "way out",
        Warn,
        Wording,
        "it leaves open whether anything has to be done",
    ),
    rule(
        "RQ003",
        "open end",
        Warn,
        Wording,
        "nobody can tell when the list is complete",
    ),
    rule(
        "RQ004",
        "vague quantity",
        Warn,
        Wording,
        "a test needs a number or a list",
    ),
    rule(
        "RQ005",
        "unlimited claim",
        Info,
        Wording,
        "taken literally, it cannot be tested to the end",
    ),
    rule(
        "RQ006",
        "comparison without a baseline",
        Warn,
        Wording,
        "nobody can tell whether it got there",
    ),
    rule(
        "RQ007",
        "weak verb",
        Info,
        Wording,
        "it names an activity and no result that can be seen",
    ),
    rule(
        "RQ008",
        "optional criterion",
        Warn,
        Wording,
        "a criterion is owed or it is none",
    ),
    rule(
        "RQ009",
        "several thoughts in one criterion",
        Info,
        Wording,
        "half of it can be done and half not",
    ),
    rule(
        "RQ010",
        "pronoun without a referent",
        Info,
        Wording,
        "a criterion is read alone",
    ),
    rule(
        "RQ011",
        "passive without an actor",
        Info,
        Wording,
        "who does it, and when, is left open",
    ),
    rule(
        "RQ012",
        "quantity that is not complete",
        Warn,
        Wording,
        "a number means nothing without its unit and its conditions",
    ),
    rule(
        "RQ013",
        "only says what must not happen",
        Info,
        Wording,
        "a program that does nothing fulfils it",
    ),
    rule(
        "RQ020",
        "trigger without a response",
        Warn,
        Wording,
        "it says when, and not what",
    ),
    rule(
        "RQ021",
        "incomplete story",
        Info,
        Wording,
        "without the purpose nobody can tell whether the means serve it",
    ),
    rule(
        "RQ030",
        "no acceptance criterion",
        Block,
        Structure,
        "tests are derived from criteria: without one nothing can be proven",
    ),
    rule(
        "RQ031",
        "placeholder left",
        Block,
        Structure,
        "each open blank turns into an invention in the code",
    ),
    rule(
        "RQ032",
        "contradiction",
        Block,
        Structure,
        "no program can do both",
    ),
    rule(
        "RQ033",
        "performance without a target",
        Info,
        Wording,
        "fast enough for whom cannot be measured",
    ),
    rule(
        "RQ034",
        "irreversible change without a way back",
        Info,
        Wording,
        "what is gone by mistake stays gone",
    ),
    rule(
        "RQ035",
        "criterion without an outcome",
        Info,
        Wording,
        "nothing in it can be seen by a test",
    ),
    rule(
        "RQ040",
        "name that the repository does not have",
        Info,
        Repository,
        "the ticket means something that is not there, or goes by another name",
    ),
    rule(
        "RQ041",
        "term that the repository does not know",
        Info,
        Repository,
        "two names for one thing become two things",
    ),
    rule(
        "RQ042",
        "dependency that the project does not have",
        Ask,
        Repository,
        "a new dependency is a decision of its own",
    ),
    rule(
        "RQ043",
        "large ticket",
        Info,
        Structure,
        "many criteria at once are reviewed badly",
    ),
    rule(
        "RQ050",
        "text that no reader sees",
        Warn,
        Structure,
        "a program would obey what a person has not approved",
    ),
    rule(
        "RQ051",
        "allowance that does not count",
        Warn,
        Structure,
        "a finding that is let pass without a reason is lost",
    ),
    rule(
        "RQ060",
        "missing part",
        Info,
        Wording,
        "what the ticket does not say is decided by whoever writes the code",
    ),
];

/// The rule of that code.
pub fn of_code(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}
