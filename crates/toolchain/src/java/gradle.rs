//! Translates for Gradle. Experimental: written from Gradle's documentation and held against
//! constructed reports, never yet against the tool itself.
//!
//! An init script of redgreen's own takes the place of flags, which Gradle has few of: it sends
//! the reports to the scratch directory, lets a failed test fail nothing else, takes no answer
//! from a cache, and hands Jupiter's settings to the processes with the tests.

mod command;
mod detect;

use super::canary::Canaries;
use super::console::{self, Complaint};
use super::report::{self, Ran};
use crate::formats::junit::{Case, CaseOutcome, read};
use crate::listing::ByRunning;
use crate::mutate::Mutator;
use crate::{Ask, Exit, Files, Invocation, Lister, Probe, RawOutput, Runner, Unit};
use command::{Net, REPORTS, Start};
use redgreen_core::evidence::{Report, Trouble};
use std::collections::VecDeque;

/// The runner of `gradle test`.
pub struct Gradle;

impl Runner for Gradle {
    fn name(&self) -> &'static str {
        "gradle"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["java"]
    }

    fn detect(&self, files: &dyn Files) -> Vec<Unit> {
        detect::units(files)
    }

    fn probes(&self, unit: &Unit, _checkout: &dyn Files) -> Vec<Probe> {
        let probe = |program: &str| Probe {
            program: program.to_owned(),
            args: vec!["--version".to_owned()],
            remedy: "install Gradle and a JDK, or commit the project's gradlew".to_owned(),
        };
        let wrapper = unit.marks.get(super::detect::WRAPPER);
        let wrapper = wrapper.map(|path| {
            if path.contains('/') {
                probe(path)
            } else {
                probe(&format!("./{path}"))
            }
        });
        wrapper.into_iter().chain([probe("gradle")]).collect()
    }

    fn lister(&self) -> Option<&'static dyn Lister> {
        Some(&ByRunning {
            runner: &Gradle,
            varies: super::varying::varies,
        })
    }

    fn mutator(&self) -> Option<&'static dyn Mutator> {
        Some(&super::mutants::Bodies)
    }

    fn next(&self, ask: &Ask<'_>, so_far: &[RawOutput]) -> Option<Invocation> {
        Session::after(ask, so_far).owed()
    }

    fn read(&self, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
        Session::after(ask, outputs).report()
    }
}

enum Step {
    Gradle(Start),
    Gather,
}

/// One run, as far as it has come.
struct Session<'a> {
    ask: &'a Ask<'a>,
    queue: VecDeque<Step>,
    canaries: Option<Canaries>,
    cases: Vec<Case>,
    complaints: Vec<Complaint>,
    failure: Option<String>,
    doubt: Option<String>,
    hung: bool,
    ended: usize,
}

impl<'a> Session<'a> {
    fn after(ask: &'a Ask<'a>, outputs: &[RawOutput]) -> Self {
        let mut session = Self {
            ask,
            queue: VecDeque::new(),
            canaries: Canaries::of(ask),
            cases: Vec::new(),
            complaints: Vec::new(),
            failure: None,
            doubt: None,
            hung: false,
            ended: 0,
        };
        for start in command::starts(ask, session.canaries) {
            session.queue.push_back(Step::Gradle(start));
        }
        for output in outputs {
            match session.queue.pop_front() {
                Some(Step::Gradle(start)) => session.take_gradle(start, output),
                Some(Step::Gather) => session.take_report(output),
                None => break,
            }
        }
        session
    }

    fn owed(&self) -> Option<Invocation> {
        Some(match self.queue.front()? {
            Step::Gradle(start) => command::start(self.ask, start),
            Step::Gather => command::gather(self.ask),
        })
    }

    fn take_gradle(&mut self, mut start: Start, output: &RawOutput) {
        self.ended += 1;
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        let offline =
            text.contains("available for offline mode") || text.contains("in offline mode");
        if offline && start.net == Net::Offline && output.exit != Exit::Code(0) {
            start.net = Net::Online;
            self.queue.push_front(Step::Gradle(start));
            return;
        }
        let complaints = console::complaints(&text);
        let own = format!("Redgreen{}Test.java", self.ask.nonce);
        if start.canaries.is_some() && complaints.iter().any(|each| each.path.ends_with(&own)) {
            start.canaries = None;
            self.canaries = None;
            self.queue.push_front(Step::Gradle(start));
            return;
        }
        self.hung |= output.exit == Exit::TimedOut;
        if output.exit != Exit::Code(0) && complaints.is_empty() {
            self.failure = Some(what_went_wrong(&text));
        }
        self.complaints.extend(complaints);
        self.queue.push_front(Step::Gather);
    }

    fn take_report(&mut self, output: &RawOutput) {
        let found = output.files.get(REPORTS).map(|text| read(text));
        let found = found.unwrap_or_default();
        self.doubt = self.doubt.take().or_else(|| report::lost(&found));
        // Gradle calls every failure one of an assertion: the class of the exception tells.
        let cases = found.cases.into_iter().map(|case| match case.outcome {
            CaseOutcome::Failed => errors(case),
            CaseOutcome::Passed | CaseOutcome::Error | CaseOutcome::Skipped => case,
        });
        // Each gathering holds the reports of every start so far.
        self.cases = cases.collect();
    }

    fn report(&self) -> Report {
        let ran = Ran {
            ask: self.ask,
            cases: &self.cases,
            complaints: &self.complaints,
            canaries: self.canaries,
            doubt: self.doubt.as_deref(),
        };
        let mut report = report::outcomes(&ran);
        report.left_out.push(
            "what Gradle does beyond its documentation (this runner is experimental)".to_owned(),
        );
        report.trouble = if self.ended == 0 {
            None
        } else if self.hung {
            Some(Trouble::Hung { limit_ms: 0 })
        } else {
            report::trouble(&ran, self.failure.as_deref(), &report)
        };
        report
    }
}

fn errors(mut case: Case) -> Case {
    use crate::formats::junit::ProblemKind;
    case.outcome = CaseOutcome::Error;
    for problem in &mut case.problems {
        if problem.kind == ProblemKind::Failure {
            problem.kind = ProblemKind::Error;
        }
    }
    case
}

/// The first paragraph below Gradle's own heading.
fn what_went_wrong(text: &str) -> String {
    let told = text
        .split_once("* What went wrong:")
        .map_or("", |(_, told)| told);
    let lines = told
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty());
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).take(3).collect();
    lines.join(" ").chars().take(400).collect()
}

#[cfg(test)]
mod tests;
