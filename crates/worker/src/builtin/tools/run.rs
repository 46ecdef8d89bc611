//! Runs a command that a model asks for, through whatever is put around it, and shows its ends.

use super::Answer;
use super::arguments::{Arguments, Misshapen};
use super::words::{counted, ends};
use redgreen_engine::process::{Captured, Command, Exit, Finished, ProcessError};
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Runs a command: plainly, or in a sandbox.
pub type Runs<'r> = Box<dyn FnMut(Command) -> Result<Finished, ProcessError> + 'r>;

/// The longest that a command may take where the model says nothing.
const USUAL: u64 = 120;

/// Bytes shown from the start of what was printed, and from its end, where failures are told.
const HEAD: usize = 4 * 1024;
const TAIL: usize = 12 * 1024;

/// Bytes kept of what is printed.
const KEPT: usize = 1024 * 1024;

/// What every command gets.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Its whole environment; [`redgreen_engine::process::clean_env`] makes one without secrets.
    pub env: Vec<(OsString, OsString)>,
    /// The longest that any command may take, in seconds, whatever the model says; 0 is an hour.
    pub longest: u64,
    /// Set from outside to stop it.
    pub stop: Option<Arc<AtomicBool>>,
}

/// What a model wants to run.
pub(super) struct Asked {
    /// A program with its arguments, or one line for the shell.
    pub(super) words: Vec<String>,
    seconds: u64,
}

pub(super) fn asked(arguments: &Arguments) -> Result<Asked, Misshapen> {
    let words = arguments.words("command")?;
    if words.iter().all(|word| word.trim().is_empty()) {
        return Err(arguments.wrong("`command` is empty"));
    }
    if words.iter().any(|word| word.contains('\0')) {
        return Err(arguments.wrong("`command` holds a zero byte"));
    }
    let seconds = arguments.count("seconds")?.map(|n| n as u64);
    let seconds = seconds.filter(|n| *n > 0).unwrap_or(USUAL);
    Ok(Asked { words, seconds })
}

pub(super) fn run(dir: &Path, rules: &Rules, runs: &mut Runs<'_>, asked: &Asked) -> Answer {
    let longest = if rules.longest == 0 {
        3600
    } else {
        rules.longest
    };
    let limit = Duration::from_secs(asked.seconds.min(longest));
    let command = |shell: &str| {
        let mut command = Command::new(argv(&asked.words, shell), dir, limit);
        command.env.clone_from(&rules.env);
        command.stop.clone_from(&rules.stop);
        command.cap = KEPT;
        command
    };
    let mut done = runs(command("bash"));
    if matches!(done, Err(ProcessError::Missing { .. })) && asked.words.len() == 1 {
        done = runs(command("sh"));
    }
    match done {
        Ok(finished) => shown(&finished, limit),
        Err(error) => Answer::refused(error.to_string()),
    }
}

/// One line is the shell's to read; both streams then come in the order in which they were written.
fn argv(words: &[String], shell: &str) -> Vec<String> {
    match words {
        [line] => [shell, "-c", &format!("exec 2>&1; {line}")]
            .map(str::to_owned)
            .into(),
        _ => words.to_vec(),
    }
}

fn shown(finished: &Finished, limit: Duration) -> Answer {
    let seconds = finished.took.as_secs_f64();
    let (head, failed) = match finished.exit {
        Exit::Code(code) => (format!("exit {code} after {seconds:.1} s"), false),
        Exit::Signal(signal) => (
            format!("ended by signal {signal} after {seconds:.1} s"),
            false,
        ),
        Exit::TimedOut => {
            let limit = limit.as_secs();
            (
                format!("stopped: not done after {limit} s (`seconds` can be more)"),
                true,
            )
        }
        Exit::Interrupted => ("stopped by the user".to_owned(), true),
    };
    let mut text = format!("{head}\n");
    if finished.stragglers > 0 {
        let left = counted(finished.stragglers, "process").replace("processs", "processes");
        text.push_str(&format!("[{left} left behind in the background: ended]\n"));
    }
    let (out, err) = (printed(&finished.stdout), printed(&finished.stderr));
    text.push_str(&out);
    if !err.is_empty() {
        if !out.is_empty() {
            text.push_str("\n[standard error]\n");
        }
        text.push_str(&err);
    }
    Answer {
        failed,
        ..Answer::told(text)
    }
}

fn printed(captured: &Captured) -> String {
    ends(&plain(&captured.text()), HEAD, TAIL)
}

/// The text as a terminal would leave it: without colours, and of lines that were written over the
/// last state.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => skip_escape(&mut letters),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' => {
                let line = plain.rfind('\n').map_or(0, |at| at + 1);
                plain.truncate(line);
            }
            '\u{8}' | '\u{7}' | '\0' => {}
            _ => plain.push(letter),
        }
    }
    plain
}

/// `ESC [ … letter`, `ESC ] … BEL`, or `ESC letter`.
fn skip_escape(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match letters.next() {
        Some('[') => {
            letters.find(|letter| ('@'..='~').contains(letter));
        }
        Some(']') => {
            letters.find(|letter| matches!(letter, '\u{7}' | '\u{9c}' | '\n'));
        }
        Some(_) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_not_show_is_left_out() {
        assert_eq!(plain("\u{1b}[1;31mred\u{1b}[0m\r\n"), "red\n");
        assert_eq!(plain("a\n10%\r50%\r100%\nb"), "a\n100%\nb");
        assert_eq!(plain("\u{1b}]0;title\u{7}x\u{1b}"), "x");
    }

    #[test]
    fn a_line_is_the_shells_and_a_list_is_not() {
        let argv = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            argv(&words, "bash")
        };
        assert_eq!(argv(&["a | b"]), ["bash", "-c", "exec 2>&1; a | b"]);
        assert_eq!(argv(&["echo", "$HOME"]), ["echo", "$HOME"]);
    }
}
