//! Reads and writes lines of words with tabs between, as a session's programs do.

/// One line of these words.
pub(super) fn line(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| escaped(word)).collect();
    format!("{}\n", words.join("\t"))
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
        .replace('\r', "\\r")
}

fn plain(word: &str) -> String {
    let mut made = String::new();
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        let whole = match letter {
            '\\' => match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(other) => other,
                None => letter,
            },
            _ => letter,
        };
        made.push(whole);
    }
    made
}

/// The words of every whole line that begins with `nonce`, without it.
pub(super) fn lines(bytes: &[u8], nonce: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8_lossy(bytes);
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let own = whole.lines().filter_map(|line| {
        let rest = line.strip_prefix(nonce)?.strip_prefix('\t')?;
        Some(rest.split('\t').map(plain).collect())
    });
    own.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_half_a_line_is_not() {
        let words = ["n1", "a\tb", "c\\n\nd", ""];
        let said = line(&words);
        assert_eq!(said.matches('\n').count(), 1);
        let read = lines(format!("{said}other\tx\nn1\thalf").as_bytes(), "n1");
        assert_eq!(read, [["a\tb", "c\\n\nd", ""]]);
    }
}
