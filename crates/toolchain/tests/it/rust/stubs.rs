//! Stubbed trees: they build, and their tests run into the stubs.

use super::project::Project;
use redgreen_core::outcome::{FailureKind, Stage};
use redgreen_toolchain::Language;
use redgreen_toolchain::rust::{Rust, const_functions};
use std::collections::BTreeSet;

const LIB: &str = r##"#![deny(warnings)]
//! Sells.
use std::fmt::{self, Display};
pub struct Cart<T> { items: Vec<T> }
impl<T: Clone> Cart<T> {
    pub const fn new() -> Self { Self { items: Vec::new() } }
    #[must_use]
    pub fn first(&self) -> Option<&T> { self.items.first() }
    pub fn each(&self) -> impl Iterator<Item = &T> + '_ { self.items.iter() }
    pub async fn later(self) -> T { let mut items = self.items; items.remove(0) }
}
impl<T> Display for Cart<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{{{}}}", self.items.len()) }
}
impl<T> From<Vec<T>> for Cart<T> { fn from(items: Vec<T>) -> Self { Self { items } } }
pub trait Sell { fn price(&self) -> u8 { -1i8 as u8 } }
impl Sell for u8 {}
pub fn never() -> ! { loop {} }
pub unsafe fn raw(at: *const u8) -> u8 { unsafe { *at } }
pub fn nothing() {}
pub fn borrowed<'a>(a: &'a str, _b: &str) -> &'a str { #![allow(unused_variables)] let x = 1; &a[0..] }
pub mod inner { pub fn tuple() -> (u8, u8) { (1, 2) } }
pub extern "C" fn c(a: i32) -> i32 { *&a }
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn shows() { assert_eq!(Cart::from(vec![1]).to_string(), "{1}") }
    #[test]
    fn tuples() { assert_eq!(inner::tuple(), (1, 2)) }
    #[test]
    fn sells() { std::thread::spawn(|| assert_eq!(1u8.price(), 255)).join().unwrap() }
}
"##;

fn functions(project: &Project, text: &str) -> BTreeSet<String> {
    let functions = Rust.outline(&project.unit(), "src/lib.rs", text).functions;
    functions
        .into_iter()
        .map(|function| function.name)
        .collect()
}

#[test]
fn a_stubbed_crate_builds_without_warnings_and_its_tests_name_the_stubs() {
    for edition in ["2018", "2021", "2024"] {
        let manifest =
            format!("[package]\nname = \"shop\"\nversion = \"1.0.0\"\nedition = \"{edition}\"\n");
        let project = Project::new(&[("Cargo.toml", &manifest), ("src/lib.rs", LIB)]);
        let stubbed = Rust.stub(LIB, &functions(&project, LIB));
        assert_eq!(stubbed.matches("redgreen stub").count(), 13);
        assert_eq!(stubbed.lines().count(), LIB.lines().count());
        project.write("src/lib.rs", &stubbed);
        let run = project.whole();
        assert_eq!(run.report.diagnostics, []);
        let stub = |name: &str| FailureKind::Stub(name.to_owned());
        let owed = [
            ("shop$tests::shows", "<Cart as From<Vec<T>>>::from", 15),
            ("shop$tests::tuples", "inner::tuple", 22),
            ("shop$tests::sells", "Sell::price", 16),
        ];
        for (test, name, line) in owed {
            assert_eq!(run.failed(test), (stub(name), format!("src/lib.rs:{line}")));
        }
    }
}

#[test]
fn a_stub_that_the_compiler_runs_into_is_a_stub_too() {
    let text = "pub const fn side() -> usize { 3 }\npub static BOARD: [u8; side()] = [0; side()];\n#[test]\nfn t() { assert_eq!(BOARD.len(), 3) }\n";
    let project = Project::package(&[("src/lib.rs", text)]);
    project.whole().passed("shop$t");
    assert_eq!(const_functions(text), ["side".to_owned()].into());
    project.write("src/lib.rs", &Rust.stub(text, &const_functions(text)));
    let run = project.whole();
    let failure = &run.report.diagnostics[0].failure;
    assert_eq!(failure.kind, FailureKind::Stub("side".to_owned()));
    assert_eq!(failure.stage, Stage::Load);
}
