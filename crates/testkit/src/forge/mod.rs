//! Stands in for forges and trackers at the wire: a server on loopback that speaks the interface of
//! one of them, and that can fail the way they do.

mod checks;
mod faults;
mod gitea;
mod github;
mod gitlab;
mod reviews;
mod trackers;
mod wire;

pub use faults::Fault;
pub use wire::Request;

use faults::Planned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use wire::Reply;

/// The token that the fakes take.
pub const TOKEN: &str = "fake-token-7f3a";
/// Who it belongs to.
pub const LOGIN: &str = "redgreen-tester";
/// The repository that the fakes have.
pub const PROJECT: &str = "acme/shop";
/// Its owner.
const OWNER: &str = "acme";
/// Its name, which its forks have too.
const REPOSITORY: &str = "shop";

/// Whose repository a head is in, and which branch it is there.
fn parts(head: &str) -> (&str, &str) {
    head.split_once(':').unwrap_or((OWNER, head))
}

/// Everything that the fake forge has.
#[derive(Default)]
struct State {
    base: String,
    issues: BTreeMap<u64, Value>,
    comments: Vec<(u64, Value)>,
    pulls: BTreeMap<u64, Value>,
    statuses: Vec<(String, Value)>,
    reviewed: reviews::Reviewed,
    checks: Vec<checks::Check>,
    check_runs: Vec<Value>,
    is_app: bool,
    remote: Option<PathBuf>,
    /// The bare repositories behind forks, by owner.
    forks: BTreeMap<String, PathBuf>,
    is_outsider: bool,
    requests: Vec<Request>,
    faults: Vec<Planned>,
    last_comment: u64,
    names_nobody: bool,
}

impl State {
    /// The number of the next pull request: issues and pull requests share one row of numbers.
    fn number(&self) -> u64 {
        let last = |of: &BTreeMap<u64, Value>| of.keys().next_back().copied().unwrap_or(0);
        last(&self.issues).max(last(&self.pulls)) + 1
    }

    /// The id of the next comment, review or check, which have a row of their own.
    fn comment_id(&mut self) -> u64 {
        self.last_comment += 1;
        self.last_comment
    }

    /// The commit of a branch in the bare repository behind the forge, or of `ada:branch` in the
    /// one behind Ada's fork.
    fn tip(&self, head: &str) -> Option<String> {
        let (behind, branch) = match head.split_once(':') {
            Some((owner, branch)) if owner != OWNER => (self.forks.get(owner)?, branch),
            Some((_, branch)) => (self.remote.as_ref()?, branch),
            None => (self.remote.as_ref()?, head),
        };
        let mut git = Command::new("git");
        git.arg("--git-dir").arg(behind);
        git.args([
            "rev-parse",
            "--verify",
            "--quiet",
            &format!("refs/heads/{branch}"),
        ]);
        let said = git.output().ok().filter(|said| said.status.success())?;
        Some(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    }

    fn fault(&mut self, words: &str) -> Option<Fault> {
        let mut all = self.faults.iter_mut();
        let at = all.position(|planned| {
            let fits = words.contains(&planned.words);
            let is_due = fits && planned.after == 0;
            planned.after = planned.after.saturating_sub(usize::from(fits));
            is_due
        })?;
        Some(self.faults.remove(at).fault)
    }
}

type Route = fn(&mut State, &Request) -> Reply;

/// A fake forge. It ends when it is dropped.
pub struct FakeForge {
    address: String,
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
    listener: TcpListener,
}

impl FakeForge {
    /// A GitHub with the repository [`PROJECT`].
    pub fn github() -> Self {
        Self::start(github::route)
    }

    /// A GitLab with the project [`PROJECT`].
    pub fn gitlab() -> Self {
        Self::start(gitlab::route)
    }

