//! Runs of RSpec: what is asked, in which order, and what is made of what happens.

use super::project::{Project, files, hidden, need, tests, told, trusted};
use redgreen_core::evidence::{Order, Selection, Trouble};
use redgreen_core::outcome::Outcome;
use redgreen_toolchain::ruby::{Rspec, Ruby};
use redgreen_toolchain::{Language, Unit};
use std::time::Duration;

pub(crate) fn need_rspec() {
    need(
        "ruby",
        &["-e", "require 'rspec/core'"],
        "sudo apt-get install ruby ruby-rspec",
    );
}

fn project(files: &[(&str, &str)]) -> Project {
    need_rspec();
    Project::new((&Rspec, "ruby"), files)
}

const CALC: (&str, &str) = (
    "lib/calc.rb",
    "class Calc\n  def self.add(a, b)\n    a + b\n  end\nend\n",
);

const MANY: &str = r##"
require "calc"
RSpec.describe Calc, ".add" do
  subject(:sum) { Calc.add(1, 2) }
  it("adds") { expect(sum).to eq(3) }
  it("adds two numbers: 'a/b' [é] \"q\"") { expect(sum).to eq(3) }
  it { is_expected.to eq(3) }
  it { is_expected.to eq(4) }
  [1, 2].each do |n|
    it("is the same") { expect(n).to be > 0 }
    it "handles #{n}" do
      expect(n).to be > 0
    end
    context "with #{n}" do
      it("works") { expect(n).to be > 1 }
    end
  end
  xit("later") { raise }
  it("todo")
  it("known") { pending("bug 1"); expect(sum).to eq(4) }
  it("mended") { pending("bug 2"); expect(sum).to eq(3) }
  shared_examples("a number") { it("is one") { expect(sum).to be_a(Integer) } }
  it_behaves_like "a number"
  describe "nested" do
    include_examples "a number"
  end
end
module Shop
  class Cart; end
  RSpec.describe Cart do
    specify("is there") { expect(described_class.new).to be_a(Cart) }
  end
end
"##;

const MANY_OWED: &[(&str, &str)] = &[
    ("Calc.add::\"adds\"", "Passed"),
    (
        "Calc.add::\"adds two numbers: \'a/b\' [é] \\\"q\\\"\"",
        "Passed",
    ),
    ("Calc.add::{ is_expected.to eq(3) }", "Passed"),
    (
        "Calc.add::{ is_expected.to eq(4) }",
        "Call: Assertion at spec/many_spec.rb:8",
    ),
    ("Calc.add::\"is the same\"", "Passed"),
    ("Calc.add::\"is the same\"[2]", "Passed"),
    ("Calc.add::\"handles #{n}\"[handles 1]", "Passed"),
    ("Calc.add::\"handles #{n}\"[handles 2]", "Passed"),
    (
        "Calc.add::\"with #{n}\"::\"works\"[with 1]",
        "Call: Assertion at spec/many_spec.rb:15",
    ),
    ("Calc.add::\"with #{n}\"::\"works\"[with 2]", "Passed"),
    (
        "Calc.add::\"later\"",
        "Skipped(\"Temporarily skipped with xit\")",
    ),
    ("Calc.add::\"todo\"", "Skipped(\"Not yet implemented\")"),
    ("Calc.add::\"known\"", "Skipped(\"bug 1\")"),
    (
        "Calc.add::\"mended\"",
        "Call: UnexpectedPass at spec/many_spec.rb:21",
    ),
    ("Calc.add::\"behaves like a number\"::\"is one\"", "Passed"),
    ("Calc.add::nested::\"is one\"", "Passed"),
    ("Cart::\"is there\"", "Passed"),
];

