//! What the crate promises, by topic. `failures` holds the real-world bugs that it must not repeat.

mod bulk;
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
