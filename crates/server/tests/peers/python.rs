//! Python's `websockets`, on either side.

use crate::{
    for_each_compression,
    house::{ForeignHouse, House},
    program::{PATIENCE, Peer, Program, script},
    visitor,
};

#[tokio::test]
#[ignore = "needs Python's websockets"]
async fn pythons_websockets_goes_through_every_door_of_our_server() {
    for_each_compression(async |plan| {
        let house = House::open(plan.compression.is_ours()).await;
        let arguments = [script("python/client.py"), house.url(), plan.json()];
        let mut visitor = Program::start(Peer::Python, arguments);
        tokio::join!(visitor.rest(PATIENCE), house.expect(&plan));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Python's websockets"]
async fn our_client_goes_through_every_door_of_pythons_websockets() {
    for_each_compression(async |plan| {
        let house = ForeignHouse::open(Peer::Python, "python/server.py", &plan).await;
        visitor::visit(&house.url, &plan, plan.compression.is_ours()).await;
        house.expect(&plan).await;
    })
    .await;
}
