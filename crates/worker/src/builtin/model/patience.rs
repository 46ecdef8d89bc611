//! Decides how long to wait for a model and how often to ask it again.

use std::time::Duration;

/// How long to wait, and how often to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often one request is sent at most.
    pub attempts: u32,
    /// The pause behind the first failure; it doubles with each.
    pub first: Duration,
    /// The longest pause that redgreen makes by itself.
    pub longest: Duration,
    /// The longest pause that a provider may ask for.
    pub asked: Duration,
    /// The longest silence within an answer, and before it begins.
    pub silence: Duration,
    /// The longest that one answer may take.
    pub answer: Duration,
    /// Bytes of one answer that are read at most, what frames it included.
    pub bytes: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 6,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            asked: Duration::from_secs(120),
            silence: Duration::from_secs(120),
            answer: Duration::from_secs(900),
            bytes: 4 * 1024 * 1024,
        }
    }
}

impl Patience {
    /// The pause before attempt `next` (the second is 2), or nothing where there is none.
    /// `wanted` is what the provider asked for; `chance` is a number from 0 to 1023, so that many
    /// clients do not come back at once.
    pub(super) fn pause(
        &self,
        next: u32,
        wanted: Option<Duration>,
        chance: u32,
    ) -> Option<Duration> {
        if next > self.attempts {
            return None;
        }
        if let Some(wanted) = wanted {
            // Never sooner than asked for, and a little later.
            return (wanted <= self.asked).then(|| wanted + self.first * chance / 1024);
        }
        let doubled = self
            .first
            .saturating_mul(1 << next.saturating_sub(2).min(16));
        let whole = doubled.min(self.longest);
        Some(whole / 2 + whole / 2 * chance / 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_longest_and_then_it_ends() {
        let patience = Patience::default();
        let ms = |next, chance| patience.pause(next, None, chance).map(|p| p.as_millis());
        assert_eq!(ms(2, 0), Some(250));
        assert_eq!(ms(2, 1024), Some(500));
        assert_eq!(ms(4, 1024), Some(2000));
        assert_eq!(ms(7, 0), None);
        let many = Patience {
            attempts: 99,
            ..patience
        };
        assert_eq!(many.pause(60, None, 1024), Some(patience.longest));
    }

    #[test]
    fn what_a_provider_asks_for_is_kept_up_to_a_bound() {
        let patience = Patience::default();
        let asked = |seconds| patience.pause(2, Some(Duration::from_secs(seconds)), 0);
        assert_eq!(asked(7), Some(Duration::from_secs(7)));
        assert_eq!(asked(86_400), None);
    }
}
