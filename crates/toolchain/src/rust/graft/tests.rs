//! Holds grafting against texts of every shape.

use super::*;
use std::collections::BTreeSet;

fn keys(text: &str) -> BTreeSet<String> {
    let pieces = parts(text).pieces.into_iter();
    pieces.map(|piece| piece.key).collect()
}

const OLD: &str = "use a;\n\npub fn one() {}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { old() }\n}\n";
const NEW: &str = "use b;\n\npub fn two() {}\n\n#[cfg(test)]\nmacro_rules! m { () => {} }\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { new() }\n}\n\n#[test]\nfn bare() {}\n";

#[test]
fn the_regions_change_and_the_rest_stays() {
    assert_eq!(
        graft(OLD, NEW),
        "use a;\n\npub fn one() {}\n\n#[cfg(test)]\nmacro_rules! m { () => {} }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { new() }\n}\n\n#[test]\nfn bare() {}\n"
    );
    assert_eq!(
        graft(NEW, OLD),
        "use b;\n\npub fn two() {}\n\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() { old() }\n}\n\n"
    );
}

#[test]
fn a_text_grafted_with_itself_is_itself() {
    for text in [
        OLD,
        NEW,
        "",
        "fn a() {",
        "é\r\n#[test] fn ü() {}\r\n",
        "#[test]",
    ] {
        assert_eq!(graft(text, text), text);
    }
}

#[test]
fn regions_inside_modules_and_implementations_stay_there() {
    let production = "mod m {\n    pub fn a() {}\n}\nimpl S {\n    fn b() {}\n}\n";
    let tests = "mod m {\n    #[cfg(test)]\n    mod tests {}\n}\nimpl S {\n    #[cfg(test)]\n    fn probe() {}\n}\nmod gone {\n    #[test]\n    fn t() {}\n}\n";
    let made = graft(production, tests);
    assert_eq!(
        made,
        "mod m {\n    pub fn a() {}\n\n    #[cfg(test)]\n    mod tests {}\n}\nimpl S {\n    fn b() {}\n\n    #[cfg(test)]\n    fn probe() {}\n}\n\n#[cfg(test)]\nmod gone {\n#[test]\n    fn t() {}\n}\n"
    );
    let owed = ["m::mod tests", "impl S::fn probe", "mod gone"].map(str::to_owned);
    assert_eq!(keys(&made), owed.into());
}

#[test]
fn regions_of_one_name_are_told_apart() {
    let text = "#[cfg(all(test, unix))]\nmod tests { fn a() {} }\n#[cfg(all(test, windows))]\nmod tests { fn b() {} }\n";
    assert_eq!(
        keys(text),
        ["mod tests", "mod tests#2"].map(str::to_owned).into()
    );
    assert_eq!(graft(text, text), text);
}
