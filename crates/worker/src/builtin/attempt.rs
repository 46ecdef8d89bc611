//! Leads a model through one attempt: ask, keep the answer, do its calls, keep theirs, ask again.

mod spending;

use super::Terms;
use super::held::held;
use super::map::draw;
use super::model::{Answer, Heard, Model, ModelError, Offered, Request, Returned, Turn};
use super::opening::{SYSTEM, opening};
use super::past::{KeptAnswer, KeptResult, Past};
use super::tools::{Rules, ToolBox, Verb, definitions};
use redgreen_core::claim::Claim;
use redgreen_core::event::QuestionAsked;
use redgreen_core::id::{Digest, TreeId};
use redgreen_core::work::Stepped;
use redgreen_engine::drive::{Failing, Handed, Logbook, Task, WorkerFailed};
use redgreen_engine::progress::Progress;
use redgreen_engine::redact::redactor;
use redgreen_engine::survey::Border;
use serde_json::Value;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Answers of the model in one attempt, whatever the budget says.
const TURNS: u32 = 80;
/// How often the same call may get the same answer in a row.
const SAME: u32 = 5;
/// The longest map of the repository, in tokens.
const MAP: usize = 1000;
/// Questions that one run may ask.
const QUESTIONS: usize = 5;

/// One attempt.
pub(super) struct Attempt<'a> {
    model: &'a mut dyn Model,
    terms: &'a Terms,
    task: &'a Task,
    logbook: &'a mut dyn Logbook,
    tools: ToolBox<'a>,
    offered: Vec<Offered>,
    turns: Vec<Turn>,
    /// Results of the last answer's calls, while some are missing.
    returned: Vec<Returned>,
    claim: Claim,
    /// When the last step was recorded: what goes by until the next one is counted with it.
    since: Instant,
    same: (Digest, u32),
}

impl<'a> Attempt<'a> {
    /// Takes an attempt up where it was left: what was recorded is not paid for again, and what
    /// was done behind the last record is undone.
    pub(super) fn open(
        model: &'a mut dyn Model,
        terms: &'a Terms,
        task: &'a Task,
        logbook: &'a mut dyn Logbook,
    ) -> Result<Self, WorkerFailed> {
        let past = Past::of(&logbook.recorded()?);
        if let Some(tree) = &past.tree {
            logbook.restore(tree)?;
        }
        let border = Border::new(task.phase.writable(), terms.config.clone());
        let rules = Rules {
            env: terms.env.clone(),
            longest: 0,
            stop: terms.stop.clone(),
        };
        let tools = ToolBox::new(&task.worktree, border, rules, held(task, &terms.env))
            .map_err(|error| WorkerFailed::because(error.to_string()))?;
        let fresh = || {
            // A map is a help, and work goes on without one.
            let map = draw(&task.worktree, &task.ticket, MAP).unwrap_or_default();
            redactor().clean(opening(task, &terms.instructions, &map))
        };
        let mut turns = vec![Turn::Told(past.opening.unwrap_or_else(fresh))];
        turns.extend(past.turns);
        let claim = Claim {
            links: past.links,
            notes: past.notes,
            ..Claim::default()
        };
        Ok(Self {
            model,
            terms,
            task,
            logbook,
            tools,
            offered: offered(),
            turns,
            returned: past.returned,
            claim,
            since: Instant::now(),
            same: (Digest::of(b""), 0),
        })
    }

    /// Works until the model ends its turn.
    pub(super) fn run(mut self) -> Result<Handed, WorkerFailed> {
        loop {
            let answer = match self.turns.last() {
                Some(Turn::Answered(answer)) => answer.clone(),
                Some(Turn::Told(_) | Turn::Returned(_)) | None => self.ask()?,
            };
            if answer.calls.is_empty() {
                self.claim.summary = answer.text.chars().take(4000).collect();
                return Ok(Handed::Done(self.claim));
            }
            self.serve(&answer)?;
        }
    }

