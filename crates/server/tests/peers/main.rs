//! Real programs talk with our server, and our client with theirs, over real sockets.
//!
//! ```text
//! curl                      ──►  our server         HTTP
//! Chromium                  ──►  our server         HTTP and WebSocket
//! Node's ws                 ◄─►  ours, both ways    WebSocket
//! Python's websockets       ◄─►  ours, both ways    WebSocket
//! tokio-tungstenite         ◄─►  ours, both ways    WebSocket
//! ```
//!
//! Every WebSocket server here is the same [`house`], every client the same
//! [`visitor`], told in four languages; the [`plan`] says what a visitor tries and
//! how each of its connections must end. A test that cannot find its program fails,
//! and says how the program is installed; tests that need one are ignored unless
//! asked for: `cargo test -p server --test peers -- --include-ignored`.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod chromium;
mod curl;
mod house;
mod node;
mod plan;
mod program;
mod python;
#[path = "../site/mod.rs"]
mod site;
mod tungstenite;
mod visitor;

use house::House;
use plan::{Compression, Plan};

#[tokio::test]
async fn our_client_goes_through_every_door_of_our_server() {
    for_each_compression(async |plan| {
        let house = House::open(plan.compression.is_ours()).await;
        let url = house.url();
        let visit = async {
            visitor::visit(&url, &plan, plan.compression.is_theirs()).await;
            visitor::stay(&url).await;
        };
        tokio::join!(visit, house.expect(&plan));
    })
    .await;
}

/// Visits with and without compression, all at once.
async fn for_each_compression(visit: impl AsyncFn(Plan)) {
    tokio::join!(
        visit(Plan::of_a_program(Compression::Both)),
        visit(Plan::of_a_program(Compression::OnlyOurs)),
        visit(Plan::of_a_program(Compression::OnlyTheirs)),
    );
}
