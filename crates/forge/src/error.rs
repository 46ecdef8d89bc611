//! Names what a forge could not or would not do.

use thiserror::Error;

/// Why a forge gave no answer that can be used. No text in it holds a token.
#[derive(Debug, Error)]
pub enum ForgeError {
    /// No connection, or it broke.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the connection says.
        why: String,
    },
    /// The token is missing, wrong, or may not do this.
    #[error("{host} refuses {what} with status {status}: {why}")]
    Forbidden {
        /// The host.
        host: String,
        /// Verb and path.
        what: String,
        /// 401 or 403.
        status: u16,
        /// What it says.
        why: String,
    },
    /// It is not there, or the token may not see it.
    #[error("{host} has no {what}, or shows it to others only")]
    Missing {
        /// The host.
        host: String,
        /// What was asked for.
        what: String,
    },
    /// Too many requests; the wait is longer than redgreen waits by itself.
    #[error("{host} allows no more requests for {seconds} s")]
    Limited {
        /// The host.
        host: String,
        /// How long it asks to wait.
        seconds: u64,
    },
    /// Another status than the wanted one, after all attempts.
    #[error("{host} answers {what} with status {status}: {why}")]
    Failed {
        /// The host.
        host: String,
        /// Verb and path.
        what: String,
        /// The status.
        status: u16,
        /// What it says.
        why: String,
    },
    /// The answer is none that such a forge gives.
    #[error("{host} sent what cannot be read: {why}")]
    Garbled {
        /// The host.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// redgreen does not go there.
    #[error("{what} is refused: {why}")]
    Refused {
        /// The address or name.
        what: String,
        /// Why.
        why: String,
    },
    /// The name stands for nothing that can be looked up.
    #[error("{name} cannot be looked up: {why}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What is missing.
        why: String,
    },
}

impl ForgeError {
    /// Whether what was asked for may have been done all the same: the answer was lost, and
    /// perhaps not the request.
    pub(crate) fn is_uncertain(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Garbled { .. } => true,
            Self::Failed { status, .. } => *status >= 500,
            Self::Forbidden { .. }
            | Self::Missing { .. }
            | Self::Limited { .. }
            | Self::Refused { .. }
            | Self::Unknown { .. } => false,
        }
    }
}
