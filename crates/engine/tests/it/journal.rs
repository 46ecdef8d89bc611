//! Writes and reads journals on a real disk, and damages them.

use redgreen_core::id::RunId;
use redgreen_core::time::Timestamp;
use redgreen_engine::journal::{Draft, Embedded, Journal, JournalError, Line, Truncated};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        Self { dir }
    }

    fn open(&self) -> Embedded {
        open_in(self.dir.path()).expect("a journal")
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("common/redgreen/journal.db")
    }

    /// Changes the file behind the journal's back, as another program could.
    fn forge(&self, sql: &str) {
        let sql = format!("DROP TRIGGER line_stays; DROP TRIGGER line_remains; {sql}");
        self.execute(&sql).expect("forged");
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        rusqlite::Connection::open(self.file())?.execute_batch(sql)
    }
}

fn open_in(dir: &Path) -> Result<Embedded, JournalError> {
    Embedded::open(&dir.join("common"), &dir.join("state"))
}

fn run() -> RunId {
    RunId::from("t-1/a run")
}

fn draft(number: u64) -> Draft {
    let at = Timestamp(1000 + number);
    Draft::new(at, "noted", &serde_json::json!({ "number": number })).expect("plain")
}

fn write(journal: &mut Embedded, run: &RunId, count: u64) -> Vec<Line> {
    let mut lease = journal.open_run(run).expect("opened");
    let mut append = |number| journal.append(&mut lease, &draft(number)).expect("written");
    (0..count).map(&mut append).collect()
}

#[test]
fn what_was_appended_is_read_back_after_a_restart() {
    let desk = Desk::new();
    let written = write(&mut desk.open(), &run(), 3);
    let mut journal = desk.open();
    let reading = journal.read(&run()).expect("read");
    assert_eq!(reading.lines, written);
    assert_eq!((reading.truncated, reading.newer), (None, None));
    assert_eq!(written[2].seq, 3);
    assert_eq!(written[2].event, "{\"number\":2}");
    let mut lease = journal.open_run(&run()).expect("opened");
    assert_eq!((lease.epoch, lease.next), (2, 4));
    let answer = draft(9).caused_by(2);
    let line = journal.append(&mut lease, &answer).expect("written");
    assert_eq!((line.seq, line.cause, line.epoch), (4, Some(2), 2));
}

#[test]
fn runs_are_listed_newest_first_and_do_not_mix() {
    let desk = Desk::new();
    let mut journal = desk.open();
    write(&mut journal, &run(), 3);
    write(&mut journal, &RunId::from("other"), 5);
    let runs = journal.runs().expect("listed");
    let seen: Vec<_> = runs
        .iter()
        .map(|r| (r.run.as_str(), r.first.0, r.last.0, r.lines))
        .collect();
    assert_eq!(
        seen,
        [("other", 1000, 1004, 5), ("t-1/a run", 1000, 1002, 3)]
    );
    assert_eq!(journal.read(&RunId::from("none")).expect("read").lines, []);
}

#[test]
fn every_prefix_loads_and_the_missing_end_is_noticed() {
    for left in 0..4 {
        let desk = Desk::new();
        let written = write(&mut desk.open(), &run(), 4);
        desk.forge(&format!("DELETE FROM line WHERE seq > {left}"));
        let mut journal = desk.open();
        let reading = journal.read(&run()).expect("read");
        let kept = usize::try_from(left).expect("small");
        assert_eq!(reading.lines, written[..kept]);
        let lost = Some(Truncated {
            known: 4,
            found: left,
        });
        assert_eq!(reading.truncated, lost);
        let mut lease = journal.open_run(&run()).expect("opened");
        for number in 0..6 {
            journal.append(&mut lease, &draft(number)).expect("written");
        }
        let later = journal.read(&run()).expect("read").truncated;
        assert_eq!(later, lost, "a loss was forgotten");
    }
}

#[test]
fn an_altered_line_is_named() {
    let forgeries = [
        "UPDATE line SET event = '{}' WHERE seq = 2",
        "UPDATE line SET at = at + 1 WHERE seq = 2",
        "UPDATE line SET cause = 1 WHERE seq = 2",
        "UPDATE line SET epoch = 7 WHERE seq = 2",
        "UPDATE line SET kind = 'x' WHERE seq = 2",
        "UPDATE line SET mac = '00' WHERE seq = 2",
        "DELETE FROM line WHERE seq = 2",
        "UPDATE line SET v = 0 WHERE seq = 2",
        "UPDATE line SET run = 'x' WHERE seq = 2",
    ];
    for forgery in forgeries {
        let desk = Desk::new();
        write(&mut desk.open(), &run(), 3);
        desk.forge(forgery);
        match desk.open().read(&run()) {
            Err(JournalError::Tampered { run: named, seq }) => {
                assert_eq!((named, seq), (run(), 2), "{forgery}");
            }
            other => panic!("{forgery} gave {other:?}"),
        }
    }
}

