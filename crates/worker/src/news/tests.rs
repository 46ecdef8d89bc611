//! What was captured from real agents, and what their documents show, is read as it is meant.

use super::*;

fn read(format: Format, text: &str) -> Vec<News> {
    let mut reader = reader(format);
    let mut news: Vec<News> = text.lines().flat_map(|line| reader.line(line)).collect();
    news.extend(reader.rest());
    news
}

fn sum(news: &[News]) -> Spent {
    let mut sum = Spent::default();
    for news in news {
        if let News::Spent(spent) = news {
            sum += *spent;
        }
    }
    sum
}

fn words(news: &[News]) -> Vec<&str> {
    let said = news.iter().filter_map(|news| match news {
        News::Said(text) => Some(text.as_str()),
        News::Session(_)
        | News::Used { .. }
        | News::Wrote { .. }
        | News::Spent(_)
        | News::Refused { .. }
        | News::Failed(_) => None,
    });
    said.collect()
}

fn used(tool: &str, about: &str, failed: bool) -> News {
    News::Used {
        tool: tool.to_owned(),
        about: about.to_owned(),
        failed,
    }
}

fn wrote(path: &str) -> News {
    News::Wrote {
        path: path.to_owned(),
    }
}

#[test]
fn codex_tells_session_commands_files_and_tokens() {
    let news = read(Format::Codex, include_str!("captured/codex.jsonl"));
    assert_eq!(
        news[0],
        News::Session("01a202df-383b-7ec1-826e-9d1c24053d84".into())
    );
    assert!(news.contains(&used("command", "/bin/bash -lc ls", false)));
    assert!(news.contains(&wrote("/worktree/tests/discount.rs")));
    assert_eq!(words(&news), ["red: done as the recording has it."]);
    let sum = sum(&news);
    assert_eq!(
        (sum.usage.input, sum.usage.cached, sum.usage.output),
        (29880, 14939, 120)
    );
    assert_eq!(
        (sum.turns, sum.unpriced, sum.micros),
        (1, 1, 0),
        "it never tells its price"
    );
}

#[test]
fn codex_tells_what_its_sandbox_declined_and_why_a_turn_failed() {
    let text = r#"{"type":"item.completed","item":{"id":"1","type":"command_execution","command":"rm x","status":"declined"}}
{"type":"item.completed","item":{"id":"2","type":"file_change","changes":[{"path":"/x","kind":"add"}],"status":"failed"}}
{"type":"turn.failed","error":{"message":"stream disconnected"}}"#;
    let why = "its own sandbox or rules".to_owned();
    let refused = |wanted: &str| News::Refused {
        wanted: wanted.into(),
        why: why.clone(),
    };
    let expected = [
        refused("rm x"),
        refused("/x"),
        News::Failed("stream disconnected".into()),
    ];
    assert_eq!(read(Format::Codex, text), expected);
}

#[test]
fn opencode_counts_each_step_and_the_cache_apart() {
    let news = read(Format::Opencode, include_str!("captured/opencode.jsonl"));
    assert_eq!(
        news[0],
        News::Session("ses_dfd1f1321ffetjpk5ngmk9m0N7".into())
    );
    assert!(news.contains(&used("bash", "ls", false)));
    assert!(news.contains(&wrote("/worktree/src/lib.rs")));
    assert_eq!(
        words(&news).last(),
        Some(&"green: done as the recording has it.")
    );
    let sum = sum(&news);
    assert_eq!(sum.usage.input, 3868 + 3867 + 3899 + 3899 + 4018 + 4018);
    assert_eq!(
        (sum.usage.cached, sum.usage.output),
        (3867 + 3899 + 4018, 120)
    );
    assert_eq!(
        (sum.turns, sum.unpriced),
        (3, 3),
        "a price of nothing is no price"
    );
    let sessions = news.iter().filter(|news| matches!(news, News::Session(_)));
    assert_eq!(sessions.count(), 1);
}

#[test]
fn opencode_tells_that_it_could_not_go_on() {
    let text = r#"{"type":"error","timestamp":1,"sessionID":"ses_1","error":{"name":"UnknownError","data":{"message":"Unexpected server error.","ref":"e"}}}"#;
    let expected = [
        News::Session("ses_1".into()),
        News::Failed("Unexpected server error.".into()),
    ];
    assert_eq!(read(Format::Opencode, text), expected);
}

#[test]
fn pi_tells_each_message_once_with_its_price() {
    let news = read(Format::Pi, include_str!("captured/pi.jsonl"));
    assert_eq!(
        news[0],
        News::Session("01a202df-4f22-7c5d-a044-aea08ac59048".into())
    );
    assert_eq!(
        words(&news),
        [
            "Next step.",
            "Next step.",
            "green: done as the recording has it."
        ]
    );
    assert!(news.contains(&wrote("/worktree/src/lib.rs")));
    let sum = sum(&news);
    assert_eq!(
        (sum.turns, sum.unpriced, sum.micros),
        (3, 0, 767 + 799 + 925)
    );
    assert_eq!(sum.usage.output, 120);
}

