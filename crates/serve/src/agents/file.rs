//! Merges what redgreen writes into what is there already. Nothing of anybody else is changed.

use super::json::{self, Json};
use super::marks;
use serde_json::Value;

/// A file that an agent reads, and how redgreen's part gets into it.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// From the repository's root.
    pub path: String,
    /// How.
    pub merge: Merge,
}

/// How redgreen's part gets into a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Merge {
    /// A text of redgreen's own: `head` where the file is new, and `body` between two marks.
    Own {
        /// What has to stand first, once: front matter.
        head: String,
        /// What is kept in step.
        body: String,
        /// The two marks.
        marks: marks::Marks,
    },
    /// A section of somebody else's TOML file, between two marks. It defines the table `table`.
    Section {
        /// The section.
        body: String,
        /// The table, with dots.
        table: &'static str,
    },
    /// Entries of a JSON file, comments allowed.
    Entries(Vec<Entry>),
}

/// An entry of a JSON file.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The value of a key. One that is there stays, whatever it holds.
    Key(Vec<&'static str>, Value),
    /// An element of the array of that key, unless one is there that names `redgreen hook`.
    Element(Vec<&'static str>, Value),
}

/// What merging came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file is as it should be.
    Same,
    /// The whole new text.
    Text(String),
    /// The file stays as it is: why.
    Left(String),
}

impl File {
    /// What becomes of the file whose text is `there`; nothing where there is none.
    pub fn merged(&self, there: Option<&str>) -> Outcome {
        let merged = match &self.merge {
            Merge::Own { head, body, marks } => match there {
                None => Ok(format!("{head}{}", marks.around(body))),
                Some(text) => marks
                    .replaced(text, body)
                    .ok_or_else(|| "it is there already, and not redgreen's".to_owned()),
            },
            Merge::Section { body, table } => section(there.unwrap_or_default(), body, table),
            Merge::Entries(entries) => {
                let empty = there.unwrap_or_default().trim().is_empty();
                let start = if empty {
                    "{}\n"
                } else {
                    there.unwrap_or_default()
                };
                let put = |text: String, entry: &Entry| entry.put(&text);
                entries.iter().try_fold(start.to_owned(), put)
            }
        };
        match merged {
            Ok(text) if there == Some(text.as_str()) => Outcome::Same,
            Ok(text) => Outcome::Text(text),
            Err(why) => Outcome::Left(why),
        }
    }
}

fn section(there: &str, body: &str, table: &str) -> Result<String, String> {
    let marks = marks::HASH;
    let text = match marks.replaced(there, body) {
        Some(text) => text,
        None => {
            let known: toml::Table = there.parse().map_err(|_| "it is no TOML".to_owned())?;
            let names: Vec<&str> = table.split('.').collect();
            let mut below = Some(&toml::Value::Table(known));
            for name in &names {
                below = below.and_then(|value| value.get(name));
            }
            if below.is_some() {
                return Err(format!("it has a table {table} of its own"));
            }
            let gap = match there {
                "" => "",
                text if text.ends_with("\n\n") => "",
                text if text.ends_with('\n') => "\n",
                _ => "\n\n",
            };
            format!("{there}{gap}{}", marks.around(body))
        }
    };
    let reads: Result<toml::Table, _> = text.parse();
    reads.map_err(|_| format!("no table {table} can stand in it"))?;
    Ok(text)
}