#[test]
fn a_line_of_another_run_is_none_of_this_one() {
    let desk = Desk::new();
    let mut journal = desk.open();
    write(&mut journal, &run(), 2);
    write(&mut journal, &RunId::from("other"), 2);
    desk.forge("DELETE FROM line WHERE run = 'other'; UPDATE line SET run = 'other'");
    let read = desk.open().read(&RunId::from("other"));
    assert!(
        matches!(read, Err(JournalError::Tampered { seq: 1, .. })),
        "{read:?}"
    );
}

#[test]
fn nothing_is_added_behind_an_altered_line() {
    let desk = Desk::new();
    write(&mut desk.open(), &run(), 3);
    desk.forge("UPDATE line SET event = '{}' WHERE seq = 3");
    let mut journal = desk.open();
    let mut lease = journal.open_run(&run()).expect("opened");
    let refused = journal.append(&mut lease, &draft(1));
    assert!(
        matches!(refused, Err(JournalError::Tampered { seq: 3, .. })),
        "{refused:?}"
    );
}

#[test]
fn the_file_itself_refuses_to_forget() {
    let desk = Desk::new();
    write(&mut desk.open(), &run(), 1);
    assert!(desk.execute("UPDATE line SET event = '{}'").is_err());
    assert!(desk.execute("DELETE FROM line").is_err());
}

#[test]
fn another_key_makes_every_line_foreign() {
    let desk = Desk::new();
    write(&mut desk.open(), &run(), 1);
    fs::write(desk.dir.path().join("state/key"), [7; 32]).expect("written");
    let read = desk.open().read(&run());
    assert!(
        matches!(read, Err(JournalError::Tampered { seq: 1, .. })),
        "{read:?}"
    );
}

#[test]
fn lines_of_a_newer_redgreen_are_shown_and_not_added_to() {
    let desk = Desk::new();
    write(&mut desk.open(), &run(), 2);
    desk.forge("UPDATE line SET v = 9, event = '{\"new\":1}' WHERE seq = 2");
    let mut journal = desk.open();
    let reading = journal.read(&run()).expect("read");
    assert_eq!(reading.newer, Some(9));
    assert_eq!(reading.lines[1].event, "{\"new\":1}");
    let refused = journal.open_run(&run());
    let newer = JournalError::Newer { found: 9, known: 1 }.to_string();
    assert_eq!(refused.expect_err("refused").to_string(), newer);
    write(&mut journal, &RunId::from("other"), 1);
}

#[test]
fn a_file_of_a_newer_redgreen_is_not_added_to_at_all() {
    let desk = Desk::new();
    write(&mut desk.open(), &run(), 2);
    desk.execute("PRAGMA user_version = 2").expect("set");
    let mut journal = desk.open();
    assert_eq!(journal.read(&run()).expect("read").lines.len(), 2);
    let refused = journal.open_run(&RunId::from("other"));
    assert!(
        matches!(refused, Err(JournalError::Newer { found: 2, .. })),
        "{refused:?}"
    );
}

#[test]
fn of_two_writers_at_one_place_the_second_is_told() {
    let desk = Desk::new();
    let (mut one, mut other) = (desk.open(), desk.open());
    let mut first = one.open_run(&run()).expect("opened");
    let mut second = first.clone();
    one.append(&mut first, &draft(1)).expect("written");
    match other.append(&mut second, &draft(2)) {
        Err(JournalError::Conflict {
            expected, found, ..
        }) => assert_eq!((expected, found), (1, 2)),
        result => panic!("gave {result:?}"),
    }
    assert_eq!(second.next, 1);
}

#[test]
fn a_writer_that_was_taken_over_from_is_refused() {
    let desk = Desk::new();
    let (mut one, mut other) = (desk.open(), desk.open());
    let mut old = one.open_run(&run()).expect("opened");
    one.append(&mut old, &draft(1)).expect("written");
    let mut new = other.open_run(&run()).expect("taken over");
    match one.append(&mut old, &draft(2)) {
        Err(JournalError::Fenced { held, current, .. }) => assert_eq!((held, current), (1, 2)),
        result => panic!("gave {result:?}"),
    }
    other.append(&mut new, &draft(2)).expect("written");
}

