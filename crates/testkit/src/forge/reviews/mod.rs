//! Keeps what reviewers have said, and lets tests say it. What each forge makes of that is beside.

pub(super) mod gitea;
pub(super) mod github;
pub(super) mod gitlab;

use super::{FakeForge, LOGIN, State};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

/// What was said of the pull requests.
#[derive(Default)]
pub(super) struct Reviewed {
    threads: Vec<Thread>,
    reviews: Vec<(u64, Value)>,
    pub(super) strangers: BTreeSet<String>,
}

struct Thread {
    pull: u64,
    root: u64,
    path: String,
    line: u64,
    is_resolved: bool,
    said: Vec<Value>,
}

impl FakeForge {
    /// Begins a thread beside a line; its id.
    pub fn thread(&self, pull: u64, author: &str, at: (&str, u64), body: &str) -> u64 {
        let mut state = self.lock();
        let root = state.comment_id();
        let said = said(&state, root, author, body);
        state.reviewed.threads.push(Thread {
            pull,
            root,
            path: at.0.to_owned(),
            line: at.1,
            is_resolved: false,
            said: vec![said],
        });
        root
    }

    /// Says something more in a thread.
    pub fn say(&self, root: u64, author: &str, body: &str) -> &Self {
        let mut state = self.lock();
        let id = state.comment_id();
        let said = said(&state, id, author, body);
        let thread = state
            .reviewed
            .threads
            .iter_mut()
            .find(|thread| thread.root == root);
        thread
            .unwrap_or_else(|| panic!("no thread {root}"))
            .said
            .push(said);
        drop(state);
        self
    }

    /// Closes a thread.
    pub fn resolve(&self, root: u64) -> &Self {
        let mut state = self.lock();
        for thread in &mut state.reviewed.threads {
            thread.is_resolved |= thread.root == root;
        }
        drop(state);
        self
    }

    /// What was said in a thread: author and text.
    pub fn said_in(&self, root: u64) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let state = self.lock();
        let thread = state
            .reviewed
            .threads
            .iter()
            .find(|thread| thread.root == root);
        let said = thread.map_or(&[][..], |thread| &thread.said);
        said.iter()
            .map(|said| (text(&said["author"]), text(&said["body"])))
            .collect()
    }

    /// Sends a review: `APPROVED`, `CHANGES_REQUESTED` or `COMMENTED`.
    pub fn review(&self, pull: u64, author: &str, opinion: &str, body: &str) -> &Self {
        let mut state = self.lock();
        let id = state.comment_id();
        let mut said = said(&state, id, author, body);
        said["state"] = opinion.into();
        state.reviewed.reviews.push((pull, said));
        drop(state);
        self
    }

    /// From now on what `login` says is said by somebody who may not write to the repository.
    pub fn stranger(&self, login: &str) -> &Self {
        self.lock().reviewed.strangers.insert(login.to_owned());
        self
    }

    /// Merges a pull request as one commit, in the repository behind the forge.
    pub fn squash(&self, pull: u64) -> String {
        let mut state = self.lock();
        let bare = state
            .remote
            .clone()
            .unwrap_or_else(|| panic!("no repository"));
        let git = |args: &[&str]| {
            let mut git = Command::new("git");
            git.arg("--git-dir")
                .arg(&bare)
                .args(["-c", "user.name=forge"]);
            let done = git
                .args(["-c", "user.email=forge@example.com"])
                .args(args)
                .output();
            let done = done.unwrap_or_else(|e| panic!("git: {e}"));
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            String::from_utf8_lossy(&done.stdout).trim().to_owned()
        };
        let kept = state
            .pulls
            .get_mut(&pull)
            .unwrap_or_else(|| panic!("no pull {pull}"));
        let text = |key: &str| kept[key].as_str().unwrap_or_default().to_owned();
        let (head, base, title) = (text("head"), text("base"), text("title"));
        let tree = git(&["merge-tree", "--write-tree", &base, &head]);
        let message = format!("{title} (#{pull})");
        let commit = git(&["commit-tree", &tree, "-p", &base, "-m", &message]);
        git(&["update-ref", &format!("refs/heads/{base}"), &commit]);
        kept["state"] = "closed".into();
        commit
    }
}

fn said(state: &State, id: u64, author: &str, body: &str) -> Value {
    let is_stranger = state.reviewed.strangers.contains(author);
    json!({ "id": id, "author": author, "body": body, "stranger": is_stranger })
}

/// The threads of a pull request.
fn threads_of(state: &State, pull: u64) -> impl Iterator<Item = &Thread> {
    let all = state.reviewed.threads.iter();
    all.filter(move |thread| thread.pull == pull)
}

/// Adds an answer of the token's owner to a thread; the thread's place, and what is said now.
fn answered(state: &mut State, root: u64, body: &str) -> Option<(usize, Value)> {
    let mut all = state.reviewed.threads.iter();
    let at = all.position(|thread| thread.root == root)?;
    let id = state.comment_id();
    let new = said(state, id, LOGIN, body);
    state.reviewed.threads[at].said.push(new.clone());
    Some((at, new))
}

/// Puts `body` in place of what was said as `id`; the place of its thread, and what is said now.
fn edited(state: &mut State, id: u64, body: &Value) -> Option<(usize, Value)> {
    for (at, thread) in state.reviewed.threads.iter_mut().enumerate() {
        if let Some(said) = thread.said.iter_mut().find(|said| said["id"] == id) {
            said["body"] = body.clone();
            return Some((at, said.clone()));
        }
    }
    None
}