    /// Asks the model, within what may be spent, and keeps its answer.
    fn ask(&mut self) -> Result<Answer, WorkerFailed> {
        let answers = self
            .turns
            .iter()
            .filter(|turn| matches!(turn, Turn::Answered(_)));
        let before = answers.count();
        if before >= TURNS as usize {
            let why = format!("{TURNS} answers of the model, and nothing was handed in");
            return Err(WorkerFailed::because(why));
        }
        let (longest, within) = self.reserve()?;
        let request = Request {
            system: SYSTEM,
            tools: &self.offered,
            turns: &self.turns,
            cache_key: &self.terms.session,
            longest,
            within,
        };
        let logbook = &mut *self.logbook;
        let mut heard = |heard: Heard| {
            if let Heard::Again { why, pause } = heard {
                let pause = pause.as_secs_f64();
                logbook.tell(Progress::Note(format!(
                    "asking again in {pause:.1} s: {why}"
                )));
            }
        };
        let answer = self.model.answer(&request, &mut heard);
        let answer = self.without_secrets(answer.map_err(|error| failed(error, within))?)?;
        self.keep(answer, before == 0)
    }

    fn keep(&mut self, answer: Answer, is_first: bool) -> Result<Answer, WorkerFailed> {
        let begun = match self.turns.first() {
            Some(Turn::Told(text)) if is_first => Some(text.clone()),
            Some(_) | None => None,
        };
        // Nothing was done yet: this is what a stop before the first result goes back to.
        let tree: Option<TreeId> = match is_first {
            true => Some(self.logbook.snapshot()?),
            false => None,
        };
        let kept = KeptAnswer {
            answer: answer.clone(),
            opening: begun,
            tree,
        };
        let digest = self.logbook.keep(&bytes(&kept)?)?;
        let spent = self.cost(answer.usage);
        let model = self.model.name().to_owned();
        self.logbook.record(Stepped::ModelAnswered {
            model,
            answer: digest,
            spent,
        })?;
        let phase = self.task.phase;
        let spent = self.logbook.spent();
        self.logbook.tell(Progress::Spent { phase, spent });
        self.turns.push(Turn::Answered(answer.clone()));
        Ok(answer)
    }

    /// Does the calls of an answer that are not done yet, each kept before the next.
    fn serve(&mut self, answer: &Answer) -> Result<(), WorkerFailed> {
        for call in answer.calls.iter().skip(self.returned.len()) {
            self.unless_stopped()?;
            let done = self.tools.call(&call.tool, &call.arguments);
            // What was cut short by the wish to stop is no answer: it is done again.
            self.unless_stopped()?;
            let may_have_changed = !done.changed.is_empty() || ran(&call.tool);
            let mut kept = KeptResult {
                text: done.text,
                failed: done.failed,
                ..KeptResult::default()
            };
            if let Some(verb) = done.verb {
                self.obey(verb, &mut kept)?;
            }
            kept.text = redactor().clean(kept.text);
            self.not_the_same_again(&call.tool, &call.arguments, &kept.text)?;
            let tree = match may_have_changed {
                true => Some(self.logbook.snapshot()?),
                false => None,
            };
            let digest = self.logbook.keep(&bytes(&kept)?)?;
            self.logbook.record(Stepped::ToolAnswered {
                tool: call.tool.chars().take(60).collect(),
                call: call.id.clone(),
                answer: digest,
                failed: kept.failed,
                tree,
            })?;
            self.claim.links.extend(kept.links);
            self.claim.notes.extend(kept.notes);
            self.returned.push(Returned {
                call: call.id.clone(),
                tool: call.tool.clone(),
                text: kept.text,
                failed: kept.failed,
            });
        }
        let returned = std::mem::take(&mut self.returned);
        self.turns.push(Turn::Returned(returned));
        Ok(())
    }

    /// Does what a model wants of redgreen itself.
    fn obey(&mut self, verb: Verb, kept: &mut KeptResult) -> Result<(), WorkerFailed> {
        match verb {
            Verb::Ask {
                question,
                why,
                default,
            } => kept.text = self.question((question, why, default))?,
            Verb::Criteria { links, notes } => {
                let (tests, words) = (links.len(), notes.len());
                kept.text = format!("noted: {tests} links, {words} notes");
                kept.links = links;
                kept.notes = notes;
            }
            Verb::Gate => {
                let mut links = self.claim.links.clone();
                links.extend(kept.links.iter().cloned());
                match self.logbook.outlook(&links) {
                    Ok(outlook) => kept.text = super::opening::outlook(&outlook),
                    Err(failed) => {
                        self.unless_stopped()?;
                        kept.failed = true;
                        kept.text = format!("the gate cannot be executed now: {failed}");
                    }
                }
            }
        }
        Ok(())
    }

