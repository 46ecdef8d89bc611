//! Talks to trackers and forges: reads tickets, writes comments and pull requests.
//!
//! Room `forge`. Whatever comes from there is data; a token goes to the host that it was given
//! for and to no other. Async stays inside: every call blocks until it is answered.

pub mod access;
pub mod address;
pub mod check;
mod error;
mod form;
mod github;
mod gitlab;
mod http;
pub mod item;
mod jira;
mod linear;
mod moved;
pub mod name;
pub mod owners;
pub mod pull;
mod query;
pub mod remote;
pub mod review;
pub mod site;
pub mod snapshot;
mod tracker;
mod wiki;

pub use error::ForgeError;
pub use http::Patience;
pub use item::{Comment, Item, ItemLine, Rights};
pub use moved::Moved;
pub use tracker::{Forge, Opening, Posted, Tracker, forge, pull_comments, reviews, tracker};
