//! What integration tests share: the whole application on a fresh database of either engine, a clock moved by hand, and
//! clients that speak to it as identity providers do.
//!
//! A test is `async fn name(app: &TestApp)`; `on_both!(name, …)` at the end of the file runs it on both engines.

pub mod browser;
pub mod dns;
pub mod heard;
pub mod idp;
mod postgres;
mod scim;
pub mod sequence;
pub mod sign_in;
mod sqlite;
/// The same as the library's own tests use.
#[path = "../../src/http/testing.rs"]
mod testing;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::http::{HeaderValue, Request, Response};
use muster::app::App;
use muster::config::Config;
use muster::db::{Db, sql};
use muster::directory::users::local::document;
use muster::http::client::{Client, Networks, Outside};
use muster::id::{ConnectionId, DirectoryId, OrganizationId, SessionId, TokenId, UserId};
use muster::provisioning::tokens;
use muster::time::{Clock, Timestamp};
use muster::vault::Vault;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tower::ServiceExt as _;

use dns::Dns;
pub use heard::Heard;
pub use scim::{Answer, ScimClient};
pub(crate) use testing::serve;

pub const PUBLIC_URL: &str = "https://muster.example.com";
/// Ends TLS and says so.
pub const PROXY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 40_000);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Runs each test on both engines, as `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test]
            async fn sqlite() {
                crate::support::run(crate::support::Engine::Sqlite, super::$name).await;
            }

            #[tokio::test]
            async fn postgres() {
                crate::support::run(crate::support::Engine::Postgres, super::$name).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// Runs one test on a fresh database; what a failing test leaves behind is thrown away with its folder or cluster.
pub async fn run(engine: Engine, test: impl AsyncFnOnce(&TestApp)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match postgres::Database::create().await {
            Some(database) => Some(database),
            None => return,
        },
    };
    let url = match &database {
        None => sqlite::copy_to(folder.path()).await,
        Some(database) => database.url.clone(),
    };
    let app = TestApp::start(engine, &url).await;
    test(&app).await;
    app.db.close().await;
    if let Some(database) = database {
        database.drop().await;
    }
}

/// The application under test.
pub struct TestApp {
    pub engine: Engine,
    pub app: App,
    pub db: Db,
    pub clock: Clock,
    pub dns: Arc<Dns>,
    router: Router,
}

/// An event of the log, as far as tests look.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub kind: String,
    pub subject_id: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl TestApp {
    async fn start(engine: Engine, url: &str) -> Self {
        let clock = Clock::manual(&Timestamp::parse("2026-11-22T12:00:00.000Z").expect("a moment"));
        let db = Db::open(url, clock.clone()).await.expect("the database opens");
        let config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: PUBLIC_URL.into(),
            database_url: url.into(),
            secret_key_file: "unused".into(),
            allow_private_idp: true,
            allow_networks: vec![],
            trusted_proxies: vec![PROXY.ip().into()],
            entra_authority: "http://127.0.0.1:9".into(),
            log: "info".into(),
        };
        Self::serve(engine, db, clock, config, Vault::from_key(&[7; 32]))
    }

    fn serve(engine: Engine, db: Db, clock: Clock, config: Config, vault: Vault) -> Self {
        let dns = Arc::new(Dns::default());
        let app = App { resolver: dns.clone(), ..App::new(db.clone(), config, vault) };
        let router = muster::app::router(app.clone()).layer(MockConnectInfo(PROXY));
        Self { engine, app, db, clock, dns, router }
    }

    /// A second process on the same database, with other settings.
    pub fn beside(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::clone(&self.app.config);
        change(&mut config);
        Self::serve(self.engine, self.db.clone(), self.clock.clone(), config, Vault::from_key(&[7; 32]))
    }

    /// A second process on the same database, with other keys.
    pub fn with_vault(&self, vault: Vault) -> Self {
        let config = Config::clone(&self.app.config);
        Self::serve(self.engine, self.db.clone(), self.clock.clone(), config, vault)
    }

    /// The same process, with everything heard that it answers.
    pub fn heard(&self) -> (Self, Heard) {
        let heard = Heard::default();
        let router = self.router.clone().layer(axum::middleware::from_fn_with_state(heard.clone(), heard::hear));
        let (app, db, clock, dns) = (self.app.clone(), self.db.clone(), self.clock.clone(), self.dns.clone());
        (Self { engine: self.engine, app, db, clock, dns, router }, heard)
    }

    /// Every table with its columns, whatever there is.
    pub async fn columns(&self) -> Vec<(String, String)> {
        let query = match self.engine {
            Engine::Sqlite => {
                "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx_%' ORDER BY 1, 2"
            }
            Engine::Postgres => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name NOT LIKE '_sqlx_%' ORDER BY 1, 2"
            }
        };
        let mut tx = self.db.read().await.unwrap();
        sql(query).all(&mut tx).await.unwrap()
    }

    /// The same on the same database, with another world outside.
    pub fn outside(&self, allow_private: bool, outside: &Outside) -> Self {
        let networks = if allow_private { Networks::all_private() } else { Networks::none() };
        let client = Client::outside(networks, self.clock.clone(), outside);
        let mut config = Config::clone(&self.app.config);
        config.allow_private_idp = allow_private;
        let app = App::new(self.db.clone(), config, Vault::from_key(&[7; 32])).reaching(client);
        let router = muster::app::router(app.clone()).layer(MockConnectInfo(PROXY));
        let (db, clock, dns) = (self.db.clone(), self.clock.clone(), self.dns.clone());
        Self { engine: self.engine, app, db, clock, dns, router }
    }

    /// Sends a request to the whole router, as the proxy before it would.
    pub async fn send(&self, mut request: Request<Body>) -> Response<Body> {
        request.headers_mut().entry("x-forwarded-proto").or_insert(HeaderValue::from_static("https"));
        self.router.clone().oneshot(request).await.expect("a router always answers")
    }

    /// Adds an organization.
    pub async fn organization(&self, name: &str) -> OrganizationId {
        let id = OrganizationId::new();
        let mut tx = self.db.write().await.unwrap();
        let now = tx.now();
        sql("INSERT INTO organizations (id, slug, name, home, created_at, updated_at) VALUES ($1, $2, $3, FALSE, $4, $4)")
            .bind(&id)
            .bind(muster::text::slug(name))
            .bind(name)
            .bind(&now)
            .run(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Adds a directory with that label and a token, in an organization of its own.
    pub async fn directory(&self, label: &str) -> ScimClient {
        let organization = self.organization(&format!("Organization of {label}")).await;
        self.directory_of(&organization, label).await
    }

    /// Adds a directory with that label and a token.
    pub async fn directory_of(&self, organization: &OrganizationId, label: &str) -> ScimClient {
        let (connection, directory) = (ConnectionId::new(), DirectoryId::new());
        let mut tx = self.db.write().await.unwrap();
        let now = tx.now();
        sql("INSERT INTO connections (id, organization_id, provider, name, name_key, sign_in, sync_mode, created_at, updated_at) \
             VALUES ($1, $2, 'okta', $3, $4, 'off', 'scim', $5, $5)")
            .bind(&connection)
            .bind(organization)
            .bind(format!("Acme {label}"))
            .bind(format!("acme {label}"))
            .bind(&now)
            .run(&mut tx)
            .await
            .unwrap();
        sql("INSERT INTO directories (id, organization_id, connection_id, label, state, created_at) \
             VALUES ($1, $2, $3, $4, 'on', $5)")
        .bind(&directory)
        .bind(organization)
        .bind(&connection)
        .bind(label)
        .bind(&now)
        .run(&mut tx)
        .await
        .unwrap();
        document::show_to(&mut tx, organization, &directory).await.unwrap();
        tx.commit().await.unwrap();
        let token = self.token(&directory).await;
        ScimClient::new(self.router.clone(), label, token, directory, organization.clone())
    }

    /// A client of a directory that is there already.
    pub fn client(&self, label: &str, token: &str, directory: DirectoryId, organization: OrganizationId) -> ScimClient {
        ScimClient::new(self.router.clone(), label, token.into(), directory, organization)
    }

    /// Adds a token to a directory.
    pub async fn token(&self, directory: &DirectoryId) -> String {
        self.secret(directory, "bearer", tokens::SCIM).await
    }

    /// Adds a client secret to a directory.
    pub async fn client_secret(&self, directory: &DirectoryId) -> String {
        self.secret(directory, "client-secret", tokens::CLIENT_SECRET).await
    }

    async fn secret(&self, directory: &DirectoryId, kind: &str, form: tokens::Form) -> String {
        let (token, prefix, hash) = form.mint();
        let mut tx = self.db.write().await.unwrap();
        let now = tx.now();
        sql("INSERT INTO directory_tokens (id, directory_id, kind, name, prefix, hash, created_at, created_by) \
             VALUES ($1, $2, $3, 'test', $4, $5, $6, 'test')")
        .bind(&TokenId::new())
        .bind(directory)
        .bind(kind)
        .bind(prefix)
        .bind(hash)
        .bind(&now)
        .run(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        token.expose_secret().to_string()
    }

    /// Signs somebody in, as far as the table knows.
    pub async fn session(&self, user: &str) {
        let user = UserId::parse(user).expect("a user's id");
        let mut tx = self.db.write().await.unwrap();
        let now = tx.now();
        sql("INSERT INTO sessions (id, id_hash, user_id, data, created_at, last_seen_at) VALUES ($1, $2, $3, '{}', $4, $4)")
        .bind(&SessionId::new())
        .bind(UserId::new().to_string())
        .bind(&user)
        .bind(&now)
        .run(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// A number out of the database.
    pub async fn count(&self, query: &str) -> i64 {
        let mut tx = self.db.read().await.unwrap();
        sql(query).count(&mut tx).await.unwrap()
    }

    /// Runs a statement that sets something up.
    pub async fn execute(&self, statement: &str) {
        let mut tx = self.db.write().await.unwrap();
        sql(statement).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The log, oldest first.
    pub async fn events(&self) -> Vec<Event> {
        let mut tx = self.db.read().await.unwrap();
        let rows: Vec<(String, String, Option<String>, Option<String>)> =
            sql("SELECT kind, subject_id, before, after FROM events ORDER BY id").all(&mut tx).await.unwrap();
        let json = |text: Option<String>| text.map(|text| serde_json::from_str(&text).unwrap());
        let event =
            |(kind, subject_id, before, after)| Event { kind, subject_id, before: json(before), after: json(after) };
        rows.into_iter().map(event).collect()
    }

    /// The kinds of the events since there were so many of them.
    pub async fn kinds_since(&self, seen: usize) -> Vec<String> {
        self.events().await.into_iter().skip(seen).map(|event| event.kind).collect()
    }
}
