//! A database of its own for each test, on the server that `MUSTER_TEST_POSTGRES_URL` names.

use muster::id::EventId;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

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
        let name = format!("muster_test_{}", EventId::new().as_str().replace('-', ""));
        let mut url = url::Url::parse(&server).expect("MUSTER_TEST_POSTGRES_URL is a URL");
        url.set_path(&name);
        let database = Self { server, name, url: url.to_string() };
        database.execute(format!("CREATE DATABASE {}", database.name)).await;
        Some(database)
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
