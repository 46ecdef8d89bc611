//! Reads what an issue form made of its fields: a heading of the third level, then the answer.

/// What GitHub writes where a field was left empty.
const UNANSWERED: &str = "_No response_";

/// Fields that are asked of the person and say nothing of the work.
const OF_THE_PERSON: [&str; 6] = [
    "code of conduct",
    "terms",
    "before submitting",
    "prerequisites",
    "preflight checklist",
    "is there an existing issue",
];

/// One field with its answer.
struct Field<'t> {
    label: &'t str,
    value: &'t str,
    whole: &'t str,
}

/// The fields of `body`; none where no form made it. A form's text begins with its first field.
fn fields(body: &str) -> Vec<Field<'_>> {
    if !body.trim_start().starts_with("### ") {
        return Vec::new();
    }
    let mut starts = Vec::new();
    let mut at = 0;
    let mut fence: Option<&str> = None;
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) if line.starts_with("### ") => starts.push(at),
            (None | Some(_), None | Some(_)) => {}
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    let parts = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &body[start..end]);
    let field = |whole| {
        let (head, value) = str::split_once(whole, '\n').unwrap_or((whole, ""));
        Field {
            label: head.trim_start_matches('#').trim(),
            value: value.trim(),
            whole,
        }
    };
    parts.map(field).collect()
}

/// `body` without fields that nobody answered, and without those that only the person had to tick.
pub(crate) fn answered(body: &str) -> String {
    let fields = fields(body);
    if fields.is_empty() {
        return body.to_owned();
    }
    let says_something = |field: &&Field<'_>| {
        let label = field.label.to_lowercase();
        let is_of_the_person = OF_THE_PERSON.iter().any(|words| label.contains(words));
        field.value != UNANSWERED && !is_of_the_person
    };
    fields
        .iter()
        .filter(says_something)
        .map(|field| field.whole)
        .collect()
}

/// The answer in one line to the first field that has one of these `labels`.
pub(crate) fn answer(body: &str, labels: &[&str]) -> Option<String> {
    let fields = fields(body);
    let named = |field: &&Field<'_>| labels.contains(&field.label.to_lowercase().as_str());
    let value = fields.iter().find(named)?.value;
    let is_one_line = !value.is_empty() && !value.contains('\n') && value != UNANSWERED;
    is_one_line.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "### Type\n\nBug\n\n### What happened?\n\nIt fails.\n\n```text\n### no field\n```\n\n\
        ### Version\n\n_No response_\n\n### Acceptance criteria\n\n- [ ] It works.\n\n\
        ### Code of Conduct\n\n- [X] I agree to follow it\n";

    #[test]
    fn a_form_is_read_by_its_fields() {
        assert_eq!(answer(FORM, &["type"]).as_deref(), Some("Bug"));
        assert_eq!(answer(FORM, &["version"]), None);
        assert_eq!(answer(FORM, &["what happened?"]), None);
        let text = answered(FORM);
        assert!(text.contains("### no field"));
        assert!(text.contains("- [ ] It works."));
        assert!(
            !text.contains("Version") && !text.contains("I agree"),
            "{text}"
        );
    }

    #[test]
    fn a_text_that_no_form_made_stays_as_it_is() {
        let text = "Hello.\n\n### Version\n\n_No response_\n";
        assert_eq!(answered(text), text);
        assert_eq!(answer("### A\n\nb\n", &["c"]), None);
    }
}
