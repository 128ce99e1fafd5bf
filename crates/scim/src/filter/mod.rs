//! Filters (RFC 7644 section 3.4.2.2): text to tree, tree to canonical text, check against a resource type, and
//! evaluation.
//!
//! What the RFC leaves open is settled here once. A multi-valued attribute matches if any of its values does.
//! A complex attribute without sub-attribute means its `value`. `ne` holds for an attribute that has no value, since
//! nothing is not equal to anything; `eq null` is the opposite of `pr`, and `ne null` the same. A value path holds
//! if one element satisfies all of it, and never if there is no element.
//!
//! ```
//! use muster_scim::{filter::Filter, schema::ResourceType};
//! use serde_json::json;
//!
//! let users = ResourceType::user();
//! let ada = users.read(&json!({
//!     "userName": "ada@example.com",
//!     "emails": [{ "type": "work", "value": "ada@work.example" }, { "type": "home", "value": "ada@home.example" }],
//! }))?.document;
//! let filter = Filter::parse(r#"emails[type EQ "work" and value ew "@work.example"] and not (title pr)"#)?;
//! filter.check(&users)?;
//! assert!(filter.matches(&users, &ada));
//! assert_eq!(filter.to_string(), r#"emails[type eq "work" and value ew "@work.example"] and not (title pr)"#);
//!
//! let error = Filter::parse("userName eq ada").unwrap_err();
//! assert_eq!(error.to_json()["scimType"], "invalidFilter");
//! # Ok::<(), muster_scim::error::ScimError>(())
//! ```

mod check;
pub(crate) use check::element;
mod display;
mod eval;
mod lexer;
mod parser;

pub use crate::path::AttrPath;

use serde_json::Number;

/// The longest filter that is read, in bytes; RFC 7644 section 7.5.2 leaves limits to the server.
pub const MAX_LENGTH: usize = 8 * 1024;
/// How deep parentheses and brackets of a filter (RFC 7644 section 3.4.2.2) may nest.
pub const MAX_DEPTH: usize = 32;
/// How many conditions a filter (RFC 7644 section 3.4.2.2) may hold; with [`MAX_DEPTH`] this bounds the height of the
/// tree.
pub const MAX_CONDITIONS: usize = 256;

/// A filter expression (RFC 7644 section 3.4.2.2, figure 1). `and` and `or` associate to the left.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// At least one holds.
    Or(Box<Filter>, Box<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// `pr`: the attribute has a value.
    Present(AttrPath),
    /// An attribute is compared with a value.
    Compare {
        /// The attribute.
        path: AttrPath,
        /// The operator.
        op: CompareOp,
        /// The value.
        value: CompareValue,
    },
    /// `attribute[filter]`: one element satisfies the filter, whose names are sub-attributes.
    ///
    /// `attribute[filter].sub op value`, which Entra sends, is read as `attribute[filter and sub op value]`.
    ValuePath {
        /// The multi-valued attribute.
        path: AttrPath,
        /// What one of its elements must satisfy.
        filter: Box<Filter>,
    },
}

/// The comparison operators of RFC 7644 section 3.4.2.2, table 3. `pr` is [`Filter::Present`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Ends with.
    Ew,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
}

/// The value that is compared with: a JSON scalar, `compValue` in figure 1 of RFC 7644 section 3.4.2.2.
#[derive(Debug, Clone, PartialEq)]
pub enum CompareValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, unescaped.
    String(String),
}

impl CompareOp {
    const ALL: [Self; 9] = [Self::Eq, Self::Ne, Self::Co, Self::Sw, Self::Ew, Self::Gt, Self::Ge, Self::Lt, Self::Le];

    /// The operator in lower case (RFC 7644 table 3).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    /// Whether the operator asks for an order: `gt`, `ge`, `lt`, `le` (RFC 7644 table 3).
    #[must_use]
    pub fn is_ordering(self) -> bool {
        matches!(self, Self::Gt | Self::Ge | Self::Lt | Self::Le)
    }

    /// Whether the operator holds between two keys (RFC 7644 table 3; see [`crate::compare::value_key`]).
    #[must_use]
    pub fn holds(self, key: &str, wanted: &str) -> bool {
        match self {
            Self::Eq => key == wanted,
            Self::Ne => key != wanted,
            Self::Co => key.contains(wanted),
            Self::Sw => key.starts_with(wanted),
            Self::Ew => key.ends_with(wanted),
            Self::Gt => key > wanted,
            Self::Ge => key >= wanted,
            Self::Lt => key < wanted,
            Self::Le => key <= wanted,
        }
    }

    /// Whether the operator looks into a string: `co`, `sw`, `ew` (RFC 7644 table 3).
    #[must_use]
    pub fn is_substring(self) -> bool {
        matches!(self, Self::Co | Self::Sw | Self::Ew)
    }
}
