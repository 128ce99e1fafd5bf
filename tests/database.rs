//! Both engines have the same tables, columns and indexes.

use std::collections::BTreeSet;
use std::time::Duration;

use muster::db::{Db, Tx, sql};
use muster::id::{OrganizationId, RoleId};

use crate::support::{Engine, TestApp, run};

#[derive(Debug, Default, PartialEq)]
struct Shape {
    /// Table, column, and whether it may be empty.
    columns: BTreeSet<(String, String, i64)>,
    indexes: BTreeSet<(String, String)>,
}

async fn shape(app: &TestApp) -> Shape {
    let (columns, indexes) = match app.engine {
        Engine::Sqlite => (
            "SELECT m.name, p.name, 1 - p.\"notnull\" FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx_%'",
            "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'",
        ),
        Engine::Postgres => (
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), \
             CAST(CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS BIGINT) FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name NOT LIKE '_sqlx_%'",
            // Those of constraints have other names on SQLite.
            "SELECT CAST(tablename AS TEXT), CAST(indexname AS TEXT) FROM pg_indexes WHERE schemaname = 'public' \
             AND tablename NOT LIKE '_sqlx_%' AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        ),
    };
    Shape { columns: rows(&app.db, columns).await, indexes: rows(&app.db, indexes).await }
}

async fn rows<R: muster::db::Row + Ord>(db: &Db, query: &str) -> BTreeSet<R> {
    let mut tx = db.read().await.unwrap();
    sql(query).all(&mut tx).await.unwrap().into_iter().collect()
}

async fn role(tx: &mut Tx, organization: &OrganizationId, name: &str) {
    sql("INSERT INTO roles (id, organization_id, key, name, name_key, description, permissions, created_at, updated_at) \
         VALUES ($1, $2, $3, $3, $3, '', '[]', '', '')")
    .bind(&RoleId::new())
    .bind(organization)
    .bind(name)
    .run(tx)
    .await
    .unwrap();
}

/// Two changes that both wrote something of the organization's and then want it for themselves would wait for each other.
#[tokio::test]
async fn what_is_pointed_at_can_be_locked() {
    run(Engine::Postgres, async |app| {
        let organization = app.organization("Acme").await;
        let (mut one, mut other) = (app.db.write().await.unwrap(), app.db.write().await.unwrap());
        role(&mut one, &organization, "one").await;
        role(&mut other, &organization, "other").await;
        let lock = one.dialect().for_update();
        let held = sql("SELECT id FROM organizations WHERE id = $1").push(lock).bind(&organization);
        let held = tokio::time::timeout(Duration::from_secs(10), held.one::<(String,)>(&mut one)).await;
        assert!(held.is_ok_and(|held| held.is_ok()), "a row that points there is in nobody's way");
    })
    .await;
}

#[tokio::test]
async fn the_tables_of_both_engines_are_the_same() {
    let mut sqlite = Shape::default();
    run(Engine::Sqlite, async |app| sqlite = shape(app).await).await;
    run(Engine::Postgres, async |app| {
        let postgres = shape(app).await;
        assert!(sqlite.columns.len() > 100, "the tables were found");
        assert_eq!(sqlite.columns, postgres.columns);
        assert_eq!(sqlite.indexes, postgres.indexes);
    })
    .await;
}