impl Entry {
    fn put(&self, text: &str) -> Result<String, String> {
        let unreadable = |error: json::Unreadable| error.to_string();
        let tree = Json::read(text).map_err(unreadable)?;
        match self {
            Self::Key(path, value) => json::put(text, &tree, path, value),
            Self::Element(path, value) => json::add(text, &tree, path, value, |there| {
                there.to_string().contains("redgreen hook")
            }),
        }
        .map_err(unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn own() -> File {
        File {
            path: "a.md".to_owned(),
            merge: Merge::Own {
                head: "---\nx: y\n---\n".to_owned(),
                body: "new\n".to_owned(),
                marks: marks::MARKDOWN,
            },
        }
    }

    fn text(outcome: Outcome) -> String {
        match outcome {
            Outcome::Text(text) => text,
            Outcome::Same | Outcome::Left(_) => panic!("{outcome:?}"),
        }
    }

    #[test]
    fn a_second_merge_changes_nothing() {
        let first = text(own().merged(None));
        assert!(first.starts_with("---\nx: y\n---\n<!--"), "{first}");
        assert_eq!(own().merged(Some(&first)), Outcome::Same);
    }

    #[test]
    fn what_stands_around_the_marks_stays() {
        let first = text(own().merged(None)).replace("new", "old");
        let there = format!("{first}\nmine\n").replace("x: y", "x: mine");
        let merged = text(own().merged(Some(&there)));
        assert_eq!(merged, there.replace("old", "new"));
    }

    #[test]
    fn a_file_of_somebody_else_is_left() {
        let left = Outcome::Left("it is there already, and not redgreen's".to_owned());
        assert_eq!(own().merged(Some("mine\n")), left);
    }

    fn table() -> File {
        File {
            path: "config.toml".to_owned(),
            merge: Merge::Section {
                body: "[servers.redgreen]\ncommand = \"redgreen\"\n".to_owned(),
                table: "servers.redgreen",
            },
        }
    }

    #[test]
    fn a_section_is_added_once_and_comments_stay() {
        let there = "# mine\nmodel = \"x\"  # why\n\n[servers.other]\ncommand = \"o\"\n";
        let merged = text(table().merged(Some(there)));
        assert!(merged.starts_with(there), "{merged}");
        assert_eq!(table().merged(Some(&merged)), Outcome::Same);
        let read: toml::Table = merged.parse().unwrap();
        assert_eq!(
            read["servers"]["redgreen"]["command"].as_str(),
            Some("redgreen")
        );
        assert_eq!(read["servers"]["other"]["command"].as_str(), Some("o"));
    }

    #[test]
    fn a_table_of_somebody_else_and_a_file_that_cannot_hold_one_are_left() {
        for there in [
            "[servers.redgreen]\ncommand = \"mine\"\n",
            "servers = { redgreen = { command = \"mine\" } }\n",
            "servers = { other = { command = \"o\" } }\n",
            "not toml",
        ] {
            let outcome = table().merged(Some(there));
            assert!(matches!(outcome, Outcome::Left(_)), "{there}: {outcome:?}");
        }
    }

    #[test]
    fn entries_go_into_a_new_file_and_into_one_that_is_there() {
        let file = File {
            path: "settings.json".to_owned(),
            merge: Merge::Entries(vec![
                Entry::Key(vec!["version"], json!(1)),
                Entry::Key(
                    vec!["servers", "redgreen"],
                    json!({ "command": "redgreen" }),
                ),
                Entry::Element(
                    vec!["hooks", "Pre"],
                    json!({ "command": "redgreen hook x" }),
                ),
            ]),
        };
        for there in [
            "",
            "{}",
            "{\n  // mine\n  \"version\": 2,\n  \"hooks\": {\"Pre\": [1]},\n}\n",
        ] {
            let merged = text(file.merged(Some(there)));
            assert_eq!(file.merged(Some(&merged)), Outcome::Same, "{merged}");
            let read = Json::read(&merged).unwrap();
            assert!(read.at(&["servers", "redgreen"]).is_some(), "{merged}");
            assert_eq!(merged.contains("// mine"), there.contains("// mine"));
        }
        let hook = "{\"command\": \"redgreen hook mine\"}";
        let there =
            format!("{{\"servers\": {{\"redgreen\": 1}}, \"hooks\": {{\"Pre\": [{hook}, 2]}}}}");
        let merged = text(file.merged(Some(&there)));
        let mine = &there[..there.len() - 1];
        assert!(
            merged.starts_with(mine) && !merged.contains("hook x"),
            "{merged}"
        );
        for broken in ["{", "[]", "{\"servers\": 3}"] {
            let outcome = file.merged(Some(broken));
            assert!(matches!(outcome, Outcome::Left(_)), "{broken}: {outcome:?}");
        }
    }
}
