//! Plots cheats out of what a tree already holds, so that the same ones work in every language.

use crate::config::Config;
use crate::git::{Edit, Git, GitError, Held, Mode, RepoPath};
use crate::survey::{TreeFiles, unit_of, units_of};
use redgreen_core::id::TreeId;
use redgreen_core::surface::Surface;
use redgreen_toolchain::{Files, Language, Outline, Unit, language, surface};
use std::collections::BTreeSet;

/// The most files that are looked at; a project shows what it is in fewer.
const MOST_FILES: usize = 400;

/// One cheat, ready to be planted.
pub(super) struct Cheat {
    pub(super) name: &'static str,
    pub(super) what: String,
    /// The edits, or why there is nothing to plant it in.
    pub(super) edits: Result<Vec<Edit>, &'static str>,
}

/// A source file of the tree.
struct Source {
    path: String,
    text: String,
    side: Surface,
    outline: Outline,
    language: &'static dyn Language,
}

/// What the cheats are made of.
pub(super) struct Plot<'g> {
    git: &'g Git,
    /// A file with tests in it.
    tests: Option<Source>,
    /// A production file with a function that can be broken.
    code: Option<Source>,
}

impl<'g> Plot<'g> {
    /// Looks for a test file and the production file that is most likely tested by it.
    pub(super) fn of(git: &'g Git, tree: &TreeId, config: &Config) -> Result<Self, GitError> {
        let units = units_of(git, tree, config)?;
        let files = TreeFiles::open(git, tree)?;
        let sources = sources(&files, &units, config);
        if let Some(trouble) = files.trouble() {
            return Err(trouble);
        }
        let (mut with_tests, rest): (Vec<Source>, Vec<Source>) =
            sources.into_iter().partition(Source::runs_tests);
        with_tests.sort_by_key(|source| !source.side.is_test_surface());
        let tests = with_tests.into_iter().next();
        let likely = |source: &Source| {
            let stem = stem(&source.path);
            let named = tests.as_ref().is_some_and(|t| t.path.contains(stem));
            let functions = source.outline.functions.iter();
            (named, functions.filter(|f| f.stubbable).count())
        };
        let mixed = tests.iter().filter(|t| !t.side.is_test_surface());
        let mixed = mixed.map(Source::copied);
        let breakable = rest
            .into_iter()
            .chain(mixed)
            .filter(|source| likely(source).1 > 0);
        let code = breakable.max_by_key(likely);
        Ok(Self { git, tests, code })
    }

    /// The five cheats.
    pub(super) fn cheats(&self) -> Vec<Cheat> {
        vec![
            self.deleted_tests(),
            self.untested_code(),
            self.broken_code(),
            self.broken_code_without_its_tests(),
            self.planted_file(),
        ]
    }

    fn deleted_tests(&self) -> Cheat {
        let edits = self.without_tests().and_then(|edit| edit.ok_or(NO_TESTS));
        Cheat {
            name: "deleted-tests",
            what: format!("the tests in {} are deleted", of(&self.tests)),
            edits: edits.map(|edit| vec![edit]),
        }
    }

    fn untested_code(&self) -> Cheat {
        let copy = self.code.as_ref().map(|code| {
            let (stem, ending) = code.path.rsplit_once('.').unwrap_or((&code.path, ""));
            let text = code.language.graft(&code.text, "");
            self.put(&format!("{stem}_rehearsed.{ending}"), &text)
        });
        Cheat {
            name: "untested-code",
            what: format!("a copy of {} arrives without a test", of(&self.code)),
            edits: copy.ok_or(NO_CODE).and_then(|edit| Ok(vec![edit?])),
        }
    }

    fn broken_code(&self) -> Cheat {
        Cheat {
            name: "broken-code",
            what: format!("every function of {} fails", of(&self.code)),
            edits: self.broken(None).map(|edit| vec![edit]),
        }
    }

    fn broken_code_without_its_tests(&self) -> Cheat {
        let in_one_file = self.tests.as_ref().zip(self.code.as_ref());
        let in_one_file = in_one_file.is_some_and(|(tests, code)| tests.path == code.path);
        let edits = if in_one_file {
            self.broken(Some("")).map(|edit| vec![edit])
        } else {
            self.broken(None).and_then(|code| {
                let tests = self.without_tests()?.ok_or(NO_TESTS)?;
                Ok(vec![code, tests])
            })
        };
        Cheat {
            name: "broken-code-without-its-tests",
            what: format!("the same, and the tests in {} are deleted", of(&self.tests)),
            edits,
        }
    }

    fn planted_file(&self) -> Cheat {
        let path = "redgreen_rehearsed/__pycache__/shadow.pyc";
        Cheat {
            name: "planted-file",
            what: format!("{path} is tracked, which can stand in for code"),
            edits: self.put(path, "no code").map(|edit| vec![edit]),
        }
    }

    /// The test file without its tests: gone, or without its test regions.
    fn without_tests(&self) -> Result<Option<Edit>, &'static str> {
        let tests = self.tests.as_ref().ok_or(NO_TESTS)?;
        if tests.side.is_test_surface() {
            let (path, held) = (RepoPath::from_text(&tests.path), None);
            return Ok(Some(Edit { path, held }));
        }
        let text = tests.language.graft(&tests.text, "");
        self.put(&tests.path, &text).map(Some)
    }

    /// The production file with every function stubbed, and with the tests of `tests` where that
    /// is given.
    fn broken(&self, tests: Option<&str>) -> Result<Edit, &'static str> {
        let code = self.code.as_ref().ok_or(NO_CODE)?;
        let names = code.outline.functions.iter().filter(|f| f.stubbable);
        let names: BTreeSet<String> = names.map(|f| f.name.clone()).collect();
        let text = code.language.stub(&code.text, &names);
        // A text that speaks of stubs of ours would be found out by its words, not by its tests.
        let text = text.replace("redgreen stub", "rehearsed");
        let text = tests.map_or_else(|| text.clone(), |tests| code.language.graft(&text, tests));
        self.put(&code.path, &text)
    }

    fn put(&self, path: &str, text: &str) -> Result<Edit, &'static str> {
        let blob = self.git.write_blob(text.as_bytes());
        let blob = blob.map_err(|_| "git could not write the file")?;
        let mode = Mode::Regular;
        Ok(Edit {
            path: RepoPath::from_text(path),
            held: Some(Held { mode, blob }),
        })
    }
}

const NO_TESTS: &str = "no file with tests that redgreen can split";
const NO_CODE: &str = "no production file with a function that redgreen can break";

impl Source {
    fn runs_tests(&self) -> bool {
        self.outline.tests.iter().any(|test| !test.muted)
    }

    fn copied(&self) -> Self {
        Self {
            path: self.path.clone(),
            text: self.text.clone(),
            outline: self.outline.clone(),
            ..*self
        }
    }
}

fn of(source: &Option<Source>) -> &str {
    source.as_ref().map_or("a file", |source| &source.path)
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// The source files that belong to a unit whose runner runs them.
fn sources(files: &TreeFiles<'_>, units: &[Unit], config: &Config) -> Vec<Source> {
    let read = |path: &String| {
        let language = language(path)?;
        let unit = unit_of(units, path)?;
        let text = files.text(path)?;
        let side = config
            .surface(path)
            .unwrap_or_else(|| surface(path, Some(&text)));
        let outline = language.outline(unit, path, &text);
        Some(Source {
            path: path.clone(),
            text,
            side,
            outline,
            language,
        })
    };
    files
        .paths()
        .iter()
        .filter_map(read)
        .take(MOST_FILES)
        .collect()
}
