//! A step, taken back to its stub; the answer that stood there is kept.

use super::paint::LINK;
use anstream::println;
use course::{Course, Error, Progress, Step};

pub(super) fn reset(course: &Course, step: &Step, progress: &mut Progress) -> Result<(), Error> {
    let kept = course.reset(step)?;
    progress.set_solved(step.name(), false)?;
    let name = step.name();
    match kept {
        Some(kept) => println!("{name} is as it was. Your answer is kept: {LINK}{kept}{LINK:#}"),
        None => println!("{name} is as it was, and you had written nothing."),
    }
    Ok(())
}
