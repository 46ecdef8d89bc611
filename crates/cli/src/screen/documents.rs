//! Draws what the documents of a range say and lack.

use super::{Palette, Tone, harmless};
use crate::json::DocumentsDocument;
use redgreen_core::finding::{Finding, Weight};

/// The whole text for `document`.
pub fn render(document: &DocumentsDocument, palette: Palette) -> String {
    let mut text = format!("{}\n", palette.paint(Tone::Strong, "redgreen document"));
    for fact in &document.facts {
        text.push_str(&format!("  {}\n", harmless(fact)));
    }
    for found in &document.findings {
        text.push_str(&finding(found, palette));
    }
    let blocking = document.findings.iter();
    let blocking = blocking
        .filter(|found| found.weight == Weight::Blocks)
        .count();
    let (words, tone) = match blocking {
        0 => (
            "The documents keep up with the change".to_owned(),
            Tone::Good,
        ),
        1 => ("1 place has to be mended".to_owned(), Tone::Bad),
        many => (format!("{many} places have to be mended"), Tone::Bad),
    };
    text + &format!("\n{}\n", palette.paint_strong(tone, &words))
}

fn finding(found: &Finding, palette: Palette) -> String {
    let (word, tone) = match found.weight {
        Weight::Blocks => ("blocks", Tone::Bad),
        Weight::Excepts | Weight::Clouds | Weight::Advises => ("note", Tone::Doubtful),
    };
    let code = palette.paint_strong(tone, found.code.as_str());
    let place = palette.paint(Tone::Quiet, &harmless(&found.subject));
    format!(
        "\n  {code} {}  {place}\n      {}\n",
        palette.paint(tone, word),
        harmless(&found.message)
    )
}
