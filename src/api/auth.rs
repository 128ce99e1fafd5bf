//! Who calls: an API key is one service account of one organization.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::error::Refusal;
use crate::actor::Actor;
use crate::api_keys::{self, ApiKey, Credential, KEY, Scope};
use crate::app::App;
use crate::directory::users::{self, User};
use crate::error::{Error, Result};
use crate::http::client_address::ClientAddress;
use crate::http::limits::What;
use crate::vault;

/// A call that was let in.
#[derive(Debug, Clone)]
pub struct Caller {
    pub actor: Actor,
    pub account: User,
    pub key: ApiKey,
}

impl Caller {
    pub fn has(&self, scope: Scope) -> bool {
        self.key.scopes.contains(&scope)
    }

    /// # Errors
    /// 403, naming the scope.
    pub fn require(&self, scope: Scope) -> Result<(), Refusal> {
        if self.has(scope) { Ok(()) } else { Err(Refusal::scope(scope)) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Error::internal("an endpoint of the API is served without authentication").into())
    }
}

/// A layer: lets calls with a good key through, as a [`Caller`]. Only calls that are refused are counted: whoever shows a
/// good key is never slowed, whatever others send from the same place.
pub async fn authenticate(
    State(app): State<App>,
    address: ClientAddress,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&app, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) if refusal.is_of_key() => match app.limits.check(What::Key, &address, None) {
            Ok(()) => refusal.into_response(),
            Err(limit) => Refusal::from(limit).into_response(),
        },
        Err(refusal) => refusal.into_response(),
    }
}

async fn admit(app: &App, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let sent = headers.get(header::AUTHORIZATION).ok_or_else(Refusal::missing)?;
    let unknown =
        || Refusal::key("the API key is unknown: copy it whole, or make another on the service account's page");
    let secret = sent.to_str().ok().and_then(bearer).filter(|secret| KEY.fits(secret)).ok_or_else(unknown)?;
    let mut tx = app.db.read().await?;
    let found = api_keys::find_by_hash(&mut tx, &vault::digest(secret)).await?.ok_or_else(unknown)?;
    let Credential { key, user, organization } = found;
    let now = tx.now();
    if key.revoked_at.is_some() {
        return Err(Refusal::key("the API key was revoked: make another on the service account's page"));
    }
    if !key.is_live(&now) {
        return Err(Refusal::key("the API key has expired: make another on the service account's page"));
    }
    // Asked at every call, as for sessions: whoever has no access has no way in.
    let account = users::find(&mut tx, &organization, &user).await?.filter(User::may_sign_in);
    let account =
        account.ok_or_else(|| Refusal::key("the account of this API key has no access now: ask an admin of Muster"))?;
    drop(tx);
    api_keys::mark_used(&app.db, &key).await?;
    let name = format!("{} (API key {})", account.display_name, key.name);
    Ok(Caller { actor: Actor::Key { key: key.id.clone(), user, organization, name }, account, key })
}

/// RFC 6750 section 2.1; the scheme's name is in any case.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, secret) = header.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(secret.trim())
}