#[test]
fn names_in_the_report_are_those_of_the_text_and_run_by_themselves() {
    let project = project(&[CALC, ("spec/many_spec.rb", MANY), (".gitignore", "")]);
    let report = project.whole();
    trusted(&report);
    let outline = Ruby.outline(&Unit::default(), "spec/many_spec.rb", MANY);
    let id = |name: &str| format!("spec/many_spec.rb::{name}");
    for &(name, owed) in MANY_OWED {
        assert_eq!(told(&report, &id(name)), owed, "{name}");
    }
    assert_eq!(
        report.tests.len(),
        MANY_OWED.len(),
        "{:#?}",
        report.tests.keys()
    );
    for name in report.tests.keys() {
        let mut items = outline.tests.iter();
        let own = items
            .find(|item| redgreen_core::id::TestId::new(&item.id.unit, name).is_case_of(&item.id));
        assert!(
            own.is_some(),
            "{name} is in {:#?}",
            outline.tests.iter().map(|t| &t.id.name).collect::<Vec<_>>()
        );
    }
    let some: Vec<&str> = report.tests.keys().map(String::as_str).step_by(5).collect();
    let few = project.tests(&some);
    trusted(&few);
    let own = |name: &&String| !name.ends_with("[2]");
    assert_eq!(few.tests.keys().filter(own).collect::<Vec<_>>(), some);
    let cases = project.tests(&[&id("Calc.add::\"handles #{n}\"")]);
    assert_eq!(
        cases.tests.len(),
        2,
        "an id without its case asks for every case"
    );
    assert_eq!(
        project.left(),
        [".gitignore", "lib/calc.rb", "spec/many_spec.rb"]
    );
}

#[test]
fn order_and_selection_are_honoured_and_the_projects_switches_are_off() {
    let log = "RSpec.configure { |c| c.fail_fast = true; c.order = :random; \
        c.example_status_persistence_file_path = 'status.txt' }\n\
        RSpec.describe('o') { %w[a b c d e f].each { |n| it(n) { File.write(ENV['TMPDIR'] || '../log', n, mode: 'a'); raise 'x' if n == 'b' } } }\n";
    let project = project(&[
        (
            ".rspec",
            "--fail-fast --order rand --format documentation --out out.txt --color\n",
        ),
        ("spec/o_spec.rb", log),
        (
            "spec/p_spec.rb",
            "RSpec.describe('p') { it('x') { $seen = true }; it('y') { expect($seen).to be_nil } }\n",
        ),
    ]);
    let order = |selection: &Selection, order: Order| {
        let log = project.root().join("log");
        std::fs::write(&log, "").expect("a log");
        let report = project.run(selection, order);
        trusted(&report);
        (std::fs::read_to_string(log).expect("a log"), report)
    };
    let one = files(&["spec/o_spec.rb", "spec/gone_spec.rb"]);
    let (written, report) = order(&one, Order::AsWritten);
    assert_eq!(written, "abcdef");
    assert_eq!(report.tests.len(), 6);
    let (first, _) = order(&one, Order::Shuffled(7));
    let (again, _) = order(&one, Order::Shuffled(7));
    assert_eq!(first, again);
    let other = (0..5).map(|seed| order(&one, Order::Shuffled(seed)).0);
    assert!(other.into_iter().any(|order| order != first));
    assert_eq!(
        order(&files(&["spec/gone_spec.rb"]), Order::AsWritten)
            .1
            .tests
            .len(),
        0
    );
    assert_eq!(order(&tests(&[]), Order::AsWritten).1.tests.len(), 0);
    assert_eq!(
        order(&tests(&["spec/p_spec.rb::p::\"z\""]), Order::AsWritten)
            .1
            .tests
            .len(),
        0
    );
    let both = tests(&["spec/p_spec.rb::p::\"x\"", "spec/p_spec.rb::p::\"y\""]);
    let (_, together) = order(&both, Order::AsWritten);
    assert!(told(&together, "spec/p_spec.rb::p::\"y\"").contains("Assertion"));
    let (alone, commands) = project.executed(&both, Order::Alone);
    assert_eq!(
        (told(&alone, "spec/p_spec.rb::p::\"y\""), commands),
        ("Passed".to_owned(), 2)
    );
    assert_eq!(
        project.left(),
        [".rspec", "spec/o_spec.rb", "spec/p_spec.rb"]
    );
}

