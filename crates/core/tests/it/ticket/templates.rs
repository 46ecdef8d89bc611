//! Resolves the two prompts that people use as templates.

use super::example;
use redgreen_core::lint::lint;
use redgreen_core::ticket::placeholder::{find, resolve};
use redgreen_core::ticket::{Defaults, Ticket};

#[test]
fn the_task_prompt_alone_is_no_ticket_yet() {
    let ticket = example("prompt-tasks");
    assert_eq!(ticket.criteria.len(), 8);
    let blocking = lint(&ticket, &Defaults::default()).into_iter();
    let messages: Vec<_> = blocking.filter(|f| f.blocks()).map(|f| f.message).collect();
    let left = |name: &str| format!("the placeholder <{name}> is left");
    assert_eq!(
        messages,
        [
            left("FEATURE_DESCRIPTION"),
            left("PERF_TARGETS_OR_DEFAULTS")
        ]
    );
}

#[test]
fn the_task_prompt_gets_its_eight_criteria_from_a_ticket() {
    let template = example("prompt-tasks").text;
    let ticket = example("checkbox-feature");
    let resolved = resolve(&template, &ticket, &Defaults::default());
    let names: Vec<_> = resolved.resolved.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "FEATURE_DESCRIPTION",
            "REFERENCES_OR_NONE",
            "PERF_TARGETS_OR_DEFAULTS"
        ]
    );
    assert!(resolved.unresolved.is_empty() && find(&resolved.text).is_empty());
    let filled = Ticket::parse("x", &resolved.text, &Defaults::default()).expect("it has text");
    assert_eq!(filled.criteria.len(), 8);
    assert_eq!(
        filled.criteria[0].text,
        "Functional behavior matches Limit login attempts. Passwords of our users are being \
         guessed. Nothing slows that down: see #88 and `src/login/attempts.rs`. and/or #88, \
         src/login/attempts.rs."
    );
    assert_eq!(
        filled.criteria[2].text,
        "Performance: meets p95 of a login < 50 ms at 100 req/s."
    );
}

#[test]
fn without_targets_the_performance_criterion_stays_open() {
    let template = example("prompt-tasks").text;
    let ticket = example("no-criteria");
    let mut defaults = Defaults::default();
    let open = resolve(&template, &ticket, &defaults);
    assert_eq!(open.unresolved.len(), 1);
    assert_eq!(open.unresolved[0].written, "<PERF_TARGETS_OR_DEFAULTS>");
    assert!(open.text.contains("and/or none."));
    defaults.performance = vec!["p95 < 200 ms".to_owned(), "memory < 1 GiB".to_owned()];
    let closed = resolve(&template, &ticket, &defaults);
    assert!(closed.text.contains("meets p95 < 200 ms; memory < 1 GiB."));
}

#[test]
fn the_ticket_prompt_holds_the_whole_ticket_once() {
    let template = example("prompt-tdd").text;
    assert_eq!(find(&template).len(), 1);
    let hostile = example("hostile");
    let resolved = resolve(&template, &hostile, &Defaults::default());
    assert_eq!(resolved.resolved.len(), 1);
    assert_eq!(resolved.text.matches("</ticket>").count(), 1);
    assert_eq!(resolved.text.matches("{{TICKET}}").count(), 1);
    assert!(resolved.text.contains("- [ ] The button is blue"));
}
