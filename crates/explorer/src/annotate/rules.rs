//! `{{#rule ID}}` and `{{#rules CRATE}}`: the rule book.
//!
//! The rows of a table have the ids that the boxes link to: appendix B is those
//! tables.

use super::{Page, html, path};
use std::fmt::Write;
use wire::Rule;

/// Where the rule book stands in the site.
const APPENDIX: &str = "appendix-b-rules.html";

const HEAD: &str = "<thead><tr><th scope=\"col\">rule</th><th scope=\"col\">what it asks for</th>\
    <th scope=\"col\">answer</th><th scope=\"col\">section</th></tr></thead>";

/// Every rule of the project, in the order in which bytes meet it.
pub fn all() -> Vec<&'static Rule> {
    let above = [socketio::engineio::RULES, socketio::RULES].concat();
    [frame_inspector::rules(), above].concat()
}

/// One rule in a box.
pub(super) fn draw_one(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let id = arguments.trim();
    let all = all();
    let Some(rule) = all.iter().find(|rule| rule.id == id) else {
        return Err(path::unknown("rule", id, all.iter().map(|rule| rule.id)));
    };
    let (top, anchor, name) = (page.to_top(), anchor(rule), html::text(rule.id));
    Ok(format!(
        "<aside class=\"rule {}\" role=\"note\"><p class=\"rule-sentence\">{}</p>\
         <p class=\"rule-facts\"><a href=\"{top}{APPENDIX}#{anchor}\"><code>{name}</code></a> · {} · {}</p></aside>",
        rule.severity.name(),
        html::text(&sentence(rule)),
        html::section(rule.section),
        html::text(&answer(rule)),
    ))
}

/// The rules of a crate in a table.
pub(super) fn draw_all(page: &mut Page<'_>, arguments: &str) -> Result<String, String> {
    let family = arguments.trim();
    let all = all();
    let rules: Vec<_> = all.iter().filter(|rule| rule.family() == family).collect();
    if rules.is_empty() {
        let mut families: Vec<&str> = all.iter().map(|rule| rule.family()).collect();
        families.dedup();
        return Err(path::unknown("crate with rules", family, families));
    }
    let mut rows = String::new();
    for rule in rules {
        let (severity, name) = (rule.severity.name(), html::text(rule.id));
        let broken = broken_by(page, rule);
        write!(
            rows,
            "<tr id=\"{}\" class=\"{severity}\"><th scope=\"row\"><code>{name}</code>{broken}</th>\
             <td>{}</td><td>{}</td><td>{}</td></tr>",
            anchor(rule),
            html::text(&sentence(rule)),
            html::text(&answer(rule)),
            html::section(rule.section),
        )
        .expect("a string takes it");
    }
    Ok(format!(
        "<div class=\"rules\" role=\"group\" aria-label=\"the rules of {family}\" tabindex=\"0\">\
         <table>{HEAD}<tbody>{rows}</tbody></table></div>"
    ))
}

/// A link to the conversation that breaks the rule, where there is one.
fn broken_by(page: &Page<'_>, rule: &Rule) -> String {
    let folder = if rule.family() == "engineio" { "broken/socketio" } else { "broken" };
    let fixture = format!("{folder}/{}.hex", rule.id);
    match page.annotator.shelf.show(&fixture) {
        true => {
            let top = page.to_top();
            format!(" <a class=\"fixture\" href=\"{top}fixtures/{fixture}\">broken</a>")
        }
        false => String::new(),
    }
}

/// The id of the rule's row: `rule-frame-unmasked-client`.
fn anchor(rule: &Rule) -> String {
    format!("rule-{}", html::slug(rule.id))
}

/// The rule as a sentence of its own.
fn sentence(rule: &Rule) -> String {
    let mut letters = rule.sentence.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// What a correct peer does where it is broken.
fn answer(rule: &Rule) -> String {
    let answer = match rule.answer {
        wire::Answer::Nothing => "noted, and the conversation goes on".into(),
        wire::Answer::Disconnect => "the connection is ended".into(),
        answer => answer.to_string(),
    };
    match rule.severity {
        wire::Severity::Violation => answer,
        wire::Severity::Suspicion => format!("a suspicion: {answer}"),
    }
}
