//! Reads a session's lines, output and exit into a report, and refuses what disagrees.

use super::lines::{Exc, Session};
use super::{Dialect, Part};
use crate::words::{ended, last_words};
use crate::{Ask, Exit, RawOutput};
use redgreen_core::evidence::{Diagnostic, Report, TestSeen, Trouble};
use redgreen_core::outcome::{Failure, FailureKind, Location, Outcome, Stage};
use std::collections::BTreeMap;

/// What the sessions of one run say together.
pub(crate) fn read(dialect: &dyn Dialect, ask: &Ask<'_>, outputs: &[RawOutput]) -> Report {
    let parts = dialect.parts(ask, outputs);
    let run = Run { dialect, ask };
    let mut whole = Report::default();
    for (index, (output, part)) in outputs.iter().zip(&parts).enumerate() {
        let bytes = output.files.get(&super::report_file(index));
        let session = Session::read(bytes.map_or(&[][..], Vec::as_slice), ask.nonce);
        let one = match part {
            Part::Tests(_) => run.asked(&session, output),
            Part::Attempt => run.attempt(&session, output),
            Part::MustFail => run.must_fail(&session, output),
        };
        whole.tests.extend(one.tests);
        for diagnostic in one.diagnostics {
            if !whole.diagnostics.contains(&diagnostic) {
                whole.diagnostics.push(diagnostic);
            }
        }
        whole.trouble = whole.trouble.or(one.trouble);
        whole.left_out.extend(one.left_out);
    }
    whole.left_out.sort();
    whole.left_out.dedup();
    if outputs.len() < parts.len() && whole.trouble.is_none() {
        let why = format!("{} of {} commands were run", outputs.len(), parts.len());
        whole.trouble = Some(Trouble::CouldNotRun { why });
    }
    whole
}

/// One run, with what reads it.
struct Run<'a> {
    dialect: &'a dyn Dialect,
    ask: &'a Ask<'a>,
}

