//! What is there for who learns: the welcome page, the kinds of problems, the clock.

use super::{Api, JSON, body, nothing};
use crate::{
    problem::{KINDS, Refusal},
    representation::{Answer, Document, Format},
};
use server::Exchange;

impl Api {
    pub(super) fn problems(&self, exchange: &Exchange) -> Result<Answer, Refusal> {
        Ok(Document::list("/problems", KINDS, None).get(exchange.request())?)
    }

    pub(super) fn problem(&self, exchange: &Exchange, slug: &str) -> Result<Answer, Refusal> {
        let kind = KINDS.iter().find(|kind| kind.slug == slug).ok_or_else(nothing)?;
        Ok(Document::one(kind).get(exchange.request())?)
    }

    pub(super) fn clock(&self, exchange: &Exchange) -> Result<Answer, Refusal> {
        Ok(Document::one(&self.gate.clock.time()).get(exchange.request())?.secret())
    }

    pub(super) async fn put_clock(&self, exchange: &mut Exchange) -> Result<Answer, Refusal> {
        let format = Format::wanted(&exchange.request().headers)?;
        let (body, _) = body(exchange, &[JSON]).await?;
        self.gate.clock.put(&body)?;
        Ok(Document::one(&self.gate.clock.time()).answer(200, format).secret())
    }
}
