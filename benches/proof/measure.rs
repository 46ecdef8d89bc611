//! Measures commands and prints figures.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// One line of the table.
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    target: Target,
}

/// What a figure has to come to.
enum Target {
    None,
    AtMost(f64),
    AtLeast(f64),
}

impl Figure {
    /// A figure that nothing is asked of.
    pub(crate) fn plain(name: String, value: f64, unit: &'static str) -> Self {
        Self {
            name,
            value,
            unit,
            target: Target::None,
        }
    }

    /// A figure that may not go above its target.
    pub(crate) fn below(name: String, value: f64, unit: &'static str, at_most: f64) -> Self {
        Self {
            target: Target::AtMost(at_most),
            ..Self::plain(name, value, unit)
        }
    }

    /// A figure that may not go below its target.
    pub(crate) fn above(name: String, value: f64, unit: &'static str, at_least: f64) -> Self {
        Self {
            target: Target::AtLeast(at_least),
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
        let met = |is_met: bool| if is_met { "yes" } else { "NO" };
        let (target, met) = match figure.target {
            Target::AtMost(most) => (format!("<= {most}"), met(figure.value <= most)),
            Target::AtLeast(least) => (format!(">= {least}"), met(figure.value >= least)),
            Target::None => (String::new(), ""),
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

/// The time that this process has spent on a processor so far, in milliseconds. Other work on the
/// machine moves it far less than the wall clock.
pub(crate) fn cpu_ms() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.tv_sec as f64 * 1e3 + spent.tv_nsec as f64 / 1e6
}
