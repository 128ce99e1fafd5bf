//! References to what another operation creates: `bulkId:x` (RFC 7644 section 3.7.2).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const PREFIX: &str = "bulkId:";

/// The bulkIds that a body refers to, in whatever string value: `"value": "bulkId:ada"` (RFC 7644 section 3.7.2).
#[must_use]
pub fn references(data: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(data, &mut found);
    found
}

fn collect(data: &Value, found: &mut BTreeSet<String>) {
    match data {
        Value::String(text) => found.extend(text.strip_prefix(PREFIX).map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => map.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// Puts identifiers in the place of references. Those that `ids` does not know stay, for [`references`] to find: a
/// circular one is resolved once the other resource exists (RFC 7644 section 3.7.1).
pub fn substitute(data: &mut Value, ids: &BTreeMap<String, String>) {
    match data {
        Value::String(text) => {
            if let Some(id) = text.strip_prefix(PREFIX).and_then(|bulk_id| ids.get(bulk_id)) {
                *text = id.clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| substitute(item, ids)),
        Value::Object(map) => map.values_mut().for_each(|value| substitute(value, ids)),
        _ => {}
    }
}

/// As [`substitute`], for a path: `/Users/bulkId:ada` (RFC 7644 section 3.7.2).
#[must_use]
pub fn substitute_path(path: &str, ids: &BTreeMap<String, String>) -> String {
    let segment = |segment: &str| {
        let id = segment.strip_prefix(PREFIX).and_then(|bulk_id| ids.get(bulk_id));
        id.map_or_else(|| segment.to_owned(), String::clone)
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}
