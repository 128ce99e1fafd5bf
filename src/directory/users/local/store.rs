//! Rows of local people.

use crate::db::{Tx, sql};
use crate::error::Result;
use crate::id::{OrganizationId, UserId};
use crate::text;

/// Whether the address is a local person's already, as userName or as address: one of the two would not be found at sign-in.
pub(super) async fn is_taken(tx: &mut Tx, organization: &OrganizationId, email: &str) -> Result<bool> {
    let found =
        sql("SELECT COUNT(*) FROM users WHERE organization_id = $1 AND source = 'local' AND deleted_at IS NULL \
                     AND (user_name_key = $2 OR email_key = $3)")
        .bind(organization)
        .bind(muster_scim::compare::user_name_key(email))
        .bind(text::fold(email));
    Ok(found.count(tx).await? > 0)
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
