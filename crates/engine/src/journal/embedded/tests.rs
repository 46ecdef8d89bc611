//! Holds the journal against a disk that is full, and to waiting for the disk.

use super::*;

fn draft(text: &str) -> Draft {
    Draft::new(Timestamp(1), "noted", &text).expect("plain")
}

#[test]
fn a_full_disk_refuses_the_line_and_keeps_the_ones_before() {
    let dir = tempfile::tempdir().expect("a directory");
    let (common, state) = (dir.path().join("common"), dir.path().join("state"));
    let mut journal = Embedded::open(&common, &state).expect("a journal");
    let run = RunId::from("r");
    let mut lease = journal.open_run(&run).expect("opened");
    journal.append(&mut lease, &draft("fits")).expect("written");
    let pages: u32 = journal
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .expect("asked");
    let bound = pages + 1;
    let set = "max_page_count";
    journal
        .connection
        .query_row(&format!("PRAGMA {set} = {bound}"), [], |_| Ok(()))
        .expect("set");
    let big = "x".repeat(100_000);
    let refused = journal.append(&mut lease, &draft(&big));
    assert!(
        matches!(refused, Err(JournalError::Disk { .. })),
        "{refused:?}"
    );
    assert_eq!(lease.next, 2);
    let reading = journal.read(&run).expect("read");
    assert_eq!(reading.lines.len(), 1);
    assert_eq!(reading.truncated, None);
    journal
        .append(&mut lease, &draft("fits too"))
        .expect("written");
}

#[test]
fn every_commit_waits_for_the_disk() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = Embedded::open(dir.path(), &dir.path().join("state")).expect("a journal");
    let asked = |pragma| {
        journal
            .connection
            .pragma_query_value(None, pragma, |row| row.get(0))
    };
    let mode: String = asked("journal_mode").expect("asked");
    let level = journal
        .connection
        .pragma_query_value(None, "synchronous", |row| row.get(0));
    let full: u32 = 2;
    assert_eq!((mode.as_str(), level.expect("asked")), ("wal", full));
}
