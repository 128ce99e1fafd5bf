//! Rows of grants with everything that is said about them.

use super::model::{Grant, Holder, RoleRef, Terms};
use crate::access::roles::GroupRef;
use crate::db::{Sql, Tx, sql};
use crate::error::{Error, Result};
use crate::id::{GrantId, GroupId, OrganizationId, RoleId, UserId};
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: GrantId,
    organization_id: OrganizationId,
    role_id: RoleId,
    role_key: String,
    role_name: String,
    user_id: Option<UserId>,
    group_id: Option<GroupId>,
    holder_name: String,
    origin: String,
    expires_at: Option<Timestamp>,
    reason: Option<String>,
    granted_by: String,
    created_at: Timestamp,
}

impl TryFrom<Row> for Grant {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let holder = match (row.user_id, row.group_id) {
            (Some(id), None) => Holder::User { id, name: row.holder_name },
            (None, Some(id)) => Holder::Group(GroupRef { id, name: row.holder_name }),
            _ => return Err(Error::internal("a grant is neither a user's nor a group's")),
        };
        Ok(Self {
            role: RoleRef { id: row.role_id, key: row.role_key, name: row.role_name },
            id: row.id,
            organization_id: row.organization_id,
            holder,
            origin: row.origin,
            expires_at: row.expires_at,
            reason: row.reason,
            granted_by: row.granted_by,
            created_at: row.created_at,
        })
    }
}

/// Ready for a condition.
const SELECT: &str = "SELECT grants.id, grants.organization_id, grants.role_id, roles.key AS role_key, \
     roles.name AS role_name, grants.user_id, grants.group_id, \
     COALESCE(users.display_name, groups.display_name, '') AS holder_name, grants.origin, grants.expires_at, \
     grants.reason, grants.granted_by, grants.created_at FROM grants JOIN roles ON roles.id = grants.role_id \
     LEFT JOIN users ON users.id = grants.user_id LEFT JOIN groups ON groups.id = grants.group_id WHERE ";

async fn grants(tx: &mut Tx, statement: Sql) -> Result<Vec<Grant>> {
    statement.all::<Row>(tx).await?.into_iter().map(Grant::try_from).collect()
}

/// One grant of this organization.
pub async fn find(tx: &mut Tx, organization: &OrganizationId, id: &GrantId) -> Result<Option<Grant>> {
    let row = sql(SELECT).push("grants.organization_id = $1 AND grants.id = $2").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(Grant::try_from).transpose()
}

/// What was given to the person here and has not ended, by the roles' names.
pub async fn direct_of_user(tx: &mut Tx, user: &UserId) -> Result<Vec<Grant>> {
    let now = tx.now();
    let rows = sql(SELECT)
        .push("grants.user_id = $1 AND grants.origin = 'direct' AND (grants.expires_at IS NULL OR grants.expires_at > $2) ")
        .push("ORDER BY roles.name_key, roles.id")
        .bind(user)
        .bind(&now);
    grants(tx, rows).await
}

/// To whom the role was given here, by name, at most `limit`; and to how many in all.
pub async fn direct_of_role(tx: &mut Tx, role: &RoleId, limit: u64) -> Result<(Vec<Grant>, i64)> {
    let now = tx.now();
    let these = |statement: &str| {
        sql(statement)
            .push("grants.role_id = $1 AND grants.origin = 'direct' ")
            .push("AND (grants.expires_at IS NULL OR grants.expires_at > $2)")
            .bind(role)
            .bind(&now)
    };
    let total = these("SELECT COUNT(*) FROM grants WHERE ").count(tx).await?;
    let rows = these(SELECT).push(" ORDER BY users.search_key, users.id LIMIT ").push_bind(limit as i64);
    Ok((grants(tx, rows).await?, total))
}

/// The organization's grants that end before this moment and have not ended yet, the next one first, at most `limit`.
pub async fn ending_before(
    tx: &mut Tx,
    organization: &OrganizationId,
    moment: &Timestamp,
    limit: u64,
) -> Result<Vec<Grant>> {
    let now = tx.now();
    let rows = sql(SELECT)
        .push("grants.organization_id = $1 AND grants.expires_at > $2 AND grants.expires_at <= $3 ")
        .push("ORDER BY grants.expires_at, grants.id LIMIT $4")
        .bind(organization)
        .bind(&now)
        .bind(moment)
        .bind(limit as i64);
    grants(tx, rows).await
}

/// Whose ended grants are asked for.
pub(super) enum Whose<'a> {
    Anybody,
    User(&'a UserId, &'a RoleId),
    Group(&'a GroupId, &'a RoleId),
}

/// Grants that have ended and are still there, at most `limit`, those first that ended first.
pub(super) async fn ended(tx: &mut Tx, whose: Whose<'_>, limit: u64) -> Result<Vec<Grant>> {
    let now = tx.now();
    let statement = sql(SELECT).push("grants.expires_at <= ").push_bind(&now);
    let statement = match whose {
        Whose::Anybody => statement,
        Whose::User(user, role) => {
            statement.push(" AND grants.user_id = ").push_bind(user).push(" AND grants.role_id = ").push_bind(role)
        }
        Whose::Group(group, role) => {
            statement.push(" AND grants.group_id = ").push_bind(group).push(" AND grants.role_id = ").push_bind(role)
        }
    };
    grants(tx, statement.push(" ORDER BY grants.expires_at, grants.id LIMIT ").push_bind(limit as i64)).await
}

/// Removes these; returns which of them were still there.
pub(super) async fn delete(tx: &mut Tx, ids: &[GrantId]) -> Result<Vec<GrantId>> {
    let gone =
        sql("DELETE FROM grants WHERE id IN ").push_list(ids).push(" RETURNING id").all::<(GrantId,)>(tx).await?;
    Ok(gone.into_iter().map(|(id,)| id).collect())
}

/// `None` when the person was given the role already.
pub(super) async fn insert(
    tx: &mut Tx,
    organization: &OrganizationId,
    user: &UserId,
    role: &RoleId,
    terms: &Terms,
    granted_by: &str,
) -> Result<Option<GrantId>> {
    let id = GrantId::new();
    let now = tx.now();
    let rows =
        sql("INSERT INTO grants (id, organization_id, role_id, user_id, origin, expires_at, reason, granted_by, \
         created_at) VALUES ($1, $2, $3, $4, 'direct', $5, $6, $7, $8) ON CONFLICT DO NOTHING")
        .bind(&id)
        .bind(organization)
        .bind(role)
        .bind(user)
        .bind(terms.expires_at.as_ref())
        .bind(terms.reason.as_deref())
        .bind(granted_by)
        .bind(&now)
        .run(tx)
        .await?;
    Ok((rows == 1).then_some(id))
}

pub(super) async fn set_end(tx: &mut Tx, id: &GrantId, expires_at: Option<&Timestamp>) -> Result<()> {
    sql("UPDATE grants SET expires_at = $2 WHERE id = $1").bind(id).bind(expires_at).run(tx).await?;
    Ok(())
}

/// Held while a grant changes: two people who change it act one after the other.
pub(super) async fn lock(tx: &mut Tx, id: &GrantId) -> Result<()> {
    let lock = tx.dialect().for_update();
    sql("SELECT id FROM grants WHERE id = $1").push(lock).bind(id).optional::<(String,)>(tx).await?;
    Ok(())
}
