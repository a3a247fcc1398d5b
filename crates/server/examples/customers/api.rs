//! What can be asked, and what is answered.
//!
//! | | GET, HEAD | POST | PUT | DELETE |
//! | --- | --- | --- | --- | --- |
//! | `/customers` | the list | 201, a new one | | |
//! | `/customers/123` | the customer | | replaced | 204, gone |
//! | `/customers/223/orders` | the list | 201, a new one | | |
//! | `/customers/223/orders/12` | the order | | | |
//! | `/session` | | log in | | log out |
//! | `/session/costs` | what that costs | | | |
//! | `/me` | who asks | | | |
//!
//! Beside these: `/` is the welcome page, `/problems` explains refusals, `/clock` is
//! there with `--practice-clock`. OPTIONS says what can be done with any of them.

mod customers;
mod orders;
mod practice;
mod sessions;

use crate::{
    cookie,
    customer::Id,
    gate::{COOKIE, Gate},
    origin,
    problem::{MEDIA_TYPE, METHOD_NOT_ALLOWED, NOT_FOUND, Problem, Refusal},
    representation::Answer,
    store::Keeper,
    welcome,
};
use http1::{MediaType, Response};
use server::{Error, Exchange, Handler};

/// Everything that answers are made of.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) keeper: Keeper,
    pub(crate) gate: Gate,
    /// Whether a change must say what it changes, with If-Match.
    pub(crate) require_match: bool,
    /// Whether `/clock` is there.
    pub(crate) practice_clock: bool,
}

impl Handler for Api {
    async fn handle(&self, mut exchange: Exchange) -> Result<(), Error> {
        let Answer { response, body } = match self.answer(&mut exchange).await {
            Ok(answer) => answer,
            Err(Refusal::Problem(problem)) => problem.answer(),
            Err(Refusal::Server(error)) => return Err(error),
        };
        exchange.respond(response, &body).await
    }
}

impl Api {
    // ANCHOR: answer
    async fn answer(&self, exchange: &mut Exchange) -> Result<Answer, Refusal> {
        let segments = exchange.segments()?;
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some(allow) = self.allow(&path) else { return Err(nothing().into()) };
        let method = exchange.request().method.clone();
        if !method.is_safe() {
            let cookie = cookie::find(&exchange.request().headers, COOKIE)?;
            origin::check(exchange, cookie.is_some())?;
        }
        // ANCHOR: routes
        match (method.as_str(), &*path) {
            ("GET" | "HEAD", ["customers"]) => self.customers(exchange).await,
            ("POST", ["customers"]) => self.create(exchange).await,
            ("GET" | "HEAD", ["customers", id]) => self.customer(exchange, find(id)?).await,
            ("PUT", ["customers", id]) => self.replace(exchange, find(id)?).await,
            ("DELETE", ["customers", id]) => self.delete(exchange, find(id)?).await,
            // ANCHOR_END: routes
            ("GET" | "HEAD", ["customers", id, "orders"]) => self.orders(exchange, find(id)?).await,
            ("POST", ["customers", id, "orders"]) => self.create_order(exchange, find(id)?).await,
            ("GET" | "HEAD", ["customers", id, "orders", order]) => {
                self.order(exchange, find(id)?, find(order)?).await
            }

            ("POST", ["session"]) => self.log_in(exchange).await,
            ("DELETE", ["session"]) => self.log_out(exchange),
            ("GET" | "HEAD", ["session", "costs"]) => self.costs(exchange),
            ("GET" | "HEAD", ["me"]) => self.me(exchange),

            ("GET" | "HEAD", []) => Ok(welcome::answer(exchange.request())),
            ("GET" | "HEAD", ["problems"]) => self.problems(exchange),
            ("GET" | "HEAD", ["problems", slug]) => self.problem(exchange, slug),
            ("GET" | "HEAD", ["clock"]) => self.clock(exchange),
            ("PUT", ["clock"]) => self.put_clock(exchange).await,

            ("OPTIONS", _) => Ok(Answer::new(Response::new(204).with("Allow", allow))),
            (method, _) => {
                let detail = format!("{method} is not among {allow}");
                Err(Problem::new(&METHOD_NOT_ALLOWED, detail).with("Allow", allow).into())
            }
        }
    }

    /// What can be done with what is at a path, if there is anything: the rows of the
    /// match above once more, for those who ask and for those who asked the wrong thing.
    fn allow(&self, path: &[&str]) -> Option<&'static str> {
        match path {
            ["customers"] | ["customers", _, "orders"] => Some("GET, HEAD, POST, OPTIONS"),
            ["customers", _] => Some("GET, HEAD, PUT, DELETE, OPTIONS"),
            ["customers", _, "orders", _] => Some("GET, HEAD, OPTIONS"),
            ["session"] => Some("POST, DELETE, OPTIONS"),
            ["session", "costs"] | ["me"] | [] => Some("GET, HEAD, OPTIONS"),
            ["problems"] | ["problems", _] => Some("GET, HEAD, OPTIONS"),
            ["clock"] if self.practice_clock => Some("GET, HEAD, PUT, OPTIONS"),
            ["*"] => Some("GET, HEAD, POST, PUT, DELETE, OPTIONS"),
            _ => None,
        }
    }
    // ANCHOR_END: answer
}

/// The id in a path: what cannot be one is not there.
fn find(id: &str) -> Result<Id, Problem> {
    id.parse().map_err(|()| nothing())
}

fn nothing() -> Problem {
    Problem::new(&NOT_FOUND, "nothing has this address, or not any more")
}

const JSON: &str = "application/json";

/// The body of a request, if it is of a kind that is understood here; and which one it is.
async fn body<'a>(
    exchange: &mut Exchange,
    understood: &[&'a str],
) -> Result<(Vec<u8>, &'a str), Refusal> {
    let headers = &exchange.request().headers;
    if headers.tokens("content-encoding").any(|coding| !coding.eq_ignore_ascii_case("identity")) {
        let problem = Problem::new(&MEDIA_TYPE, "the body is compressed");
        return Err(problem.with("Accept-Encoding", "identity").into());
    }
    let sent = headers.get_str("content-type").and_then(MediaType::decode);
    let sent = sent.as_ref().map_or("nothing", MediaType::essence);
    let Some(known) = understood.iter().find(|known| **known == sent) else {
        let detail = format!("Content-Type says {sent}");
        let field =
            if exchange.request().method.as_str() == "POST" { "Accept-Post" } else { "Accept" };
        return Err(Problem::new(&MEDIA_TYPE, detail).with(field, understood.join(", ")).into());
    };
    Ok((exchange.body().await?, known))
}
