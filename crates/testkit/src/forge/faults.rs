//! Names the ways in which the fakes fail.

/// A way to fail: the next request whose verb and path hold the given words fails so, once.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers this, and does nothing.
    Answer {
        /// The status.
        status: u16,
        /// Headers.
        headers: Vec<(&'static str, String)>,
        /// The body's `message`.
        message: &'static str,
    },
    /// Does nothing and hangs up.
    HangUp,
    /// Does what is asked and hangs up before the answer.
    LoseAnswer,
    /// Answers with so many bytes of no meaning.
    Flood(usize),
}

impl Fault {
    /// Takes no token.
    pub fn unauthorised() -> Self {
        Self::answer(401, &[], "Unauthorized")
    }

    /// A limit with the seconds to wait.
    pub fn limited(seconds: u64) -> Self {
        let headers = [("retry-after", seconds.to_string())];
        Self::answer(429, &headers, "Rate limit exceeded")
    }

    /// A fault of the server that it is in itself.
    pub fn crashed() -> Self {
        Self::answer(500, &[], "Internal Server Error")
    }

    /// A fault of the server.
    pub fn broken() -> Self {
        Self::answer(502, &[], "Bad Gateway")
    }

    /// GitHub's limit against abuse: 403 with the seconds to wait.
    pub fn abuse(seconds: u64) -> Self {
        let headers = [("retry-after", seconds.to_string())];
        Self::answer(403, &headers, "You have exceeded a secondary rate limit")
    }

    /// The hourly limit, which ends so many seconds after 1970.
    pub fn spent(until: u64) -> Self {
        let headers = [
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset", until.to_string()),
        ];
        Self::answer(403, &headers, "API rate limit exceeded")
    }

    /// Sends the asker elsewhere.
    pub fn redirect(to: &str) -> Self {
        Self::answer(301, &[("location", to.to_owned())], "Moved Permanently")
    }

    fn answer(status: u16, headers: &[(&'static str, String)], message: &'static str) -> Self {
        Self::Answer {
            status,
            headers: headers.to_vec(),
            message,
        }
    }
}

/// A fault that is still to come.
pub(super) struct Planned {
    pub(super) words: String,
    /// How many requests that fit are answered before it.
    pub(super) after: usize,
    pub(super) fault: Fault,
}
