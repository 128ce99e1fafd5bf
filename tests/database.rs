//! Both engines have the same tables, columns and indexes.

use std::collections::BTreeSet;

use muster::db::{Db, sql};

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
