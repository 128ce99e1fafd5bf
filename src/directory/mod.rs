//! People and groups, whoever they come from.

pub mod brake;
mod changes;
pub mod groups;
mod origins;
mod realm;
pub mod resources;
mod selection;
mod source;
pub mod users;
mod values;

pub use origins::{Origin, Origins, Provenance, origins, push_provenance};
pub use realm::Realm;
pub use selection::{Clause, Selection};
pub use source::Source;
pub use values::store::head;
