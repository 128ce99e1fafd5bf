//! People and groups, whoever they come from.

pub mod brake;
mod changes;
pub mod groups;
pub mod moving;
mod origins;
mod realm;
pub mod release;
pub mod resources;
mod selection;
mod source;
pub mod users;
mod values;

pub use origins::view::{no_longer_synced, owner};
pub use origins::{Origin, Origins, Provenance, origins, push_provenance};
pub use realm::Realm;
pub use selection::{Clause, Selection};
pub use source::Source;
pub use values::store::head;
