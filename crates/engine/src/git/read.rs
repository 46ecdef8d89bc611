//! Reads history and objects.

use super::call::pieces;
use super::objects::Object;
use super::{BlobId, Entry, Git, GitError, Held, Mode, Refusal, RepoPath, id_line};
use redgreen_core::id::{CommitId, TreeId};
use std::collections::BTreeSet;

impl Git {
    /// The commit that `rev` stands for here.
    ///
    /// # Errors
    /// [`GitError::UnknownRevision`] names `rev`, and whether history is cut off.
    pub fn resolve(&self, rev: &str) -> Result<CommitId, GitError> {
        let plain = !rev.is_empty() && !rev.starts_with('-') && !rev.contains('\0');
        if plain {
            let asked = self
                .call()
                .args(["rev-parse", "--verify", "--quiet", "--end-of-options"])
                .arg(format!("{rev}^{{commit}}"))
                .answer()?;
            if asked.code == Some(0) {
                return Ok(CommitId::new(id_line(&asked.stdout)));
            }
        }
        Err(GitError::UnknownRevision {
            rev: rev.to_owned(),
            shallow: self.is_shallow()?,
        })
    }

    /// The best common ancestor of two commits.
    ///
    /// # Errors
    /// [`Refusal::Unrelated`] where there is none, or where history is cut off before it.
    pub fn merge_base(&self, one: &CommitId, other: &CommitId) -> Result<CommitId, GitError> {
        let asked = self
            .shadow
            .call()
            .args(["merge-base", one.as_str(), other.as_str()]);
        let asked = asked.answer()?;
        match asked.code {
            Some(0) => Ok(CommitId::new(id_line(&asked.stdout))),
            Some(1) => Err(GitError::Refused(Refusal::Unrelated {
                one: one.clone(),
                other: other.clone(),
                shallow: self.is_shallow()?,
            })),
            _ => Err(self.failed("merge-base", asked.stderr)),
        }
    }

    /// Whether `old` is `new` or one of its ancestors.
    ///
    /// # Errors
    /// Where a commit is missing.
    pub fn is_ancestor(&self, old: &CommitId, new: &CommitId) -> Result<bool, GitError> {
        let asked = ["merge-base", "--is-ancestor", old.as_str(), new.as_str()];
        let asked = self.shadow.call().args(asked).answer()?;
        match asked.code {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(self.failed("merge-base --is-ancestor", asked.stderr)),
        }
    }

    /// The commits that are in `head` and not in `base`, newest first.
    ///
    /// # Errors
    /// Where a commit is missing.
    pub fn commits(&self, base: &CommitId, head: &CommitId) -> Result<Vec<CommitId>, GitError> {
        self.range(base, head, &["--topo-order"])
    }

    /// The merge commits among [`Git::commits`].
    ///
    /// # Errors
    /// Where a commit is missing.
    pub fn merges(&self, base: &CommitId, head: &CommitId) -> Result<Vec<CommitId>, GitError> {
        self.range(base, head, &["--topo-order", "--merges"])
    }

