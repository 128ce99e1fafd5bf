//! Whether a filter makes sense for a resource type (RFC 7644 section 3.4.2.2).

use super::{AttrPath, CompareOp, CompareValue, Filter};
use crate::{
    error::{Result, ScimError},
    resource::parse_date_time,
    schema::{Attribute, AttributeType, Mutability, ResourceType},
};

impl Filter {
    /// Checks every name and comparison against the schemas of a resource type (RFC 7644 section 3.4.2.2).
    ///
    /// # Errors
    /// `invalidFilter`: an attribute is unknown or may not be read; an order is asked of a boolean, a binary or a
    /// complex attribute ("SHALL result in a failed response" by section 3.4.2.2); a value has the wrong type.
    pub fn check(&self, kind: &ResourceType) -> Result<()> {
        self.check_with(&|path| {
            kind.resolve(path).map(|resolved| resolved.leaf()).ok_or_else(|| {
                ScimError::invalid_filter(format!("\"{path}\" is no attribute of {}: correct the filter", kind.name))
            })
        })
    }

    /// As [`Filter::check`], for the filter in a path's brackets.
    pub(crate) fn check_elements(&self, parent: &Attribute) -> Result<()> {
        self.check_with(&|path| {
            element(parent, path).ok_or_else(|| {
                ScimError::invalid_filter(format!(
                    "\"{path}\" is no sub-attribute of \"{}\": correct the filter",
                    parent.name
                ))
            })
        })
    }

    fn check_with<'a>(&self, find: &dyn Fn(&AttrPath) -> Result<&'a Attribute>) -> Result<()> {
        match self {
            Filter::And(left, right) | Filter::Or(left, right) => {
                left.check_with(find)?;
                right.check_with(find)
            }
            Filter::Not(inner) => inner.check_with(find),
            Filter::Present(path) => readable(find(path)?, path),
            Filter::Compare { path, op, value } => {
                let attribute = find(path)?;
                readable(attribute, path)?;
                compare(attribute, path, *op, value)
            }
            Filter::ValuePath { path, filter } => {
                let parent = find(path)?;
                readable(parent, path)?;
                if !parent.multi_valued && !parent.is_complex() {
                    return Err(ScimError::invalid_filter(format!(
                        "\"{path}[…]\": \"{path}\" has one simple value, leave the brackets out"
                    )));
                }
                filter.check_elements(parent)
            }
        }
    }
}

/// A name within brackets: a sub-attribute, or `value` for the elements of a simple multi-valued attribute.
pub(crate) fn element<'a>(parent: &'a Attribute, path: &AttrPath) -> Option<&'a Attribute> {
    if path.schema.is_some() || path.sub.is_some() {
        return None;
    }
    let itself = !parent.is_complex() && path.attribute.eq_ignore_ascii_case("value");
    if itself { Some(parent) } else { parent.sub_attribute(&path.attribute) }
}

/// A filter on a password would answer guesses about it (RFC 7644 section 7.5.2).
fn readable(attribute: &Attribute, path: &AttrPath) -> Result<()> {
    match attribute.mutability {
        Mutability::WriteOnly => {
            Err(ScimError::invalid_filter(format!("\"{path}\" cannot be searched: it is write-only")))
        }
        _ => Ok(()),
    }
}

fn compare(attribute: &Attribute, path: &AttrPath, op: CompareOp, value: &CompareValue) -> Result<()> {
    if *value == CompareValue::Null {
        return match op {
            CompareOp::Eq | CompareOp::Ne => Ok(()),
            _ => Err(ScimError::invalid_filter(format!("\"{path} {op} null\": null goes with eq and ne only"))),
        };
    }
    match attribute.kind {
        AttributeType::Complex if op.is_ordering() => Err(no_order(path, op, "complex")),
        AttributeType::Complex => match attribute.sub_attribute("value") {
            Some(inner) => compare(inner, path, op, value),
            None => {
                let subs: Vec<_> = attribute.sub_attributes.iter().map(|sub| format!("{path}.{}", sub.name)).collect();
                Err(ScimError::invalid_filter(format!(
                    "\"{path}\" is complex and has no value of its own: compare one of {}",
                    subs.join(", ")
                )))
            }
        },
        AttributeType::Boolean | AttributeType::Binary if op.is_ordering() => {
            Err(no_order(path, op, attribute.kind.as_str()))
        }
        AttributeType::Boolean | AttributeType::Integer | AttributeType::Decimal if op.is_substring() => {
            Err(ScimError::invalid_filter(format!(
                "\"{path} {op}\": {op} looks into strings and \"{path}\" is of type {}",
                attribute.kind.as_str()
            )))
        }
        kind => {
            if accepts(kind, op, value) {
                return Ok(());
            }
            let expected = match kind {
                AttributeType::Boolean => "true or false",
                AttributeType::Integer | AttributeType::Decimal => "a number",
                AttributeType::DateTime => "a date and time such as \"2026-01-31T08:00:00Z\"",
                _ => "a string in double quotes",
            };
            Err(ScimError::invalid_filter(format!("\"{path}\" is compared with {expected}, not with {value}")))
        }
    }
}

fn accepts(kind: AttributeType, op: CompareOp, value: &CompareValue) -> bool {
    match (kind, value) {
        (AttributeType::Boolean, CompareValue::Bool(_)) => true,
        (AttributeType::Boolean, CompareValue::String(text)) => super::eval::boolean(text).is_some(),
        (AttributeType::Integer | AttributeType::Decimal, CompareValue::Number(_)) => true,
        (AttributeType::DateTime, CompareValue::String(text)) => op.is_substring() || parse_date_time(text).is_some(),
        (AttributeType::String | AttributeType::Reference | AttributeType::Binary, CompareValue::String(_)) => true,
        _ => false,
    }
}

fn no_order(path: &AttrPath, op: CompareOp, kind: &str) -> ScimError {
    ScimError::invalid_filter(format!("\"{path} {op}\": \"{path}\" is {kind}, and {kind} values have no order"))
}