const MISSING_OWED: &[(&str, &str)] = &[
    (
        "\"method\"",
        "Call: MissingName clamp in Calc at spec/a_spec.rb:4",
    ),
    (
        "\"own method\"",
        "Call: MissingName total in Calc at spec/a_spec.rb:5",
    ),
    (
        "\"constant\"",
        "Call: MissingName Money in Object at spec/a_spec.rb:6",
    ),
    ("\"keyword\"", "Call: BadCall at spec/a_spec.rb:9"),
    ("\"constructor\"", "Call: BadCall at spec/a_spec.rb:10"),
    (
        "\"on nil\"",
        "Call: MissingName total in NilClass at spec/a_spec.rb:11",
    ),
    (
        "\"of ruby\"",
        "Call: Exception ArgumentError at spec/a_spec.rb:12",
    ),
    (
        "\"inside\"",
        "Call: MissingName total_of in Calc at lib/calc.rb:6",
    ),
    (
        "\"wrapped\"",
        "Call: Exception RuntimeError at spec/a_spec.rb:14",
    ),
    (
        "hook::\"never\"",
        "Setup: MissingName prepare in Calc at spec/a_spec.rb:15",
    ),
    (
        "\"relative\"",
        "Call: MissingModule calc/money in self at spec/a_spec.rb:16",
    ),
    (
        "\"partial\"",
        "Call: MissingName total in Calc at spec/a_spec.rb:8",
    ),
];

#[test]
fn what_is_missing_is_named_with_its_owner() {
    let text = r##"
require "calc"
RSpec.describe Calc do
  it("method") { Calc.clamp(1) }
  it("own method") { Calc.new.total }
  it("constant") { Money.new(1) }
  it("double") { allow(Calc).to receive(:clamp); Calc.clamp }
  it("partial") { expect(instance_double(Calc, total: 1).total).to eq(1) }
  it("keyword") { Calc.add(1, 2, base: 3) }
  it("constructor") { Calc.new(1) }
  it("on nil") { nil.total }
  it("of ruby") { [].first(1, 2) }
  it("inside") { Calc.sum }
  it("wrapped") { begin; Calc.add; rescue ArgumentError; raise "oops"; end }
  context("hook") { before { Calc.prepare }; it("never") {} }
  it("relative") { require_relative "../lib/calc/money" }
end
"##;
    let code =
        "class Calc\n  def self.add(a, b)\n    a + b\n  end\n\n  def self.sum = total_of(1)\nend\n";
    let project = project(&[("lib/calc.rb", code), ("spec/a_spec.rb", text)]);
    let report = project.whole();
    trusted(&report);
    for &(name, owed) in MISSING_OWED {
        assert_eq!(
            told(&report, &format!("spec/a_spec.rb::Calc::{name}")),
            owed,
            "{name}"
        );
    }
}

#[test]
fn a_process_that_ends_inside_a_test_or_a_file_is_told() {
    let text = "RSpec.describe('d') { it('a') {}; it('b') { exit!(0) }; it('c') {} }\n";
    let project = project(&[
        ("spec/d_spec.rb", text),
        (
            "spec/e_spec.rb",
            "RSpec.describe('e') { it('a') { exit(0) }; it('b') { abort('no') } }\n",
        ),
        ("spec/f_spec.rb", "exit(0)\n"),
        (
            "spec/g_spec.rb",
            "RSpec.describe('g') { it('a') { sleep } ; it('b') {} }\n",
        ),
    ]);
    let report = project.run(&files(&["spec/d_spec.rb"]), Order::AsWritten);
    trusted(&report);
    assert_eq!(told(&report, "spec/d_spec.rb::d::\"a\""), "Passed");
    assert_eq!(
        told(&report, "spec/d_spec.rb::d::\"b\""),
        "Process: Death at spec/d_spec.rb:1"
    );
    assert_eq!(told(&report, "spec/d_spec.rb::d::\"c\""), "NotReached");
    let report = project.run(
        &files(&["spec/e_spec.rb", "spec/f_spec.rb"]),
        Order::AsWritten,
    );
    trusted(&report);
    assert_eq!(
        told(&report, "spec/e_spec.rb::e::\"a\""),
        "Process: Death at spec/e_spec.rb:1"
    );
    assert_eq!(
        hidden(&report, "spec/f_spec.rb::"),
        "Load: Death at spec/f_spec.rb:1"
    );
}

