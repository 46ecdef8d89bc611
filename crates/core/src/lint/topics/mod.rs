//! Lists what a ticket on a topic has to answer: words that raise the topic, and for each answer
//! the words that give it, the question, why it matters and the default that stands in for it.

mod others;
mod requests;
mod values;

/// Something that many tickets are about and that leaves the same parts out.
pub(super) struct Topic {
    /// Its name: `login`.
    pub(super) name: &'static str,
    /// Words and phrases that raise it.
    pub(super) raised_by: &'static [&'static str],
    /// Words in the title that raise it as well.
    pub(super) in_title: &'static [&'static str],
    /// What has to be answered.
    pub(super) parts: &'static [Part],
}

/// One answer that a topic requires.
pub(super) struct Part {
    /// Its name: `lockout`.
    pub(super) name: &'static str,
    /// Words of which each gives the answer.
    pub(super) answered_by: &'static [&'static str],
    /// The question, a full sentence.
    pub(super) question: &'static str,
    /// Why the answer matters.
    pub(super) why: &'static str,
    /// What is assumed where nobody answers.
    pub(super) default: &'static str,
    /// How much a wrong assumption costs, from 1 to 3.
    pub(super) impact: u8,
}

const fn part(
    (name, impact): (&'static str, u8),
    answered_by: &'static [&'static str],
    question: &'static str,
    why: &'static str,
    default: &'static str,
) -> Part {
    Part {
        name,
        answered_by,
        question,
        why,
        default,
        impact,
    }
}

/// Every topic.
pub(super) const TOPICS: [Topic; 15] = [
    requests::API,
    requests::LIST,
    requests::DELETE,
    requests::UPLOAD,
    requests::LOGIN,
    values::TIME,
    values::MONEY,
    values::CACHE,
    values::MIGRATION,
    values::CONFIG,
    values::PERSONAL,
    others::RETRY,
    others::NOTIFY,
    others::CONCURRENCY,
    others::UI,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_a_question_with_a_default() {
        for part in TOPICS.iter().flat_map(|topic| topic.parts) {
            assert!(
                part.question.ends_with('?') && part.question.contains(' '),
                "{}",
                part.name
            );
            assert!(
                !part.why.is_empty() && !part.default.is_empty(),
                "{}",
                part.name
            );
            assert!(
                (1..=3).contains(&part.impact) && !part.answered_by.is_empty(),
                "{}",
                part.name
            );
        }
    }
}
