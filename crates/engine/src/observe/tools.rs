//! Finds the program that serves a unit, and installs what the unit needs where it is asked to.

use super::probed::Asked;
use super::{Confined, ObserveError, Observer, Scratch, Store};
use crate::git::Git;
use crate::process::{self, Command, Exit, Home, ProcessError, clean_env};
use crate::progress::Progress;
use crate::sandbox::{self, Policy};
use redgreen_core::evidence::Trouble;
use redgreen_core::id::{Digest, TreeId, UnitId};
use redgreen_toolchain::{Files, Probe, Runner, Tool, Unit};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Stands for the directory that redgreen installs into, where an adapter names it.
const STORE: &str = "$STORE";

/// Files that mark a program in the user's checkout and that no tree holds.
const MARKS: [&str; 3] = [".venv/pyvenv.cfg", "venv/pyvenv.cfg", "env/pyvenv.cfg"];

/// A unit, and the program that serves it or what is missing.
#[derive(Clone, Debug)]
pub struct Served {
    /// The unit.
    pub unit: UnitId,
    /// Its program.
    pub tool: Result<Tool, Trouble>,
}

/// The program that serves each of `units`, without installing anything. Setting `stop` ends the
/// search.
///
/// # Errors
/// [`ObserveError::Interrupted`].
pub fn find_tools(
    git: &Git,
    units: &[Unit],
    stop: Option<&Arc<AtomicBool>>,
) -> Result<Vec<Served>, ObserveError> {
    let search = Search {
        git,
        stop,
        memory: None,
    };
    let mut found = Vec::new();
    for unit in units {
        let Some(runner) = redgreen_toolchain::runner(&unit.runner) else {
            continue;
        };
        let roots = search.checkouts();
        let probes = probes(unit, runner, &roots);
        let tool = search.first_that_serves(&probes, &roots)?;
        found.push(Served {
            unit: unit.id.clone(),
            tool: tool.ok_or_else(|| missing(runner, &probes)),
        });
    }
    Ok(found)
}

/// Programs that may serve `unit`, best first. `roots` are the user's checkouts.
fn probes(unit: &Unit, runner: &dyn Runner, roots: &[PathBuf]) -> Vec<Probe> {
    let mut probes = runner.probes(unit, &Marks::of(roots, unit));
    if let (Some(first), Some(active)) = (probes.first().cloned(), active_python(runner)) {
        let active = Probe {
            program: active,
            ..first
        };
        probes.insert(0, active);
    }
    probes
}

/// What to say where none of `probes` serves. The way to mend an environment of redgreen's own is
/// nothing that a person could type.
fn missing(runner: &dyn Runner, probes: &[Probe]) -> Trouble {
    let mut own = probes.iter().filter(|p| !p.program.contains("$STORE"));
    let remedy = own.next().map(|probe| probe.remedy.clone());
    Trouble::MissingTool {
        tool: runner.name().to_owned(),
        remedy: remedy.unwrap_or_default(),
    }
}

impl Observer<'_> {
    /// The program that serves `unit`, looked for once.
    pub(super) fn tool(
        &mut self,
        unit: &Unit,
        runner: &dyn Runner,
        tree: &TreeId,
    ) -> Result<Result<Tool, Trouble>, ObserveError> {
        if let Some(known) = self.tools.get(&unit.id) {
            return Ok(known.clone());
        }
        let found = self.look_for(unit, runner, tree)?;
        self.tools.insert(unit.id.clone(), found.clone());
        Ok(found)
    }

    fn look_for(
        &mut self,
        unit: &Unit,
        runner: &dyn Runner,
        tree: &TreeId,
    ) -> Result<Result<Tool, Trouble>, ObserveError> {
        let roots = self.checkouts();
        let probes = probes(unit, runner, &roots);
        if !self.manner.install
            && let Some(tool) = self.first_that_serves(&probes, &roots)?
        {
            return Ok(Ok(tool));
        }
        let missing = missing(runner, &probes);
        if unit.install.is_empty() {
            return Ok(self.first_that_serves(&probes, &roots)?.ok_or(missing));
        }
        let store = match self.install(unit, tree)? {
            Ok(store) => store,
            Err(trouble) => return Ok(Err(trouble)),
        };
        self.stores.insert(unit.id.clone(), store.clone());
        let store = store.to_string_lossy().into_owned();
        let all: Vec<Probe> = probes
            .into_iter()
            .map(|probe| Probe {
                program: probe.program.replace(STORE, &store),
                ..probe
            })
            .collect();
        Ok(self.first_that_serves(&all, &roots)?.ok_or(missing))
    }

    fn search(&self) -> Search<'_> {
        Search {
            git: self.git,
            stop: self.manner.stop.as_ref(),
            memory: self.manner.reuse.then_some(&self.store),
        }
    }

    pub(super) fn checkouts(&self) -> Vec<PathBuf> {
        self.search().checkouts()
    }

    fn first_that_serves(
        &self,
        probes: &[Probe],
        roots: &[PathBuf],
    ) -> Result<Option<Tool>, ObserveError> {
        self.search().first_that_serves(probes, roots)
    }
}

