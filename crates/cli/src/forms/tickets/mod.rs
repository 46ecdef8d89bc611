//! The drafts that `redgreen ticket new` prints.

use clap::ValueEnum;

/// A sort of ticket that there is a draft for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Draft {
    /// New behaviour.
    #[default]
    Feature,
    /// Wrong behaviour.
    Bug,
    /// The same behaviour from better code.
    Chore,
}

impl Draft {
    /// The draft, with `title` where it is known.
    pub fn text(self, title: Option<&str>) -> String {
        let text = match self {
            Self::Feature => include_str!("feature.md"),
            Self::Bug => include_str!("bug.md"),
            Self::Chore => include_str!("chore.md"),
        };
        let heading = text
            .lines()
            .find(|line| line.starts_with("# "))
            .unwrap_or_default();
        match title {
            Some(title) => {
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                text.replacen(heading, &format!("# {title}"), 1)
            }
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::lint::{Readiness, lint};
    use redgreen_core::ticket::{Defaults, Ticket};

    #[test]
    fn a_draft_is_a_ticket_that_stops_until_it_is_filled_in() {
        for draft in [Draft::Feature, Draft::Bug, Draft::Chore] {
            let text = draft.text(Some("Limit  logins"));
            let ticket = Ticket::parse("draft", &text, &Defaults::default()).unwrap();
            assert_eq!(ticket.title, "Limit logins");
            let found = lint(&ticket, &Defaults::default());
            assert_eq!(
                Readiness::of(&found),
                Readiness::Red,
                "{draft:?}: {found:?}"
            );
        }
    }
}
