//! `GET /api/v1/me`

use muster::db::sql;
use muster::id::{GrantId, OrganizationId, UserId};
use serde_json::json;

use super::get;
use crate::routes::o::pages::olive;
use crate::routes::o::service_accounts::{account, key};
use crate::support::{TestApp, on_both};

/// Gives the user the one role that there is, until some moment or for ever.
pub async fn grant(app: &TestApp, organization: &OrganizationId, user: &UserId, until: Option<&str>) {
    let mut tx = app.db.write().await.unwrap();
    let now = tx.now();
    let (role,): (String,) = sql("SELECT id FROM roles").one(&mut tx).await.unwrap();
    sql("INSERT INTO grants (id, organization_id, role_id, user_id, origin, expires_at, granted_by, created_at) \
         VALUES ($1, $2, $3, $4, 'direct', $5, 'test', $6)")
    .bind(&GrantId::new())
    .bind(organization)
    .bind(role)
    .bind(user)
    .bind(until)
    .bind(&now)
    .run(&mut tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn a_key_says_who_it_is_and_what_its_account_may_do(app: &TestApp) {
    let acme = app.organization("Acme").await;
    let (_, mut browser) = olive(app, &acme, "acme").await;
    let id = account(&mut browser, "/o/acme", "Billing import").await;
    let secret = key(&mut browser, "/o/acme", &id, &[("roles_read", "on"), ("expires", "1-year")]).await;
    let me = get(app, "/me", &secret).await;
    assert_eq!(me.status, 200);
    assert_eq!(
        (&me.body["id"], &me.body["kind"], &me.body["name"]),
        (&json!(id), &json!("service"), &json!("Billing import"))
    );
    assert_eq!(me.body["organization"], json!({ "id": acme, "slug": "acme", "name": "Acme" }));
    let shown = &me.body["key"];
    assert_eq!((&shown["name"], &shown["prefix"]), (&json!("Production"), &json!(&secret[..18])));
    assert_eq!((&shown["scopes"], &shown["expires_at"]), (&json!(["roles:read"]), &json!("2027-11-22T12:00:00.000Z")));
    assert_eq!(me.body["roles"], json!([]));
    assert!(!me.body.to_string().contains(&secret));

    browser
        .post("/o/acme/roles/new", &[("name", "Billing Admin"), ("permissions", "invoices:read\ninvoices:write")])
        .await;
    grant(app, &acme, &id, Some("2026-11-22T13:00:00.000Z")).await;
    let role = get(app, "/me", &secret).await.body["roles"][0].clone();
    assert_eq!((&role["key"], &role["name"]), (&json!("billing-admin"), &json!("Billing Admin")));
    assert_eq!(role["permissions"], json!(["invoices:read", "invoices:write"]));
    assert_eq!(role["until"], json!("2026-11-22T13:00:00.000Z"));
    app.clock.advance(time::Duration::hours(1));
    assert_eq!(get(app, "/me", &secret).await.body["roles"], json!([]), "to the second");
}

on_both!(a_key_says_who_it_is_and_what_its_account_may_do);
