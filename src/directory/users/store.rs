//! Rows of users.

use serde_json::{Map, Value};

use super::model::{NewUser, Suspension, User, UserKind, search_key};
use super::profile::Profile;
use crate::access::levels::EFFECTIVE;
use crate::actor::Level;
use crate::db::{Sql, Tx, sql};
use crate::directory::{Clause, Realm, Selection, Source};
use crate::error::{Error, Result};
use crate::id::{ConnectionId, DirectoryId, OrganizationId, RoleId, UserId};
use crate::text;
use crate::time::Timestamp;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: UserId,
    organization_id: OrganizationId,
    source: String,
    user_name: String,
    external_id: Option<String>,
    display_name: String,
    given_name: Option<String>,
    family_name: Option<String>,
    email: Option<String>,
    title: Option<String>,
    department: Option<String>,
    level: String,
    own_level: String,
    operator: bool,
    idp_active: bool,
    suspended_at: Option<Timestamp>,
    suspended_by: Option<String>,
    suspended_reason: Option<String>,
    document: String,
    version: i64,
    last_sign_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    kind: String,
    answerable_id: Option<UserId>,
    note: Option<String>,
}

impl TryFrom<Row> for User {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let suspension = match (row.suspended_at, row.suspended_by) {
            (Some(at), Some(by)) => Some(Suspension { at, by, reason: row.suspended_reason }),
            _ => None,
        };
        let document = match serde_json::from_str(&row.document)? {
            Value::Object(document) => document,
            _ => return Err(Error::internal("a user's document is no JSON object")),
        };
        Ok(Self {
            source: Source::parse(&row.source).ok_or_else(|| Error::internal("a user's source cannot be read"))?,
            level: level(&row.level)?,
            own_level: level(&row.own_level)?,
            kind: UserKind::parse(&row.kind).ok_or_else(|| Error::internal("a user's kind cannot be read"))?,
            answerable: row.answerable_id,
            note: row.note,
            id: row.id,
            organization_id: row.organization_id,
            user_name: row.user_name,
            external_id: row.external_id,
            display_name: row.display_name,
            given_name: row.given_name,
            family_name: row.family_name,
            email: row.email,
            title: row.title,
            department: row.department,
            operator: row.operator,
            idp_active: row.idp_active,
            suspension,
            document,
            version: row.version,
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn level(text: &str) -> Result<Level> {
    Level::parse(text).ok_or_else(|| Error::internal("a user's level cannot be read"))
}

/// Deleted people are left out everywhere: `SELECT … FROM users WHERE deleted_at IS NULL`, ready for ` AND …`.
pub(super) fn select() -> Sql {
    push_select(sql(""))
}

fn push_select(statement: Sql) -> Sql {
    statement
    .push("SELECT id, organization_id, source, user_name, external_id, display_name, given_name, family_name, email, title, \
         department, ")
    .push(EFFECTIVE)
    .push(
        " AS level, users.level AS own_level, operator, idp_active, suspended_at, suspended_by, suspended_reason, document, \
         version, last_sign_in_at, created_at, updated_at, kind, answerable_id, note FROM users WHERE deleted_at IS NULL",
    )
}

/// One person of this organization.
pub async fn find(tx: &mut Tx, organization: &OrganizationId, id: &UserId) -> Result<Option<User>> {
    let row = select().push(" AND organization_id = $1 AND id = $2").bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(User::try_from).transpose()
}

/// Adds a person. The caller has made sure that the userName is free within its source.
///
/// # Errors
/// [`Error::Conflict`] if another process took the name in the same moment.
pub(super) async fn insert(tx: &mut Tx, new: &NewUser) -> Result<UserId> {
    let id = UserId::new();
    let now = tx.now();
    let display_name = new.display_name.as_deref().unwrap_or(&new.user_name);
    sql("INSERT INTO users (id, organization_id, source, user_name, user_name_key, external_id, display_name, given_name, \
         family_name, email, email_key, search_key, level, operator, idp_active, document, display_name_key, version, created_at, updated_at, \
         active_since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, $18, $18, $18)")
    .bind(&id)
    .bind(&new.organization_id)
    .bind(new.source.to_string())
    .bind(&new.user_name)
    .bind(muster_scim::compare::user_name_key(&new.user_name))
    .bind(new.external_id.as_deref())
    .bind(display_name)
    .bind(new.given_name.as_deref())
    .bind(new.family_name.as_deref())
    .bind(new.email.as_deref())
    .bind(new.email.as_deref().map(text::fold))
    .bind(search_key(display_name, &new.user_name, new.email.as_deref()))
    .bind(new.level.as_str())
    .bind(new.operator)
    .bind(new.idp_active)
    .bind(&Value::Object(new.document.clone()))
    .bind(muster_scim::compare::fold(display_name))
    .bind(&now)
    .run(tx)
    .await?;
    Ok(id)
}

/// A directory's own people, ready for ` AND …`.
fn managed(realm: &Realm) -> Sql {
    within(select(), realm)
}

fn within(sql: Sql, realm: &Realm) -> Sql {
    sql.push(" AND organization_id = ")
        .push_bind(&realm.organization)
        .push(" AND source = ")
        .push_bind(realm.source.to_string())
}

/// Whom of the local people a directory sees that may take them over: never owners, operators and programs.
pub(super) const VISIBLE_LOCAL: &str = "users.source = 'local' AND users.kind = 'person' AND users.level IN ('member', 'admin') \
     AND users.operator = FALSE";

/// Adds the local people whom the directory sees, without a word before it.
pub(super) fn push_visible_local(sql: Sql, realm: &Realm) -> Sql {
    sql.push(VISIBLE_LOCAL)
        .push(" AND EXISTS (SELECT 1 FROM directories WHERE directories.id = ")
        .push_bind(&realm.directory)
        .push(" AND directories.take_over_local = TRUE)")
}

fn visible(realm: &Realm) -> Sql {
    let sql = select().push(" AND organization_id = ").push_bind(&realm.organization).push(" AND (source = ");
    push_visible_local(sql.push_bind(realm.source.to_string()).push(" OR ("), realm).push("))")
}

/// One person whom the directory sees: one of its own, or a local one.
pub(super) async fn find_visible(tx: &mut Tx, realm: &Realm, id: &UserId) -> Result<Option<User>> {
    let row = visible(realm).push(" AND id = ").push_bind(id).optional::<Row>(tx).await?;
    row.map(User::try_from).transpose()
}

pub(super) async fn lock_visible(tx: &mut Tx, realm: &Realm, id: &UserId) -> Result<Option<User>> {
    let lock = tx.dialect().for_update();
    let row = visible(realm).push(" AND id = ").push_bind(id).push(lock).optional::<Row>(tx).await?;
    row.map(User::try_from).transpose()
}

pub(super) async fn lock_managed(tx: &mut Tx, realm: &Realm, id: &UserId) -> Result<Option<User>> {
    let lock = tx.dialect().for_update();
    let row = managed(realm).push(" AND id = ").push_bind(id).push(lock).optional::<Row>(tx).await?;
    row.map(User::try_from).transpose()
}

/// One person of the organization, whoever's; nobody else changes them until the transaction ends.
pub async fn lock(tx: &mut Tx, organization: &OrganizationId, id: &UserId) -> Result<Option<User>> {
    let lock = tx.dialect().for_update();
    let row = select().push(" AND organization_id = $1 AND id = $2").push(lock).bind(organization).bind(id);
    row.optional::<Row>(tx).await?.map(User::try_from).transpose()
}

pub(super) async fn find_by_external_id(tx: &mut Tx, realm: &Realm, external_id: &str) -> Result<Option<User>> {
    let lock = tx.dialect().for_update();
    let row = managed(realm).push(" AND external_id = ").push_bind(external_id).push(lock).optional::<Row>(tx).await?;
    row.map(User::try_from).transpose()
}

pub(super) async fn find_by_user_name(tx: &mut Tx, realm: &Realm, user_name: &str) -> Result<Option<User>> {
    let lock = tx.dialect().for_update();
    let key = muster_scim::compare::user_name_key(user_name);
    let row = managed(realm).push(" AND user_name_key = ").push_bind(key).push(lock).optional::<Row>(tx).await?;
    row.map(User::try_from).transpose()
}

pub(super) async fn count_visible(tx: &mut Tx, realm: &Realm, narrow: Clause<'_>) -> Result<u64> {
    let own = within(sql("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL"), realm);
    let own = narrow(own).count(tx).await?;
    let local = sql("SELECT COUNT(*) FROM users WHERE deleted_at IS NULL AND organization_id = ");
    let local = push_visible_local(local.push_bind(&realm.organization).push(" AND "), realm);
    Ok((own + narrow(local).count(tx).await?).unsigned_abs())
}

/// The people whom the directory sees and who are selected. The two kinds are searched apart, each by its index, and come
/// together in the order that is asked for.
pub(super) async fn page_visible(tx: &mut Tx, realm: &Realm, selection: &Selection<'_>) -> Result<Vec<User>> {
    let own = within(push_select(sql("SELECT * FROM (")), realm);
    let local = push_select((selection.narrow)(own).push(" UNION ALL ")).push(" AND organization_id = ");
    let local = push_visible_local(local.push_bind(&realm.organization).push(" AND "), realm);
    let both = (selection.narrow)(local).push(") AS users");
    let rows = selection.arrange(both).all::<Row>(tx).await?;
    rows.into_iter().map(User::try_from).collect()
}

/// The directory's own people who are selected.
pub(super) async fn page_managed(tx: &mut Tx, realm: &Realm, selection: &Selection<'_>) -> Result<Vec<User>> {
    let rows = selection.complete(managed(realm)).all::<Row>(tx).await?;
    rows.into_iter().map(User::try_from).collect()
}

pub(super) async fn insert_managed(
    tx: &mut Tx,
    realm: &Realm,
    profile: &Profile,
    document: &Map<String, Value>,
) -> Result<UserId> {
    let new = NewUser {
        organization_id: realm.organization.clone(),
        source: realm.source.clone(),
        user_name: profile.user_name.clone(),
        external_id: profile.external_id.clone(),
        display_name: Some(profile.display_name.clone()),
        given_name: profile.given_name.clone(),
        family_name: profile.family_name.clone(),
        email: profile.email.clone(),
        level: Level::Member,
        operator: false,
        idp_active: profile.active,
        document: document.clone(),
    };
    let id = insert(tx, &new).await?;
    if profile.title.is_some() || profile.department.is_some() {
        sql("UPDATE users SET title = $1, department = $2 WHERE id = $3")
            .bind(profile.title.as_deref())
            .bind(profile.department.as_deref())
            .bind(&id)
            .run(tx)
            .await?;
    }
    Ok(id)
}

pub(super) async fn update_managed(
    tx: &mut Tx,
    id: &UserId,
    profile: &Profile,
    document: &Map<String, Value>,
) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET user_name = $1, user_name_key = $2, external_id = $3, display_name = $4, given_name = $5, \
         family_name = $6, email = $7, email_key = $8, title = $9, department = $10, search_key = $11, idp_active = $12, \
         document = $13, display_name_key = $14, version = version + 1, updated_at = $15, moved_at = NULL WHERE id = $16")
    .bind(&profile.user_name)
    .bind(muster_scim::compare::user_name_key(&profile.user_name))
    .bind(profile.external_id.as_deref())
    .bind(&profile.display_name)
    .bind(profile.given_name.as_deref())
    .bind(profile.family_name.as_deref())
    .bind(profile.email.as_deref())
    .bind(profile.email.as_deref().map(text::fold))
    .bind(profile.title.as_deref())
    .bind(profile.department.as_deref())
    .bind(search_key(&profile.display_name, &profile.user_name, profile.email.as_deref()))
    .bind(profile.active)
    .bind(&Value::Object(document.clone()))
    .bind(muster_scim::compare::fold(&profile.display_name))
    .bind(&now)
    .bind(id)
    .run(tx)
    .await?;
    Ok(())
}

/// Makes the person somebody else's. What they are called there is for [`update_managed`] to say: until then, nothing that
/// another could be called.
async fn change_source(tx: &mut Tx, id: &UserId, source: &Source) -> Result<()> {
    sql("UPDATE users SET source = $2, user_name_key = id, external_id = NULL WHERE id = $1")
        .bind(id)
        .bind(source.to_string())
        .run(tx)
        .await?;
    Ok(())
}

/// Makes the person somebody else's, with the profile that they have there.
pub(in crate::directory) async fn become_another(
    tx: &mut Tx,
    id: &UserId,
    source: &Source,
    profile: &Profile,
    document: &Map<String, Value>,
) -> Result<()> {
    change_source(tx, id, source).await?;
    update_managed(tx, id, profile, document).await
}

/// The deleted person of the directory whom a new one follows: of the same externalId, else of the same userName, the last one.
pub(super) async fn former(tx: &mut Tx, realm: &Realm, profile: &Profile) -> Result<Option<UserId>> {
    let deleted = |rank: &str, sql: Sql| {
        sql.push("SELECT id, deleted_at, ")
            .push(rank)
            .push(" AS rank FROM users WHERE deleted_at IS NOT NULL AND organization_id = ")
            .push_bind(&realm.organization)
            .push(" AND source = ")
            .push_bind(realm.source.to_string())
    };
    let by_external_id = deleted("1", sql("")).push(" AND external_id = ").push_bind(profile.external_id.as_deref());
    let key = muster_scim::compare::user_name_key(&profile.user_name);
    let either = deleted("2", by_external_id.push(" UNION ALL ")).push(" AND user_name_key = ").push_bind(key);
    let row =
        either.push(" ORDER BY rank, deleted_at DESC, id DESC LIMIT 1").optional::<(UserId, String, i32)>(tx).await?;
    Ok(row.map(|(id, ..)| id))
}

pub(super) async fn set_formerly(tx: &mut Tx, id: &UserId, former: &UserId) -> Result<()> {
    sql("UPDATE users SET formerly_id = $2 WHERE id = $1").bind(id).bind(former).run(tx).await?;
    Ok(())
}

/// The directory has sent a person who was moved here.
pub(super) async fn clear_moved(tx: &mut Tx, id: &UserId) -> Result<()> {
    sql("UPDATE users SET moved_at = NULL WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

/// Takes the person's own grants away; returns the roles that were held by them.
pub(super) async fn remove_grants(tx: &mut Tx, id: &UserId) -> Result<Vec<RoleId>> {
    let roles: Vec<(RoleId,)> =
        sql("SELECT role_id FROM grants WHERE user_id = $1 ORDER BY id").bind(id).all(tx).await?;
    sql("DELETE FROM grants WHERE user_id = $1").bind(id).run(tx).await?;
    Ok(roles.into_iter().map(|(role,)| role).collect())
}

pub(super) async fn save_display_name_key(tx: &mut Tx, user: &User) -> Result<()> {
    sql("UPDATE users SET display_name_key = $1 WHERE id = $2")
        .bind(muster_scim::compare::fold(&user.display_name))
        .bind(&user.id)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn mark_deleted(tx: &mut Tx, id: &UserId) -> Result<()> {
    let now = tx.now();
    sql("UPDATE users SET deleted_at = $1, updated_at = $1, version = version + 1 WHERE id = $2")
        .bind(&now)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

pub(super) async fn connection_of(tx: &mut Tx, directory: &DirectoryId) -> Result<ConnectionId> {
    let row: (ConnectionId,) =
        sql("SELECT connection_id FROM directories WHERE id = $1").bind(directory).one(tx).await?;
    Ok(row.0)
}
