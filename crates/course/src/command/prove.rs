//! `verify`, told line by line.

use super::paint::{BAD, FAINT, GOOD, counted, indented};
use anstream::println;
use course::{Course, Error, Step, verify::Proof};

/// Whether all of them are in order.
pub(super) fn prove(course: &Course, names: &[String]) -> Result<bool, Error> {
    let steps: Vec<&Step> = match names {
        [] => course.steps().iter().collect(),
        names => names.iter().map(|name| course.step(name)).collect::<Result<_, _>>()?,
    };
    let (mut passed, mut failed) = (0, 0);
    course::verify(course, &steps, |step, proof| {
        let Proof { caught, took, faults } = proof;
        let name = format!("{}/{}", step.chapter(), step.name());
        if faults.is_empty() {
            passed += 1;
            let caught = counted(*caught, "wrong answer");
            println!(
                "{GOOD}ok{GOOD:#}    {name}  {FAINT}{caught} caught, {:.2} s{FAINT:#}",
                took.as_secs_f32()
            );
        } else {
            failed += 1;
            println!("{BAD}FAIL{BAD:#}  {name}");
            for fault in faults {
                println!("{}", indented(fault, 6));
            }
        }
    })?;
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}
