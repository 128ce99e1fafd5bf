//! A line with a filter, then perhaps a document in JSON.
//!
//! Laws: what can be read reads back from its text as the same tree; a filter that passes its check can be asked of every
//! document; `not` is its opposite.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muster_fuzz::{DEFAULTS, KINDS, first_line};
use muster_scim::{
    Document,
    filter::{Filter, MAX_LENGTH},
    schema::ResourceType,
};
use serde_json::Value;

fuzz_target!(|text: &str| {
    let (line, rest) = first_line(text);
    let Ok(filter) = Filter::parse(line) else { return };
    let canonical = filter.to_string();
    // Words that stand close together are longer in canonical form.
    if canonical.len() <= MAX_LENGTH {
        let again = Filter::parse(&canonical).unwrap_or_else(|error| panic!("{canonical}: {error}"));
        assert_eq!(again, filter, "{canonical}");
        assert_eq!(again.to_string(), canonical);
    }
    let sent: Option<Value> = serde_json::from_str(rest).ok();
    for (kind, default) in KINDS.iter().zip(DEFAULTS.iter()) {
        if filter.check(kind).is_err() {
            // It may be asked nevertheless: a name that is not known has no value.
            let _ = filter.matches(kind, default);
            continue;
        }
        ask(&filter, kind, default);
        let Some(Value::Object(raw)) = &sent else { continue };
        ask(&filter, kind, raw);
        if let Ok(incoming) = kind.read(&Value::Object(raw.clone())) {
            ask(&filter, kind, &incoming.document);
        }
    }
});

fn ask(filter: &Filter, kind: &ResourceType, document: &Document) {
    let holds = filter.matches(kind, document);
    assert_eq!(Filter::Not(Box::new(filter.clone())).matches(kind, document), !holds, "{filter}");
}