/// A search for programs in one repository's checkouts and on the search path.
struct Search<'s> {
    git: &'s Git,
    stop: Option<&'s Arc<AtomicBool>>,
    /// Where answers are remembered, for those who may.
    memory: Option<&'s Store>,
}

impl Search<'_> {
    /// Where files that no tree holds may lie: this working tree, then the repository's first.
    fn checkouts(&self) -> Vec<PathBuf> {
        let first = self.git.common_dir().parent().map(Path::to_owned);
        let mut roots = vec![self.git.top().to_owned()];
        roots.extend(first.filter(|first| first != self.git.top()));
        roots
    }

    fn first_that_serves(
        &self,
        probes: &[Probe],
        roots: &[PathBuf],
    ) -> Result<Option<Tool>, ObserveError> {
        for probe in probes.iter().filter(|probe| !probe.program.contains(STORE)) {
            let programs = if probe.program.contains('/') && !probe.program.starts_with('/') {
                roots
                    .iter()
                    .map(|root| root.join(&probe.program))
                    .filter(|p| p.exists())
                    .collect()
            } else {
                vec![PathBuf::from(&probe.program)]
            };
            for program in programs {
                if let Some(tool) = self.serves(&program, &probe.args, roots)? {
                    return Ok(Some(tool));
                }
            }
        }
        Ok(None)
    }

    fn serves(
        &self,
        path: &Path,
        args: &[String],
        roots: &[PathBuf],
    ) -> Result<Option<Tool>, ObserveError> {
        let program = path.to_string_lossy().into_owned();
        let argv = std::iter::once(program.clone()).chain(args.iter().cloned());
        let here = std::env::temp_dir();
        let mut command = Command::new(argv, &here, Duration::from_secs(60));
        command.env = clean_env(&parent(), Home::Own, &here, &[]);
        command.stop = self.stop.cloned();
        let asked = self
            .memory
            .and_then(|_| Asked::of(&program, args, &command.env));
        let known = asked.as_ref().zip(self.memory);
        if let Some(fingerprint) = known.and_then(|(asked, store)| asked.recall(store)) {
            return Ok(Some(Tool {
                program,
                fingerprint,
            }));
        }
        // The program may be one that the repository brings.
        let held = sandbox::here()
            .map(|sandbox| sandbox.hold(command, &Policy::for_probe(&needed(path, roots))));
        let Ok(Ok(command)) = held else {
            return Ok(None);
        };
        let Ok(finished) = process::run(command) else {
            return Ok(None);
        };
        if finished.exit == Exit::Interrupted {
            return Err(ObserveError::Interrupted);
        }
        let text = finished.stdout.text();
        let words: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let fingerprint = words.join(", ");
        if finished.exit != Exit::Code(0) {
            return Ok(None);
        }
        if let (Some(asked), Some(store)) = (asked, self.memory) {
            asked.remember(store, &fingerprint, &finished.stderr.text());
        }
        Ok(Some(Tool {
            program,
            fingerprint,
        }))
    }
}

/// What a program needs to be seen of where it lies, as temporary files are not: the checkouts that
/// bring it, and the folder that it is installed in, also behind a link.
fn needed(program: &Path, roots: &[PathBuf]) -> Vec<PathBuf> {
    let home = |path: &Path| Some(path.parent()?.parent()?.to_owned());
    let real = program.canonicalize().ok();
    let homes = [Some(program), real.as_deref()].into_iter().flatten();
    let homes = homes.filter(|path| path.is_absolute()).filter_map(home);
    roots.iter().cloned().chain(homes).collect()
}

