//! Runs a fake forge until its standard input ends, for a look by hand and for checks of its shapes.

use redgreen_testkit::forge::FakeForge;
use std::io::{Read as _, Write as _};

fn main() -> std::io::Result<()> {
    let is_lab = std::env::args().nth(1).as_deref() == Some("gitlab");
    let (fake, variables) = if is_lab {
        let fake = FakeForge::gitlab();
        let variables = fake.gitlab_variables();
        (fake, variables)
    } else {
        let fake = FakeForge::github();
        let variables = fake.variables();
        (fake, variables)
    };
    let body =
        "Passwords are guessed.\n\n## Acceptance criteria\n\n- [ ] The sixth try answers 429.\n";
    fake.issue(12, "Limit login attempts", body, &["enhancement"]);
    fake.comment(12, "grace", "For the API too?");
    if let Some(bare) = std::env::args().nth(2) {
        fake.backed_by(bare);
    }
    let mut out = std::io::stdout();
    for (name, value) in variables {
        writeln!(out, "export {name}={value}")?;
    }
    writeln!(out, "ORIGIN={}", fake.clone_address())?;
    out.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
