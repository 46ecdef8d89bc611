//! `redgreen pr`: pushes the branch of a run and offers it as a pull request, with its evidence.

use super::desk::Desk;
use super::fork::way;
use super::marks::{Marks, mark};
use super::source::Doors;
use super::{no_events, report as reports};
use crate::args::{Common, Pr};
use crate::exit::Exit;
use crate::failure::{Failure, FailureKind};
use crate::forms::remarks::remarks;
use crate::json::PullDocument;
use crate::screen::{Screen, harmless};
use redgreen_core::event::GateVerdict;
use redgreen_core::finding::{Code, Finding};
use redgreen_core::id::CommitId;
use redgreen_core::phase::Phase;
use redgreen_core::report::Report;
use redgreen_core::report::Standing;
use redgreen_core::report::pull::{Link, filled, pull_block, pull_title, put};
use redgreen_core::run::RunState;
use redgreen_core::ticket::Ticket;
use redgreen_engine::drive::{ticket_of, worktree_of};
use redgreen_engine::git::{Git, GitError, Pushed, Refusal};
use redgreen_forge::Forge;
use redgreen_forge::owners::{PLACES, owners};
use redgreen_forge::pull::{Changes, Head, Opened, Outcome, Pull, Status};
use redgreen_forge::site::Spot;
use redgreen_forge::snapshot::source;

/// Where repositories keep the template of a pull request, in the order in which it is looked for.
const TEMPLATES: [&str; 8] = [
    ".github/pull_request_template.md",
    ".github/PULL_REQUEST_TEMPLATE.md",
    "pull_request_template.md",
    "PULL_REQUEST_TEMPLATE.md",
    "docs/pull_request_template.md",
    ".gitlab/merge_request_templates/Default.md",
    ".gitea/pull_request_template.md",
    ".forgejo/pull_request_template.md",
];

/// The most people who are asked for a review.
const MOST_REVIEWERS: usize = 10;

/// What is offered, before any forge heard of it.
struct Offer {
    report: Report,
    ticket: Ticket,
    tip: CommitId,
    pull: Pull,
    template: String,
    reviewers: Vec<String>,
    /// What the last gate that judged the whole change found.
    found: Vec<Finding>,
}

/// Offers the branch of the current run.
pub(super) fn pr(asked: &Pr, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    no_events("pr", common)?;
    if let Some(file) = &asked.proof {
        return super::announce::announce(file, common, screen);
    }
    let desk = Desk::open(common)?;
    let state = desk.state(&desk.journal()?)?;
    let mut offer = offer(&desk.git, &state, asked.draft)?;
    let mut document = document(&offer);
    if asked.dry_run {
        let usual = desk.git.default_branch()?.map(|branch| branch.name);
        let link = link(&offer, None, usual.as_deref());
        document.body = body(&offer, &link, None);
        return show(&document, common, screen);
    }
    let (spot, forge) = Doors::of_repository(&desk.git)?.home()?;
    let way = way(&desk.git, &offer.pull.head.branch, &spot)?;
    document.pushed = push(&desk.git, &offer, &way.remote)?;
    offer.pull.head = way.head;
    let there = forge.pull_of(&offer.pull.head)?;
    let opened = in_step(&mut offer, (&spot, forge.as_ref()), there, screen)?;
    let marked = mark(forge.as_ref(), &marks(&offer, &opened), screen)?;
    (document.marked, document.checked) = (marked.status, marked.check);
    document.address = Some(opened.address);
    document.number = Some(opened.number);
    document.body = offer.pull.body;
    show(&document, common, screen)
}

/// Pushes what is new of a run whose pull request is open, and brings its text in step.
pub(super) fn bring(
    (git, state): (&Git, &RunState),
    (spot, forge): (&Spot, &dyn Forge),
    there: &Opened,
    screen: &Screen,
) -> Result<(), Failure> {
    let mut offer = offer(git, state, there.is_draft)?;
    let way = way(git, &offer.pull.head.branch, spot)?;
    push(git, &offer, &way.remote)?;
    let opened = in_step(&mut offer, (spot, forge), Some(there.clone()), screen)?;
    mark(forge, &marks(&offer, &opened), screen)?;
    Ok(())
}

