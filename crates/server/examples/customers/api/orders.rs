//! `/customers/223/orders` and `/customers/223/orders/12`: things that belong to one other
//! thing.

use super::{Api, JSON, body, nothing};
use crate::{
    customer::Id,
    order::OrderDraft,
    page::Page,
    problem::{Problem, Refusal},
    representation::{Answer, Document, Format},
    store::Store,
};
use server::Exchange;

impl Api {
    pub(super) async fn orders(&self, exchange: &mut Exchange, of: Id) -> Result<Answer, Refusal> {
        let page = Page::of(exchange)?;
        let find = move |store: &mut dyn Store| {
            store.customer(of)?.ok_or_else(nothing)?;
            Ok::<_, Problem>(store.orders(of, page.after, page.limit + 1)?)
        };
        let found = self.keeper.run(find).await?;
        Ok(page.answer(&format!("/customers/{of}/orders"), found, exchange.request())?)
    }

    pub(super) async fn order(
        &self,
        exchange: &mut Exchange,
        of: Id,
        id: Id,
    ) -> Result<Answer, Refusal> {
        let found = self.keeper.run(move |store| store.order(of, id)).await?;
        let order = found.ok_or_else(nothing)?;
        Ok(Document::one(&order).get(exchange.request())?)
    }

    pub(super) async fn create_order(
        &self,
        exchange: &mut Exchange,
        of: Id,
    ) -> Result<Answer, Refusal> {
        let format = Format::wanted(&exchange.request().headers)?;
        let (body, _) = body(exchange, &[JSON]).await?;
        let draft = OrderDraft::read(&body)?;
        let create = move |store: &mut dyn Store| {
            store.customer(of)?.ok_or_else(nothing)?;
            Ok::<_, Problem>(store.create_order(of, draft)?)
        };
        let order = self.keeper.run(create).await?;
        let location = format!("/customers/{of}/orders/{}", order.id);
        Ok(Document::one(&order).answer(201, format).with("Location", location))
    }
}
