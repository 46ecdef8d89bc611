//! Fetches the end of a log. Forges send whoever asks for one on to a store of another host, where
//! no token goes.

use super::{Answer, Ask, Client, Ways};
use crate::ForgeError;
use crate::address::Reach;

/// Lines and bytes of a log's end that are kept.
const LINES: usize = 80;
const BYTES: usize = 8 * 1024;

impl Client {
    /// The end of the log at `path`; empty where there is none, where it is too long to be read, or
    /// where it may not be seen.
    ///
    /// # Errors
    /// Where the forge cannot be reached or allows no more requests.
    pub(crate) fn log(&self, path: &str) -> Result<String, ForgeError> {
        match self.fetched(&Ask::get(path)) {
            Ok(answer) => Ok(tail(&String::from_utf8_lossy(&answer.body))),
            Err(error @ ForgeError::Limited { .. }) => Err(error),
            Err(
                ForgeError::Unreachable { .. }
                | ForgeError::Forbidden { .. }
                | ForgeError::Missing { .. }
                | ForgeError::Failed { .. }
                | ForgeError::Garbled { .. }
                | ForgeError::Refused { .. }
                | ForgeError::Unknown { .. },
            ) => Ok(String::new()),
        }
    }

    fn fetched(&self, ask: &Ask) -> Result<Answer, ForgeError> {
        let url = self.url(&ask.path)?;
        let first = self
            .once(&url, ask)
            .map_err(|lost| self.unreachable(lost.why))?;
        let place = first.redirect().and_then(|place| url.join(place).ok());
        match place {
            Some(place) if place.origin() != url.origin() => self.of_store(place.as_str()),
            None if first.status == 200 => Ok(first),
            Some(_) | None => self.send(ask),
        }
    }

    /// What a store of another host has, asked for as nobody.
    fn of_store(&self, place: &str) -> Result<Answer, ForgeError> {
        // A forge of one's own network may keep its logs there; a public one may not lead inside.
        let ways = Ways {
            patience: self.ways.patience.clone(),
            reach: match crate::address::is_here(self.base.host_str().unwrap_or_default()) {
                true => self.ways.reach,
                false => Reach::Public,
            },
            ..Ways::default()
        };
        Self::new(place, ways)?.send(&Ask::get(place))
    }
}

/// The last lines, without escape sequences of terminals.
fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let last = lines[lines.len().saturating_sub(LINES)..].join("\n");
    let start = last.len().saturating_sub(BYTES);
    let from = (start..=last.len()).find(|at| last.is_char_boundary(*at));
    plain(&last[from.unwrap_or(last.len())..])
}

/// `text` without colours and other orders to a terminal.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' && letters.peek() == Some(&'[') {
            let is_last = |letter: &char| ('@'..='~').contains(letter) && *letter != '[';
            letters.by_ref().find(is_last);
        } else if letter == '\n' || letter == '\t' || !letter.is_control() {
            kept.push(letter);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_short_and_plain() {
        let log: String = (0..5000)
            .map(|n| format!("\u{1b}[31mline {n}\u{1b}[0m ä\r\n"))
            .collect();
        let tail = tail(&log);
        assert!(
            tail.len() <= BYTES && tail.ends_with("line 4999 ä"),
            "{tail}"
        );
        assert_eq!(tail.lines().count(), LINES);
        assert!(!tail.contains('\u{1b}'));
    }
}
