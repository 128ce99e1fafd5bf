//! `GET /api/v1/me`: whose key this is, what it may ask, and what its account may do. Every good key may ask it.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::auth::Caller;
use super::error::Refusal;
use super::json::role;
use crate::access::roles;
use crate::db::Db;
use crate::error::Error;
use crate::organizations;

pub async fn show(State(db): State<Db>, caller: Caller) -> Result<Json<Value>, Refusal> {
    let mut tx = db.read().await?;
    let (account, key) = (&caller.account, &caller.key);
    let organization = organizations::find(&mut tx, &account.organization_id).await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    let held = roles::effective(&mut tx, &account.id).await?;
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    Ok(Json(json!({
        "id": account.id,
        "kind": account.kind.as_str(),
        "name": account.display_name,
        "organization": { "id": organization.id, "slug": organization.slug, "name": organization.name },
        "key": {
            "id": key.id, "name": key.name, "prefix": key.prefix, "scopes": scopes, "expires_at": key.expires_at,
        },
        "roles": held.iter().map(role).collect::<Vec<_>>(),
    })))
}
