//! The rule book's types.
//!
//! A protocol is a list of promises. Each crate of the ground keeps its list in
//! a module `rules` as a table of [`Rule`]s. The machines of that crate and the
//! inspector read the same table: a server turns the first fatal [`Violation`]
//! into its [`Answer`], the inspector collects them all and goes on.
//!
//! Book: appendix B.

use std::{borrow::Cow, fmt};

/// One thing that a peer must do or must not do. Two rules are equal when their ids are.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The stable name, `family/rule`: `frame/unmasked-client`.
    pub id: &'static str,
    /// Where it is written: `RFC 6455 5.1`.
    pub section: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What a correct peer does when the other side breaks it.
    pub answer: Answer,
    /// What the rule asks for, one sentence in lower case without a full stop.
    pub sentence: &'static str,
}

impl Rule {
    /// This rule, broken; `detail` says how, with the numbers that matter.
    pub fn broken(&'static self, detail: impl Into<Cow<'static, str>>) -> Violation {
        Violation { rule: self, detail: detail.into() }
    }

    /// The crate whose promise this is: `frame` of `frame/unmasked-client`.
    pub fn family(&self) -> &'static str {
        self.id.split('/').next().unwrap_or_default()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// How bad a broken rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Legal or undecidable, but likely a mistake or an attack.
    Suspicion,
    /// It breaks a MUST of the specification.
    Violation,
}

impl Severity {
    /// `violation` or `suspicion`, as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Suspicion => "suspicion",
            Severity::Violation => "violation",
        }
    }
}

/// What a correct peer answers to a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: it is noted, and the conversation goes on.
    Nothing,
    /// A WebSocket close frame with this code, then the end of the connection (RFC 6455 7.1.7).
    Close(u16),
    /// An HTTP response with this status.
    Status(u16),
    /// The end of the connection without a word, since none would be understood.
    Disconnect,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Nothing => write!(f, "nothing"),
            Answer::Close(code) => write!(f, "close {code}"),
            Answer::Status(status) => write!(f, "status {status}"),
            Answer::Disconnect => write!(f, "disconnect"),
        }
    }
}

/// A rule that a peer broke, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The row of the rule book.
    pub rule: &'static Rule,
    /// What was seen, in lower case without a full stop: `the frame claims 126 bytes`.
    pub detail: Cow<'static, str>,
}

impl Violation {
    /// Whether a correct peer ends the exchange because of it.
    pub fn is_fatal(&self) -> bool {
        self.rule.answer != Answer::Nothing
    }

    /// The close code to answer with, where the answer is a close frame.
    pub fn close_code(&self) -> Option<u16> {
        match self.rule.answer {
            Answer::Close(code) => Some(code),
            _ => None,
        }
    }

    /// The HTTP status to answer with, where the answer is a response.
    pub fn status(&self) -> Option<u16> {
        match self.rule.answer {
            Answer::Status(status) => Some(status),
            _ => None,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rule { id, section, sentence, .. } = self.rule;
        write!(f, "{}; the rule: {sentence} ({id}, {section})", self.detail)
    }
}

impl std::error::Error for Violation {}

/// Writes a crate's rule book: a `static` for each rule, and all of them as `RULES`.
///
/// ```
/// wire::rules! {
///     UNMASKED_CLIENT: "frame/unmasked-client", "RFC 6455 5.1", Violation, Close(1002),
///         "a client masks every frame it sends";
///     ZERO_MASK: "frame/zero-mask", "RFC 6455 10.3", Suspicion, Nothing,
///         "a masking key cannot be predicted";
/// }
///
/// let violation = UNMASKED_CLIENT.broken("frame 3 has no mask");
/// assert_eq!(violation.close_code(), Some(1002));
/// assert_eq!(RULES.len(), 2);
/// ```
#[macro_export]
macro_rules! rules {
    ($($name:ident: $id:literal, $section:literal, $severity:ident,
       $answer:ident $(($number:literal))?, $sentence:literal;)+) => {
        $(
            #[doc = concat!("`", $id, "`: ", $sentence, " (", $section, ").")]
            pub static $name: $crate::Rule = $crate::Rule {
                id: $id,
                section: $section,
                severity: $crate::Severity::$severity,
                answer: $crate::Answer::$answer $(($number))?,
                sentence: $sentence,
            };
        )+

        /// Every rule of this crate, in the order in which the book explains them.
        pub static RULES: &[&$crate::Rule] = &[$(&$name),+];
    };
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro writes rule books for other crates")]
mod tests {
    crate::rules! {
        LOUD: "test/loud", "RFC 0000 1.2", Violation, Close(1002), "a peer whispers";
        RUDE: "test/rude", "RFC 0000 1.3", Violation, Status(400), "a peer greets";
        ODD: "test/odd", "RFC 0000 1.4", Suspicion, Nothing, "a peer is predictable";
    }

    #[test]
    fn a_violation_knows_the_answer() {
        assert_eq!(LOUD.broken("90 dB").close_code(), Some(1002));
        assert_eq!(LOUD.broken("90 dB").status(), None);
        assert_eq!(RUDE.broken("no hello").status(), Some(400));
        assert!(RUDE.broken("no hello").is_fatal());
        assert!(!ODD.broken("seven heads").is_fatal());
    }

    #[test]
    fn prints_the_rule_the_detail_and_the_section() {
        let printed = LOUD.broken("90 dB").to_string();
        assert_eq!(printed, "90 dB; the rule: a peer whispers (test/loud, RFC 0000 1.2)");
        assert_eq!(LOUD.family(), "test");
        assert_eq!(RULES, [&LOUD, &RUDE, &ODD]);
    }
}
