//! The names of sources as a page says them: "Acme Okta" instead of `directory:0193…`.

mod store;

pub use store::origins;

use super::Source;
use crate::id::ConnectionId;

/// A source that is not ours: one half of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub source: Source,
    pub connection: ConnectionId,
    /// The connection's name.
    pub name: String,
}

/// All of an organization's origins, by name.
#[derive(Debug, Clone, Default)]
pub struct Origins(Vec<Origin>);

impl Origins {
    pub fn all(&self) -> &[Origin] {
        &self.0
    }

    pub fn of(&self, source: &Source) -> Option<&Origin> {
        self.0.iter().find(|origin| origin.source == *source)
    }

    /// Whom the source is called on a page.
    pub fn name(&self, source: &Source) -> &str {
        match source {
            Source::Local => "Local",
            managed => self.of(managed).map_or("A removed connection", |origin| &origin.name),
        }
    }
}
