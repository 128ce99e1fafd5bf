//! One search for everybody whom a create may mean, each part by its index.

use crate::db::{Sql, Tx, sql};
use crate::directory::Realm;
use crate::directory::users::profile::Profile;
use crate::directory::users::store::push_visible_local;
use crate::error::Result;
use crate::id::UserId;
use crate::text;

pub(super) const MOVED_NAME: &str = "moved, by userName";
pub(super) const MOVED_EMAIL: &str = "moved, by e-mail";
pub(super) const SUBJECT: &str = "signed in, by subject";
pub(super) const SIGNED_IN_NAME: &str = "signed in, by userName";
pub(super) const LOCAL: &str = "local";

/// Somebody who fits, and how.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Candidate {
    pub id: UserId,
    pub how: String,
}

pub(super) async fn candidates(tx: &mut Tx, realm: &Realm, profile: &Profile) -> Result<Vec<Candidate>> {
    let name = muster_scim::compare::user_name_key(&profile.user_name);
    let email = profile.email.as_deref().map(text::fold);
    let part = |sql: Sql, how: &str| {
        sql.push("SELECT users.id, '")
            .push(how)
            .push("' AS how FROM users WHERE users.deleted_at IS NULL AND users.organization_id = ")
            .push_bind(&realm.organization)
            .push(" AND ")
    };
    let moved = |sql: Sql, how| {
        part(sql, how).push("users.moved_at IS NOT NULL AND users.source = ").push_bind(realm.source.to_string())
    };
    let signed_in = |sql: Sql, how| {
        let sql =
            part(sql, how).push("users.source = (SELECT 'sign-in:' || connection_id FROM directories WHERE id = ");
        sql.push_bind(&realm.directory).push(")")
    };
    let by_name = |sql: Sql| sql.push(" AND users.user_name_key = ").push_bind(&name);
    let by_email = |sql: Sql| sql.push(" AND users.email_key = ").push_bind(email.clone());
    let and = |sql: Sql| sql.push(" UNION ALL ");

    let sql = and(by_name(moved(sql(""), MOVED_NAME)));
    let sql = and(by_email(moved(sql, MOVED_EMAIL)));
    let subject = signed_in(sql, SUBJECT).push(" AND users.external_id = ").push_bind(profile.external_id.as_deref());
    let sql = and(by_name(signed_in(and(subject), SIGNED_IN_NAME)));
    let sql = and(by_name(push_visible_local(part(sql, LOCAL), realm)));
    by_email(push_visible_local(part(sql, LOCAL), realm)).all(tx).await
}
