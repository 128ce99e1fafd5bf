//! The userinfo endpoint: a profile that the ID token left out.

use axum::http::{Request, header};
use serde_json::{Map, Value};

use super::Profile;
use super::refusals::{failed, unanswered};
use crate::http::client::{Client, FetchError};
use crate::sessions::Refusal;
use crate::sso::connection::Ready;

/// Without an endpoint, or where it says no, there is nothing to add. An answer about somebody else is refused, and so is
/// one that is no answer: who comes in is not decided by half of what was asked.
pub async fn fetch(http: &Client, ready: &Ready, access_token: &str, subject: &str) -> Result<Profile, Refusal> {
    let Some(endpoint) = &ready.metadata.userinfo_endpoint else { return Ok(Profile::default()) };
    let unanswered = |error: &FetchError| unanswered(ready, "userinfo_endpoint", error);
    let request = Request::get(endpoint)
        .header(header::ACCEPT, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {access_token}"))
        .body(Vec::new());
    let request = request.map_err(|_| unanswered(&FetchError::BadUrl))?;
    let answer = http.send(request).await.map_err(|error| unanswered(&error))?;
    if answer.status().is_server_error() {
        return Err(unanswered(&FetchError::Status(answer.status().as_u16())));
    }
    if !answer.status().is_success() {
        tracing::info!(connection = %ready.id, status = %answer.status(), "the userinfo endpoint refused");
        return Ok(Profile::default());
    }
    let claims: Map<String, Value> =
        serde_json::from_slice(answer.body()).map_err(|_| unanswered(&FetchError::NotJson))?;
    // OpenID Connect Core 5.3.2: the sub MUST be verified to exactly match the sub of the ID token.
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(failed("sign_in_userinfo_subject", ready, "sent a profile that is somebody else's"));
    }
    Ok(Profile::of(&claims))
}
