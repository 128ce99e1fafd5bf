//! Rows of organizations.

use super::model::Organization;
use crate::db::{Tx, like_literal, sql};
use crate::error::Result;
use crate::id::OrganizationId;
use crate::text;

#[derive(sqlx::FromRow)]
struct Row {
    id: OrganizationId,
    slug: String,
    name: String,
    home: bool,
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        Self { id: row.id, slug: row.slug, name: row.name, home: row.home }
    }
}

const SELECT: &str = "SELECT id, slug, name, home FROM organizations";

pub async fn find(tx: &mut Tx, id: &OrganizationId) -> Result<Option<Organization>> {
    let row = sql(SELECT).push(" WHERE id = $1").bind(id).optional::<Row>(tx).await?;
    Ok(row.map(Into::into))
}

/// Changes that must not happen at once, since each counts on what the other takes away, happen one after the other: the last
/// break-glass owner, the names of roles, groups within groups. The organization comes before groups and people.
pub async fn lock(tx: &mut Tx, id: &OrganizationId) -> Result<()> {
    let lock = tx.dialect().for_update();
    locked_by(lock, tx, id).await
}

/// As [`lock`], and nobody is in the middle of writing anything of the organization's. To be taken before anything else.
pub async fn lock_alone(tx: &mut Tx, id: &OrganizationId) -> Result<()> {
    let lock = tx.dialect().against_references();
    locked_by(lock, tx, id).await
}

/// Whoever has the organization alone is waited for, and waits.
pub async fn hold(tx: &mut Tx, id: &OrganizationId) -> Result<()> {
    let lock = tx.dialect().for_key_share();
    locked_by(lock, tx, id).await
}

async fn locked_by(lock: &str, tx: &mut Tx, id: &OrganizationId) -> Result<()> {
    sql("SELECT id FROM organizations WHERE id = $1").push(lock).bind(id).optional::<(String,)>(tx).await?;
    Ok(())
}

pub async fn find_by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Organization>> {
    let row = sql(SELECT).push(" WHERE slug = $1").bind(slug).optional::<Row>(tx).await?;
    Ok(row.map(Into::into))
}

/// The organization that once had this slug.
pub async fn former_slug(tx: &mut Tx, slug: &str) -> Result<Option<Organization>> {
    let row = sql(SELECT)
        .push(" WHERE id = (SELECT organization_id FROM former_slugs WHERE slug = $1)")
        .bind(slug)
        .optional::<Row>(tx)
        .await?;
    Ok(row.map(Into::into))
}

/// All of them, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Organization>> {
    let rows = sql(SELECT).push(" ORDER BY name, id").all::<Row>(tx).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A page of those whose name or slug has `q` in it, by name, with how many there are in all; `page` counts from 1.
pub(super) async fn list(tx: &mut Tx, q: &str, per_page: u64, page: u64) -> Result<(Vec<Organization>, u64)> {
    // lower() knows the letters A to Z on both engines, and no others.
    let matching = " WHERE lower(name) LIKE $1 ESCAPE '\\' OR slug LIKE $2 ESCAPE '\\'";
    let pattern = |text: String| format!("%{}%", like_literal(&text));
    let (name, slug) = (pattern(q.trim().to_ascii_lowercase()), pattern(text::fold(q.trim())));
    let total = sql("SELECT COUNT(*) FROM organizations").push(matching).bind(&name).bind(&slug).count(tx).await?;
    let rows = sql(SELECT)
        .push(matching)
        .push(" ORDER BY name, id LIMIT $3 OFFSET $4")
        .bind(&name)
        .bind(&slug)
        .bind(per_page as i64)
        .bind(per_page.saturating_mul(page.saturating_sub(1)) as i64)
        .all::<Row>(tx)
        .await?;
    Ok((rows.into_iter().map(Into::into).collect(), total.unsigned_abs()))
}

/// How many there are: none before set-up.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    sql("SELECT COUNT(*) FROM organizations").count(tx).await
}

pub(super) async fn insert(tx: &mut Tx, organization: &Organization) -> Result<()> {
    let now = tx.now();
    sql("INSERT INTO organizations (id, slug, name, home, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)")
        .bind(&organization.id)
        .bind(&organization.slug)
        .bind(&organization.name)
        .bind(organization.home)
        .bind(&now)
        .run(tx)
        .await?;
    Ok(())
}

/// The digest of the code that set-up asks for.
pub(super) async fn setup_code(tx: &mut Tx) -> Result<Option<String>> {
    let row = sql("SELECT value FROM installation WHERE name = 'setup_code'").optional::<(String,)>(tx).await?;
    Ok(row.map(|(digest,)| digest))
}

pub(super) async fn save_setup_code(tx: &mut Tx, digest: &str) -> Result<()> {
    sql("INSERT INTO installation (name, value) VALUES ('setup_code', $1) ON CONFLICT (name) DO UPDATE SET value = $1")
        .bind(digest)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn forget_setup_code(tx: &mut Tx) -> Result<()> {
    sql("DELETE FROM installation WHERE name = 'setup_code'").run(tx).await?;
    Ok(())
}
