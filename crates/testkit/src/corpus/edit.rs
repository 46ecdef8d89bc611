//! Edits the files of a repository, in memory.

use std::collections::BTreeMap;

/// Files of a repository: path and text.
pub(super) type Files = BTreeMap<String, String>;

/// One change to the files.
#[derive(Clone, Copy, Debug)]
pub enum Edit {
    /// Makes a file or writes it anew.
    Write(&'static str, &'static str),
    /// Adds text to the end of a file.
    Append(&'static str, &'static str),
    /// Puts other words in the place of some that stand in the file exactly once.
    Replace(&'static str, &'static str, &'static str),
    /// Takes a file away.
    Remove(&'static str),
    /// Gives a file another path.
    Rename(&'static str, &'static str),
}

impl Edit {
    /// Applies the edit; the error says what did not fit.
    pub(super) fn apply(&self, files: &mut Files) -> Result<(), String> {
        let missing = |path: &str| format!("{path} is not there");
        match *self {
            Self::Write(path, text) => {
                files.insert(path.to_owned(), text.to_owned());
            }
            Self::Append(path, text) => {
                let file = files.get_mut(path).ok_or_else(|| missing(path))?;
                file.push_str(text);
            }
            Self::Replace(path, from, to) => {
                let file = files.get_mut(path).ok_or_else(|| missing(path))?;
                let times = file.matches(from).count();
                if times != 1 || from == to {
                    return Err(format!("{path} has {from:?} {times} times"));
                }
                *file = file.replacen(from, to, 1);
            }
            Self::Remove(path) => {
                files.remove(path).ok_or_else(|| missing(path))?;
            }
            Self::Rename(from, to) => {
                let text = files.remove(from).ok_or_else(|| missing(from))?;
                files.insert(to.to_owned(), text);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_replaced_only_where_they_stand_once() {
        let mut files = Files::from([("a".to_owned(), "one two two".to_owned())]);
        assert!(Edit::Replace("a", "one", "1").apply(&mut files).is_ok());
        assert_eq!(files["a"], "1 two two");
        for wrong in [
            Edit::Replace("a", "two", "2"),
            Edit::Replace("a", "three", "3"),
            Edit::Replace("b", "one", "1"),
            Edit::Remove("b"),
            Edit::Rename("b", "c"),
            Edit::Append("b", "x"),
        ] {
            assert!(wrong.apply(&mut files).is_err(), "{wrong:?}");
        }
    }
}
