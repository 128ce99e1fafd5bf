//! Rows of groups and memberships for the dashboard.

use super::{Filter, Listed, Member, PER_PAGE};
use crate::db::{Sql, Tx, like_literal, sql};
use crate::directory::users::{Status, UserKind};
use crate::directory::{Origins, Source, push_provenance};
use crate::error::{Error, Result};
use crate::id::{GroupId, OrganizationId, RoleId, UserId};
use crate::text;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: GroupId,
    display_name: String,
    source: String,
    external_id: Option<String>,
    role_id: Option<RoleId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    people: i64,
    groups: i64,
}

impl TryFrom<Row> for Listed {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            source: parse_source(&row.source)?,
            id: row.id,
            name: row.display_name,
            external_id: row.external_id,
            role_id: row.role_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            people: row.people,
            groups: row.groups,
        })
    }
}

fn parse_source(text: &str) -> Result<Source> {
    Source::parse(text).ok_or_else(|| Error::internal("a source cannot be read"))
}

/// With the counts, ready for ` WHERE …`.
const SELECT: &str = "SELECT groups.id, groups.display_name, groups.source, groups.external_id, groups.role_id, groups.created_at, \
     groups.updated_at, \
     (SELECT COUNT(*) FROM memberships WHERE group_id = groups.id AND member_kind = 'user') AS people, \
     (SELECT COUNT(*) FROM memberships WHERE group_id = groups.id AND member_kind = 'group') AS groups FROM groups";

async fn listed(tx: &mut Tx, statement: Sql) -> Result<Vec<Listed>> {
    statement.all::<Row>(tx).await?.into_iter().map(Listed::try_from).collect()
}

fn offset(page: u64) -> i64 {
    i64::try_from(PER_PAGE.saturating_mul(page.saturating_sub(1))).unwrap_or(i64::MAX)
}

/// The groups of this page, by name, and how many there are on all pages; `page` counts from 1.
pub async fn list(
    tx: &mut Tx,
    organization: &OrganizationId,
    origins: &Origins,
    filter: &Filter,
    page: u64,
) -> Result<(Vec<Listed>, u64)> {
    let narrow = |statement: Sql| {
        let statement = statement.push(" WHERE offered = FALSE AND organization_id = ").push_bind(organization);
        let pattern = format!("%{}%", like_literal(&text::fold(filter.q.trim())));
        let statement = statement.push(" AND display_name_key LIKE ").push_bind(pattern).push(" ESCAPE '\\'");
        push_provenance(statement, origins, filter.from.as_ref())
    };
    let total = narrow(sql("SELECT COUNT(*) FROM groups")).count(tx).await?;
    let statement = narrow(sql(SELECT))
        .push(" ORDER BY display_name_key, id LIMIT ")
        .push_bind(PER_PAGE as i64)
        .push(" OFFSET ")
        .push_bind(offset(page));
    Ok((listed(tx, statement).await?, total.unsigned_abs()))
}

/// One group of this organization.
pub async fn find(tx: &mut Tx, organization: &OrganizationId, id: &GroupId) -> Result<Option<Listed>> {
    let row =
        sql(SELECT).push(" WHERE organization_id = $1 AND id = $2 AND offered = FALSE").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(Listed::try_from).transpose()
}

/// The groups that are members of this one, by name.
pub async fn nested(tx: &mut Tx, group: &GroupId) -> Result<Vec<Listed>> {
    let statement = sql(SELECT)
        .push(" WHERE id IN (SELECT member_id FROM memberships WHERE group_id = $1 AND member_kind = 'group')")
        .push(" ORDER BY display_name_key, id")
        .bind(group);
    listed(tx, statement).await
}

/// The groups that this one is a member of, by name.
pub async fn containing(tx: &mut Tx, group: &GroupId) -> Result<Vec<Listed>> {
    let statement = sql(SELECT)
        .push(" WHERE id IN (SELECT group_id FROM memberships WHERE member_id = $1)")
        .push(" ORDER BY display_name_key, id")
        .bind(group);
    listed(tx, statement).await
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: UserId,
    display_name: String,
    user_name: String,
    idp_active: bool,
    suspended_at: Option<Timestamp>,
    suspended_by: Option<String>,
    person_source: String,
    source: String,
    kind: String,
}

impl TryFrom<MemberRow> for Member {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self> {
        let status = match (row.suspended_at, row.idp_active) {
            (Some(_), _) => Status::Suspended,
            (None, false) => Status::Deactivated,
            (None, true) => Status::Active,
        };
        Ok(Self {
            person_source: parse_source(&row.person_source)?,
            source: parse_source(&row.source)?,
            kind: UserKind::parse(&row.kind).ok_or_else(|| Error::internal("a user's kind cannot be read"))?,
            id: row.id,
            name: row.display_name,
            user_name: row.user_name,
            status,
            suspended_by: row.suspended_by,
        })
    }
}

/// The people in the group who have `q` in name, userName or address: those of this page, by name, and how many in all.
pub async fn members(tx: &mut Tx, group: &GroupId, q: &str, page: u64) -> Result<(Vec<Member>, u64)> {
    let narrow = |statement: Sql| {
        let pattern = format!("%{}%", like_literal(&text::fold(q.trim())));
        statement
            .push(" FROM memberships JOIN users ON users.id = memberships.member_id AND users.deleted_at IS NULL")
            .push(" WHERE memberships.member_kind = 'user' AND memberships.group_id = ")
            .push_bind(group)
            .push(" AND users.search_key LIKE ")
            .push_bind(pattern)
            .push(" ESCAPE '\\'")
    };
    let total = narrow(sql("SELECT COUNT(*)")).count(tx).await?;
    let columns = "SELECT users.id, users.display_name, users.user_name, users.idp_active, users.suspended_at, \
         users.suspended_by, users.source AS person_source, memberships.source, users.kind";
    let rows = narrow(sql(columns))
        .push(" ORDER BY users.search_key, users.id LIMIT ")
        .push_bind(PER_PAGE as i64)
        .push(" OFFSET ")
        .push_bind(offset(page))
        .all::<MemberRow>(tx)
        .await?;
    let members = rows.into_iter().map(Member::try_from).collect::<Result<_>>()?;
    Ok((members, total.unsigned_abs()))
}
