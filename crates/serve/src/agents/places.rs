//! Says which files each agent reads, and what redgreen writes into them.

use super::Agent;
use super::commands::{SKILL, SlashCommand};
use super::file::{Entry, File, Merge};
use super::marks;
use serde_json::{Value, json};

/// When the skill is of use, as every agent lists it.
const SKILL_DOES: &str = "How to work in a redgreen run, phase by phase. Use it when a redgreen run \
                          is open, or when a change is to be made test first and proven.";

/// The files for `agent`, with `commands` as its slash commands.
pub fn files(agent: Agent, commands: &[SlashCommand]) -> Vec<File> {
    let mut files: Vec<File> = commands.iter().map(|row| command(agent, row)).collect();
    files.push(skill(agent));
    files.extend(settings(agent));
    files
}

fn command(agent: Agent, row: &SlashCommand) -> File {
    let (name, does) = (row.name, row.does);
    let hint = row.argument.unwrap_or_default();
    let named = |path: String, head: String, argument: &str| File {
        path,
        merge: Merge::Own {
            head,
            body: row.prompt(argument),
            marks: marks::MARKDOWN,
        },
    };
    match agent {
        Agent::Claude => {
            let hint = row
                .argument
                .map_or_else(String::new, |_| format!("argument-hint: {hint}\n"));
            let head = format!("---\ndescription: {does}\n{hint}---\n");
            named(format!(".claude/commands/{name}.md"), head, "$ARGUMENTS")
        }
        // Codex reads slash commands of its user alone; a project's are skills.
        Agent::Codex => {
            let head = format!("---\nname: {name}\ndescription: {does}\n---\n");
            let argument = format!("{hint}   # {hint} is what the user names");
            named(format!(".agents/skills/{name}/SKILL.md"), head, &argument)
        }
        Agent::Opencode => {
            let head = format!("---\ndescription: {does}\n---\n");
            named(format!(".opencode/commands/{name}.md"), head, "$ARGUMENTS")
        }
        Agent::Gemini => {
            let prompt = toml::Value::String(row.prompt("{{args}}"));
            let does = toml::Value::String(does.to_owned());
            File {
                path: format!(".gemini/commands/{name}.toml"),
                merge: Merge::Own {
                    head: String::new(),
                    body: format!("description = {does}\nprompt = {prompt}\n"),
                    marks: marks::HASH,
                },
            }
        }
        Agent::Copilot => {
            let head = format!("---\nname: {name}\nagent: agent\ndescription: {does}\n---\n");
            let argument = match row.argument {
                Some(argument) => format!("${{input:{}}}", argument.to_lowercase()),
                None => String::new(),
            };
            named(format!(".github/prompts/{name}.prompt.md"), head, &argument)
        }
    }
}

fn skill(agent: Agent) -> File {
    let dir = match agent {
        Agent::Claude => ".claude",
        Agent::Codex => ".agents",
        Agent::Opencode => ".opencode",
        Agent::Gemini => ".gemini",
        Agent::Copilot => ".github",
    };
    File {
        path: format!("{dir}/skills/redgreen/SKILL.md"),
        merge: Merge::Own {
            head: format!("---\nname: redgreen\ndescription: {SKILL_DOES}\n---\n"),
            body: SKILL.to_owned(),
            marks: marks::MARKDOWN,
        },
    }
}

/// Registration of the tools, and the hook where the agent has hooks that are not programs.
fn settings(agent: Agent) -> Vec<File> {
    let server = json!({ "command": "redgreen", "args": ["mcp"] });
    let tools = key(["mcpServers", "redgreen"], server);
    match agent {
        Agent::Claude => {
            let writers = "Edit|MultiEdit|Write|NotebookEdit";
            let hook = hook(agent, ["hooks", "PreToolUse"], writers);
            vec![
                entries(".mcp.json", vec![tools]),
                entries(".claude/settings.json", vec![hook]),
            ]
        }
        Agent::Codex => {
            let hook = hook(agent, ["hooks", "PreToolUse"], "apply_patch|Edit|Write");
            vec![codex_tools(), entries(".codex/hooks.json", vec![hook])]
        }
        Agent::Opencode => vec![opencode_tools()],
        Agent::Gemini => {
            let hook = hook(agent, ["hooks", "BeforeTool"], "write_file|replace");
            vec![entries(".gemini/settings.json", vec![tools, hook])]
        }
        Agent::Copilot => vec![copilot_tools(), copilot_hook()],
    }
}

fn codex_tools() -> File {
    File {
        path: ".codex/config.toml".to_owned(),
        merge: Merge::Section {
            body: "[mcp_servers.redgreen]\ncommand = \"redgreen\"\nargs = [\"mcp\"]\n\
                   tool_timeout_sec = 1800\n"
                .to_owned(),
            table: "mcp_servers.redgreen",
        },
    }
}

