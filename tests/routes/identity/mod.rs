//! Rules about who is who, where no other test is about them. `tests/sentences.tsv` says which test holds which rule.

mod access;
mod addresses;
mod events;
mod groups;
mod links;
mod owners;
mod sources;
mod uniqueness;
