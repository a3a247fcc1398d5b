//! Small messages that inflate to large ones.

use super::child::{self, Child};
use crate::{
    neighbour::Neighbour,
    socket::{Socket, close_code, frame},
    victim::throw,
};
use frame::{
    Kind,
    deflate::{Deflater, Window},
};
use tokio::{
    runtime,
    task::{JoinSet, spawn_blocking},
};

/// A message of zeros, compressed.
fn bomb(len: usize) -> Vec<u8> {
    let mut compressed = Vec::new();
    Deflater::new(Window::default(), 9).encode(&vec![0; len], &mut compressed);
    frame(0xc2, &compressed)
}

#[tokio::test]
async fn refuses_a_message_that_inflates_to_too_much_with_1009() {
    let child = Child::start(child::DEFLATING);
    let neighbour = Neighbour::of(child.address).await;
    let before = child.peak();
    let bomb = bomb(64 << 20);
    let mut throwing = JoinSet::new();
    for _ in 0..32 {
        let (socket, bomb) = (Socket::open_deflating(child.address, "/socket").await, bomb.clone());
        throwing.spawn(async move { socket.throw(&bomb).await });
    }
    while let Some(said) = throwing.join_next().await {
        assert_eq!(close_code(&said.unwrap()), Some(1009));
    }
    neighbour.ends_unharmed().await;
    let grown = child.peak() - before;
    assert!(grown < 32 * (2 << 10), "32 bombs of 64 MiB cost {grown} KiB");
}

#[tokio::test]
async fn echoes_many_small_bombs_of_one_read_one_after_the_other() {
    let child = Child::start(child::DEFLATING);
    let neighbour = Neighbour::of(child.address).await;
    let before = child.peak();
    let mut attack = bomb(1 << 20).repeat(50);
    assert!(attack.len() < 64 << 10);
    attack.extend(frame(0x88, b""));
    let said = Socket::open_deflating(child.address, "/socket").await.throw(&attack).await;
    assert_eq!(said.len(), 51);
    assert!(
        said[..50].iter().all(|(kind, payload)| *kind == Kind::Binary && payload.len() == 1 << 20)
    );
    neighbour.ends_unharmed().await;
    let grown = child.peak() - before;
    assert!(grown < 4 << 10, "50 MiB cost {grown} KiB");
}

#[tokio::test]
async fn hears_others_while_it_inflates() {
    let child = Child::start(child::DEFLATING);
    let neighbour = Neighbour::of(child.address).await;
    let (address, attackers, bombs) = (child.address, 4, 1000);
    let attack = [bomb(1 << 20).repeat(bombs), frame(0x88, b"")].concat();
    let before = neighbour.rounds();
    // On a thread of its own: only the server shall stand in the neighbour's way.
    let attacking = move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut throwing = JoinSet::new();
            for _ in 0..attackers {
                let socket = Socket::open_deflating(address, "/socket").await;
                let attack = attack.clone();
                throwing.spawn(async move { throw(socket.into(), &attack).await });
            }
            while let Some(answer) = throwing.join_next().await {
                assert!(answer.unwrap().ends_with(b"\x88\0"));
            }
        });
    };
    spawn_blocking(attacking).await.unwrap();
    let rounds = neighbour.rounds() - before;
    // A round is two messages, and each waits for one bomb of every attacker at most.
    assert!(rounds as usize > bombs / 2 / 10, "{rounds} rounds in {bombs} bombs of each attacker");
    neighbour.ends_unharmed().await;
}
