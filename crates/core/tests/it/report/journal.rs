//! Writes journals by hand: each call is what happened next.

use redgreen_core::claim::{Claim, Link, Note, Topic};
use redgreen_core::event::{
    Committed, Event, GateJudged, GateVerdict, LINE_VERSION, Line, MovedAside, Observed, Pace,
    PhaseEntered, RunEnded, RunStarted, WorkAsked, WorkFailed, WorkHandedIn,
};
use redgreen_core::evidence::{Observation, Order, Purpose, Selection, TreeKind};
use redgreen_core::finding::Finding;
use redgreen_core::id::{CommitId, Digest, RunId, TreeId, UnitId};
use redgreen_core::phase::Phase;
use redgreen_core::proof::Proof;
use redgreen_core::run::{RunState, fold};
use redgreen_core::ticket::{Defaults, Ticket};
use redgreen_core::time::Timestamp;

/// A git object id that nobody mistakes for another.
pub(super) fn git_id(seed: &str) -> String {
    Digest::of(seed.as_bytes()).as_str()["sha256:".len()..][..40].to_owned()
}

/// A journal that is being written.
#[derive(Clone)]
pub(super) struct Journal {
    pub(super) events: Vec<Event>,
    /// Another salt gives other git ids.
    pub(super) salt: &'static str,
}

impl Journal {
    /// A run of the ticket `text`, a slice for each criterion where a program works.
    pub(super) fn of(text: &str, pace: Pace) -> Self {
        Self::salted(text, pace, "")
    }

    pub(super) fn salted(text: &str, pace: Pace, salt: &'static str) -> Self {
        let ticket = Ticket::parse("SHOP-7", text, &Defaults::default()).expect("it has text");
        let ids = ticket.criteria.iter().map(|c| c.id.clone());
        let slices = match pace {
            Pace::Program => ids.map(|id| vec![id]).collect(),
            Pace::Person => vec![ids.collect()],
        };
        let started = RunStarted {
            ticket: ticket.id.clone(),
            title: ticket.title.clone(),
            text: ticket.text.clone(),
            digest: ticket.digest.clone(),
            kind: ticket.kind,
            slices,
            base: CommitId::new(git_id(&format!("base{salt}"))),
            target: "main".to_owned(),
            branch: "feature/SHOP-7-coupons".to_owned(),
            worktree: "../shop.worktrees/shop-7".to_owned(),
            worker: "command:fake-worker".to_owned(),
            pace,
            ..RunStarted::default()
        };
        let events = vec![Event::RunStarted(Box::new(started))];
        Self { events, salt }
    }

