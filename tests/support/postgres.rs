//! A database of its own for each test, on the server that `MUSTER_TEST_POSTGRES_URL` names.

use muster::db::Db;
use muster::id::EventId;
use muster::time::Clock;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::sync::OnceCell;

/// The name of a database with all tables and nothing in them: each test gets a copy, which is faster than making them.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

pub struct Database {
    server: String,
    name: String,
    pub url: String,
}

impl Database {
    /// `None` only where somebody said so: a forgotten variable must not look like a passed test.
    pub async fn create() -> Option<Self> {
        let Ok(server) = std::env::var("MUSTER_TEST_POSTGRES_URL") else {
            if std::env::var("MUSTER_TEST_SQLITE_ONLY").is_ok_and(|value| value == "1") {
                return None;
            }
            panic!(
                "MUSTER_TEST_POSTGRES_URL is not set: run the tests by `make test` or `scripts/postgres cargo test`, or set MUSTER_TEST_SQLITE_ONLY=1 to leave PostgreSQL out"
            );
        };
        let template = TEMPLATE.get_or_init(|| template(&server)).await;
        let database = Self::named(&server);
        database.execute(format!("CREATE DATABASE {} TEMPLATE {template}", database.name)).await;
        Some(database)
    }

    fn named(server: &str) -> Self {
        let name = format!("muster_test_{}", EventId::new().as_str().replace('-', ""));
        let mut url = url::Url::parse(server).expect("MUSTER_TEST_POSTGRES_URL is a URL");
        url.set_path(&name);
        Self { server: server.to_string(), name, url: url.to_string() }
    }

    pub async fn drop(self) {
        self.execute(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }

    async fn execute(&self, statement: String) {
        let mut server =
            PgConnection::connect(&self.server).await.expect("the server of MUSTER_TEST_POSTGRES_URL answers");
        server.execute(AssertSqlSafe(statement)).await.expect("databases can be made and dropped there");
        server.close().await.expect("a connection closes");
    }
}

async fn template(server: &str) -> String {
    let database = Database::named(server);
    database.execute(format!("CREATE DATABASE {}", database.name)).await;
    let db = Db::open(&database.url, Clock::system()).await.expect("the tables are made");
    db.close().await;
    database.name
}
