//! The names of sources as a page says them: "Acme Okta" instead of `directory:0193…`.

mod store;
pub mod view;

pub use store::{origins, push_provenance};

use super::Source;
use crate::id::ConnectionId;

/// A source that is not ours: one half of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub source: Source,
    pub connection: ConnectionId,
    /// The connection's name.
    pub name: String,
    /// Whether anything still comes from there.
    pub synced: bool,
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

    /// Whether the source is somebody else's and sends nothing any more: then what it left behind can be released.
    pub fn is_left_behind(&self, source: &Source) -> bool {
        source.is_managed() && self.of(source).is_none_or(|origin| !origin.synced)
    }

    /// Whom the source is called on a page.
    pub fn name(&self, source: &Source) -> &str {
        match source {
            Source::Local => "Local",
            managed => self.of(managed).map_or("A removed connection", |origin| &origin.name),
        }
    }
}

/// A filter: whose people and groups are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provenance {
    Local,
    /// By SCIM or at sign-in.
    Connection(ConnectionId),
}

impl Provenance {
    /// `local` or a connection's id, as it stands in an address.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "local" { Some(Self::Local) } else { ConnectionId::parse(text).map(Self::Connection) }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Local => "local",
            Self::Connection(id) => id.as_str(),
        }
    }
}

impl Origins {
    /// What a list can be narrowed to, with its label: everything first. Empty while there are no connections.
    pub fn choices(&self) -> Vec<(String, Option<Provenance>)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut choices = vec![("Any source".to_string(), None), ("Local".to_string(), Some(Provenance::Local))];
        for origin in &self.0 {
            let choice = (origin.name.clone(), Some(Provenance::Connection(origin.connection.clone())));
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        choices
    }
}