    pub(super) fn and(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    pub(super) fn enter(self, phase: Phase, slice: usize) -> Self {
        let because = None;
        self.and(Event::PhaseEntered(PhaseEntered {
            phase,
            slice,
            because,
        }))
    }

    pub(super) fn back(self, phase: Phase, slice: usize, because: &str) -> Self {
        let because = Some(because.to_owned());
        self.and(Event::PhaseEntered(PhaseEntered {
            phase,
            slice,
            because,
        }))
    }

    pub(super) fn ask(self, phase: Phase, slice: usize, attempt: u32) -> Self {
        let prompt = Digest::of(b"prompt");
        self.and(Event::WorkAsked(WorkAsked {
            phase,
            slice,
            attempt,
            prompt,
        }))
    }

    pub(super) fn fail(self, why: &str) -> Self {
        let why = why.to_owned();
        self.and(Event::WorkFailed(WorkFailed { why }))
    }

    pub(super) fn hand_in(self, claim: Claim) -> Self {
        self.hand_in_beside(claim, &[])
    }

    /// Work with files that the phase may not write.
    pub(super) fn hand_in_beside(self, claim: Claim, moved: &[&str]) -> Self {
        let moved = moved.iter().map(|path| MovedAside {
            path: (*path).to_owned(),
            kept_in: "refs/redgreen/trash/shop-7-9".to_owned(),
        });
        let moved_aside = moved.collect();
        let tree = TreeId::new(git_id("handed in"));
        self.and(Event::WorkHandedIn(WorkHandedIn {
            claim,
            tree,
            moved_aside,
            seen: Vec::new(),
        }))
    }

    pub(super) fn observe(self) -> Self {
        let observation = Observation {
            unit: UnitId::from(".:pytest"),
            tree: TreeKind::R,
            tests: Selection::Whole,
            order: Order::AsWritten,
            sample: 0,
            purpose: Purpose::Run,
        };
        let (tree, evidence) = (TreeId::new(git_id("seen")), Digest::of(b"seen"));
        self.and(Event::Observed(Observed {
            observation,
            tree,
            evidence,
            cached: false,
        }))
    }

    pub(super) fn judge(self, gate: GateJudged) -> Self {
        self.and(Event::GateJudged(Box::new(gate)))
    }

    /// A gate without findings; its tree has a name of its own.
    pub(super) fn gate(&self, phase: Phase, slice: usize, verdict: GateVerdict) -> GateJudged {
        let tree = format!("{}{slice}{}", phase.as_str(), self.salt);
        GateJudged {
            phase,
            slice,
            verdict,
            findings: Vec::new(),
            proof: None,
            facts: Vec::new(),
            commands: Vec::new(),
            tree: TreeId::new(git_id(&tree)),
        }
    }

    pub(super) fn commit(self, phase: Phase, slice: usize) -> Self {
        let id = git_id(&format!("commit {} {slice}{}", phase.as_str(), self.salt));
        self.commit_as(phase, slice, Some(id))
    }

    pub(super) fn commit_as(self, phase: Phase, slice: usize, id: Option<String>) -> Self {
        let commit = id.map(CommitId::new);
        self.and(Event::Committed(Committed {
            phase,
            slice,
            commit,
        }))
    }

    /// A phase without a worker that goes through at once.
    pub(super) fn through(self, phase: Phase) -> Self {
        let gate = self.gate(phase, 0, GateVerdict::Met);
        self.enter(phase, 0).judge(gate).commit_as(phase, 0, None)
    }

    /// A phase with a worker that goes through at the first attempt.
    pub(super) fn worked(self, phase: Phase, slice: usize, claim: Claim, gate: GateJudged) -> Self {
        self.enter(phase, slice)
            .ask(phase, slice, 1)
            .hand_in(claim)
            .observe()
            .judge(gate)
            .commit(phase, slice)
    }

    pub(super) fn end(self, completed: bool, reason: &str) -> Self {
        let reason = reason.to_owned();
        self.and(Event::RunEnded(RunEnded { completed, reason }))
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        lines(&self.events)
    }

    pub(super) fn fold(&self) -> RunState {
        let state = fold(&self.lines()).unwrap_or_else(|refusal| panic!("{refusal}"));
        state.expect("it has a first line")
    }
}

pub(super) fn lines(events: &[Event]) -> Vec<Line> {
    let line = |(seq, event): (u64, &Event)| Line {
        v: LINE_VERSION,
        seq,
        at: Timestamp(seq * 1000),
        run: RunId::from("shop-7-1"),
        cause: None,
        event: event.clone(),
    };
    (1..).zip(events).map(line).collect()
}

/// A gate with what it found, saw and ran.
pub(super) trait Judged {
    fn finding(self, finding: Finding) -> Self;
    fn fact(self, fact: &str) -> Self;
    fn ran(self, command: &str) -> Self;
    fn proof(self, proof: Proof) -> Self;
}

impl Judged for GateJudged {
    fn finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    fn fact(mut self, fact: &str) -> Self {
        self.facts.push(fact.to_owned());
        self
    }

    fn ran(mut self, command: &str) -> Self {
        self.commands.push(command.to_owned());
        self
    }

    fn proof(mut self, proof: Proof) -> Self {
        self.findings.extend(proof.findings.iter().cloned());
        self.proof = Some(Box::new(proof));
        self
    }
}

/// A worker's words.
pub(super) fn said(summary: &str, links: &[(&str, &str)], notes: &[(Topic, &str)]) -> Claim {
    let link = |(criterion, test): &(&str, &str)| Link {
        criterion: (*criterion).into(),
        test: (*test).to_owned(),
    };
    let note = |(topic, text): &(Topic, &str)| Note {
        topic: *topic,
        text: (*text).to_owned(),
    };
    Claim {
        summary: summary.to_owned(),
        links: links.iter().map(link).collect(),
        notes: notes.iter().map(note).collect(),
    }
}
