//! Follows one mutant from its first run to its fate.

use super::attempt::Did;
use redgreen_core::mutant::Fate;

/// Which tests a run takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// The new and changed tests.
    New,
    /// The others.
    Others,
    /// One doubtful test, alone; which of the two it belongs to.
    Alone(String, Box<Takes>),
}

/// How far a mutant has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Course {
    /// New and changed tests that run over it.
    pub(super) new: Vec<String>,
    /// Other tests that do.
    pub(super) others: Vec<String>,
    /// What is to be run next; nothing where its fate is known.
    pub(super) next: Option<Takes>,
    /// Whether it is still to be tried in a process that tries others too.
    pub(super) warm: bool,
    /// Whether no switch holds it: its file is written anew, and no other mutant runs beside it.
    pub(super) own: bool,
    /// How many runs it has had.
    pub(super) runs: usize,
    /// What the new and changed tests did.
    pub(super) by_new: Option<Fate>,
    /// What all of them did.
    pub(super) by_any: Option<Fate>,
}

impl Course {
    /// The start of a mutant that these tests run over.
    pub(super) fn new(new: Vec<String>, others: Vec<String>) -> Self {
        let (next, by_new) = match (new.is_empty(), others.is_empty()) {
            (false, _) => (Some(Takes::New), None),
            (true, false) => (Some(Takes::Others), Some(Fate::NotReached)),
            (true, true) => (None, Some(Fate::NotReached)),
        };
        let by_any = next.is_none().then_some(Fate::NotReached);
        Self {
            new,
            others,
            next,
            warm: false,
            own: false,
            runs: 0,
            by_new,
            by_any,
        }
    }

    /// The end of a mutant that is not tried.
    pub(super) fn ended(fate: Fate) -> Self {
        let mut course = Self::new(Vec::new(), Vec::new());
        course.end(fate);
        course
    }

    /// Ends it, whatever was known of it.
    pub(super) fn end(&mut self, fate: Fate) {
        self.next = None;
        self.by_new = Some(fate.clone());
        self.by_any = Some(fate);
    }

    /// Ends it by what each group of tests did in a process that tried others too.
    pub(super) fn settle(&mut self, by_new: Fate, by_any: Fate) {
        self.next = None;
        self.runs += 1;
        self.by_new = Some(by_new);
        self.by_any = Some(by_any);
    }

    /// The tests that a run takes.
    pub(super) fn tests(&self, takes: &Takes) -> Vec<String> {
        match takes {
            Takes::New => self.new.clone(),
            Takes::Others => self.others.clone(),
            Takes::Alone(test, _) => vec![test.clone()],
        }
    }

    /// What follows from the run that was due.
    pub(super) fn take(&mut self, did: Did) {
        let Some(takes) = self.next.take() else {
            return;
        };
        self.runs += 1;
        let (group, alone) = match takes {
            Takes::Alone(_, group) => (*group, true),
            group @ (Takes::New | Takes::Others) => (group, false),
        };
        let fate = match did {
            Did::Doubtful(test) if !alone => {
                self.next = Some(Takes::Alone(test, Box::new(group)));
                return;
            }
            Did::Doubtful(test) => Fate::HarnessError(format!("{test} has no clear end")),
            // What ended the others does not end it alone: nothing was noticed for certain.
            Did::Passed if alone => {
                Fate::HarnessError("a test was ended, and passes when it runs alone".to_owned())
            }
            Did::Passed => Fate::Survived,
            Did::Ended(fate) => fate,
        };
        match (group, fate == Fate::Survived) {
            (Takes::New, true) if !self.others.is_empty() => {
                self.by_new = Some(Fate::Survived);
                self.next = Some(Takes::Others);
            }
            (Takes::New, _) => self.end(fate),
            (Takes::Others | Takes::Alone(..), _) => self.by_any = Some(fate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::mutant::Kill;

    fn tests(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn killed(by: &str) -> Fate {
        Fate::Killed {
            by: by.to_owned(),
            how: Kill::Assertion,
        }
    }

    #[test]
    fn new_tests_come_first_and_others_only_where_they_pass() {
        let mut course = Course::new(tests(&["a"]), tests(&["b"]));
        course.take(Did::Passed);
        assert_eq!(course.next, Some(Takes::Others));
        course.take(Did::Ended(killed("b")));
        assert_eq!(
            (course.by_new, course.by_any),
            (Some(Fate::Survived), Some(killed("b")))
        );
        let mut course = Course::new(tests(&["a"]), tests(&["b"]));
        course.take(Did::Ended(killed("a")));
        assert_eq!((course.next, course.by_any), (None, Some(killed("a"))));
        let course = Course::new(Vec::new(), tests(&["b"]));
        assert_eq!(
            (course.next, course.by_new),
            (Some(Takes::Others), Some(Fate::NotReached))
        );
    }

    #[test]
    fn a_doubtful_test_runs_alone_before_anything_is_said() {
        let mut course = Course::new(tests(&["a", "b"]), Vec::new());
        course.take(Did::Doubtful("b".to_owned()));
        assert_eq!(course.tests(&course.next.clone().expect("a run")), ["b"]);
        assert_eq!(course.by_any, None);
        let mut late = course.clone();
        late.take(Did::Ended(Fate::TimedOut { by: "b".to_owned() }));
        assert_eq!(late.by_any, Some(Fate::TimedOut { by: "b".to_owned() }));
        course.take(Did::Passed);
        assert!(
            matches!(course.by_any, Some(Fate::HarnessError(_))),
            "never a kill"
        );
    }
}
