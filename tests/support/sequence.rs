//! What an identity provider sends, one request after the other, as a JSON file: `tests/fixtures/{okta,entra}/*.json`.
//!
//! A step has `method`, `path`, `status`, and perhaps `note`, `headers`, `body`, `save` (names for parts of the answer, by JSON
//! pointer), `expect` (parts of the answer that must be so; null for absent ones). `{{name}}` stands for what was saved.

use std::collections::HashMap;

use axum::http::Method;
use serde_json::Value;

use super::ScimClient;

pub async fn play(client: &ScimClient, fixture: &str) {
    let path = format!("{}/tests/fixtures/{fixture}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let steps: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut saved = HashMap::from([("base".to_string(), client.base())]);
    for (n, step) in steps.iter().enumerate() {
        let step: Value = serde_json::from_str(&fill(&step.to_string(), &saved)).unwrap();
        let at = format!("{fixture} step {}: {} {}", n + 1, step["method"], step["path"]);
        let method: Method = step["method"].as_str().expect("a method").parse().unwrap();
        let body = step.get("body").map(Value::to_string);
        let headers: Vec<_> = step["headers"].as_object().into_iter().flatten().collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let answer = client.send(method, &encode(step["path"].as_str().expect("a path")), body, &headers).await;
        assert_eq!(Some(u64::from(answer.status)), step["status"].as_u64(), "{at}: {:#}", answer.body);
        for (pointer, wanted) in step["expect"].as_object().into_iter().flatten() {
            let found = answer.body.pointer(pointer).unwrap_or(&Value::Null);
            assert_eq!(found, wanted, "{at}: {pointer} in {:#}", answer.body);
        }
        for (name, pointer) in step["save"].as_object().into_iter().flatten() {
            let found = answer.body.pointer(pointer.as_str().expect("a JSON pointer"));
            let found = found.and_then(Value::as_str).unwrap_or_else(|| panic!("{at}: no {pointer} to save"));
            saved.insert(name.clone(), found.to_string());
        }
    }
}

fn fill(text: &str, saved: &HashMap<String, String>) -> String {
    saved.iter().fold(text.to_string(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

/// Fixtures are written as people read them.
fn encode(path: &str) -> String {
    path.replace(' ', "%20").replace('"', "%22").replace('[', "%5B").replace(']', "%5D")
}
