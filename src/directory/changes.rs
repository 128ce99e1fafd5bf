//! What differs between two documents: what an event keeps as before and after.

use serde_json::{Map, Value};

/// The attributes that differ, as they were and as they are; `None` if nothing does. `schemas` follows from the rest.
pub(super) fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Option<(Value, Value)> {
    let differing = |one: &Map<String, Value>, other: &Map<String, Value>| -> Map<String, Value> {
        let differs = |(key, value): &(&String, &Value)| *key != "schemas" && other.get(*key) != Some(value);
        one.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let (was, is) = (differing(before, after), differing(after, before));
    if was.is_empty() && is.is_empty() { None } else { Some((Value::Object(was), Value::Object(is))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_kept() {
        let map = |value: Value| value.as_object().unwrap().clone();
        let before = map(json!({ "schemas": ["a"], "userName": "ada", "title": "Countess" }));
        let after = map(json!({ "schemas": ["b"], "userName": "ada", "nickName": "A" }));
        assert_eq!(changes(&before, &after), Some((json!({ "title": "Countess" }), json!({ "nickName": "A" }))));
        assert_eq!(changes(&before, &before), None);
    }
}
