//! Mutants of C and C++: one build, processes for each, and verdicts that an edit in place agrees
//! with.

use super::project::Project;
use redgreen_core::evidence::TestSeen;
use redgreen_core::mutant::{Fate, Mutant, Operator, numbered};
use redgreen_core::outcome::Outcome;
use redgreen_core::surface::Lines;
use redgreen_toolchain::cpp::Cpp;
use redgreen_toolchain::mutate::Tried;
use redgreen_toolchain::{Invocation, Language, MutantReport, Role, Wanted};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const CMAKE: &str = r#"cmake_minimum_required(VERSION 3.16)
project(shop LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_C_STANDARD 90)
add_compile_options(-Wall -Wextra -Werror $<$<COMPILE_LANGUAGE:C>:-pedantic>)
add_library(ring src/ring.c)
target_include_directories(ring PUBLIC src)
add_library(till src/till.cpp)
target_include_directories(till PUBLIC src)
enable_testing()
add_executable(ring_test tests/ring_test.c)
target_link_libraries(ring_test ring)
add_test(NAME ring COMMAND ring_test)
add_executable(more_test tests/more_test.c)
target_link_libraries(more_test ring)
add_test(NAME more COMMAND more_test)
find_package(GTest REQUIRED)
add_executable(till_test tests/till_test.cpp)
target_link_libraries(till_test till GTest::gtest_main)
add_test(NAME till COMMAND till_test)
"#;

/// The same without C++, which takes longer to build.
const C_CMAKE: &str = r#"cmake_minimum_required(VERSION 3.16)
project(shop LANGUAGES C)
enable_testing()
file(GLOB tests tests/*.c)
foreach(test ${tests})
  get_filename_component(name ${test} NAME_WE)
  add_executable(${name} ${test} src/ring.c)
  target_include_directories(${name} PRIVATE src)
  add_test(NAME ${name} COMMAND ${name})
endforeach()
"#;

const HEADER: &str = r#"#ifndef RING_H
#define RING_H
#define RING_MOST 4
typedef struct { int items[RING_MOST]; int count; } ring;
int ring_add(ring *r, int item);
int ring_sum(const ring *r);
int ring_countdown(int from);
int ring_unused(int n);
const char *ring_label(int n);
int ring_at(const ring *r, int n);
static int ring_is_full(const ring *r) { return r->count >= RING_MOST; }
#endif
"#;

/// The C that every session is about.
const RING: &str = r#"#define _GNU_SOURCE
#include "ring.h"
#include <assert.h>
#include <stddef.h>

enum { TWICE = 2 };

int ring_add(ring *r, int item)
{
	if (ring_is_full(r))
		return -1;
	r->items[r->count++] = item;
	return r->count;
}

int ring_sum(const ring *r)
{
	int sum = 0;
	int i;
	for (i = 0; i < r->count; i++)
		sum += r->items[i]; /* each */
	return sum;
}

int ring_countdown(int from)
{
	int left = from, steps = 0;
	while (left > 0) {
		left--;
		steps++;
	}
	return steps;
}

int ring_unused(int n)
{
	return n > 3;
}

const char *ring_label(int n)
{
	const char *text = n * TWICE > 9 ? "many" : "few";
	switch (n) {
	case 0:
		return "none";
	default:
		break;
	}
	return text + 0;
}

int ring_at(const ring *r, int n)
{
	static const int off = 1;
	assert(n - off < r->count);
	return r->items[n - off];
}
"#;

const RING_TEST: &str = r#"#undef NDEBUG
#include "ring.h"
#include <assert.h>
#include <string.h>

int main(void)
{
	ring r = {{0}, 0};
	assert(ring_add(&r, 3) == 1);
	assert(ring_add(&r, 4) == 2);
	assert(ring_sum(&r) == 7);
	assert(ring_at(&r, 2) == 4);
	ring_countdown(2);
	assert(strcmp(ring_label(1), "few") == 0);
	return 0;
}
"#;

const MORE_TEST: &str = r#"#include "ring.h"
#include <string.h>

int main(void)
{
	ring r = {{0}, 0};
	int i;
	if (ring_countdown(3) != 3)
		return 1;
	for (i = 0; i < 6; i++)
		ring_add(&r, i);
	if (ring_sum(&r) != 6)
		return 2;
	return strcmp(ring_label(0), "none");
}
"#;

const TILL_H: &str = r#"#pragma once
#include <stdexcept>
#include <string>
#include <vector>

