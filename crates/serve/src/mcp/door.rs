//! Decides who may come in over HTTP: only this machine's own programs that know the word.

use axum::http::{HeaderMap, StatusCode, header};
use std::fs::File;
use std::io::{self, Read as _};

/// How many random bytes the word is made of.
const BYTES: usize = 32;

/// What a request has to bring along.
#[derive(Clone, Debug)]
pub(super) struct Door {
    word: String,
    hosts: Vec<String>,
}

impl Door {
    /// A door with a new random word, for requests to `hosts` alone.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub(super) fn new(hosts: Vec<String>) -> io::Result<Self> {
        let mut bytes = [0; BYTES];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        let word = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { word, hosts })
    }

    /// The word that a client has to send as its bearer token.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// Whether a request with `headers` may come in.
    ///
    /// # Errors
    /// What it is answered instead, and why.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        // A page in a browser that resolves its own name to this machine sends that name.
        let is_known = |host: &str| self.hosts.iter().any(|known| known == host);
        if !text(header::HOST).is_some_and(is_known) {
            return Err((StatusCode::FORBIDDEN, "this host name is not served"));
        }
        // Programs send no origin; pages always do, and none of them is ours.
        if headers.contains_key(header::ORIGIN) {
            return Err((StatusCode::FORBIDDEN, "pages are not served"));
        }
        let sent = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        match sent {
            Some(word) if is_same(word, &self.word) => Ok(()),
            Some(_) | None => Err((
                StatusCode::UNAUTHORIZED,
                "the bearer token is missing or wrong",
            )),
        }
    }
}

/// Whether both are the same; takes as long for a near miss as for a far one.
fn is_same(sent: &str, word: &str) -> bool {
    let differences = sent.bytes().zip(word.bytes()).map(|(a, b)| a ^ b);
    sent.len() == word.len() && differences.fold(0, |all, one| all | one) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(lines: &[(header::HeaderName, &str)], owed: Result<(), StatusCode>) {
        let door = Door {
            word: "secret".to_owned(),
            hosts: vec!["127.0.0.1:8000".to_owned(), "localhost:8000".to_owned()],
        };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        let found = door.admit(&headers).map_err(|(status, _)| status);
        assert_eq!(found, owed, "{lines:?}");
    }

    #[test]
    fn a_program_of_this_machine_that_knows_the_word_comes_in() {
        let word = (header::AUTHORIZATION, "Bearer secret");
        check(&[(header::HOST, "127.0.0.1:8000"), word.clone()], Ok(()));
        check(&[(header::HOST, "localhost:8000"), word], Ok(()));
    }

    #[test]
    fn without_the_word_nobody_comes_in() {
        let host = (header::HOST, "localhost:8000");
        let wrong = Err(StatusCode::UNAUTHORIZED);
        check(std::slice::from_ref(&host), wrong);
        for sent in [
            "Bearer secre",
            "Bearer secret2",
            "Bearer ",
            "Basic secret",
            "secret",
        ] {
            check(&[host.clone(), (header::AUTHORIZATION, sent)], wrong);
        }
    }

    #[test]
    fn a_page_and_a_name_that_only_leads_here_are_turned_away() {
        let word = (header::AUTHORIZATION, "Bearer secret");
        let away = Err(StatusCode::FORBIDDEN);
        check(&[(header::HOST, "evil.example:8000"), word.clone()], away);
        check(&[(header::HOST, "localhost:9"), word.clone()], away);
        check(std::slice::from_ref(&word), away);
        for page in ["http://localhost:8000", "null", "http://evil.example"] {
            let origin = (header::ORIGIN, page);
            check(
                &[(header::HOST, "localhost:8000"), origin, word.clone()],
                away,
            );
        }
    }

    #[test]
    fn each_door_has_a_word_of_its_own() {
        let word = || Door::new(Vec::new()).expect("randomness").word().to_owned();
        let (one, two) = (word(), word());
        assert_eq!(one.len(), 2 * BYTES);
        assert_ne!(one, two);
    }
}
