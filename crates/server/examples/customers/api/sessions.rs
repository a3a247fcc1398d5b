//! `/session`, `/session/costs` and `/me`.

use super::{Api, JSON, body};
use crate::{
    cost,
    login::{FORM, Login},
    problem::Refusal,
    representation::{Answer, Document},
};
use server::Exchange;

impl Api {
    pub(super) async fn log_in(&self, exchange: &mut Exchange) -> Result<Answer, Refusal> {
        let (body, media_type) = body(exchange, &[JSON, FORM]).await?;
        let login = Login::read(&body, media_type)?;
        Ok(self.gate.log_in(login, exchange.request(), exchange.peer().secure)?.secret())
    }

    pub(super) fn log_out(&self, exchange: &mut Exchange) -> Result<Answer, Refusal> {
        Ok(self.gate.log_out(exchange.request(), exchange.peer().secure)?.secret())
    }

    pub(super) fn me(&self, exchange: &Exchange) -> Result<Answer, Refusal> {
        let me = self.gate.who(&exchange.request().headers)?;
        Ok(Document::one(&me).get(exchange.request())?.secret())
    }

    pub(super) fn costs(&self, exchange: &Exchange) -> Result<Answer, Refusal> {
        let costs = cost::costs(exchange.request(), &self.gate);
        let costs = Document::list("/session/costs", &costs, None);
        Ok(costs.get(exchange.request())?.secret())
    }
}
