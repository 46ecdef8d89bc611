//! Forges that limit, break, redirect and lie.

use crate::Side;
use redgreen_forge::ForgeError;
use redgreen_testkit::forge::{FakeForge, Fault, TOKEN};

fn fake() -> FakeForge {
    let fake = FakeForge::github();
    fake.issue(1, "One", "Text.", &[]);
    fake
}

fn failure(side: &Side) -> String {
    let error = side.item("#1").expect_err("a failure").to_string();
    assert!(!error.contains(TOKEN), "{error}");
    error
}

#[test]
fn faults_of_the_server_are_tried_again_and_have_an_end() {
    let fake = fake();
    fake.fails("GET", Fault::broken())
        .fails("GET", Fault::HangUp);
    let side = Side::github(&fake);
    assert_eq!(side.item("#1").unwrap().title, "One");
    assert_eq!(side.waits().len(), 2);
    for _ in 0..4 {
        fake.fails("GET", Fault::broken());
    }
    assert!(failure(&side).contains("status 502: Bad Gateway"));
}

#[test]
fn limits_are_waited_for_as_long_as_they_say() {
    let fake = fake();
    fake.fails("GET", Fault::abuse(7));
    let side = Side::github(&fake);
    assert_eq!(side.item("#1").unwrap().title, "One");
    assert_eq!(side.waits(), [7]);
}

#[test]
fn a_limit_that_lasts_longer_than_patience_is_an_error_that_says_how_long() {
    let fake = fake();
    fake.fails("GET", Fault::spent(4_000_000_000));
    let side = Side::github(&fake);
    let error = side.item("#1").expect_err("the limit");
    assert!(
        matches!(error, ForgeError::Limited { seconds, .. } if seconds > 3600),
        "{error}"
    );
    assert!(side.waits().is_empty());
}

#[test]
fn a_redirect_is_followed_on_the_same_host_alone() {
    let fake = fake();
    let elsewhere = FakeForge::github();
    fake.fails(
        "GET",
        Fault::redirect(&format!(
            "{}/api/v3/repos/acme/shop/issues/1",
            fake.address()
        )),
    );
    let side = Side::github(&fake);
    assert_eq!(side.item("#1").unwrap().title, "One");
    fake.fails(
        "GET",
        Fault::redirect(&format!("{}/api/v3/x", elsewhere.address())),
    );
    assert!(failure(&side).contains("leads to another host"));
    assert!(
        elsewhere.requests().is_empty(),
        "no request, and no token, went there"
    );
}

#[test]
fn an_answer_without_end_is_not_read_to_it() {
    let fake = fake();
    for _ in 0..4 {
        fake.fails("GET", Fault::Flood(9 * 1024 * 1024));
    }
    assert!(failure(&Side::github(&fake)).contains("more than"));
}

#[test]
fn what_is_missing_or_forbidden_says_so() {
    let fake = fake();
    let side = Side::github(&fake);
    let missing = side.item("#99").expect_err("no such issue");
    assert!(matches!(missing, ForgeError::Missing { .. }), "{missing}");
    let mut variables = fake.variables();
    variables[2].1 = "wrong".to_owned();
    let wrong = Side::of(&fake, &variables)
        .item("#1")
        .expect_err("a wrong token");
    assert!(
        matches!(wrong, ForgeError::Forbidden { status: 401, .. }),
        "{wrong}"
    );
    assert!(!wrong.to_string().contains("wrong"), "{wrong}");
}

#[test]
fn a_forge_that_is_away_says_so() {
    let gone = {
        let fake = fake();
        Side::github(&fake)
    };
    assert!(failure(&gone).contains("cannot be reached"));
    assert_eq!(gone.waits().len(), 3);
}

#[test]
fn addresses_of_this_machine_are_refused_where_nobody_configured_them() {
    let fake = FakeForge::gitlab();
    let side = Side::of(&fake, &[]);
    let stranger = Side {
        told: redgreen_forge::site::Told::default(),
        ..side
    };
    let address = format!("{}/acme/shop/-/issues/1", fake.address());
    let refused = stranger.item(&address).expect_err("is refused");
    assert!(matches!(refused, ForgeError::Refused { .. }), "{refused}");
    let named = format!("http://localhost.localdomain:{}/a/b/-/issues/1", 1);
    assert!(stranger.item(&named).is_err());
    assert!(fake.requests().is_empty());
}
