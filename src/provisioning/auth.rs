//! Who calls: a bearer token opens one directory, the one whose label is in the address.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use muster_scim::error::ScimError;
use muster_scim::patch::{CreateMissing, PatchOptions};
use muster_scim::schema::ResourceType;

use super::activity::Activity;
use super::catalog::Catalog;
use super::error::{Failure, fault};
use super::query::Scope;
use super::store::{self, Credential};
use super::{base_url, schemas, tokens};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Dialect;
use crate::directory::users::managed::Leavers;
use crate::error::Result;
use crate::id::DirectoryId;
use crate::vault;

/// A call that was let in.
#[derive(Debug, Clone)]
pub struct Caller {
    pub actor: Actor,
    pub directory: DirectoryId,
    /// Without a slash at the end; locations start with it.
    pub base: String,
    /// What the directory serves.
    pub catalog: Arc<Catalog>,
    pub settings: Settings,
}

/// A directory's own choices.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Whether a create brings back the deactivated person that it means.
    pub leavers: Leavers,
    /// Above this many members a group's PATCH is answered by 204.
    pub most_members_shown: u64,
    pub patch: PatchOptions,
}

impl Caller {
    /// Where a resource is.
    pub fn location(&self, kind: &ResourceType, id: &str) -> String {
        format!("{}{}/{id}", self.base, kind.endpoint)
    }

    /// What a query about one kind must know.
    pub fn scope<'a>(&'a self, kind: &'a ResourceType, table: &'static str, dialect: Dialect) -> Scope<'a> {
        Scope {
            table,
            kind: &kind.name,
            location: format!("{}{}", self.base, kind.endpoint),
            base: &self.base,
            directory: &self.directory,
            dialect,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!(path = parts.uri.path(), "a SCIM endpoint is served without authentication");
            Failure(fault())
        })
    }
}

/// What the layer [`authenticate`] needs.
#[derive(Clone)]
pub struct Gate {
    pub app: App,
    pub activity: Activity,
}

/// A layer: lets calls with a good token through, as a [`Caller`], and notes them.
pub async fn authenticate(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let found = match find(&gate.app, request.headers()).await {
        Ok(found) => found,
        Err(error) => return Failure::from(error).into_response(),
    };
    let label = label(&request);
    // Another directory's label, and one that nobody has, are refused alike: labels cannot be found out by trying.
    let Some(credential) = found.filter(|credential| credential.label == label) else {
        return unauthorized("the bearer token is missing or wrong, or belongs to another base URL: copy the base URL and the token of one directory from Muster").into_response();
    };
    let at = gate.app.db.clock().now();
    let response = match admit(&gate, &credential).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    gate.activity.report(&credential, at, &response);
    response
}

/// A layer for what is public: with the directory's own token it also shows the organization's own schemas, and a directory
/// that is paused or off says so.
pub async fn recognise(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    if request.method() != Method::OPTIONS
        && let Ok(Some(credential)) = find(&gate.app, request.headers()).await
        && credential.label == label(&request)
    {
        if let Err(refusal) = admit_state(&credential) {
            return refusal.into_response();
        }
        // A token that expired is as good as none.
        if let Ok(caller) = admit(&gate, &credential).await {
            request.extensions_mut().insert(caller);
        }
    }
    next.run(request).await
}

/// The first part of the path, behind `/scim/v2`.
fn label(request: &Request) -> String {
    request.uri().path().split('/').find(|part| !part.is_empty()).unwrap_or_default().to_ascii_lowercase()
}

async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Credential>> {
    // RFC 6750 section 2.1; the scheme's name is in any case.
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = sent
        .and_then(|value| value.trim().split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| tokens::well_formed(token));
    let Some(token) = token else { return Ok(None) };
    let mut tx = app.db.read().await?;
    store::credential(&mut tx, &vault::digest(token)).await
}

async fn admit(gate: &Gate, credential: &Credential) -> Result<Caller, Failure> {
    if credential.revoked_at.is_some() {
        return Err(unauthorized("the bearer token was revoked: make a new one in Muster and enter it here"));
    }
    let now = gate.app.db.clock().now();
    if credential.expires_at.as_ref().is_some_and(|expires_at| *expires_at <= now) {
        return Err(unauthorized("the bearer token has expired: make a new one in Muster and enter it here"));
    }
    admit_state(credential)?;
    let create_missing_elements =
        if credential.create_unmatched { CreateMissing::Any } else { CreateMissing::Canonical };
    Ok(Caller {
        actor: Actor::Directory {
            directory: credential.directory_id.clone(),
            organization: credential.organization_id.clone(),
            name: credential.connection_name.clone(),
        },
        directory: credential.directory_id.clone(),
        base: base_url(&gate.app.config.public_url, &credential.label),
        catalog: catalog(&gate.app, credential).await?,
        settings: Settings {
            leavers: if credential.restore_leavers { Leavers::Return } else { Leavers::StayAway },
            most_members_shown: credential.most_members_shown.unsigned_abs(),
            patch: PatchOptions { create_missing_elements },
        },
    })
}

/// Most directories serve the core and nothing else.
async fn catalog(app: &App, credential: &Credential) -> Result<Arc<Catalog>> {
    if credential.own_schemas == 0 && !credential.offers_roles {
        return Ok(Catalog::core());
    }
    let mut tx = app.db.read().await?;
    let catalog = schemas::catalog(&mut tx, &credential.organization_id).await?;
    Ok(Arc::new(if credential.offers_roles { catalog.with_roles() } else { catalog }))
}

fn admit_state(credential: &Credential) -> Result<(), Failure> {
    let detail = match credential.state.as_str() {
        "on" => return Ok(()),
        "paused" => "provisioning is paused for this directory, nothing was changed: resume it in Muster",
        _ => "provisioning is turned off for this directory, nothing was changed: turn it on in Muster",
    };
    Err(Failure(ScimError::status(403, detail)))
}

fn unauthorized(detail: &str) -> Failure {
    Failure(ScimError::status(401, detail))
}