    /// The answer to a question; where there is none yet, the attempt waits for it.
    fn question(
        &mut self,
        (text, why, default): (String, String, String),
    ) -> Result<String, WorkerFailed> {
        let text = redactor().clean(text);
        let known = self.logbook.questions();
        let asked = known.iter().find(|known| known.asked.text == text);
        if let Some(answered) = asked.and_then(|asked| asked.answered.as_ref()) {
            return Ok(format!("the person answers: {}", answered.answer));
        }
        if asked.is_none() && known.len() >= QUESTIONS {
            return Ok(format!(
                "{QUESTIONS} questions were asked, which is the most: do what you would do \
                 without an answer, and note it as an assumption"
            ));
        }
        let id = match asked {
            Some(asked) => asked.asked.id.clone(),
            None => {
                let id = format!("Q-{}", known.len() + 1);
                self.logbook.ask(QuestionAsked {
                    id: id.clone(),
                    text: text.clone(),
                    why,
                    default,
                    blocks: true,
                })?;
                id
            }
        };
        Err(WorkerFailed {
            why: format!("{id}: {text}"),
            sort: Failing::Question,
        })
    }

    fn unless_stopped(&self) -> Result<(), WorkerFailed> {
        let stop = self.terms.stop.as_ref();
        if stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Err(WorkerFailed {
                why: "stopped on request".to_owned(),
                sort: Failing::Stopped,
            });
        }
        Ok(())
    }

    /// A model that asks the same again and again gets nowhere, at a price.
    fn not_the_same_again(
        &mut self,
        tool: &str,
        arguments: &Value,
        text: &str,
    ) -> Result<(), WorkerFailed> {
        let digest = Digest::of(format!("{tool} {arguments} {text}").as_bytes());
        let times = if self.same.0 == digest {
            self.same.1 + 1
        } else {
            1
        };
        self.same = (digest, times);
        if times <= SAME {
            return Ok(());
        }
        let tool: String = tool.chars().take(60).collect();
        let why = format!("the model made the same call of {tool} {times} times in a row");
        Err(WorkerFailed::because(why))
    }

    /// What is acted on is what is kept.
    fn without_secrets(&self, answer: Answer) -> Result<Answer, WorkerFailed> {
        let wrong = |error: serde_json::Error| WorkerFailed::because(error.to_string());
        let mut value = serde_json::to_value(&answer).map_err(wrong)?;
        if !redactor().clean_value(&mut value) {
            return Ok(answer);
        }
        serde_json::from_value(value).map_err(wrong)
    }
}

/// The tools as a model is offered them.
fn offered() -> Vec<Offered> {
    let offer = |tool: super::tools::Definition| Offered {
        name: tool.name.to_owned(),
        description: tool.description.to_owned(),
        schema: tool.schema,
    };
    definitions().into_iter().map(offer).collect()
}

/// Whether a tool runs commands, which may change anything.
fn ran(tool: &str) -> bool {
    !matches!(
        tool,
        "read" | "search" | "edit" | "ask" | "criteria" | "gate"
    )
}

fn bytes(kept: &impl serde::Serialize) -> Result<Vec<u8>, WorkerFailed> {
    serde_json::to_vec(kept).map_err(|error| WorkerFailed::because(error.to_string()))
}

/// Whom a failure of the model is to be laid to: only an answer that is no use is its own.
fn failed(error: ModelError, within: Option<Duration>) -> WorkerFailed {
    let sort = match &error {
        ModelError::Stopped => Failing::Stopped,
        ModelError::Late { .. } if within.is_some() => Failing::Budget,
        ModelError::TooLong { .. } => Failing::Own,
        ModelError::Refused { .. }
        | ModelError::Exhausted { .. }
        | ModelError::Late { .. }
        | ModelError::Unable { .. } => Failing::Unreachable,
    };
    WorkerFailed {
        why: error.to_string(),
        sort,
    }
}