class Till {
 public:
  explicit Till(std::size_t most = 2) : most_(most) {}
  void add(int price) {
    if (prices_.size() >= most_) throw std::length_error("full");
    prices_.push_back(price);
  }
  int total() const;
  std::string label() const;
  bool empty() const noexcept { return prices_.empty(); }

 private:
  std::vector<int> prices_;
  std::size_t most_;
};

template <class T> T larger(T a, T b) { return a < b ? b : a; }
"#;

const TILL: &str = r#"#include "till.h"

namespace {
constexpr int kMany = 3;
}

int Till::total() const {
  int sum = 0;
  for (const int price : prices_) sum += price;
  return sum;
}

std::string Till::label() const {
  auto is_many = [](std::size_t n) { return n > kMany; };
  std::string text = "n=" + std::to_string(prices_.size());
  return is_many(prices_.size()) ? text + "!" : text;
}
"#;

const TILL_TEST: &str = r#"#include <gtest/gtest.h>
#include "till.h"

TEST(Till, Adds) {
  Till till;
  EXPECT_TRUE(till.empty());
  till.add(3);
  till.add(4);
  EXPECT_EQ(till.total(), 7) << "sum";
  EXPECT_THROW(till.add(5), std::length_error);
}

TEST(Till, Vain) {
  Till till;
  if (!till.empty()) EXPECT_EQ(till.total(), 1);
  till.label();
}

TEST(Till, Labels) {
  Till till(9);
  till.add(1);
  EXPECT_EQ(till.label(), "n=1");
  for (int i = 0; i < 3; i++) till.add(i);
  ASSERT_EQ(till.label(), "n=4!");
  EXPECT_EQ(larger(2, 3), 3);
  EXPECT_EQ(larger(2.5, 1.5), 2.5);
}
"#;

const FILES: [(&str, &str); 8] = [
    ("CMakeLists.txt", CMAKE),
    ("src/ring.h", HEADER),
    ("src/ring.c", RING),
    ("src/till.h", TILL_H),
    ("src/till.cpp", TILL),
    ("tests/ring_test.c", RING_TEST),
    ("tests/more_test.c", MORE_TEST),
    ("tests/till_test.cpp", TILL_TEST),
];

/// The files of the project without C++, with this test.
fn c_files(test: &str) -> [(&'static str, &str); 5] {
    [
        ("CMakeLists.txt", C_CMAKE),
        ("src/ring.h", HEADER),
        ("src/ring.c", RING),
        ("tests/ring_test.c", test),
        ("tests/more_test.c", MORE_TEST),
    ]
}

const NEW: [&str; 3] = [
    "tests/ring_test.c::main",
    "tests/till_test.cpp::Till.Adds",
    "tests/till_test.cpp::Till.Vain",
];

type Given = (Vec<Mutant>, BTreeMap<String, String>);

/// Every mutant of these files.
fn mutants(project: &Project, files: &[(&str, &str)]) -> Given {
    let unit = project.unit();
    let mut mutants = Vec::new();
    let mut texts = BTreeMap::new();
    for (path, text) in files.iter().copied().skip(1) {
        let outline = Cpp.outline(&unit, path, text);
        let functions = outline.functions.iter().map(|one| one.name.clone());
        let wanted = Wanted {
            lines: if path.starts_with("tests/") {
                Vec::new()
            } else {
                vec![Lines::new(1, 400)]
            },
            functions: functions.collect(),
            tests: outline.tests.iter().map(|test| test.lines).collect(),
        };
        mutants.extend(numbered(path, text, Cpp.mutants(text, &wanted), |_| None));
        texts.insert(path.to_owned(), text.to_owned());
    }
    mutants.sort_by_key(|mutant| mutant.operator);
    (mutants, texts)
}

struct Session {
    report: MutantReport,
    commands: Vec<Invocation>,
    /// The commands of each answer, and how many they are.
    answers: Vec<(usize, Vec<Invocation>)>,
    mutants: Vec<Mutant>,
}

impl Session {
    fn of(project: &Project, (mutants, texts): Given, budget_ms: u64) -> Self {
        let new_tests = NEW.map(str::to_owned).into();
        let (report, answers) = project.mutated((&mutants, &texts), &new_tests, budget_ms);
        for (path, text) in &texts {
            project.write(path, text);
        }
        Self {
            report,
            commands: answers.iter().flatten().cloned().collect(),
            answers: answers.into_iter().map(|one| (one.len(), one)).collect(),
            mutants,
        }
    }

    /// The first mutant on the line where `at` ends, its last brace left out,
    /// whose words hold `words`.
    fn mutant(&self, at: &str, words: &str) -> &Mutant {
        let found = FILES.into_iter().skip(1).find_map(|(path, text)| {
            let start = text.find(at)? + at.trim_end_matches('{').len();
            let line = text[..start].matches('\n').count();
            Some((path, u32::try_from(line + 1).unwrap()))
        });
        let (path, line) = found.expect(at);
        let mut found = self.mutants.iter().filter(|mutant| {
            mutant.lines.first == line && mutant.path == path && mutant.to_string().contains(words)
        });
        found
            .next()
            .unwrap_or_else(|| panic!("no {words} on {path}:{line}"))
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
            let name = by.rsplit("::").next().unwrap_or(by);
            format!("{how:?} {}", name.trim_start_matches("Till."))
        };
        format!("{} / {}", short(&tried.by_new), short(&tried.by_any))
    }
}

