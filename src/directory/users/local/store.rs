//! Rows of local people.

use serde_json::{Map, Value};

use super::profile::Profile;
use crate::db::{Sql, Tx, sql};
use crate::directory::users::User;
use crate::directory::users::model::search_key;
use crate::directory::users::store::{Row, select};
use crate::error::Result;
use crate::id::{DirectoryId, OrganizationId, UserId};
use crate::text;

/// Whether the address is a local person's already, as userName or as address: one of the two would not be found at sign-in.
pub(super) async fn is_taken(
    tx: &mut Tx,
    organization: &OrganizationId,
    email: &str,
    except: Option<&UserId>,
) -> Result<bool> {
    let found =
        sql("SELECT COUNT(*) FROM users WHERE organization_id = $1 AND source = 'local' AND deleted_at IS NULL \
                     AND (user_name_key = $2 OR email_key = $3) AND id <> $4")
        .bind(organization)
        .bind(muster_scim::compare::user_name_key(email))
        .bind(text::fold(email))
        .bind(except.map_or("", UserId::as_str));
    Ok(found.count(tx).await? > 0)
}

pub(super) async fn update(tx: &mut Tx, id: &UserId, profile: &Profile) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET user_name = $2, user_name_key = $3, display_name = $4, display_name_key = $5, given_name = $6, \
         family_name = $7, email = $8, email_key = $9, title = $10, department = $11, search_key = $12, \
         version = version + 1, updated_at = $13 WHERE id = $1")
    .bind(id)
    .bind(&profile.user_name)
    .bind(muster_scim::compare::user_name_key(&profile.user_name))
    .bind(&profile.name)
    .bind(muster_scim::compare::fold(&profile.name))
    .bind(profile.given_name.as_deref())
    .bind(profile.family_name.as_deref())
    .bind(&profile.email)
    .bind(text::fold(&profile.email))
    .bind(profile.title.as_deref())
    .bind(profile.department.as_deref())
    .bind(search_key(&profile.name, &profile.user_name, Some(&profile.email)))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

/// The local owners with this address or userName, in any organization.
pub(super) async fn find_owners(tx: &mut Tx, email: &str) -> Result<Vec<(OrganizationId, UserId)>> {
    sql("SELECT organization_id, id FROM users WHERE source = 'local' AND level = 'owner' AND deleted_at IS NULL \
         AND (user_name_key = $1 OR email_key = $2) ORDER BY id")
    .bind(muster_scim::compare::user_name_key(email))
    .bind(text::fold(email))
    .all(tx)
    .await
}

/// Where local people are found: one set of rows for each directory.
pub(super) async fn directories(tx: &mut Tx, organization: &OrganizationId) -> Result<Vec<DirectoryId>> {
    let rows: Vec<(DirectoryId,)> =
        sql("SELECT id FROM directories WHERE organization_id = $1 ORDER BY id").bind(organization).all(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A document that followed the columns; whoever had none before has no new version by it.
pub(super) async fn save_document(tx: &mut Tx, id: &UserId, document: &Map<String, Value>) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET document = $2, version = version + CASE WHEN document = '{}' THEN 0 ELSE 1 END, updated_at = $3 \
         WHERE id = $1")
    .bind(id)
    .bind(&Value::Object(document.clone()))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(())
}

/// The local people of one organization behind this id.
pub(super) async fn page_of(tx: &mut Tx, organization: &OrganizationId, last: &str, most: i64) -> Result<Vec<User>> {
    behind(tx, select().push(" AND organization_id = ").push_bind(organization), last, most).await
}

/// The local people of all organizations behind this id.
pub(super) async fn page(tx: &mut Tx, last: &str, most: i64) -> Result<Vec<User>> {
    behind(tx, select(), last, most).await
}

async fn behind(tx: &mut Tx, people: Sql, last: &str, most: i64) -> Result<Vec<User>> {
    let rows = people
        .push(" AND source = 'local' AND kind = 'person' AND id > ")
        .push_bind(last)
        .push(" ORDER BY id LIMIT ")
        .push_bind(most)
        .all::<Row>(tx)
        .await?;
    rows.into_iter().map(User::try_from).collect()
}
