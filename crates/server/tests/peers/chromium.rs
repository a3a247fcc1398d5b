//! Chromium without a window: a page of ours is the visitor.

use crate::{
    house::{Doors, House},
    plan::{Compression, Plan, text},
    program::{Peer, Program},
};
use http1::Response;
use server::{Error, Exchange};
use std::{fs, net::SocketAddr, sync::Arc};
use tokio::sync::mpsc;

#[tokio::test]
#[ignore = "needs Chromium"]
async fn a_page_in_chromium_goes_through_every_door_of_our_server() {
    // A browser always offers to compress.
    tokio::join!(visit(Compression::Both), visit(Compression::OnlyTheirs));
}

async fn visit(compression: Compression) {
    let plan = Plan::of_a_browser(compression);
    let (doors, ends) = Doors::new(compression.is_ours());
    let (told, mut reports) = mpsc::unbounded_channel();
    let site = Arc::new(Site { doors, plan: plan.json(), reports: told });
    let answer = move |exchange| {
        let site = Arc::clone(&site);
        async move { site.answer(exchange).await }
    };
    let house = House::of(answer, ends).await;

    let mut browser = browse(house.address());
    let complaint = browser.until(reports.recv()).await.unwrap();
    assert_eq!(complaint, "");
    house.expect(&plan).await;
    drop(browser);
}

/// The doors, and pages beside them.
struct Site {
    doors: Arc<Doors>,
    plan: String,
    reports: mpsc::UnboundedSender<String>,
}

const PAGE: &str = include_str!("chromium/page.html");
const SCRIPT: &str = include_str!("chromium/page.js");

impl Site {
    async fn answer(&self, mut exchange: Exchange) -> Result<(), Error> {
        let ok = |media_type: &str| Response::new(200).with("Content-Type", media_type);
        match exchange.path() {
            "/" => exchange.respond(ok("text/html; charset=utf-8"), PAGE.as_bytes()).await,
            "/page.js" => exchange.respond(ok("text/javascript"), SCRIPT.as_bytes()).await,
            "/plan" => exchange.respond(ok("application/json"), self.plan.as_bytes()).await,
            "/favicon.ico" => exchange.respond(Response::new(404), b"").await,
            "/body" => {
                let body = exchange.body().await?;
                exchange.respond(ok("text/plain; charset=utf-8"), &body).await
            }
            "/stream" => {
                let mut reply = exchange.begin(ok("text/plain; charset=utf-8"))?;
                for piece in text(65_536).repeat(4).as_bytes().chunks(10_000) {
                    reply.send(piece).await?;
                }
                reply.end().await
            }
            "/report" => {
                let report = exchange.body().await?;
                exchange.respond(Response::new(204), b"").await?;
                self.reports.send(String::from_utf8_lossy(&report).into_owned()).unwrap();
                Ok(())
            }
            _ => self.doors.answer(exchange).await,
        }
    }
}

/// Opens the first page of a site, with a profile of its own. What a browser asks
/// the world for by itself is switched off.
fn browse(site: SocketAddr) -> Program {
    let profile = format!("{}/chromium-{}", env!("CARGO_TARGET_TMPDIR"), site.port());
    _ = fs::remove_dir_all(&profile);
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--remote-debugging-port=0",
        &format!("--user-data-dir={profile}"),
        &format!("http://{site}/"),
    ];
    Program::start(Peer::Chromium, flags)
}
