//! Rows of local sign-in: second factors, links that are good once, whether single sign-on is required.

use super::links::{Link, Purpose};
use crate::db::{Tx, sql};
use crate::error::{Error, Result};
use crate::id::{LinkId, OrganizationId, UserId};
use crate::time::Timestamp;

/// The sealed secret of the person's authenticator app.
pub(super) async fn factor(tx: &mut Tx, user: &UserId) -> Result<Option<String>> {
    let row = sql("SELECT secret_sealed FROM second_factors WHERE user_id = $1").bind(user).optional::<(String,)>(tx);
    Ok(row.await?.map(|(sealed,)| sealed))
}

pub(super) async fn save_factor(tx: &mut Tx, user: &UserId, sealed: &str, step: i64) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO second_factors (user_id, secret_sealed, last_step, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, last_step = excluded.last_step, \
         created_at = excluded.created_at")
    .bind(user)
    .bind(sealed)
    .bind(step)
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

/// Notes that the code of this step was taken. False if one of this step or a later one was before.
pub(super) async fn take_step(tx: &mut Tx, user: &UserId, step: i64) -> Result<bool> {
    let taken = sql("UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2");
    Ok(taken.bind(user).bind(step).run(tx).await? == 1)
}

pub(super) async fn delete_factor(tx: &mut Tx, user: &UserId) -> Result<()> {
    sql("DELETE FROM second_factors WHERE user_id = $1").bind(user).run(tx).await?;
    Ok(())
}

/// A person has one link at most: the newest takes the place of the one before.
pub(super) async fn save_link(
    tx: &mut Tx,
    user: &UserId,
    purpose: Purpose,
    hash: &str,
    by: Option<&str>,
    until: &Timestamp,
) -> Result<()> {
    delete_link_for(tx, user).await?;
    let now = tx.now();
    sql("INSERT INTO single_use_links (id, user_id, purpose, hash, created_by, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&LinkId::new())
    .bind(user)
    .bind(purpose.as_str())
    .bind(hash)
    .bind(by)
    .bind(&now)
    .bind(until)
    .run(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: LinkId,
    user_id: UserId,
    organization_id: OrganizationId,
    purpose: String,
}

const LINK: &str = "SELECT single_use_links.id, single_use_links.user_id, users.organization_id, single_use_links.purpose \
     FROM single_use_links JOIN users ON users.id = single_use_links.user_id \
     WHERE users.deleted_at IS NULL AND single_use_links.expires_at > ";

pub(super) async fn link_by_hash(tx: &mut Tx, hash: &str) -> Result<Option<Link>> {
    let now = tx.now();
    let row = sql(LINK).push_bind(&now).push(" AND single_use_links.hash = ").push_bind(hash);
    row.optional::<LinkRow>(tx).await?.map(link_of).transpose()
}

pub(super) async fn link(tx: &mut Tx, id: &LinkId) -> Result<Option<Link>> {
    let now = tx.now();
    let row = sql(LINK).push_bind(&now).push(" AND single_use_links.id = ").push_bind(id);
    row.optional::<LinkRow>(tx).await?.map(link_of).transpose()
}

fn link_of(row: LinkRow) -> Result<Link> {
    let purpose = Purpose::parse(&row.purpose).ok_or_else(|| Error::internal("a link's purpose cannot be read"))?;
    Ok(Link { id: row.id, user: row.user_id, organization: row.organization_id, purpose })
}

/// False if the link was used or replaced meanwhile.
pub(super) async fn delete_link(tx: &mut Tx, id: &LinkId) -> Result<bool> {
    Ok(sql("DELETE FROM single_use_links WHERE id = $1").bind(id).run(tx).await? == 1)
}

pub(super) async fn delete_link_for(tx: &mut Tx, user: &UserId) -> Result<u64> {
    sql("DELETE FROM single_use_links WHERE user_id = $1").bind(user).run(tx).await
}

/// Removes the links for a person and those that they made. Returns how many there were.
pub(super) async fn delete_links_of(tx: &mut Tx, user: &UserId) -> Result<u64> {
    sql("DELETE FROM single_use_links WHERE user_id = $1 OR created_by = $1").bind(user).run(tx).await
}

/// What the organization chose, if it chose.
pub(super) async fn sso_choice(tx: &mut Tx, organization: &OrganizationId) -> Result<Option<bool>> {
    let row: (Option<bool>,) =
        sql("SELECT sso_required FROM organizations WHERE id = $1").bind(organization).one(tx).await?;
    Ok(row.0)
}

pub(super) async fn save_sso_choice(tx: &mut Tx, organization: &OrganizationId, required: bool) -> Result<()> {
    sql("UPDATE organizations SET sso_required = $2 WHERE id = $1").bind(organization).bind(required).run(tx).await?;
    Ok(())
}
