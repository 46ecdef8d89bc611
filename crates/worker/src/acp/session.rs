//! Leads one conversation from its first word to the end of the agent's turn.

use super::talk::Talk;
use super::wire::VERSION;
use crate::news::News;
use crate::presets::{Summing, Talk as Manner};
use redgreen_core::work::Usage;
use redgreen_engine::drive::WorkerFailed;
use serde_json::{Value, json};
use std::path::Path;

/// How often an agent is told why something was refused before it is taken at its word.
const EXPLAINED: usize = 3;

/// One conversation with an agent.
pub(super) struct Conversation<'c, 't, 'l> {
    pub(super) talk: Talk<'t, 'l>,
    pub(super) manner: &'c Manner,
    pub(super) tools: Option<&'c Path>,
}

impl Conversation<'_, '_, '_> {
    /// Goes on with the session `old` where the agent can, else begins one; then gives the task.
    pub(super) fn hold(&mut self, old: Option<String>, task: &str) -> Result<(), WorkerFailed> {
        let known = self.talk.ask(
            "initialize",
            &json!({
                "protocolVersion": VERSION,
                "clientCapabilities": {
                    "fs": {"readTextFile": false, "writeTextFile": false},
                    "terminal": false,
                },
                "clientInfo": {"name": "redgreen", "version": env!("CARGO_PKG_VERSION")},
            }),
        )?;
        let version = known["protocolVersion"].as_u64();
        if version != Some(VERSION) {
            let found = version.map_or("none".to_owned(), |version| version.to_string());
            let why = format!("it speaks version {found} of the protocol, not {VERSION}");
            return Err(WorkerFailed::because(why));
        }
        let (session, offered) = self.open(old, &known["agentCapabilities"])?;
        self.talk.told.take(News::Session(session.clone()))?;
        self.restrict(&session, &offered)?;
        self.work(&session, task)
    }

    fn open(&mut self, old: Option<String>, can: &Value) -> Result<(String, Value), WorkerFailed> {
        let cwd = self.talk.worktree.to_string_lossy().into_owned();
        let servers: Vec<Value> = self.tools.iter().map(|program| server(program)).collect();
        let may = |at: &str| {
            can.pointer(at)
                .is_some_and(|known| *known != Value::Bool(false))
        };
        let method = if may("/sessionCapabilities/resume") {
            Some("session/resume")
        } else {
            may("/loadSession").then_some("session/load")
        };
        if let (Some(old), Some(method)) = (old, method) {
            let params = json!({"sessionId": old, "cwd": cwd, "mcpServers": servers});
            self.talk.muted = true;
            let opened = self.talk.ask(method, &params);
            self.talk.muted = false;
            // One that has forgotten it begins anew.
            if let Ok(offered) = opened {
                return Ok((old, offered));
            }
        }
        let params = json!({"cwd": cwd, "mcpServers": servers});
        let offered = self.talk.ask("session/new", &params)?;
        match offered["sessionId"].as_str() {
            Some(session) => Ok((session.to_owned(), offered.clone())),
            None => Err(WorkerFailed::because("it began a session without an id")),
        }
    }

    /// Sets the strictest useful mode and the options of the preset. What is not offered or not
    /// taken on is an error: nobody works with more rights than were meant.
    fn restrict(&mut self, session: &str, offered: &Value) -> Result<(), WorkerFailed> {
        let modes: Vec<&str> = ids(&offered["modes"]["availableModes"], "id");
        let options = &offered["configOptions"];
        if !self.manner.modes.is_empty() && !modes.is_empty() {
            let wanted = self
                .manner
                .modes
                .iter()
                .find(|mode| modes.contains(&mode.as_str()));
            let Some(mode) = wanted else {
                return Err(not_offered("mode", &self.manner.modes.join(" or "), &modes));
            };
            if offered["modes"]["currentModeId"] != mode.as_str() {
                let params = json!({"sessionId": session, "modeId": mode});
                self.talk.mode = None;
                self.talk.ask("session/set_mode", &params)?;
                let other = self.talk.mode.as_ref().filter(|now| *now != mode);
                if let Some(other) = other {
                    let why = format!("it was to work in mode {mode} and is in mode {other}");
                    return Err(WorkerFailed::because(why));
                }
            }
        }
        for (id, value) in &self.manner.options {
            let known: Vec<&str> = ids(options, "id");
            if !known.contains(&id.as_str()) {
                return Err(not_offered("option", id, &known));
            }
            let params = json!({"sessionId": session, "configId": id, "value": value});
            let now = self.talk.ask("session/set_config_option", &params)?;
            let all = now["configOptions"].as_array().into_iter().flatten();
            let mut same = all.filter(|option| option["id"] == id.as_str());
            let taken = same
                .next()
                .is_none_or(|option| option["currentValue"] == value.as_str());
            if !taken {
                let why = format!("it did not take on {value} for its option {id}");
                return Err(WorkerFailed::because(why));
            }
        }
        Ok(())
    }

    /// Gives the task; where something was refused meanwhile, says why, and lets it go on.
    fn work(&mut self, session: &str, task: &str) -> Result<(), WorkerFailed> {
        let mut text = task.to_owned();
        for round in 0..=EXPLAINED {
            let before = self.talk.told.refused.len();
            let money = self.talk.money;
            let done = self.talk.prompt(session, &text)?;
            self.count(&done["usage"], money)?;
            let refused = &self.talk.told.refused[before..];
            let ended = done["stopReason"].as_str().unwrap_or_default();
            if !refused.is_empty() && round < EXPLAINED {
                text = explain(refused);
                continue;
            }
            return match ended {
                "end_turn" => Ok(()),
                "cancelled" if !refused.is_empty() => Err(WorkerFailed::because(
                    "it gives up, as something was refused",
                )),
                "" => Err(WorkerFailed::because("it ended its turn without a reason")),
                other => Err(WorkerFailed::because(format!(
                    "its turn ended with {other}"
                ))),
            };
        }
        Ok(())
    }

    /// Records what one prompt cost, as far as the agent's count can be believed.
    fn count(&mut self, usage: &Value, before: Option<f64>) -> Result<(), WorkerFailed> {
        let number = |key: &str| usage[key].as_u64().unwrap_or_default();
        let cached = number("cachedReadTokens");
        let cache_written = number("cachedWriteTokens");
        let counted = match self.manner.usage {
            Summing::Sum | Summing::Last => Usage {
                input: number("inputTokens") + cached + cache_written,
                cached,
                cache_written,
                output: number("outputTokens") + number("thoughtTokens"),
            },
            Summing::None => Usage::default(),
        };
        let money = self.talk.money.map(|now| now - before.unwrap_or_default());
        self.talk.counted = self.talk.money.unwrap_or_default();
        self.talk.told.take(crate::news::spent(counted, 1, money))
    }
}

/// redgreen's own tools, as a server that the agent starts.
fn server(program: &Path) -> Value {
    let command = program.to_string_lossy();
    json!({"name": "redgreen", "command": command, "args": ["mcp"], "env": []})
}

fn ids<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(|item| item[key].as_str()).collect()
}

fn not_offered(what: &str, wanted: &str, offered: &[&str]) -> WorkerFailed {
    let offered = offered.join(", ");
    WorkerFailed::because(format!("it has no {what} {wanted}; it offers: {offered}"))
}

/// The prompt that follows a refusal.
fn explain(refused: &[(String, String)]) -> String {
    let mut text = "While you worked, this was refused:\n".to_owned();
    for (wanted, why) in refused.iter().take(10) {
        text.push_str(&format!("- {wanted}: {why}\n"));
    }
    text + "\nDo not try it again. Go on with the task within these limits; where that cannot be \
            done, say what stands in the way and end.\n"
}
