//! Finds a ticket by its name: a file, standard input, or an item of a tracker.

use crate::args::Common;
use crate::failure::{Failure, FailureKind};
use redgreen_core::finding::Code;
use redgreen_core::run::RunState;
use redgreen_core::ticket::{Defaults, Ticket};
use redgreen_engine::config::{Config, ForgeKind};
use redgreen_engine::drive::ticket_of;
use redgreen_engine::git::{Git, ORIGIN};
use redgreen_engine::paths;
use redgreen_forge::access::Access;
use redgreen_forge::name::{Named, named};
use redgreen_forge::remote::remote;
use redgreen_forge::review::Reviews;
use redgreen_forge::site::{Flavour, Spot, Told, home, spot};
use redgreen_forge::snapshot::{Edits, edits, source, text};
use redgreen_forge::{
    Forge, Opening, Patience, Posted, Tracker, forge, pull_comments, reviews, tracker,
};
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// What leads to forges: the clone, its configuration, the user's environment.
pub(super) struct Doors {
    told: Told,
    access: Access,
    /// The remote whose forge is asked.
    remote: String,
}

impl Doors {
    /// The doors of the repository that `common` names; outside of one, those that need none.
    pub(super) fn of(common: &Common) -> Result<Self, Failure> {
        let access = Access::of_this_process();
        match Git::open(&super::place(common)) {
            Ok(git) => Self::of_repository(&git),
            Err(_) => Ok(Self {
                told: Told::default(),
                access,
                remote: ORIGIN.to_owned(),
            }),
        }
    }

    /// The doors of `git`.
    pub(super) fn of_repository(git: &Git) -> Result<Self, Failure> {
        let access = Access::of_this_process();
        let remote = git.home_remote()?;
        Ok(Self {
            told: told(git, &remote)?,
            access,
            remote,
        })
    }

    fn opening(&self, patience: Patience) -> Opening<'_> {
        Opening {
            patience,
            cache: paths::cache_root().ok().map(|dir| dir.join("forge")),
            access: Some(&self.access),
        }
    }

    /// The item `named` on its tracker.
    pub(super) fn item(
        &self,
        named: &Named,
        patience: Patience,
    ) -> Result<Box<dyn Tracker>, Failure> {
        let spot = spot(named, &self.told, &self.access)?;
        Ok(tracker(&spot, &self.opening(patience))?)
    }

    /// Whether the address is one of a forge or tracker that the clone or the user's environment
    /// names: a ticket alone leads nowhere.
    pub(super) fn knows(&self, named: &Named) -> bool {
        let of = |named: &Named| spot(named, &self.told, &self.access).ok();
        let here = home(&self.remote, &self.told, &self.access).ok();
        match (of(named), here) {
            (Some(spot), Some((site, _))) => spot.site.web == site.web,
            (_, _) => false,
        }
    }

    /// The pull request `number` of the project's own repository, to comment on.
    pub(super) fn pull(&self, number: u64) -> Result<Box<dyn Tracker>, Failure> {
        let (site, project) = home(&self.remote, &self.told, &self.access)?;
        let spot = Spot {
            site,
            project,
            id: number.to_string(),
        };
        Ok(pull_comments(&spot, &self.opening(Patience::default()))?)
    }

    /// The project's own repository, with what is there.
    pub(super) fn home(&self) -> Result<(Spot, Box<dyn Forge>), Failure> {
        let (site, project) = home(&self.remote, &self.told, &self.access)?;
        let spot = Spot {
            site,
            project,
            id: String::new(),
        };
        let forge = forge(&spot, &self.opening(Patience::default()))?;
        Ok((spot, forge))
    }

    /// What is said of the pull requests of the project's own repository.
    pub(super) fn reviews(&self) -> Result<Box<dyn Reviews>, Failure> {
        let (site, project) = home(&self.remote, &self.told, &self.access)?;
        let spot = Spot {
            site,
            project,
            id: String::new(),
        };
        Ok(reviews(&spot, &self.opening(Patience::default()))?)
    }

    /// The ticket that the item `name` is, as it reads now.
    pub(super) fn ticket(&self, name: &str, named: &Named) -> Result<Ticket, Failure> {
        let item = self.item(named, Patience::default())?.item()?;
        Ticket::parse(&item.name, &text(&item), &Defaults::default()).map_err(|error| {
            let message = format!("no ticket in {name}");
            Failure::new(FailureKind::Usage, Code::TicketUnreadable, message)
                .cause(error.to_string())
                .hint("redgreen lint FILE   (with the part of the text that matters)")
        })
    }
}

