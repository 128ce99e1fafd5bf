//! Who calls: a bearer token opens one directory, the one whose label is in the address.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use muster_scim::error::ScimError;
use muster_scim::patch::{CreateMissing, PatchOptions};
use muster_scim::schema::ResourceType;

use super::catalog::Catalog;
use super::error::{Failure, fault};
use super::inspector::Recognized;
use super::query::Scope;
use super::store::{self, Credential};
use super::{base_url, schemas, tokens};
use crate::actor::Actor;
use crate::app::App;
use crate::db::{Dialect, Tx};
use crate::directory::users::aliases;
use crate::directory::users::managed::Leavers;
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::limits::{TooMany, What};
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
    /// Whether requests of the directory wait at its brake.
    pub has_pending: bool,
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
            Failure::from(fault())
        })
    }
}

/// A layer: lets calls with a good token through, as a [`Caller`], and says whose call it is. Only calls that are refused
/// are counted, by address and label: whoever shows a good token is never slowed, whatever others send from the same place.
pub async fn authenticate(
    State(app): State<App>,
    address: ClientAddress,
    mut request: Request,
    next: Next,
) -> Response {
    let (credential, of) = match recognize(&app, request.uri(), request.headers()).await {
        Ok(found) => found,
        Err(error) => return Failure::from(error).into_response(),
    };
    // Another directory's label, and one that nobody has, are refused alike: labels cannot be found out by trying.
    let admitted = match credential {
        Some(credential) => admit(&app, &credential).await,
        None => Err(unauthorized(
            "the bearer token is missing or wrong, or belongs to another base URL: copy the base URL and the token of one directory from Muster",
        )),
    };
    let response = match admitted {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => refused(&app, &address, request.uri(), refusal),
    };
    said_of(of, response)
}

/// 401, until there were too many of them: then 429, for a while.
fn refused(app: &App, address: &ClientAddress, uri: &Uri, refusal: Failure) -> Response {
    // A paused directory's token is a good one.
    let counted = refusal.0.status == 401;
    match counted.then(|| app.limits.check(What::Scim, address, Some(&label(uri)))) {
        Some(Err(limit)) => too_many(limit),
        _ => refusal.into_response(),
    }
}