impl Run<'_> {
    /// One session of the asked tests.
    fn asked(&self, session: &Session, output: &RawOutput) -> Report {
        let mut report = Report::default();
        if let Some(trouble) = self.unstarted(session, output) {
            report.trouble = Some(trouble);
            return report;
        }
        report.diagnostics = self.diagnostics(session);
        let note =
            |why: &String| format!("the Gemfile's own versions, which Bundler cannot serve: {why}");
        report.left_out.extend(session.bundler.iter().map(note));
        match &session.tests {
            Some(tests) => report.tests = self.outcomes(session, tests, output.exit),
            None if report.diagnostics.iter().any(|each| each.hides.is_empty()) => {}
            None => {
                let (diagnostic, trouble) = self.unloaded(session, output);
                report.diagnostics.extend(diagnostic);
                report.trouble = trouble;
            }
        }
        if let Some((module, path)) = session.copies.first().cloned() {
            report.trouble = Some(Trouble::AnotherCopy { module, path });
        }
        report.trouble = report
            .trouble
            .or_else(|| self.disagreement(session, output));
        report
    }

    /// The session of the test that must fail: nothing of it is reported, unless it did not fail.
    fn must_fail(&self, session: &Session, output: &RawOutput) -> Report {
        let failed = session.done.get(&super::canary(self.ask));
        let failed = failed.is_some_and(|done| done.status == "failed");
        let explained = failed || !self.before_its_turn(session).is_empty();
        let code = session.end.map(|end| Exit::Code(end.exit));
        let why = if !explained {
            "a test that must fail passed or did not run"
        } else if code != Some(Exit::Code(1)) || Some(output.exit) != code {
            "a test that must fail failed, and the exit code says otherwise"
        } else {
            return Report::default();
        };
        let why = why.to_owned();
        Report {
            trouble: Some(Trouble::Inconsistent { why }),
            ..Report::default()
        }
    }

    /// What kept our own test from its turn: hooks of the project that fail before every test.
    fn before_its_turn<'s>(&self, session: &'s Session) -> Vec<&'s Exc> {
        let raised = session.raised.get(&super::canary(self.ask));
        let early = |exc: &&Exc| exc.stage == "setup";
        let mut found: Vec<&Exc> = raised.into_iter().flatten().filter(early).collect();
        found.extend(session.before_suite());
        found
    }

    /// Why the runner never began.
    fn unstarted(&self, session: &Session, output: &RawOutput) -> Option<Trouble> {
        if let Some(tool) = &session.missing {
            return Some(Trouble::MissingTool {
                tool: tool.clone(),
                remedy: self.dialect.remedy(self.ask.unit),
            });
        }
        if let Some(why) = &session.unsupported {
            let why = why.clone();
            return Some(Trouble::CouldNotRun { why });
        }
        if session.started {
            return None;
        }
        Some(match output.exit {
            Exit::TimedOut => hung(),
            Exit::Code(_) | Exit::Signal(_) => could_not_run(output),
        })
    }

    /// A session that died while it loaded a file, where another one goes on without that file.
    fn attempt(&self, session: &Session, output: &RawOutput) -> Report {
        let (diagnostic, trouble) = self.unloaded(session, output);
        let mut diagnostics = self.diagnostics(session);
        diagnostics.extend(diagnostic.map(|all| Diagnostic {
            hides: format!("{}::", session.loading.clone().unwrap_or_default()),
            ..all
        }));
        Report {
            diagnostics,
            trouble,
            ..Report::default()
        }
    }

    /// A session that ended before its tests were known.
    fn unloaded(
        &self,
        session: &Session,
        output: &RawOutput,
    ) -> (Option<Diagnostic>, Option<Trouble>) {
        match (session.end, &session.loading, output.exit) {
            (None, _, Exit::TimedOut) => (None, Some(hung())),
            (None, Some(file), exit) => {
                let place = Location::new(file.clone(), 0);
                let message = format!("the process ended while it loaded {file}: {}", ended(exit));
                let died = Failure::new(Stage::Process, FailureKind::Death, &message);
                let failure = match &session.fatal {
                    Some(exc) => self.failure(exc, &place),
                    None => died.at(Some(place)),
                };
                let hides = String::new();
                (Some(Diagnostic { failure, hides }), None)
            }
            (None, None, _) | (Some(_), _, _) => (None, Some(could_not_run(output))),
        }
    }

    fn failure(&self, exc: &Exc, place: &Location) -> Failure {
        let own = &self.ask.unit.own_names;
        self.dialect.failure(exc, Some(place), own)
    }

    /// What kept files from being loaded, and a hook that kept the whole suite from running.
    fn diagnostics(&self, session: &Session) -> Vec<Diagnostic> {
        let files = session.unloaded.iter().map(|each| {
            let place = Location::new(each.path.clone(), 0);
            let mut failure = self.failure(&each.exc, &place);
            if let Some(at) = &mut failure.at {
                at.path = self.in_tree(&at.path);
            }
            Diagnostic {
                failure,
                hides: match each.whole {
                    true => String::new(),
                    false => format!("{}::", each.path),
                },
            }
        });
        files.collect()
    }

    /// A path of the message as the tree has it.
    fn in_tree(&self, path: &str) -> String {
        let root = self.ask.tree.to_string_lossy();
        let inside = path
            .strip_prefix(root.as_ref())
            .map(|rest| rest.trim_start_matches('/'));
        inside.unwrap_or(path).to_owned()
    }

    /// One outcome for each collected test.
    fn outcomes(
        &self,
        session: &Session,
        tests: &[(String, u32)],
        exit: Exit,
    ) -> BTreeMap<String, TestSeen> {
        let mut seen = BTreeMap::new();
        for (name, line) in tests {
            let file = name
                .split_once("::")
                .map_or(name.as_str(), |(file, _)| file);
            let place = Location::new(file, *line);
            let ms = session.done.get(name).map(|done| done.ms);
            let outcome = self.outcome(session, name, &place).unwrap_or_else(|| {
                if session.running() == Some(name) {
                    self.cut_short(session, name, &place, exit)
                } else {
                    Outcome::NotReached
                }
            });
            seen.insert(name.clone(), TestSeen { outcome, ms });
        }
        for name in &session.other {
            let outcome = Outcome::NotCollected;
            seen.entry(name.clone())
                .or_insert(TestSeen { outcome, ms: None });
        }
        seen
    }

    /// What a test did; nothing where it never ended. The exception counts more than the status: a
    /// hook of the project may have rewritten that.
    fn outcome(&self, session: &Session, name: &str, place: &Location) -> Option<Outcome> {
        let failed = |exc: &Exc| match exc.late {
            true => Outcome::TimedOut,
            false => Outcome::Failed(self.failure(exc, place)),
        };
        let Some(done) = session.done.get(name) else {
            return session.before_suite().map(|exc| {
                let mut exc = exc.clone();
                exc.stage = "setup".to_owned();
                failed(&exc)
            });
        };
        if done.status == "pending" {
            return Some(Outcome::Skipped(done.reason.clone().unwrap_or_default()));
        }
        let raised = session.raised.get(name).map_or(&[][..], Vec::as_slice);
        let mut first = raised.iter().filter(|exc| exc.stage != "teardown");
        if let Some(exc) = first.next().or_else(|| raised.first()) {
            return Some(failed(exc));
        }
        if done.status != "passed" {
            let kind = FailureKind::Exception(String::new());
            let failure = Failure::new(Stage::Call, kind, "failed without an exception");
            return Some(Outcome::Failed(failure.at(Some(place.clone()))));
        }
        // A hook behind a whole group fails: its last test is told.
        let mut behind = session.outside.iter();
        let behind = behind.find(|each| each.last.as_deref() == Some(name));
        Some(behind.map_or(Outcome::Passed, |each| failed(&each.exc)))
    }

    /// The outcome of the test that ran when the process ended.
    fn cut_short(&self, session: &Session, name: &str, place: &Location, exit: Exit) -> Outcome {
        if let Some(exc) = session.raised.get(name).and_then(|raised| raised.first()) {
            return Outcome::Failed(self.failure(exc, place));
        }
        if exit == Exit::TimedOut {
            return Outcome::TimedOut;
        }
        let (message, at) = match &session.fatal {
            Some(fatal) => (fatal.msg.clone(), self.failure(fatal, place).at),
            None => (ended(exit), Some(place.clone())),
        };
        let message = format!("the process ended inside the test: {message}");
        let failure = Failure::new(Stage::Process, FailureKind::Death, &message);
        Outcome::Failed(failure.at(at))
    }

    /// Where lines, counts, canary and exit code disagree.
    fn disagreement(&self, session: &Session, output: &RawOutput) -> Option<Trouble> {
        let Some(end) = session.end else {
            session.tests.as_ref()?;
            return match (output.exit, session.running()) {
                (Exit::TimedOut, _) => Some(hung()),
                (Exit::Code(_) | Exit::Signal(_), Some(_)) => None,
                (exit, None) => {
                    let why = format!("the session never finished, yet {}", ended(exit));
                    Some(Trouble::Inconsistent { why })
                }
            };
        };
        let why = if output.exit != Exit::Code(end.exit) {
            format!(
                "the report says exit code {}, {}",
                end.exit,
                ended(output.exit)
            )
        } else if end.lines != session.lines {
            format!("{} of {} report lines were found", session.lines, end.lines)
        } else {
            session.tests.as_ref()?;
            exit_against_lines(session, end.exit)
                .or_else(|| counts(session))
                .or_else(|| self.canary(session))?
        };
        Some(Trouble::Inconsistent { why })
    }

    /// Our own test passes in every run that can be believed, and its body runs.
    fn canary(&self, session: &Session) -> Option<String> {
        let status = session.done.get(&super::canary(self.ask));
        let status = status.map_or("did not run", |done| done.status.as_str());
        let teardown = |exc: &Exc| exc.stage == "teardown";
        let raised = session.raised.get(&super::canary(self.ask));
        let afterwards = raised.is_some_and(|all| all.iter().all(teardown));
        if session.called && (status == "passed" || afterwards) {
            return None;
        }
        if !self.before_its_turn(session).is_empty() {
            return None;
        }
        let did = if session.called || status != "passed" {
            status
        } else {
            "was not called"
        };
        Some(format!("the test that redgreen added must pass, but {did}"))
    }
}

