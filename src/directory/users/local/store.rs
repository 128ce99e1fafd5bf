//! Rows of local people.

use super::profile::Profile;
use crate::db::{Tx, sql};
use crate::directory::users::model::search_key;
use crate::error::Result;
use crate::id::{OrganizationId, UserId};
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

/// Takes what a person signed in with: password, authenticator app, recovery codes.
pub(super) async fn delete_secrets(tx: &mut Tx, id: &UserId) -> Result<()> {
    for statement in [
        "DELETE FROM passwords WHERE user_id = $1",
        "DELETE FROM second_factors WHERE user_id = $1",
        "DELETE FROM recovery_codes WHERE user_id = $1",
    ] {
        sql(statement).bind(id).run(tx).await?;
    }
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
