//! The page is told the code that it has sent itself.

use crate::{Event, Verdict};
use wire::Side;

const NO_CODE: u16 = 1005;
const NO_CLOSE_FRAME: u16 = 1006;

/// Why a connection ended, as far as its last events tell.
pub fn verdict(events: &[Event]) -> Verdict {
    let goodbyes: Vec<(Side, Option<u16>)> = close_frames(events).collect();
    let end = events.iter().find_map(|&event| match event {
        Event::Fin(by) => Some(Verdict::Fin { by }),
        Event::Reset(by) => Some(Verdict::Reset { by }),
        Event::Unheard(_) | Event::CloseFrame(..) => None,
    });
    let unheard = events.iter().find_map(|&event| match event {
        Event::Unheard(by) => Some(Verdict::Unplugged { by }),
        _ => None,
    });
    let Some(&(by, code)) = goodbyes.first() else {
        return end.or(unheard).unwrap_or(Verdict::Open);
    };
    if goodbyes.iter().any(|&(side, _)| side == by.other()) {
        return Verdict::Closed { by, code };
    }
    if end.is_some() || events.contains(&Event::Unheard(by)) {
        return Verdict::Unanswered { by };
    }
    Verdict::Open
}

/// The code that a page is told at the end.
pub fn onclose(events: &[Event]) -> u16 {
    match close_frames(events).next() {
        Some((_, code)) => code.unwrap_or(NO_CODE),
        None => NO_CLOSE_FRAME,
    }
}

fn close_frames(events: &[Event]) -> impl Iterator<Item = (Side, Option<u16>)> {
    events.iter().filter_map(|&event| match event {
        Event::CloseFrame(by, code) => Some((by, code)),
        _ => None,
    })
}
