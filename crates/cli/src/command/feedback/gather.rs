//! Gathers what was said of a pull request as points: who is heard, what is new, what came back.

use super::super::marks::CHECK;
use redgreen_core::feedback::{Class, MOST_TEXT, Place, Point, Sort, classify};
use redgreen_core::id::Digest;
use redgreen_core::run::RunState;
use redgreen_forge::review::{Checks, Failed, Opinion, Review, Said, Thread};
use redgreen_toolchain::surface;

/// The marks of redgreen's own run beside a commit: its status, and its check run.
const OWN_MARKS: [&str; 2] = ["redgreen/run", CHECK];

/// What the forge has.
pub(super) struct Heard {
    pub(super) review: Review,
    pub(super) checks: Checks,
}

/// What somebody said who is not heard.
#[derive(Clone, Debug)]
pub(super) struct Unheard {
    pub(super) author: String,
    pub(super) address: String,
    pub(super) text: String,
}

/// The points that are new, those that came back, and what is not heard.
pub(super) fn gather(
    state: &RunState,
    heard: &Heard,
    names: &[String],
) -> (Vec<Point>, Vec<Unheard>) {
    let ears = Ears {
        state,
        me: heard.review.me.as_deref(),
        names,
    };
    let mut unheard = Vec::new();
    let mut found: Vec<Point> = Vec::new();
    let open = heard
        .review
        .threads
        .iter()
        .filter(|thread| !thread.is_resolved);
    found.extend(open.filter_map(|thread| ears.thread(thread, &mut unheard)));
    for said in &heard.review.comments {
        found.extend(ears.alone(Place::Comment, Sort::Said, said, &mut unheard));
    }
    for (opinion, said) in &heard.review.reviews {
        let sort = match opinion {
            Opinion::Approves => Sort::Approved,
            Opinion::AsksForChanges | Opinion::Comments => Sort::Said,
        };
        found.extend(ears.alone(Place::Review, sort, said, &mut unheard));
    }
    let failed = heard
        .checks
        .failed
        .iter()
        .filter(|failed| !OWN_MARKS.contains(&failed.name.as_str()));
    found.extend(failed.map(|failed| of_check(failed, &heard.review.head)));
    let mut next = state.feedback.points.len();
    let new = found
        .into_iter()
        .filter_map(|point| placed(state, point, &mut next));
    (new.collect(), unheard)
}

/// Whose words are heard.
struct Ears<'e> {
    state: &'e RunState,
    me: Option<&'e str>,
    names: &'e [String],
}

impl Ears<'_> {
    fn hear(&self, said: &Said) -> bool {
        said.may_write || self.names.contains(&said.author)
    }

    /// What stands in a thread and is not redgreen's own: one point.
    fn thread(&self, thread: &Thread, unheard: &mut Vec<Unheard>) -> Option<Point> {
        let others = thread.said.iter().filter(|said| !said.is_own(self.me));
        let (heard, deaf): (Vec<&Said>, Vec<&Said>) = others.partition(|said| self.hear(said));
        unheard.extend(deaf.into_iter().map(not_heard));
        let key = format!("thread:{}", thread.id);
        let heard = self.since(&key, &heard);
        let (first, last) = (heard.first()?, heard.last()?);
        let text = match heard {
            [only] => only.body.clone(),
            all => {
                let lines = all
                    .iter()
                    .map(|said| format!("{}: {}", said.author, said.body));
                lines.collect::<Vec<_>>().join("\n\n")
            }
        };
        let mut ruled = classify(Sort::Said, &first.body);
        // Whoever says it outright later is believed over the first words.
        let later = heard
            .iter()
            .skip(1)
            .map(|said| classify(Sort::Said, &said.body));
        if let Some(told) = later.rev().find(|later| later.is_told) {
            ruled = told;
        }
        if ruled.class == Class::Style && thread.path.as_deref().is_some_and(is_test) {
            ruled.class = Class::Ambiguous;
            ruled.because =
                "it is about a test, which is changed by a person or behind a red one".to_owned();
        }
        Some(Point {
            key,
            last: last.id.clone(),
            digest: Digest::of(last.body.as_bytes()),
            author: first.author.clone(),
            path: thread.path.clone(),
            line: thread.line,
            address: last.address.clone(),
            class: ruled.class,
            because: ruled.because,
            ..blank(Place::Thread, &text)
        })
    }

    /// What of `heard` came behind the answer to what was said there before; all of it where nothing
    /// was answered, or where nothing came.
    fn since<'s>(&self, key: &str, heard: &'s [&'s Said]) -> &'s [&'s Said] {
        let known = self.state.feedback.last_at(key);
        let answered = known.filter(|known| known.answered.is_some());
        let last = answered.and_then(|known| {
            let mut all = heard.iter();
            all.rposition(|said| said.id == known.point.last)
        });
        match last.map(|last| &heard[last + 1..]) {
            Some(later) if !later.is_empty() => later,
            Some(_) | None => heard,
        }
    }

    /// Words that stand alone: below the pull request, or in a review.
    fn alone(
        &self,
        place: Place,
        sort: Sort,
        said: &Said,
        unheard: &mut Vec<Unheard>,
    ) -> Option<Point> {
        let is_marked = said.body.trim_start().starts_with("<!-- redgreen:");
        if said.is_own(self.me) || (said.is_bot && is_marked) {
            return None;
        }
        if !self.hear(said) {
            unheard.push(not_heard(said));
            return None;
        }
        let ruled = classify(sort, &said.body);
        let sort = match place {
            Place::Review => "review",
            Place::Comment | Place::Thread | Place::Check => "comment",
        };
        Some(Point {
            key: format!("{sort}:{}", said.id),
            last: said.id.clone(),
            author: said.author.clone(),
            address: said.address.clone(),
            class: ruled.class,
            because: ruled.because,
            ..blank(place, &said.body)
        })
    }
}

