//! Rows of tokens and the directories that they open.

use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{DirectoryId, OrganizationId, TokenId};
use crate::time::Timestamp;

/// A token with the directory that it opens.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Credential {
    /// The token, or the client secret that the access token was got by; `None` for one that an assertion was exchanged for.
    pub token_id: Option<TokenId>,
    /// What people may see of the token.
    pub prefix: String,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub directory_id: DirectoryId,
    pub organization_id: OrganizationId,
    pub label: String,
    pub state: String,
    pub connection_name: String,
    pub restore_leavers: bool,
    pub most_members_shown: i64,
    pub create_unmatched: bool,
    pub offers_roles: bool,
    /// The URN under which aliases come.
    pub alias_schema: String,
    /// Whether the brake keeps requests of the directory.
    pub has_pending: bool,
    /// How many schemas and resource types of its own the organization has.
    pub own_schemas: i64,
}

/// What a credential holds of its token `t`, beside the id.
const TOKEN: &str = " AS token_id, t.prefix, t.expires_at, t.revoked_at, ";
/// And of the directory `d`.
const DIRECTORY: &str = "d.id AS directory_id, d.organization_id, d.label, d.state, \
     c.name AS connection_name, d.restore_leavers, d.most_members_shown, d.create_unmatched, d.offers_roles, d.alias_schema, \
     EXISTS (SELECT 1 FROM brake_changes b WHERE b.directory_id = d.id) AS has_pending, \
     (SELECT COUNT(*) FROM schema_documents s WHERE s.organization_id = d.organization_id) AS own_schemas";
const JOINED: &str = "JOIN directories d ON d.id = t.directory_id JOIN connections c ON c.id = d.connection_id";

/// The directory's own token with that hash.
pub(super) async fn token(tx: &mut Tx, hash: &str) -> Result<Option<Credential>> {
    sql("SELECT t.id")
        .push(TOKEN)
        .push(DIRECTORY)
        .push(" FROM directory_tokens t ")
        .push(JOINED)
        .push(" WHERE t.hash = $1 AND t.kind = 'bearer'")
        .bind(hash)
        .optional(tx)
        .await
}

/// The access token with that hash.
pub(super) async fn access_token(tx: &mut Tx, hash: &str) -> Result<Option<Credential>> {
    sql("SELECT t.secret_id")
        .push(TOKEN)
        .push(DIRECTORY)
        .push(" FROM access_tokens t ")
        .push(JOINED)
        .push(" WHERE t.hash = $1")
        .bind(hash)
        .optional(tx)
        .await
}

/// The directory as its own token would open it, without one.
pub(super) async fn on_behalf(tx: &mut Tx, directory: &DirectoryId) -> Result<Option<Credential>> {
    sql("SELECT NULL AS token_id, '' AS prefix, NULL AS expires_at, NULL AS revoked_at, ")
        .push(DIRECTORY)
        .push(" FROM directories d JOIN connections c ON c.id = d.connection_id WHERE d.id = $1")
        .bind(directory)
        .optional(tx)
        .await
}

/// The directory with that label, and its organization.
pub(super) async fn directory_at(tx: &mut Tx, label: &str) -> Result<Option<(DirectoryId, OrganizationId)>> {
    sql("SELECT id, organization_id FROM directories WHERE label = $1").bind(label).optional(tx).await
}

/// A directory, as far as its resources are written again.
#[derive(sqlx::FromRow)]
pub(super) struct Indexed {
    pub id: DirectoryId,
    pub organization_id: OrganizationId,
    pub alias_schema: String,
}

pub(super) async fn directories(tx: &mut Tx) -> Result<Vec<Indexed>> {
    sql("SELECT id, organization_id, alias_schema FROM directories ORDER BY id").all(tx).await
}

/// By which rules the rows of values were written.
pub(super) async fn rules(tx: &mut Tx) -> Result<Option<String>> {
    let row = sql("SELECT value FROM installation WHERE name = 'value_rules'").optional::<(String,)>(tx).await?;
    Ok(row.map(|(rules,)| rules))
}

pub(super) async fn save_rules(tx: &mut Tx, rules: &str) -> Result<()> {
    sql(
        "INSERT INTO installation (name, value) VALUES ('value_rules', $1) ON CONFLICT (name) DO UPDATE SET value = $1",
    )
    .bind(rules)
    .run(tx)
    .await?;
    Ok(())
}
