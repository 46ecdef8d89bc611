//! Makes the commands of a mutant session: the probe, the compiler, the warm process.

use super::super::command::{self, Batch, Forks, Limit, Net, Purpose, Start};
use super::super::detect::PATTERNS;
use super::super::layout::{Source, module_of, modules, sources};
use super::super::patterns::Patterns;
use super::emit::{self, Piece};
use super::plan::Plan;
use super::probe::{self, Surroundings};
use super::reactor::Part;
use super::said::line;
use crate::Ask;
use crate::ask::{Invocation, Role};
use crate::mutate::{MutantAsk, limited_time};
use std::collections::BTreeSet;
use std::path::Path;

/// The programs of a session, by their file names.
const PROGRAMS: [(&str, &str); 7] = [
    ("On.java", include_str!("session/On.java")),
    ("Plan.java", include_str!("session/Plan.java")),
    ("Builds.java", include_str!("session/Builds.java")),
    ("Engine.java", include_str!("session/Engine.java")),
    ("Watch.java", include_str!("session/Watch.java")),
    ("Trace.java", include_str!("session/Trace.java")),
    ("Session.java", include_str!("session/Session.java")),
];

/// What runs tests: only the one compiles whose library is there.
const ENGINES: [(&str, &str); 2] = [
    ("Jupiter.java", include_str!("session/Jupiter.java")),
    ("Vintage.java", include_str!("session/Vintage.java")),
];

/// The property that says where temporary files go.
const TEMP: &str = "java.io.tmpdir";

/// One start of Maven that runs the probe alone.
pub(super) fn probe(ask: &Ask<'_>, part: &Part, net: Net) -> Invocation {
    let start = Start {
        purpose: Purpose::Run,
        batch: Batch::Named(vec![probe::class(ask)]),
        net,
        forks: Forks::Own,
        limit: Limit::Interrupt,
        canaries: None,
    };
    let mut invocation = command::start(ask, &start);
    // It builds everything, which takes longer than one test may.
    invocation.role = Role::Session;
    invocation.plants = vec![probe::plant(ask, part)];
    invocation.reads = vec![probe::found(part)];
    if modules(ask.unit).len() > 1 {
        let dir = ask.unit.inside(&part.tests).filter(|dir| !dir.is_empty());
        let words = ["--projects", dir.unwrap_or("."), "--also-make"];
        invocation.argv.extend(words.map(str::to_owned));
    }
    invocation
}

/// A session whose surroundings are known.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) asked: &'a MutantAsk<'a>,
    pub(super) found: &'a Surroundings,
    pub(super) plan: &'a Plan,
    pub(super) part: &'a Part,
}

/// What one start of the warm process tries.
pub(super) struct Attempt {
    pub(super) index: usize,
    /// Whether it has classes of its own, and no number.
    pub(super) is_alone: bool,
    /// Its line, where a survivor ends it.
    pub(super) line: String,
    /// Tests of each chunk, and their limit in milliseconds.
    pub(super) chunks: Vec<(u64, Vec<String>)>,
}

