//! Rows of connections and of their directories.

use super::local_people::LocalPeople;
use super::model::{Connection, Directory, DirectoryState, SignIn, SyncMode};
use super::settings::Settings;
use crate::db::{Tx, sql};
use crate::error::{Error, Result};
use crate::id::{ConnectionId, DirectoryId, OrganizationId};
use crate::sso::ClientAuthentication;
use crate::sso::Metadata;
use crate::sso::Provider;
use crate::text;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: ConnectionId,
    organization_id: OrganizationId,
    provider: String,
    name: String,
    sign_in: String,
    sync_mode: String,
    address: Option<String>,
    tenant_id: Option<String>,
    client_id: Option<String>,
    has_client_secret: bool,
    client_authentication: Option<String>,
    metadata: Option<String>,
    problem: Option<String>,
    created_at: Timestamp,
}

const SELECT: &str = "SELECT id, organization_id, provider, name, sign_in, sync_mode, address, tenant_id, client_id, \
     client_secret_sealed IS NOT NULL AS has_client_secret, client_authentication, metadata, problem, created_at FROM connections";

impl TryFrom<Row> for Connection {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let unreadable = || Error::internal("a connection's row cannot be read");
        Ok(Self {
            provider: Provider::parse(&row.provider).ok_or_else(unreadable)?,
            sign_in: SignIn::parse(&row.sign_in).ok_or_else(unreadable)?,
            sync_mode: SyncMode::parse(&row.sync_mode).ok_or_else(unreadable)?,
            metadata: row.metadata.as_deref().map(serde_json::from_str::<Metadata>).transpose()?,
            id: row.id,
            organization_id: row.organization_id,
            name: row.name,
            address: row.address,
            tenant_id: row.tenant_id,
            client_id: row.client_id,
            has_client_secret: row.has_client_secret,
            client_authentication: row.client_authentication.as_deref().and_then(ClientAuthentication::parse),
            problem: row.problem,
            created_at: row.created_at,
        })
    }
}

/// The organization's connections, by name.
pub async fn list(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Connection>> {
    let rows = sql(SELECT).push(" WHERE organization_id = $1 ORDER BY name_key, id").bind(organization).all::<Row>(tx);
    rows.await?.into_iter().map(Connection::try_from).collect()
}

/// One connection of this organization.
pub async fn find(tx: &mut Tx, organization: &OrganizationId, id: &ConnectionId) -> Result<Connection> {
    let row = sql(SELECT).push(" WHERE organization_id = $1 AND id = $2").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.ok_or(Error::NotFound("connection"))?.try_into()
}

pub(super) async fn name_is_taken(tx: &mut Tx, organization: &OrganizationId, name: &str) -> Result<bool> {
    let count = sql("SELECT COUNT(*) FROM connections WHERE organization_id = $1 AND name_key = $2")
        .bind(organization)
        .bind(text::fold(name));
    Ok(count.count(tx).await? > 0)
}

/// A connection with both halves off.
pub(super) async fn insert(
    tx: &mut Tx,
    id: &ConnectionId,
    organization: &OrganizationId,
    provider: Provider,
    name: &str,
) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO connections (id, organization_id, provider, name, name_key, sign_in, sync_mode, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, 'off', 'none', $6, $6)")
    .bind(id)
    .bind(organization)
    .bind(provider.as_str())
    .bind(name)
    .bind(text::fold(name))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

/// The sign-in half as it is to be kept.
pub(super) struct SignInRow<'a> {
    pub state: SignIn,
    pub address: Option<&'a str>,
    pub tenant_id: Option<&'a str>,
    pub client_id: Option<&'a str>,
    /// `None` keeps the one that is there.
    pub client_secret_sealed: Option<String>,
    pub client_authentication: Option<ClientAuthentication>,
    pub metadata: Option<&'a Metadata>,
    pub problem: Option<&'a str>,
}

