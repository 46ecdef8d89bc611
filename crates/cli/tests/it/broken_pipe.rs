//! A reader that goes away, and a disk that is full.

use crate::program::command;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

#[test]
fn a_reader_that_goes_away_is_a_quiet_end() {
    // The reading end is closed before the program starts, so every write meets a broken pipe.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut asked = command(&["explain", "--list"]);
    let output = asked
        .stdout(Stdio::from(writer))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn one_line_can_be_read_and_the_rest_left() {
    let mut asked = command(&["explain", "--list"]);
    let spawned = asked.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    drop(reader);
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(
        (line.as_str(), said.as_str()),
        ("What a proof can find\n", "")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_environment_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut asked = command(&["explain", "--list"]);
    let spawned = asked
        .stdout(Stdio::from(full.unwrap()))
        .stderr(Stdio::piped())
        .spawn();
    let output = spawned.unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error[RG310]: "), "{said}");
}
