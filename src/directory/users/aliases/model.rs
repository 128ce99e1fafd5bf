//! What an alias is, and how one is read.

use serde::Deserialize;

use crate::directory::Source;
use crate::error::{Error, Problems, Result};
use crate::id::{AliasId, DirectoryId};
use crate::text;

/// A name that a user has elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    pub id: AliasId,
    pub set: String,
    pub alias: String,
    pub origin: Origin,
}

/// Who said so: stored as `hand` or `scim:<directory>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Hand,
    Directory(DirectoryId),
}

impl Origin {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "hand" => Some(Self::Hand),
            Some(("scim", id)) => DirectoryId::parse(id).map(Self::Directory),
            _ => None,
        }
    }

    /// Whether the person's present directory says it: then it changes there. What a former one said is ours to remove.
    pub fn is_of(&self, source: &Source) -> bool {
        matches!((self, source), (Self::Directory(origin), Source::Directory(present)) if origin == present)
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hand => f.write_str("hand"),
            Self::Directory(id) => write!(f, "scim:{id}"),
        }
    }
}

/// A set and a name in it, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name {
    pub set: String,
    pub alias: String,
}

/// In bytes: what an index of PostgreSQL holds of both together.
const LONGEST: usize = 1024;
/// How many bytes of the search key are kept.
const LONGEST_KEY: usize = 2000;

impl Name {
    /// Reads `"<set>,<alias>"`: the first comma divides; both sides are taken as they are.
    pub fn parse(entry: &str) -> Option<Self> {
        let (set, alias) = entry.split_once(',')?;
        let plain = |side: &str| !side.trim().is_empty() && side.len() <= LONGEST;
        (plain(set) && plain(alias)).then(|| Self { set: set.to_string(), alias: alias.to_string() })
    }

    /// What the search box looks through.
    pub fn search_key(&self) -> String {
        let mut key = format!("{}\n{}", text::fold(&self.alias), text::fold(&self.set));
        key.truncate(key.floor_char_boundary(LONGEST_KEY));
        key
    }

    /// As SCIM writes it.
    pub fn entry(&self) -> String {
        format!("{},{}", self.set, self.alias)
    }
}

impl Alias {
    pub(super) fn name(&self) -> Name {
        Name { set: self.set.clone(), alias: self.alias.clone() }
    }
}

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AliasForm {
    pub set: String,
    pub alias: String,
}

impl AliasForm {
    /// # Errors
    /// [`Error::Invalid`] at the fields. A set has no comma: the first one ends it, where SCIM writes it.
    pub(super) fn read(&self) -> Result<Name> {
        let mut problems = Problems::default();
        let problem = |typed: &str| match typed {
            typed if typed.trim().is_empty() => Some("This must not be empty.".to_string()),
            typed if typed.len() > LONGEST => Some(format!("At most {LONGEST} bytes.")),
            typed if typed.chars().any(char::is_control) => Some("No line breaks or control characters.".to_string()),
            _ => None,
        };
        let comma = self.set.contains(',').then(|| "A set's name has no comma.".to_string());
        if let Some(problem) = problem(&self.set).or(comma) {
            problems.add("set", problem);
        }
        if let Some(problem) = problem(&self.alias) {
            problems.add("alias", problem);
        }
        match problems.is_empty() {
            true => Ok(Name { set: self.set.clone(), alias: self.alias.clone() }),
            false => Err(Error::Invalid(problems)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comma_divides_and_both_sides_are_kept_as_they_are() {
        let name = |entry: &str| Name::parse(entry).map(|name| (name.set, name.alias));
        assert_eq!(name("rdp,alice-admin"), Some(("rdp".into(), "alice-admin".into())));
        assert_eq!(name(" rdp ,Alice, the admin "), Some((" rdp ".into(), "Alice, the admin ".into())));
        for malformed in ["", "rdp", ",", "rdp,", ",alice", " ,alice", &format!("rdp,{}", "x".repeat(1025))] {
            assert_eq!(name(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn an_origin_reads_what_it_writes() {
        for origin in [Origin::Hand, Origin::Directory(DirectoryId::new())] {
            assert_eq!(Origin::parse(&origin.to_string()), Some(origin));
        }
    }
}
