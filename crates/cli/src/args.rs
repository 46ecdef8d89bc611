//! Parses what was typed. One struct a command; nothing is decided here.

mod feedback;

pub use feedback::{Feedback, Reclassed};

use crate::exit::Exit;
use crate::forms::ci::Ci;
use crate::forms::tickets::Draft;
use crate::screen::{Colour, Wish};
use clap::{Args, Parser, Subcommand, ValueEnum};
use redgreen_core::claim::Link;
use redgreen_core::kind::Kind;
use redgreen_core::proof::Scope;
use redgreen_engine::sandbox::Level;
use redgreen_serve::agents::Agent;
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// Ticket in, proven change out.
///
/// `redgreen prove` shows, by running the project's own tests, that the tests of a branch really
/// test its change. `redgreen run` leads a ticket from its text to such a branch.
#[derive(Debug, Parser)]
#[command(
    name = "redgreen",
    bin_name = "redgreen",
    version,
    after_help = example_and_exit_codes()
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

fn example_and_exit_codes() -> String {
    let codes = Exit::ALL.iter();
    let codes = codes.map(|exit| format!("  {:3}  {}\n", exit.number(), exit.words()));
    let codes: String = codes.collect();
    format!("Example:\n  redgreen prove main..my-branch\n\nExit codes:\n{codes}")
}

/// Flags that every command knows.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Common {
    /// Print the result as one JSON object
    #[arg(long, global = true, conflicts_with = "events")]
    pub json: bool,
    /// Print what happens as JSON Lines, one event a line
    #[arg(long, global = true)]
    pub events: bool,
    /// Print ASCII only: no colours, no symbols, nothing that moves
    #[arg(long, global = true)]
    pub plain: bool,
    /// When to use colours: auto, always or never; auto honours NO_COLOR
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub color: Colour,
    /// Print the result only, no narration
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print lists in full and commands as they are executed
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Work on the repository in DIR instead of the current directory
    #[arg(long, global = true, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// Run project code in this sandbox and no other: bubblewrap, landlock or limits; without it,
    /// the strongest that works
    #[arg(long, global = true, value_name = "LEVEL")]
    pub sandbox: Option<Level>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prove that a branch's tests really test its change
    Prove(Prove),
    /// Break a branch's change on purpose and see what its tests notice
    Mutate(Mutate),
    /// Say whether the documents of a branch keep up with its change
    Document(Document),
    /// Take a ticket all the way, phase by phase
    Run(Run),
    /// Make branch and worktree for a ticket and say what is owed first
    Start(Start),
    /// Judge the current phase now and say what is owed next
    Check(Check),
    /// Show where a run stands and what to type next
    Status(Status),
    /// Show everything that happened in a run
    Log(Log),
    /// Go on with a run where it stopped
    Resume(Resume),
    /// Answer a question of the plan
    Answer(Answer),
    /// Go past a finding, by name and with a reason
    Waive(Waive),
    /// End a run; its work is kept
    Abort(Abort),
    /// Offer the proven branch as a pull request, with its evidence
    Pr(Pr),
    /// Work through what reviewers and checks say of the pull request, and answer each point
    Feedback(Feedback),
    /// Land exactly the commit that was proven
    Complete(Complete),
    /// List what ended runs have left behind, and take away what can go
    Clean(Clean),
    /// Print the report of a run
    Report(Report),
    /// Look for gaps in a ticket before anybody works on it
    Lint(Lint),
    /// Draft a ticket, or list those that are open on the forge
    Ticket(Ticket),
    /// Say what a code means and what to do about it
    Explain(Explain),
    /// Detect what is here and write a configuration for it
    Init(Init),
    /// Check that everything a proof needs is here
    Doctor(Doctor),
    /// Warn an agent early that its phase may not write a file
    #[command(hide = true)]
    Hook(Hook),
    /// Serve the verbs of a run as tools for agents
    Mcp(Mcp),
    /// Prove a small bundled project, honest or cheating
    Demo(Demo),
}

