//! The whole application: the state that handlers share, and the router made of every feature's.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware;
use axum::routing::get;

use crate::config::Config;
use crate::db::Db;
use crate::http::client::Client;
use crate::http::limits::Limits;
use crate::jose::PublishedKeys;
use crate::organizations::domains::{SystemResolver, TxtResolver};
use crate::provisioning::inspector::Inspector;
use crate::sessions::password::Passwords;
use crate::vault::Vault;
use crate::{
    access, api, api_keys, connections, directory, events, http, organizations, provisioning, sessions, sso, ui,
};

/// What a form may be. Where more is taken (schemas of an organization's own), its route says so.
const FORM_LIMIT: usize = 64 * 1024;

/// What handlers share. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct App {
    pub db: Db,
    pub config: Arc<Config>,
    pub vault: Arc<Vault>,
    pub client: Client,
    /// What providers sign with.
    pub keys: PublishedKeys,
    pub inspector: Inspector,
    /// Where the records come from that prove domains.
    pub resolver: Arc<dyn TxtResolver>,
    pub passwords: Passwords,
    pub limits: Limits,
}

impl App {
    pub fn new(db: Db, config: Config, vault: Vault) -> Self {
        let client = Client::new(config.networks(), db.clock().clone());
        let limits = Limits::new(db.clock().clone());
        Self {
            db,
            config: Arc::new(config),
            vault: Arc::new(vault),
            keys: PublishedKeys::new(client.clone()),
            client,
            inspector: Inspector::default(),
            resolver: Arc::new(SystemResolver),
            passwords: Passwords::default(),
            limits,
        }
    }

    /// The same with another way out: tests shorten its patience and say where names lead.
    pub fn reaching(self, client: Client) -> Self {
        Self { keys: PublishedKeys::new(client.clone()), client, ..self }
    }
}

/// Everything that is served.
pub fn router(app: App) -> Router {
    let https = app.config.is_https();
    let pages = Router::new()
        .merge(organizations::routes::router())
        .merge(connections::routes::router())
        .merge(provisioning::schemas::routes::router())
        .merge(provisioning::brake::routes::router())
        .merge(directory::users::routes::router())
        .merge(api_keys::routes::router())
        .merge(directory::groups::routes::router())
        .merge(directory::release::routes::router())
        .merge(directory::moving::routes::router())
        .merge(access::roles::routes::router())
        .merge(access::grants::routes::router())
        .merge(access::levels::routes::router())
        .merge(events::routes::router())
        .merge(sso::routes::router())
        .merge(sessions::routes::router())
        .fallback(ui::errors::not_found)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(middleware::from_fn(ui::errors::in_time))
        .layer(middleware::from_fn(ui::errors::render))
        .layer(tower_http::csrf::CsrfLayer::new())
        .layer(sessions::layer(&app))
        .layer(middleware::from_fn_with_state(app.config.clone(), http::canonical::redirect));
    let router = Router::new()
        .merge(pages)
        .merge(http::assets::router())
        .route("/health", get(http::health::health))
        // Identity providers bring tokens, never cookies: no session and no CSRF check there.
        .merge(sso::routes::for_providers())
        .nest("/scim/v2", provisioning::routes::router(app.clone()))
        .merge(provisioning::routes::other_versions())
        // Programs bring API keys, never cookies.
        .nest("/api/v1", api::router(app.clone()))
        // The command in a terminal brings codes and tokens, never cookies.
        .merge(sessions::terminal::endpoints(app.config.clone()))
        .layer(middleware::from_fn_with_state(app.config.clone(), http::client_address::note))
        .with_state(app);
    http::layers::wrap(router, https)
}
