//! Rows of the list of people.

use super::{Filter, Listed, PER_PAGE};
use crate::access::levels::EFFECTIVE;
use crate::actor::Level;
use crate::db::{Sql, Tx, like_literal, sql};
use crate::directory::users::aliases::push_search;
use crate::directory::users::model::Status;
use crate::directory::{Origins, Source, push_provenance};
use crate::error::{Error, Result};
use crate::id::{OrganizationId, UserId};
use crate::text;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: UserId,
    display_name: String,
    user_name: String,
    email: Option<String>,
    source: String,
    level: String,
    idp_active: bool,
    suspended_at: Option<Timestamp>,
    suspended_by: Option<String>,
    last_sign_in_at: Option<Timestamp>,
}

impl TryFrom<Row> for Listed {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let status = match (row.suspended_at, row.idp_active) {
            (Some(_), _) => Status::Suspended,
            (None, false) => Status::Deactivated,
            (None, true) => Status::Active,
        };
        Ok(Self {
            source: Source::parse(&row.source).ok_or_else(|| Error::internal("a user's source cannot be read"))?,
            level: Level::parse(&row.level).ok_or_else(|| Error::internal("a user's level cannot be read"))?,
            id: row.id,
            display_name: row.display_name,
            user_name: row.user_name,
            email: row.email,
            status,
            suspended_by: row.suspended_by,
            last_sign_in_at: row.last_sign_in_at,
        })
    }
}

/// The people of this page, by name, and how many there are on all pages; `page` counts from 1.
pub async fn list(
    tx: &mut Tx,
    organization: &OrganizationId,
    origins: &Origins,
    filter: &Filter,
    page: u64,
) -> Result<(Vec<Listed>, u64)> {
    let total = narrow(sql("SELECT COUNT(*) FROM users"), organization, origins, filter).count(tx).await?;
    let columns = sql("SELECT id, display_name, user_name, email, source, ")
        .push(EFFECTIVE)
        .push(" AS level, idp_active, suspended_at, suspended_by, last_sign_in_at FROM users");
    let offset = i64::try_from(PER_PAGE.saturating_mul(page.saturating_sub(1))).unwrap_or(i64::MAX);
    let rows = narrow(columns, organization, origins, filter)
        .push(" ORDER BY search_key, id LIMIT ")
        .push_bind(PER_PAGE as i64)
        .push(" OFFSET ")
        .push_bind(offset)
        .all::<Row>(tx)
        .await?;
    let people = rows.into_iter().map(Listed::try_from).collect::<Result<_>>()?;
    Ok((people, total.unsigned_abs()))
}

fn narrow(statement: Sql, organization: &OrganizationId, origins: &Origins, filter: &Filter) -> Sql {
    let mut statement =
        statement.push(" WHERE deleted_at IS NULL AND kind = 'person' AND organization_id = ").push_bind(organization);
    let q = text::fold(filter.q.trim());
    if !q.is_empty() {
        let pattern = format!("%{}%", like_literal(&q));
        statement = statement.push(" AND (search_key LIKE ").push_bind(pattern).push(" ESCAPE '\\' OR ");
        statement = push_search(statement, "id", organization, &q).push(")");
    }
    statement = match filter.status {
        Some(Status::Active) => statement.push(" AND idp_active = TRUE AND suspended_at IS NULL"),
        Some(Status::Deactivated) => statement.push(" AND idp_active = FALSE AND suspended_at IS NULL"),
        Some(Status::Suspended) => statement.push(" AND suspended_at IS NOT NULL"),
        None => statement,
    };
    push_provenance(statement, origins, filter.from.as_ref())
}
