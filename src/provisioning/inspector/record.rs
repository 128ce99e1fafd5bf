//! A call as it goes by: the layer that listens, and what it hands to the writer.

use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use muster_scim::error::ScimError;

use super::Inspector;
use super::tee::{Ear, Heard, tee};
use crate::app::App;
use crate::id::{DirectoryId, OrganizationId, RequestId, TokenId};
use crate::time::Timestamp;

/// Whose call it is: told by authentication, as an extension of the response. Without it nobody's record has the call.
#[derive(Debug, Clone)]
pub struct Recognized {
    pub directory: DirectoryId,
    pub organization: OrganizationId,
    /// The token's prefix, and the id of the token or client secret behind it, if there is one; `None` when the token is missing or none
    /// of this directory's.
    pub token: Option<(Option<TokenId>, String)>,
}

/// A call that was answered, with everything that it may hold, secrets too: for the writer alone.
#[derive(Debug)]
pub(super) struct Call {
    pub id: RequestId,
    pub at: Timestamp,
    pub of: Recognized,
    pub user_agent: String,
    pub method: Method,
    /// Below the base URL.
    pub path: String,
    pub query: Option<String>,
    pub status: StatusCode,
    pub duration: Duration,
    pub error: Option<ScimError>,
    pub request: Heard,
    pub response: Heard,
}

/// What becomes of a call when there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Writes and failures of the directory are all kept.
    Kept,
    /// Successful reads may be sampled.
    Read,
    /// Calls without a token of the directory: anybody can make them, in any number.
    Stranger,
}

/// A layer: the answer goes out as it is made, and its record is made up when it has gone.
pub async fn record(State(app): State<App>, request: Request, next: Next) -> Response {
    let (id, at, started) = (RequestId::new(), app.db.clock().now(), Instant::now());
    let (method, headers) = (request.method().clone(), request.headers());
    let (user_agent, announced) = (text(headers, &header::USER_AGENT), text(headers, &header::CONTENT_LENGTH));
    let (path, query) = (below_base(request.uri().path()), request.uri().query().map(str::to_string));
    let (sent, answered) = (Ear::default(), Ear::default());

    let response = next.run(request.map(|body| tee(body, sent.clone(), ()))).await;

    let (status, duration) = (response.status(), started.elapsed());
    let Some(of) = response.extensions().get::<Recognized>().cloned() else { return response };
    if !app.inspector.admits(&of, class(&of, &method, status), &at) {
        return response;
    }
    let mut request = sent.heard();
    // What was refused unread was as long as it said.
    request.length = request.length.max(announced.parse().unwrap_or_default());
    let error = response.extensions().get::<ScimError>().cloned();
    let response_so_far = Heard::default();
    let call = Call {
        id,
        at,
        of,
        user_agent,
        method,
        path,
        query,
        status,
        duration,
        error,
        request,
        response: response_so_far,
    };
    let report = Report { inspector: app.inspector.clone(), answered: answered.clone(), call: Some(call) };
    response.map(|body| tee(body, answered, report))
}

fn class(of: &Recognized, method: &Method, status: StatusCode) -> Class {
    match of.token {
        None => Class::Stranger,
        Some(_) if method.is_safe() && status.as_u16() < 400 => Class::Read,
        Some(_) => Class::Kept,
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

/// `/acme-okta/Users/1` → `/Users/1`
fn below_base(path: &str) -> String {
    let rest = path.trim_start_matches('/').split_once('/').map_or("", |(_, rest)| rest);
    format!("/{rest}")
}

/// Hands the call over when its answer has gone out, or was given up.
struct Report {
    inspector: Inspector,
    answered: Ear,
    call: Option<Call>,
}

impl Drop for Report {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            self.inspector.take(Call { response: self.answered.heard(), ..call });
        }
    }
}