fn too_many(TooMany { seconds, by, first }: TooMany) -> Response {
    if first {
        tracing::warn!(by, "too many SCIM calls without a good token: slowed down");
    }
    let detail = format!(
        "there were too many calls without a good token, nothing was changed: wait {seconds} seconds, then send a token that is good for this base URL"
    );
    let mut response = Failure::from(ScimError::status(429, detail)).into_response();
    // Okta takes Retry-After in whole seconds only.
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

/// A layer for what is public: with the directory's own token it also shows the organization's own schemas, and a directory
/// that is paused or off says so.
pub async fn recognise(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Whoever cannot be looked up is served all the same.
    let (credential, of) = recognize(&app, request.uri(), request.headers()).await.unwrap_or_default();
    if let Some(credential) = &credential {
        if let Err(refusal) = admit_state(credential) {
            return said_of(of, refusal.into_response());
        }
        // A token that expired is as good as none.
        if let Ok(caller) = admit(&app, credential).await {
            request.extensions_mut().insert(caller);
        }
    }
    said_of(of, next.run(request).await)
}

/// For the inspector, which stands outside.
fn said_of(of: Option<Recognized>, mut response: Response) -> Response {
    if let Some(of) = of {
        response.extensions_mut().insert(of);
    }
    response
}

/// The first part of the path, behind `/scim/v2`.
fn label(uri: &Uri) -> String {
    uri.path().split('/').find(|part| !part.is_empty()).unwrap_or_default().to_ascii_lowercase()
}

/// The token, if it is of the directory with this label; and the directory, be the token right or wrong.
async fn recognize(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<(Option<Credential>, Option<Recognized>)> {
    let label = label(uri);
    let mut tx = app.db.read().await?;
    let credential = match bearer(headers) {
        Some(token) => find(&mut tx, token).await?,
        None => None,
    };
    let credential = credential.filter(|credential| credential.label == label);
    let of = match &credential {
        Some(credential) => Some(Recognized {
            directory: credential.directory_id.clone(),
            organization: credential.organization_id.clone(),
            token: Some((credential.token_id.clone(), credential.prefix.clone())),
        }),
        None => store::directory_at(&mut tx, &label).await?.map(|(directory, organization)| Recognized {
            directory,
            organization,
            token: None,
        }),
    };
    Ok((credential, of))
}

async fn find(tx: &mut Tx, token: &str) -> Result<Option<Credential>> {
    let hash = vault::digest(token);
    if tokens::SCIM.fits(token) {
        store::token(tx, &hash).await
    } else if tokens::ACCESS.fits(token) {
        store::access_token(tx, &hash).await
    } else {
        Ok(None)
    }
}

/// RFC 6750 section 2.1; the scheme's name is in any case.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = sent.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token.trim())
}

async fn admit(app: &App, credential: &Credential) -> Result<Caller, Failure> {
    let advice = match tokens::ACCESS.begins(&credential.prefix) {
        true => "get another one at {base URL}/oauth/token",
        false => "make a new one in Muster and enter it here",
    };
    if credential.revoked_at.is_some() {
        return Err(unauthorized(&format!("the bearer token was revoked: {advice}")));
    }
    let now = app.db.clock().now();
    if credential.expires_at.as_ref().is_some_and(|expires_at| *expires_at <= now) {
        return Err(unauthorized(&format!("the bearer token has expired: {advice}")));
    }
    admit_state(credential)?;
    Ok(caller(app, credential).await?)
}

/// As if the directory called by itself: for what it asked before and an owner lets it do now.
pub(super) async fn on_behalf(app: &App, directory: &DirectoryId) -> Result<Caller> {
    let credential = store::on_behalf(&mut app.db.read().await?, directory).await?;
    caller(app, &credential.ok_or(Error::NotFound("directory"))?).await
}

async fn caller(app: &App, credential: &Credential) -> Result<Caller> {
    let create_missing_elements =
        if credential.create_unmatched { CreateMissing::Any } else { CreateMissing::Canonical };
    Ok(Caller {
        actor: Actor::Directory {
            directory: credential.directory_id.clone(),
            organization: credential.organization_id.clone(),
            name: credential.connection_name.clone(),
        },
        directory: credential.directory_id.clone(),
        base: base_url(&app.config.public_url, &credential.label),
        catalog: catalog(app, credential).await?,
        has_pending: credential.has_pending,
        settings: Settings {
            leavers: if credential.restore_leavers { Leavers::Return } else { Leavers::StayAway },
            most_members_shown: credential.most_members_shown.unsigned_abs(),
            patch: PatchOptions { create_missing_elements },
        },
    })
}

/// Most directories serve the core and nothing else.
async fn catalog(app: &App, credential: &Credential) -> Result<Arc<Catalog>> {
    if credential.own_schemas == 0 && !credential.offers_roles && credential.alias_schema == aliases::SCHEMA {
        return Ok(Catalog::core());
    }
    let mut tx = app.db.read().await?;
    let catalog = schemas::catalog(&mut tx, &credential.organization_id, &credential.alias_schema).await?;
    Ok(Arc::new(if credential.offers_roles { catalog.with_roles() } else { catalog }))
}

fn admit_state(credential: &Credential) -> Result<(), Failure> {
    let detail = match credential.state.as_str() {
        "on" => return Ok(()),
        "paused" => "provisioning is paused for this directory, nothing was changed: resume it in Muster",
        _ => "provisioning is turned off for this directory, nothing was changed: turn it on in Muster",
    };
    Err(Failure::from(ScimError::status(403, detail)))
}

fn unauthorized(detail: &str) -> Failure {
    Failure::from(ScimError::status(401, detail))
}
