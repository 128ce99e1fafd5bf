//! Paths of PATCH operations (RFC 7644 section 3.5.2, figure 7).
//!
//! ```
//! use muster_scim::path::Path;
//!
//! let path = Path::parse("addresses[type eq \"work\"].streetAddress")?;
//! assert_eq!((path.attribute.as_str(), path.sub.as_deref()), ("addresses", Some("streetAddress")));
//! assert_eq!(path.filter.as_ref().map(ToString::to_string).as_deref(), Some("type eq \"work\""));
//! assert_eq!(path.to_string(), "addresses[type eq \"work\"].streetAddress");
//!
//! let error = Path::parse("addresses[type eq \"work\"").unwrap_err();
//! assert_eq!(error.to_json()["scimType"], "invalidPath");
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod attr_path;

pub use attr_path::AttrPath;

use std::{fmt, str::FromStr};

use crate::{
    error::{Result, ScimError},
    filter::Filter,
};

/// `PATH = attrPath / valuePath [subAttr]` (RFC 7644 section 3.5.2, figure 7).
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The schema URN.
    pub schema: Option<String>,
    /// The attribute's name.
    pub attribute: String,
    /// The filter in brackets, which chooses among the values of a multi-valued attribute.
    pub filter: Option<Filter>,
    /// The sub-attribute's name.
    pub sub: Option<String>,
}

impl Path {
    /// Reads a path (RFC 7644 section 3.5.2, figure 7).
    ///
    /// # Errors
    /// `invalidPath` when it is malformed; `invalidFilter` when what stands in brackets is no filter.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let Some(open) = text.find('[') else {
            let AttrPath { schema, attribute, sub } = AttrPath::parse(text)?;
            return Ok(Self { schema, attribute, filter: None, sub });
        };
        // A filter may hold brackets in its strings; what follows it cannot.
        let close = text.rfind(']').filter(|close| *close > open).ok_or_else(|| {
            ScimError::invalid_path(format!("the path \"{text}\" opens a bracket that it does not close: add \"]\""))
        })?;
        let AttrPath { schema, attribute, sub } = AttrPath::parse(&text[..open])?;
        let after = text[close + 1..].trim();
        let after_name = after.strip_prefix('.');
        let misplaced =
            sub.is_some() || (!after.is_empty() && !after_name.is_some_and(|name| attr_path::is_name(name, false)));
        if misplaced {
            return Err(ScimError::invalid_path(format!(
                "the path \"{text}\" must have the form attribute[filter] or attribute[filter].subAttribute"
            )));
        }
        let filter = Filter::parse_value_filter(&text[open + 1..close])?;
        Ok(Self { schema, attribute, filter: Some(filter), sub: after_name.map(str::to_owned) })
    }

    /// The path without its filter: `attrPath` of RFC 7644 section 3.10.
    #[must_use]
    pub fn attr_path(&self) -> AttrPath {
        AttrPath { schema: self.schema.clone(), attribute: self.attribute.clone(), sub: self.sub.clone() }
    }
}

impl FromStr for Path {
    type Err = ScimError;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(filter) = &self.filter else { return self.attr_path().fmt(out) };
        let attribute = AttrPath { sub: None, ..self.attr_path() };
        write!(out, "{attribute}[{filter}]")?;
        match &self.sub {
            Some(sub) => write!(out, ".{sub}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ScimType;

    #[test]
    fn a_path_reads_back_as_written() {
        for text in [
            "userName",
            "name.givenName",
            "members",
            "members[value eq \"2819c223\"]",
            "members[value eq \"a\" or value eq \"b\"]",
            "emails[type eq \"work\"].value",
            "addresses[type eq \"a]b\"].streetAddress",
            "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:example:2.0",
            "members.$ref",
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_wrong_path_is_told_from_a_wrong_filter_in_it() {
        use ScimType::{InvalidFilter, InvalidPath};
        for (text, expected) in [
            ("", InvalidPath),
            ("a b", InvalidPath),
            ("1a", InvalidPath),
            ("name.", InvalidPath),
            ("name.a.b", InvalidPath),
            ("emails[type eq \"work\"", InvalidPath),
            ("emails[type eq \"work\"]value", InvalidPath),
            ("emails.type[value eq \"work\"]", InvalidPath),
            ("http://example.com/x", InvalidPath),
            ("emails[]", InvalidFilter),
            ("emails[type is \"work\"]", InvalidFilter),
            ("emails[type eq work]", InvalidFilter),
        ] {
            assert_eq!(Path::parse(text).unwrap_err().scim_type, Some(expected), "{text}");
        }
    }
}
