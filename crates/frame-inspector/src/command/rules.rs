//! The rule book, printed.

use super::Failure;
use std::{io::Write, process::ExitCode};
use wire::Rule;

/// Prints every rule, those of a family, or one.
pub(super) fn print(out: &mut impl Write, id: Option<&str>) -> Result<ExitCode, Failure> {
    let all = crate::rules();
    let chosen: Vec<&Rule> = match id {
        None => all,
        Some(id) => all.into_iter().filter(|rule| rule.id == id || rule.family() == id).collect(),
    };
    match (chosen.as_slice(), id) {
        ([], id) => {
            let id = id.unwrap_or_default();
            return Err(Failure::Said(format!(
                "there is no rule {id:?}; `frame-inspector rules` lists them all"
            )));
        }
        ([rule], Some(_)) => {
            writeln!(out, "{}\n  {}.", rule.id, rule.sentence)?;
            writeln!(out, "  section   {}", rule.section)?;
            writeln!(out, "  severity  {}", rule.severity.name())?;
            writeln!(out, "  answer    {}", rule.answer)?;
        }
        (rules, _) => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            let sections = rules.iter().map(|rule| rule.section.len()).max().unwrap_or(0);
            for rule in rules {
                writeln!(
                    out,
                    "{:width$}  {:sections$}  {:9}  {:11}  {}",
                    rule.id,
                    rule.section,
                    rule.severity.name(),
                    rule.answer.to_string(),
                    rule.sentence
                )?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
