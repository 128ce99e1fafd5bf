//! From a filter to a condition on rows.

use super::{Entry, entry::canonical};
use crate::{
    compare,
    filter::{CompareOp, CompareValue, Filter},
    path::AttrPath,
    schema::{Attribute, ResourceType},
};

/// What must hold for the [`Entry`]s of a resource: a filter (RFC 7644 section 3.4.2.2) without names and schemas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Never: the filter names what the resource type does not have.
    Never,
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// There is a row of this path that passes the test. Within an [`Condition::Element`], of that element.
    Value {
        /// The canonical path, see [`Entry::path`].
        path: String,
        /// The test.
        test: Test,
    },
    /// There is an element of this attribute of which the inner condition holds.
    Element {
        /// The canonical path of the attribute.
        path: String,
        /// What must hold of one element.
        inner: Box<Condition>,
    },
}

/// A test of one row (RFC 7644 table 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Any row will do.
    Present,
    /// The row's key compares like this.
    Key(CompareOp, String),
}

/// From a name to its definition and its canonical path.
type Find<'f> = dyn Fn(&AttrPath) -> Option<(&'f Attribute, String)> + 'f;

impl Condition {
    /// The condition of a filter. It holds exactly when [`Filter::matches`] does.
    #[must_use]
    pub fn of(kind: &ResourceType, filter: &Filter) -> Self {
        Self::read(filter, &|path| {
            let resolved = kind.resolve(path)?;
            Some((resolved.leaf(), canonical(&resolved)))
        })
    }

    fn read(filter: &Filter, find: &Find<'_>) -> Self {
        match filter {
            Filter::And(left, right) => Self::And(Self::read(left, find).into(), Self::read(right, find).into()),
            Filter::Or(left, right) => Self::Or(Self::read(left, find).into(), Self::read(right, find).into()),
            Filter::Not(inner) => Self::Not(Self::read(inner, find).into()),
            Filter::Present(path) => find(path).map_or(Self::Never, |(_, path)| present(path)),
            Filter::Compare { path, op, value } => {
                find(path).map_or(Self::Never, |(attribute, path)| compared(attribute, path, *op, value))
            }
            Filter::ValuePath { path, filter } => find(path).map_or(Self::Never, |(parent, path)| {
                let inner = Self::read(filter, &|name| {
                    let attribute = crate::filter::element(parent, name)?;
                    let itself = !parent.is_complex();
                    Some((attribute, if itself { path.clone() } else { format!("{path}.{}", attribute.name) }))
                });
                Self::Element { path: path.clone(), inner: inner.into() }
            }),
        }
    }

    /// Whether the condition holds for these rows.
    #[must_use]
    pub fn holds(&self, entries: &[Entry]) -> bool {
        self.holds_in(entries, None)
    }

    fn holds_in(&self, entries: &[Entry], element: Option<u32>) -> bool {
        let here = |entry: &&Entry| element.is_none_or(|element| entry.element == element);
        match self {
            Self::Never => false,
            Self::And(left, right) => left.holds_in(entries, element) && right.holds_in(entries, element),
            Self::Or(left, right) => left.holds_in(entries, element) || right.holds_in(entries, element),
            Self::Not(inner) => !inner.holds_in(entries, element),
            Self::Value { path, test } => {
                entries.iter().filter(here).any(|entry| entry.path == *path && test.passes(entry.key.as_deref()))
            }
            Self::Element { path, inner } => {
                entries.iter().any(|entry| entry.path == *path && inner.holds_in(entries, Some(entry.element)))
            }
        }
    }
}

impl Test {
    /// Whether a row with this key passes.
    #[must_use]
    pub fn passes(&self, key: Option<&str>) -> bool {
        match self {
            Self::Present => true,
            Self::Key(op, wanted) => key.is_some_and(|key| op.holds(key, wanted)),
        }
    }
}

fn present(path: String) -> Condition {
    Condition::Value { path, test: Test::Present }
}

fn compared(attribute: &Attribute, path: String, op: CompareOp, wanted: &CompareValue) -> Condition {
    if *wanted == CompareValue::Null {
        let present = present(path);
        return if op == CompareOp::Ne { present } else { Condition::Not(present.into()) };
    }
    let (attribute, path) = match attribute.sub_attribute("value") {
        Some(inner) if attribute.is_complex() => (inner, format!("{path}.{}", inner.name)),
        _ => (attribute, path),
    };
    let absent = || Condition::Not(present(path.clone()).into());
    match compare::wanted_key(attribute, op, wanted) {
        // Nothing is not equal to anything.
        Some(key) if op == CompareOp::Ne => {
            let differs = Condition::Value { path: path.clone(), test: Test::Key(op, key) };
            Condition::Or(absent().into(), differs.into())
        }
        Some(key) => Condition::Value { path, test: Test::Key(op, key) },
        // What cannot be compared is not equal, and has no order.
        None if op == CompareOp::Ne => Condition::Or(absent().into(), present(path.clone()).into()),
        None => Condition::Never,
    }
}
