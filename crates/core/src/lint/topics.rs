//! Lists what a ticket on a topic has to answer: words that raise the topic, and for each answer
//! the words that give it, the question, why it matters and the default that stands in for it.

/// Something that many tickets are about and that leaves the same parts out.
pub(super) struct Topic {
    /// Its name: `login`.
    pub(super) name: &'static str,
    /// Words and phrases that raise it.
    pub(super) raised_by: &'static [&'static str],
    /// Words in the title that raise it as well.
    pub(super) in_title: &'static [&'static str],
    /// What has to be answered.
    pub(super) parts: &'static [Part],
}

/// One answer that a topic requires.
pub(super) struct Part {
    /// Its name: `lockout`.
    pub(super) name: &'static str,
    /// Words of which each gives the answer.
    pub(super) answered_by: &'static [&'static str],
    /// The question, a full sentence.
    pub(super) question: &'static str,
    /// Why the answer matters.
    pub(super) why: &'static str,
    /// What is assumed where nobody answers.
    pub(super) default: &'static str,
    /// How much a wrong assumption costs, from 1 to 3.
    pub(super) impact: u8,
}

const fn part(
    (name, impact): (&'static str, u8),
    answered_by: &'static [&'static str],
    question: &'static str,
    why: &'static str,
    default: &'static str,
) -> Part {
    Part {
        name,
        answered_by,
        question,
        why,
        default,
        impact,
    }
}

