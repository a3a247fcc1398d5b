//! The proof that steps teach: what is right passes, what is wrong is caught, by tests that are quick.
//!
//! ```text
//! step ─► faults       names, hints, page, format: by reading
//!      ─► Workshop     a package for each answer: the stub, the solution, each wrong one
//!           │ cargo    once for all of them, over one target folder
//!           ▼
//!         Report       of each answer's tests ─► what it should have been
//! ```

mod answer;
mod faults;
mod workshop;

use crate::{Course, Error, Step, trial::Report};
use answer::Answer;
use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};
use workshop::Workshop;

/// The tests of an answer run no longer.
const LIMIT: Duration = Duration::from_secs(30);

/// The tests of a solution take less.
const QUICK: Duration = Duration::from_secs(2);

/// How often they may try, on a machine that has other things to do.
const TRIES: usize = 3;

/// What was found about one step.
#[derive(Debug)]
pub struct Proof {
    /// How many wrong answers were caught.
    pub caught: usize,
    /// How long the tests of the solution took.
    pub took: Duration,
    /// What is not in order; nothing, if the step is.
    pub faults: Vec<String>,
}

/// Proves `steps`, and tells `say` of each, in their order, as soon as it is known.
///
/// # Errors
/// If files cannot be read or written, or cargo cannot work at all.
pub fn verify(
    course: &Course,
    steps: &[&Step],
    mut say: impl FnMut(&Step, &Proof),
) -> Result<(), Error> {
    let read: Vec<Vec<String>> =
        steps.iter().map(|step| faults::find(course, step)).collect::<Result<_, _>>()?;
    let workshop = Workshop::build(course, steps)?;
    let next = AtomicUsize::new(0);
    let (sender, proofs) = mpsc::channel();
    let work = || {
        let sender = sender.clone();
        while let Some((index, step)) = take(&next, steps) {
            let proof = prove(&workshop, step, read[index].clone());
            if sender.send((index, proof)).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(2, usize::from);
        for _ in 0..workers {
            scope.spawn(work);
        }
        let mut known: Vec<Option<Proof>> = steps.iter().map(|_| None).collect();
        let mut told = 0;
        while told < steps.len() {
            let (index, proof) = proofs.recv().expect("each step is proven by a worker");
            known[index] = Some(proof?);
            while let Some(Some(proof)) = known.get(told) {
                say(steps[told], proof);
                told += 1;
            }
        }
        Ok(())
    })
}

fn take<'a>(next: &AtomicUsize, steps: &[&'a Step]) -> Option<(usize, &'a Step)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, *steps.get(index)?))
}

fn prove(workshop: &Workshop, step: &Step, mut faults: Vec<String>) -> Result<Proof, Error> {
    let mut caught = 0;
    let mut took = Duration::ZERO;
    for answer in Answer::all(step)? {
        let complaints = workshop.complaints(step, &answer);
        if !complaints.is_empty() {
            faults.push(format!("{answer}: the compiler complains\n{}", complaints.join("\n")));
            continue;
        }
        let reports = workshop.run(step, &answer, LIMIT)?;
        if answer == Answer::Solution {
            took = best(workshop, step, &reports)?;
            if took >= QUICK {
                faults.push(format!(
                    "its tests take {:.1} s, not less than {:.0}",
                    took.as_secs_f32(),
                    QUICK.as_secs_f32()
                ));
            }
        }
        match answer.judge(&reports) {
            Ok(()) => caught += usize::from(matches!(answer, Answer::Wrong(_))),
            Err(fault) => faults.push(format!("{answer}: {fault}")),
        }
    }
    Ok(Proof { caught, took, faults })
}

/// How long the solution's tests took; when they were slow, they may try again.
fn best(workshop: &Workshop, step: &Step, reports: &[Report]) -> Result<Duration, Error> {
    let sum = |reports: &[Report]| reports.iter().map(|report| report.took).sum::<Duration>();
    let mut best = sum(reports);
    for _ in 1..TRIES {
        if best < QUICK {
            break;
        }
        best = best.min(sum(&workshop.run(step, &Answer::Solution, LIMIT)?));
    }
    Ok(best)
}
