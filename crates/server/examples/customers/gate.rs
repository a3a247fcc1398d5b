//! Who asks? HTTP forgets: every request is the first. Two ways to be known again.
//!
//! ```text
//! POST /session  {"session": {"name": …, "password": …, "by": "cookie"}}
//!   ◄── Set-Cookie: session=9c2e…                the server writes down who that is,
//! GET /me        Cookie: session=9c2e…           and looks it up
//!
//! POST /session  {"session": {"name": …, "password": …, "by": "token"}}
//!   ◄── {"session": {"token": "eyJ…"}}           the server writes nothing down,
//! GET /me        Authorization: Bearer eyJ…      and checks its own signature
//! ```

use crate::{
    clock::Clock,
    cookie,
    login::{Login, Logout, Me, Opened, User, Way},
    problem::{LOGIN_NEEDED, Problem},
    representation::{Answer, Document, Format},
    session::{Session, Sessions},
    token::{Claims, Key},
};
use http1::{Headers, Request, Response};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Knows who asks.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) user: User,
    pub(crate) sessions: Sessions,
    pub(crate) key: Key,
    /// The tokens that were taken back, and when they would have expired. `None`: the
    /// server does not remember such things.
    pub(crate) taken_back: Option<Mutex<HashMap<String, u64>>>,
    pub(crate) clock: Clock,
    /// How long a login lasts, in seconds.
    pub(crate) lasts: u64,
}

/// The name of the cookie.
pub(crate) const COOKIE: &str = "session";

impl Gate {
    // ANCHOR: who
    /// Who asks, by the token or the cookie that came along.
    ///
    /// # Errors
    /// Nobody knows, or not any more: 401.
    pub(crate) fn who(&self, headers: &Headers) -> Result<Me, Problem> {
        let now = self.clock.now();
        if let Some(token) = bearer(headers) {
            let claims = self.verify(token, now)?;
            return Ok(Me::new(claims.sub, Way::Token, claims.exp - now));
        }
        let session = cookie::find(headers, COOKIE)?.and_then(|id| self.sessions.find(id, now));
        let session =
            session.ok_or_else(|| unknown("no token came along, and no cookie we know"))?;
        Ok(Me::new(session.name, Way::Cookie, session.until - now))
    }
    // ANCHOR_END: who

    // ANCHOR: log_in
    /// Logs in who knows the password.
    ///
    /// # Errors
    /// The password is wrong, or nobody has that name: 401, which does not say which.
    pub(crate) fn log_in(
        &self,
        Login { name, password, way }: Login,
        request: &Request,
        secure: bool,
    ) -> Result<Answer, Problem> {
        let format = Format::wanted(&request.headers)?;
        if !self.user.is(&name, &password) {
            return Err(unknown("the name or the password is wrong"));
        }
        let now = self.clock.now();
        let until = now + self.lasts;
        let me = Me::new(name.clone(), way, self.lasts);
        if way == Way::Token {
            let token = self.key.sign(&Claims { sub: name, exp: until });
            return Ok(Document::one(&Opened { me, token: Some(token) }).answer(200, format));
        }
        // A number from before the login is worth nothing after it: somebody else may
        // have planted it, and wait for us to log in (session fixation).
        if let Some(old) = cookie::find(&request.headers, COOKIE)? {
            self.sessions.close(old);
        }
        let id = self.sessions.open(Session { name, until }, now);
        let cookie = cookie::set(COOKIE, &id, self.lasts, secure);
        let answer = Document::one(&Opened { me, token: None }).answer(200, format);
        Ok(answer.with("Set-Cookie", cookie))
    }
    // ANCHOR_END: log_in

    // ANCHOR: log_out
    /// Logs out, as far as that can be done.
    ///
    /// # Errors
    /// The token does not hold, or two cookies of one name came along.
    pub(crate) fn log_out(&self, request: &Request, secure: bool) -> Result<Answer, Problem> {
        let now = self.clock.now();
        let Some(token) = bearer(&request.headers) else {
            if let Some(id) = cookie::find(&request.headers, COOKIE)? {
                self.sessions.close(id);
            }
            let forget = cookie::set(COOKIE, "", 0, secure);
            return Ok(Answer::new(Response::new(204)).with("Set-Cookie", forget));
        };
        let claims = self.verify(token, now)?;
        let Some(taken_back) = &self.taken_back else {
            // The truth: it is signed, and nobody here remembers anything.
            let format = Format::wanted(&request.headers)?;
            let logout = Logout { ended: false, good_for: claims.exp - now };
            return Ok(Document::one(&logout).answer(200, format));
        };
        let mut taken_back = taken_back.lock().unwrap_or_else(PoisonError::into_inner);
        taken_back.retain(|_, until| *until > now);
        taken_back.insert(token.to_owned(), claims.exp);
        Ok(Answer::new(Response::new(204)))
    }
    // ANCHOR_END: log_out

    /// What a token says, if it holds.
    fn verify(&self, token: &str, now: u64) -> Result<Claims, Problem> {
        let claims = self.key.verify(token, now).map_err(|why| expired(&why.to_string()))?;
        let taken_back = self.taken_back.as_ref().is_some_and(|taken_back| {
            taken_back.lock().unwrap_or_else(PoisonError::into_inner).contains_key(token)
        });
        if taken_back { Err(expired("it was taken back")) } else { Ok(claims) }
    }
}

/// `Authorization: Bearer eyJ…` (RFC 6750 2.1).
pub(crate) fn bearer(headers: &Headers) -> Option<&str> {
    let (scheme, token) = headers.get_str("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// A 401 says how to be known (RFC 9110 15.5.2).
fn unknown(detail: &str) -> Problem {
    Problem::new(&LOGIN_NEEDED, detail).with("WWW-Authenticate", "Bearer realm=\"customers\"")
}

/// A token came, and does not hold (RFC 6750 3).
fn expired(why: &str) -> Problem {
    let challenge = "Bearer realm=\"customers\", error=\"invalid_token\"";
    Problem::new(&LOGIN_NEEDED, format!("the token does not hold: {why}"))
        .with("WWW-Authenticate", challenge)
}
