//! Keeps the journal in one file of the repository, through SQLite.

use super::floor::{Floor, Floors};
use super::lock;
use super::{
    Draft, Journal, JournalError, Key, Lease, Line, Reading, RunLock, RunSummary, VERSION,
};
use crate::paths::of_repository;
use redgreen_core::id::RunId;
use redgreen_core::time::Timestamp;
use rusqlite::TransactionBehavior::Immediate;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, Transaction};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS line (
        run TEXT NOT NULL, seq INTEGER NOT NULL, v INTEGER NOT NULL, at INTEGER NOT NULL,
        cause INTEGER, epoch INTEGER NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL,
        mac TEXT NOT NULL, PRIMARY KEY (run, seq)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS lease (run TEXT PRIMARY KEY, epoch INTEGER NOT NULL) STRICT;
    CREATE TRIGGER IF NOT EXISTS line_stays BEFORE UPDATE ON line
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER IF NOT EXISTS line_remains BEFORE DELETE ON line
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
";

const COLUMNS: &str = "v, seq, at, run, cause, epoch, kind, event, mac";

/// The journal of one repository: `redgreen/journal.db` in the directory that its worktrees share.
#[derive(Debug)]
pub struct Embedded {
    path: PathBuf,
    locks: PathBuf,
    connection: Connection,
    key: Key,
    floors: Floors,
}

impl Embedded {
    /// Opens or makes the journal of the repository whose worktrees share `common_dir`. The key
    /// and the floors are in `state_dir`: see [`crate::paths::state_dir`].
    ///
    /// # Errors
    /// [`JournalError::Unreadable`] where the file is no journal; [`JournalError::Key`].
    pub fn open(common_dir: &Path, state_dir: &Path) -> Result<Self, JournalError> {
        let dir = of_repository(common_dir);
        let path = dir.join("journal.db");
        fs::create_dir_all(&dir).map_err(JournalError::disk(&dir))?;
        let key = Key::load(state_dir)?;
        let told = |error| sql_error(&path, error);
        let connection = Connection::open(&path).map_err(told)?;
        prepare(&connection).map_err(told)?;
        Ok(Self {
            locks: dir.join("locks"),
            floors: Floors::new(state_dir, &path),
            path,
            connection,
            key,
        })
    }

    fn told(&self, error: rusqlite::Error) -> JournalError {
        sql_error(&self.path, error)
    }

    /// Raises the floor to `line`; a loss that shows on the way is remembered.
    fn raise_floor(&self, line: &Line, before: &Floor) {
        let lost = match before.lost {
            None if before.seq >= line.seq => Some((before.seq, line.seq - 1)),
            known => known,
        };
        let floor = Floor {
            seq: line.seq,
            mac: line.mac.clone(),
            lost,
        };
        // The line is written. A floor that could not follow notices less, and never lies.
        drop(self.floors.raise(&line.run, &floor));
    }
}

impl Journal for Embedded {
    fn open_run(&mut self, run: &RunId) -> Result<Lease, JournalError> {
        let path = &self.path;
        let told = |error| sql_error(path, error);
        let work = self.connection.transaction_with_behavior(Immediate);
        let work = work.map_err(told)?;
        refuse_newer(&work, run, path)?;
        let epoch = work
            .query_row(
                "INSERT INTO lease (run, epoch) VALUES (?1, 1)
                 ON CONFLICT (run) DO UPDATE SET epoch = epoch + 1 RETURNING epoch",
                [run.as_str()],
                |row| row.get(0),
            )
            .map_err(told)?;
        let last = last_lines(&work, run).map_err(told)?;
        work.commit().map_err(told)?;
        Ok(Lease {
            run: run.clone(),
            epoch,
            next: last.first().map_or(1, |line| line.seq + 1),
        })
    }

    fn append(&mut self, lease: &mut Lease, draft: &Draft) -> Result<Line, JournalError> {
        let path = &self.path;
        let told = |error| sql_error(path, error);
        let floor = self.floors.of(&lease.run);
        let work = self.connection.transaction_with_behavior(Immediate);
        let work = work.map_err(told)?;
        refuse_newer(&work, &lease.run, path)?;
        refuse_fenced(&work, lease, path)?;
        let last = last_lines(&work, &lease.run).map_err(told)?;
        let next = last.first().map_or(1, |line| line.seq + 1);
        if next != lease.next {
            return Err(JournalError::Conflict {
                run: lease.run.clone(),
                expected: lease.next,
                found: next,
            });
        }
        let before = last.first().map_or("", |line| line.mac.as_str());
        if let Some(line) = last.first() {
            // A line whose past was altered would give that past a valid future.
            line.verify(&self.key, last.get(1).map_or("", |line| line.mac.as_str()))?;
        }
        let line = Line::next(lease, draft).seal(&self.key, before);
        insert(&work, &line).map_err(told)?;
        work.commit().map_err(told)?;
        lease.next += 1;
        self.raise_floor(&line, &floor);
        Ok(line)
    }

    fn read(&self, run: &RunId) -> Result<Reading, JournalError> {
        let floor = self.floors.of(run);
        let sql = format!("SELECT {COLUMNS} FROM line WHERE run = ?1 ORDER BY seq");
        let lines = query(&self.connection, &sql, run).map_err(|error| self.told(error))?;
        let newest = lines.iter().map(|line| line.v).max().unwrap_or(VERSION);
        let mut before = "";
        for (place, line) in (1..).zip(&lines) {
            let is_known = line.v <= VERSION;
            if line.seq != place {
                return Err(JournalError::Tampered {
                    run: run.clone(),
                    seq: place,
                });
            }
            if is_known {
                line.verify(&self.key, before)?;
            }
            before = &line.mac;
        }
        Ok(Reading {
            truncated: floor.missing_from(&lines),
            newer: (newest > VERSION).then_some(newest),
            lines,
        })
    }

    fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        let summary = |row: &Row<'_>| {
            Ok(RunSummary {
                run: RunId::new(row.get::<_, String>(0)?),
                first: Timestamp(row.get(1)?),
                last: Timestamp(row.get(2)?),
                lines: row.get(3)?,
            })
        };
        let sql =
            "SELECT run, min(at), max(at), count(*) FROM line GROUP BY run ORDER BY 3 DESC, 1";
        let all = || {
            let mut statement = self.connection.prepare(sql)?;
            statement.query_map([], summary)?.collect::<Result<_, _>>()
        };
        all().map_err(|error| self.told(error))
    }

    fn lock(&self, run: &RunId, now: Timestamp) -> Result<RunLock, JournalError> {
        lock::take(&self.locks, run, now)
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        connection.execute_batch(SCHEMA)?;
        connection.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(())
}

