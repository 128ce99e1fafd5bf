//! `GET /api/v1/users/{id}`: one person or service account of the key's organization.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::auth::Caller;
use super::error::Refusal;
use super::json::role_with_reasons;
use crate::access::roles;
use crate::api_keys::Scope;
use crate::db::Db;
use crate::directory::users::{self, Status, User, aliases};
use crate::error::Error;
use crate::id::UserId;

pub async fn show(
    State(db): State<Db>,
    caller: Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Refusal> {
    caller.require(Scope::UsersRead)?;
    let organization = &caller.account.organization_id;
    caller.actor.require_reader(organization)?;
    let id = id.ok().and_then(|Path(id)| UserId::parse(&id)).ok_or(Error::NotFound("user"))?;
    let mut tx = db.read().await?;
    let user = users::find(&mut tx, organization, &id).await?.ok_or(Error::NotFound("user"))?;
    let mut told = facts(&user);
    let aliases = aliases::of_user(&mut tx, &user.id).await?;
    let aliases: Vec<_> = aliases.iter().map(|one| json!({ "set": one.set, "alias": one.alias })).collect();
    told["aliases"] = json!(aliases);
    if caller.has(Scope::RolesRead) {
        let held = roles::effective(&mut tx, &user.id).await?;
        told["roles"] = held.iter().map(role_with_reasons).collect();
    }
    Ok(Json(told))
}

fn facts(user: &User) -> Value {
    let status = match user.status() {
        Status::Active => "active",
        Status::Deactivated => "deactivated",
        Status::Suspended => "suspended",
    };
    json!({
        "id": user.id,
        "kind": user.kind.as_str(),
        "source": user.source.to_string(),
        "user_name": user.user_name,
        "external_id": user.external_id,
        "name": user.display_name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        "title": user.title,
        "department": user.department,
        "level": user.level.as_str(),
        "status": status,
        "answerable_id": user.answerable,
        "last_sign_in_at": user.last_sign_in_at,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    })
}
