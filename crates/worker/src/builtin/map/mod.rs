//! Draws a map of the repository for a model that has not seen it: the files that matter for a
//! ticket, with what they define.

mod look;
mod ticket;
mod weigh;

use look::Seen;
use redgreen_toolchain::tags::{Definition, definitions};
use std::fs;
use std::io;
use std::path::Path;
use ticket::Words;
use weigh::Weights;

/// Bytes that count as one token.
const TOKEN: usize = 4;

/// Bytes of a line with one definition, about.
const LINE: usize = 40;

/// A map of the files below `worktree`, at most `tokens` long: for each file its path, then its most
/// used definitions with their lines. Files come first that other files use, and that `ticket`
/// speaks of. The same files and ticket give the same map. Empty where no file has a language with
/// a map.
///
/// # Errors
/// Where the worktree is not there.
pub fn draw(worktree: &Path, ticket: &str, tokens: usize) -> io::Result<String> {
    let root = worktree.canonicalize()?;
    let words = Words::of(ticket);
    let seen = look::look(&root, &words);
    let weights = Weights::of(&seen);
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by(|one, other| {
        let by_weight = weights.of_file(*other).total_cmp(&weights.of_file(*one));
        by_weight.then_with(|| seen[*one].path.cmp(&seen[*other].path))
    });
    let room = tokens.saturating_mul(TOKEN);
    let each = (room / LINE / seen.len().max(1)).clamp(6, 40);
    let mut map = String::new();
    let mut shown = 0;
    for at in order {
        let left = room.saturating_sub(map.len());
        // Room is kept for the last line.
        let block = block(&root, &seen[at], (&words, &weights), each);
        let fitting = fitting(&block, left.saturating_sub(2 * LINE));
        if fitting.is_empty() {
            break;
        }
        map.push_str(&fitting);
        shown += 1;
    }
    let more = seen.len() - shown;
    if more > 0 && room.saturating_sub(map.len()) >= LINE {
        map.push_str(&format!("[{more} more files]\n"));
    }
    Ok(map)
}

/// The lines of one file: its path, then at most `each` definitions.
fn block(root: &Path, seen: &Seen, by: (&Words, &Weights), each: usize) -> Vec<String> {
    let text = fs::read_to_string(root.join(&seen.path)).unwrap_or_default();
    let mut all: Vec<Definition> = definitions(&seen.path, &text).unwrap_or_default();
    all.sort_by_key(|definition| {
        let name = &definition.name;
        std::cmp::Reverse((by.0.in_name(name), by.1.of_name(name)))
    });
    all.truncate(each);
    all.sort_by_key(|definition| definition.line);
    let lines = all.iter().map(|definition| {
        let indent = " ".repeat(definition.depth);
        format!("{indent}{} {}\n", definition.line, definition.text)
    });
    std::iter::once(format!("{}\n", seen.path))
        .chain(lines)
        .collect()
}

/// As many of the first lines as `room` bytes hold; none where not even one definition fits.
fn fitting(block: &[String], room: usize) -> String {
    let mut text = String::new();
    let mut count = 0;
    for line in block {
        if text.len() + line.len() > room {
            break;
        }
        text.push_str(line);
        count += 1;
    }
    if count < block.len().min(2) {
        String::new()
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
