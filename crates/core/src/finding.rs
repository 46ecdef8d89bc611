//! Names what redgreen found: a stable code, a place, a remedy.

use crate::outcome::Location;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// A stable code: it never changes its meaning, and `redgreen explain` tells it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it is written: `RG101`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    /// A test that the change brought or edited fails on head.
    BrokenOnHead = "RG101",
    /// Production code changed and no test notices when it is taken away.
    NothingNotices = "RG102",
    /// A test is red without the change, but for a reason that proves nothing.
    WrongReason = "RG103",
    /// A test gives different answers on the same tree.
    Unstable = "RG104",
    /// A test that ran on base is gone, skipped or deselected.
    Lost = "RG105",
    /// An old test no longer passes as it was written, and was rewritten.
    Rewritten = "RG106",
    /// An old test fails on head.
    Regressed = "RG107",
    /// A new test does not run.
    NeverRuns = "RG108",
    /// A test passes although the bodies of the changed functions are stubs.
    StubUnnoticed = "RG109",
    /// Runner configuration changed.
    RunnerConfigChanged = "RG110",
    /// The project's modules were loaded from outside the tree.
    AnotherCopy = "RG112",
    /// A run's report, counts, exit code or canary disagree.
    Inconsistent = "RG113",
    /// The project could not be built, prepared or started.
    CouldNotRun = "RG114",
    /// A program that the runner needs is missing.
    MissingTool = "RG115",
    /// A whole run went past its time limit.
    Hung = "RG116",
    /// The range changes nothing that a test could notice.
    NothingToProve = "RG117",
    /// The range tracks files that can stand in for code: bytecode, caches, start-up hooks.
    PlantedFile = "RG118",
    /// The range edits what redgreen itself reads; it counts for nothing.
    OwnConfigChanged = "RG119",
    /// A refactoring changed the test surface.
    RefactorTouchesTests = "RG120",
    /// No unit with a known runner holds the change.
    NoRunner = "RG121",
    /// A test removed together with the code that it tested.
    RemovedWithSubject = "RG122",
    /// An old test was adapted to a changed name or signature.
    FollowedApiChange = "RG123",
    /// Functions were changed together and no test tells them apart.
    NotToldApart = "RG124",
    /// Head's tests pass only after the change, but the tree with stubs could not be built.
    StubsNotBuilt = "RG125",
    /// An edited test asserts less than before.
    Loosened = "RG126",
    /// Production code asks whether it is under test.
    AsksForTest = "RG127",
    /// Equality or comparison code changed, which assertions rest on.
    EqualityChanged = "RG128",
    /// The tests of the change notice none of the defects that were put into it.
    Hollow = "RG130",
    /// A changed function runs under test, and nothing notices when its body is gone.
    PseudoTested = "RG131",
    /// Changed code that no test runs over.
    NotReached = "RG132",
    /// Defects in changed code that no test notices.
    Survivors = "RG133",
    /// No assertion of a new test can fail: negated, the test passes all the same.
    IdleAssertions = "RG134",
    /// A change that changes nothing turns a test red.
    InspectsItself = "RG135",
    /// No defect could be tried on changed code.
    NoMutants = "RG136",
    /// A changed function answers the examples of its tests one by one.
    FitsExamples = "RG137",
    /// The range edits the list of accepted mutants.
    LedgerChanged = "RG138",
    /// A new test passes only in the world as it was when it was run.
    OnlyHere = "RG139",
    /// RED: a worker changed production code.
    RedTouchedProduction = "RG201",
    /// GREEN or REFACTOR: a worker changed the test surface.
    GreenTouchedTests = "RG202",
    /// RED: a criterion has no test that is red.
    CriterionWithoutTest = "RG203",
    /// RED: no new test.
    NoNewTest = "RG204",
    /// RED: a new test passes already.
    NotRed = "RG205",
    /// A phase handed in nothing.
    NothingHandedIn = "RG206",
    /// Linter, formatter or type checker found something new.
    LintFailed = "RG207",
    /// A placeholder was left in the ticket, the plan or a document.
    PlaceholderLeft = "RG209",
    /// A question that blocks is unanswered.
    Unanswered = "RG210",
    /// A worker failed, or its attempts at a gate are spent.
    AttemptsSpent = "RG211",
    /// The ticket is empty, too large or has no criterion.
    TicketUnfit = "RG213",
    /// The plan's file lacks something.
    PlanUnfit = "RG214",
    /// A dependency is new, and no plan says why it is needed.
    UnplannedDependency = "RG215",
    /// What the plan names as a check passes without the change.
    PassesAlready = "RG216",
    /// A criterion was reworded after it was proven.
    CriterionStale = "RG217",
    /// A test that the worker never saw fails on the change.
    HiddenTestFails = "RG218",
    /// Hidden tests were to be written, and there are none.
    HiddenTestsMissing = "RG219",
    /// Something new that people can use is named in no document.
    Undocumented = "RG220",
    /// A document names what is gone.
    StaleDocument = "RG221",
    /// A document lost a part, or lacks the part that the change needs.
    PartMissing = "RG222",
    /// What breaks others is not in the changelog.
    BreakingUnnamed = "RG223",
    /// A command in a document does not do what it says.
    DocumentedCommandFails = "RG224",
    /// Not a git repository.
    NotARepository = "RG301",
    /// The repository has no commit yet.
    NoCommits = "RG302",
    /// A revision cannot be found.
    UnknownRevision = "RG303",
    /// The clone is shallow and lacks a commit that is needed.
    Shallow = "RG304",
    /// Uncommitted work is in the way.
    DirtyTree = "RG305",
    /// HEAD is on no branch.
    DetachedHead = "RG306",
    /// Another redgreen works on the same run.
    RunLocked = "RG307",
    /// The journal cannot be read, or its seal is broken.
    JournalUnreadable = "RG308",
    /// The journal was written by a newer redgreen.
    JournalNewer = "RG309",
    /// Disk full, or a file cannot be written.
    CannotWrite = "RG310",
    /// git is missing, too old, or failed.
    GitFailed = "RG311",
    /// The configuration cannot be read.
    BadConfiguration = "RG312",
    /// The branch and its target conflict.
    MergeConflict = "RG313",
    /// No such run.
    UnknownRun = "RG314",
    /// A run is in another phase than the command asks for.
    WrongPhase = "RG315",
    /// The command line cannot be understood.
    BadUsage = "RG316",
    /// A ticket cannot be read.
    TicketUnreadable = "RG317",
    /// Stopped by a signal.
    Interrupted = "RG318",
    /// A forge or tracker cannot be reached.
    ForgeAway = "RG320",
    /// A forge refuses the token, or its limit of requests is spent.
    ForgeRefuses = "RG321",
    /// Nothing tells which forge is meant, or it has no such thing.
    ForgeUnknown = "RG322",
    /// An address that redgreen does not go to.
    AddressRefused = "RG323",
    /// A branch is not fit to be offered as a pull request.
    NotToOffer = "RG324",
    /// The project's own setup of a run's worktree failed.
    SetupFailed = "RG325",
    /// A file that was only copied into a worktree would be committed.
    CopyShown = "RG326",
    /// A fault of redgreen itself.
    Bug = "RG399",
}

impl Code {
    /// Whether somebody with the right to do so can accept such a finding by its subject.
    pub fn can_be_accepted(self) -> bool {
        matches!(
            self,
            Self::Lost | Self::Rewritten | Self::Regressed | Self::AsksForTest
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a finding weighs on the verdict.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// A counter-example: the change is refuted by it.
    Blocks,
    /// Nothing can be decided because of it.
    Clouds,
    /// The change is proven but for this.
    Excepts,
    /// To be read.
    Advises,
}

/// One thing that redgreen found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Its code.
    pub code: Code,
    /// How it weighs.
    pub weight: Weight,
    /// What was found: names and numbers, one line.
    pub message: String,
    /// The test, function or path that it is about.
    pub subject: String,
    /// Where to look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
}

impl Finding {
    /// A finding about `subject`.
    pub fn new(
        code: Code,
        weight: Weight,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            weight,
            message: message.into(),
            subject: subject.into(),
            at: None,
        }
    }

    /// The same finding, located.
    #[must_use]
    pub fn at(mut self, at: Option<Location>) -> Self {
        self.at = at;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_code_is_given_twice() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
    }
}
