//! Hides secrets in texts and looks for what is left of them.

use super::*;
use proptest::prelude::*;

fn knowing(secret: &str) -> Redactor {
    Redactor::of([("SOME_API_KEY".to_owned(), secret.to_owned())])
}

/// Standard base64 of a whole text, with its padding.
fn base64(bytes: &[u8]) -> String {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(3), 0);
    let digits = base64_within(&padded, 0, STANDARD);
    let kept = (bytes.len() * 8).div_ceil(6);
    format!("{}{}", &digits[..kept], "=".repeat(digits.len() - kept))
}

#[test]
fn base64_is_base64() {
    assert_eq!(base64(b"Man"), "TWFu");
    assert_eq!(base64(b"Ma"), "TWE=");
    assert_eq!(base64(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
}

#[test]
fn every_rule_can_be_read() {
    let rules: Rules = toml::from_str(RULES).expect("reads");
    assert_eq!(rules.rule.len(), shapes().len());
}

fn check(text: &str, owed: &str) {
    assert_eq!(Redactor::default().clean(text.to_owned()), owed);
}

#[test]
fn what_has_the_shape_of_a_secret_is_taken_out() {
    let letters = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0";
    check(&format!("sk-ant-{letters}"), "[redacted: anthropic key]");
    check(
        &format!("x=sk-proj-{letters};"),
        "x=[redacted: openai key];",
    );
    check(&format!("ghp_{letters}"), "[redacted: github token]");
    check("AKIAABCDEFGHIJKLMNOP", "[redacted: aws key id]");
    check(
        "postgres://me:hunter2@db/x",
        "[redacted: password in a url]db/x",
    );
    check(
        "Authorization: Bearer abcdefghijkl",
        "[redacted: authorization header]",
    );
    let key = "-----BEGIN RSA PRIVATE KEY-----\\nMIIE+a/b==\\n-----END RSA PRIVATE KEY-----";
    check(&format!("a {key} b"), "a [redacted: private key] b");
    check(
        "-----BEGIN PRIVATE KEY-----\nMIIE",
        "[redacted: private key]",
    );
}

#[test]
fn ordinary_text_stays_as_it_is() {
    for text in [
        "the task-force asked for sk- and AKIA",
        "https://example.org:8080/a@b",
        "git@github.com:owner/name.git",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "fn authorization(token: &str) -> bool { token.is_empty() }",
        "tests/test_keys.py::test_eyJ",
    ] {
        assert_eq!(Redactor::default().redacted(text), None, "{text}");
    }
}

#[test]
fn only_what_a_name_calls_a_secret_is_one() {
    let known = |name: &str, value: &str| {
        let redactor = Redactor::of([(name.to_owned(), value.to_owned())]);
        !redactor.known.is_empty()
    };
    assert!(known("GITHUB_TOKEN", "abcdefgh"));
    assert!(known("db_password", "abcdefgh"));
    assert!(known("DATABASE_URL", "postgres://u:longenough@h/db"));
    assert!(!known("EDITOR", "abcdefgh"));
    assert!(!known("SSH_AUTH_SOCK", "/tmp/ssh-1/agent.1"));
    assert!(!known("KEY_COUNT", "1234567890"));
    assert!(!known("API_KEY", "short"));
}

#[test]
fn a_name_of_a_field_is_a_text_too() {
    let mut value = serde_json::json!({"a": [{"hush-hush-hush": 1}], "b": "x hush-hush-hush"});
    assert!(knowing("hush-hush-hush").clean_value(&mut value));
    assert!(!value.to_string().contains("hush"), "{value}");
}

proptest! {
    #[test]
    fn nothing_of_a_known_secret_is_left_in_any_writing(
        secret in "[!-~]{8,40}", before in "[ -~]{0,9}", after in "[ -~]{0,9}", sort in 0_usize..6,
    ) {
        let plain = format!("{before}{secret}{after}");
        let text = match sort {
            0 => plain,
            1 => Value::String(plain).to_string(),
            2 => base64(plain.as_bytes()),
            3 => base64(plain.as_bytes()).replace('+', "-").replace('/', "_"),
            4 => format!("{before}{}", percent(secret.as_bytes(), true)),
            _ => hex(plain.as_bytes()),
        };
        let redactor = knowing(&secret);
        let clean = redactor.clean(text.clone());
        for writing in writings(&secret) {
            prop_assert!(!clean.contains(&writing), "{text} -> {clean}");
        }
        prop_assert!(clean.contains("[redacted"), "{text} -> {clean}");
    }

    #[test]
    fn a_text_without_secrets_is_not_touched(text in "[a-z .,\n]{0,200}") {
        prop_assert_eq!(knowing("QWERTY-123456").redacted(&text), None);
    }
}
