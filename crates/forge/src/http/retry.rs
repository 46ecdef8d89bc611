//! Decides whether to ask again, and when: rate limits by what the forge says, faults by guessing.

use super::{Answer, CONNECT};
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a forge asks for that limits without saying for how long.
const UNSAID: Duration = Duration::from_secs(60);
/// The first wait after a fault.
const FIRST: Duration = Duration::from_millis(400);
/// The longest wait after a fault.
const LONGEST: Duration = Duration::from_secs(8);

/// How long a request is tried.
#[derive(Clone)]
pub struct Patience {
    /// How often it is sent at most.
    pub attempts: u32,
    /// The longest that a forge's limit is waited for; beyond that it is an error.
    pub longest_wait: Duration,
    /// The longest that a connection may take.
    pub connect: Duration,
    /// The longest that an answer may take.
    pub answer: Duration,
    sleep: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 4,
            longest_wait: Duration::from_secs(60),
            connect: CONNECT,
            answer: Duration::from_secs(30),
            sleep: Arc::new(std::thread::sleep),
        }
    }
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} attempts", self.attempts)
    }
}

/// What follows an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is the answer.
    Take,
    /// Ask again after this.
    Wait(Duration),
    /// The forge asks for a longer wait than anybody has patience for.
    TooLong(Duration),
}

impl Patience {
    /// One attempt and a few seconds: for what is good to know and not needed.
    pub fn short() -> Self {
        Self {
            attempts: 1,
            longest_wait: Duration::ZERO,
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(6),
            ..Self::default()
        }
    }

    /// A few attempts: for what nobody comes back to, and what may not hold anybody up for long.
    pub fn brief() -> Self {
        Self {
            attempts: 3,
            longest_wait: Duration::from_secs(20),
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(10),
            ..Self::default()
        }
    }

    /// The same, waiting by `sleep`.
    pub fn sleeping(mut self, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }

    pub(super) fn sleep(&self, wait: Duration) {
        (self.sleep)(wait);
    }

    /// How long to wait after a connection was lost; nothing where that was the last attempt.
    pub(super) fn after_loss(&self, attempt: u32) -> Option<Duration> {
        (attempt < self.attempts).then(|| jittered(attempt))
    }

    /// What follows `answer` to attempt number `attempt`. A request that does not `repeats` is
    /// sent again only where the forge says that it did nothing.
    pub(super) fn after(&self, attempt: u32, answer: &Answer, repeats: bool) -> Next {
        let last = attempt >= self.attempts;
        if is_limit(answer) {
            let wait = limit(answer, seconds_now()).unwrap_or(UNSAID);
            return match wait > self.longest_wait || last {
                true => Next::TooLong(wait),
                false => Next::Wait(wait),
            };
        }
        if !matches!(answer.status, 500 | 502..=504) || last || !repeats {
            return Next::Take;
        }
        let asked = answer.number("retry-after").map(Duration::from_secs);
        match asked {
            Some(wait) if wait > self.longest_wait => Next::Take,
            Some(wait) => Next::Wait(wait),
            None => Next::Wait(jittered(attempt)),
        }
    }
}

/// Whether `answer` says that there were too many requests. GitHub says so with 403, and of its
/// secondary limits in words alone.
fn is_limit(answer: &Answer) -> bool {
    if answer.status == 429 {
        return true;
    }
    let words = || String::from_utf8_lossy(&answer.body).to_lowercase();
    answer.status == 403
        && (answer.number("retry-after").is_some()
            || answer.number("x-ratelimit-remaining") == Some(0)
            || words().contains("secondary rate limit")
            || words().contains("abuse detection"))
}

/// How long a limit lasts, as the forge says it: in seconds, or until a second of the epoch.
fn limit(answer: &Answer, now: u64) -> Option<Duration> {
    if let Some(seconds) = answer.number("retry-after") {
        return Some(Duration::from_secs(seconds));
    }
    let reset = ["x-ratelimit-reset", "ratelimit-reset"];
    let reset = reset.iter().find_map(|name| answer.number(name))?;
    Some(Duration::from_secs(reset.saturating_sub(now) + 1))
}

fn seconds_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Twice as long each time, by chance up to half shorter, so that many do not ask at once.
fn jittered(attempt: u32) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32 << attempt.saturating_sub(1).min(10));
    let whole = doubled.min(LONGEST);
    let chance = (RandomState::new().hash_one(attempt) % 512) as u32;
    whole * (512 + chance) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers.iter();
        Answer {
            status,
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn after(attempt: u32, answer: &Answer, repeats: bool) -> Next {
        Patience::default().after(attempt, answer, repeats)
    }

    #[test]
    fn a_limit_is_waited_for_as_long_as_the_forge_says() {
        let limited = answer(429, &[("retry-after", "7")], "");
        assert_eq!(
            after(1, &limited, false),
            Next::Wait(Duration::from_secs(7))
        );
        let long = answer(429, &[("retry-after", "900")], "");
        assert_eq!(
            after(1, &long, true),
            Next::TooLong(Duration::from_secs(900))
        );
        let reset = answer(403, &[("x-ratelimit-reset", "130")], "");
        assert_eq!(limit(&reset, 100), Some(Duration::from_secs(31)));
        assert_eq!(limit(&reset, 500), Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_403_is_a_limit_only_where_it_says_so() {
        assert!(is_limit(&answer(
            403,
            &[("x-ratelimit-remaining", "0")],
            ""
        )));
        let secondary = r#"{"message":"You have exceeded a secondary rate limit"}"#;
        assert!(is_limit(&answer(403, &[], secondary)));
        let forbidden = r#"{"message":"Resource not accessible by integration"}"#;
        assert!(!is_limit(&answer(
            403,
            &[("x-ratelimit-remaining", "42")],
            forbidden
        )));
    }

    #[test]
    fn what_may_have_been_done_already_is_not_asked_for_twice() {
        let broken = answer(502, &[], "");
        assert!(matches!(after(1, &broken, true), Next::Wait(_)));
        assert_eq!(after(1, &broken, false), Next::Take);
        assert_eq!(after(4, &broken, true), Next::Take);
        assert_eq!(after(1, &answer(404, &[], ""), true), Next::Take);
    }

    #[test]
    fn waits_grow_and_have_an_end() {
        for attempt in 1..40 {
            let wait = jittered(attempt);
            assert!(wait >= FIRST / 2 && wait <= LONGEST, "{attempt}: {wait:?}");
        }
        assert!(jittered(5) > jittered(1) * 2);
    }
}
