//! Folds what the commands of one run left behind into what is owed next.
//!
//! Clean, Maven, gather. Maven starts without the network first. A class that kills its process
//! takes the classes behind it along, so that the others run again in processes of their own; a
//! test that no interrupt ends keeps the run from ending, so that it runs again with its limit in
//! another thread.

use super::canary::Canaries;
use super::command::{self, Batch, Forks, Limit, Net, REPORTS, Start};
use super::compile::in_tree;
use super::console::{self, Complaint};
use crate::ask::{Ask, Exit, Invocation, RawOutput};
use crate::formats::junit::{Case, JUnit, read};
use redgreen_core::evidence::Order;
use std::collections::{BTreeSet, VecDeque};

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
    /// An artefact is missing, and could not be fetched.
    pub(super) lacks_artefacts: bool,
    pub(super) hung: bool,
    /// What declared counts, exit code and cases disagree about.
    pub(super) doubt: Option<String>,
    /// How many starts have ended.
    pub(super) ended: usize,
    died: bool,
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
            lacks_artefacts: false,
            hung: false,
            doubt: None,
            ended: 0,
            died: false,
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

    fn take_report(&mut self, start: Start, report: JUnit) {
        self.lost(&report);
        let hung = self.exit == Some(Exit::TimedOut);
        let named = !self.crashed.is_empty();
        // The canaries ride once: what they vouch for is the first start that reports them.
        let again = |forks, limit| Start {
            forks,
            limit,
            ..start.clone()
        };
        if hung && start.limit == Limit::Interrupt {
            self.queue
                .push_front(Step::Maven(again(start.forks, Limit::Abandon)));
            self.queue.push_front(Step::Forget);
            return;
        }
        if self.died && named && start.forks == Forks::Own {
            self.queue
                .push_front(Step::Maven(again(Forks::PerClass, start.limit)));
            self.queue.push_front(Step::Forget);
            return;
        }
        self.hung |= hung;
        if self.died && !named {
            self.failure =
                Some("a process with tests died, and Surefire names no class".to_owned());
        }
        self.cases.extend(report.cases);
    }

    /// Notes a report that holds fewer cases than its suites declare, or ends early.
    fn lost(&mut self, report: &JUnit) {
        let declared: u64 = report
            .suites
            .iter()
            .filter_map(|suite| suite.declared.tests)
            .sum();
        let found = u64::try_from(report.cases.len()).unwrap_or(u64::MAX);
        if report.truncated {
            self.doubt = Some("a report of Surefire ends early".to_owned());
        } else if declared > found {
            self.doubt = Some(format!(
                "Surefire's reports declare {declared} tests and hold {found}"
            ));
        }
    }
}
