//! Changes the world around a command: tests that mean what they say do not notice.

use std::ffi::OsString;

/// The host name elsewhere: another than this machine's, and one that leads to an address.
pub(super) const HOST: &str = "localhost";

/// As far from UTC as a clock on earth can be: for fourteen hours of each day, the date is another.
const ZONE: (&str, &str) = ("TZ", "Pacific/Kiritimati");

/// What tells a program that it is run for a test.
const TELLTALE: &str = "CI";

/// The environment elsewhere. What a runner's adapter asks for in `asked` stays.
pub(super) fn change(env: &mut Vec<(OsString, OsString)>, asked: &[(String, String)]) {
    let stays = |name: &str| asked.iter().any(|(asked, _)| asked == name);
    if !stays(TELLTALE) {
        env.retain(|(name, _)| name != TELLTALE);
    }
    let (name, zone) = ZONE;
    if !stays(name) {
        env.retain(|(known, _)| known != name);
        env.push((name.into(), zone.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(asked: &[(&str, &str)]) -> Vec<(String, String)> {
        let asked: Vec<(String, String)> = asked
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut env: Vec<(OsString, OsString)> = [("CI", "1"), ("TZ", "UTC"), ("PATH", "/bin")]
            .map(|(name, value)| (name.into(), value.into()))
            .into();
        change(&mut env, &asked);
        let text = |word: OsString| word.into_string().expect("plain words");
        env.into_iter().map(|(k, v)| (text(k), text(v))).collect()
    }

    #[test]
    fn elsewhere_it_is_another_time_and_nothing_tells_of_tests() {
        let env = changed(&[]);
        let zone = ("TZ".to_owned(), "Pacific/Kiritimati".to_owned());
        assert_eq!(env, [("PATH".to_owned(), "/bin".to_owned()), zone]);
    }

    #[test]
    fn what_a_runner_needs_stays() {
        let env = changed(&[("CI", "1")]);
        assert!(env.contains(&("CI".to_owned(), "1".to_owned())), "{env:?}");
    }
}
