//! A member in a storm: comes in, speaks, listens, loses the line, comes back.

use super::{
    Heard, World, add,
    line::{Cut, Door, Line, Object, Place, enter, leave},
};
use crate::random::Random;
use serde_json::json;
use std::{cell::RefCell, io, rc::Rc, time::Duration};
use tokio::{
    select,
    time::{Instant, sleep, sleep_until},
};

/// Somebody who is here.
#[derive(Debug)]
pub struct Member {
    world: Rc<World>,
    random: Random,
    door: Door,
    place: Place,
    line: Option<Line>,
    /// Whether a line was open before.
    was_here: bool,
    heard: Heard,
    /// What was said and not heard yet: its number, and the wish.
    pending: Vec<(u32, String)>,
}

/// How long a member says nothing in the mean, in milliseconds.
const PAUSE: u64 = 60_000;

/// How long a line holds at most, in milliseconds.
const HOLDS: u64 = 15_000;

/// Lives through the storm, as one member after the other.
pub(super) async fn live(world: Rc<World>, mut random: Random, lives: Rc<RefCell<Vec<Heard>>>) {
    // Not all at the same moment.
    sleep(millis(&mut random, 2_000)).await;
    let mut member = Member::enter(&world, random).await;
    add(&world.tally.came);
    let mut next_word = Instant::now() + millis(&mut member.random, 2 * PAUSE);
    let mut next_cut = Instant::now() + millis(&mut member.random, HOLDS);
    while Instant::now() < world.until {
        select! {
            () = member.listen() => {}
            () = sleep_until(next_word) => {
                next_word = Instant::now() + millis(&mut member.random, 2 * PAUSE);
                member.speak().await;
            }
            () = sleep_until(next_cut) => {
                next_cut = Instant::now() + millis(&mut member.random, HOLDS);
                if member.random.percent(10) {
                    let heard = member.go().await;
                    lives.borrow_mut().push(heard);
                    member = Member::enter(&world, member.random).await;
                    add(&world.tally.came);
                } else {
                    member.suffer().await;
                }
            }
            () = sleep_until(world.until) => {}
        }
    }
    member.settle().await;
    world.settled.send_modify(|settled| *settled += 1);
    member.hear_the_last_word().await;
    lives.borrow_mut().push(member.heard);
    world.gone.send_modify(|gone| *gone += 1);
}

fn millis(random: &mut Random, most: u64) -> Duration {
    Duration::from_millis(random.number() % most)
}

impl Member {
    /// Listens through a line that holds, until all is heard that was said.
    pub(super) async fn witness(world: Rc<World>) -> Heard {
        let mut witness = Member::enter(&world, Random::new(0)).await;
        witness.door = Door::WebSocket;
        let mut said = world.said.subscribe();
        loop {
            if said.borrow_and_update().is_some_and(|said| witness.heard.len() >= said) {
                return witness.heard;
            }
            select! {
                () = witness.listen() => {}
                _ = said.changed() => {}
            }
        }
    }

    /// Comes in as somebody new.
    async fn enter(world: &Rc<World>, mut random: Random) -> Member {
        let place = loop {
            match enter(world.port, "Somebody").await {
                Ok(place) => break place,
                Err(_) => sleep(millis(&mut random, 1_000)).await,
            }
        };
        let door = Door::ALL[random.between(0, Door::ALL.len() - 1)];
        Member {
            world: Rc::clone(world),
            random,
            door,
            place,
            line: None,
            was_here: false,
            heard: Heard::new(),
            pending: Vec::new(),
        }
    }

    /// Takes what comes next; opens a line first, where there is none.
    async fn listen(&mut self) {
        let Some(line) = &mut self.line else { return self.come_back().await };
        match line.next(&mut self.place).await {
            Ok(objects) => objects.iter().for_each(|object| self.take(object)),
            Err(error) => self.lose(&error),
        }
    }