/// What became of the one comment, for a person to read.
pub(super) fn posted_words(posted: &Posted) -> String {
    match posted {
        Posted::Written(address) => format!("commented: {address}"),
        Posted::Edited(address) => format!("comment changed: {address}"),
        Posted::Unchanged => "the comment says so already".to_owned(),
    }
}

fn told(git: &Git, home: &str) -> Result<Told, Failure> {
    let head = git.tree_of(&git.head()?.commit)?;
    let config = Config::of_tree(git, &head)?.forge;
    let address = git.remote_address(home)?;
    Ok(Told {
        origin: address.as_deref().and_then(remote),
        flavour: config.kind.map(|kind| match kind {
            ForgeKind::GitHub => Flavour::GitHub,
            ForgeKind::GitLab => Flavour::GitLab,
            ForgeKind::Gitea | ForgeKind::Forgejo => Flavour::Gitea,
        }),
        jira: config.jira,
    })
}

/// Reads a ticket from a file or from standard input.
pub(super) fn read_ticket(name: &str) -> Result<Ticket, Failure> {
    let unreadable = |why: String| {
        Failure::new(
            FailureKind::Usage,
            Code::TicketUnreadable,
            format!("no ticket in {name}"),
        )
        .cause(why)
        .hint("name a Markdown file, or - for standard input")
    };
    let mut bytes = Vec::new();
    let hint = if name == "-" {
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|e| unreadable(e.to_string()))?;
        "ticket".to_owned()
    } else {
        bytes = fs::read(name).map_err(|e| unreadable(e.to_string()))?;
        let stem = Path::new(name).file_stem();
        stem.map_or_else(
            || "ticket".to_owned(),
            |stem| stem.to_string_lossy().into_owned(),
        )
    };
    Ticket::from_bytes(&hint, &bytes, &Defaults::default()).map_err(|e| unreadable(e.to_string()))
}

/// The item of a tracker that `name` is. A file of that name comes first.
pub(super) fn of_tracker(name: &str) -> Option<Named> {
    named(name).filter(|_| !Path::new(name).exists())
}

/// What the tracker of a run's ticket says now.
#[derive(Default)]
pub(super) struct Heard {
    /// What a person should know of it; nothing where all is as it was.
    pub(super) news: Option<String>,
    /// The ticket as it reads now; nothing where it is on no tracker, or that does not answer at
    /// once: a run goes on with what it has.
    pub(super) now: Option<Ticket>,
}

/// Asks the tracker of the ticket of `state`, where it is on one and the run goes on.
pub(super) fn heard(git: &Git, state: &RunState) -> Heard {
    if state.ended.is_some() {
        return Heard::default();
    }
    match edited(git, state) {
        Ok(None) => Heard::default(),
        Ok(Some((edits, now))) => Heard {
            news: words(&edits),
            now,
        },
        Err(failure) => {
            let why = failure.message;
            let news = Some(format!("the ticket could not be compared: {why}\n"));
            Heard { news, now: None }
        }
    }
}

/// What a person should know of the ticket's tracker: nothing where all is as it was.
pub(super) fn news(git: &Git, state: &RunState) -> Option<String> {
    heard(git, state).news
}

fn edited(git: &Git, state: &RunState) -> Result<Option<(Edits, Option<Ticket>)>, Failure> {
    let started = ticket_of(state)?;
    let Some(source) = source(&started) else {
        return Ok(None);
    };
    let doors = Doors::of_repository(git)?;
    let named = Named::Address(source.address.clone());
    let item = doors.item(&named, Patience::short())?.item()?;
    let now = Ticket::parse(started.id.as_str(), &text(&item), &Defaults::default());
    Ok(Some((edits(&source, &item), now.ok())))
}

fn words(edits: &Edits) -> Option<String> {
    let mut news = Vec::new();
    if edits.asks_for_something_else {
        news.push("was edited since the run began: what is proven may be stale".to_owned());
    }
    match edits.new_comments {
        0 => {}
        1 => news.push("has a new comment".to_owned()),
        many => news.push(format!("has {many} new comments")),
    }
    if edits.is_closed {
        news.push("is closed".to_owned());
    }
    (!news.is_empty()).then(|| format!("the ticket {}\n", news.join("; it ")))
}