fn could_not_run(output: &RawOutput) -> Trouble {
    let why = format!("{}: {}", ended(output.exit), last_words(output));
    Trouble::CouldNotRun { why }
}

/// The time limit is engine's: it stopped the run and knows how long that took.
fn hung() -> Trouble {
    Trouble::Hung { limit_ms: 0 }
}

fn failures(session: &Session) -> u64 {
    let failed = session.done.values().filter(|done| done.status == "failed");
    failed.count() as u64
}

fn exit_against_lines(session: &Session, exit: i32) -> Option<String> {
    let failed = failures(session);
    let bad = failed + session.outside.len() as u64 + session.unloaded.len() as u64;
    let tests = session.tests.as_deref().unwrap_or_default();
    let unreached = tests
        .iter()
        .filter(|(name, _)| !session.done.contains_key(name))
        .count();
    match exit {
        0 if failed > 0 => Some(format!("exit code 0 beside {failed} failures")),
        1 if bad == 0 => Some("exit code 1 without a failure".to_owned()),
        0 | 1 if unreached > 0 && session.before_suite().is_none() => Some(format!(
            "{unreached} of {} collected tests never ran",
            tests.len()
        )),
        0 | 1 => None,
        other => Some(format!("unknown exit code {other}")),
    }
}

/// The runner's own sums against the lines.
fn counts(session: &Session) -> Option<String> {
    let [examples, failed, ..] = session.counts[..] else {
        return Some("the runner never came to its sum".to_owned());
    };
    if examples != session.finished {
        let ended = session.finished;
        return Some(format!("the runner counts {examples} tests, {ended} ended"));
    }
    let seen = failures(session);
    (failed != seen).then(|| format!("the runner counts {failed} failures, {seen} were seen"))
}
