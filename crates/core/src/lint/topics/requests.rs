//! States what tickets on requests have to answer: endpoints, lists, deletion, uploads, logins.

use super::{Topic, part};

/// Endpoints.
pub(super) const API: Topic = Topic {
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
};

/// Lists, searches and filters.
pub(super) const LIST: Topic = Topic {
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
};

/// Deletion.
pub(super) const DELETE: Topic = Topic {
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
};

/// Files that people hand in.
pub(super) const UPLOAD: Topic = Topic {
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
};

/// Login, passwords and sessions.
pub(super) const LOGIN: Topic = Topic {
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
};