/// The one session that most tests look at.
fn session() -> &'static Session {
    static SESSION: OnceLock<Session> = OnceLock::new();
    SESSION.get_or_init(|| {
        let project = Project::new(&FILES);
        let given = mutants(&project, &FILES);
        Session::of(&project, given, 1_000_000)
    })
}

fn check(owed: &[(&str, &str, &str)]) {
    let session = session();
    assert_eq!(session.report.trouble, None);
    let seen: Vec<_> = owed
        .iter()
        .map(|(at, words, _)| (*at, *words, session.fates(at, words)))
        .collect();
    let owed: Vec<_> = owed
        .iter()
        .map(|(at, words, fates)| (*at, *words, (*fates).to_owned()))
        .collect();
    assert_eq!(seen, owed);
}

#[test]
fn a_mutant_dies_by_an_assertion_or_an_error_of_a_test_that_runs_over_it() {
    check(&[
        (
            "sum += r->items",
            "`-=`",
            "Assertion main[ring] / Assertion main[ring]",
        ),
        ("steps++", "removed", "survived / Assertion main[more]"),
        (
            "const char *ring_label(int n)\n{",
            "`{ return 0;`",
            "Error main[ring] / Error main[ring]",
        ),
        ("return n > 3", "`<`", "not reached / not reached"),
        (
            "throw std::length_error",
            "becomes `;`",
            "Assertion Adds / Assertion Adds",
        ),
        (
            "throw std::length_error",
            "`true`",
            "Error Adds / Error Adds",
        ),
        ("return a < b", "`>`", "not reached / Assertion Labels"),
        ("return a < b", "`<=`", "not reached / survived"),
        ("n > kMany", "`<`", "survived / Assertion Labels"),
        ("bool empty", "`{ return true;`", "survived / survived"),
        (
            "r->count >= RING_MOST",
            "`>`",
            "survived / Assertion main[more]",
        ),
    ]);
}

#[test]
fn a_loop_without_end_is_timed_out_after_a_run_alone() {
    check(&[("left--;", "removed", "timed out / timed out")]);
}

#[test]
fn no_test_runs_twice_at_a_time() {
    let session = session();
    let answers = session.answers.iter().filter(|(size, _)| *size > 1);
    for (_, commands) in answers.clone() {
        let mut tests = BTreeSet::new();
        let own = commands.iter().filter(|one| one.role == Role::Run);
        for (_, text) in own.flat_map(|one| &one.writes) {
            let added = text
                .lines()
                .filter(|line| line.starts_with("add_test([=[t"));
            for line in added {
                let name = line.split(' ').next().unwrap();
                assert!(tests.insert(name.to_owned()), "{name}");
            }
        }
    }
    assert!(answers.count() > 0);
}

#[test]
fn what_the_compiler_refuses_is_unviable_and_takes_nothing_along() {
    let session = session();
    let unviable = &session.tried("return text + 0", "`*`").by_any;
    let Fate::Unviable(why) = unviable else {
        panic!("{unviable:?}");
    };
    // Each compiler has words of its own for the rest.
    assert!(why.contains("invalid operands to binary "), "{why}");
    let traced = |command: &&Invocation| command.role == Role::Session;
    let first = session.commands.iter().position(|one| traced(&one));
    let before = &session.commands[..first.unwrap()];
    let builds = before
        .iter()
        .filter(|one| one.argv.iter().any(|word| word == "--build"));
    assert_eq!(builds.count(), 2, "one build, and one without it");
}

