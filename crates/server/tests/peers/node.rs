//! Node's `ws`, on either side.

use crate::{
    for_each_compression,
    house::{ForeignHouse, House},
    program::{PATIENCE, Peer, Program, script},
    visitor,
};

#[tokio::test]
#[ignore = "needs Node's ws"]
async fn nodes_ws_goes_through_every_door_of_our_server() {
    for_each_compression(async |plan| {
        let house = House::open(plan.compression.is_ours()).await;
        let arguments = [script("node/client.js"), house.url(), plan.json()];
        let mut visitor = Program::start(Peer::Node, arguments);
        tokio::join!(visitor.rest(PATIENCE), house.expect(&plan));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Node's ws"]
async fn our_client_goes_through_every_door_of_nodes_ws() {
    for_each_compression(async |plan| {
        let house = ForeignHouse::open(Peer::Node, "node/server.js", &plan).await;
        visitor::visit(&house.url, &plan, plan.compression.is_ours()).await;
        house.expect(&plan).await;
    })
    .await;
}
