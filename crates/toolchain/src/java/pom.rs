//! Reads a pom.xml: its elements with their places in the text.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;

/// An element of a pom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Names from the root down: `project/build/plugins/plugin`.
    pub(super) path: String,
    /// Its own text, trimmed; that of inner elements left out.
    pub(super) text: String,
    /// Its bytes, tags included.
    pub(super) bytes: Range<usize>,
    /// Where its content ends: the place of its end tag. As [`Element::bytes`] ends for `<a/>`.
    pub(super) content_end: usize,
}

impl Element {
    /// Its own name.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    fn holds(&self, other: &Self) -> bool {
        self.bytes.start < other.bytes.start && other.bytes.end <= self.bytes.end
    }
}

/// The elements of a pom in the order of their start tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pom {
    pub(super) elements: Vec<Element>,
}

impl Pom {
    /// Reads a pom; nothing where it is no XML.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        loop {
            let start = place(&reader);
            let event = reader.read_event().ok()?;
            let end = place(&reader);
            match event {
                Event::Start(tag) | Event::Empty(tag) if open.len() > 64 => {
                    drop(tag);
                    return None;
                }
                Event::Start(tag) => {
                    open.push(elements.len());
                    elements.push(begun(
                        &elements,
                        &open,
                        tag.local_name().as_ref(),
                        start..end,
                    ));
                }
                Event::Empty(tag) => {
                    open.push(elements.len());
                    elements.push(begun(
                        &elements,
                        &open,
                        tag.local_name().as_ref(),
                        start..end,
                    ));
                    open.pop();
                }
                Event::End(_) => {
                    let element = open.pop().and_then(|at| elements.get_mut(at))?;
                    element.bytes.end = end;
                    element.content_end = start;
                    element.text = element.text.trim().to_owned();
                }
                Event::Text(text) => add(&mut elements, &open, &text),
                Event::CData(text) => add(&mut elements, &open, &text),
                Event::GeneralRef(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => {}
                Event::Eof if open.is_empty() && !elements.is_empty() => {
                    return Some(Self { elements });
                }
                Event::Eof => return None,
            }
        }
    }

    /// The elements right below `outer`.
    pub(super) fn below<'p>(&'p self, outer: &'p Element) -> impl Iterator<Item = &'p Element> {
        let inside = self.elements.iter().filter(move |each| outer.holds(each));
        let depth = outer.path.matches('/').count() + 1;
        inside.filter(move |each| each.path.matches('/').count() == depth)
    }

    /// The text of the first element called `name` right below `outer`.
    pub(super) fn value_below<'p>(&'p self, outer: &'p Element, name: &str) -> Option<&'p str> {
        let mut below = self.below(outer);
        let found = below.find(|each| each.name() == name)?;
        Some(found.text.as_str())
    }

    /// Modules of the reactor, profiles included, as the pom writes them.
    pub(super) fn modules(&self) -> Vec<&str> {
        let modules = self.elements.iter().filter(|each| {
            matches!(
                each.path.as_str(),
                "project/modules/module"
                    | "project/profiles/profile/modules/module"
                    | "project/subprojects/subproject"
            )
        });
        modules.map(|each| each.text.as_str()).collect()
    }

    /// Every plugin of the artifact `name`, wherever it is configured.
    pub(super) fn plugins<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Element> {
        let plugins = self.elements.iter().filter(|each| is_plugin(each));
        plugins.filter(move |each| self.value_below(each, "artifactId") == Some(name))
    }

    /// Every element below `outer`, at any depth.
    pub(super) fn inside<'p>(&'p self, outer: &'p Element) -> impl Iterator<Item = &'p Element> {
        self.elements.iter().filter(move |each| outer.holds(each))
    }
}

/// Whether the element is an entry of a list of plugins.
pub(super) fn is_plugin(element: &Element) -> bool {
    element.path.ends_with("/plugins/plugin")
}

fn begun(elements: &[Element], open: &[usize], name: &str, bytes: Range<usize>) -> Element {
    let outer = open.len().checked_sub(2).and_then(|at| open.get(at));
    let outer = outer.and_then(|at| elements.get(*at));
    let path = match outer {
        Some(outer) => format!("{}/{name}", outer.path),
        None => name.to_owned(),
    };
    Element {
        path,
        text: String::new(),
        content_end: bytes.end,
        bytes,
    }
}

fn add(elements: &mut [Element], open: &[usize], text: &str) {
    if let Some(element) = open.last().and_then(|at| elements.get_mut(*at)) {
        element.text.push_str(text);
    }
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_know_their_path_text_and_place() {
        let text = "<?xml version='1.0'?>\n<project><!-- x --><modules><module> a </module></modules><build><plugins><plugin><artifactId>p</artifactId><configuration><skip/></configuration></plugin></plugins></build></project>";
        let pom = Pom::read(text).expect("a pom");
        assert_eq!(pom.modules(), ["a"]);
        let plugin = pom.plugins("p").next().expect("a plugin");
        assert!(text[plugin.bytes.clone()].starts_with("<plugin>"));
        assert!(text[plugin.bytes.clone()].ends_with("</plugin>"));
        assert!(text[plugin.content_end..].starts_with("</plugin>"));
        assert_eq!(pom.below(plugin).count(), 2);
        assert_eq!(pom.inside(plugin).count(), 3);
    }

    #[test]
    fn what_is_no_pom_is_nothing() {
        for text in ["", "<project>", "<a></b>", "x", "<project></project></x>"] {
            assert_eq!(Pom::read(text), None, "{text}");
        }
        assert_eq!(Pom::read(&"<a>".repeat(1000)), None);
    }
}
