//! Where the connections' pages live: `/o/{organization}/connections/…`.

mod add;
mod list;
mod local_people;
mod oauth;
mod overview;
mod provisioning;
mod requests;
mod settings;
mod sign_in;
mod tokens;

use axum::Router;
use axum::routing::{get, post};

use super::guide::Addresses;
use super::model::{Connection, Directory, initiate_uri, redirect_uri};
use super::store;
use crate::app::App;
use crate::config::Config;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::ConnectionId;
use crate::provisioning::base_url;
use crate::sessions::guard::OrganizationAdmin;

pub fn router() -> Router<App> {
    let one = "/o/{organization}/connections/{connection}";
    Router::new()
        .route("/o/{organization}/connections", get(list::show))
        .route("/o/{organization}/connections/new", get(add::show).post(add::submit))
        .route(one, get(overview::show))
        .route(&format!("{one}/live"), get(overview::live))
        .route(&format!("{one}/sign-in"), get(sign_in::show).post(sign_in::submit))
        .route(&format!("{one}/sign-in/off"), post(sign_in::turn_off))
        .route(&format!("{one}/sign-in/key"), post(sign_in::new_key))
        .route(&format!("{one}/provisioning"), get(provisioning::show))
        .route(&format!("{one}/requests"), get(requests::list))
        .route(&format!("{one}/requests/{{request}}"), get(requests::one))
        .route(&format!("{one}/settings"), get(settings::show).post(settings::submit))
        .route(&format!("{one}/settings/brake"), post(settings::submit_brake))
        .route(&format!("{one}/local-people"), post(local_people::submit))
        .route(&format!("{one}/pause"), post(settings::hold))
        .route(&format!("{one}/resume"), post(settings::resume))
        .route(&format!("{one}/sync"), post(provisioning::choose))
        .route(&format!("{one}/provisioning/oauth"), get(oauth::show))
        .route(&format!("{one}/federation"), post(oauth::save_federation))
        .route(&format!("{one}/federation/remove"), post(oauth::remove_federation))
        .route(&format!("{one}/tokens"), post(tokens::create))
        .route(&format!("{one}/tokens/{{token}}/rotate"), get(tokens::show_rotation).post(tokens::rotate))
        .route(&format!("{one}/tokens/{{token}}/revoke"), post(tokens::revoke))
}

/// The two last parts of a path below one connection.
type ConnectionPath = axum::extract::Path<(String, String)>;

/// A connection with its directory, both of this organization.
async fn load(tx: &mut Tx, admin: &OrganizationAdmin, id: &str) -> Result<(Connection, Directory)> {
    let id = ConnectionId::parse(id).ok_or(Error::NotFound("connection"))?;
    let connection = store::find(tx, &admin.organization.id, &id).await?;
    let directory = store::directory(tx, &id).await?.ok_or(Error::NotFound("directory"))?;
    Ok((connection, directory))
}

fn base(admin: &OrganizationAdmin, connection: &Connection) -> String {
    format!("/o/{}/connections/{}", admin.organization.slug, connection.id)
}

fn addresses(config: &Config, admin: &OrganizationAdmin, connection: &Connection, directory: &Directory) -> Addresses {
    Addresses {
        redirect_uri: redirect_uri(&config.public_url, &connection.id),
        initiate_uri: initiate_uri(&config.public_url, &connection.id),
        sign_in_page: format!("{}/sign-in/{}", config.public_url, admin.organization.slug),
        scim_base_url: base_url(&config.public_url, &directory.label),
    }
}
