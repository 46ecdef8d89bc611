//! States what tickets on kept values have to answer: time, money, caches, migrations, settings,
//! data about people.

use super::{Topic, part};

/// Days and clocks.
pub(super) const TIME: Topic = Topic {
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
};

/// Amounts.
pub(super) const MONEY: Topic = Topic {
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
};

/// Caches.
pub(super) const CACHE: Topic = Topic {
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
};

/// Changes of what is stored.
pub(super) const MIGRATION: Topic = Topic {
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
};

/// Settings.
pub(super) const CONFIG: Topic = Topic {
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
};

/// Data about people.
pub(super) const PERSONAL: Topic = Topic {
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
};