pub(super) async fn save_sign_in(tx: &mut Tx, id: &ConnectionId, row: SignInRow<'_>) -> Result<()> {
    let now = tx.now();
    let metadata = row.metadata.map(serde_json::to_string).transpose()?;
    sql("UPDATE connections SET sign_in = $2, address = $3, tenant_id = $4, client_id = $5, \
         client_secret_sealed = COALESCE($6, client_secret_sealed), issuer = $7, metadata = $8, problem = $9, \
         discovered_at = $10, updated_at = $11, client_authentication = $12 WHERE id = $1")
    .bind(id)
    .bind(row.state.as_str())
    .bind(row.address)
    .bind(row.tenant_id)
    .bind(row.client_id)
    .bind(row.client_secret_sealed)
    .bind(row.metadata.map(|found| found.issuer.as_str()))
    .bind(metadata)
    .bind(row.problem)
    .bind(row.metadata.map(|_| &now))
    .bind(&now)
    .bind(row.client_authentication.map(ClientAuthentication::as_str))
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn save_sign_in_state(tx: &mut Tx, id: &ConnectionId, state: SignIn) -> Result<()> {
    let now = tx.now();
    let update = sql("UPDATE connections SET sign_in = $2, updated_at = $3 WHERE id = $1");
    update.bind(id).bind(state.as_str()).bind(&now).run(tx).await?;
    Ok(())
}

pub(super) async fn save_sync_mode(tx: &mut Tx, id: &ConnectionId, mode: SyncMode) -> Result<()> {
    let now = tx.now();
    let update = sql("UPDATE connections SET sync_mode = $2, updated_at = $3 WHERE id = $1");
    update.bind(id).bind(mode.as_str()).bind(&now).run(tx).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct DirectoryRow {
    id: DirectoryId,
    label: String,
    state: String,
    first_request_at: Option<Timestamp>,
    last_request_at: Option<Timestamp>,
    last_error_at: Option<Timestamp>,
    last_error: Option<String>,
}

/// The SCIM half of a connection, once there is one.
pub async fn directory(tx: &mut Tx, connection: &ConnectionId) -> Result<Option<Directory>> {
    let row =
        sql("SELECT id, label, state, first_request_at, last_request_at, last_error_at, last_error FROM directories \
         WHERE connection_id = $1")
        .bind(connection)
        .optional::<DirectoryRow>(tx)
        .await?;
    let unreadable = || Error::internal("a directory's row cannot be read");
    row.map(|row| {
        Ok(Directory {
            state: DirectoryState::parse(&row.state).ok_or_else(unreadable)?,
            id: row.id,
            label: row.label,
            first_request_at: row.first_request_at,
            last_request_at: row.last_request_at,
            last_error_at: row.last_error_at,
            last_error: row.last_error,
        })
    })
    .transpose()
}

pub(super) async fn label_is_taken(tx: &mut Tx, label: &str) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM directories WHERE label = $1").bind(label).count(tx).await? > 0)
}

pub(super) async fn insert_directory(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &ConnectionId,
    label: &str,
) -> Result<DirectoryId> {
    let id = DirectoryId::new();
    let now = tx.now();
    sql("INSERT INTO directories (id, organization_id, connection_id, label, state, created_at) \
         VALUES ($1, $2, $3, $4, 'off', $5)")
    .bind(&id)
    .bind(organization)
    .bind(connection)
    .bind(label)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

pub(super) async fn save_directory_state(tx: &mut Tx, id: &DirectoryId, state: DirectoryState) -> Result<()> {
    sql("UPDATE directories SET state = $2 WHERE id = $1").bind(id).bind(state.as_str()).run(tx).await?;
    Ok(())
}

pub(super) async fn settings(tx: &mut Tx, id: &DirectoryId) -> Result<Settings> {
    let row = sql(
        "SELECT restore_leavers, most_members_shown, create_unmatched, offers_roles, alias_schema FROM directories WHERE id = $1",
    );
    row.bind(id).one(tx).await
}

pub(super) async fn save_settings(tx: &mut Tx, id: &DirectoryId, settings: &Settings) -> Result<()> {
    sql("UPDATE directories SET restore_leavers = $2, most_members_shown = $3, create_unmatched = $4, offers_roles = $5, \
         alias_schema = $6 WHERE id = $1")
    .bind(id)
    .bind(settings.restore_leavers)
    .bind(settings.most_members_shown)
    .bind(settings.create_unmatched)
    .bind(settings.offers_roles)
    .bind(&settings.alias_schema)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn local_people(tx: &mut Tx, id: &DirectoryId) -> Result<LocalPeople> {
    let row = sql("SELECT take_over_local FROM directories WHERE id = $1").bind(id).one::<(bool,)>(tx).await?;
    Ok(if row.0 { LocalPeople::Offered } else { LocalPeople::Hidden })
}

pub(super) async fn save_local_people(tx: &mut Tx, id: &DirectoryId, choice: LocalPeople) -> Result<()> {
    sql("UPDATE directories SET take_over_local = $2 WHERE id = $1")
        .bind(id)
        .bind(choice.are_offered())
        .run(tx)
        .await?;
    Ok(())
}

/// What has arrived so far: people and groups of the directory, and sign-ins through the connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Arrivals {
    pub users: i64,
    pub groups: i64,
    pub linked: i64,
}

pub(super) async fn arrivals(
    tx: &mut Tx,
    organization: &OrganizationId,
    connection: &Connection,
    source: &str,
) -> Result<Arrivals> {
    sql("SELECT (SELECT COUNT(*) FROM users WHERE organization_id = $1 AND source = $2 AND deleted_at IS NULL) AS users, \
         (SELECT COUNT(*) FROM groups WHERE organization_id = $1 AND source = $2 AND offered = FALSE) AS groups, \
         (SELECT COUNT(*) FROM identities WHERE connection_id = $3 AND pinned_at IS NOT NULL) AS linked")
    .bind(organization)
    .bind(source)
    .bind(&connection.id)
    .one(tx)
    .await
}