    async fn come_back(&mut self) {
        let by_polling = self.random.percent(50);
        match Line::open(self.door, by_polling, &self.place).await {
            Ok(line) => {
                self.line = Some(line);
                if std::mem::replace(&mut self.was_here, true) {
                    add(&self.world.tally.comebacks[self.door as usize]);
                }
                self.repeat().await;
            }
            Err(error) => {
                self.lose(&error);
                sleep(millis(&mut self.random, 1_000)).await;
            }
        }
    }

    fn lose(&mut self, error: &io::Error) {
        if error.kind() == io::ErrorKind::PermissionDenied {
            self.world.complain(format!("members who were refused: {error}"));
        }
        self.line = None;
    }

    fn take(&mut self, object: &Object) {
        let is_entry = object.kind != "id";
        if let Some(cursor) = object.cursor.filter(|_| is_entry) {
            self.place.cursor = self.place.cursor.max(cursor);
        }
        match &*object.kind {
            "message" => {
                let number = object.text.split(' ').next().and_then(|text| text.parse().ok());
                let Some(number) = number else {
                    return self.world.complain("messages that nobody has said");
                };
                self.heard.push(number);
                self.pending.retain(|(pending, _)| *pending != number);
                add(&self.world.tally.heard[self.door as usize]);
            }
            "id" | "userlist" | "typing" | "username" => {}
            other => self.world.complain(format!("members who were told {other:?}")),
        }
    }

    /// Says something; now and then the line breaks meanwhile.
    async fn speak(&mut self) {
        let number = self.world.next_message.get();
        self.world.next_message.set(number + 1);
        let text = format!("{number} 안녕하세요! {}", "…".repeat(self.random.between(0, 30)));
        let wish = json!({"type": "message", "text": text, "key": number.to_string()}).to_string();
        self.pending.push((number, wish.clone()));
        let torn = self.random.percent(20);
        self.send(&wish, torn).await;
        if torn {
            add(&self.world.tally.cuts[Cut::Torn as usize]);
            self.cut(Cut::Torn);
        }
    }

    async fn send(&mut self, wish: &str, torn: bool) {
        let Some(line) = &mut self.line else { return };
        if let Err(error) = line.send(&self.place, wish, torn).await {
            self.lose(&error);
        }
    }

    /// Says again what was not heard.
    async fn repeat(&mut self) {
        for (_, wish) in self.pending.clone() {
            add(&self.world.tally.repeated);
            self.send(&wish, false).await;
        }
    }

    fn cut(&mut self, how: Cut) {
        if let Some(line) = self.line.take() {
            line.cut(how);
        }
    }

    /// Loses the line in one way or another, stays away for a while, and comes back,
    /// perhaps through another door.
    async fn suffer(&mut self) {
        let cut = [Cut::Reset, Cut::HalfClose, Cut::Silence][self.random.between(0, 2)];
        if self.line.is_some() {
            add(&self.world.tally.cuts[cut as usize]);
        }
        self.cut(cut);
        sleep(millis(&mut self.random, 3_000)).await;
        if self.random.percent(25) {
            self.door = Door::ALL[self.random.between(0, Door::ALL.len() - 1)];
        }
    }

    /// Listens until all is heard that was said here.
    async fn settle(&mut self) {
        let mut again = Instant::now() + AGAIN;
        while !self.pending.is_empty() {
            select! {
                () = self.listen() => {}
                () = sleep_until(again) => {
                    again += AGAIN;
                    self.repeat().await;
                }
            }
        }
    }

    /// Listens until the last message of all is heard.
    async fn hear_the_last_word(&mut self) {
        let mut last = self.world.last.subscribe();
        loop {
            if last.borrow_and_update().is_some_and(|last| last == self.heard.last().copied()) {
                return;
            }
            select! {
                () = self.listen() => {}
                _ = last.changed() => {}
            }
        }
    }

    /// Says goodbye; what was heard.
    async fn go(&mut self) -> Heard {
        self.settle().await;
        self.cut(Cut::Reset);
        // A goodbye may have arrived although its answer was lost.
        _ = leave(&self.place).await;
        add(&self.world.tally.went);
        std::mem::take(&mut self.heard)
    }
}

/// After how long what was not heard is said again, although the line holds.
const AGAIN: Duration = Duration::from_secs(3);