impl Observer<'_> {
    /// Installs what `unit` needs from its lock files into a directory named by their content.
    fn install(
        &mut self,
        unit: &Unit,
        tree: &TreeId,
    ) -> Result<Result<PathBuf, Trouble>, ObserveError> {
        self.stand_on(tree)?;
        let mut content = format!("{:?}", unit.install);
        for lock in &unit.locks {
            content.push_str(&fs::read_to_string(self.rooms.tree().join(lock)).unwrap_or_default());
        }
        let name = Digest::of(content.as_bytes());
        let store = self
            .rooms
            .installed()
            .join(name.as_str().trim_start_matches("sha256:"));
        let done = store.join(".redgreen-installed");
        if done.exists() {
            return Ok(Ok(store));
        }
        fs::create_dir_all(&store).map_err(ObserveError::disk(&store))?;
        (self.tell)(Progress::Note(format!("installing what {} needs", unit.id)));
        for lock in &unit.locks {
            copy(&self.rooms.tree().join(lock), &store.join(lock))?;
        }
        for argv in &unit.install {
            if let Some(trouble) = self.install_step(unit, argv, &store)? {
                return Ok(Err(trouble));
            }
        }
        fs::write(&done, "").map_err(ObserveError::disk(&done))?;
        Ok(Ok(store))
    }

    fn install_step(
        &self,
        unit: &Unit,
        argv: &[String],
        store: &Path,
    ) -> Result<Option<Trouble>, ObserveError> {
        let tree = self.rooms.tree();
        let filled: Vec<String> = argv
            .iter()
            .map(|arg| arg.replace(STORE, &store.to_string_lossy()))
            .map(|arg| arg.replace("$TREE", &tree.to_string_lossy()))
            .collect();
        let dir = if unit.dir.is_empty() {
            tree.to_owned()
        } else {
            tree.join(&unit.dir)
        };
        let mut command = Command::new(&filled, dir, Duration::from_secs(1800));
        let scratch = Scratch::make(&self.rooms)?;
        let confined = Confined::of_project(self.git, &self.rooms, &self.config.sandbox)?;
        let confined = confined.installing(store).with_scratch(scratch.path())?;
        command.env = clean_env(&parent(), Home::Own, scratch.path(), &[]);
        command.stop.clone_from(&self.manner.stop);
        let why = match process::run(confined.hold(command)?) {
            Ok(finished) if finished.exit == Exit::Code(0) => return Ok(None),
            Ok(finished) if finished.exit == Exit::Interrupted => {
                return Err(ObserveError::Interrupted);
            }
            Ok(finished) => last_words(&finished.stderr.text()),
            Err(ProcessError::Missing { program }) => {
                let tool = program.display().to_string();
                let remedy = format!("install {tool} and put it on the search path");
                return Ok(Some(Trouble::MissingTool { tool, remedy }));
            }
            Err(error) => error.to_string(),
        };
        let why = format!("{} failed: {why}", filled.join(" "));
        Ok(Some(Trouble::CouldNotRun { why }))
    }
}

/// Copies a lock file beside what is installed from it: some installers write where they read.
fn copy(from: &Path, to: &Path) -> Result<(), ObserveError> {
    if let (Ok(bytes), Some(parent)) = (fs::read(from), to.parent()) {
        fs::create_dir_all(parent).map_err(ObserveError::disk(parent))?;
        fs::write(to, bytes).map_err(ObserveError::disk(to))?;
    }
    Ok(())
}

fn last_words(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(3)..].join(" | ")
}

fn parent() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}

/// The interpreter of the virtual environment that the caller is in.
fn active_python(runner: &dyn Runner) -> Option<String> {
    if !runner.languages().contains(&"python") {
        return None;
    }
    let path = PathBuf::from(std::env::var_os("VIRTUAL_ENV")?).join("bin/python");
    path.exists().then(|| path.to_string_lossy().into_owned())
}

/// The marks that are there in the user's checkout.
struct Marks {
    paths: Vec<String>,
}

impl Marks {
    fn of(roots: &[PathBuf], unit: &Unit) -> Self {
        let wanted = MARKS
            .iter()
            .flat_map(|mark| [unit.from_root(mark), (*mark).to_owned()]);
        let there = wanted.filter(|path| roots.iter().any(|root| root.join(path).exists()));
        let mut paths: Vec<String> = there.collect();
        paths.sort();
        paths.dedup();
        Self { paths }
    }
}

impl Files for Marks {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<String> {
        self.paths
            .iter()
            .any(|known| known == path)
            .then(String::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_seen_with_its_checkout_and_the_folder_behind_its_link() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path().canonicalize().expect("there");
        let (bin, package) = (root.join("a/modules/.bin"), root.join("b/modules/tool"));
        for made in [&bin, &package] {
            fs::create_dir_all(made).expect("made");
        }
        fs::write(package.join("tool.mjs"), "").expect("written");
        let link = bin.join("tool");
        std::os::unix::fs::symlink(package.join("tool.mjs"), &link).expect("a link");
        let checkout = root.join("a");
        let seen = needed(&link, std::slice::from_ref(&checkout));
        assert_eq!(
            seen,
            [checkout, root.join("a/modules"), root.join("b/modules")]
        );
        assert!(needed(Path::new("pytest"), &[]).is_empty());
    }
}