/// Arguments of `redgreen prove`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen prove main..my-branch --kind bug")]
pub struct Prove {
    /// BASE..HEAD; without it, from the merge base with the default branch to HEAD
    pub range: Option<String>,
    /// What sort of change is meant: feature, bug, refactor, spec-change, removal, dependency,
    /// flake-fix, characterization, docs
    #[arg(long, value_parser = kind)]
    pub kind: Option<Kind>,
    /// Accept that this old test changed or went; may be given several times
    #[arg(long, value_name = "ID")]
    pub accept: Vec<String>,
    /// Prove the result of merging HEAD into BRANCH
    #[arg(long, value_name = "BRANCH")]
    pub onto: Option<String>,
    /// Run head's whole suite even where the old tests stand for it
    #[arg(long, conflicts_with = "fast")]
    pub full: bool,
    /// Stop at the first counter-example
    #[arg(long)]
    pub fast: bool,
    /// Which old tests of a workspace are run: auto (the packages that the change can reach first,
    /// then all where that fits the time), affected, whole
    #[arg(long, value_name = "SCOPE", value_parser = scope, conflicts_with = "full")]
    pub scope: Option<Scope>,
    /// Install dependencies afresh from the lock file
    #[arg(long)]
    pub install: bool,
    /// Take the files of the working tree as head
    #[arg(long, conflicts_with = "onto")]
    pub worktree: bool,
    /// How often each new test is run on each tree; without it, what redgreen.toml at BASE says,
    /// else 3
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub samples: Option<u32>,
    /// The longest that defects put into the change may take, 0 for none; without it, what
    /// redgreen.toml at BASE says, else 60
    #[arg(long, value_name = "SECONDS")]
    pub mutants: Option<u64>,
    /// Exit 0 where there is nothing to prove
    #[arg(long)]
    pub allow_nothing: bool,
    /// Neither read nor write stored answers
    #[arg(long)]
    pub no_cache: bool,
    /// Write the findings as GitLab's code quality report
    #[arg(long, value_name = "FILE")]
    pub code_quality: Option<PathBuf>,
}

/// Arguments of `redgreen mutate`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen mutate main..my-branch --seconds 120")]
pub struct Mutate {
    /// BASE..HEAD; without it, from the merge base with the default branch to HEAD
    pub range: Option<String>,
    /// Take the files of the working tree as head
    #[arg(long)]
    pub worktree: bool,
    /// The longest that it may take; without it, what redgreen.toml at BASE says, else 60
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub seconds: Option<u64>,
    /// Replay the one defect of this id, and show it
    #[arg(long, value_name = "ID")]
    pub only: Option<String>,
    /// Accept the defect of this id as harmless: writes it into redgreen.mutants.toml
    #[arg(long, value_name = "ID", conflicts_with = "only", requires = "reason")]
    pub accept: Option<String>,
    /// Why it is harmless
    #[arg(long, value_name = "TEXT", requires = "accept")]
    pub reason: Option<String>,
    /// Write the survivors as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Write everything in the form of mutation-testing-elements, for its HTML report
    #[arg(long, value_name = "FILE")]
    pub elements: Option<PathBuf>,
    /// Neither read nor write stored answers
    #[arg(long)]
    pub no_cache: bool,
}

