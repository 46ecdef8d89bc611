//! Mutants of Go: one build, a process for each, and verdicts that an edit in place agrees with.

use super::project::{Project, fingerprint};
use redgreen_core::evidence::{Order, Selection, TestSeen};
use redgreen_core::mutant::{Fate, Mutant, Operator, numbered};
use redgreen_core::outcome::Outcome;
use redgreen_core::surface::Lines;
use redgreen_toolchain::go::Go;
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::{
    Ask, Invocation, Language, MutantAsk, MutantReport, Mutator, RawOutput, Tool, Wanted, runner,
};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The shop that every session is about.
const SHOP: &str = r#"package shop

import (
	"errors"
	"strings"
)

type Cart struct {
	items []int
	limit int
}

type Flag bool

const Most = 9

func New(limit int) *Cart { return &Cart{limit: limit} }

func (c *Cart) Add(price int) (int, error) {
	if len(c.items) >= c.limit {
		return 0, errors.New("full")
	}
	c.items = append(c.items, price)
	return len(c.items), nil
}

func (c *Cart) Total() int {
	sum := 0
	for i := 0; i < len(c.items); i++ {
		sum += c.items[i]
	}
	return sum
}

func Countdown(from int) int {
	left, steps := from, 0
	for left > 0 {
		left--
		steps++
	}
	return steps
}

func Largest[T int | float64](all ...T) T {
	var best T
	for _, one := range all {
		if one > best {
			best = one
		}
	}
	return best
}

func Unused(n int) bool { return n > 3 }

func Label(n int) string {
	many := n + 1
	text, tail := strings.Repeat("x", many*2), ""
	switch {
	case n == 0:
		return "empty"
	case n > Most:
		return "many"
	}
	return text + tail
}

func Cheap(n int) Flag { return n < 5 }

func Pick(all []string, n int) string {
	return all[n-1]
}

func Find(all []string, one string) (at int, err error) {
	if at, err = index(all, one); err != nil {
		return 0, err
	}
	n, err := index(all, one+"")
	return n, err
}

func index(all []string, one string) (int, error) {
	for at, own := range all {
		if own == one {
			return at, nil
		}
	}
	return 0, errors.New("none")
}
"#;

const TESTS: &str = r#"package shop

import "testing"

func TestAdd(t *testing.T) {
	cart := New(2)
	if n, err := cart.Add(3); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	cart.Add(4)
	if _, err := cart.Add(5); err == nil {
		t.Error("want an error")
	}
	if cart.Total() != 7 {
		t.Errorf("got %d, want 7", cart.Total())
	}
}

func TestVain(t *testing.T) {
	for _, one := range []int{} {
		if one != 1 {
			t.Error(one)
		}
	}
	defer func() { recover() }()
	Countdown(1)
	if Pick([]string{"a"}, 1) != "a" {
		panic("swallowed")
	}
}