impl Made<'_> {
    fn scratch(&self, name: &str) -> String {
        self.asked.ask.scratch.join(name).display().to_string()
    }

    /// Where the session's own classes are.
    fn own(&self) -> String {
        self.scratch(&format!("own-{}", self.part.nth))
    }

    /// Where the classes with every mutant are; those of one mutant have its index behind it.
    fn switched(&self) -> String {
        self.scratch(&format!("switched-{}", self.part.nth))
    }

    /// Whether an entry of the class path holds classes that the build made.
    fn is_built(&self, entry: &str) -> bool {
        let tree = self.asked.ask.tree.display().to_string();
        entry.starts_with(&tree) && !entry.ends_with(".jar")
    }

    /// Class path of the warm process: the build's classes are loaded anew for each mutant.
    fn class_path(&self) -> String {
        let mut entries = vec![self.own()];
        let path = self.found.class_path.iter();
        entries.extend(path.filter(|entry| !self.is_built(entry)).cloned());
        entries.join(":")
    }

    fn program(&self, name: &str) -> String {
        format!("{}/bin/{name}", self.found.home)
    }

    fn invocation(&self, role: Role, argv: Vec<String>) -> Invocation {
        Invocation {
            role,
            argv,
            dir: self.found.dir.clone().into(),
            env: Vec::new(),
            writes: Vec::new(),
            plants: Vec::new(),
            reads: Vec::new(),
        }
    }

    /// Compiles the session's own programs.
    pub(super) fn compile(&self) -> Invocation {
        let mut argv = vec![self.program("javac")];
        argv.extend(["-proc:none", "-nowarn", "-d"].map(str::to_owned));
        argv.extend([self.own(), "-cp".to_owned(), self.class_path()]);
        let path = |name: &str| format!("session/{name}");
        let engine = ENGINES.iter().filter(|(name, _)| {
            let own = name.strip_suffix(".java");
            own == Some(self.found.engine.as_str())
        });
        let programs: Vec<&(&str, &str)> = PROGRAMS.iter().chain(engine).collect();
        argv.extend(programs.iter().map(|(name, _)| self.scratch(&path(name))));
        let mut invocation = self.invocation(Role::Build, argv);
        let texts = programs.into_iter();
        invocation.writes = texts
            .map(|(name, text)| (path(name), (*text).to_owned()))
            .collect();
        invocation
    }

    /// Whether the project itself says where temporary files go. Else each process has a place of
    /// its own: what a mutant leaves behind in one would make tests fail in the next.
    fn has_own_temp(&self) -> bool {
        let mut properties = self.found.properties.iter();
        let tree = &self.asked.ask.tree;
        properties.any(|(name, value)| name == TEMP && Path::new(value).starts_with(tree))
    }

    /// One start of the warm process, the `nth` command of the session.
    fn start(&self, nth: usize, plan: String) -> Invocation {
        let mut argv = vec![self.program("java")];
        argv.extend(self.found.arguments.iter().cloned());
        argv.extend(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"].map(str::to_owned));
        if !self
            .found
            .arguments
            .iter()
            .any(|own| own.starts_with("-Xmx"))
        {
            argv.push(format!("-Xmx{}m", self.asked.memory >> 20));
        }
        // The virtual machine reads it once, at its own start.
        if !self.has_own_temp() {
            let temp = self.scratch(&format!("tmp-{nth}"));
            argv.push(format!("-Djava.io.tmpdir={temp}"));
        }
        argv.extend(["-cp".to_owned(), self.class_path()]);
        argv.push("redgreen_switch.Session".to_owned());
        let name = format!("plan-{nth}.txt");
        argv.push(self.scratch(&name));
        let mut invocation = self.invocation(Role::Session, argv);
        invocation.writes = vec![(name, plan)];
        invocation.reads = vec![told(nth)];
        invocation
    }

    /// What every plan begins with.
    fn head(&self, nth: usize, mode: &str) -> String {
        let mut plan = line(&["mode", mode]);
        plan += &line(&["nonce", self.asked.ask.nonce]);
        plan += &line(&["engine", &self.found.engine]);
        plan += &line(&["said", &self.scratch(&told(nth))]);
        let own = self.found.properties.iter();
        for (name, value) in own.filter(|(name, _)| name != TEMP || self.has_own_temp()) {
            plan += &line(&["property", name, value]);
        }
        plan += &line(&[
            "property",
            "junit.jupiter.execution.parallel.enabled",
            "false",
        ]);
        let assertions = self.found.has_assertions.to_string();
        plan += &line(&["assertions", &assertions]);
        let built = self.found.class_path.iter();
        for entry in built.filter(|entry| self.is_built(entry)) {
            plan += &line(&["classes", entry]);
        }
        plan += &line(&["out", &self.switched()]);
        plan += &line(&["budget", &self.asked.budget_ms.to_string()]);
        plan
    }

    /// Compiles all mutants and traces every test but those of `spoilers`.
    pub(super) fn prepare(&self, nth: usize, spoilers: &BTreeSet<String>) -> Invocation {
        let mut plan = self.head(nth, "prepare");
        plan += &line(&["lent", &self.own()]);
        plan += &line(&["limit", &self.asked.ask.test_limit_ms.to_string()]);
        plan += &line(&["places", &self.plan.places().to_string()]);
        for flag in &self.found.flags {
            plan += &line(&["flag", flag]);
        }
        for entry in self.found.class_path.iter().chain(&self.part.beside) {
            plan += &line(&["compile", entry]);
        }
        plan += &line(&["compile", &self.own()]);
        for class in self.classes().difference(spoilers) {
            plan += &line(&["test", class]);
        }
        for source in sources(self.asked.ask.unit).filter(|source| self.is_compiled(source)) {
            let place = self.asked.ask.tree.join(source.path());
            plan += &line(&["source", &place.display().to_string()]);
        }
        self.add_files(&mut plan);
        self.start(nth, plan)
    }

    /// Whether the tests see a source: it is one of theirs, or its module is on their class path.
    fn is_compiled(&self, source: &Source<'_>) -> bool {
        let Ask { unit, tree, .. } = &self.asked.ask;
        let module = module_of(unit, source.dir);
        if source.is_test() {
            return module == self.part.tests;
        }
        let target = tree.join(module).join("target");
        let mut path = self.found.class_path.iter();
        path.any(|entry| Path::new(entry).starts_with(&target))
    }

    fn add_files(&self, plan: &mut String) {
        let mutants = self.asked.mutants;
        for (path, text) in self
            .asked
            .texts
            .iter()
            .filter(|(path, _)| path.ends_with(".java"))
        {
            let place = self.asked.ask.tree.join(path).display().to_string();
            *plan += &line(&["head", &place, text]);
            let count = |at: usize| wide(text, at).to_string();
            let own = mutants.iter().enumerate();
            for (index, mutant) in own.filter(|(_, mutant)| mutant.path == *path) {
                if self.plan.skipped.contains_key(&index) {
                    continue;
                }
                let (from, to) = (count(mutant.bytes.start), count(mutant.bytes.end));
                let is_whole = self.plan.whole.contains(&index);
                let (index, number) = (index.to_string(), self.number(index).to_string());
                let mut words = vec!["mutant", &index, &number, &place, &from, &to, &mutant.now];
                words.extend(is_whole.then_some("whole"));
                *plan += &line(&words);
            }
            if !self.plan.sites.iter().any(|site| site.path == *path)
                && !self.plan.marks.iter().any(|mark| mark.path == *path)
            {
                continue;
            }
            *plan += &line(&["file", &place]);
            for piece in emit::pieces((path, text), self.plan, mutants) {
                *plan += &match piece {
                    Piece::Text(at, text) => line(&["T", &count(at), &text]),
                    Piece::Branch {
                        number,
                        member,
                        is_risky,
                        text,
                    } => {
                        let risk = if is_risky { "risky" } else { "" };
                        let (from, to) = (count(member.start), count(member.end));
                        line(&["B", &number.to_string(), &from, &to, risk, &text])
                    }
                };
            }
        }
    }

    /// The number that switches a mutant on; 0 where no switch holds it.
    fn number(&self, index: usize) -> usize {
        let site = self.plan.site_of.get(&index);
        let site = site.and_then(|site| self.plan.sites.get(*site));
        site.and_then(|site| site.number(index)).unwrap_or_default()
    }

    /// The classes that Surefire takes up.
    fn classes(&self) -> BTreeSet<String> {
        let marks = &self.asked.ask.unit.marks;
        let patterns = Patterns::read(marks.get(PATTERNS).map_or("", String::as_str));
        let files = self.found.tests.iter().filter(|file| patterns.take(file));
        let names = files.filter_map(|file| file.strip_suffix(".class"));
        names.map(|name| name.replace('/', ".")).collect()
    }

    /// Tries these mutants one after another; `survivors` are lines that need no more.
    pub(super) fn warm(
        &self,
        nth: usize,
        attempts: &[Attempt],
        survivors: &BTreeSet<String>,
    ) -> Invocation {
        let mut plan = self.head(nth, "try");
        for survivor in survivors {
            plan += &line(&["survivor", survivor]);
        }
        for attempt in attempts {
            self.add_attempt(&mut plan, attempt);
        }
        self.start(nth, plan)
    }

    /// Tries one mutant under a limit that the system enforces.
    pub(super) fn lone(&self, nth: usize, attempt: &Attempt, seconds: u64) -> Invocation {
        let mut plan = self.head(nth, "lone");
        self.add_attempt(&mut plan, attempt);
        let mut invocation = self.start(nth, plan);
        invocation.role = Role::Run;
        invocation.argv = limited_time(invocation.argv, seconds);
        invocation
    }

    fn add_attempt(&self, plan: &mut String, attempt: &Attempt) {
        let Attempt {
            index,
            is_alone,
            line: key,
            chunks,
        } = attempt;
        let switched = self.switched();
        let (number, dir) = match is_alone {
            true => (0, format!("{switched}-{index}")),
            false => (self.number(*index), switched),
        };
        let (index, number) = (index.to_string(), number.to_string());
        *plan += &line(&["attempt", &index, &number, &dir, key]);
        for (limit, tests) in chunks {
            let limit = limit.to_string();
            let mut words = vec!["chunk", &limit];
            words.extend(tests.iter().map(String::as_str));
            *plan += &line(&words);
        }
    }
}

/// What the `nth` command of a session says.
pub(super) fn told(nth: usize) -> String {
    format!("said-{nth}.txt")
}

/// A place in a text as Java counts.
fn wide(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |head| head.encode_utf16().count())
}
