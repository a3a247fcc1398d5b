//! What the program can be told, and what it makes of it.

use crate::{
    clock::Clock,
    gate::Gate,
    login::User,
    session::Sessions,
    store::{Keeper, Memory, Sqlite},
    token::Key,
};
use clap::Parser;
use server::Server;
use std::{error::Error, path::PathBuf, sync::Mutex};

/// Customers, as a REST API, on this computer only.
#[derive(Debug, Parser)]
#[command(name = "customers", max_term_width = 100, after_help = HELP)]
pub(crate) struct Options {
    /// Where to listen; 0 takes a free port
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,

    /// Keep the customers in this file; without it they are gone with the program
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// Speak HTTPS, with a certificate made this moment (curl needs -k)
    #[arg(long)]
    pub(crate) tls: bool,

    /// Refuse a PUT or DELETE without If-Match
    #[arg(long)]
    pub(crate) require_match: bool,

    /// Who may log in
    #[arg(long, value_name = "NAME", default_value = "ada")]
    user: String,

    /// With which password
    #[arg(long, default_value = "lovelace")]
    password: String,

    /// How long a login lasts
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600,
        value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    login_lasts: u64,

    /// Sign tokens with the key in this file (made if there is none): they outlive the program
    #[arg(long, value_name = "FILE")]
    token_key: Option<PathBuf>,

    /// Remember the tokens that were logged out, so that they hold no longer
    #[arg(long)]
    remember_logouts: bool,

    /// Let PUT /clock put the clock ahead, to see logins expire
    #[arg(long)]
    pub(crate) practice_clock: bool,

    #[arg(
        long,
        value_name = "FILTER",
        help = "What to log: off, info, debug, server=trace [default: RUST_LOG, or else info]"
    )]
    log: Option<String>,
}

impl Options {
    pub(crate) fn log(&self) -> String {
        let asked = self.log.clone().or_else(|| std::env::var("RUST_LOG").ok());
        asked.unwrap_or_else(|| "info".to_owned())
    }

    pub(crate) fn keeper(&self) -> Result<Keeper, Box<dyn Error>> {
        Ok(match &self.data {
            None => Keeper::start(Memory::new())?,
            Some(path) => {
                let store = Sqlite::open(path).map_err(|error| {
                    format!("cannot keep customers in {}: {error}", path.display())
                })?;
                Keeper::start(store)?
            }
        })
    }

    pub(crate) fn gate(&self) -> Result<Gate, Box<dyn Error>> {
        let key = match &self.token_key {
            None => Key::random(),
            Some(path) => Key::in_file(path)
                .map_err(|error| format!("cannot take the key from {}: {error}", path.display()))?,
        };
        Ok(Gate {
            user: User::new(self.user.clone(), &self.password),
            sessions: Sessions::default(),
            key,
            taken_back: self.remember_logouts.then(Mutex::default),
            clock: Clock::default(),
            lasts: self.login_lasts,
        })
    }

    pub(crate) fn server(&self) -> Result<Server, Box<dyn Error>> {
        let mut server = Server::default();
        // A customer is a few hundred bytes.
        server.http.limits.body = 64 << 10;
        // Under no other name: a foreign page could point its own name at this computer.
        server.http.hosts = ["127.0.0.1", "localhost"].map(str::to_owned).to_vec();
        if self.tls {
            #[cfg(feature = "tls")]
            {
                let (tls, _) = server::tls::Acceptor::for_practice(&["localhost", "127.0.0.1"])?;
                server.tls = Some(tls);
            }
            #[cfg(not(feature = "tls"))]
            return Err("this build has no TLS: build it with --features tls".into());
        }
        Ok(server)
    }
}

const HELP: &str = "\
Try it in a second terminal. ETAG and TOKEN stand for what the server said.
  curl -i 127.0.0.1:8080/
  curl -i 127.0.0.1:8080/customers \\
       --json '{\"customer\": {\"name\": \"Ada\", \"email\": \"ada@example.com\"}}'
  curl -i 127.0.0.1:8080/customers/123 -H 'Accept: text/html'
  curl -i 127.0.0.1:8080/customers/123
  curl -i 127.0.0.1:8080/customers/123 -H 'If-None-Match: ETAG'
  curl -i 127.0.0.1:8080/customers/123 -X PUT -H 'If-Match: ETAG' \\
       --json '{\"customer\": {\"name\": \"Ada King\", \"email\": \"ada@example.com\"}}'
  curl -i 127.0.0.1:8080/customers/123/orders \\
       --json '{\"order\": {\"item\": \"tea\", \"quantity\": 2}}'
  curl -i 127.0.0.1:8080/customers/123/orders/1 -H 'Accept: text/plain'
  curl -i 127.0.0.1:8080/customers/123 -X DELETE

Known again by a cookie, the server remembers:
  curl -i 127.0.0.1:8080/session -d 'name=ada&password=lovelace' -c jar
  curl -i 127.0.0.1:8080/me -b jar
  curl -i 127.0.0.1:8080/session/costs -b jar -H 'Accept: text/plain'
  curl -i 127.0.0.1:8080/session -b jar -X DELETE -H 'Sec-Fetch-Site: same-origin'

Known again by a token, the server remembers nothing:
  curl -i 127.0.0.1:8080/session -d 'name=ada&password=lovelace&by=token'
  curl -i 127.0.0.1:8080/me -H 'Authorization: Bearer TOKEN'
  curl -i 127.0.0.1:8080/session -X DELETE -H 'Authorization: Bearer TOKEN'

With --practice-clock, an hour passes at once:
  curl -i 127.0.0.1:8080/clock -X PUT --json '{\"clock\": {\"ahead\": 3600}}'";
