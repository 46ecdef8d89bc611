//! Writes a plan as the Markdown file that workers and people edit.

use super::read::FIELDS;
use super::{Design, Plan};
use crate::id::CriterionId;
use crate::ticket::Ticket;
use crate::ticket::front_matter::scalar;
use crate::ticket::outline::fold;

/// The plan's file. Title, description, references and performance targets come from the ticket;
/// they are there to be read and are not read back.
pub fn render(plan: &Plan, ticket: &Ticket) -> String {
    let plan = plan.tidied();
    let mut page = Page(format!(
        "---\nticket: {}\ndigest: {}\nkind: {}\nsize: {}\n---\n\n# {}\n",
        scalar(plan.ticket.as_str()),
        scalar(plan.digest.as_str()),
        ticket.kind,
        format!("{:?}", ticket.size).to_lowercase(),
        fold(&ticket.title),
    ));
    page.heading("## Requirements");
    page.0
        .push_str(&format!("\n> {}\n", fold(&ticket.description())));
    page.list(
        plan.criteria
            .iter()
            .map(|criterion| Entry::named(criterion.id.as_str(), &criterion.text)),
    );
    page.heading("### References");
    page.list(
        ticket
            .references
            .iter()
            .map(|r| Entry::plain(&r.to_string())),
    );
    page.heading("### Performance targets");
    page.list(ticket.performance.iter().map(|t| Entry::plain(&t.text)));
    page.heading("## Slices");
    page.list(plan.slices.iter().map(|slice| {
        let ids: Vec<&str> = slice.criteria.iter().map(CriterionId::as_str).collect();
        Entry::named(slice.id.as_str(), &ids.join(", "))
    }));
    assumptions_and_questions(&mut page, &plan);
    design(&mut page, &plan.design);
    page.heading("## Test plan");
    page.list(plan.tests.iter().map(|planned| {
        Entry::named(planned.criterion.as_str(), &spanned(&planned.test)).with(
            "Check",
            &spanned(planned.check.as_deref().unwrap_or_default()),
        )
    }));
    page.heading("## Dependencies");
    page.list(
        plan.new_dependencies
            .iter()
            .map(|new| Entry::named(&new.name, &new.reason)),
    );
    page.heading("## Out of scope");
    page.list(plan.out_of_scope.iter().map(|text| Entry::plain(text)));
    page.0
}

fn assumptions_and_questions(page: &mut Page, plan: &Plan) {
    page.heading("## Assumptions");
    page.list(plan.assumptions.iter().map(|assumption| {
        Entry::named(assumption.id.as_str(), &assumption.text)
            .with("Risk", &assumption.risk)
            .with("Default", &assumption.default)
    }));
    page.heading("## Questions");
    page.list(plan.questions.iter().map(|question| {
        Entry::named(question.id.as_str(), &question.text)
            .with("Why", &question.why)
            .with("Default", &question.default)
            .with("Blocker", if question.blocker { "yes" } else { "" })
            .with("Answer", question.answer.as_deref().unwrap_or_default())
    }));
}

fn design(page: &mut Page, design: &Design) {
    page.heading("## Design");
    page.heading("### Modules");
    page.list(design.modules.iter().map(|text| Entry::plain(text)));
    page.heading("### Data models");
    page.list(design.data_models.iter().map(|text| Entry::plain(text)));
    page.heading("### Flows");
    page.list(design.flows.iter().map(|text| Entry::plain(text)));
    page.heading("### Patterns");
    page.list(
        design
            .patterns
            .iter()
            .map(|p| Entry::named(&p.name, &p.why)),
    );
    page.heading("## Risks and mitigations");
    page.list(design.risks.iter().map(|risk| {
        Entry::named(risk.area.name(), &risk.text).with("Mitigation", &risk.mitigation)
    }));
}

/// A test's name as a code span, where it holds no backtick itself.
fn spanned(test: &str) -> String {
    if test.is_empty() || test.contains('`') {
        return test.to_owned();
    }
    format!("`{test}`")
}

/// One entry of a list.
struct Entry {
    first: String,
    rest: Vec<String>,
}

impl Entry {
    fn plain(text: &str) -> Self {
        let mut lines = text.split('\n');
        Self {
            first: lines.next().unwrap_or_default().to_owned(),
            rest: lines.map(|line| format!("  {}", escaped(line))).collect(),
        }
    }

    fn named(name: &str, text: &str) -> Self {
        let name = name.replace('\\', "\\\\").replace('*', "\\*");
        let plain = Self::plain(text);
        let first = format!("**{name}**: {}", plain.first);
        Self {
            first: first.trim_end().to_owned(),
            rest: plain.rest,
        }
    }

    /// The same entry with a field, where that has a value.
    fn with(mut self, key: &str, value: &str) -> Self {
        if !value.is_empty() {
            let plain = Self::plain(value);
            self.rest.push(format!("  - {key}: {}", plain.first));
            let deeper = plain.rest.iter().map(|line| format!("  {line}"));
            self.rest.extend(deeper);
        }
        self
    }
}

/// A line that goes on, kept from being read as a field.
fn escaped(line: &str) -> String {
    let field = line
        .strip_prefix("- ")
        .and_then(|rest| rest.split_once(':'));
    if line.starts_with('\\')
        || field.is_some_and(|(key, _)| FIELDS.iter().any(|f| f.eq_ignore_ascii_case(key)))
    {
        return format!("\\{line}");
    }
    line.to_owned()
}

struct Page(String);

impl Page {
    fn heading(&mut self, heading: &str) {
        self.0.push('\n');
        self.0.push_str(heading);
        self.0.push('\n');
    }

    fn list(&mut self, entries: impl Iterator<Item = Entry>) {
        self.0.push('\n');
        let start = self.0.len();
        for entry in entries {
            self.0.push_str(&format!("- {}\n", entry.first));
            for line in entry.rest {
                self.0.push_str(&line);
                self.0.push('\n');
            }
        }
        if self.0.len() == start {
            self.0.push_str("None.\n");
        }
    }
}
