//! Edits texts forth and back.

use super::*;
use proptest::prelude::*;

fn check(text: &str, old: &str, new: &str, owed: &str) {
    let seen = replace(text, (old, new), Places::One);
    assert_eq!(seen.map(|seen| seen.text), Ok(owed.to_owned()), "{text:?}");
}

fn refused(text: &str, old: &str, new: &str) -> String {
    replace(text, (old, new), Places::One).expect_err("is refused")
}

#[test]
fn what_stands_once_is_replaced() {
    check("a\nb\nc\n", "b", "x\ny", "a\nx\ny\nc\n");
    check("a\nb", "b", "", "a\n");
    let seen = replace("a\nb\na\n", ("a", "x"), Places::All).expect("is replaced");
    assert_eq!((seen.text.as_str(), seen.lines), ("x\nb\nx\n", vec![1, 3]));
    let seen = replace("aaaa", ("aa", "b"), Places::All).expect("is replaced");
    assert_eq!(seen.text, "bb");
}

#[test]
fn what_stands_several_times_is_refused_with_its_lines() {
    let said = refused("a\nb\na\n", "a", "x");
    assert!(
        said.starts_with("`old` stands 2 times, at lines 1, 3:"),
        "{said}"
    );
    assert!(refused("aaa", "aa", "x").starts_with("`old` stands 2 times"));
    assert_eq!(refused("a", "a", "a"), "`old` and `new` are the same");
}

#[test]
fn the_endings_of_the_lines_stay() {
    check("a\r\nb\r\nc\r\n", "a\nb", "x\ny\nz", "x\r\ny\r\nz\r\nc\r\n");
    check("a\r\nb\r\n", "b", "x\ny", "a\r\nx\r\ny\r\n");
    check("a\nb\n", "a\r\nb", "x\r\ny", "x\ny\n");
    check("a\r\nb\nc\n", "b\nc", "x\ny", "a\r\nx\ny\n");
    check("a\r\nb\r\n", "a\r\n", "a\n", "a\nb\r\n");
    check("a\r\nb\r\n", "\nb", "\nx", "a\r\nx\r\n");
}

#[test]
fn a_last_line_without_a_break_keeps_having_none() {
    check("a\nb", "b\n", "c\n", "a\nc");
    check("a\nb", "a\nb\n", "c\nd\n", "c\nd");
}

proptest! {
    #[test]
    fn an_edit_and_its_opposite_give_the_text_back(
        lines in prop::collection::vec("[ab ]{0,3}", 1..12),
        windows in any::<bool>(),
        from in any::<prop::sample::Index>(),
        count in 1_usize..4,
        new in "[xyz\n]{1,6}",
        last in any::<bool>(),
    ) {
        let line_break = if windows { "\r\n" } else { "\n" };
        // Lines around it, so that it can be seen how lines end.
        let mut text = format!("first{line_break}{}{line_break}last", lines.join(line_break));
        if last { text.push_str(line_break); }
        let from = from.index(lines.len());
        let old = lines[from..lines.len().min(from + count)].join("\n");
        if let Ok(there) = replace(&text, (&old, &new), Places::One)
            && let Ok(back) = replace(&there.text, (&new, &old), Places::One)
        {
            prop_assert_eq!(back.text, text);
        }
    }

    #[test]
    fn without_windows_line_ends_it_is_plain_replacement(text in "[ab\n]{0,20}", old in "[ab\n]{1,4}", new in "[abc\n]{0,4}") {
        prop_assume!(old != new);
        if text.contains(&old) {
            let all = replace(&text, (&old, &new), Places::All).expect("is replaced");
            prop_assert_eq!(all.text, text.replace(&old, &new));
        } else if replace(&text, (&old, &new), Places::One).is_ok() {
            // Only a line break that the last line does not have may be missing.
            let there = format!("{text}\n").ends_with(&old);
            prop_assert!(there);
        }
    }
}
