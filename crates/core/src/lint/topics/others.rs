//! States what tickets on dealing with others have to answer: services, messages, things at the
//! same time, screens.

use super::{Topic, part};

/// Calls to other services.
pub(super) const RETRY: Topic = Topic {
    name: "retry",
    raised_by: &[
        "external",
        "third-party",
        "third party",
        "network comes back",
        "network goes away",
        "service is down",
        "resume",
        "remote",
        "webhook",
        "tax service",
        "dead hosts",
        "retried",
    ],
    in_title: &[
        "retry", "retries", "timeout", "timeouts", "resume", "service",
    ],
    parts: &[
        part(
            ("timeout", 3),
            &["timeout of", " s.", "within", "seconds", "timeout is", "ms"],
            "How long is an answer waited for?",
            "a host that does not answer holds everything up",
            "10 s for each try",
        ),
        part(
            ("attempts", 2),
            &[
                "times",
                "attempts",
                "once",
                "not retried",
                "no retry",
                "retries",
            ],
            "How often is it tried again, and with which pauses?",
            "trying at once and for ever keeps a weak host down",
            "3 times, after 1 s, 2 s and 4 s",
        ),
        part(
            ("fallback", 3),
            &[
                "exit",
                "fallback",
                "instead",
                "otherwise",
                "gives",
                "shows",
                "503",
                "queue",
                "error",
            ],
            "What happens where no try succeeds?",
            "otherwise the caller decides by accident",
            "the command fails with the reason, and nothing is half done",
        ),
    ],
};

/// Messages to people.
pub(super) const NOTIFY: Topic = Topic {
    name: "notify",
    raised_by: &[
        "email is sent",
        "mail is sent",
        "email to",
        "mail when",
        "send an email",
        "send a mail",
        "notify",
        "notified",
        "text message",
    ],
    in_title: &[
        "notify",
        "notification",
        "notifications",
        "mail",
        "email",
        "reminder",
    ],
    parts: &[
        part(
            ("failure", 3),
            &[
                "bounce",
                "cannot be sent",
                "not be delivered",
                "fails to send",
                "undeliver",
                "retry",
                "retried",
                "queue",
            ],
            "What happens where a message cannot be sent?",
            "nobody learns of a message that never came",
            "it is tried 3 times, then logged; what caused it goes on",
        ),
        part(
            ("duplicates", 2),
            &[
                "once",
                "one mail",
                "twice",
                "duplicate",
                "only one",
                "at most one",
                "again",
            ],
            "Can one event send two messages?",
            "a job that runs again writes to everybody again",
            "one message for one event",
        ),
    ],
};

/// Things at the same time.
pub(super) const CONCURRENCY: Topic = Topic {
    name: "concurrency",
    raised_by: &[
        "same time",
        "concurrently",
        "in parallel",
        "multiple threads",
        "simultaneous",
        "two machines",
        "two editors",
        "threads(n)",
    ],
    in_title: &[
        "parallel",
        "concurrent",
        "together",
        "simultaneous",
        "machines",
    ],
    parts: &[part(
        ("conflict rule", 3),
        &[
            "wins",
            "conflict",
            "409",
            "lock",
            "merge",
            "rejected",
            "waits",
            "the order",
            "charge once",
            "if-match",
            "version",
        ],
        "What happens where two do the same thing at the same time?",
        "the work of one is lost without a word",
        "the second one is refused and told why",
    )],
};

/// Screens.
pub(super) const UI: Topic = Topic {
    name: "ui",
    raised_by: &[
        "button",
        "dialog",
        "tooltip",
        "dropdown",
        "page shows",
        "screen",
        "window",
        "modal",
    ],
    in_title: &["tray", "page", "dialog", "window", "screen", "estimate"],
    parts: &[
        part(
            ("error", 2),
            &["error", "fails", "failed", "cannot", "unavailable", "wrong"],
            "What does a person see when it fails?",
            "a page that does nothing looks broken",
            "a line of text with the reason, and the input is kept",
        ),
        part(
            ("empty", 1),
            &[
                "empty", "no order", "without", "nothing", "none", "no data", "never",
            ],
            "What is shown while there is nothing to show?",
            "the first thing that a new user sees",
            "a line of text that says so",
        ),
        part(
            ("loading", 1),
            &[
                "loading", "while", "spinner", "progress", "grey", "disabled",
            ],
            "What is shown while it works?",
            "people click again",
            "the button is disabled",
        ),
        part(
            ("keyboard", 1),
            &[
                "keyboard",
                "tab",
                "shortcut",
                "ctrl",
                "screen reader",
                "wcag",
                "focus",
            ],
            "How is it used without a mouse?",
            "some people have none",
            "each element can be reached by Tab",
        ),
    ],
};
