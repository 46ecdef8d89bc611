//! Says which changed paths nobody planned.

use super::Feedback;
use std::collections::BTreeSet;

/// The production paths of `changed` that answering points went beyond: those that were neither
/// `offered` before, nor stand beside a point, nor are named by the ticket's `text`.
pub fn beyond(
    feedback: &Feedback,
    changed: &[String],
    offered: &[String],
    text: &str,
) -> Vec<String> {
    let beside = feedback.points.iter().filter(|kept| kept.slice.is_some());
    let planned: BTreeSet<&str> = offered
        .iter()
        .map(String::as_str)
        .chain(beside.clone().filter_map(|kept| kept.point.path.as_deref()))
        .collect();
    let named = |path: &str| {
        let in_text = |text: &str| text.contains(path);
        in_text(text) || beside.clone().any(|kept| in_text(&kept.point.text))
    };
    changed
        .iter()
        .filter(|path| !planned.contains(path.as_str()) && !named(path))
        .cloned()
        .collect()
}
