//! Folds what the commands of one run left behind into what is owed next.
//!
//! Clean, Maven, gather. Maven starts without the network first. A class that kills its process
//! takes the classes behind it along, so that the others run again in processes of their own; a
//! test that no interrupt ends keeps the run from ending, so that it runs again with its limit in
//! another thread.

use super::canary::Canaries;
use super::command::{self, Batch, Forks, Limit, Net, Purpose, REPORTS, Start};
use super::compile::in_tree;
use super::console::{self, Complaint};
use super::report;
use crate::ask::{Ask, Exit, Invocation, RawOutput};
use crate::formats::junit::{Case, CaseOutcome, JUnit, read};
use redgreen_core::evidence::{Order, Selection};
use std::collections::{BTreeSet, VecDeque};

/// Starts that look for the test that kills its process.
const SUSPECTS: usize = 16;

/// One command of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Clean,
    Forget,
    Maven(Start),
    Gather(Start),
}

/// One run, as far as it has come.
pub(super) struct Session<'a> {
    pub(super) ask: &'a Ask<'a>,
    queue: VecDeque<Step>,
    net: Net,
    /// Every case that was reported, each start's own.
    pub(super) cases: Vec<Case>,
    /// Errors of the compiler.
    pub(super) complaints: Vec<Complaint>,
    /// Classes whose process died.
    pub(super) crashed: BTreeSet<String>,
    /// The canaries that the report must hold.
    pub(super) canaries: Option<Canaries>,
    /// What Maven said where it failed and no error of compiler or test tells why.
    pub(super) failure: Option<String>,
    /// Tests that killed their process.
    pub(super) dead: BTreeSet<String>,
    pub(super) hung: bool,
    /// What declared counts, exit code and cases disagree about.
    pub(super) doubt: Option<String>,
    /// How many starts have ended.
    pub(super) ended: usize,
    died: bool,
    /// Whether a class of tests was begun.
    began: bool,
    exit: Option<Exit>,
}

impl<'a> Session<'a> {
    /// The run of `ask` after its first commands left `outputs` behind.
    pub(super) fn after(ask: &'a Ask<'a>, outputs: &[RawOutput]) -> Self {
        let canaries = Canaries::of(ask);
        let mut session = Self {
            ask,
            queue: VecDeque::new(),
            net: Net::Offline,
            cases: Vec::new(),
            complaints: Vec::new(),
            crashed: BTreeSet::new(),
            canaries,
            failure: None,
            dead: BTreeSet::new(),
            hung: false,
            doubt: None,
            ended: 0,
            died: false,
            began: false,
            exit: None,
        };
        session.plan();
        for output in outputs {
            let Some(step) = session.queue.pop_front() else {
                break;
            };
            session.take(step, output);
        }
        session
    }

    /// The command that is owed next.
    pub(super) fn owed(&self) -> Option<Invocation> {
        Some(match self.queue.front()? {
            Step::Clean => command::clean(self.ask),
            Step::Forget => command::forget(self.ask),
            Step::Maven(start) => command::start(self.ask, start),
            Step::Gather(_) => command::gather(self.ask),
        })
    }

    fn plan(&mut self) {
        let batches = command::batches(self.ask);
        let forks = match self.ask.order {
            Order::Alone => Forks::PerClass,
            Order::AsWritten | Order::Shuffled(_) => Forks::Own,
        };
        for (index, batch) in batches.into_iter().enumerate() {
            let before = if index == 0 {
                Step::Clean
            } else {
                Step::Forget
            };
            self.queue.push_back(before);
            self.queue.push_back(Step::Maven(Start {
                purpose: Purpose::Run,
                batch,
                net: Net::Offline,
                forks,
                limit: Limit::Interrupt,
                canaries: self.canaries,
            }));
        }
    }

    fn take(&mut self, step: Step, output: &RawOutput) {
        match step {
            Step::Clean | Step::Forget => {}
            Step::Maven(start) => self.take_maven(start, output),
            Step::Gather(start) => {
                let text = output.files.get(REPORTS);
                let report = text.map(|text| read(text)).unwrap_or_default();
                self.take_report(start, report);
            }
        }
    }

    fn take_maven(&mut self, mut start: Start, output: &RawOutput) {
        self.ended += 1;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = console::complaints(&text);
        if console::lacks_artefacts(&text) && start.net == Net::Offline {
            start.net = Net::Online;
            self.net = Net::Online;
            for step in &mut self.queue {
                if let Step::Maven(start) = step {
                    start.net = Net::Online;
                }
            }
            self.queue.push_front(Step::Maven(start));
            return;
        }
        let planted = |complaint: &Complaint| {
            in_tree(self.ask, &complaint.path)
                .ends_with(&format!("Redgreen{}Test.java", self.ask.nonce))
        };
        if start.canaries.is_some() && complaints.iter().any(planted) {
            // The project's tests are not written as its dependencies suggest.
            start.canaries = None;
            self.canaries = None;
            self.queue.push_front(Step::Maven(start));
            return;
        }
        self.crashed.extend(console::crashed(&text));
        self.died = console::fork_died(&text);
        self.began |= console::began(&text);
        self.exit = Some(output.exit);
        let failed = output.exit != Exit::Code(0);
        if failed && complaints.is_empty() && !self.died {
            self.failure = Some(console::why(&text));
        }
        for complaint in complaints {
            if !self.complaints.contains(&complaint) {
                self.complaints.push(complaint);
            }
        }
        self.queue.push_front(Step::Gather(start));
    }

