//! Which part of a long list is shown: `?after=222&limit=100`.

use crate::{
    customer::Id,
    problem::{MALFORMED, Problem},
    representation::{Answer, Document, Resource},
};
use http1::Request;
use server::Exchange;

/// What stands behind this member of the list, and at most how much of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) after: Id,
    pub(crate) limit: usize,
}

impl Page {
    /// Reads the query.
    ///
    /// # Errors
    /// It asks for something else.
    pub(crate) fn of(exchange: &Exchange) -> Result<Page, Problem> {
        let mut page = Page { after: Id::ZERO, limit: 100 };
        for (name, value) in exchange.query_pairs() {
            let wrong = || Problem::new(&MALFORMED, format!("the query cannot say {name}={value}"));
            match name.as_str() {
                "after" => page.after = value.parse().map_err(|()| wrong())?,
                "limit" => {
                    page.limit = value.parse().map_err(|_| wrong())?;
                    if !(1..=1_000).contains(&page.limit) {
                        return Err(wrong());
                    }
                }
                _ => return Err(wrong()),
            }
        }
        Ok(page)
    }

    /// Answers with what was `found`: one more than is shown means that the list goes
    /// on, and Link says where (RFC 8288).
    ///
    /// # Errors
    /// As [`Document::get`].
    pub(crate) fn answer<R: Resource>(
        self,
        path: &str,
        mut found: Vec<R>,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let goes_on = found.len() > self.limit;
        found.truncate(self.limit);
        let last = found.last().filter(|_| goes_on).and_then(R::key);
        let next = last.map(|last| format!("{path}?after={last}&limit={}", self.limit));
        let answer = Document::list(path, &found, next.clone()).get(request)?;
        match next {
            Some(next) => Ok(answer.with("Link", format!("<{next}>; rel=\"next\""))),
            None => Ok(answer),
        }
    }
}
