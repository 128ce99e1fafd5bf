//! Request bodies: bounded, JSON, and nothing that a database cannot keep.

use std::convert::Infallible;

use axum::body::HttpBody as _;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use muster_scim::error::ScimError;
use serde_json::Value;

const MIB: usize = 1024 * 1024;
/// A body that is too long is still read up to here before it is refused: a client that is cut off in the middle of
/// sending sees a broken connection and not the reason.
const PATIENCE: usize = 64 * MIB;

/// What the body of a user or a query may be, in MiB.
pub const USUAL_MIB: usize = 1;
/// What the body of a group may be.
pub const MOST_MEMBERS_MIB: usize = 32;

/// A body that is still to be read: how long it may be, depends on what it is for.
#[derive(Debug)]
pub struct Body {
    headers: HeaderMap,
    stream: axum::body::Body,
}

impl Body {
    /// # Errors
    /// 415 for another media type, 413 above the limit, `invalidSyntax` for what is no JSON.
    pub async fn json(self, mibs: usize) -> Result<Value, ScimError> {
        check_media_type(&self.headers)?;
        let bytes = read(self.stream, mibs).await?;
        let value = serde_json::from_slice(&bytes).map_err(|error| {
            ScimError::invalid_syntax(format!("the body is no JSON ({error}): send one JSON object"))
        })?;
        check_text(&value)?;
        Ok(value)
    }
}

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Infallible;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Self::Rejection> {
        let (parts, stream) = request.into_parts();
        Ok(Self { headers: parts.headers, stream })
    }
}

/// RFC 7644 section 3.8: `application/scim+json`, and `application/json` from clients that do not know better.
fn check_media_type(headers: &HeaderMap) -> Result<(), ScimError> {
    if let Some(encoding) = headers.get(header::CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        let encoding = encoding.to_str().unwrap_or("?");
        return Err(ScimError::status(415, format!("the body is encoded by {encoding}: send it as it is")));
    }
    let Some(sent) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let sent = sent.to_str().unwrap_or("?").to_ascii_lowercase();
    let mut parts = sent.split(';').map(str::trim);
    let json = matches!(parts.next(), Some("application/scim+json" | "application/json"));
    let utf8 = |parameter: &str| {
        parameter.strip_prefix("charset=").is_none_or(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8"))
    };
    if json && parts.all(utf8) {
        return Ok(());
    }
    Err(ScimError::status(
        415,
        format!("the media type \"{sent}\" is not supported: send application/scim+json or application/json in UTF-8"),
    ))
}

async fn read(mut body: axum::body::Body, mibs: usize) -> Result<Vec<u8>, ScimError> {
    let limit = mibs * MIB;
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(expected.min(limit));
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| ScimError::invalid_syntax(format!("the body broke off: {error}")))?;
        let Some(data) = frame.data_ref() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(data);
        } else if length > PATIENCE {
            break;
        }
    }
    if length > limit {
        return Err(ScimError::status(
            413,
            format!("the body is longer than {mibs} MiB: send less at once, members in several PATCHes for example"),
        ));
    }
    Ok(bytes)
}

/// PostgreSQL keeps no U+0000 in a text.
fn check_text(value: &Value) -> Result<(), ScimError> {
    let clean = |text: &str| match text.contains('\0') {
        false => Ok(()),
        true => Err(ScimError::invalid_value("a text holds the character U+0000, which cannot be kept: take it out")),
    };
    match value {
        Value::String(text) => clean(text),
        Value::Array(items) => items.iter().try_for_each(check_text),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| clean(key).and_then(|()| check_text(value))),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(text: &'static str) -> Result<(), ScimError> {
        check_media_type(&HeaderMap::from_iter([(header::CONTENT_TYPE, text.parse().unwrap())]))
    }

    #[test]
    fn json_in_utf8_is_taken_and_nothing_else() {
        for taken in [
            "application/scim+json",
            "application/scim+json; charset=utf-8",
            "Application/JSON;charset=\"UTF-8\"",
            "application/json",
        ] {
            assert!(media_type(taken).is_ok(), "{taken}");
        }
        for refused in ["text/plain", "application/xml", "application/scim+json; charset=utf-16", "x"] {
            assert_eq!(media_type(refused).unwrap_err().status, 415, "{refused}");
        }
        assert!(check_media_type(&HeaderMap::new()).is_ok());
    }
}
