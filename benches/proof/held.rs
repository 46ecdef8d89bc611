//! Measures what a sandbox adds to the start of a program, at each level.

use crate::measure::{Figure, median};
use crate::once::own_program;
use redgreen_engine::process::{self, Command, Exit, Home, clean_env};
use redgreen_engine::sandbox::{self, Level, Network, Policy};
use std::path::Path;
use std::time::{Duration, Instant};

/// The argument that makes this program measure one level.
pub(crate) const WORD: &str = "__held";

/// Starts that the median is taken of.
const STARTS: usize = 31;

/// The figures of each level that works here.
pub(crate) fn measure() -> Vec<Figure> {
    let levels = Level::ALL.into_iter();
    levels.flat_map(|level| figures(level.name())).collect()
}

fn figures(level: &str) -> Vec<Figure> {
    let mut own = std::process::Command::new(own_program());
    let ended = own.args([WORD, level]).output();
    let text = ended.expect("this program can be started").stdout;
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut words = text.split_whitespace().map(str::parse::<f64>);
    let (Some(Ok(probe)), Some(Ok(start))) = (words.next(), words.next()) else {
        println!("sandbox {level}: is not to be had here: {text}");
        return Vec::new();
    };
    vec![
        Figure::plain(format!("sandbox {level}: found out"), probe, "ms"),
        Figure::plain(format!("sandbox {level}: a start of true"), start, "ms"),
    ]
}

/// Measures one level in this process, in which no other was chosen, and prints two figures.
pub(crate) fn once(level: &str) {
    let level = level.parse().expect("a level");
    sandbox::choose(&own_program(), Some(level));
    let began = Instant::now();
    let sandbox = match sandbox::here() {
        Ok(sandbox) => sandbox,
        Err(not_had) => return println!("{not_had}"),
    };
    let probe = ms(began);
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    let policy = Policy {
        unreadable: home
            .iter()
            .flat_map(|home| sandbox::secrets(home))
            .collect(),
        network: Network::Off,
        ..Policy::default()
    };
    let parent: Vec<_> = std::env::vars_os().collect();
    let one = || {
        let began = Instant::now();
        let mut command = Command::new(["true"], "/", Duration::from_secs(60));
        command.env = clean_env(&parent, Home::Own, Path::new("/"), &[]);
        let held = sandbox.hold(command, &policy).expect("it is held");
        let done = process::run(held).expect("it is run");
        assert_eq!(done.exit, Exit::Code(0));
        ms(began)
    };
    let starts: Vec<f64> = (0..STARTS).map(|_| one()).collect();
    println!("{probe} {}", median(&starts));
}

fn ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}
