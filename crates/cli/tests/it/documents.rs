//! Holds published files against the code: JSON Schemas and the page of codes.
//! `UPDATE_EXPECTED=1 cargo test -p redgreen` writes them anew.

use redgreen_cli::exit::Exit;
use redgreen_cli::explain::chapters;
use redgreen_cli::failure::ErrorDocument;
use redgreen_cli::json::{
    AgentsDocument, CleanDocument, CodeList, CodePage, DoctorDocument, DocumentsDocument,
    ExportDocument, FeedbackDocument, InitDocument, LintDocument, MutateDocument, ProveDocument,
    PullDocument, RunDocument, TicketList,
};
use redgreen_core::event::Line;
use redgreen_core::report::Report;
use schemars::{JsonSchema, schema_for};
use std::path::PathBuf;

fn check(path: &str, text: &str) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join(path);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == text,
        "{} is out of date: UPDATE_EXPECTED=1 cargo test -p redgreen",
        path.display()
    );
}

fn check_schema<D: JsonSchema>(name: &str) {
    let text = serde_json::to_string_pretty(&schema_for!(D)).unwrap();
    check(&format!("docs/schema/{name}.schema.json"), &(text + "\n"));
}

#[test]
fn the_schema_of_each_document_is_published() {
    check_schema::<ProveDocument>("prove");
    check_schema::<ErrorDocument>("error");
    check_schema::<CodePage>("explain");
    check_schema::<CodeList>("codes");
    check_schema::<LintDocument>("lint");
    check_schema::<DoctorDocument>("doctor");
    check_schema::<InitDocument>("init");
    check_schema::<AgentsDocument>("agents");
    check_schema::<MutateDocument>("mutate");
    check_schema::<DocumentsDocument>("document");
    check_schema::<CleanDocument>("clean");
    check_schema::<PullDocument>("pr");
    check_schema::<FeedbackDocument>("feedback");
    check_schema::<TicketList>("tickets");
    check_schema::<RunDocument>("run");
    check_schema::<ExportDocument>("export");
    check_schema::<Report>("report");
    check_schema::<Vec<Line>>("log");
}

#[test]
fn the_page_of_codes_is_in_step() {
    let mut text = String::from(
        "# Codes\n\nA code never changes its meaning. `redgreen explain CODE` prints what it \
         means, why it matters and what to do, offline.\n",
    );
    for chapter in chapters() {
        text.push_str(&format!(
            "\n## {}\n\n| code | title |\n|---|---|\n",
            chapter.heading
        ));
        for page in &chapter.pages {
            text.push_str(&format!("| {} | {} |\n", page.code, page.title));
        }
    }
    text.push_str("\n## Exit codes\n\n| exit | means |\n|---|---|\n");
    for exit in Exit::ALL {
        text.push_str(&format!("| {} | {} |\n", exit.number(), exit.words()));
    }
    check("docs/src/codes.md", &text);
}
