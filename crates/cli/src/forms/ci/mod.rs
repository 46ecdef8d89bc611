//! The workflows that `redgreen init --ci` writes.

use clap::ValueEnum;

/// A forge's own CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// GitHub Actions; Gitea and Forgejo read them too.
    Github,
    /// GitLab CI.
    Gitlab,
}

impl Ci {
    /// Where the file belongs.
    pub fn path(self) -> &'static str {
        match self {
            Self::Github => ".github/workflows/redgreen.yml",
            Self::Gitlab => ".gitlab/redgreen.yml",
        }
    }

    /// What stands in it.
    pub fn text(self) -> String {
        let text = match self {
            Self::Github => include_str!("github.yml"),
            Self::Gitlab => include_str!("gitlab.yml"),
        };
        text.replace("VERSION", env!("CARGO_PKG_VERSION"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_of_a_fork_meets_a_token_that_may_write() {
        let text = Ci::Github.text();
        let (prove, say) = text.split_once("\n  say:\n").expect("two jobs");
        let jobs = prove.split_once("\njobs:\n").expect("jobs").1;
        assert!(!text.contains("pull_request_target"));
        assert!(
            !jobs.contains("write") && !jobs.contains("secrets."),
            "{jobs}"
        );
        assert!(
            !say.contains("head.sha }}\n          persist"),
            "says without the fork's code"
        );
        assert_eq!(text.matches("persist-credentials: false").count(), 2);
        // Nothing that a stranger can choose is written into a script.
        let scripts = text
            .split("run:")
            .skip(1)
            .map(|run| run.split("- ").next().unwrap_or(""));
        for script in scripts {
            assert!(!script.contains("${{"), "{script}");
        }
    }

    #[test]
    fn every_workflow_names_the_version_that_wrote_it() {
        for ci in [Ci::Github, Ci::Gitlab] {
            let text = ci.text();
            assert!(text.contains(concat!("--version ", env!("CARGO_PKG_VERSION"))));
            assert!(!text.contains("VERSION\n"));
        }
    }
}
