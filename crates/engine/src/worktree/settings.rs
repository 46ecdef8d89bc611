//! Reads what a project says of the worktrees of its runs.

use crate::config::Reach;
use redgreen_core::event::Slot;
use serde::{Deserialize, Serialize};

/// How the worktree of a run is made ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorktreeConfig {
    /// Commands that are run in it once, in their order: each must exit 0.
    pub setup: Vec<Vec<String>>,
    /// What they may reach over a network.
    pub network: Reach,
    /// Ignored files of the checkout that are copied into it: a name (`.env*`) in any directory, or
    /// a path (`web/.env.local`); `*` stands for any letters of a name.
    pub copy: Vec<String>,
    /// Where it has its dependency folders from.
    pub dependencies: Dependencies,
    /// The first port of the checkout, whose slot is 0.
    pub first_port: u16,
    /// How many ports a slot has.
    pub ports: u16,
}

impl Default for WorktreeConfig {
    fn default() -> Self {
        Self {
            setup: Vec::new(),
            network: Reach::default(),
            copy: Vec::new(),
            dependencies: Dependencies::default(),
            first_port: 3000,
            ports: 10,
        }
    }
}

/// Where a worktree has its dependency folders from (`node_modules`, `vendor`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dependencies {
    /// Links to those of the checkout.
    #[default]
    Link,
    /// Nowhere: the setup installs them, or there are none.
    None,
}

impl WorktreeConfig {
    /// Why these settings cannot be followed, if so.
    pub(crate) fn unfit(&self) -> Option<String> {
        if self.setup.iter().any(Vec::is_empty) {
            return Some("worktree.setup holds a command without a word".to_owned());
        }
        if self.ports == 0 || self.first_port == 0 {
            return Some("worktree.ports and worktree.first_port must be at least 1".to_owned());
        }
        let leads_out = |pattern: &&String| {
            let parts = || pattern.split('/');
            pattern.contains('\\') || parts().any(|part| matches!(part, "" | "." | ".." | ".git"))
        };
        let bad = self.copy.iter().find(leads_out)?;
        Some(format!(
            "worktree.copy: {bad:?} is neither a name (.env*) nor a path from the root (web/.env)"
        ))
    }

    /// The slot with this number; nothing where its ports would have no number.
    pub(crate) fn slot(&self, number: u16) -> Option<Slot> {
        let first_port = self
            .first_port
            .checked_add(number.checked_mul(self.ports)?)?;
        first_port.checked_add(self.ports - 1)?;
        Some(Slot {
            number,
            first_port,
            ports: self.ports,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_rule_for_files_stays_inside_of_the_checkout() {
        for bad in ["../.env", "/etc/passwd", "a//b", ".git/config", "a\\b", ""] {
            let text = format!("[worktree]\ncopy = [{bad:?}]\n");
            let error = Config::parse(&text).expect_err(bad).to_string();
            assert!(error.contains("worktree.copy"), "{error}");
        }
        let text = "[worktree]\ncopy = ['.env*', 'web/.env']\nsetup = [['npm', 'ci']]\n";
        let worktree = Config::parse(text).expect("reads").worktree;
        assert_eq!(worktree.copy, [".env*", "web/.env"]);
        assert_eq!(worktree.dependencies, Dependencies::Link);
    }

    #[test]
    fn slots_share_no_port_and_none_is_beyond_the_last_one() {
        let config = WorktreeConfig::default();
        let firsts: Vec<u16> = (1..4)
            .filter_map(|number| config.slot(number))
            .map(|slot| slot.first_port)
            .collect();
        assert_eq!(firsts, [3010, 3020, 3030]);
        assert_eq!(
            config.slot(6253),
            None,
            "3000 + 6253 x 10 + 9 is beyond 65535"
        );
        assert!(config.slot(6252).is_some());
        assert!(config.slot(u16::MAX).is_none());
    }
}