/// Refuses to add to a journal or a run that a newer redgreen wrote to.
fn refuse_newer(work: &Transaction<'_>, run: &RunId, path: &Path) -> Result<(), JournalError> {
    let file = work.pragma_query_value(None, "user_version", |row| row.get(0));
    let sql = "SELECT coalesce(max(v), 0) FROM line WHERE run = ?1";
    let lines = work.query_row(sql, [run.as_str()], |row| row.get(0));
    let told = |error| sql_error(path, error);
    let found: u32 = file.map_err(told)?;
    let found = found.max(lines.map_err(told)?);
    if found <= VERSION {
        return Ok(());
    }
    Err(JournalError::Newer {
        found,
        known: VERSION,
    })
}

fn refuse_fenced(work: &Transaction<'_>, lease: &Lease, path: &Path) -> Result<(), JournalError> {
    let sql = "SELECT epoch FROM lease WHERE run = ?1";
    let found = work.query_row(sql, [lease.run.as_str()], |row| row.get(0));
    let current: u64 = found
        .optional()
        .map_err(|error| sql_error(path, error))?
        .unwrap_or(0);
    if current == lease.epoch {
        return Ok(());
    }
    Err(JournalError::Fenced {
        run: lease.run.clone(),
        held: lease.epoch,
        current,
    })
}

/// The last line of a run and the one before it.
fn last_lines(work: &Transaction<'_>, run: &RunId) -> rusqlite::Result<Vec<Line>> {
    let sql = format!("SELECT {COLUMNS} FROM line WHERE run = ?1 ORDER BY seq DESC LIMIT 2");
    query(work, &sql, run)
}

fn query(connection: &Connection, sql: &str, run: &RunId) -> rusqlite::Result<Vec<Line>> {
    let mut statement = connection.prepare_cached(sql)?;
    let lines = statement.query_map([run.as_str()], |row| {
        Ok(Line {
            v: row.get(0)?,
            seq: row.get(1)?,
            at: Timestamp(row.get(2)?),
            run: RunId::new(row.get::<_, String>(3)?),
            cause: row.get(4)?,
            epoch: row.get(5)?,
            kind: row.get(6)?,
            event: row.get(7)?,
            mac: row.get(8)?,
        })
    })?;
    lines.collect()
}

fn insert(work: &Transaction<'_>, line: &Line) -> rusqlite::Result<usize> {
    let sql = format!("INSERT INTO line ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    work.prepare_cached(&sql)?.execute(rusqlite::params![
        line.v,
        line.seq,
        line.at.0,
        line.run.as_str(),
        line.cause,
        line.epoch,
        line.kind,
        line.event,
        line.mac,
    ])
}

fn sql_error(path: &Path, error: rusqlite::Error) -> JournalError {
    let is_damaged = matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    );
    // A table that is not there, or a value of another type: some other file.
    let is_other = matches!(
        error,
        rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::IntegralValueOutOfRange(..)
    ) || error.sqlite_error_code() == Some(ErrorCode::Unknown);
    if is_damaged || is_other {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".damaged");
        return JournalError::Unreadable {
            path: path.to_owned(),
            aside: PathBuf::from(aside),
            why: error.to_string(),
        };
    }
    JournalError::disk(path)(error)
}

#[cfg(test)]
mod tests;
