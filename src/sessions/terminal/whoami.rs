//! `GET /cli/whoami`: whose token this is.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::error::Refusal;
use super::{TOKEN, store};
use crate::db::Db;
use crate::http::oauth::NO_STORE;
use crate::vault;

pub(super) async fn whoami(State(db): State<Db>, headers: HeaderMap) -> Result<Response, Refusal> {
    let token = bearer(&headers).filter(|token| TOKEN.fits(token)).ok_or_else(Refusal::token)?;
    let mut tx = db.write().await?;
    let found = store::holder(&mut tx, &vault::digest(token)).await?.ok_or_else(Refusal::token)?;
    store::mark_used(&mut tx, &found.id).await?;
    tx.commit().await?;
    let body = Json(json!({
        "user": { "id": found.user_id, "name": found.display_name, "userName": found.user_name, "email": found.email },
        "level": found.level,
        "organization": { "id": found.organization_id, "slug": found.slug, "name": found.organization },
        "device": found.device,
        "expires_at": found.expires_at,
    }));
    Ok((NO_STORE, body).into_response())
}

/// RFC 6750 section 2.1.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