#[test]
fn what_no_switch_can_hold_has_a_build_of_its_own() {
    check(&[
        ("enum { TWICE", "`3`", "survived / survived"),
        (
            "static const int off",
            "`2`",
            "Assertion main[ring] / Assertion main[ring]",
        ),
        ("constexpr int kMany", "`4`", "survived / Assertion Labels"),
    ]);
}

#[test]
fn an_assertion_that_cannot_fail_its_test_shows() {
    check(&[
        (
            "assert(ring_sum",
            "!(",
            "Assertion main[ring] / Assertion main[ring]",
        ),
        (
            "till.total(), 7",
            "EXPECT_NE",
            "Assertion Adds / Assertion Adds",
        ),
        ("till.total(), 1", "EXPECT_NE", "not reached / not reached"),
        (
            "ring_countdown(3) != 3",
            "!(",
            "not reached / Assertion main[more]",
        ),
    ]);
}

#[test]
fn nothing_runs_when_the_time_is_up_and_nothing_is_said_to_survive() {
    let project = Project::new(&c_files(RING_TEST));
    let session = Session::of(&project, mutants(&project, &c_files(RING_TEST)), 0);
    assert_eq!(session.commands.len(), 1, "the first look had begun");
    let late = Fate::Skipped("the time was up".to_owned());
    assert!(session.mutants.len() > 60);
    for tried in session.report.tried.values() {
        assert_eq!(tried.by_any, late);
    }
    assert_eq!(session.report.executed, 0);
}

#[test]
fn tests_that_fail_without_a_defect_say_nothing_of_any() {
    let broken = RING_TEST.replace("== 7", "== 8");
    let files = c_files(&broken);
    let only: Vec<_> = files
        .iter()
        .copied()
        .filter(|(path, _)| *path != "tests/more_test.c")
        .collect();
    let project = Project::new(&only);
    let session = Session::of(&project, mutants(&project, &only), 1_000_000);
    let trouble = format!("{:?}", session.report.trouble);
    assert!(trouble.contains("no test passes"), "{trouble}");
    assert_eq!(session.report.executed, 0);
    let told = session.report.tried.values().map(|tried| &tried.by_any);
    assert!(!told.into_iter().any(|fate| *fate == Fate::NotReached));
}

#[test]
fn what_only_failing_tests_run_over_has_no_answer() {
    let broken = RING_TEST.replace("return 0;", "return 1;");
    let files = c_files(&broken);
    let project = Project::new(&files);
    let (mut all, texts) = mutants(&project, &files);
    all.retain(|mutant| {
        mutant.operator == Operator::Body
            && ["ring_at", "ring_sum", "ring_unused"].contains(&mutant.function.as_str())
    });
    let session = Session::of(&project, (all, texts), 1_000_000);
    assert_eq!(session.report.trouble, None);
    for mutant in &session.mutants {
        let fate = &session.report.tried[&mutant.id].by_any;
        match mutant.function.as_str() {
            "ring_sum" => assert!(fate.is_noticed(), "{mutant}: {fate:?}"),
            "ring_unused" => assert_eq!(*fate, Fate::NotReached, "{mutant}"),
            _ => assert!(
                matches!(fate, Fate::HarnessError(why) if why.contains("without it: tests/ring_test.c::main")),
                "{mutant}: {fate:?}"
            ),
        }
    }
}

#[test]
fn an_edit_in_place_comes_to_the_same() {
    let files = c_files(RING_TEST);
    let project = Project::new(&files);
    let session = Session::of(&project, mutants(&project, &files), 1_000_000);
    assert_eq!(session.report.trouble, None);
    let (mut held, mut sorts) = (0, BTreeSet::new());
    for mutant in session.mutants.iter().step_by(9) {
        let fate = &session.report.tried[&mutant.id].by_any;
        if matches!(fate, Fate::Skipped(_) | Fate::TimedOut { .. }) {
            continue;
        }
        let (_, text) = files.iter().find(|(path, _)| *path == mutant.path).unwrap();
        project.write(&mutant.path, &mutant.applied(text).unwrap());
        let run = project.whole();
        project.write(&mutant.path, text);
        let failed = |seen: &TestSeen| matches!(seen.outcome, Outcome::Failed(_));
        let owed = if !run.report.diagnostics.is_empty() {
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
        sorts.insert(mutant.operator);
    }
    assert!(held > 6, "{held}");
    assert!(sorts.contains(&Operator::Assertion));
}
