//! Rows of sign-in: connections as far as it reads them, and the links between subjects and people.

use serde_json::Value;

use super::connection::{Offer, SignInHalf};
use super::{ClientAuthentication, Metadata, Provider};
use crate::access::levels::EFFECTIVE;
use crate::actor::Level;
use crate::db::{Sql, Tx, sql};
use crate::error::{Error, Result};
use crate::id::{ClientKeyId, ConnectionId, IdentityId, OrganizationId, UserId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct HalfRow {
    id: ConnectionId,
    organization_id: OrganizationId,
    provider: String,
    name: String,
    sign_in: String,
    sync_mode: String,
    address: Option<String>,
    client_id: Option<String>,
    client_authentication: Option<String>,
    client_secret_sealed: Option<String>,
    metadata: Option<String>,
}

impl TryFrom<HalfRow> for SignInHalf {
    type Error = Error;

    fn try_from(row: HalfRow) -> Result<Self> {
        let metadata = row.metadata.as_deref().map(serde_json::from_str::<Metadata>).transpose()?;
        Ok(Self {
            provider: Provider::parse(&row.provider)
                .ok_or_else(|| Error::internal("a connection's provider cannot be read"))?,
            on: row.sign_in == "on",
            makes_people: row.sync_mode == "on-sign-in",
            id: row.id,
            organization_id: row.organization_id,
            name: row.name,
            address: row.address,
            client_id: row.client_id,
            authentication: row.client_authentication.as_deref().and_then(ClientAuthentication::parse),
            client_secret_sealed: row.client_secret_sealed,
            key_sealed: None,
            metadata,
        })
    }
}

pub(super) async fn find_half(tx: &mut Tx, id: &ConnectionId) -> Result<Option<SignInHalf>> {
    let row = sql(
        "SELECT id, organization_id, provider, name, sign_in, sync_mode, address, client_id, client_authentication, \
         client_secret_sealed, metadata FROM connections WHERE id = $1",
    )
    .bind(id)
    .optional::<HalfRow>(tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let key_sealed = signing_key(tx, id).await?;
    Ok(Some(SignInHalf { key_sealed, ..row.try_into()? }))
}

/// The metadata as the provider gives them now; the issuer is the same.
pub(super) async fn save_metadata(tx: &mut Tx, id: &ConnectionId, metadata: &Metadata) -> Result<()> {
    let now = tx.now();
    sql("UPDATE connections SET metadata = $1, discovered_at = $2 WHERE id = $3 AND issuer = $4")
        .bind(serde_json::to_string(metadata)?)
        .bind(&now)
        .bind(id)
        .bind(&metadata.issuer)
        .run(tx)
        .await?;
    Ok(())
}

/// The key that the connection signs with, sealed.
pub(super) async fn signing_key(tx: &mut Tx, connection: &ConnectionId) -> Result<Option<(ClientKeyId, String)>> {
    sql("SELECT id, private_key_sealed FROM client_keys WHERE connection_id = $1 AND retired_at IS NULL \
         ORDER BY id DESC LIMIT 1")
    .bind(connection)
    .optional(tx)
    .await
}

pub(super) async fn retire_keys(tx: &mut Tx, connection: &ConnectionId) -> Result<()> {
    let now = tx.now();
    let retire = sql("UPDATE client_keys SET retired_at = $1 WHERE connection_id = $2 AND retired_at IS NULL");
    retire.bind(&now).bind(connection).run(tx).await?;
    Ok(())
}

pub(super) async fn insert_key(
    tx: &mut Tx,
    id: &ClientKeyId,
    connection: &ConnectionId,
    public: &Value,
    private_sealed: String,
) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO client_keys (id, connection_id, public_key, private_key_sealed, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(connection)
        .bind(public)
        .bind(private_sealed)
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

/// The public halves of the key in use and of those that were retired since then.
pub(super) async fn published_keys(tx: &mut Tx, connection: &ConnectionId, since: &Timestamp) -> Result<Vec<Value>> {
    let rows: Vec<(String,)> = sql("SELECT public_key FROM client_keys WHERE connection_id = $1 \
                                    AND (retired_at IS NULL OR retired_at > $2) ORDER BY id DESC")
    .bind(connection)
    .bind(since)
    .all(tx)
    .await?;
    rows.iter().map(|(key,)| Ok(serde_json::from_str(key)?)).collect()
}

/// Whether the logout token comes for the first time. Those that have expired are forgotten: they are refused anyhow.
pub(super) async fn use_once(tx: &mut Tx, connection: &ConnectionId, jti_hash: &str, end: &Timestamp) -> Result<bool> {
    let now = tx.now();
    sql("DELETE FROM used_logout_tokens WHERE expires_at < $1").bind(&now).run(tx).await?;
    let inserted = sql("INSERT INTO used_logout_tokens (connection_id, jti_hash, expires_at) VALUES ($1, $2, $3) \
                        ON CONFLICT DO NOTHING");
    Ok(inserted.bind(connection).bind(jti_hash).bind(end).run(tx).await? == 1)
}

#[derive(sqlx::FromRow)]
struct OfferRow {
    id: ConnectionId,
    name: String,
}

/// What an organization's sign-in page offers, by name.
pub async fn offers(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<Offer>> {
    let rows =
        sql("SELECT id, name FROM connections WHERE organization_id = $1 AND sign_in = 'on' ORDER BY name_key, id")
            .bind(organization)
            .all::<OfferRow>(tx)
            .await?;
    Ok(rows.into_iter().map(|row| Offer { id: row.id, name: row.name }).collect())
}

/// A link: this subject of this issuer signs in as this person.
#[derive(sqlx::FromRow)]
pub(super) struct Link {
    pub id: IdentityId,
    pub user_id: UserId,
    pub subject: String,
    pub pinned_at: Option<Timestamp>,
    pub pending_subject: Option<String>,
}

const LINK: &str = "SELECT id, user_id, subject, pinned_at, pending_subject FROM identities";

pub(super) async fn find_link(
    tx: &mut Tx,
    connection: &ConnectionId,
    issuer: &str,
    subject: &str,
) -> Result<Option<Link>> {
    sql(LINK)
        .push(" WHERE connection_id = $1 AND issuer = $2 AND subject = $3")
        .bind(connection)
        .bind(issuer)
        .bind(subject)
        .optional(tx)
        .await
}

/// The person's link for the issuer that the connection has now.
pub(super) async fn link_of(
    tx: &mut Tx,
    user: &UserId,
    connection: &ConnectionId,
    issuer: &str,
) -> Result<Option<Link>> {
    sql(LINK)
        .push(" WHERE user_id = $1 AND connection_id = $2 AND issuer = $3 ORDER BY id LIMIT 1")
        .bind(user)
        .bind(connection)
        .bind(issuer)
        .optional(tx)
        .await
}

pub(super) struct NewLink<'a> {
    pub user: &'a UserId,
    pub connection: &'a ConnectionId,
    pub issuer: &'a str,
    pub subject: &'a str,
    pub pinned_at: Option<&'a Timestamp>,
}

pub(super) async fn insert_link(tx: &mut Tx, new: NewLink<'_>) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO identities (id, user_id, connection_id, issuer, subject, pinned_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&IdentityId::new())
    .bind(new.user)
    .bind(new.connection)
    .bind(new.issuer)
    .bind(new.subject)
    .bind(new.pinned_at)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

pub(super) async fn set_subject(tx: &mut Tx, link: &IdentityId, subject: &str) -> Result<()> {
    sql("UPDATE identities SET subject = $1, pending_subject = NULL WHERE id = $2")
        .bind(subject)
        .bind(link)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn set_pending(tx: &mut Tx, link: &IdentityId, subject: Option<&str>) -> Result<()> {
    sql("UPDATE identities SET pending_subject = $1 WHERE id = $2").bind(subject).bind(link).run(tx).await?;
    Ok(())
}

pub(super) async fn pin_link(tx: &mut Tx, link: &IdentityId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE identities SET pinned_at = $1 WHERE id = $2").bind(&now).bind(link).run(tx).await?;
    Ok(())
}

/// Pins what is not pinned yet. Returns how many links that were.
pub(super) async fn pin_links_of(tx: &mut Tx, user: &UserId) -> Result<u64> {
    let now = tx.now();
    sql("UPDATE identities SET pinned_at = $1 WHERE user_id = $2 AND pinned_at IS NULL")
        .bind(&now)
        .bind(user)
        .run(tx)
        .await
}

pub(super) async fn delete_link(tx: &mut Tx, link: &IdentityId) -> Result<()> {
    sql("DELETE FROM identities WHERE id = $1").bind(link).run(tx).await?;
    Ok(())
}

pub(super) async fn delete_links_of(tx: &mut Tx, user: &UserId) -> Result<u64> {
    sql("DELETE FROM identities WHERE user_id = $1").bind(user).run(tx).await
}

pub(super) async fn delete_links_elsewhere(tx: &mut Tx, user: &UserId, than: &ConnectionId) -> Result<()> {
    sql("DELETE FROM identities WHERE user_id = $1 AND connection_id <> $2").bind(user).bind(than).run(tx).await?;
    Ok(())
}

pub(super) async fn any_link(tx: &mut Tx, connection: &ConnectionId) -> Result<bool> {
    Ok(sql("SELECT COUNT(*) FROM identities WHERE connection_id = $1").bind(connection).count(tx).await? > 0)
}

/// Links of this issuer sign nobody in any more. The rows stay, to tell who was linked; no issuer has such a name.
pub(super) async fn retire_links(tx: &mut Tx, connection: &ConnectionId, issuer: &str) -> Result<()> {
    sql("UPDATE identities SET issuer = 'former:' || id, pending_subject = NULL WHERE connection_id = $1 AND issuer = $2")
        .bind(connection)
        .bind(issuer)
        .run(tx)
        .await?;
    Ok(())
}

/// Whether the person was ever linked through this connection, under whatever issuer.
pub(super) async fn was_linked(tx: &mut Tx, user: &UserId, connection: &ConnectionId) -> Result<bool> {
    let links =
        sql("SELECT COUNT(*) FROM identities WHERE user_id = $1 AND connection_id = $2").bind(user).bind(connection);
    Ok(links.count(tx).await? > 0)
}

/// The issuer that a connection's tokens come from, once discovery has found it.
pub(super) async fn issuer_of(tx: &mut Tx, connection: &ConnectionId) -> Result<Option<String>> {
    let row = sql("SELECT metadata FROM connections WHERE id = $1")
        .bind(connection)
        .optional::<(Option<String>,)>(tx)
        .await?;
    let metadata = row.and_then(|(metadata,)| metadata);
    Ok(metadata.as_deref().map(serde_json::from_str::<Metadata>).transpose()?.map(|metadata| metadata.issuer))
}

/// A person as far as links care.
pub(super) struct Person {
    pub id: UserId,
    pub organization: OrganizationId,
    pub name: String,
    pub level: Level,
    pub operator: bool,
    pub source: String,
    pub external_id: Option<String>,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: UserId,
    organization_id: OrganizationId,
    display_name: String,
    level: String,
    operator: bool,
    source: String,
    external_id: Option<String>,
}

impl TryFrom<PersonRow> for Person {
    type Error = Error;

    fn try_from(row: PersonRow) -> Result<Self> {
        Ok(Self {
            level: Level::parse(&row.level).ok_or_else(|| Error::internal("a user's level cannot be read"))?,
            id: row.id,
            organization: row.organization_id,
            name: row.display_name,
            operator: row.operator,
            source: row.source,
            external_id: row.external_id,
        })
    }
}

/// The level is the one that holds: whoever is an admin by a group is treated as one.
fn select_person() -> Sql {
    sql("SELECT id, organization_id, display_name, ")
        .push(EFFECTIVE)
        .push(" AS level, operator, source, external_id FROM users WHERE deleted_at IS NULL")
}

pub(super) async fn person(tx: &mut Tx, user: &UserId) -> Result<Option<Person>> {
    let row = select_person().push(" AND id = $1").bind(user).optional::<PersonRow>(tx).await?;
    row.map(Person::try_from).transpose()
}

/// Whoever of the organization has this primary address, two at most; held, so that nobody links them meanwhile.
pub(super) async fn people_with_email(
    tx: &mut Tx,
    organization: &OrganizationId,
    email_key: &str,
) -> Result<Vec<Person>> {
    let rows = select_person()
        .push(" AND organization_id = $1 AND email_key = $2 ORDER BY id LIMIT 2")
        .push(tx.dialect().for_update())
        .bind(organization)
        .bind(email_key)
        .all::<PersonRow>(tx)
        .await?;
    rows.into_iter().map(Person::try_from).collect()
}

/// The people that the connection's directory pushed, and those whom a sign-in through it made.
pub(super) async fn people_of(tx: &mut Tx, connection: &ConnectionId) -> Result<Vec<Person>> {
    let rows = select_person()
        .push(" AND (source = $2 OR source IN (SELECT 'directory:' || id FROM directories WHERE connection_id = $1))")
        .push(" AND organization_id = (SELECT organization_id FROM connections WHERE id = $1) ORDER BY id")
        .bind(connection)
        .bind(format!("sign-in:{connection}"))
        .all::<PersonRow>(tx)
        .await?;
    rows.into_iter().map(Person::try_from).collect()
}

/// The connection whose directory pushed a person, or whose sign-in made them.
pub(super) async fn connection_of_source(tx: &mut Tx, source: &str) -> Result<Option<ConnectionId>> {
    if let Some(connection) = source.strip_prefix("sign-in:") {
        return Ok(ConnectionId::parse(connection));
    }
    let row = sql("SELECT connection_id FROM directories WHERE 'directory:' || id = $1").bind(source);
    Ok(row.optional::<(ConnectionId,)>(tx).await?.map(|(id,)| id))
}

/// Whether a userName is free among the people of a source.
pub(super) async fn is_free(
    tx: &mut Tx,
    organization: &OrganizationId,
    source: &str,
    user_name_key: &str,
) -> Result<bool> {
    let taken = sql("SELECT COUNT(*) FROM users WHERE organization_id = $1 AND source = $2 AND user_name_key = $3 \
                     AND deleted_at IS NULL")
    .bind(organization)
    .bind(source)
    .bind(user_name_key);
    Ok(taken.count(tx).await? == 0)
}