/// Arguments of `redgreen clean`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen clean --yes")]
pub struct Clean {
    /// Take away what can go; without it, nothing is changed
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `redgreen document`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen document main..my-branch")]
pub struct Document {
    /// BASE..HEAD; without it, from the merge base with the default branch to HEAD
    pub range: Option<String>,
    /// Take the files of the working tree as head
    #[arg(long)]
    pub worktree: bool,
}

/// Arguments of `redgreen run`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen run tickets/rate-limit.md --worker acp:opencode")]
pub struct Run {
    /// The ticket's file, or - for standard input
    pub ticket: String,
    /// Who works: human, builtin, acp:NAME, command:NAME or replay:FILE; without it, what
    /// redgreen.toml names, else human
    #[arg(long)]
    pub worker: Option<Worker>,
    /// The model of the built-in worker: PROVIDER/MODEL
    #[arg(long, value_name = "PROVIDER/MODEL")]
    pub model: Option<String>,
    /// Who writes the tests instead: builtin:PROVIDER/MODEL, command:NAME
    #[arg(long, value_name = "WORKER")]
    pub red_worker: Option<Worker>,
    /// Who makes them pass, and does all behind that, instead
    #[arg(long, value_name = "WORKER")]
    pub green_worker: Option<Worker>,
    /// Have tests written from the ticket and the interface alone, which no other worker sees;
    /// without it, for tickets of the size that redgreen.toml names
    #[arg(long)]
    pub hidden_tests: bool,
    /// Who writes them: builtin:PROVIDER/MODEL, command:NAME
    #[arg(long, value_name = "WORKER")]
    pub hidden_worker: Option<Worker>,
    /// Have none written
    #[arg(long, conflicts_with_all = ["hidden_tests", "hidden_worker"])]
    pub no_hidden_tests: bool,
    /// What may be spent
    #[command(flatten)]
    pub spending: Spending,
    /// What sort of change is meant
    #[arg(long, value_parser = kind)]
    pub kind: Option<Kind>,
    /// Record what the worker does, to be replayed later
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

/// What a run may spend on work. Without a bound, what the configuration says, else none.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Spending")]
pub struct Spending {
    /// Tokens read and written, all phases together
    #[arg(long, value_name = "N")]
    pub budget_tokens: Option<u64>,
    /// Money, in the currency of the prices
    #[arg(long, value_name = "AMOUNT")]
    pub budget_money: Option<f64>,
    /// Answers of a model
    #[arg(long, value_name = "N")]
    pub budget_turns: Option<u32>,
    /// Wall time of the worker
    #[arg(long, value_name = "SECONDS")]
    pub budget_seconds: Option<u64>,
    /// Write what was spent and how it ended into FILE as well
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
}

/// Arguments of `redgreen start`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen start tickets/rate-limit.md")]
pub struct Start {
    /// The ticket's file, or - for standard input
    pub ticket: String,
}

/// Arguments of `redgreen check`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen check --json")]
pub struct Check {
    /// Go back to RED, because a test was wrong; the reason is kept
    #[arg(long, value_name = "WHY")]
    pub back_to_red: Option<String>,
    /// Which test shows which criterion; as often as wanted
    #[arg(long, value_name = "CRITERION=TEST", value_parser = link)]
    pub shows: Vec<Link>,
}

fn link(text: &str) -> Result<Link, String> {
    match text.split_once('=') {
        Some((criterion, test)) if !criterion.is_empty() && !test.is_empty() => Ok(Link {
            criterion: criterion.into(),
            test: test.to_owned(),
        }),
        Some(_) | None => {
            Err("write a criterion and the name of its test: AC-1=test_half".to_owned())
        }
    }
}

/// Arguments of `redgreen status`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen status")]
pub struct Status {}

/// Arguments of `redgreen log`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen log --follow")]
pub struct Log {
    /// Show what happens from now on as well, until the run is over
    #[arg(long, short)]
    pub follow: bool,
}

/// Arguments of `redgreen resume`.
#[derive(Debug, Default, Args)]
#[command(after_help = "Example:\n  redgreen resume --budget-tokens 500000")]
pub struct Resume {
    /// What may be spent from now on
    #[command(flatten)]
    pub spending: Spending,
}

/// Arguments of `redgreen answer`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen answer Q-1 \"per client, not per address\"")]
pub struct Answer {
    /// The question's id, as `redgreen status` shows it
    pub question: String,
    /// The answer
    pub text: String,
}

/// Arguments of `redgreen waive`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  redgreen waive RG104 --reason \"known to be flaky, see #12\" --by Ada"
)]
pub struct Waive {
    /// The finding's code
    pub code: String,
    /// What it is about: a criterion, a test, a path; without it, all of that code
    pub subject: Option<String>,
    /// Why it may be passed over; shown in every report
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who says so; shown in every report
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Arguments of `redgreen abort`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen abort --reason \"done elsewhere\"")]
pub struct Abort {
    /// Why the run ends
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Arguments of `redgreen complete`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen complete --into main")]
pub struct Complete {
    /// The branch that the proven commit lands on; without it, the branch the run started from
    #[arg(long, value_name = "BRANCH")]
    pub into: Option<String>,
}

/// Arguments of `redgreen pr`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen pr --dry-run")]
pub struct Pr {
    /// Offer it as a draft, proven or not
    #[arg(long)]
    pub draft: bool,
    /// Print what would be offered; push nothing, ask no forge
    #[arg(long)]
    pub dry_run: bool,
    /// In CI: say the proof in FILE, as `redgreen prove --json` wrote it, below the pull request
    #[arg(long, value_name = "FILE", conflicts_with_all = ["draft", "dry_run"])]
    pub proof: Option<PathBuf>,
}

/// Arguments of `redgreen report`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen report --format review")]
pub struct Report {
    /// For whom the report is
    #[arg(long, default_value = "implementation")]
    pub format: ReportFormat,
}

/// Arguments of `redgreen lint`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen lint tickets/rate-limit.md")]
pub struct Lint {
    /// The ticket's file, or - for standard input
    pub ticket: String,
    /// Write the findings as SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Print one comment for the ticket's page, in Markdown
    #[arg(long, conflicts_with = "json")]
    pub comment: bool,
    /// Write that comment on the ticket's page, or bring the one that is there up to date
    #[arg(long)]
    pub post: bool,
}

/// Arguments of `redgreen ticket`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen ticket new bug --title \"Login answers 500\"")]
pub struct Ticket {
    /// What to do.
    #[command(subcommand)]
    pub verb: TicketVerb,
}

/// What to do with tickets.
#[derive(Debug, Subcommand)]
pub enum TicketVerb {
    /// Draft a ticket; what is still to be said stands in capitals
    New {
        /// The sort of ticket
        #[arg(default_value = "feature")]
        draft: Draft,
        /// Its title
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// Write it into FILE, and never over one that is there
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// List the open tickets of the forge that `origin` leads to, newest first
    List {
        /// List those of the project PROJ of Jira or Linear instead
        #[arg(long, value_name = "PROJ")]
        of: Option<String>,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 30)]
        most: usize,
    },
}