    fn range(
        &self,
        base: &CommitId,
        head: &CommitId,
        options: &[&str],
    ) -> Result<Vec<CommitId>, GitError> {
        let call = self.shadow.call().arg("rev-list").args(options);
        let listed = call.arg(format!("{base}..{head}")).ok()?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        Ok(listed.lines().map(CommitId::from).collect())
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// Where the commit is missing.
    pub fn tree_of(&self, commit: &CommitId) -> Result<TreeId, GitError> {
        let name = format!("{commit}^{{tree}}");
        match self.object(&name)? {
            Some(tree) => Ok(TreeId::new(tree.id)),
            None => Err(self.failed("cat-file --batch", format!("no tree {name}"))),
        }
    }

    /// The message of a commit, as it was written.
    ///
    /// # Errors
    /// Where the commit is missing.
    pub fn message(&self, commit: &CommitId) -> Result<String, GitError> {
        let call = self.shadow.call().args(["show", "-s", "--format=%B"]);
        let said = call.arg(commit.as_str()).ok()?;
        Ok(String::from_utf8_lossy(&said).trim_end().to_owned())
    }

    /// Every entry of a tree, sorted by its bytes.
    ///
    /// # Errors
    /// Where the tree or an object's size cannot be read.
    pub fn list_tree(&self, tree: &TreeId) -> Result<Vec<Entry>, GitError> {
        if let Some(listed) = self.shadow.listed(tree) {
            return Ok(listed.to_vec());
        }
        let call = self.shadow.call().args(["ls-tree", "-r", "-z", "-l"]);
        let printed = call.args(["--full-tree", tree.as_str()]).ok()?;
        let entries = pieces(&printed)
            .map(|line| entry(line).ok_or_else(|| self.unforeseen("ls-tree", line)));
        let entries = entries.collect::<Result<Vec<Entry>, GitError>>()?;
        self.shadow.keep_listed(tree, &entries);
        Ok(entries)
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// Where it is missing.
    pub fn blob(&self, id: &BlobId) -> Result<Vec<u8>, GitError> {
        let mut contents = self.blobs(std::slice::from_ref(id))?;
        Ok(contents.pop().unwrap_or_default())
    }

    /// The text of the file at `path` of `tree`; nothing where there is none, or no text.
    ///
    /// # Errors
    /// Where git fails.
    pub fn text_at(&self, tree: &TreeId, path: &str) -> Result<Option<String>, GitError> {
        let held = self.object(&format!("{tree}:{path}"))?;
        let text = held.filter(|object| object.kind == "blob");
        Ok(text.and_then(|object| String::from_utf8(object.content).ok()))
    }

    /// The contents of many blobs, in the order that was asked.
    ///
    /// # Errors
    /// Where one of them is missing.
    pub fn blobs(&self, ids: &[BlobId]) -> Result<Vec<Vec<u8>>, GitError> {
        let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let found = self.objects(&names)?.into_iter().zip(ids);
        let content = |(object, id): (Option<Object>, &BlobId)| match object {
            Some(object) if object.kind == "blob" => Ok(object.content),
            Some(_) | None => Err(self.failed("cat-file --batch", format!("no blob {id}"))),
        };
        found.map(content).collect()
    }

    fn object(&self, name: &str) -> Result<Option<Object>, GitError> {
        // One name is one line.
        if name.contains('\n') {
            return Ok(None);
        }
        Ok(self.objects(&[name.to_owned()])?.pop().flatten())
    }

    fn objects(&self, names: &[String]) -> Result<Vec<Option<Object>>, GitError> {
        self.shadow
            .objects(names)
            .map_err(GitError::disk(&self.top))
    }

    pub(super) fn failed(&self, verb: &str, stderr: String) -> GitError {
        GitError::Failed {
            verb: verb.to_owned(),
            dir: self.top.clone(),
            stderr,
        }
    }

    pub(super) fn unforeseen(&self, verb: &str, line: &[u8]) -> GitError {
        let line = String::from_utf8_lossy(line);
        self.failed(
            verb,
            format!("printed a line that is not understood: {line}"),
        )
    }

    /// Those of `names` that some file of `tree` spells, binary files included. Only files whose
    /// path `counts` are looked at.
    ///
    /// # Errors
    /// Where git cannot read the tree.
    pub fn named_in(
        &self,
        tree: &TreeId,
        names: &BTreeSet<String>,
        counts: impl Fn(&str) -> bool,
    ) -> Result<BTreeSet<String>, GitError> {
        let mut call = self
            .shadow
            .call()
            .args(["grep", "-z", "--only-matching", "--text"]);
        call = call.args(["--fixed-strings", "--full-name", "--no-color"]);
        for name in names {
            call = call.args(["-e", name]);
        }
        let asked = call.args([tree.as_str(), "--"]).answer()?;
        if !matches!(asked.code, Some(0 | 1)) {
            return Err(self.failed("grep", asked.stderr));
        }
        let printed = String::from_utf8_lossy(&asked.stdout).into_owned();
        // Each line: tree, colon, path, NUL, match.
        let lines = printed.lines().filter_map(|line| line.split_once('\0'));
        let counted =
            lines.filter(|(place, _)| place.split_once(':').is_some_and(|(_, path)| counts(path)));
        Ok(counted.map(|(_, name)| name.to_owned()).collect())
    }
}

/// Reads `<mode> <type> <object> <size>\t<path>`.
fn entry(line: &[u8]) -> Option<Entry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let front = std::str::from_utf8(&line[..tab]).ok()?;
    let mut words = front.split_ascii_whitespace();
    let (mode, _, object, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    Some(Entry {
        path: RepoPath::from_bytes(&line[tab + 1..]),
        held: Held {
            mode: Mode::parse(mode)?,
            blob: BlobId::new(object),
        },
        size: size.parse().unwrap_or(0),
    })
}
