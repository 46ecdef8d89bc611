//! Shows what is going on while a gate runs. All of it goes to standard error, and none of it is
//! kept.

use super::{Palette, Screen, Tone, harmless};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(120);

/// Something that happened while a gate runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// One observation began.
    Started {
        /// What is asked: `tree H`.
        label: String,
    },
    /// One observation ended.
    Finished {
        /// What was asked.
        label: String,
        /// How many tests answered.
        tests: usize,
        /// How many of them did not pass.
        failed: usize,
        /// Wall time in milliseconds.
        ms: u64,
        /// Whether the answer was a stored one.
        cached: bool,
    },
    /// Something to know, one line.
    Note(String),
}

/// How much of the progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// Nothing.
    Silent,
    /// One line for each observation that ended.
    Lines,
    /// The same, and below them what runs now.
    Live,
}

impl Voice {
    /// The voice for `screen`; `-q` silences.
    pub fn of(screen: &Screen, is_quiet: bool) -> Self {
        match (is_quiet, screen.is_live()) {
            (true, _) => Self::Silent,
            (false, true) => Self::Live,
            (false, false) => Self::Lines,
        }
    }
}

/// Progress on one stream. What is finished stands above and never moves again.
pub struct Progress<W: Write> {
    palette: Palette,
    voice: Voice,
    stream: W,
    bar: Option<ProgressBar>,
    tests: usize,
}

impl<W: Write> Progress<W> {
    /// Progress that speaks with `voice` on `stream`, the stream that `palette` is for.
    pub fn new(voice: Voice, palette: Palette, stream: W) -> Self {
        let bar = (voice == Voice::Live).then(bar);
        Self {
            palette,
            voice,
            stream,
            bar,
            tests: 0,
        }
    }

    /// Shows one step.
    pub fn tell(&mut self, step: &Step) {
        if self.voice == Voice::Silent {
            return;
        }
        match step {
            Step::Started { label } => self.begin(label),
            Step::Finished { tests, .. } => {
                self.tests += tests;
                self.above(&line(step, self.palette));
            }
            Step::Note(_) => self.above(&line(step, self.palette)),
        }
    }

    fn begin(&mut self, label: &str) {
        if let Some(bar) = &self.bar {
            let so_far = match self.tests {
                0 => String::new(),
                tests => format!(", {tests} test results so far"),
            };
            bar.set_message(format!("{}{so_far}", harmless(label)));
            bar.reset_elapsed();
            bar.enable_steady_tick(TICK);
        }
    }

    /// Writes a line that stays. Narration is never worth a failure.
    fn above(&mut self, text: &str) {
        let stream = &mut self.stream;
        let mut write = || drop(writeln!(stream, "{text}").and_then(|()| stream.flush()));
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The line that a step leaves behind, without marks and colours.
pub fn plain(step: &Step) -> String {
    line(step, Palette::PLAIN)
}

/// The line that a step leaves behind: `tree H  3 tests  0.4 s  passed`.
fn line(step: &Step, palette: Palette) -> String {
    match step {
        Step::Started { label } | Step::Note(label) => harmless(label),
        Step::Finished {
            label,
            tests,
            failed,
            ms,
            cached,
        } => {
            let noun = if *tests == 1 { "test" } else { "tests" };
            let time = if *cached {
                "stored".to_owned()
            } else {
                format!("{}.{} s", ms / 1000, ms % 1000 / 100)
            };
            let result = match (tests, failed) {
                (0, 0) => palette.paint(Tone::Doubtful, "no test ran"),
                (0, _) => "does not load".to_owned(),
                (_, 0) => "passed".to_owned(),
                (_, failed) => format!("{failed} not passed"),
            };
            format!("{}  {tests} {noun}  {time}  {result}", harmless(label))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::expected::{PLAIN, check};

    fn finished(label: &str, tests: usize, failed: usize, cached: bool) -> Step {
        Step::Finished {
            label: label.to_owned(),
            tests,
            failed,
            ms: 1_490,
            cached,
        }
    }

    fn told(voice: Voice) -> String {
        let mut stream = Vec::new();
        let mut progress = Progress::new(voice, PLAIN, &mut stream);
        progress.tell(&Step::Started {
            label: "tree H".to_owned(),
        });
        progress.tell(&finished("tree H", 3, 0, false));
        progress.tell(&finished("tree R", 1, 1, true));
        progress.tell(&finished("tree S\u{1b}[2J", 0, 0, false));
        progress.tell(&Step::Note("installs from uv.lock".to_owned()));
        drop(progress);
        String::from_utf8(stream).unwrap()
    }

    #[test]
    fn without_a_terminal_each_observation_is_one_line() {
        check("progress", &told(Voice::Lines));
    }

    #[test]
    fn what_is_finished_is_written_the_same_on_a_terminal() {
        assert_eq!(told(Voice::Live), told(Voice::Lines));
    }

    #[test]
    fn quiet_means_nothing() {
        assert_eq!(told(Voice::Silent), "");
        assert_eq!(Voice::of(&Screen::bare(), true), Voice::Silent);
        assert_eq!(Voice::of(&Screen::bare(), false), Voice::Lines);
    }
}
