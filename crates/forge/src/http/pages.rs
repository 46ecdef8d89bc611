//! Follows a list from page to page.

use super::{Answer, Ask, Client};
use crate::ForgeError;
use serde::de::DeserializeOwned;

/// The most pages of one list that are read.
const MOST_PAGES: usize = 20;

impl Client {
    /// Everything of the list at `path`, up to `most` entries, page by page.
    ///
    /// # Errors
    /// As [`Client::send`]; a page that leads to another host.
    pub(crate) fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        most: usize,
    ) -> Result<Vec<T>, ForgeError> {
        let mut all = Vec::new();
        let mut next = Some(path.to_owned());
        let mut pages = 0;
        while let Some(path) = next
            .take()
            .filter(|_| pages < MOST_PAGES && all.len() < most)
        {
            let answer = self.send(&Ask::get(path))?;
            let page: Vec<T> = answer.json(&self.host())?;
            all.extend(page);
            next = after(&answer).map(str::to_owned);
            pages += 1;
        }
        all.truncate(most);
        Ok(all)
    }
}

/// The address of the page behind `answer`, as its `Link` header names it.
fn after(answer: &Answer) -> Option<&str> {
    answer.header("link")?.split(',').find_map(|link| {
        let (address, rest) = link.trim().split_once('>')?;
        let is_next = |part: &str| {
            let part = part.trim().to_lowercase();
            part == "rel=\"next\"" || part == "rel=next"
        };
        let address = address.strip_prefix('<')?;
        rest.split(';').any(is_next).then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(link: &str) -> Option<String> {
        let answer = Answer {
            headers: [("link".to_owned(), link.to_owned())].into(),
            ..Answer::default()
        };
        after(&answer).map(str::to_owned)
    }

    #[test]
    fn the_next_page_is_found_among_the_others() {
        let link = "<https://f.example/i?page=1>; rel=\"prev\", \
                    <https://f.example/i?page=3>; rel=\"next\", <https://f.example/i?page=9>; rel=\"last\"";
        assert_eq!(next(link).as_deref(), Some("https://f.example/i?page=3"));
        assert_eq!(next("<https://f.example/i?page=1>; rel=\"first\""), None);
        assert_eq!(next("nonsense"), None);
    }
}
