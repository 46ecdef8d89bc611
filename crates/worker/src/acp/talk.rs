//! Holds one conversation over the Agent Client Protocol: asks, listens, answers what the agent
//! asks meanwhile.

use super::permit::{ToolCall, choose, decide};
use super::wire::{self, Incoming};
use crate::news::News;
use crate::outside::Told;
use redgreen_core::work::Usage;
use redgreen_engine::drive::{Failing, WorkerFailed};
use redgreen_engine::process::{Dialogue, Heard};
use redgreen_engine::survey::Border;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long an agent may take to answer anything but a prompt.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long it may take to end a prompt that was cancelled.
const CANCEL: Duration = Duration::from_secs(3);

/// How many lines that are none of the protocol are passed over.
const GARBAGE: usize = 1000;

/// One conversation.
pub(super) struct Talk<'t, 'l> {
    pub(super) dialogue: Dialogue,
    pub(super) told: &'t mut Told<'l>,
    pub(super) border: Border,
    pub(super) worktree: &'t Path,
    next: u64,
    words: String,
    calls: BTreeMap<String, ToolCall>,
    garbage: usize,
    /// Whether what is told is history that was told before.
    pub(super) muted: bool,
    /// What it says that the session cost so far.
    pub(super) money: Option<f64>,
    /// What of it was counted.
    pub(super) counted: f64,
    /// The mode that it says it is in.
    pub(super) mode: Option<String>,
}

