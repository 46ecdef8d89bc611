//! Runs a fake forge until its standard input ends, for a look by hand and for checks of its shapes.

use redgreen_testkit::forge::FakeForge;
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let sort = std::env::args().nth(1).unwrap_or_default();
    let fake = match sort.as_str() {
        "gitlab" => FakeForge::gitlab(),
        "gitea" => FakeForge::gitea(),
        "jira" => FakeForge::jira(),
        "linear" => FakeForge::linear(),
        _ => FakeForge::github(),
    };
    let variables = match sort.as_str() {
        "gitlab" => fake.gitlab_variables(),
        "gitea" => fake.gitea_variables(),
        "jira" => fake.jira_variables(),
        "linear" => fake.linear_variables(),
        _ => fake.variables(),
    };
    let body =
        "Passwords are guessed.\n\n## Acceptance criteria\n\n- [ ] The sixth try answers 429.\n";
    fake.issue(12, "Limit login attempts", body, &["enhancement"]);
    fake.comment(12, "grace", "For the API too?");
    if let Some(bare) = std::env::args().nth(2) {
        fake.backed_by(bare);
    }
    let mut out = std::io::stdout();
    for (name, value) in variables {
        writeln!(out, "export {name}={value}")?;
    }
    writeln!(out, "ORIGIN={}", fake.clone_address())?;
    out.flush()?;
    for line in std::io::stdin().lines() {
        said(&fake, &line?);
    }
    Ok(())
}

/// One line of the input: `thread PULL AUTHOR PATH LINE TEXT`, `comment PULL AUTHOR TEXT`,
/// `check BRANCH NAME LOG`, or `app` for a token that may write check runs. Any other says nothing.
fn said(fake: &FakeForge, line: &str) {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let words: Vec<&str> = rest.splitn(5, ' ').collect();
    let number = |word: &str| word.parse().unwrap_or(0);
    match (verb, words.as_slice()) {
        ("thread", [pull, author, path, at, text]) => {
            fake.thread(number(pull), author, (path, number(at)), text);
        }
        ("comment", [pull, author, ..]) => {
            let text: Vec<&str> = rest.splitn(3, ' ').skip(2).collect();
            fake.comment(number(pull), author, &text.join(" "));
        }
        ("check", [branch, name, ..]) => {
            let log: Vec<&str> = rest.splitn(3, ' ').skip(2).collect();
            fake.check(branch, name, true, &log.join(" "));
        }
        ("app", _) => {
            fake.as_app();
        }
        _ => {}
    }
}
