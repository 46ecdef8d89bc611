//! Reads where a ticket is moved on its tracker, and whether questions are asked there.

use serde::{Deserialize, Serialize};

/// Where a ticket is moved on its tracker, by the names that people there use, and what is asked
/// there. Nothing is moved or asked where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TicketConfig {
    /// The state of a ticket whose run has begun: `In Progress`.
    pub on_start: Option<String>,
    /// The state of a ticket whose change has landed: `Done`.
    pub on_complete: Option<String>,
    /// Whether what stops a run is asked on the ticket's page too, and answered there.
    pub ask: bool,
    /// Accounts whose answers count there, beside those who may write to the project.
    pub hear: Vec<String>,
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn a_ticket_stays_where_it_is_unless_the_project_says_otherwise() {
        let ticket = |text: &str| Config::parse(text).expect("reads").ticket;
        assert_eq!(ticket(""), super::TicketConfig::default());
        let told = ticket("[ticket]\non_start = 'In Progress'\n");
        assert_eq!(told.on_start.as_deref(), Some("In Progress"));
        assert_eq!(told.on_complete, None);
    }
}
