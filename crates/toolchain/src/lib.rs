//! Translates: what marks an ecosystem, which command to run, how to read its report, which
//! regions of a source file are tests.
//!
//! Room `toolchain`. One module per ecosystem. Never runs anything: engine runs what this room
//! asks for and hands back what it printed.

pub mod ask;
pub mod check;
pub mod cpp;
pub mod custom;
pub mod dependencies;
pub mod dotnet;
pub mod fitted;
pub mod formats;
pub mod go;
pub mod java;
pub mod js;
pub mod language;
mod listing;
pub mod manifests;
pub mod mask;
pub mod mutate;
pub mod offers;
pub mod php;
pub mod python;
pub mod ruby;
pub mod runner;
pub mod rust;
mod scripted;
mod shape;
pub mod surfaces;
pub mod tags;
pub mod unit;
mod words;

pub use ask::{Ask, Exit, Invocation, Probe, RawOutput, Role, Tool};
pub use check::{Check, Checks};
pub use language::{Language, Outline, Region};
pub use manifests::{Manifest, manifest};
pub use mutate::{MutantAsk, MutantReport, Mutator, Wanted};
pub use runner::{Lister, Runner};
pub use unit::{Files, Package, Target, Unit};

/// Every runner that redgreen knows, strongest claim on a directory first.
pub fn runners() -> &'static [&'static dyn Runner] {
    &[
        &custom::Custom,
        &python::Pytest,
        &rust::Cargo,
        &java::Maven,
        &js::Vitest,
        &js::NodeTest,
        &js::Jest,
        &js::Mocha,
        &js::Ava,
        &js::Tap,
        &python::Unittest,
        &rust::Nextest,
        &go::GoTest,
        &ruby::Rspec,
        &php::Phpunit,
        &cpp::Ctest,
        &java::Gradle,
        &dotnet::DotnetTest,
    ]
}

/// The runner called `name`, as a unit's id carries it.
pub fn runner(name: &str) -> Option<&'static dyn Runner> {
    let mut runners = runners().iter().copied();
    runners.find(|runner| runner.name() == name)
}

/// The names of every runner, in the same order.
pub fn runner_names() -> Vec<&'static str> {
    runners().iter().map(|runner| runner.name()).collect()
}

/// Every language whose source redgreen can split.
pub fn languages() -> &'static [&'static dyn Language] {
    &[
        &python::Python,
        &rust::Rust,
        &java::Java,
        &js::JavaScript,
        &go::Go,
        &ruby::Ruby,
        &php::Php,
        &cpp::Cpp,
        &cpp::CMake,
        &dotnet::CSharp,
    ]
}

/// The language of the file at `path`, by its name.
pub fn language(path: &str) -> Option<&'static dyn Language> {
    let mut languages = languages().iter().copied();
    languages.find(|language| language.owns(path))
}

/// Whether the runner called `name` runs code that is written in the language of `path`; nothing
/// where no known language claims the path.
pub fn speaks(name: &str, path: &str) -> Option<bool> {
    let language = language(path)?.name();
    Some(runner(name).is_some_and(|runner| speaks_language(runner, language)))
}

fn speaks_language(runner: &dyn Runner, language: &str) -> bool {
    let languages = runner.languages();
    languages.contains(&language) || languages.contains(&"*")
}

/// The side of the whole file at `path`: the language's word where one claims it, else by name.
pub fn surface(path: &str, text: Option<&str>) -> redgreen_core::surface::Surface {
    match language(path) {
        Some(language) => language.surface(path, text),
        None => surfaces::of_path(path),
    }
}