#[test]
fn a_trajectory_tells_commands_tokens_and_how_it_ended() {
    let text = include_str!("captured/mini.json");
    let news = document(Format::Mini, text);
    assert!(news.contains(&used("bash", "ls", false)), "{news:?}");
    let sum = sum(&news);
    assert_eq!((sum.turns, sum.unpriced, sum.usage.output), (3, 3, 120));
    assert!(!news.iter().any(|news| matches!(news, News::Failed(_))));
    let limit = text.replace(
        "\"exit_status\": \"Submitted\"",
        "\"exit_status\": \"LimitsExceeded\"",
    );
    let failed = News::Failed("it ended with LimitsExceeded".into());
    assert!(document(Format::Mini, &limit).contains(&failed));
}

#[test]
fn claude_tells_denials_its_price_and_what_came_of_each_call() {
    let text = r#"{"type":"system","subtype":"init","session_id":"s-1","tools":["Bash"],"permissionMode":"dontAsk"}
{"type":"assistant","message":{"content":[{"type":"text","text":"Next step."}]}}
{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t1","name":"Edit","input":{"file_path":"/w/a.py","old_string":"a","new_string":"b"}}]}}
{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"}]}}
{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t2","name":"Bash","input":{"command":"make","description":"x"}}]}}
{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t2","is_error":true,"content":"no"}]}}
{"type":"result","subtype":"success","is_error":false,"num_turns":3,"duration_ms":5,"result":"done","session_id":"s-1","total_cost_usd":0.0125,"usage":{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":85,"output_tokens":7},"permission_denials":[{"tool_name":"Edit","tool_input":{"file_path":"/w/test_a.py"}}]}"#;
    let news = read(Format::Claude, text);
    let why = "its own permissions".to_owned();
    let denied = News::Refused {
        wanted: "Edit /w/test_a.py".into(),
        why,
    };
    for expected in [wrote("/w/a.py"), used("Bash", "make", true), denied] {
        assert!(news.contains(&expected), "{expected:?} in {news:?}");
    }
    let sum = sum(&news);
    assert_eq!(
        (sum.usage.input, sum.usage.cached, sum.usage.output),
        (100, 85, 7)
    );
    assert_eq!((sum.turns, sum.micros, sum.unpriced), (3, 12_500, 0));
    let failed = r#"{"type":"result","subtype":"error_max_turns","is_error":true,"num_turns":40,"usage":{}}"#;
    assert!(read(Format::Claude, failed).contains(&News::Failed("error_max_turns".into())));
}

#[test]
fn vibe_and_gemini_are_read_as_their_documents_say() {
    let text = r#"{"type":"message","role":"assistant","content":"Done."}
{"type":"effect","tool":"edit","input":{"file_path":"/w/a.py"},"decision":"allow"}
{"type":"effect","tool":"bash","input":{"command":"rm"},"decision":"denied","approvalSource":"user"}"#;
    let refused = News::Refused {
        wanted: "bash rm".into(),
        why: "user".into(),
    };
    let expected = [
        News::Said("Done.".into()),
        wrote("/w/a.py"),
        used("edit", "/w/a.py", false),
        refused,
    ];
    assert_eq!(read(Format::Vibe, text), expected);
    let report = r#"{"usage":{"prompt_tokens":50,"completion_tokens":6},"cost":0.5}"#;
    let sum_of_vibe = sum(&document(Format::Vibe, report));
    assert_eq!(
        (sum_of_vibe.usage.total(), sum_of_vibe.micros),
        (56, 500_000)
    );

    let text = r#"{"type":"init","session_id":"g","model":"m"}
{"type":"message","role":"user","content":"hi"}
{"type":"message","role":"assistant","content":"All ","delta":true}
{"type":"message","role":"assistant","content":"good.","delta":true}
{"type":"tool_use","tool_name":"write_file","tool_id":"1","parameters":{"file_path":"/w/x"}}
{"type":"tool_result","tool_id":"1","status":"success"}
{"type":"result","status":"success","stats":{"total_tokens":12,"input_tokens":9,"output_tokens":3}}"#;
    let news = read(Format::Gemini, text);
    assert_eq!(words(&news), ["All good."]);
    assert!(news.contains(&wrote("/w/x")), "{news:?}");
    assert_eq!(sum(&news).usage.total(), 12);
}

#[test]
fn text_for_people_is_cut_to_its_last_lines() {
    let text: String = (0..50).map(|n| format!("line {n}\n\n")).collect();
    let news = read(Format::Plain, &text);
    assert_eq!(news.len(), 1);
    assert!(words(&news)[0].starts_with("line 40\n") && words(&news)[0].ends_with("line 49"));
}

#[test]
fn garbage_tells_nothing_in_any_dialect() {
    let all = [
        Format::Codex,
        Format::Claude,
        Format::Opencode,
        Format::Pi,
        Format::Vibe,
        Format::Gemini,
    ];
    let garbage = [
        "",
        "{",
        "null",
        "[1]",
        "{\"type\":7}",
        "{\"type\":\"item.completed\"}",
        "\u{0}\u{1b}[2J",
        "{\"type\":\"result\",\"usage\":\"x\"}",
        "{\"type\":\"assistant\",\"message\":[]}",
    ];
    for format in all {
        for line in garbage {
            let news = read(format, line);
            let told = news
                .iter()
                .any(|n| matches!(n, News::Said(_) | News::Wrote { .. }));
            assert!(!told, "{format:?} {line}: {news:?}");
        }
        for text in [r#"{"info":3}"#, "no", "{}"] {
            assert!(
                !document(format, text)
                    .iter()
                    .any(|n| matches!(n, News::Failed(_)))
            );
        }
    }
}
