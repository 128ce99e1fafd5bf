//! What sign-in tests set up: connections that are on, people with links, and the way through a provider.

use muster::actor::{Actor, Level};
use muster::db::sql;
use muster::directory::Source;
use muster::directory::users::local::document;
use muster::directory::users::{self, NewUser};
use muster::id::{ConnectionId, DirectoryId, OrganizationId, UserId};
use muster::sessions::local;
use muster::sso::{self, DiscoveryInput, Provider, links};
use muster::vault::Place;
use secrecy::SecretString;
use serde_json::Map;

use super::TestApp;
use super::browser::{Browser, Page};
use super::idp::{CLIENT_ID, CLIENT_SECRET, Idp};

/// The secret of the authenticator app that people in tests have.
pub const APP: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Sets the app with [`APP`] up for this person.
pub async fn enrol(app: &TestApp, organization: &OrganizationId, user: &UserId) {
    let mut tx = app.db.write().await.unwrap();
    let user = users::find(&mut tx, organization, user).await.unwrap().expect("the person is there");
    let secret = SecretString::from(APP);
    local::enrol(&mut tx, &app.app.vault, &Actor::System, &user, &secret, &code(app)).await.unwrap();
    // Not what a test looks at.
    sql("DELETE FROM events WHERE kind = 'second_factor.enrolled'").run(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// The code that the app with [`APP`] shows now.
pub fn code(app: &TestApp) -> String {
    code_of(APP, app)
}

/// The code that an app with this secret shows now.
pub fn code_of(secret: &str, app: &TestApp) -> String {
    let secret = totp_rs::Secret::Encoded(secret.replace(' ', "")).to_bytes().expect("base32");
    let totp = totp_rs::TOTP::new_unchecked(totp_rs::Algorithm::SHA1, 6, 1, 30, secret, None, String::new());
    totp.generate(app.clock.datetime().unix_timestamp().unsigned_abs())
}

/// The secret that the page for setting up an app shows.
pub fn app_secret(page: &Page) -> String {
    let groups = page.body.split(['<', '>']).find(|text| text.len() == 39 && text.chars().all(is_base32_or_space));
    groups.expect("the page shows a secret").to_string()
}

fn is_base32_or_space(c: char) -> bool {
    c.is_ascii_uppercase() || ('2'..='7').contains(&c) || c == ' '
}

/// A connection whose two halves are on.
pub struct Connected {
    pub organization: OrganizationId,
    pub connection: ConnectionId,
    pub directory: DirectoryId,
    pub idp: Idp,
}

pub const TENANT: &str = "8f1f6b1c-0d43-4c1f-9a71-1f0a5b8f2c11";

/// Acme with a connection to a provider of its own.
pub async fn connect(app: &TestApp, provider: Provider) -> Connected {
    let idp = Idp::start(&app.clock).await;
    let organization = app.organization("Acme").await;
    connect_to(app, organization, "Acme Okta", provider, idp, "scim").await
}

/// Discovers the provider as the dashboard does, and keeps what was found.
pub async fn connect_to(
    app: &TestApp,
    organization: OrganizationId,
    name: &str,
    provider: Provider,
    idp: Idp,
    sync_mode: &str,
) -> Connected {
    let address = match provider {
        Provider::Entra => format!("{}/common/v2.0", idp.base),
        Provider::Okta | Provider::Generic => idp.base.clone(),
    };
    let input = DiscoveryInput { provider, address: Some(address.clone()), tenant_id: Some(TENANT.into()) };
    let metadata = sso::discover(&app.app.client, &input).await.expect("the provider is good");
    let (connection, directory) = (ConnectionId::new(), DirectoryId::new());
    let place = Place { table: "connections", row: connection.as_str(), column: "client_secret" };
    let sealed = app.app.vault.seal(place, &SecretString::from(CLIENT_SECRET)).expect("it seals");
    let mut tx = app.db.write().await.unwrap();
    let now = tx.now();
    sql("INSERT INTO connections (id, organization_id, provider, name, name_key, sign_in, sync_mode, client_id, \
         client_secret_sealed, issuer, metadata, created_at, updated_at, address, tenant_id) \
         VALUES ($1, $2, $3, $4, $5, 'on', $6, $7, $8, $9, $10, $11, $11, $12, $13)")
    .bind(&connection)
    .bind(&organization)
    .bind(provider.as_str())
    .bind(name)
    .bind(name.to_lowercase())
    .bind(sync_mode)
    .bind(CLIENT_ID)
    .bind(sealed)
    .bind(&metadata.issuer)
    .bind(serde_json::to_string(&metadata).unwrap())
    .bind(&now)
    .bind(address)
    .bind(metadata.tenant_id.as_deref())
    .run(&mut tx)
    .await
    .unwrap();
    sql("INSERT INTO directories (id, organization_id, connection_id, label, state, created_at) VALUES ($1, $2, $3, $4, 'on', $5)")
        .bind(&directory)
        .bind(&organization)
        .bind(&connection)
        .bind(format!("d{}", &directory.as_str()[24..]))
        .bind(&now)
        .run(&mut tx)
        .await
        .unwrap();
    document::show_to(&mut tx, &organization, &directory).await.unwrap();
    tx.commit().await.unwrap();
    Connected { organization, connection, directory, idp }
}

impl Connected {
    /// A person whom the directory pushed, with the link that follows from the externalId.
    pub async fn push(&self, app: &TestApp, user_name: &str, external_id: &str, level: Level) -> UserId {
        let new = NewUser {
            organization_id: self.organization.clone(),
            source: Source::Directory(self.directory.clone()),
            user_name: user_name.into(),
            external_id: Some(external_id.into()),
            display_name: Some(user_name.to_uppercase()),
            given_name: None,
            family_name: None,
            email: Some(format!("{user_name}@example.com")),
            level: Level::Member,
            operator: false,
            idp_active: true,
            document: Map::new(),
        };
        let mut tx = app.db.write().await.unwrap();
        let id = users::insert(&mut tx, &new).await.unwrap();
        links::follow_external_id(&mut tx, &id, &self.connection, Some(external_id)).await.unwrap();
        if level > Level::Member {
            sql("UPDATE users SET level = $1 WHERE id = $2").bind(level.as_str()).bind(&id).run(&mut tx).await.unwrap();
            links::pin(&mut tx, &id).await.unwrap();
        }
        tx.commit().await.unwrap();
        id
    }

    /// From our button to the provider and back, up to where the browser is sent then.
    pub async fn sign_in(&self, browser: &mut Browser<'_>) -> Page {
        let back = self.leave(browser).await;
        browser.get(&back).await
    }

    /// From our button to the provider. Returns the path that leads back.
    pub async fn leave(&self, browser: &mut Browser<'_>) -> String {
        let page = browser.get(&format!("/auth/start/{}", self.connection)).await;
        assert_eq!(page.status, 303, "{}", page.body);
        self.idp.authorize(&page.location())
    }
}
