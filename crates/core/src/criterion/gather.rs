//! Gathers what can be a criterion from a ticket's blocks.

use super::{Candidate, CriterionForm, ears, scenario};
use crate::ticket::outline::{Block, BlockKind, Outline};
use crate::ticket::section::Section;
use std::collections::BTreeSet;

/// The candidates in the order of the text.
///
/// Scenarios and EARS sentences count wherever they stand, but not in a section that asks for
/// nothing. Items count in the section that states criteria; where no such section has any, check
/// boxes count everywhere, and where there are none, items under `Requirements` or `Expected`.
pub(super) fn gather(outline: &Outline<'_>) -> Vec<Candidate> {
    let scenarios = scenarios(outline);
    let taken: BTreeSet<u32> = scenarios
        .iter()
        .flat_map(|scenario| scenario.line..=scenario.last)
        .collect();
    let free: Vec<&Block> = outline
        .blocks
        .iter()
        .filter(|block| block.section.asks() && !taken.contains(&block.line))
        .collect();
    let mut candidates: Vec<Candidate> = scenarios
        .iter()
        .map(|s| Candidate::new(&s.text, CriterionForm::Scenario, s.line))
        .collect();
    let in_criteria = outline.blocks.iter().any(|block| {
        block.section == Section::Criteria
            && (is_item(block) || (taken.contains(&block.line) && !is_heading(block)))
    });
    candidates.extend(chosen(&free, in_criteria));
    let items: BTreeSet<u32> = candidates.iter().map(|c| c.line).collect();
    for block in free.iter().filter(|block| !items.contains(&block.line)) {
        candidates.extend(sentences(block));
    }
    candidates.sort_by_key(|candidate| candidate.line);
    candidates
}

/// The items, or the paragraphs, that state criteria.
fn chosen(free: &[&Block], in_criteria: bool) -> Vec<Candidate> {
    let of = |choose: &dyn Fn(&Block) -> bool| {
        let blocks = free.iter().filter(|block| choose(block));
        blocks.map(|block| item(block)).collect::<Vec<_>>()
    };
    if in_criteria {
        return of(&|block| block.section == Section::Criteria && is_item(block));
    }
    let attempts: [&dyn Fn(&Block) -> bool; 4] = [
        &is_boxed,
        &|block| block.section == Section::Criteria && is_statement(block),
        &|block| block.section == Section::Expected && is_item(block),
        &|block| block.section == Section::Expected && is_statement(block),
    ];
    let found = attempts.iter().map(|choose| of(*choose));
    found
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(_))
}

fn is_item(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Item { .. })
}

fn is_boxed(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Item { ticked: Some(_) })
}

/// Whether a paragraph states something, and does not only lead to what follows.
fn is_statement(block: &Block) -> bool {
    let leads = block.text.ends_with(':') || block.text.starts_with('(');
    block.kind == BlockKind::Paragraph && !leads
}

fn item(block: &Block) -> Candidate {
    let ticked = match block.kind {
        BlockKind::Item { ticked } => ticked,
        BlockKind::Heading(_) | BlockKind::Paragraph | BlockKind::Code(_) => None,
    };
    let form = match ears::classify(first_sentence(&block.text)) {
        _ if ticked.is_some() => CriterionForm::Checkbox,
        Some(pattern) => CriterionForm::Ears(pattern),
        None if scenario::is_scenario(&block.text) => CriterionForm::Scenario,
        None => CriterionForm::Listed,
    };
    let mut candidate = Candidate::new(&block.text, form, block.line);
    candidate.ticked = ticked.unwrap_or(false);
    candidate
}

fn first_sentence(text: &str) -> &str {
    text.split("\n-").next().unwrap_or(text)
}

/// The EARS sentences of a paragraph, or a whole item that is one.
fn sentences(block: &Block) -> Vec<Candidate> {
    let of = |text: &str| {
        let pattern = ears::classify(super::own_number(text).map_or(text, |(_, rest)| rest))?;
        Some(Candidate::new(
            text,
            CriterionForm::Ears(pattern),
            block.line,
        ))
    };
    match block.kind {
        BlockKind::Paragraph => {
            let sentences = ears::sentences(&block.text);
            sentences.iter().filter_map(|text| of(text)).collect()
        }
        BlockKind::Item { .. } => of(&block.text).into_iter().collect(),
        BlockKind::Heading(_) | BlockKind::Code(_) => Vec::new(),
    }
}

/// The scenarios of the text. Fenced code counts where its language says Gherkin; an item counts
/// only where it starts with a step itself: else the steps are a part of it.
fn scenarios(outline: &Outline<'_>) -> Vec<scenario::Scenario> {
    let masked = outline.masked();
    let mut lines: Vec<&str> = masked.lines().collect();
    let source: Vec<&str> = outline.text.lines().collect();
    for block in &outline.blocks {
        let first = block.line.saturating_sub(1) as usize;
        let last = (block.last as usize).min(lines.len());
        let range = first.min(last)..last;
        let stays = match &block.kind {
            BlockKind::Item { ticked: Some(_) } => false,
            BlockKind::Item { ticked: None } => scenario::is_step(&block.text),
            BlockKind::Code(language) => {
                let gherkin = ["gherkin", "cucumber", "feature"].contains(&language.as_str());
                let plain = language.is_empty() && block.text.contains("Scenario");
                let indented = language.is_empty() && !block.text.trim_start().starts_with("```");
                if gherkin || plain || indented {
                    lines[range.clone()].copy_from_slice(&source[range.clone()]);
                }
                true
            }
            BlockKind::Heading(_) | BlockKind::Paragraph => true,
        };
        if !(stays && block.section.asks()) {
            lines[range].fill("");
        }
    }
    scenario::read((1..).zip(lines))
}
