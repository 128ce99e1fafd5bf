//! The userinfo endpoint: a profile that the ID token left out.

use axum::http::{Request, header};
use serde_json::Value;

use super::tokens::{Profile, failed};
use crate::http::client::Client;
use crate::sessions::Refusal;
use crate::sso::connection::Ready;

/// Without an endpoint or an answer there is nothing to add; an answer about somebody else is refused.
pub async fn fetch(http: &Client, ready: &Ready, access_token: &str, subject: &str) -> Result<Profile, Refusal> {
    let Some(endpoint) = &ready.metadata.userinfo_endpoint else { return Ok(Profile::default()) };
    let request = Request::get(endpoint)
        .header(header::ACCEPT, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {access_token}"))
        .body(Vec::new());
    let Ok(request) = request else { return Ok(Profile::default()) };
    let answer = match http.send(request).await {
        Ok(answer) if answer.status().is_success() => answer,
        Ok(answer) => {
            tracing::info!(connection = %ready.id, status = %answer.status(), "the userinfo endpoint refused");
            return Ok(Profile::default());
        }
        Err(error) => {
            tracing::info!(connection = %ready.id, %error, "the userinfo endpoint did not answer");
            return Ok(Profile::default());
        }
    };
    let claims: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    // OpenID Connect Core 5.3.2: the sub MUST be verified to exactly match the sub of the ID token.
    if claims["sub"].as_str() != Some(subject) {
        return Err(failed("sign_in_userinfo_subject", ready, "sent a profile that is somebody else's"));
    }
    let text = |name: &str| claims[name].as_str().filter(|text| !text.trim().is_empty()).map(str::to_string);
    Ok(Profile {
        name: text("name"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        email: text("email"),
        email_verified: claims["email_verified"].as_bool() == Some(true),
        preferred_username: text("preferred_username"),
    })
}