#[test]
fn a_damaged_file_is_named_and_left_where_it_is() {
    let desk = Desk::new();
    write(&mut desk.open(), &run(), 1);
    for ending in ["-wal", "-shm"] {
        drop(fs::remove_file(format!(
            "{}{ending}",
            desk.file().display()
        )));
    }
    fs::write(
        desk.file(),
        "this is no journal, but it is longer than a header ".repeat(100),
    )
    .expect("written");
    let before = fs::read(desk.file()).expect("there");
    match open_in(desk.dir.path()) {
        Err(JournalError::Unreadable { path, aside, .. }) => {
            assert_eq!(path, desk.file());
            assert_eq!(aside, desk.file().with_extension("db.damaged"));
            assert!(!aside.exists());
        }
        other => panic!("gave {other:?}"),
    }
    assert_eq!(fs::read(desk.file()).expect("there"), before);
}

#[test]
fn many_may_open_a_new_journal_at_once() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let desk = &desk;
            scope.spawn(move || write(&mut desk.open(), &RunId::new(format!("r{number}")), 5));
        }
    });
    let journal = desk.open();
    let runs = journal.runs().expect("listed");
    assert_eq!(runs.iter().map(|run| run.lines).collect::<Vec<_>>(), [5; 8]);
    for summary in runs {
        assert_eq!(journal.read(&summary.run).expect("read").truncated, None);
    }
}

/// Runs this test again in another process, in the role of the other side.
fn other_side(test: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env("REDGREEN_TEST_OTHER_SIDE", dir);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn is_other_side() -> Option<PathBuf> {
    std::env::var_os("REDGREEN_TEST_OTHER_SIDE").map(PathBuf::from)
}

#[test]
fn one_run_is_worked_on_by_one_process() {
    if let Some(dir) = is_other_side() {
        let journal = open_in(&dir).expect("a journal");
        let _lock = journal.lock(&run(), Timestamp(5000)).expect("free");
        println!("\nlocked");
        std::thread::sleep(std::time::Duration::from_secs(600));
        return;
    }
    let desk = Desk::new();
    let journal = desk.open();
    let mut holder = other_side(
        "journal::one_run_is_worked_on_by_one_process",
        desk.dir.path(),
    )
    .spawn()
    .expect("started");
    let said = BufReader::new(holder.stdout.take().expect("a pipe"));
    let locked = said
        .lines()
        .any(|line| line.is_ok_and(|line| line == "locked"));
    assert!(locked, "the other side did not get the lock");
    match journal.lock(&run(), Timestamp(6000)) {
        Err(JournalError::Locked { pid, since, .. }) => {
            assert_eq!((pid, since), (holder.id(), Timestamp(5000)));
        }
        other => panic!("gave {other:?}"),
    }
    journal
        .lock(&RunId::from("other"), Timestamp(6000))
        .expect("free");
    holder.kill().expect("killed");
    holder.wait().expect("waited for");
    journal.lock(&run(), Timestamp(7000)).expect("free again");
}

#[test]
fn what_was_told_as_written_survives_a_kill() {
    if let Some(dir) = is_other_side() {
        let mut journal = open_in(&dir).expect("a journal");
        let mut lease = journal.open_run(&run()).expect("opened");
        println!();
        loop {
            let next = draft(lease.next);
            let line = journal.append(&mut lease, &next).expect("written");
            println!("written {}", line.seq);
        }
    }
    let desk = Desk::new();
    let mut told = 0;
    for round in 1..4 {
        let mut writer = other_side(
            "journal::what_was_told_as_written_survives_a_kill",
            desk.dir.path(),
        )
        .spawn()
        .expect("started");
        let said = BufReader::new(writer.stdout.take().expect("a pipe"));
        let numbers = said
            .lines()
            .filter_map(|line| line.ok()?.strip_prefix("written ")?.parse::<u64>().ok());
        told = numbers.take(10).last().expect("ten lines");
        writer.kill().expect("killed");
        writer.wait().expect("waited for");
        let journal = desk.open();
        let reading = journal.read(&run()).expect("read");
        assert!(reading.lines.len() as u64 >= told, "round {round}");
        assert_eq!(reading.truncated, None);
        assert_eq!(reading.lines.last().map(|line| line.epoch), Some(round));
    }
    assert!(told >= 30);
}
