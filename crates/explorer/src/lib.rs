//! The book, built by the crates that it explains.
//!
//! ```text
//! book/src/*.md ─► annotate ─► mdBook ─► pages
//!                     ▲
//!     fixtures ─► the decoders' span trees, the inspector's events
//! ```
//!
//! A page holds directives where bytes, figures or outputs belong; [`annotate`](mod@annotate)
//! replaces each by what the decoders and the inspector say, so that nothing
//! that a program can say is typed by hand:
//!
//! ```
//! use explorer::annotate::Annotator;
//! use std::path::Path;
//!
//! let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
//! let page = "The key is {{#value websocket/rfc6455-5.7-text-masked.hex frame/masking key}}.";
//! let annotator = Annotator::new(root);
//! let text = annotator.page(Path::new("book/src/07-frames.md"), page).unwrap();
//! assert_eq!(text, "The key is <span class=\"value\">37fa213d</span>.");
//! ```
//!
//! - [`annotate`](mod@annotate): the directives.
//! - [`book`]: from the pages' sources to a site.
//! - [`serve`]: the same in a browser, always the newest.
//!
//! # What this crate does not do
//! It decodes nothing and draws no page: bytes are the ground's business, events
//! the inspector's, and pages mdBook's.
//!
//! Book: the introduction.

pub mod annotate;
pub mod book;
mod labs;
pub mod serve;
