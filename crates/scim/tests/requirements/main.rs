//! What the crate promises, by topic. `checklist` goes through the requirements of the RFCs row by row; `failures`
//! holds the real-world bugs that the crate must not repeat.

mod bulk;
mod checklist;
mod documentation;
mod failures;
mod filter;
mod generate;
mod index;
mod list;
mod members;
mod patch;
mod project;
mod properties;
mod put;
mod read;
mod schema;
mod support;
