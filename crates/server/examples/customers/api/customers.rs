//! `/customers` and `/customers/123`.

use super::{Api, JSON, body, nothing};
use crate::{
    customer::{Customer, Draft, Id},
    page::Page,
    problem::{MATCH_NEEDED, Problem, Refusal},
    representation::{Answer, Document, Format},
    store::Store,
};
use http1::{Request, Response};
use server::Exchange;

impl Api {
    pub(super) async fn customers(&self, exchange: &mut Exchange) -> Result<Answer, Refusal> {
        let page = Page::of(exchange)?;
        let find = move |store: &mut dyn Store| store.customers(page.after, page.limit + 1);
        let found = self.keeper.run(find).await?;
        Ok(page.answer("/customers", found, exchange.request())?)
    }

    // ANCHOR: get
    pub(super) async fn customer(
        &self,
        exchange: &mut Exchange,
        id: Id,
    ) -> Result<Answer, Refusal> {
        let found = self.keeper.run(move |store| store.customer(id)).await?;
        let customer = found.ok_or_else(nothing)?;
        Ok(Document::one(&customer).get(exchange.request())?)
    }
    // ANCHOR_END: get

    // ANCHOR: post
    /// The server chooses the address of what is new, and says it in Location.
    pub(super) async fn create(&self, exchange: &mut Exchange) -> Result<Answer, Refusal> {
        let format = Format::wanted(&exchange.request().headers)?;
        let (body, _) = body(exchange, &[JSON]).await?;
        let draft = Draft::read(&body, None)?;
        let customer = self.keeper.run(move |store| store.create(draft)).await?;
        let location = format!("/customers/{}", customer.id);
        Ok(Document::one(&customer).answer(201, format).with("Location", location))
    }
    // ANCHOR_END: post

    // ANCHOR: put
    /// Puts a new state in place of the old one. Nobody can put a customer where there
    /// is none: ids are the server's to give.
    pub(super) async fn replace(&self, exchange: &mut Exchange, id: Id) -> Result<Answer, Refusal> {
        self.check_match(exchange.request())?;
        let format = Format::wanted(&exchange.request().headers)?;
        let (body, _) = body(exchange, &[JSON]).await?;
        let draft = Draft::read(&body, Some(id))?;
        let request = exchange.request().clone();
        let replace = move |store: &mut dyn Store| {
            let current = store.customer(id)?.ok_or_else(nothing)?;
            // Nobody comes between this look and the write.
            Document::one(&current).check(&request)?;
            let customer = Customer::new(id, draft);
            store.replace(&customer)?;
            Ok::<_, Problem>(customer)
        };
        let customer = self.keeper.run(replace).await?;
        // What was sent is not what GET gives: the id is added. An ETag would say that it
        // is (RFC 9110 9.3.4).
        Ok(Document::one(&customer).answer(200, format).without_tag())
    }
    // ANCHOR_END: put

    pub(super) async fn delete(&self, exchange: &mut Exchange, id: Id) -> Result<Answer, Refusal> {
        self.check_match(exchange.request())?;
        let request = exchange.request().clone();
        let delete = move |store: &mut dyn Store| {
            let current = store.customer(id)?.ok_or_else(nothing)?;
            Document::one(&current).check(&request)?;
            store.delete(id)?;
            Ok::<_, Problem>(())
        };
        self.keeper.run(delete).await?;
        Ok(Answer::new(Response::new(204)))
    }

    /// Whether a change says what it changes, where it must.
    fn check_match(&self, request: &Request) -> Result<(), Problem> {
        if self.require_match && !request.headers.contains("if-match") {
            return Err(Problem::new(&MATCH_NEEDED, "there is no If-Match"));
        }
        Ok(())
    }
}
