//! Lists cheats and controls: small repositories with the verdict that each is owed.
//!
//! A case is data. [`cases`] says what it is and what it is owed; each [`Ecosystem`] shows it in its
//! own language, or says why it cannot be shown there. `cargo run -p redgreen-testkit --bin corpus`
//! proves them all with the built program.

mod build;
mod cargo;
mod case;
mod cheats;
mod controls;
mod edit;
mod go;
mod grade;
mod maven;
mod node_test;
mod pytest;
mod results;
mod run;
mod table;
mod vitest;

#[cfg(test)]
mod tests;

pub use build::{built, digest};
pub use case::{Case, Ecosystem, Known, Needs, Owed, SearchPath, Show, Side, Stance, show};
pub use edit::Edit;
pub use grade::{Grade, Tally, grade, surprises, tally};
pub use results::{Results, Row};
pub use run::{Program, prove};
pub use table::{page, readme, renewed, summary};

/// Every case, cheats first.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    cheats::CHEATS.iter().chain(controls::CONTROLS)
}

/// The case of that name.
pub fn case(name: &str) -> Option<&'static Case> {
    cases().find(|case| case.name == name)
}

/// The ecosystem of that name.
pub fn ecosystem(name: &str) -> Option<&'static Ecosystem> {
    ECOSYSTEMS.iter().copied().find(|known| known.name == name)
}

/// Every ecosystem, those that cannot run yet too.
pub static ECOSYSTEMS: &[&Ecosystem] = &[
    &pytest::PYTEST,
    &cargo::CARGO,
    &vitest::VITEST,
    &node_test::NODE_TEST,
    &go::GO,
    &maven::MAVEN,
];
