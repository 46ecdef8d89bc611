//! Words what kept a forge from answering.

use super::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_forge::ForgeError;

impl From<ForgeError> for Failure {
    fn from(error: ForgeError) -> Self {
        let of = |kind, code| Self::of(kind, code, &error);
        match &error {
            ForgeError::Unreachable { host, .. } => of(FailureKind::Environment, Code::ForgeAway)
                .hint(format!("curl -I https://{host}"))
                .hint("redgreen start FILE   (with the issue's text in it)"),
            ForgeError::Garbled { .. } | ForgeError::Failed { .. } => {
                of(FailureKind::Environment, Code::ForgeAway).hint("redgreen explain RG320")
            }
            ForgeError::Limited { seconds, .. } => of(FailureKind::Environment, Code::ForgeRefuses)
                .hint(format!("sleep {seconds}   (then the same command again)"))
                .hint("redgreen explain RG321"),
            ForgeError::Forbidden { .. } => of(FailureKind::Environment, Code::ForgeRefuses)
                .hint("redgreen explain RG321   (which variable holds the token)")
                .hint("gh auth login"),
            ForgeError::Missing { .. } => {
                of(FailureKind::Usage, Code::ForgeUnknown).hint("redgreen ticket list")
            }
            ForgeError::Unknown { .. } => of(FailureKind::Usage, Code::ForgeUnknown)
                .hint("git remote get-url origin   (whose forge is asked)")
                .hint("redgreen explain RG322"),
            ForgeError::Refused { .. } => {
                of(FailureKind::Usage, Code::AddressRefused).hint("redgreen explain RG323")
            }
        }
    }
}
