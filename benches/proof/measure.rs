//! Measures commands and prints figures.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// One line of the table.
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    at_most: Option<f64>,
}

impl Figure {
    /// A figure that nothing is asked of.
    pub(crate) fn plain(name: String, value: f64, unit: &'static str) -> Self {
        Self {
            name,
            value,
            unit,
            at_most: None,
        }
    }

    /// A figure with its target.
    pub(crate) fn below(name: String, value: f64, unit: &'static str, at_most: f64) -> Self {
        Self {
            at_most: Some(at_most),
            ..Self::plain(name, value, unit)
        }
    }
}

/// The figures, one a line, with their targets.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut text = format!(
        "{:48} {:>12}  {:>12}  {}\n",
        "what", "median", "target", "met"
    );
    for figure in figures {
        let value = format!("{:.2} {}", figure.value, figure.unit);
        let (target, met) = match figure.at_most {
            Some(most) if figure.value <= most => (format!("{most} {}", figure.unit), "yes"),
            Some(most) => (format!("{most} {}", figure.unit), "NO"),
            None => (String::new(), ""),
        };
        writeln!(text, "{:48} {value:>12}  {target:>12}  {met}", figure.name)
            .expect("a string can be written");
    }
    text
}

/// The middle one of `values`.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// How long `command` takes, in milliseconds. It must end well.
pub(crate) fn wall(command: &mut Command) -> f64 {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let status = command.status().expect("the command can be started");
    let took = began.elapsed().as_secs_f64() * 1000.0;
    assert!(status.success(), "{command:?}: {status}");
    took
}
