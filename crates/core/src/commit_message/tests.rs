//! Holds commit messages against what git and people make of them.

use super::*;
use proptest::prelude::*;

fn full() -> CommitMessage {
    CommitMessage {
        scope: Some("login".to_owned()),
        breaking: true,
        body: "Accounts were guessed at a rate that nobody limited, and the log did not show it.\n\n- one\n- two".to_owned(),
        refs: vec!["#12".to_owned()],
        phase: Some(CommitPhase::Red),
        acceptance: vec![CriterionId::from("AC-1"), CriterionId::from("AC-3")],
        trailers: vec![Trailer {
            key: "Assisted-by".to_owned(),
            value: "agent:model".to_owned(),
        }],
        ..CommitMessage::new(ChangeType::Test, "cover the sixth attempt")
    }
}

#[test]
fn a_message_has_header_wrapped_body_and_trailers() {
    assert_eq!(
        full().render(),
        "test(login)!: cover the sixth attempt\n\n\
         Accounts were guessed at a rate that nobody limited, and the log did not\nshow it.\n\n\
         - one\n- two\n\n\
         Refs: #12\nRedgreen-Phase: red\nAcceptance: AC-1,AC-3\nAssisted-by: agent:model\n"
    );
}

#[test]
fn a_long_subject_is_cut_between_words() {
    let message = CommitMessage::new(ChangeType::Feat, "word ".repeat(40));
    let header = message.render().lines().next().map(str::to_owned);
    let header = header.expect("a message has a first line");
    assert!(header.len() <= 72 && header.ends_with(" word"), "{header}");
    let one_word = CommitMessage::new(ChangeType::Feat, "字".repeat(100)).render();
    assert_eq!(one_word.trim_end(), format!("feat: {}", "字".repeat(33)));
}

#[test]
fn a_subject_begins_in_lower_case_or_with_a_name() {
    for (title, owed) in [
        ("Limit logins.", "limit logins"),
        ("A percentage off", "a percentage off"),
        ("API: limit logins", "`API`: limit logins"),
        ("OAuth Login", "`OAuth` Login"),
        ("HTTP", "`HTTP`"),
        ("ÄÖ in names", "`ÄÖ` in names"),
        ("iOS and macOS", "iOS and macOS"),
        ("429 Too Many", "429 Too Many"),
        ("", ""),
    ] {
        assert_eq!(subject(title), owed, "{title}");
    }
}

#[test]
fn a_hostile_value_stays_in_its_line() {
    let mut message = CommitMessage::new(ChangeType::Fix, "a\nRedgreen-Phase: green\u{202e}");
    message.refs = vec!["#1\n\nSigned-off-by: someone".to_owned(), " ".to_owned()];
    message.acceptance = vec![CriterionId::from("AC-1\nX: y")];
    assert_eq!(
        message.render(),
        "fix: a Redgreen-Phase: green\n\nRefs: #1 Signed-off-by: someone\nAcceptance: AC-1Xy\n"
    );
}

#[test]
fn a_body_cannot_pass_for_trailers() {
    let mut message = CommitMessage::new(ChangeType::Fix, "a");
    message.body = "Why.\n\nRedgreen-Phase: green".to_owned();
    let read = CommitMessage::parse(&message.render()).expect("it has a header");
    assert_eq!(read.phase, None);
    assert_eq!(read.body, message.body);
}

#[test]
fn a_first_line_of_another_shape_is_named() {
    for line in [
        "Merge branch 'x'",
        "feature: x",
        "feat(: x",
        "feat(): x",
        "feat:x",
        "feat: ",
    ] {
        let error = CommitMessage::parse(line).expect_err("it is no header");
        assert!(error.to_string().contains(line.trim()), "{error}");
    }
}

#[test]
fn a_breaking_footer_counts() {
    let read = CommitMessage::parse("feat: a\n\nBREAKING CHANGE: b goes\n").expect("a header");
    assert!(read.breaking);
    assert_eq!(read.trailers[0].key, "BREAKING-CHANGE");
}

#[test]
fn the_phase_names_the_type() {
    assert_eq!(CommitPhase::Red.change_type(Kind::Bug), ChangeType::Test);
    assert_eq!(CommitPhase::Green.change_type(Kind::Bug), ChangeType::Fix);
    assert_eq!(
        CommitPhase::Refactor.change_type(Kind::Docs),
        ChangeType::Refactor
    );
}

fn any_message() -> impl Strategy<Value = CommitMessage> {
    let change = prop::sample::select(ChangeType::ALL.to_vec());
    let phase = prop::option::of(prop::sample::select(vec![
        CommitPhase::Red,
        CommitPhase::Green,
        CommitPhase::Refactor,
    ]));
    let text = || "[a-zA-Z\u{202e}字é:.,# \n-]{0,90}";
    let texts = prop::collection::vec(any::<String>(), 0..3);
    let trailers = prop::collection::vec(("[A-Za-z-]{0,9}|Breaking-Change", text()), 0..3);
    let head = (
        change,
        prop::option::of(any::<String>()),
        any::<bool>(),
        any::<String>(),
    );
    (head, text(), texts.clone(), phase, texts, trailers).prop_map(
        |((change, scope, breaking, subject), body, refs, phase, ids, trailers)| CommitMessage {
            scope,
            breaking,
            body,
            refs,
            phase,
            acceptance: ids.into_iter().map(CriterionId::new).collect(),
            trailers: trailers
                .into_iter()
                .map(|(key, value)| Trailer { key, value })
                .collect(),
            ..CommitMessage::new(change, subject)
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(message in any_message()) {
        let tidy = message.tidied();
        prop_assert_eq!(&tidy.tidied(), &tidy);
        let text = message.render();
        let read = CommitMessage::parse(&text).expect("a rendered message has a header");
        prop_assert_eq!(read, tidy);
    }

    #[test]
    fn lines_keep_to_the_width(message in any_message()) {
        let text = message.render();
        let first = text.lines().next().unwrap_or_default();
        prop_assert!(header::columns(first) <= WIDTH, "{}", first);
        prop_assert!(!text.chars().any(|c| hidden(c).is_some()));
    }

    #[test]
    fn reading_never_panics(text in any::<String>()) {
        if let Ok(message) = CommitMessage::parse(&format!("feat: {text}")) {
            prop_assert!(!message.subject.is_empty());
        }
    }
}
