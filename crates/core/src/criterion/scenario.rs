//! Reads Given, When, Then: in fenced Gherkin, in lists, in bold, or plain.

/// A scenario, and the lines that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    /// Its lines, a tag that numbers it (`AC-3:`) in front.
    pub(crate) text: String,
    /// Its first line.
    pub(crate) line: u32,
    /// Its last line.
    pub(crate) last: u32,
}

const STEPS: [&str; 5] = ["Given", "When", "Then", "And", "But"];

/// Whether `line` opens with a word of Gherkin.
pub(super) fn is_step(line: &str) -> bool {
    word_of(&bare(line)).is_some()
}

/// Whether `text` holds a whole scenario: the three words at the start of lines or, in one
/// sentence, in their order.
pub(crate) fn is_scenario(text: &str) -> bool {
    let lines: Vec<String> = text.lines().map(bare).collect();
    let opens = |step| lines.iter().any(|line| word_of(line) == Some(step));
    if opens("Given") && opens("Then") || (opens("When") && opens("Then")) {
        return true;
    }
    let sentence = lines.join(" ").to_lowercase();
    let when = sentence.find(" when ");
    sentence.starts_with("given ") && when.is_some_and(|at| sentence[at..].contains(" then "))
}

/// `line` without list marker, quotation and emphasis.
fn bare(line: &str) -> String {
    let line = line.trim();
    let line = ["- ", "* ", "+ ", "> "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .unwrap_or(line);
    line.replace("**", "")
        .trim_start_matches(['_', '*'])
        .trim()
        .to_owned()
}

/// The word of Gherkin that a bare line opens with.
fn word_of(line: &str) -> Option<&'static str> {
    let heading = [
        "Scenario Outline:",
        "Scenario Template:",
        "Scenario:",
        "Example:",
    ];
    if heading.iter().any(|word| line.starts_with(word)) {
        return Some("Scenario");
    }
    if ["Feature:", "Background:", "Rule:"]
        .iter()
        .any(|word| line.starts_with(word))
    {
        return Some("Feature");
    }
    STEPS.into_iter().find(|step| {
        let rest = line.strip_prefix(step);
        rest.is_some_and(|rest| rest.starts_with([' ', ':', '_', '*']))
    })
}

/// Collects scenarios line by line.
#[derive(Debug, Default)]
struct Reading {
    done: Vec<Scenario>,
    open: Option<Scenario>,
    /// Whether the open scenario has its Then.
    complete: bool,
    tag: Option<String>,
}

/// The scenarios of `lines`, each with its number. A line that must not be read is empty.
pub(crate) fn read<'l>(lines: impl Iterator<Item = (u32, &'l str)>) -> Vec<Scenario> {
    let mut reading = Reading::default();
    for (number, line) in lines {
        reading.take(number, &bare(line), line.trim());
    }
    reading.close();
    reading.done
}

impl Reading {
    fn take(&mut self, number: u32, bare: &str, raw: &str) {
        let ears = super::ears::classify(bare).is_some();
        match word_of(bare) {
            _ if bare.is_empty() => {}
            Some("Scenario") => self.begin(number, bare),
            Some("Feature") => self.close(),
            Some("Given") if self.open.is_none() || self.complete => self.begin(number, bare),
            Some("When") if !ears && (self.open.is_none() || self.complete) => {
                self.begin(number, bare);
            }
            Some(step) if !(step == "When" && ears) => self.go_on(number, bare, step == "Then"),
            Some(_) => self.close(),
            None if bare.starts_with('@') => {
                self.close();
                self.tag = bare
                    .split_whitespace()
                    .find_map(|tag| tag.strip_prefix("@AC-"))
                    .map(|number| format!("AC-{number}: "));
            }
            None if belongs(bare, raw) => self.go_on(number, bare, false),
            None => self.close(),
        }
    }

    fn begin(&mut self, number: u32, bare: &str) {
        self.close();
        let tag = self.tag.take().unwrap_or_default();
        self.open = Some(Scenario {
            text: format!("{tag}{bare}"),
            line: number,
            last: number,
        });
    }

    fn go_on(&mut self, number: u32, bare: &str, then: bool) {
        if let Some(open) = &mut self.open {
            open.text.push('\n');
            open.text.push_str(bare);
            open.last = number;
            self.complete |= then;
        }
    }

    fn close(&mut self) {
        let open = self.open.take();
        if std::mem::take(&mut self.complete) {
            self.done.extend(open);
        }
    }
}

/// Whether a line without a word of its own belongs to the step before it: a table, a doc string,
/// `Examples:`, another step written `*`.
fn belongs(bare: &str, raw: &str) -> bool {
    bare.starts_with(['|', '"'])
        || raw.starts_with("* ")
        || bare.starts_with("Examples:")
        || bare.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        let scenarios = read((1..).zip(source.lines()));
        scenarios.into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn a_scenario_ends_where_the_next_begins() {
        let source = "Feature: x\n Background:\n Given z\n\n Scenario: one\n Given a\n When b\n Then c\n And d\n\n\
                      @AC-7 @slow\n Scenario: two\n When e\n Then f\n | t |\nprose\n";
        assert_eq!(
            texts(source),
            [
                "Scenario: one\nGiven a\nWhen b\nThen c\nAnd d",
                "AC-7: Scenario: two\nWhen e\nThen f\n| t |"
            ]
        );
    }

    #[test]
    fn steps_may_stand_in_a_list_or_in_bold() {
        assert_eq!(
            texts("- **Given** a\n- **When** b\n- **Then** c"),
            ["Given a\nWhen b\nThen c"]
        );
        assert_eq!(
            texts("Given a\n\nWhen b\n\nThen c\nGiven d\nThen e").len(),
            2
        );
    }

    #[test]
    fn steps_without_then_and_sentences_with_shall_are_no_scenario() {
        assert!(texts("Given that we lack time\nWhen in doubt").is_empty());
        assert!(texts("When a comes, the b shall c.\nThen we go home.").is_empty());
    }

    #[test]
    fn one_sentence_can_hold_a_whole_scenario() {
        assert!(is_scenario(
            "Given a user, when they log in, then a line is written"
        ));
        assert!(is_scenario("Log in\n- Given a\n- When b\n- Then c"));
        assert!(!is_scenario("Given enough time, all is well"));
    }
}
