//! Tree to canonical text: lower-case operators, parentheses only where the tree needs them.

use std::fmt::{self, Display, Formatter};

use serde_json::Value;

use super::{CompareOp, CompareValue, Filter};

impl Display for Filter {
    /// The text of a filter (RFC 7644 section 3.4.2.2) parses to the same tree.
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Filter::Or(left, right) => {
                write!(out, "{left} or ")?;
                operand(right, matches!(**right, Filter::Or(..)), out)
            }
            Filter::And(left, right) => {
                operand(left, matches!(**left, Filter::Or(..)), out)?;
                out.write_str(" and ")?;
                operand(right, matches!(**right, Filter::Or(..) | Filter::And(..)), out)
            }
            Filter::Not(inner) => write!(out, "not ({inner})"),
            Filter::Present(path) => write!(out, "{path} pr"),
            Filter::Compare { path, op, value } => write!(out, "{path} {op} {value}"),
            Filter::ValuePath { path, filter } => write!(out, "{path}[{filter}]"),
        }
    }
}

impl Filter {
    /// How deep parentheses and brackets nest in the text.
    pub(super) fn nesting(&self) -> usize {
        let grouped = |filter: &Filter, grouped: bool| filter.nesting() + usize::from(grouped);
        match self {
            Filter::Or(left, right) => left.nesting().max(grouped(right, matches!(**right, Filter::Or(..)))),
            Filter::And(left, right) => grouped(left, matches!(**left, Filter::Or(..)))
                .max(grouped(right, matches!(**right, Filter::Or(..) | Filter::And(..)))),
            Filter::Not(inner) => 1 + inner.nesting(),
            Filter::ValuePath { filter, .. } => 1 + filter.nesting(),
            Filter::Present(_) | Filter::Compare { .. } => 0,
        }
    }
}

fn operand(filter: &Filter, grouped: bool, out: &mut Formatter<'_>) -> fmt::Result {
    if grouped { write!(out, "({filter})") } else { write!(out, "{filter}") }
}

impl Display for CompareOp {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl Display for CompareValue {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            CompareValue::Null => out.write_str("null"),
            CompareValue::Bool(flag) => write!(out, "{flag}"),
            CompareValue::Number(number) => write!(out, "{number}"),
            CompareValue::String(text) => write!(out, "{}", Value::from(text.as_str())),
        }
    }
}