#[test]
fn a_test_that_hangs_is_stopped_at_its_limit_and_the_others_run() {
    let text = "RSpec.describe('h') { it('a') { begin; sleep; rescue => e; end }; it('b') { loop {} }; it('c') {} }\n";
    let mut project = project(&[("spec/h_spec.rb", text)]);
    project.limit_ms = 300;
    let report = project.whole();
    trusted(&report);
    assert_eq!(told(&report, "spec/h_spec.rb::h::\"a\""), "TimedOut");
    assert_eq!(told(&report, "spec/h_spec.rb::h::\"b\""), "TimedOut");
    assert_eq!(told(&report, "spec/h_spec.rb::h::\"c\""), "Passed");
    project.limit_ms = 60_000;
    project.whole_limit = Duration::from_secs(3);
    let report = project.tests(&["spec/h_spec.rb::h::\"a\""]);
    assert_eq!(report.trouble, Some(Trouble::Hung { limit_ms: 0 }));
    assert_eq!(told(&report, "spec/h_spec.rb::h::\"a\""), "TimedOut");
}

#[test]
fn a_run_whose_outcomes_are_rewritten_is_not_believed() {
    let cheats = [
        (
            "an around hook that never runs the example",
            "RSpec.configure { |c| c.around { |ex| } }\n",
        ),
        (
            "a hook that forgets the exception",
            "RSpec.configure { |c| c.after { |ex| ex.instance_variable_set(:@exception, nil) } }\n",
        ),
        (
            "an exit in the middle of the report",
            "RSpec.configure { |c| c.after(:suite) { exit!(0) } }\n",
        ),
        (
            "every example is skipped",
            "RSpec.configure { |c| c.before { skip } }\n",
        ),
        (
            "every failure is pending",
            "RSpec.configure { |c| c.around { |ex| ex.metadata[:pending] = true; ex.run } }\n",
        ),
    ];
    for (what, helper) in cheats {
        let project = project(&[
            (".rspec", "--require spec_helper\n"),
            ("spec/spec_helper.rb", helper),
            (
                "spec/c_spec.rb",
                "RSpec.describe('c') { it('a') { expect(1).to eq(2) } }\n",
            ),
        ]);
        let report = project.whole();
        let failed = matches!(report.tests.get("spec/c_spec.rb::c::\"a\""), Some(seen) if matches!(seen.outcome, Outcome::Failed(_)));
        let doubted = matches!(report.trouble, Some(Trouble::Inconsistent { .. }));
        assert!(doubted || failed, "{what}: {report:#?}");
    }
}