/// Arguments of `redgreen explain`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen explain RG102")]
pub struct Explain {
    /// The code
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
    /// List every code with its title
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
}

/// Arguments of `redgreen init`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen init --write")]
pub struct Init {
    /// Write the proposed file; one that is there is never overwritten
    #[arg(long)]
    pub write: bool,
    /// Write slash commands, skills, hooks and the tools' registration for coding agents instead:
    /// claude, codex, opencode, gemini, copilot; without names for all
    #[arg(
        long,
        value_name = "AGENTS",
        value_delimiter = ',',
        num_args = 0..=1,
        default_missing_value = "claude,codex,opencode,gemini,copilot",
        conflicts_with = "write"
    )]
    pub agent_commands: Option<Vec<Agent>>,
    /// Show what --agent-commands would change, and write nothing
    #[arg(long, requires = "agent_commands")]
    pub dry_run: bool,
    /// Propose a workflow of this CI instead, that proves every pull request
    #[arg(long, value_name = "CI")]
    pub ci: Option<Ci>,
}

/// Arguments of `redgreen hook`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen hook claude")]
pub struct Hook {
    /// Whose event is on standard input
    pub agent: Agent,
}

/// Arguments of `redgreen doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen doctor --repo ../other")]
pub struct Doctor {
    /// Plant five cheats in a scratch copy of HEAD and show which of them a proof sees
    #[arg(long)]
    pub self_test: bool,
}

/// Arguments of `redgreen mcp`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen mcp --http 127.0.0.1:8137")]
pub struct Mcp {
    /// Serve over streamable HTTP on this loopback address instead of standard input and output;
    /// without an address on a free port of 127.0.0.1
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:0")]
    pub http: Option<SocketAddr>,
}

/// Arguments of `redgreen demo`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  redgreen demo --cheat assert-true")]
pub struct Demo {
    /// Prove this cheat instead of the honest change
    #[arg(long, value_name = "NAME")]
    pub cheat: Option<String>,
    /// List the cheats that there are
    #[arg(long, conflicts_with = "cheat")]
    pub list_cheats: bool,
    /// Keep the project's directory and print where it is
    #[arg(long)]
    pub keep: bool,
}

/// Who works on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worker {
    /// A person at this terminal.
    Human,
    /// redgreen's own worker, led by this model; without one, by that of `--model`.
    Builtin(Option<String>),
    /// An agent that speaks the Agent Client Protocol: its name, or a program with its arguments.
    Acp(String),
    /// An agent's name, or a program and its first arguments, split at white space; never given
    /// to a shell.
    Command(String),
    /// A recording.
    Replay(PathBuf),
}

