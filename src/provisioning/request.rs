//! What else is read from a request: the id in the path, the query, the preconditions.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use muster_scim::error::ScimError;
use muster_scim::etag;
use muster_scim::project::Projection;
use muster_scim::schema::ResourceType;

use super::error::Failure;

/// The parts of the path that name a resource, as they were sent: its endpoint (empty where the route names it) and its id.
pub struct Resource(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for Resource {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let unreadable = || ScimError::not_found("the address is no resource here: its last part is not an id");
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| unreadable())?;
        let part = |wanted: &str| params.iter().find(|(name, _)| *name == wanted).map(|(_, text)| text.to_string());
        Ok(Self(part("endpoint").unwrap_or_default(), part("id").ok_or_else(unreadable)?))
    }
}

/// The pairs of the query. Names that we do not know are ignored: Entra has flags of its own in the base URL.
pub struct Query(pub Vec<(String, String)>);

impl Query {
    /// RFC 7644 section 3.9: `attributes` and `excludedAttributes`, on every request that returns a resource.
    pub fn projection(&self, kind: &ResourceType) -> Result<Projection, ScimError> {
        let get =
            |name: &str| self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
        Projection::parse(kind, get("attributes"), get("excludedAttributes"))
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

/// RFC 7644 section 3.14.
pub struct Preconditions {
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl Preconditions {
    pub fn none() -> Self {
        Self::of_version(None)
    }

    /// What an operation of a bulk request asks for: `version` is its If-Match.
    pub fn of_version(version: Option<&str>) -> Self {
        Self { if_match: version.map(str::to_string), if_none_match: None }
    }

    /// Whether the client may change this version.
    ///
    /// # Errors
    /// 412 with the present version.
    pub fn allow_write(&self, version: &str) -> Result<(), ScimError> {
        let stale = self.if_match.as_ref().is_some_and(|sent| !etag::if_match(sent, version));
        let unwanted = self.if_none_match.as_ref().is_some_and(|sent| etag::if_none_match(sent, version));
        if stale || unwanted {
            return Err(ScimError::status(
                412,
                format!("the resource is at version {version} now, nothing was changed: read it again, then decide"),
            ));
        }
        Ok(())
    }

    /// Whether the client has this version already.
    pub fn is_known(&self, version: &str) -> bool {
        self.if_none_match.as_ref().is_some_and(|sent| etag::if_none_match(sent, version))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self {
            if_match: text(&parts.headers, &header::IF_MATCH),
            if_none_match: text(&parts.headers, &header::IF_NONE_MATCH),
        })
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_string)
}
