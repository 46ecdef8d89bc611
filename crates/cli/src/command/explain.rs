//! `redgreen explain`: what a code means and what to do about it.

use crate::args::{Common, Explain};
use crate::exit::Exit;
use crate::explain::{chapters, page, pages};
use crate::failure::{Failure, of_unknown_code};
use crate::json::{CodeList, CodePage};
use crate::screen::{Screen, explain as draw};

/// Prints one code's page, or the list of all.
pub(super) fn explain(asked: &Explain, common: &Common, screen: &Screen) -> Result<Exit, Failure> {
    super::no_events("explain", common)?;
    match &asked.code {
        Some(code) => {
            let page = page(code).ok_or_else(|| of_unknown_code(code))?;
            if common.json {
                screen.result_document(&CodePage::of(page))?;
            } else {
                screen.result(&draw::page(page, screen.out()))?;
            }
        }
        None if common.json => screen.result_document(&CodeList::of(pages()))?,
        None => screen.result(&draw::list(chapters(), screen.out()))?,
    }
    Ok(Exit::Met)
}
