//! Recognises patches in commands.

use super::*;

fn check(words: &[&str], owed: Option<(&str, &str)>) {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let owed = owed.map(|(dir, text)| Patch {
        dir: dir.to_owned(),
        text: text.to_owned(),
    });
    assert_eq!(patch_of_command(&words), owed, "{words:?}");
}

#[test]
fn a_patch_is_known_in_a_command() {
    let text = "*** Begin Patch\n*** Delete File: a\n*** End Patch";
    let heredoc = format!("apply_patch <<'EOF'\n{text}\nEOF\n");
    check(&[&heredoc], Some(("", text)));
    check(&["bash", "-lc", &heredoc], Some(("", text)));
    check(&["apply_patch", text], Some(("", text)));
    check(
        &[&format!("cd 'sub dir' && {heredoc}")],
        Some(("sub dir", text)),
    );
    check(
        &[&format!("applypatch <<-\"END\"\n{text}\nEND")],
        Some(("", text)),
    );
    check(&[&format!("apply_patch '{text}'")], Some(("", text)));
    check(&["ls"], None);
    check(&[&format!("{heredoc} && rm -r x")], None);
    check(&["grep apply_patch notes.md"], None);
}