/// Opens the pull request, or brings the one that is `there` in step.
fn in_step(
    offer: &mut Offer,
    (spot, forge): (&Spot, &dyn Forge),
    there: Option<Opened>,
    screen: &Screen,
) -> Result<Opened, Failure> {
    let link = link(offer, Some(spot), Some(&forge.default_branch()?));
    offer.pull.body = body(offer, &link, there.as_ref());
    let opened = match there {
        Some(there) => there,
        None => forge.open(&offer.pull)?,
    };
    let left = forge.change(&opened, &changes(offer, &opened, spot))?;
    if !left.is_empty() {
        let what = left.join(" and ");
        screen.note(&format!(
            "left to the project's people: {what}, which the token may not set"
        ));
    }
    Ok(opened)
}

/// What is offered; refuses what may not be.
fn offer(git: &Git, state: &RunState, as_draft: bool) -> Result<Offer, Failure> {
    let ticket = ticket_of(state)?;
    let report = Report::of(state, &ticket, &reports::given(git, state)?);
    let (branch, target) = (&state.started.branch, &state.started.target);
    let usual = git.default_branch()?.map(|branch| branch.name);
    if branch == target || usual.as_ref() == Some(branch) {
        let message = format!("{branch} is the branch that others start from");
        return Err(not_to_offer(message).hint("redgreen start TICKET"));
    }
    let tip = git.ref_target(&format!("refs/heads/{branch}"))?;
    let Some(tip) = tip else {
        return Err(not_to_offer(format!(
            "there is no branch {branch} any more"
        )));
    };
    let worktree = worktree_of(git, state);
    let paths = match worktree.is_dir() {
        true => git.status(&worktree)?.paths(),
        false => Vec::new(),
    };
    if !paths.is_empty() {
        let dir = worktree;
        return Err(GitError::Refused(Refusal::Dirty { dir, paths }).into());
    }
    if !as_draft {
        refuse_unproven(state, &report, &tip)?;
    }
    let base = git.tree_of(&state.started.base)?;
    let first = |places: &[&str]| -> Result<String, Failure> {
        for place in places {
            if let Some(text) = git.text_at(&base, place)? {
                return Ok(text);
            }
        }
        Ok(String::new())
    };
    let paths: Vec<String> = report.files.iter().map(|file| file.path.clone()).collect();
    let mut reviewers = owners(&first(&PLACES)?, &paths);
    reviewers.truncate(MOST_REVIEWERS);
    let pull = Pull {
        head: Head::here(branch),
        base: target.clone(),
        title: pull_title(&report),
        body: String::new(),
        is_draft: as_draft,
    };
    Ok(Offer {
        template: first(&TEMPLATES)?,
        ticket,
        report,
        tip,
        pull,
        reviewers,
        found: state
            .last_gate(Phase::Verify)
            .map(|gate| gate.findings.clone())
            .unwrap_or_default(),
    })
}

fn not_to_offer(message: String) -> Failure {
    Failure::new(FailureKind::Person, Code::NotToOffer, message).hint("redgreen status")
}

/// Only what every gate let through, as it stands, is offered without being a draft.
fn refuse_unproven(state: &RunState, report: &Report, tip: &CommitId) -> Result<(), Failure> {
    let is_ready = matches!(report.standing, Standing::Ready | Standing::Landed);
    let is_proven = report.verdict.whole && report.verdict.gate == Some(GateVerdict::Met);
    let has_moved = tip != state.tip();
    if let Some(stale) = report.criteria.iter().find(|criterion| criterion.stale) {
        let message = format!("{} is stale: it was reworded after its proof", stale.id);
        return Err(not_to_offer(message)
            .hint("redgreen explain RG217")
            .hint("redgreen pr --draft   (offers it as it is)"));
    }
    if is_ready && is_proven && !has_moved {
        return Ok(());
    }
    let message = match has_moved {
        true => "the branch has commits that no gate has judged".to_owned(),
        false if report.verdict.words.starts_with("Not proven") => report.verdict.words.clone(),
        false => format!("the change is not proven: {}", report.verdict.words),
    };
    Err(not_to_offer(message).hint("redgreen pr --draft   (offers it as it is)"))
}

/// How the ticket is named. Merging closes it only where its forge is this one, and where the
/// change is for the branch that others start from.
fn link(offer: &Offer, spot: Option<&Spot>, usual: Option<&str>) -> Link {
    let name = offer.ticket.id.to_string();
    let Some(source) = source(&offer.ticket) else {
        return Link::None;
    };
    let is_here = spot.is_none_or(|spot| {
        let project = format!("{}/{}/", spot.site.web, spot.project);
        source.address.starts_with(&project)
    });
    let closes = is_here && name.starts_with('#') && usual == Some(offer.pull.base.as_str());
    match closes {
        true => Link::Closes(name),
        false if is_here => Link::Refers(name),
        false => Link::Refers(source.address.replace("://", "/")),
    }
}