/// Every topic.
pub(super) const TOPICS: [Topic; 15] = [
    Topic {
        name: "api",
        raised_by: &[
            "endpoint", "get /", "post /", "put /", "patch /", "delete /", "rest api", "graphql",
        ],
        in_title: &["endpoint", "endpoints"],
        parts: &[
            part(
                ("authorisation", 3),
                &[
                    "auth",
                    "permission",
                    "role",
                    "session",
                    "login",
                    "api key",
                    "token",
                    "401",
                    "403",
                    "no login",
                    "public",
                    "admin",
                ],
                "Who may call it, and what does anybody else get?",
                "an open endpoint is found within hours",
                "a signed-in user sees the user's own things; others get 401 or 403",
            ),
            part(
                ("status codes", 2),
                &[
                    "status", "400", "404", "409", "410", "413", "415", "422", "error",
                ],
                "Which status does a wrong or unknown input get?",
                "clients are written against these answers",
                "400 for wrong input, 404 for what is not there",
            ),
            part(
                ("input limits", 2),
                &["at most", "maximum", "limit", "up to", "size"],
                "How large may a request and an answer be?",
                "one request can otherwise take the whole service",
                "a request of at most 1 MiB, at most 100 entries in an answer",
            ),
            part(
                ("idempotency", 1),
                &["idempot", "twice", "again", "get /", "retry"],
                "What does the same request do when it comes twice?",
                "clients send again after a timeout",
                "the second one changes nothing and gets the same answer",
            ),
        ],
    },
    Topic {
        name: "list",
        raised_by: &[
            "search for",
            "search results",
            "results are",
            "filter",
            "can list",
            "matching orders",
        ],
        in_title: &["search", "filter", "find", "reports", "pagination"],
        parts: &[
            part(
                ("order", 2),
                &[
                    "order by",
                    "sorted by",
                    "newest first",
                    "oldest first",
                    "ascending",
                    "descending",
                    "alphabetical",
                    "in this order",
                    "in the order",
                ],
                "In which order do the results come?",
                "a test cannot compare a list without an order, and a page cannot go on",
                "newest first, ties by name",
            ),
            part(
                ("paging", 2),
                &[
                    "page", "cursor", "at most", "limit", "per page", "first 10", "first 20",
                    "first 50",
                ],
                "How many results come at once, and how does one get the next?",
                "the list grows until it no longer fits",
                "50 at a time, with a mark for the next ones",
            ),
            part(
                ("empty result", 1),
                &[
                    "empty",
                    "no result",
                    "nothing found",
                    "without",
                    "none",
                    "no match",
                    "[]",
                ],
                "What is shown where nothing fits?",
                "an empty list looks like an error",
                "an empty list and no error",
            ),
        ],
    },
    Topic {
        name: "delete",
        raised_by: &[
            "is deleted",
            "are deleted",
            "delete",
            "deletes",
            "removes snapshots",
            "are removed from the database",
            "purge",
            "removed from the database",
        ],
        in_title: &["delete", "prune", "forget", "archive", "purge", "deletion"],
        parts: &[
            part(
                ("undo", 3),
                &[
                    "undo",
                    "restore",
                    "trash",
                    "soft",
                    "recover",
                    "rolled back",
                    "rollback",
                    "confirm",
                    "dry-run",
                    "dry run",
                    "grace",
                    "for good",
                    "irrevers",
                ],
                "Can a deletion be taken back, and for how long?",
                "what is deleted by mistake is gone",
                "it is kept out of sight for 30 days and can be restored",
            ),
            part(
                ("who", 2),
                &[
                    "admin",
                    "role",
                    "owner",
                    "only",
                    "permission",
                    "their own",
                    "my account",
                ],
                "Who may delete, and whose things?",
                "a stranger must not delete",
                "the owner alone",
            ),
            part(
                ("cascade", 2),
                &[
                    "cascade",
                    "orphan",
                    "belong",
                    "depend",
                    "references",
                    "chunks",
                    "stay",
                    "remain",
                    "kept",
                ],
                "What becomes of the things that belong to it?",
                "they are left behind, or go without a word",
                "they stay, without a link to what went",
            ),
        ],
    },
    Topic {
        name: "upload",
        raised_by: &[
            "upload an",
            "upload a",
            "uploads a",
            "upload form",
            "file upload",
            "attach a",
        ],
        in_title: &["upload of", "attachments", "attachment", "avatar"],
        parts: &[
            part(
                ("size", 3),
                &["kib", "mib", " mb", " kb", "bytes", "413", "megabyte"],
                "How large may a file be, and what happens to a larger one?",
                "one file fills the disk",
                "5 MiB; a larger one is refused with 413",
            ),
            part(
                ("types", 3),
                &[
                    "png",
                    "jpeg",
                    "jpg",
                    "pdf",
                    "mime",
                    "415",
                    "type",
                    "content type",
                ],
                "Which types of files are allowed, and how are they told?",
                "a script that is uploaded is executed by somebody's browser",
                "PNG and JPEG, told by their first bytes; others get 415",
            ),
            part(
                ("scanning", 1),
                &["scan", "virus", "malware", "clamd", "clamav", "quarantine"],
                "Are files scanned before anybody else gets them?",
                "the service passes malware on",
                "no scan; files go to the one who uploaded them alone",
            ),
        ],
    },
    Topic {
        name: "login",
        raised_by: &[
            "at login",
            "sign in",
            "password reset",
            "session expires",
            "two-factor",
            "2fa",
            "failed attempt",
        ],
        in_title: &[
            "login attempts",
            "session",
            "two-factor",
            "2fa",
            "authentication",
            "sign-in",
        ],
        parts: &[
            part(
                ("lockout", 3),
                &[
                    "429",
                    "lock",
                    "attempt",
                    "rate limit",
                    "too many",
                    "throttle",
                ],
                "How many failed tries are allowed, and what happens then?",
                "passwords and codes are guessed",
                "429 after 5 tries in 60 s",
            ),
            part(
                ("reset", 2),
                &["reset", "recover", "forgot", "resent", "new link"],
                "How does somebody get in who lost password or device?",
                "support gets the request instead",
                "a link by mail that works once and for 30 minutes",
            ),
            part(
                ("enumeration", 2),
                &[
                    "unknown address",
                    "unknown account",
                    "unknown user",
                    "same text",
                    "same page",
                    "same answer",
                    "enumerat",
                ],
                "Does the answer for an unknown account differ from that for a wrong password?",
                "the difference tells who has an account",
                "both get the same answer",
            ),
        ],
    },
    Topic {
        name: "time",
        raised_by: &[
            "midnight",
            "each day",
            "every day",
            "daily at",
            "expire at",
            "time zone",
            "today",
            "o'clock",
            "on monday",
            "end of the month",
        ],
        in_title: &["schedule", "timezone", "calendar", "reminder"],
        parts: &[
            part(
                ("zone", 3),
                &[
                    "utc",
                    "time zone",
                    "timezone",
                    "zone",
                    "local time",
                    "europe/",
                    "gmt",
                ],
                "In which time zone does a day begin?",
                "at night two servers disagree about the day",
                "UTC",
            ),
            part(
                ("daylight saving", 2),
                &["dst", "daylight", "summer time", "utc"],
                "What happens at the hour that daylight saving skips or repeats?",
                "a job runs twice or not at all, one night a year",
                "it runs once, at the next hour that exists",
            ),
            part(
                ("clock", 1),
                &["server clock", "server time", "clock of", "ntp", "clock"],
                "Whose clock counts?",
                "the user's can be set to anything",
                "that of the server",
            ),
        ],
    },
    Topic {
        name: "money",
        raised_by: &[
            "price of",
            "discount of",
            "discounts on",
            "refund",
            "vat",
            "amount of",
        ],
        in_title: &["discount", "discounts", "invoice", "refund", "refunds"],
        parts: &[
            part(
                ("rounding", 3),
                &["round", "cents", "half up", "half even", "scale", "integer"],
                "How is an amount rounded, and at which step?",
                "sums differ from their parts by cents",
                "each line half up to cents, then the sum",
            ),
            part(
                ("currency", 2),
                &["eur", "usd", "currency", "€", "$", "gbp"],
                "Which currencies are there?",
                "two of them cannot be added",
                "the currency of the shop alone",
            ),
        ],
    },
    Topic {
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
    },
    Topic {
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
    },
    Topic {
        name: "cache",
        raised_by: &["cache", "cached", "caching", "caches the"],
        in_title: &["cache", "caching"],
        parts: &[
            part(
                ("invalidation", 3),
                &[
                    "invalidat",
                    "evict",
                    "cleared when",
                    "on change",
                    "refresh",
                    "purged",
                    "updated when",
                    "after a change",
                    "dropped when",
                ],
                "What makes a cached value invalid?",
                "old values are shown after a change",
                "a change of what it was made from drops it",
            ),
            part(
                ("lifetime", 2),
                &[
                    "ttl", "expire", " minutes", " seconds", " hours", "lifetime", "for 60 s",
                ],
                "How long is a value kept at most?",
                "a mistake in the cache stays for ever",
                "60 s",
            ),
        ],
    },
    Topic {
        name: "migration",
        raised_by: &[
            "migration",
            "migrated",
            "migrate",
            "rename column",
            "new format",
            "schema change",
            "existing repositories",
            "backfill",
        ],
        in_title: &[
            "migration",
            "migrate",
            "rename column",
            "new index format",
            "schema",
        ],
        parts: &[
            part(
                ("rollback", 3),
                &[
                    "roll back",
                    "rollback",
                    "rolled back",
                    "undo",
                    "backup",
                    "reversible",
                    "down migration",
                    "revert",
                ],
                "How does one get back where the new version fails?",
                "the old version cannot read what the new one wrote",
                "a copy of the old data is kept until the next release",
            ),
            part(
                ("existing data", 3),
                &[
                    "existing",
                    "backfill",
                    "old rows",
                    "old data",
                    "converted",
                    "old chunks",
                    "null",
                ],
                "What becomes of the data that is there already?",
                "rows without the new value break the new code",
                "it is converted in the same migration",
            ),
            part(
                ("old clients", 2),
                &[
                    "old client",
                    "old version",
                    "older version",
                    "compatib",
                    "both names",
                    "deprecat",
                ],
                "Do old clients work during and after the change?",
                "two versions run side by side while one is rolled out",
                "the version before can still read",
            ),
        ],
    },
    Topic {
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
    },
    Topic {
        name: "config",
        raised_by: &[
            "environment variable",
            "config file",
            "configuration file",
            "settings can",
            "configurable through",
        ],
        in_title: &[
            "configurable",
            "config",
            "configuration",
            "setting",
            "settings",
        ],
        parts: &[
            part(
                ("default", 2),
                &["default", "without it", "unset", "not set", "off by"],
                "What holds where nothing is set?",
                "everybody who updates gets this value",
                "what was done so far",
            ),
            part(
                ("validation", 2),
                &[
                    "invalid",
                    "unknown key",
                    "reported",
                    "refused",
                    "out of range",
                    "rejected",
                    "exits with",
                    "is an error",
                ],
                "What happens with a value that makes no sense?",
                "a typing error is found in production",
                "the program says so at its start and does not run",
            ),
            part(
                ("documentation", 1),
                &["document", "readme", "docs", "help"],
                "Where is it described?",
                "nobody finds it",
                "in the table of settings",
            ),
        ],
    },
    Topic {
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
    },
    Topic {
        name: "personal",
        raised_by: &[
            "birthday",
            "phone",
            "usage statistics",
            "telemetry",
            "personal data",
            "date of birth",
            "home address",
            "my data",
            "tracking of users",
            "profile of",
        ],
        in_title: &[
            "telemetry",
            "usage statistics",
            "gdpr",
            "personal",
            "profile",
            "delete their account",
        ],
        parts: &[
            part(
                ("consent", 3),
                &[
                    "consent",
                    "opt in",
                    "opt-in",
                    "opt out",
                    "opt-out",
                    "off by default",
                    "agree",
                ],
                "Who agrees to it, and how does one say no?",
                "the law asks for it",
                "it is off until somebody turns it on",
            ),
            part(
                ("retention", 2),
                &["retention", "kept for", "deleted after", "days", "erased"],
                "How long is it kept?",
                "data that is not there cannot leak",
                "30 days",
            ),
            part(
                ("logs", 2),
                &["log", "logs", "masked", "redact"],
                "Does it show in logs?",
                "logs are read by more people than the database",
                "it is in no log",
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_a_question_with_a_default() {
        for part in TOPICS.iter().flat_map(|topic| topic.parts) {
            assert!(
                part.question.ends_with('?') && part.question.contains(' '),
                "{}",
                part.name
            );
            assert!(
                !part.why.is_empty() && !part.default.is_empty(),
                "{}",
                part.name
            );
            assert!(
                (1..=3).contains(&part.impact) && !part.answered_by.is_empty(),
                "{}",
                part.name
            );
        }
    }
}
