//! Everybody comes, goes, speaks and loses the line, through all doors at once.

use crate::{
    assert_each_once, chat_with, limits,
    member::{Door, Member},
    settings, site,
};
use chat::{room::Limits, site::Settings};
use std::{collections::BTreeSet, net::SocketAddr, time::Duration};
use tokio::time::{sleep, timeout};

const MEMBERS: u64 = 50;
const STEPS: usize = 25;

#[tokio::test]
async fn nothing_is_lost_nothing_comes_twice_and_there_is_one_order() {
    // Who has lost the line is not seen off while the test runs.
    let limits = Limits { absence: site::PATIENCE * 4, ..limits() };
    let chat = chat_with(Settings { limits, ..settings() }).await;
    let mut witness = Member::enter(chat.address, Door::WebSocket, "Witness").await;

    let lives: Vec<_> =
        (0..MEMBERS).map(|seed| tokio::spawn(live(chat.address, Chance(seed + 1)))).collect();
    let mut members = Vec::new();
    for life in lives {
        members.push(timeout(site::PATIENCE, life).await.expect("it goes on").unwrap());
    }
    let said: usize = members.iter().map(|(_, said)| said).sum();
    witness.hear(said).await;
    let once: BTreeSet<&str> = witness.texts().into_iter().collect();
    assert_eq!((witness.heard.len(), once.len()), (said, said), "nothing is said twice");
    assert_each_once(&witness);

    let last = witness.heard.last().cloned().unwrap();
    for (mut member, _) in members {
        member.listen_until(|member| member.heard.last() == Some(&last)).await;
        let first = member.heard.first().unwrap().0;
        let since = witness.heard.iter().position(|(place, _)| *place == first).unwrap();
        assert_eq!(member.heard, witness.heard[since..], "{}", member.name);
        assert_eq!(member.lost, 0);
    }
    assert_eq!(witness.lost, 0);
}

/// Comes in, and speaks, listens, loses its line and changes its door as it happens;
/// now and then it leaves, and comes in as somebody else. What was said must be known
/// to have arrived before that. The second is how much was said in all.
async fn live(address: SocketAddr, mut chance: Chance) -> (Member, usize) {
    let mut said = 0;
    let mut member = Member::enter(address, chance.door(), "Somebody").await;
    for step in 0..STEPS {
        match chance.of(8) {
            0..3 => {
                said += 1;
                member.say(&format!("{}: {step} 안녕", member.name)).await;
            }
            3..5 => {
                // The line is cut, in the middle of whatever comes.
                if listen_for(&mut member, chance.of(30)).await {
                    match chance.of(3) {
                        0 => member.fall_silent(),
                        _ => member.cut(),
                    }
                }
                member.repeat().await;
            }
            5 => _ = listen_for(&mut member, chance.of(30)).await,
            6 => {
                member.change_to(chance.door());
                member.repeat().await;
            }
            _ if chance.of(4) == 0 => {
                settle(&mut member).await;
                member.leave().await;
                sleep(Duration::from_millis(chance.of(10))).await;
                member = Member::enter(address, chance.door(), "Somebody").await;
            }
            _ => sleep(Duration::from_millis(chance.of(10))).await,
        }
    }
    // What is said last is heard by all who are still here.
    said += 1;
    member.say(&format!("{}: the last word", member.name)).await;
    settle(&mut member).await;
    (member, said)
}

/// Listens for so many milliseconds; whether anything came. If not, the line is cut.
async fn listen_for(member: &mut Member, millis: u64) -> bool {
    let came = timeout(Duration::from_millis(millis), member.listen()).await.is_ok();
    if !came {
        member.cut();
    }
    came
}

/// Listens until all that it has said has arrived.
async fn settle(member: &mut Member) {
    member.cut();
    member.repeat().await;
    member.listen_until(|member| !member.has_pending()).await;
}

/// Numbers that look random, and are the same for the same seed.
struct Chance(u64);

impl Chance {
    fn of(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % count
    }

    fn door(&mut self) -> Door {
        Door::ALL[usize::try_from(self.of(Door::ALL.len() as u64)).unwrap()]
    }
}