impl FromStr for Worker {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "human" => Ok(Self::Human),
            None if text == "builtin" => Ok(Self::Builtin(None)),
            Some(("builtin", model)) if !model.is_empty() => {
                Ok(Self::Builtin(Some(model.to_owned())))
            }
            Some(("acp", name)) if !name.is_empty() => Ok(Self::Acp(name.to_owned())),
            Some(("command", name)) if !name.is_empty() => Ok(Self::Command(name.to_owned())),
            Some(("replay", file)) if !file.is_empty() => Ok(Self::Replay(PathBuf::from(file))),
            None | Some(_) => Err(
                "write human, builtin:PROVIDER/MODEL, acp:NAME, command:NAME or replay:FILE"
                    .to_owned(),
            ),
        }
    }
}

/// For whom a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For whoever goes on with the code.
    Implementation,
    /// For whoever decides whether it lands.
    Review,
    /// For the body of a pull request.
    Pr,
    /// For a person who has to say whether a hidden test is right. No worker is to read it.
    Hidden,
    /// For programs.
    Json,
}

fn scope(text: &str) -> Result<Scope, String> {
    let names = Scope::ALL.map(Scope::as_str).join(", ");
    Scope::named(text).ok_or_else(|| format!("the scopes are {names}"))
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::named(text).ok_or_else(|| {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("the kinds are {}", names.join(", "))
    })
}

/// What has to be known even where the command line cannot be parsed: how to say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Early {
    /// Whether the result was asked for as JSON.
    pub json: bool,
    plain: bool,
    color: Colour,
}

impl Early {
    /// Reads the flags of `argv` that say how to print, up to a bare `--`.
    pub fn look(argv: &[OsString]) -> Self {
        let mut early = Self::default();
        let words = argv.iter().skip(1).take_while(|word| *word != "--");
        let mut words = words.filter_map(|word| OsStr::to_str(word)).peekable();
        while let Some(word) = words.next() {
            match word.split_once('=') {
                Some(("--color", when)) => early.color = Colour::named(when),
                None if word == "--color" => {
                    early.color = words
                        .peek()
                        .map_or(Colour::Auto, |when| Colour::named(when));
                }
                None if word == "--json" => early.json = true,
                None if word == "--plain" => early.plain = true,
                None | Some(_) => {}
            }
        }
        early
    }

    /// How the printing is wished for.
    pub fn wish(&self) -> Wish {
        Wish {
            plain: self.plain,
            color: self.color,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn argv(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_definitions_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example_that_parses() {
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            let help = command.get_after_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let example = help.strip_prefix("Example:\n  ").unwrap_or_default();
            assert!(
                example.starts_with(&format!("redgreen {name}")),
                "{name}: {help}"
            );
            let words = crate::explain::words::shell_words(example);
            Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{example}: {error}"));
        }
    }

    #[test]
    fn a_worker_is_named_by_its_sort() {
        assert_eq!("human".parse(), Ok(Worker::Human));
        assert_eq!("command:x".parse(), Ok(Worker::Command("x".to_owned())));
        assert_eq!("acp:x y".parse(), Ok(Worker::Acp("x y".to_owned())));
        assert_eq!(
            "replay:a:b".parse(),
            Ok(Worker::Replay(PathBuf::from("a:b")))
        );
        for wrong in ["", "robot", "command:", "acp:", "replay:", "human:me"] {
            assert!(wrong.parse::<Worker>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_kind_of_core_can_be_typed() {
        for known in Kind::ALL {
            let line = format!("redgreen prove --kind {}", known.as_str());
            let cli = Cli::try_parse_from(argv(&line)).unwrap();
            let Command::Prove(prove) = cli.command else {
                panic!("another command")
            };
            assert_eq!(prove.kind, Some(known));
        }
    }

    #[test]
    fn how_to_print_is_known_before_the_rest_is_understood() {
        let early = Early::look(&argv("redgreen prove --nonsense --json --color never"));
        assert!(early.json);
        assert_eq!(early.wish().color, Colour::Never);
        assert!(!Early::look(&argv("redgreen lint -- --json")).json);
    }
}
