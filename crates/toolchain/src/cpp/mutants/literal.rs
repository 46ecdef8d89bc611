//! Empties a string literal and leaves its type as it is: `sizeof` and templates see its length.

/// The literal with an end as its first character, and nothing else changed: `"ab"` becomes
/// `"\0" "b"`. Nothing where that cannot be told, as of one that is empty.
pub(super) fn ended(literal: &str) -> Option<String> {
    let open = literal.find('"')?;
    let prefix = literal.get(..open)?;
    let inner = literal.get(open + 1..)?.strip_suffix('"')?;
    if !matches!(prefix, "" | "u8" | "L" | "u" | "U") {
        return None;
    }
    let first = first_of(inner)?;
    let rest = inner.get(first..)?;
    let is_wide = matches!(prefix, "L" | "u" | "U");
    let units = match inner.chars().next()? {
        '\\' => 1,
        _ if is_wide => 1,
        letter => letter.len_utf8(),
    };
    let end = "\\0".repeat(units);
    Some(format!("{prefix}\"{end}\" {prefix}\"{rest}\""))
}

/// How many bytes of the source the first character takes.
fn first_of(inner: &str) -> Option<usize> {
    let mut letters = inner.chars();
    let first = letters.next()?;
    if first != '\\' {
        return Some(first.len_utf8());
    }
    let digits = |from: usize, is_digit: fn(&char) -> bool, most: usize| {
        let rest = inner.get(from..).unwrap_or_default().chars();
        from + rest.take_while(is_digit).take(most).count()
    };
    match letters.next()? {
        // As many bytes as the encoding takes.
        'u' | 'U' | 'N' => None,
        'x' => Some(digits(2, char::is_ascii_hexdigit, usize::MAX)),
        '0'..='7' => Some(digits(1, |c| ('0'..='7').contains(c), 3)),
        other => Some(1 + other.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_before_it_begins_and_keeps_its_length() {
        let owed = [
            ("\"ab\"", Some("\"\\0\" \"b\"")),
            ("\"1\"", Some("\"\\0\" \"\"")),
            ("\"é2\"", Some("\"\\0\\0\" \"2\"")),
            ("L\"é2\"", Some("L\"\\0\" L\"2\"")),
            ("\"\\n2\"", Some("\"\\0\" \"2\"")),
            ("\"\\1234\"", Some("\"\\0\" \"4\"")),
            ("\"\\x41g\"", Some("\"\\0\" \"g\"")),
            ("\"\\u00e9\"", None),
            ("\"\"", None),
            ("R\"(a)\"", None),
        ];
        for (literal, now) in owed {
            assert_eq!(ended(literal).as_deref(), now, "{literal}");
        }
    }
}
