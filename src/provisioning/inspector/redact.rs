//! What must never be stored is taken out: passwords, tokens, secrets.
//!
//! Where a secret stands is told by its name: a key, a parameter, the path of a PATCH operation. What was taken out in one
//! place is masked in all others, so that an error that quotes a value gives nothing away.

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::cut::mend;

pub(super) const REMOVED: &str = "[removed]";
/// Names that hold one of these belong to secrets.
const SECRETS: [&str; 11] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "authorization",
    "assertion",
    "credential",
    "apikey",
    "privatekey",
];
/// Shorter ones stand in any text by chance.
const SHORTEST: usize = 4;
/// From so many equal characters on, a text quotes the beginning of a secret.
const QUOTED: usize = 12;

/// Takes the secrets out of one call's texts.
#[derive(Default)]
pub(super) struct Redactor {
    removed: Vec<String>,
}

/// A body without its secrets.
#[derive(Default)]
pub(super) struct CleanBody {
    /// As it is stored, but for [`Redactor::mask`].
    pub text: Option<String>,
    pub json: Option<Value>,
}

impl Redactor {
    /// A body of which these bytes are known; `cut` where there was more.
    pub fn body(&mut self, bytes: &[u8], cut: bool) -> CleanBody {
        if bytes.is_empty() {
            return CleanBody::default();
        }
        let text = String::from_utf8_lossy(bytes);
        let json = if cut { mend(&text) } else { Some(text.to_string()) };
        if let Some(mut json) = json.and_then(|json| serde_json::from_str(&json).ok()) {
            self.walk(&mut json);
            return CleanBody { text: Some(json.to_string()), json: Some(json) };
        }
        CleanBody { text: Some(self.unreadable(&text, cut)), json: None }
    }

    /// No JSON: a form loses its secrets; anything else is kept if it does not even speak of one.
    fn unreadable(&mut self, text: &str, cut: bool) -> String {
        if is_form(text) {
            return self.query(text);
        }
        // Escapes may spell any word.
        if cut || is_secret(text) || text.contains("\\u") {
            return "[not kept: it cannot be read as JSON and may hold a password or a token]".to_string();
        }
        text.to_string()
    }

    /// `name=value&…`: the values of secrets go, and filters that name one.
    pub fn query(&mut self, query: &str) -> String {
        let pairs = query.split('&').map(|pair| {
            let (name, value) = form_urlencoded::parse(pair.as_bytes()).next().unwrap_or_default();
            let guesses = name.eq_ignore_ascii_case("filter") && is_secret(&value);
            if value.is_empty() || !(is_secret(&name) || guesses) {
                return pair.to_string();
            }
            self.forget(&value);
            value.split('"').skip(1).step_by(2).for_each(|quoted| self.forget(quoted));
            format!("{}={REMOVED}", pair.split('=').next().unwrap_or_default())
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The text with everything masked that was removed elsewhere, and with no token of ours.
    pub fn mask(&self, text: &str) -> String {
        let text = self.removed.iter().fold(text.to_string(), |text, secret| without(&text, secret));
        // PostgreSQL keeps no U+0000 in a text.
        without_tokens(&text).replace('\0', "\u{fffd}")
    }

    fn walk(&mut self, value: &mut Value) {
        match value {
            Value::Object(map) => self.walk_object(map),
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Value::String(text) => self.walk_text(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn walk_object(&mut self, map: &mut Map<String, Value>) {
        // `{"op": "replace", "path": "password", "value": …}`, `{"name": "token", "value": …}`
        let named = ["path", "name", "type", "key"].iter().any(|name| text_of(map, name).is_some_and(is_secret));
        for (key, value) in map {
            if is_secret(key) || (named && key.eq_ignore_ascii_case("value")) {
                self.remove(value);
            } else if key.eq_ignore_ascii_case("Operations") {
                self.walk_operations(value);
            } else {
                self.walk(value);
            }
        }
    }

    /// An operation without a path has an object of attributes. Anything else may be the value of a password whose path
    /// is missing, misspelt or cut off.
    fn walk_operations(&mut self, operations: &mut Value) {
        let Value::Array(operations) = operations else { return self.walk(operations) };
        for operation in operations {
            if let Value::Object(map) = operation
                && text_of(map, "path").is_none()
                && let Some((_, value)) = map.iter_mut().find(|(key, _)| key.eq_ignore_ascii_case("value"))
            {
                match value {
                    Value::Object(attributes) => {
                        let lone = attributes.iter_mut().filter(|(key, _)| key.eq_ignore_ascii_case("value"));
                        lone.for_each(|(_, value)| self.remove(value));
                    }
                    other => self.remove(other),
                }
            }
            self.walk(operation);
        }
    }

    /// JSON within a text, as Entra sends roles.
    fn walk_text(&mut self, text: &mut String) {
        if text.starts_with(['{', '['])
            && let Ok(mut inner) = serde_json::from_str::<Value>(text)
        {
            self.walk(&mut inner);
            *text = inner.to_string();
        }
    }

    /// Takes out every text and number within; `true` and null say nothing.
    fn remove(&mut self, value: &mut Value) {
        match value {
            Value::Object(map) => map.values_mut().for_each(|value| self.remove(value)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.remove(item)),
            Value::String(text) if text.is_empty() => {}
            Value::String(_) | Value::Number(_) => {
                let secret = value.as_str().map_or_else(|| value.to_string(), str::to_string);
                self.forget(&secret);
                *value = REMOVED.into();
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Both as it is and as JSON writes it: errors quote either.
    fn forget(&mut self, secret: &str) {
        if secret.len() < SHORTEST || secret == REMOVED {
            return;
        }
        let quoted = Value::from(secret).to_string();
        self.removed.push(secret.to_string());
        if quoted.len() > secret.len() + 2 {
            self.removed.push(quoted[1..quoted.len() - 1].to_string());
        }
    }
}

fn text_of<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
}

fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|c| !matches!(c, '_' | '-' | '.' | ' ')).collect::<String>().to_lowercase();
    SECRETS.iter().any(|secret| name.contains(secret))
}

/// `client_id=a&client_secret=b`
fn is_form(text: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.%+".contains(c));
    !text.contains(char::is_whitespace)
        && text.split('&').all(|pair| pair.split_once('=').is_some_and(|(name, _)| is_name(name)))
}

/// The text with the secret masked, also where only its beginning is quoted.
fn without(text: &str, secret: &str) -> String {
    let start: String = secret.chars().take(QUOTED).collect();
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&start) {
        let equal = rest[at..]
            .chars()
            .zip(secret.chars())
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum::<usize>();
        masked.push_str(&rest[..at]);
        masked.push_str(REMOVED);
        rest = &rest[at + equal..];
    }
    masked + rest
}

/// Tokens of ours, wherever somebody pasted them: `mst_scim_…`.
fn without_tokens(text: &str) -> String {
    let mut parts = text.split("mst_");
    let mut masked = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
        let shown = if end >= 16 { REMOVED } else { &part[..end] };
        masked.extend(["mst_", shown, &part[end..]]);
    }
    masked
}

#[cfg(test)]
mod tests;
