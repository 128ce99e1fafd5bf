//! Whose a person, a group or a membership is.

use std::fmt;

use crate::id::{ConnectionId, DirectoryId};

/// Stored as `local`, `directory:<id>` or `sign-in:<connection>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Made or invited here.
    Local,
    /// Pushed by SCIM.
    Directory(DirectoryId),
    /// Made at the first sign-in.
    SignIn(ConnectionId),
}

impl Source {
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "local" => Some(Self::Local),
            Some(("directory", id)) => DirectoryId::parse(id).map(Self::Directory),
            Some(("sign-in", id)) => ConnectionId::parse(id).map(Self::SignIn),
            _ => None,
        }
    }

    /// Whether somebody else decides what the profile says.
    pub fn is_managed(&self) -> bool {
        *self != Self::Local
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Directory(id) => write!(f, "directory:{id}"),
            Self::SignIn(id) => write!(f, "sign-in:{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_reads_what_it_writes() {
        for source in [Source::Local, Source::Directory(DirectoryId::new()), Source::SignIn(ConnectionId::new())] {
            assert_eq!(Source::parse(&source.to_string()), Some(source));
        }
        assert_eq!(Source::parse("directory:x"), None);
    }
}