func TestCount(t *testing.T) {
	if got := Countdown(3); got != 3 {
		t.Fatalf("got %d, want 3", got)
	}
}

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		n    int
		want string
	}{{0, "empty"}, {1, "xxxx"}, {10, "many"}} {
		t.Run(c.want, func(t *testing.T) {
			if got := Label(c.n); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPick(t *testing.T) {
	if got := Pick([]string{"a", "b"}, 2); got != "b" {
		t.Fatalf("got %q", got)
	}
	if !Cheap(4) || Cheap(5) {
		t.Error("want cheap")
	}
}
"#;

const OUTSIDE: &str = r#"package shop_test

import (
	"testing"

	"example.com/shop"
)

func TestLargest(t *testing.T) {
	if got := shop.Largest(1, 3, 2); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
	if got := shop.Largest(1.5); got != 1.5 {
		t.Errorf("got %f, want 1.5", got)
	}
}

func TestFind(t *testing.T) {
	if at, err := shop.Find([]string{"a", "b"}, "b"); at != 1 || err != nil {
		t.Error(at, err)
	}
	if _, err := shop.Find(nil, "b"); err == nil {
		t.Error("want an error")
	}
}
"#;

const NEW: [&str; 3] = [".:TestAdd", ".:TestVain", ".:TestLargest"];

fn shop() -> Project {
    Project::module(&[
        ("shop.go", SHOP),
        ("shop_test.go", TESTS),
        ("out_test.go", OUTSIDE),
    ])
}

type Given = (Vec<Mutant>, BTreeMap<String, String>);

/// Every mutant of these files.
fn mutants(project: &Project, files: &[(&str, &str)]) -> Given {
    let unit = project.unit("");
    let mut mutants = Vec::new();
    let mut texts = BTreeMap::new();
    for (path, text) in files {
        let outline = Go.outline(&unit, path, text);
        let functions = outline.functions.iter().map(|one| one.name.clone());
        let wanted = Wanted {
            lines: if path.ends_with("_test.go") {
                Vec::new()
            } else {
                vec![Lines::new(1, 400)]
            },
            functions: functions.collect(),
            tests: outline.tests.iter().map(|test| test.lines).collect(),
        };
        mutants.extend(numbered(path, text, Go.mutants(text, &wanted), |_| None));
        texts.insert((*path).to_owned(), (*text).to_owned());
    }
    mutants.sort_by_key(|mutant| mutant.operator);
    (mutants, texts)
}

/// What engine does: files, commands, until none is owed.
fn driven(
    project: &Project,
    mutator: &dyn Mutator,
    asked: &MutantAsk<'_>,
) -> (Vec<RawOutput>, Vec<Invocation>) {
    let (mut outputs, mut commands) = (Vec::new(), Vec::new());
    loop {
        for (path, text) in mutator.revised(asked, &outputs) {
            if project.text(&path).as_ref() != Some(&text) {
                project.write(&path, &text);
            }
        }
        let next = mutator.next(asked, &outputs, 0);
        if next.is_empty() {
            return (outputs, commands);
        }
        assert!(commands.len() < 2000, "the session never ends");
        let left = next.iter();
        let left: Vec<_> = left
            .map(|invocation| project.execute(invocation, asked.ask.scratch))
            .collect();
        outputs.extend(left);
        commands.extend(next);
    }
}

struct Session {
    report: MutantReport,
    commands: Vec<Invocation>,
    mutants: Vec<Mutant>,
}

impl Session {
    fn of(project: &Project, (mutants, texts): Given, budget_ms: u64) -> Self {
        let unit = project.unit("");
        let scratch = tempfile::tempdir().unwrap();
        let (tree, cache) = (project.tree(), project.cache());
        let tool = Tool {
            program: "go".to_owned(),
            fingerprint: fingerprint(),
        };
        let new_tests = NEW.map(str::to_owned).into();
        let killers = BTreeMap::new();
        let asked = MutantAsk {
            ask: Ask {
                unit: &unit,
                tool: &tool,
                tests: &Selection::Whole,
                order: Order::AsWritten,
                tree: &tree,
                cache: &cache,
                scratch: scratch.path(),
                nonce: "n1",
                test_limit_ms: 20_000,
            },
            mutants: &mutants,
            texts: &texts,
            new_tests: &new_tests,
            budget_ms,
            jobs: 2,
            memory: 4 << 30,
            killers: &killers,
            unreached: &Default::default(),
        };
        let mutator = runner(&unit.runner).unwrap().mutator().unwrap();
        let (outputs, commands) = driven(project, mutator, &asked);
        let report = mutator.read(&asked, &outputs);
        for (path, text) in &texts {
            project.write(path, text);
        }
        Self {
            report,
            commands,
            mutants,
        }
    }

    /// The first mutant on the line that holds `at` whose words hold `words`.
    fn mutant(&self, at: &str, words: &str) -> &Mutant {
        let files = [
            ("shop.go", SHOP),
            ("shop_test.go", TESTS),
            ("out_test.go", OUTSIDE),
        ];
        let found = files.into_iter().find_map(|(path, text)| {
            let line = text.lines().position(|line| line.contains(at))?;
            Some((path, u32::try_from(line + 1).unwrap()))
        });
        let (path, line) = found.expect(at);
        let mut found = self.mutants.iter().filter(|mutant| {
            mutant.lines.first == line && mutant.path == path && mutant.to_string().contains(words)
        });
        found
            .next()
            .unwrap_or_else(|| panic!("no {words} on {line}: {:#?}", self.mutants))
    }

    fn tried(&self, at: &str, words: &str) -> &Tried {
        let mutant = self.mutant(at, words);
        let tried = self.report.tried.get(&mutant.id);
        tried.unwrap_or_else(|| panic!("{mutant}: {:?}", self.report.trouble))
    }

    /// What the new tests did and what all did, in short words.
    fn fates(&self, at: &str, words: &str) -> String {
        let tried = self.tried(at, words);
        let short = |fate: &Fate| {
            let Fate::Killed { by, how } = fate else {
                return fate.words().to_owned();
            };
            format!("{how:?} {}", by.trim_start_matches(".:Test"))
        };
        format!("{} / {}", short(&tried.by_new), short(&tried.by_any))
    }
}

/// The one session that most tests look at.
fn session() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| {
        let project = shop();
        let files = [
            ("shop.go", SHOP),
            ("shop_test.go", TESTS),
            ("out_test.go", OUTSIDE),
        ];
        let given = mutants(&project, &files);
        Session::of(&project, given, 1)
    })
}

fn check(owed: &[(&str, &str, &str)]) {
    let session = session();
    assert_eq!(session.report.trouble, None);
    for (at, words, fates) in owed {
        assert_eq!(session.fates(at, words), *fates, "{at} {words}");
    }
}

#[test]
fn a_mutant_dies_by_an_assertion_or_an_error_of_a_test_that_runs_over_it() {
    check(&[
        ("sum += ", "`*=`", "Assertion Add / Assertion Add"),
        ("i < len", "`<=`", "Error Add / Error Add"),
        ("steps++", "removed", "survived / Assertion Count"),
        ("if len(c.items)", "`>`", "Assertion Add / Assertion Add"),
        (
            "func (c *Cart) Total",
            "return 0;",
            "Assertion Add / Assertion Add",
        ),
        ("case n == 0", "`!=`", "not reached / Assertion Label"),
        ("return all[n-1]", "`+`", "survived / Error Pick"),
    ]);
    let over = &session().tried("sum += ", "`*=`").over;
    assert_eq!(over.as_slice(), [".:TestAdd"]);
}

#[test]
fn survivors_and_what_no_test_reaches_are_told_apart() {
    check(&[
        ("if one > best", "`>` becomes `>=`", "survived / survived"),
        (
            "best = one",
            "removed",
            "Assertion Largest / Assertion Largest",
        ),
        ("func Unused", "return true;", "not reached / not reached"),
        ("func (c *Cart) Total", "no change", "survived / survived"),
        ("return n, err", "nil", "not reached / survived"),
    ]);
}

#[test]
fn a_mutant_that_never_ends_is_timed_out_only_after_a_second_run() {
    let session = session();
    let endless = session.mutant("left--", "removed");
    let owed = Fate::TimedOut {
        by: ".:TestVain".to_owned(),
    };
    assert_eq!(session.report.tried[&endless.id].by_any, owed);
    let number = |invocation: &Invocation| {
        let mut env = invocation.env.iter();
        env.find(|(key, _)| key == "REDGREEN_MUTANT")
            .map(|(_, number)| number.clone())
    };
    let numbers: Vec<String> = session.commands.iter().filter_map(number).collect();
    let times = |one: &String| numbers.iter().filter(|other| *other == one).count();
    assert!(numbers.iter().any(|one| times(one) == 2));
}

#[test]
fn what_does_not_compile_is_unviable_and_takes_nothing_along() {
    let session = session();
    let unviable = &session.tried("return text + tail", "`-`").by_any;
    let Fate::Unviable(why) = unviable else {
        panic!("{unviable:?}");
    };
    assert!(why.contains("operator - not defined"), "{why}");
    let is_build = |command: &&Invocation| command.argv.get(2).is_some_and(|word| word == "-c");
    let starts = session.commands.iter().take_while(|command| {
        let env = &mut command.env.iter();
        !env.any(|(key, _)| key == "REDGREEN_TRACE")
    });
    assert_eq!(
        starts.filter(is_build).count(),
        2,
        "one build, and one without"
    );
}

#[test]
fn what_no_branch_can_hold_has_a_build_of_its_own() {
    check(&[
        ("const Most", "`10`", "survived / Assertion Label"),
        ("n, err := index", "mutant", "not reached / Assertion Find"),
        ("func Cheap", "`<=`", "not reached / Assertion Pick"),
    ]);
}

#[test]
fn an_assertion_that_cannot_fail_its_test_shows() {
    check(&[
        ("cart.Total() != 7", "!(", "Assertion Add / Assertion Add"),
        ("if one != 1", "!(", "not reached / not reached"),
        (
            "got := shop.Largest(1.5)",
            "!(",
            "Assertion Largest / Assertion Largest",
        ),
        ("got := Label(c.n)", "!(", "not reached / Assertion Label"),
    ]);
}

#[test]
fn nothing_runs_when_the_time_is_up_and_nothing_is_said_to_survive() {
    let project = shop();
    let given = mutants(&project, &[("shop.go", SHOP)]);
    let session = Session::of(&project, given, 0);
    assert_eq!(session.commands.len(), 1, "the listing had begun");
    let late = Fate::Skipped("the time was up".to_owned());
    assert!(session.mutants.len() > 60);
    for tried in session.report.tried.values() {
        assert_eq!(tried.by_any, late);
    }
    assert_eq!(session.report.executed, 0);
}

#[test]
fn an_edit_in_place_comes_to_the_same() {
    let session = session();
    let project = shop();
    let mut held = 0;
    for mutant in session.mutants.iter().step_by(7) {
        let text = project.text(&mutant.path).unwrap();
        let fate = &session.report.tried[&mutant.id].by_any;
        if matches!(fate, Fate::Skipped(_) | Fate::TimedOut { .. }) {
            continue;
        }
        project.write(&mutant.path, &mutant.applied(&text).unwrap());
        let run = project.whole();
        project.write(&mutant.path, &text);
        let failed = |seen: &TestSeen| matches!(seen.outcome, Outcome::Failed(_));
        let words = format!("{:?}", run.report.diagnostics);
        let owed = if words.contains("not used") {
            // A branch keeps the use that an edit in place takes away.
            continue;
        } else if !run.report.diagnostics.is_empty() {
            "unviable"
        } else if run.report.tests.values().any(failed) {
            "killed"
        } else {
            "survived"
        };
        let passes = matches!(fate, Fate::Survived | Fate::NotReached);
        assert!(
            fate.words().starts_with(owed) || owed == "survived" && passes,
            "{mutant} ({:?}): {fate:?}, in place {owed}",
            mutant.operator
        );
        held += 1;
    }
    assert!(held > 8, "{held}");
    let all = session.mutants.iter();
    assert!(all.clone().any(|one| one.operator == Operator::Assertion));
}