fn not_heard(said: &Said) -> Unheard {
    Unheard {
        author: said.author.clone(),
        address: said.address.clone(),
        text: said.body.clone(),
    }
}

fn is_test(path: &str) -> bool {
    surface(path, None).is_test_surface()
}

fn of_check(failed: &Failed, head: &str) -> Point {
    let text = format!("{}\n{}\n{}", failed.name, failed.summary, failed.log);
    Point {
        key: format!("check:{}", failed.name),
        last: head.to_owned(),
        author: failed.name.clone(),
        address: failed.address.clone(),
        class: Class::Ambiguous,
        because: "it was not looked into yet".to_owned(),
        ..blank(Place::Check, text.trim())
    }
}

/// A point without a number, of which nothing is known but its words.
fn blank(place: Place, text: &str) -> Point {
    let end = text.floor_char_boundary(MOST_TEXT.min(text.len()));
    Point {
        id: String::new(),
        place,
        key: String::new(),
        last: String::new(),
        author: String::new(),
        path: None,
        line: None,
        text: text[..end].to_owned(),
        digest: Digest::of(text.as_bytes()),
        address: String::new(),
        class: Class::Ambiguous,
        because: String::new(),
        returns: None,
    }
}

/// `point` with its number; nothing where it is known and says what it said.
fn placed(state: &RunState, mut point: Point, next: &mut usize) -> Option<Point> {
    let mut number = || {
        *next += 1;
        format!("F-{next}")
    };
    let Some(known) = state.feedback.last_at(&point.key) else {
        point.id = number();
        return Some(point);
    };
    let is_same = match point.place {
        // The same commit fails the same way; another log of it is nothing new.
        Place::Check => known.point.last == point.last,
        Place::Thread | Place::Comment | Place::Review => {
            known.point.last == point.last && known.point.digest == point.digest
        }
    };
    if is_same {
        return None;
    }
    let is_answered = known.answered.is_some();
    match (known.slice, is_answered) {
        // Its words are pinned while it is worked on.
        (Some(_), false) => None,
        (None, false) => {
            point.id.clone_from(&known.point.id);
            Some(point)
        }
        (None, true) if point.place == Place::Check => {
            point.id.clone_from(&known.point.id);
            Some(point)
        }
        (Some(_) | None, true) => {
            point.id = number();
            let thanks = point.class == Class::Remark;
            if !thanks {
                point.returns = Some(known.point.id.clone());
                point.class = Class::Ambiguous;
                point.because = format!("{} was answered and came back", known.point.id);
            }
            Some(point)
        }
    }
}
