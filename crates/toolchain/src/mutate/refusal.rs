//! Says why a mutant is in no build with the others, and which of these get one of their own.

use redgreen_core::mutant::{Fate, Mutant, Operator};

/// Why a mutant is in no build together with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Only the way of switching is at fault: a build of its own may do.
    Fixed(String),
    /// It compiles nowhere.
    Hopeless(String),
}

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self::Fixed(why)
    }
}

impl From<&str> for Refusal {
    fn from(why: &str) -> Self {
        Self::Fixed(why.to_owned())
    }
}

impl Refusal {
    /// What is said of a mutant that a build of its own could show, which it does not get.
    pub(crate) fn without_build(&self, because: &str) -> Fate {
        match self {
            Self::Fixed(why) => Fate::Skipped(format!("{why}, and {because}")),
            Self::Hopeless(_) => self.fate(),
        }
    }

    /// What is said of a mutant that nothing can switch on.
    pub(crate) fn fate(&self) -> Fate {
        match self {
            Self::Fixed(why) => Fate::Unviable(format!("cannot be switched: {why}")),
            Self::Hopeless(why) => Fate::Unviable(why.clone()),
        }
    }
}

/// Of mutants that no switch holds: those, at most `most`, that get a build of their own, the first
/// one last, and what is said of the others. A comment is not worth one.
pub(crate) fn apart(
    mutants: &[Mutant],
    mut refused: Vec<(usize, Refusal)>,
    most: usize,
) -> (Vec<usize>, Vec<(usize, Fate)>) {
    refused.sort_by_key(|(index, _)| *index);
    let (mut alone, mut rest) = (Vec::new(), Vec::new());
    for (index, refusal) in refused {
        let may_compile = matches!(refusal, Refusal::Fixed(_));
        if !may_compile || mutants[index].operator == Operator::NoOp {
            rest.push((index, refusal.fate()));
        } else if alone.len() < most {
            alone.push(index);
        } else {
            let because = match most {
                0 => "none can be built alone".to_owned(),
                _ => format!("only {most} get a build of their own"),
            };
            rest.push((index, refusal.without_build(&because)));
        }
    }
    alone.reverse();
    (alone, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use redgreen_core::mutant::{Draft, numbered};
    use redgreen_core::surface::Lines;

    #[test]
    fn a_build_that_is_not_made_says_nothing_of_the_mutant() {
        let fixed = Refusal::from("a constant");
        let skipped = Fate::Skipped("a constant, and builds are dear".to_owned());
        assert_eq!(fixed.without_build("builds are dear"), skipped);
        let hopeless = Refusal::Hopeless("no such name".to_owned());
        let unviable = Fate::Unviable("no such name".to_owned());
        assert_eq!(hopeless.without_build("builds are dear"), unviable);
    }

    #[test]
    fn what_no_switch_holds_is_built_alone_as_far_as_builds_go() {
        let draft = |at: usize, operator| Draft {
            function: "f".to_owned(),
            lines: Lines::new(1, 1),
            bytes: at..at + 1,
            operator,
            now: String::new(),
        };
        let operators = [Operator::Constant, Operator::NoOp, Operator::Constant];
        let drafts = operators.into_iter().enumerate();
        let drafts = drafts.map(|(at, operator)| draft(at, operator)).collect();
        let mutants = numbered("a.rs", "abc", drafts, |_| None);
        let refused = |of: [usize; 3]| of.map(|index| (index, Refusal::from("why"))).into();
        let (alone, rest) = apart(&mutants, refused([2, 1, 0]), 9);
        assert_eq!(alone, [2, 0], "taken from the end");
        assert_eq!(rest, [(1, Refusal::from("why").fate())]);
        let (alone, rest) = apart(&mutants, refused([2, 1, 0]), 1);
        assert_eq!(alone, [0]);
        let why = "why, and only 1 get a build of their own".to_owned();
        assert_eq!(rest[1], (2, Fate::Skipped(why)));
        let hopeless = Refusal::Hopeless("no".to_owned());
        let (alone, _) = apart(&mutants, vec![(0, hopeless)], 9);
        assert!(alone.is_empty());
    }
}
