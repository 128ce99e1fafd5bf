//! Before and after, field by field.

use serde_json::Value;

/// One field of an event; what is absent on one side was not there then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `name.givenName`: the way to the value.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The fields of both sides in the order they were written, those of `before` first.
pub fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let (mut was, mut is) = (Vec::new(), Vec::new());
    flatten("", before, &mut was);
    flatten("", after, &mut is);
    let mut changes: Vec<Change> = was
        .into_iter()
        .map(|(field, value)| {
            let after = is.iter().position(|(name, _)| *name == field).map(|at| is.remove(at).1);
            Change { field, before: Some(value), after }
        })
        .collect();
    changes.extend(is.into_iter().map(|(field, value)| Change { field, before: None, after: Some(value) }));
    changes
}

/// Objects are walked through; a list is one value, since its items have no names to be compared by.
fn flatten(path: &str, value: Option<&Value>, fields: &mut Vec<(String, String)>) {
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Object(object)) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, Some(value), fields);
            }
        }
        Some(Value::String(text)) => fields.push((path.to_string(), text.clone())),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            fields.push((path.to_string(), items.join("\n")));
        }
        Some(other) => {
            let text = serde_json::to_string_pretty(other).unwrap_or_default();
            fields.push((path.to_string(), text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(field: &str, before: Option<&str>, after: Option<&str>) -> Change {
        Change { field: field.into(), before: before.map(Into::into), after: after.map(Into::into) }
    }

    #[test]
    fn fields_stand_side_by_side() {
        let before = json!({ "name": { "givenName": "Ada" }, "title": "Analyst" });
        let after = json!({ "name": { "givenName": "Augusta" }, "active": true, "tags": ["a", "b"], "title": null });
        assert_eq!(
            changes(Some(&before), Some(&after)),
            [
                change("name.givenName", Some("Ada"), Some("Augusta")),
                change("title", Some("Analyst"), None),
                change("active", None, Some("true")),
                change("tags", None, Some("a\nb")),
            ]
        );
        assert_eq!(changes(None, None), []);
    }
}
