//! Parses what is typed behind `redgreen feedback`.

use super::Spending;
use clap::Args;
use redgreen_core::feedback::Class;
use std::str::FromStr;

/// Arguments of `redgreen feedback`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen feedback --as F-2=behaviour")]
pub struct Feedback {
    /// The run, by its name or its ticket; without it, the current one
    pub run: Option<String>,
    /// Print what was said and what it is taken for; work on nothing and answer nobody
    #[arg(long)]
    pub dry_run: bool,
    /// Take a point for another class: behaviour, style, question or skip
    #[arg(long = "as", value_name = "POINT=CLASS")]
    pub classes: Vec<Reclassed>,
    /// Hear NAME too, who has no part in the repository
    #[arg(long, value_name = "NAME")]
    pub hear: Vec<String>,
    /// What may be spent from now on
    #[command(flatten)]
    pub spending: Spending,
}

/// A point and the class that a person gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclassed {
    /// `F-2`.
    pub point: String,
    /// The class.
    pub class: Class,
}

impl FromStr for Reclassed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (point, class) = text.split_once('=').ok_or("write POINT=CLASS: F-2=style")?;
        let class =
            Class::named(class).ok_or("a point is taken for behaviour, style, question or skip")?;
        let point = point.trim().to_owned();
        Ok(Self { point, class })
    }
}