#[test]
fn hooks_outside_of_examples_and_helpers_that_do_not_load_are_told() {
    let broken = project(&[
        (".rspec", "--require spec_helper\n"),
        ("spec/spec_helper.rb", "require 'nosuch/thing'\n"),
        ("spec/c_spec.rb", "RSpec.describe('c') { it('a') {} }\n"),
    ]);
    let report = broken.whole();
    trusted(&report);
    assert_eq!(
        hidden(&report, ""),
        "Load: MissingModule nosuch/thing at spec/spec_helper.rb:1"
    );
    broken.write(
        "spec/spec_helper.rb",
        "RSpec.configure { |c| c.before(:suite) { raise 'no db' } }\n",
    );
    let report = broken.whole();
    trusted(&report);
    assert_eq!(
        told(&report, "spec/c_spec.rb::c::\"a\""),
        "Setup: Fixture at spec/spec_helper.rb:1"
    );
    broken.write(
        "spec/spec_helper.rb",
        "RSpec.configure { |c| c.before { Nope.up } }\n",
    );
    let report = broken.whole();
    trusted(&report);
    assert_eq!(
        told(&report, "spec/c_spec.rb::c::\"a\""),
        "Setup: MissingName Nope in Object at spec/spec_helper.rb:1"
    );
    broken.write("spec/spec_helper.rb", "");
    broken.write(
        "spec/c_spec.rb",
        "RSpec.describe('c') { after(:all) { raise 'late' }; it('a') {}; it('b') {} }\n",
    );
    let report = broken.whole();
    trusted(&report);
    assert_eq!(told(&report, "spec/c_spec.rb::c::\"a\""), "Passed");
    assert_eq!(
        told(&report, "spec/c_spec.rb::c::\"b\""),
        "Teardown: Exception RuntimeError at spec/c_spec.rb:1"
    );
}

#[test]
fn a_stub_is_hit_wherever_it_surfaces() {
    let code = "class Calc\n  def self.add(a, b)\n    a + b\n  rescue StandardError\n    nil\n  end\n  def twice = Calc.add(1, 1) * 2\nend\n";
    let spec = "require 'calc'\nRSpec.describe Calc do\n  it('adds') { expect(Calc.add(1, 2)).to eq(3) }\n  it('expects') { expect { Calc.add(1, 2) }.not_to raise_error }\n  it('raises') { expect { Calc.new.twice }.to raise_error(KeyError) }\nend\n";
    let all = Ruby
        .outline(&Unit::default(), "lib/calc.rb", code)
        .functions;
    let names = all.into_iter().map(|function| function.name).collect();
    let project = project(&[
        ("lib/calc.rb", &Ruby.stub(code, &names)),
        ("spec/s_spec.rb", spec),
    ]);
    let report = project.whole();
    trusted(&report);
    assert!(
        told(&report, "spec/s_spec.rb::Calc::\"adds\"")
            .starts_with("Call: Stub Calc.add at lib/calc.rb:3")
    );
    assert!(told(&report, "spec/s_spec.rb::Calc::\"expects\"").starts_with("Call: Stub Calc.add"));
    assert!(told(&report, "spec/s_spec.rb::Calc::\"raises\"").starts_with("Call: Stub Calc#twice"));
}

#[test]
fn a_bundle_that_cannot_be_served_is_said_and_the_specs_run() {
    let lock = "GEM\n  specs:\n    nosuchgem (9.9)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  nosuchgem\n  rspec\n";
    let project = project(&[
        CALC,
        ("Gemfile", "gem 'nosuchgem'\ngem 'rspec'\n"),
        ("Gemfile.lock", lock),
        (
            "spec/b_spec.rb",
            "require 'calc'\nRSpec.describe(Calc) { it('a') { expect(Calc.add(1, 1)).to eq(2) } }\n",
        ),
    ]);
    let report = project.whole();
    trusted(&report);
    assert_eq!(told(&report, "spec/b_spec.rb::Calc::\"a\""), "Passed");
    assert!(
        report
            .left_out
            .iter()
            .any(|each| each.contains("Bundler cannot serve")),
        "{report:#?}"
    );
    assert_eq!(project.left().len(), 4);
}

#[test]
fn code_from_outside_the_tree_is_another_copy() {
    let project = project(&[
        CALC,
        (
            "spec/z_spec.rb",
            "$LOAD_PATH.unshift(File.expand_path('../../other/lib', __dir__))\nrequire 'calc'\nRSpec.describe(Calc) { it('a') { expect(Calc.add(1, 1)).to eq(2) } }\n",
        ),
        ("../other/lib/calc.rb", CALC.1),
    ]);
    let report = project.whole();
    assert!(
        matches!(report.trouble, Some(Trouble::AnotherCopy { .. })),
        "{report:#?}"
    );
}