/// The whole text: redgreen's block, and around it what people wrote or what they are to write.
fn body(offer: &Offer, link: &Link, there: Option<&Opened>) -> String {
    let block = pull_block(&offer.report, link);
    match there {
        Some(there) => put(&there.body, &block),
        None => {
            let words = match link {
                Link::Closes(name) => format!("Closes {name}"),
                Link::Refers(name) => format!("Refs {name}"),
                Link::None => String::new(),
            };
            put(&filled(&offer.template, "See above.", &words), &block)
        }
    }
}

/// Pushes the branch; whether anything had to be.
fn push(git: &Git, offer: &Offer, remote: &str) -> Result<bool, Failure> {
    let branch = &offer.pull.head.branch;
    match git.push(remote, &offer.tip, branch)? {
        Pushed::Done => Ok(true),
        Pushed::UpToDate => Ok(false),
        Pushed::Behind => {
            let message = format!("{branch} has commits on {remote} that are not here");
            Err(not_to_offer(message).hint(format!("git fetch {remote} {branch}")))
        }
        Pushed::Refused { why } => {
            let message = format!("{remote} does not take {branch}");
            let failure = Failure::new(FailureKind::Environment, Code::GitFailed, message);
            let failure = failure.cause(why).hint(format!(
                "git push {remote} {branch}   (by hand, to see why)"
            ));
            Err(failure.hint("git config remote.pushDefault NAME   (a remote with your fork)"))
        }
    }
}

/// What is changed in the pull request that is open now. A title that stands there is somebody's.
fn changes(offer: &Offer, opened: &Opened, spot: &Spot) -> Changes {
    let is_of_here = source(&offer.ticket)
        .is_some_and(|source| source.address.starts_with(&format!("{}/", spot.site.web)));
    Changes {
        title: None,
        body: Some(offer.pull.body.clone()),
        is_draft: Some(offer.pull.is_draft).filter(|draft| *draft != opened.is_draft),
        labels: match is_of_here {
            true => offer.ticket.labels.clone(),
            false => Vec::new(),
        },
        // Nobody is called to look at a draft.
        reviewers: match offer.pull.is_draft {
            true => Vec::new(),
            false => offer.reviewers.clone(),
        },
    }
}

/// What is to be said beside the commit.
fn marks(offer: &Offer, opened: &Opened) -> Marks {
    let status = Status {
        outcome: match (offer.pull.is_draft, offer.report.verdict.gate) {
            (false, Some(GateVerdict::Met)) => Outcome::Success,
            (true, Some(GateVerdict::Met)) | (_, None) => Outcome::Pending,
            (_, Some(GateVerdict::Unmet)) => Outcome::Failure,
            (_, Some(GateVerdict::Unclear)) => Outcome::Error,
        },
        name: "redgreen/run".to_owned(),
        words: offer.report.verdict.words.clone(),
        address: Some(opened.address.clone()),
    };
    Marks {
        commit: offer.tip.to_string(),
        status,
        summary: pull_block(&offer.report, &Link::None),
        remarks: remarks(&offer.found),
    }
}

fn document(offer: &Offer) -> PullDocument {
    PullDocument {
        schema: PullDocument::SCHEMA.to_owned(),
        exit_code: Exit::Met.number(),
        address: None,
        number: None,
        draft: offer.pull.is_draft,
        title: offer.pull.title.clone(),
        body: String::new(),
        head: offer.pull.head.branch.clone(),
        base: offer.pull.base.clone(),
        commit: offer.tip.clone(),
        verdict: offer.report.verdict.words.clone(),
        reviewers: offer.reviewers.clone(),
        pushed: false,
        marked: false,
        checked: false,
    }
}

fn show(document: &PullDocument, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    if common.json {
        screen.result_document(document)?;
        return Ok(Exit::Met);
    }
    let sort = if document.draft {
        "draft"
    } else {
        "pull request"
    };
    let text = match &document.address {
        Some(address) => format!("{sort} {address}\n  {}\n", document.title),
        None => format!(
            "{sort} of {} for {}, not offered yet\n\n{}\n\n{}",
            document.head, document.base, document.title, document.body
        ),
    };
    let lines: Vec<String> = text.lines().map(harmless).collect();
    screen.result(&(lines.join("\n") + "\n"))?;
    Ok(Exit::Met)
}