    fn take_report(&mut self, start: Start, found: JUnit) {
        if start.purpose == Purpose::List {
            self.run_alone(&found.cases);
            return;
        }
        self.doubt = self.doubt.take().or_else(|| report::lost(&found));
        let hung = self.exit == Some(Exit::TimedOut);
        if hung && start.limit == Limit::Interrupt {
            let limit = Limit::Abandon;
            self.push_first(Start { limit, ..start });
            return;
        }
        if !self.died {
            self.hung |= hung;
        } else if self.crashed.is_empty() {
            let why = "a process with tests died, and Surefire names no class".to_owned();
            // Before the first test it is a machine that cannot run any.
            if self.began {
                self.doubt = self.doubt.take().or(Some(why));
            } else {
                self.failure = Some(why);
            }
        } else if start.forks == Forks::Own {
            let forks = Forks::PerClass;
            self.push_first(Start { forks, ..start });
            return;
        } else if let Some(names) = singles(&start.batch) {
            self.bury(&names, &found.cases);
        } else {
            self.look_for_culprits();
        }
        self.cases.extend(found.cases);
    }

    /// A test that ran alone in a process that died, and has no outcome, killed it.
    fn bury(&mut self, names: &[&str], cases: &[Case]) {
        for name in names {
            let class = name.split('#').next().unwrap_or(name);
            let top = class.split('$').next().unwrap_or(class);
            let crashed = self.crashed.iter();
            let crashed = crashed.map(|class| class.split('$').next().unwrap_or(class));
            let known = cases.iter().any(|case| {
                let rest = case
                    .name
                    .strip_prefix(&name[name.len().min(class.len() + 1)..]);
                case.class == class && rest.is_some_and(is_case)
            });
            if !known && crashed.into_iter().any(|class| class == top) {
                self.dead.insert((*name).to_owned());
            }
        }
    }

    /// Surefire tells the class that was running when its process died, not the test: its tests
    /// run again, each alone. Where the run did not name them, they are listed first.
    fn look_for_culprits(&mut self) {
        if let Selection::Tests(names) = self.ask.tests {
            let asked: BTreeSet<&str> = names
                .iter()
                .filter_map(|name| command::method(name))
                .collect();
            let suspects = asked.into_iter().filter(|name| {
                let class = name.split('#').next().unwrap_or(name);
                self.crashed.contains(class)
            });
            let suspects: Vec<String> = suspects.map(str::to_owned).collect();
            self.push_alone(suspects.iter().map(String::as_str).collect());
            return;
        }
        self.push_first(Start {
            purpose: Purpose::List,
            batch: Batch::Named(self.crashed.iter().cloned().collect()),
            net: self.net,
            forks: Forks::PerClass,
            limit: Limit::Interrupt,
            canaries: None,
        });
    }

    fn run_alone(&mut self, cases: &[Case]) {
        let listed = cases
            .iter()
            .filter(|case| case.outcome == CaseOutcome::Skipped);
        let names: BTreeSet<String> = listed
            .filter_map(|case| match report::named(case) {
                report::Named::Test(name) => command::method(&name).map(str::to_owned),
                report::Named::Class(_) => None,
            })
            .collect();
        self.push_alone(names.iter().map(String::as_str).collect());
    }

    /// Runs these tests in processes of their own. There is an end to it: a class that has more
    /// of them keeps the rest unreached.
    fn push_alone(&mut self, names: BTreeSet<&str>) {
        let batches = command::ranks(&names);
        for batch in batches.into_iter().take(SUSPECTS).rev() {
            self.push_first(Start {
                purpose: Purpose::Run,
                batch,
                net: self.net,
                forks: Forks::PerClass,
                limit: Limit::Interrupt,
                canaries: None,
            });
        }
    }

    fn push_first(&mut self, start: Start) {
        self.queue.push_front(Step::Maven(start));
        self.queue.push_front(Step::Forget);
    }
}

/// The tests of a batch, where each is the only one of its class.
fn singles(batch: &Batch) -> Option<Vec<&str>> {
    let Batch::Named(names) = batch else {
        return None;
    };
    let single = |name: &String| name.contains('#') && !name.contains('+');
    let classes: BTreeSet<&str> = names
        .iter()
        .filter_map(|name| name.split('#').next())
        .collect();
    let alone = names.iter().all(single) && classes.len() == names.len();
    alone.then(|| names.iter().map(String::as_str).collect())
}

/// Whether what follows a method's name makes it a case of that method, or nothing does.
fn is_case(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['(', '{', '['])
}
