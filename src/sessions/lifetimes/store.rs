//! The columns of an organization that hold its lifetimes, in minutes.

use time::Duration;

use super::{Lifetime, Lifetimes};
use crate::db::{Tx, sql};
use crate::error::{Error, Result};
use crate::id::OrganizationId;

#[derive(sqlx::FromRow)]
struct Row {
    member_idle_minutes: i64,
    member_absolute_minutes: i64,
    admin_idle_minutes: i64,
    admin_absolute_minutes: i64,
}

/// What the organization has chosen.
pub async fn find(tx: &mut Tx, organization: &OrganizationId) -> Result<Lifetimes> {
    let row = sql("SELECT member_idle_minutes, member_absolute_minutes, admin_idle_minutes, admin_absolute_minutes \
                   FROM organizations WHERE id = $1")
    .bind(organization)
    .optional::<Row>(tx)
    .await?
    .ok_or(Error::NotFound("organization"))?;
    let pair = |idle, absolute| Lifetime { idle: Duration::minutes(idle), absolute: Duration::minutes(absolute) };
    Ok(Lifetimes {
        members: pair(row.member_idle_minutes, row.member_absolute_minutes),
        admins: pair(row.admin_idle_minutes, row.admin_absolute_minutes),
    })
}

pub(super) async fn save(tx: &mut Tx, organization: &OrganizationId, lifetimes: &Lifetimes) -> Result<()> {
    sql("UPDATE organizations SET member_idle_minutes = $2, member_absolute_minutes = $3, admin_idle_minutes = $4, \
         admin_absolute_minutes = $5 WHERE id = $1")
    .bind(organization)
    .bind(lifetimes.members.idle.whole_minutes())
    .bind(lifetimes.members.absolute.whole_minutes())
    .bind(lifetimes.admins.idle.whole_minutes())
    .bind(lifetimes.admins.absolute.whole_minutes())
    .run(tx)
    .await?;
    Ok(())
}
