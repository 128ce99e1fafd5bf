//! Where a sign-in through a provider begins and ends.

mod backchannel;
mod callback;
mod keys;
mod signed_out;
mod start;
mod test;

use axum::Router;
use axum::routing::{get, post};

use super::connection::{Ready, SignInHalf};
use super::discovery::refresh;
use super::store;
use crate::app::App;
use crate::error::{Error, Result};
use crate::events::Subject;
use crate::id::ConnectionId;
use crate::organizations::{self, Organization};
use crate::sessions::Refusal;

/// What browsers visit.
pub fn router() -> Router<App> {
    Router::new()
        .route("/auth/start/{connection}", get(start::start))
        .route("/auth/initiate/{connection}", get(start::initiate))
        .route("/auth/test/{connection}", get(test::start))
        .route("/auth/openid/callback/{connection}", get(callback::callback))
        .route("/auth/signed-out/{connection}", get(signed_out::show))
}

/// What providers call: they bring no cookies, and get none.
pub fn for_providers() -> Router<App> {
    Router::new()
        .route("/auth/keys/{connection}", get(keys::show))
        .route("/auth/backchannel-logout/{connection}", post(backchannel::logout))
}

/// The connection that an address names, with its organization.
struct Asked {
    half: SignInHalf,
    organization: Organization,
}

async fn find(app: &App, connection: &str) -> Result<Asked> {
    let id = ConnectionId::parse(connection).ok_or(Error::NotFound("connection"))?;
    let mut tx = app.db.read().await?;
    let half = store::find_half(&mut tx, &id).await?.ok_or(Error::NotFound("connection"))?;
    let organization = organizations::find(&mut tx, &half.organization_id).await?;
    let organization = organization.ok_or(Error::NotFound("connection"))?;
    Ok(Asked { half, organization })
}

impl Asked {
    fn subject(&self) -> Subject {
        Subject::connection(&self.half.id, &self.half.name)
    }

    /// With metadata that are good now, and the secret opened.
    async fn ready(self, app: &App) -> Result<Result<Ready, Refusal>> {
        match refresh(app, self.half).await? {
            Ok(half) => half.ready(&app.vault),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

/// Writes a refusal down that came before anybody was found.
async fn record(app: &App, organization: &Organization, subject: Subject, refusal: &Refusal) -> Result<()> {
    let mut tx = app.db.write().await?;
    refusal.record(&mut tx, &organization.id, subject).await?;
    tx.commit().await
}
