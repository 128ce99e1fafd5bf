//! Answers: `application/scim+json`, with the version as ETag and the address as Location.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_scim::Document;
use serde_json::Value;

use super::error::Failure;

/// RFC 7644 section 8.1. The type has no charset parameter.
pub const MEDIA_TYPE: &str = "application/scim+json";

pub type ScimResult = Result<Answer, Failure>;

/// What an endpoint says when it succeeds.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    body: Option<Value>,
    headers: Vec<(HeaderName, String)>,
}

impl Answer {
    /// 200 with a list or a discovery document.
    pub fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body), headers: Vec::new() }
    }

    /// 200 with a resource.
    pub fn resource(document: Document, etag: String) -> Self {
        Self { headers: vec![(header::ETAG, etag)], ..Self::ok(Value::Object(document)) }
    }

    /// RFC 7644 section 3.3: 201 with the resource, and its address in Location.
    pub fn created(document: Document, etag: String, location: String) -> Self {
        let mut answer = Self::resource(document, etag);
        answer.status = StatusCode::CREATED;
        answer.headers.push((header::LOCATION, location));
        answer
    }

    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The id of the resource in the body.
    pub fn id(&self) -> Option<&str> {
        self.body.as_ref()?.get("id")?.as_str()
    }

    pub fn etag(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| *name == header::ETAG).map(|(_, value)| value.as_str())
    }

    /// 204.
    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, headers: Vec::new() }
    }

    /// 204 after a change, with the new version.
    pub fn changed(etag: String) -> Self {
        Self { headers: vec![(header::ETAG, etag)], ..Self::no_content() }
    }

    /// RFC 7644 section 3.14: 304, for the client has this version.
    pub fn not_modified(etag: String) -> Self {
        Self { status: StatusCode::NOT_MODIFIED, body: None, headers: vec![(header::ETAG, etag)] }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        if let Some(body) = self.body {
            *response.body_mut() = Body::from(body.to_string());
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        }
        for (name, value) in self.headers {
            // Our own texts: versions and addresses made of ids.
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