    fn start(route: Route) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap_or_else(|e| panic!("bind: {e}"));
        let port = listener.local_addr().map_or(0, |address| address.port());
        let address = format!("http://127.0.0.1:{port}");
        let state = Arc::new(Mutex::new(State {
            base: address.clone(),
            last_comment: 7000,
            ..State::default()
        }));
        let heard = listener
            .try_clone()
            .unwrap_or_else(|e| panic!("listen: {e}"));
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            for stream in heard.incoming().map_while(Result::ok) {
                let end = lock(&shared).base.is_empty();
                if end {
                    return;
                }
                serve(&stream, &shared, route);
            }
        });
        Self {
            address,
            state,
            thread: Some(thread),
            listener,
        }
    }

    /// Scheme, host and port of its pages.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address of its repository, as a git remote names it.
    pub fn clone_address(&self) -> String {
        format!("{}/{PROJECT}.git", self.address)
    }

    /// The variables that lead a program to it, with the token.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("GITHUB_SERVER_URL", self.address.clone()),
            ("GITHUB_API_URL", format!("{}/api/v3", self.address)),
            ("GITHUB_TOKEN", TOKEN.to_owned()),
        ]
    }

    /// The same for a GitLab.
    pub fn gitlab_variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("GITLAB_HOST", self.address.clone()),
            ("GITLAB_TOKEN", TOKEN.to_owned()),
        ]
    }

    /// Puts the bare repository at `path` behind it: branches of pull requests must be there.
    pub fn backed_by(&self, path: impl Into<PathBuf>) -> &Self {
        self.lock().remote = Some(path.into());
        self
    }

    /// Puts the bare repository at `path` behind the fork that `owner` has.
    pub fn forked_by(&self, owner: &str, path: impl Into<PathBuf>) -> &Self {
        self.lock().forks.insert(owner.to_owned(), path.into());
        self
    }

    /// The address of the fork that `owner` has, as a git remote names it.
    pub fn fork_address(&self, owner: &str) -> String {
        format!("{}/{owner}/{REPOSITORY}.git", self.address)
    }

    /// Takes the token for one of somebody who may offer, and neither label, call people, nor mark
    /// commits.
    pub fn outsider(&self) -> &Self {
        self.lock().is_outsider = true;
        self
    }

    /// Adds an issue, or puts another text in its place.
    pub fn issue(&self, number: u64, title: &str, body: &str, labels: &[&str]) -> &Self {
        let issue = json!({
            "number": number, "title": title, "body": body, "labels": labels, "state": "open",
        });
        self.lock().issues.insert(number, issue);
        self
    }

    /// Whether an issue is closed.
    pub fn is_closed(&self, number: u64) -> bool {
        let state = self.lock();
        let issue = state.issues.get(&number);
        issue.is_some_and(|issue| issue["state"] == "closed")
    }

    /// Adds a comment to an issue or pull request.
    pub fn comment(&self, number: u64, author: &str, body: &str) -> &Self {
        let mut state = self.lock();
        let id = state.comment_id();
        let is_stranger = state.reviewed.strangers.contains(author);
        let comment = json!({
            "id": id, "author": author, "body": body, "stranger": is_stranger,
        });
        state.comments.push((number, comment));
        drop(state);
        self
    }

    /// The comments of an issue or pull request: author and text.
    pub fn comments(&self, number: u64) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let state = self.lock();
        let of = state.comments.iter().filter(|(of, _)| *of == number);
        of.map(|(_, said)| (text(&said["author"]), text(&said["body"])))
            .collect()
    }

    /// The pull requests, in the fake's own words: `title`, `body`, `head`, `base`, `draft`,
    /// `labels`, `reviewers`, `state`.
    pub fn pulls(&self) -> Vec<Value> {
        self.lock().pulls.values().cloned().collect()
    }

    /// Changes the body of a pull request, as a person would in a browser.
    pub fn edit_pull(&self, number: u64, edit: impl FnOnce(&str) -> String) -> &Self {
        let mut state = self.lock();
        if let Some(pull) = state.pulls.get_mut(&number) {
            let body = edit(pull["body"].as_str().unwrap_or_default());
            pull["body"] = body.into();
        }
        drop(state);
        self
    }

    /// What was said of commits: the commit, and the body that said so.
    pub fn statuses(&self) -> Vec<(String, Value)> {
        self.lock().statuses.clone()
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    /// Lets the next request whose verb and path hold `words` fail.
    pub fn fails(&self, words: &str, fault: Fault) -> &Self {
        self.fails_behind(0, words, fault)
    }

    /// The same, when so many of these requests were answered.
    pub fn fails_behind(&self, after: usize, words: &str, fault: Fault) -> &Self {
        let words = words.to_owned();
        self.lock().faults.push(Planned {
            words,
            after,
            fault,
        });
        self
    }

    /// Takes every token for that of its CI: GitHub does not tell whose it is, Gitea names a user of
    /// its own.
    pub fn names_nobody(&self) -> &Self {
        self.lock().names_nobody = true;
        self
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for FakeForge {
    fn drop(&mut self) {
        self.lock().base.clear();
        // One more connection, so that the thread sees that it is over.
        if let Ok(address) = self.listener.local_addr() {
            drop(TcpStream::connect(address));
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers one connection. One that says nothing for long is hung up on.
fn serve(stream: &TcpStream, shared: &Mutex<State>, route: Route) {
    drop(stream.set_read_timeout(Some(Duration::from_secs(5))));
    let Ok(Some(request)) = wire::read(stream) else {
        return;
    };
    let mut state = lock(shared);
    state.requests.push(request.clone());
    let fault = state.fault(&request.words());
    let reply = match fault {
        Some(Fault::HangUp) => {
            drop(stream.shutdown(Shutdown::Both));
            return;
        }
        Some(Fault::LoseAnswer) => {
            route(&mut state, &request);
            drop(stream.shutdown(Shutdown::Both));
            return;
        }
        Some(Fault::Flood(bytes)) => Reply {
            status: 200,
            headers: Vec::new(),
            body: vec![b' '; bytes],
        },
        Some(Fault::Answer {
            status,
            headers,
            message,
        }) => {
            let reply = Reply::json(status, &json!({ "message": message }));
            headers
                .iter()
                .fold(reply, |reply, (name, value)| reply.with(name, value))
        }
        None => with_etag(route(&mut state, &request), &request),
    };
    drop(state);
    drop(wire::write(stream, &reply));
}

/// Gives what was asked for an ETag, and answers 304 where the asker has it.
fn with_etag(reply: Reply, request: &Request) -> Reply {
    if request.verb != "GET" || reply.status != 200 {
        return reply;
    }
    let mut hasher = DefaultHasher::new();
    reply.body.hash(&mut hasher);
    let etag = format!("W/\"{:x}\"", hasher.finish());
    if request.header("if-none-match") == etag {
        return Reply {
            status: 304,
            headers: vec![("etag".to_owned(), etag)],
            body: Vec::new(),
        };
    }
    reply.with("etag", &etag)
}

/// One page of `all`, with the `Link` header that leads to the next.
fn page(all: &[Value], request: &Request, base: &str, usual: usize) -> Reply {
    let size = request
        .number("per_page", request.number("limit", usual))
        .clamp(1, 100);
    let number = request.number("page", 1).max(1);
    let start = ((number - 1) * size).min(all.len());
    let end = (start + size).min(all.len());
    let reply = Reply::json(200, &Value::Array(all[start..end].to_vec()));
    if end == all.len() {
        return reply;
    }
    let rest = request.query.iter().filter(|(name, _)| *name != "page");
    let rest: String = rest
        .map(|(name, value)| format!("&{name}={value}"))
        .collect();
    let next = format!(
        "<{base}{}?page={}{rest}>; rel=\"next\"",
        request.path,
        number + 1
    );
    reply.with("link", &next)
}
