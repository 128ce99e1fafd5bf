//! Identity aliases: names that a user has elsewhere, `("rdp", "alice-admin")`, each belonging to one user of its set. Made by
//! hand, or sent by an identity provider in an extension of SCIM's user.

mod by_hand;
mod follow;
mod model;
mod pages;
pub mod routes;
mod schema;
mod store;

pub use by_hand::{add, remove};
pub use follow::{follow, forget, take};
pub use model::{Alias, AliasForm, Origin};
pub(in crate::directory::users) use pages::{AliasesPart, alias_card};
pub(in crate::directory) use schema::is_of_aliases;
pub use schema::{SCHEMA, is_of_muster, rename_schema, schema};
pub use store::{of_user, push_search};