fn opencode_tools() -> File {
    let schema = json!("https://opencode.ai/config.json");
    let server = json!({ "type": "local", "command": ["redgreen", "mcp"], "enabled": true });
    let schema = Entry::Key(vec!["$schema"], schema);
    entries(
        "opencode.json",
        vec![schema, key(["mcp", "redgreen"], server)],
    )
}

fn copilot_tools() -> File {
    let server = json!({ "type": "stdio", "command": "redgreen", "args": ["mcp"] });
    entries(
        ".vscode/mcp.json",
        vec![key(["servers", "redgreen"], server)],
    )
}

fn copilot_hook() -> File {
    let line = line(Agent::Copilot);
    let hook = json!({ "type": "command", "bash": line, "timeoutSec": 10 });
    let version = Entry::Key(vec!["version"], json!(1));
    let hook = Entry::Element(vec!["hooks", "preToolUse"], hook);
    entries(".github/hooks/redgreen.json", vec![version, hook])
}

fn entries(path: &str, entries: Vec<Entry>) -> File {
    File {
        path: path.to_owned(),
        merge: Merge::Entries(entries),
    }
}

fn key(path: [&'static str; 2], value: Value) -> Entry {
    Entry::Key(path.to_vec(), value)
}

/// A hook before tools whose names match. Whatever goes wrong with it, the agent may write: the
/// shell's `|| true` takes in a redgreen that is missing or too old to know the verb.
fn hook(agent: Agent, path: [&'static str; 2], matcher: &str) -> Entry {
    let command = json!({ "type": "command", "command": line(agent) });
    Entry::Element(
        path.to_vec(),
        json!({ "matcher": matcher, "hooks": [command] }),
    )
}

fn line(agent: Agent) -> String {
    format!("redgreen hook {} || true", agent.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::{COMMANDS, Outcome};
    use std::collections::BTreeSet;

    #[test]
    fn every_agent_has_every_command_its_skill_and_the_tools_in_files_of_its_own() {
        let mut paths = BTreeSet::new();
        for agent in Agent::ALL {
            let files = files(agent, &COMMANDS);
            assert!(files.len() > COMMANDS.len() + 1, "{agent:?}");
            let texts: Vec<String> = files.iter().map(new).collect();
            let tools = texts.iter().filter(|text| text.contains("\"mcp\""));
            assert_eq!(tools.count(), 1, "{agent:?}");
            for file in files {
                assert!(
                    paths.insert(file.path.clone()),
                    "{} is written twice",
                    file.path
                );
            }
        }
    }

    fn new(file: &File) -> String {
        match file.merged(None) {
            Outcome::Text(text) => {
                assert_eq!(file.merged(Some(&text)), Outcome::Same, "{}", file.path);
                text
            }
            Outcome::Same | Outcome::Left(_) => panic!("{file:?}"),
        }
    }

    #[test]
    fn each_file_reads_in_its_own_form() {
        for file in Agent::ALL
            .into_iter()
            .flat_map(|agent| files(agent, &COMMANDS))
        {
            let text = new(&file);
            match file.path.rsplit('.').next() {
                Some("json") => {
                    let value: Result<Value, _> = serde_json::from_str(&text);
                    assert!(value.is_ok(), "{text}");
                }
                Some("toml") => {
                    let table: Result<toml::Table, _> = text.parse();
                    let table = table.unwrap_or_else(|error| panic!("{error}: {text}"));
                    let prompt = table.get("prompt").and_then(toml::Value::as_str);
                    let is_command = file.path.contains("commands");
                    assert_eq!(
                        prompt.is_some_and(|p| p.contains("\nredgreen ")),
                        is_command
                    );
                }
                Some("md") => {
                    let mut parts = text.splitn(3, "---\n");
                    assert_eq!(parts.next(), Some(""), "{text}");
                    let head = parts.next().unwrap();
                    for line in head.lines() {
                        let (key, value) = line.split_once(": ").unwrap();
                        assert!(!key.contains(' '), "{line}");
                        // A colon or a quote in it would ask for quotes around it.
                        assert!(!value.contains(": ") && !value.contains('"'), "{line}");
                    }
                }
                Some(_) | None => panic!("{}", file.path),
            }
        }
    }

    #[test]
    fn a_hook_never_fails() {
        for file in Agent::ALL
            .into_iter()
            .flat_map(|agent| files(agent, &COMMANDS))
        {
            let text = new(&file);
            let calls = text.matches("redgreen hook ").count();
            assert_eq!(text.matches(" || true\"").count(), calls, "{}", file.path);
        }
    }
}
