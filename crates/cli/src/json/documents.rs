//! Shapes what `redgreen document --json` prints.

use super::Range;
use crate::exit::Exit;
use redgreen_core::finding::{Finding, Weight};
use redgreen_engine::document::Examined;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `redgreen document --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentsDocument {
    /// Name and version of this form: `redgreen.document/1`.
    pub schema: String,
    /// The version of redgreen that made it.
    pub version: String,
    /// The range whose documents were examined.
    #[serde(flatten)]
    pub range: Range,
    /// The exit code of the command.
    pub exit_code: u8,
    /// What is wrong, that which blocks first.
    pub findings: Vec<Finding>,
    /// What was compared, one line each.
    pub facts: Vec<String>,
    /// The commands that documents show and that were run.
    pub commands: Vec<String>,
}

impl DocumentsDocument {
    /// Name and version of this form.
    pub const SCHEMA: &str = "redgreen.document/1";

    /// The document about what was `examined` of `range`.
    pub fn of(range: Range, examined: Examined) -> Self {
        let mut findings = examined.documented.findings;
        findings.sort_by_key(|found| found.weight != Weight::Blocks);
        let mut document = Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            range,
            exit_code: 0,
            findings,
            facts: examined.documented.facts,
            commands: examined.commands,
        };
        document.exit_code = document.exit().number();
        document
    }

    /// How the command ends.
    pub fn exit(&self) -> Exit {
        let blocks = |found: &Finding| found.weight == Weight::Blocks;
        if self.findings.iter().any(blocks) {
            Exit::Refuted
        } else {
            Exit::Met
        }
    }
}
