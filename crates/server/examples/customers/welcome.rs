//! The first page: what there is, and how to ask for it.

use crate::representation::Answer;
use http1::{Accept, Request, Response};

/// For terminals, or for browsers.
pub(crate) fn answer(request: &Request) -> Answer {
    let html = "text/html; charset=utf-8";
    let text = "text/plain; charset=utf-8";
    // Who wants neither gets the text: better than nothing, and allowed (RFC 9110 12.4.1).
    let media_type = Accept::of(&request.headers).best(&[text, html]).unwrap_or(text);
    let body = if media_type == html { PAGE } else { TEXT };
    let response = Response::new(200)
        .with("Content-Type", media_type)
        .with("Vary", "Accept")
        .with("X-Content-Type-Options", "nosniff")
        .with(
            "Content-Security-Policy",
            "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
        );
    Answer { response, body: body.into() }
}

const TEXT: &str = "\
Customers, as a REST API.

GET    /customers                  the list; ?after=ID&limit=NUMBER for more of it
POST   /customers                  a new one: {\"customer\": {\"name\": \"Ada\", \"email\": \"ada@example.com\"}}
GET    /customers/123              one; as JSON, as a page or as text: Accept
PUT    /customers/123              another state in place of this one; If-Match: \"ETAG\"
DELETE /customers/123

GET    /customers/123/orders       what they ordered
POST   /customers/123/orders       {\"order\": {\"item\": \"tea\", \"quantity\": 2}}
GET    /customers/123/orders/1

POST   /session                    log in: {\"session\": {\"name\": ..., \"password\": ..., \"by\": \"cookie\"}}
                                   or by \"token\"
GET    /me                         who asks
GET    /session/costs              what it costs to be known
DELETE /session                    log out

GET    /problems                   why something is refused
";

const PAGE: &str = "\
<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Customers</title>
<h1>Customers, as a REST API</h1>
<ul>
<li><a href=\"/customers\">customers</a>
<li><a href=\"/me\">who asks</a>, and <a href=\"/session/costs\">what it costs to be known</a>
<li><a href=\"/problems\">why something is refused</a>
</ul>
<form method=\"post\" action=\"/session\">
<label>Name <input name=\"name\" autocomplete=\"username\"></label>
<label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\"></label>
<button name=\"by\" value=\"cookie\">Log in by cookie</button>
<button name=\"by\" value=\"token\">Log in by token</button>
</form>
</html>
";
