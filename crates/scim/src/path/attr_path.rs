//! `attrPath` of RFC 7644 figure 1.

use std::{fmt, str::FromStr};

use crate::error::{Result, ScimError};

/// The name of an attribute: `[URN ":"] name ["." sub-name]` (RFC 7644 section 3.10, figure 1). Names keep the case
/// in which they were written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttrPath {
    /// The schema URN.
    pub schema: Option<String>,
    /// The attribute's name.
    pub attribute: String,
    /// The sub-attribute's name.
    pub sub: Option<String>,
}

impl AttrPath {
    /// A plain name (RFC 7643 section 2.1).
    #[must_use]
    pub fn new(attribute: impl Into<String>) -> Self {
        Self { schema: None, attribute: attribute.into(), sub: None }
    }

    /// Reads an attribute path (RFC 7644 section 3.10). A URN may hold dots (`…:core:2.0:User`), so that it ends at
    /// the last colon.
    ///
    /// # Errors
    /// `invalidPath` when a name is empty or has a character that RFC 7643 section 2.1 does not allow.
    pub fn parse(text: &str) -> Result<Self> {
        let (schema, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) => (Some(urn), rest),
            None => (None, text),
        };
        let (attribute, sub) = match rest.split_once('.') {
            Some((attribute, sub)) => (attribute, Some(sub)),
            None => (rest, None),
        };
        let in_urn = schema.is_some();
        let valid =
            schema.is_none_or(is_urn) && is_name(attribute, in_urn) && sub.is_none_or(|sub| is_name(sub, in_urn));
        if !valid {
            return Err(ScimError::invalid_path(format!(
                "\"{text}\" is no attribute path: write name, name.subName or urn:…:name"
            )));
        }
        Ok(Self { schema: schema.map(str::to_owned), attribute: attribute.to_owned(), sub: sub.map(str::to_owned) })
    }

    /// Whether this is the plain or qualified name of that top-level attribute, in any case.
    pub(crate) fn is(&self, urn: &str, attribute: &str) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema.eq_ignore_ascii_case(urn))
            && self.attribute.eq_ignore_ascii_case(attribute)
    }
}

impl FromStr for AttrPath {
    type Err = ScimError;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(out, "{schema}:")?;
        }
        out.write_str(&self.attribute)?;
        match &self.sub {
            Some(sub) => write!(out, ".{sub}"),
            None => Ok(()),
        }
    }
}

fn is_urn(text: &str) -> bool {
    let prefix = text.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("urn:"));
    prefix
        && text.len() > 4
        && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '[' | ']' | '(' | ')' | '\\'))
}

/// `ALPHA *(nameChar)` of RFC 7643 section 2.1, or `$ref`. After a URN a digit may lead: the path may be a schema's
/// URN that ends in a version.
pub(super) fn is_name(text: &str, in_urn: bool) -> bool {
    let bare = text.strip_prefix('$').unwrap_or(text);
    bare.starts_with(|c: char| c.is_ascii_alphabetic() || (in_urn && c.is_ascii_digit()))
        && bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'))
}