impl<'t, 'l> Talk<'t, 'l> {
    pub(super) fn new(
        dialogue: Dialogue,
        told: &'t mut Told<'l>,
        (border, worktree): (Border, &'t Path),
    ) -> Self {
        Self {
            dialogue,
            told,
            border,
            worktree,
            next: 0,
            words: String::new(),
            calls: BTreeMap::new(),
            garbage: 0,
            muted: false,
            money: None,
            counted: 0.0,
            mode: None,
        }
    }

    /// Asks and waits for the answer.
    pub(super) fn ask(&mut self, method: &str, params: &Value) -> Result<Value, WorkerFailed> {
        self.wait(method, params, Some(PATIENCE))
    }

    /// Gives a prompt and waits until the agent is done with it, however long that takes. Where it
    /// has to be stopped, it is told so first.
    pub(super) fn prompt(&mut self, session: &str, text: &str) -> Result<Value, WorkerFailed> {
        let blocks = json!([{"type": "text", "text": text}]);
        let params = json!({"sessionId": session, "prompt": blocks});
        let done = self.wait("session/prompt", &params, None);
        self.flush()?;
        if let Err(failed) = &done
            && matches!(failed.sort, Failing::Stopped)
        {
            self.cancel(session)?;
        }
        done
    }

    fn cancel(&mut self, session: &str) -> Result<(), WorkerFailed> {
        self.dialogue.extend(CANCEL);
        let notice = wire::notice("session/cancel", &json!({"sessionId": session}));
        let (asked, prompt) = (Instant::now(), self.next);
        if self.dialogue.say(&notice).is_err() {
            return Ok(());
        }
        while asked.elapsed() < CANCEL {
            match self.dialogue.hear(CANCEL) {
                Heard::Line(line) => match wire::parse(&line) {
                    Incoming::Reply(id, _) if id == prompt => return self.flush(),
                    Incoming::Request { id, .. } => {
                        let cancelled = json!({"outcome": {"outcome": "cancelled"}});
                        // One that is gone does not need an answer.
                        self.dialogue
                            .say(&wire::reply(&id, &cancelled))
                            .unwrap_or_default();
                    }
                    Incoming::Notice { params, .. } => self.update(&params["update"])?,
                    Incoming::Reply(..) | Incoming::Garbage => {}
                },
                Heard::TooLong { .. } => {}
                Heard::Nothing | Heard::Closed | Heard::TimedOut | Heard::Interrupted => break,
            }
        }
        self.flush()
    }

    fn wait(
        &mut self,
        method: &str,
        params: &Value,
        patience: Option<Duration>,
    ) -> Result<Value, WorkerFailed> {
        self.next += 1;
        let (id, asked) = (self.next, Instant::now());
        let gone = |_| WorkerFailed::because(format!("it was gone at {method}"));
        self.dialogue
            .say(&wire::request(id, method, params))
            .map_err(gone)?;
        loop {
            match self.dialogue.hear(Duration::from_secs(1)) {
                Heard::Line(line) => {
                    if let Some(reply) = self.take(&line, id)? {
                        let said = |why| WorkerFailed::because(format!("{method}: {why}"));
                        return reply.map_err(|why| said(self.told.clean(&why)));
                    }
                }
                Heard::TooLong { bytes } => self.odd(&format!("a line of {bytes} bytes"))?,
                Heard::Nothing if patience.is_none_or(|most| asked.elapsed() < most) => {}
                Heard::Nothing => {
                    return Err(WorkerFailed::because(format!("no answer to {method}")));
                }
                Heard::Closed => {
                    return Err(WorkerFailed::because(format!(
                        "it ended in the middle of {method}"
                    )));
                }
                Heard::TimedOut => return Err(stopped("not done in time")),
                Heard::Interrupted => return Err(stopped("stopped on request")),
            }
        }
    }

    /// Takes in one line; gives the reply to the request `waiting` where it is one.
    fn take(
        &mut self,
        line: &str,
        waiting: u64,
    ) -> Result<Option<Result<Value, String>>, WorkerFailed> {
        match wire::parse(line) {
            Incoming::Reply(id, reply) if id == waiting => return Ok(Some(reply)),
            Incoming::Reply(..) => self.odd("an answer to nothing")?,
            Incoming::Request { id, method, params } => self.answer(&id, &method, &params)?,
            Incoming::Notice { method, params } if method == "session/update" => {
                self.update(&params["update"])?;
            }
            // Notices of its own are nobody's business.
            Incoming::Notice { .. } => {}
            Incoming::Garbage => self.odd("a line that is no message")?,
        }
        Ok(None)
    }

    /// Passes over something odd, but not for ever.
    fn odd(&mut self, what: &str) -> Result<(), WorkerFailed> {
        self.garbage += 1;
        if self.garbage == 1 {
            self.told
                .take(News::Said(format!("[redgreen] it wrote {what}")))?;
        }
        match self.garbage > GARBAGE {
            true => Err(WorkerFailed::because(format!(
                "it does not speak the protocol: {what}"
            ))),
            false => Ok(()),
        }
    }

    fn answer(&mut self, id: &Value, method: &str, params: &Value) -> Result<(), WorkerFailed> {
        let answer = if method == "session/request_permission" {
            let outcome = self.permit(params)?;
            wire::reply(id, &json!({"outcome": outcome}))
        } else {
            // Files and terminals were not offered: nothing is written on an agent's behalf.
            wire::not_offered(id, method)
        };
        // One that is gone is noticed by what it does not say.
        self.dialogue.say(&answer).unwrap_or_default();
        Ok(())
    }

    /// Decides a request. It may hold nothing but the id of a call that was told of before.
    fn permit(&mut self, params: &Value) -> Result<Value, WorkerFailed> {
        let id = params["toolCall"]["toolCallId"]
            .as_str()
            .unwrap_or_default();
        let call = self.calls.entry(id.to_owned()).or_default();
        call.learn(&params["toolCall"]);
        let call = call.clone();
        let decided = decide(&call, &self.border, self.worktree);
        let chosen = choose(&params["options"], decided.is_ok());
        let decided = match (decided, &chosen) {
            (Ok(()), None) => Err("no option that holds for this once was offered".to_owned()),
            (decided, _) => decided,
        };
        let chosen = match &decided {
            Ok(()) => chosen,
            Err(_) => choose(&params["options"], false),
        };
        if let Err(why) = decided {
            let wanted = call.words();
            self.told.take(News::Refused { wanted, why })?;
        }
        Ok(match chosen {
            Some(option) => json!({"outcome": "selected", "optionId": option}),
            None => json!({"outcome": "cancelled"}),
        })
    }

    fn update(&mut self, update: &Value) -> Result<(), WorkerFailed> {
        let sort = update["sessionUpdate"].as_str().unwrap_or_default();
        match sort {
            "agent_message_chunk" if !self.muted => {
                let text = update.pointer("/content/text").and_then(Value::as_str);
                self.words.push_str(text.unwrap_or_default());
                // Words without end are told piece by piece.
                if self.words.len() > 64 * 1024 {
                    self.flush()?;
                }
            }
            "tool_call" | "tool_call_update" => {
                self.flush()?;
                let id = update["toolCallId"].as_str().unwrap_or_default().to_owned();
                let call = self.calls.entry(id).or_default();
                let was_over = !call.news().is_empty();
                call.learn(update);
                let news = if was_over { Vec::new() } else { call.news() };
                for news in news.into_iter().filter(|_| !self.muted) {
                    self.told.take(news)?;
                }
            }
            "usage_update" => {
                self.money = update
                    .pointer("/cost/amount")
                    .and_then(Value::as_f64)
                    .or(self.money);
                let open = self.money.map(|now| now - self.counted);
                let news = crate::news::spent(Usage::default(), 0, open);
                // What is still within the budget is counted at the end of the prompt.
                if let News::Spent(open) = &news
                    && self.told.unless_spent(*open).is_err()
                {
                    self.counted = self.money.unwrap_or_default();
                    self.told.take(news)?;
                }
            }
            "current_mode_update" => {
                self.mode = update["currentModeId"].as_str().map(str::to_owned);
            }
            _ => {}
        }
        Ok(())
    }

    /// Tells the words that came in pieces.
    fn flush(&mut self) -> Result<(), WorkerFailed> {
        let words = std::mem::take(&mut self.words);
        if words.trim().is_empty() {
            return Ok(());
        }
        self.told.take(News::Said(words))
    }
}

fn stopped(why: &str) -> WorkerFailed {
    WorkerFailed {
        why: why.to_owned(),
        sort: Failing::Stopped,
    }
}
