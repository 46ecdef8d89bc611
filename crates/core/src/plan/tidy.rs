//! Brings a plan into the form that its file can hold.

use super::{
    Assumption, Design, NewDependency, Pattern, Plan, PlannedCriterion, PlannedTest, Question,
    Risk, Slice,
};
use crate::id::{CriterionId, Digest, TicketId};
use crate::ticket::outline::fold;
use std::collections::BTreeSet;

impl Plan {
    /// The same plan as its file holds it: white space folded, empty lines and empty entries left
    /// out, an id for whatever has none. Tidying twice changes nothing.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let numbered = Ids::of(self);
        Self {
            ticket: TicketId::new(fold(self.ticket.as_str())),
            digest: Digest::new(fold(self.digest.as_str())),
            criteria: numbered.criteria(self),
            slices: numbered.slices(self),
            assumptions: numbered.assumptions(self),
            questions: numbered.questions(self),
            design: design(&self.design),
            tests: tests(&self.tests),
            new_dependencies: self
                .new_dependencies
                .iter()
                .map(|new| NewDependency {
                    name: fold(&new.name),
                    reason: lines(&new.reason),
                })
                .filter(|new| !is_nothing(&new.name, &new.reason))
                .collect(),
            out_of_scope: texts(&self.out_of_scope),
        }
    }
}

/// Every line folded, empty ones left out.
pub(super) fn lines(text: &str) -> String {
    let lines = text.split('\n').map(fold).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn texts(texts: &[String]) -> Vec<String> {
    let tidy = texts.iter().map(|text| lines(text));
    tidy.filter(|text| !is_nothing(text, "")).collect()
}

/// Whether an entry says that there is none.
fn is_nothing(name: &str, text: &str) -> bool {
    let none = matches!(name.to_lowercase().as_str(), "" | "none" | "none.");
    none && text.is_empty()
}

fn design(design: &Design) -> Design {
    let patterns = design.patterns.iter().map(|pattern| Pattern {
        name: fold(&pattern.name),
        why: lines(&pattern.why),
    });
    let risks = design.risks.iter().map(|risk| Risk {
        area: risk.area,
        text: lines(&risk.text),
        mitigation: lines(&risk.mitigation),
    });
    Design {
        modules: texts(&design.modules),
        data_models: texts(&design.data_models),
        flows: texts(&design.flows),
        patterns: patterns
            .filter(|pattern| !is_nothing(&pattern.name, &pattern.why))
            .collect(),
        risks: risks
            .filter(|risk| !is_nothing(&risk.text, &risk.mitigation))
            .collect(),
    }
}

fn tests(tests: &[PlannedTest]) -> Vec<PlannedTest> {
    let tidy = tests.iter().map(|planned| PlannedTest {
        criterion: plain(planned.criterion.as_str()),
        test: bare(&planned.test),
        check: planned.check.as_deref().map(bare).filter(|c| !c.is_empty()),
    });
    tidy.filter(|planned| !(planned.criterion.as_str().is_empty() && planned.test.is_empty()))
        .collect()
}

/// A test's name in one line, without the backticks that the file puts round it.
fn bare(test: &str) -> String {
    let folded = fold(test);
    folded.trim_matches(['`', ' ']).to_owned()
}

/// An id without what parts ids in a list.
fn plain(id: &str) -> CriterionId {
    CriterionId::new(fold(&id.replace(',', " ")))
}

/// The ids that a plan uses, so that new ones are free.
struct Ids(BTreeSet<String>);

impl Ids {
    fn of(plan: &Plan) -> Self {
        let criteria = plan.criteria.iter().map(|c| c.id.as_str());
        let slices = plan.slices.iter().map(|s| s.id.as_str());
        let assumptions = plan.assumptions.iter().map(|a| a.id.as_str());
        let questions = plan.questions.iter().map(|q| q.id.as_str());
        let all = criteria.chain(slices).chain(assumptions).chain(questions);
        Self(all.map(|id| fold(&id.replace(',', " "))).collect())
    }

    /// For each of `ids` itself, or the next free one with this letter.
    fn filled<'i>(&self, letter: &str, ids: impl Iterator<Item = &'i str>) -> Vec<String> {
        let mut next = 1;
        let mut filled = Vec::new();
        for id in ids {
            let mut id = fold(&id.replace(',', " "));
            while id.is_empty() {
                let free = format!("{letter}-{next}");
                next += 1;
                if !self.0.contains(&free) {
                    id = free;
                }
            }
            filled.push(id);
        }
        filled
    }

    fn criteria(&self, plan: &Plan) -> Vec<PlannedCriterion> {
        let ids = self.filled("AC", plan.criteria.iter().map(|c| c.id.as_str()));
        let pairs = ids.into_iter().zip(&plan.criteria);
        pairs
            .map(|(id, criterion)| PlannedCriterion {
                id: CriterionId::new(id),
                text: lines(&criterion.text),
            })
            .collect()
    }

    fn slices(&self, plan: &Plan) -> Vec<Slice> {
        let ids = self.filled("S", plan.slices.iter().map(|s| s.id.as_str()));
        let pairs = ids.into_iter().zip(&plan.slices);
        pairs
            .map(|(id, slice)| Slice {
                id: super::SliceId::new(id),
                criteria: slice
                    .criteria
                    .iter()
                    .map(|id| plain(id.as_str()))
                    .filter(|id| !id.as_str().is_empty())
                    .collect(),
            })
            .collect()
    }

    fn assumptions(&self, plan: &Plan) -> Vec<Assumption> {
        let ids = self.filled("A", plan.assumptions.iter().map(|a| a.id.as_str()));
        let pairs = ids.into_iter().zip(&plan.assumptions);
        pairs
            .map(|(id, assumption)| Assumption {
                id: super::AssumptionId::new(id),
                text: lines(&assumption.text),
                risk: lines(&assumption.risk),
                default: lines(&assumption.default),
            })
            .collect()
    }

    fn questions(&self, plan: &Plan) -> Vec<Question> {
        let ids = self.filled("Q", plan.questions.iter().map(|q| q.id.as_str()));
        let pairs = ids.into_iter().zip(&plan.questions);
        pairs
            .map(|(id, question)| Question {
                id: super::QuestionId::new(id),
                text: lines(&question.text),
                why: lines(&question.why),
                default: lines(&question.default),
                blocker: question.blocker,
                answer: question
                    .answer
                    .as_deref()
                    .map(lines)
                    .filter(|answer| !answer.is_empty()),
            })
            .collect()
    }
}
