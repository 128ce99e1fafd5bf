//! The only code that names a database driver: two engines, one SQL.
//!
//! Feature functions take `&mut Tx`, say [`sql`] and fetch typed rows; where the engines really differ, [`Dialect`]
//! answers. A write that was answered is on disk.

mod dialect;
mod migrate;
mod sql;
mod tx;

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::Notify;

pub use dialect::Dialect;
pub use sql::{Row, Sql, Value, like_literal, sql};
pub use tx::Tx;

use crate::error::{Error, Result};
use crate::time::Clock;

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    clock: Clock,
    committed: Arc<Notify>,
}

#[derive(Clone)]
enum Pools {
    /// SQLite has one writer at a time: its connection is a pool of its own, so that readers never wait for it.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite://path` or `postgres://…` and brings the tables up to date.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the address (without password) and the reason.
    pub async fn open(url: &str, clock: Clock) -> Result<Self> {
        let pools = match url.split_once("://") {
            Some(("sqlite", path)) => open_sqlite(path).await,
            Some(("postgres" | "postgresql", _)) => open_postgres(url).await,
            _ => {
                return Err(Error::Unavailable("MUSTER_DATABASE_URL must start with sqlite:// or postgres://".into()));
            }
        }
        .map_err(|error| {
            Error::Unavailable(format!("The database {} cannot be opened: {error}", without_password(url)))
        })?;
        let db = Self { pools, clock, committed: Arc::new(Notify::new()) };
        db.migrate().await?;
        Ok(db)
    }

    /// A transaction that sees one state of the data and changes nothing.
    pub async fn read(&self) -> Result<Tx> {
        match &self.pools {
            Pools::Sqlite { read, .. } => Ok(Tx::sqlite(read.begin().await?, &self.clock, None)),
            Pools::Postgres(pool) => {
                let begin = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                Ok(Tx::postgres(begin, &self.clock, None))
            }
        }
    }

    /// A transaction that may write. Nothing is kept until [`Tx::commit`]; dropping it undoes everything.
    pub async fn write(&self) -> Result<Tx> {
        let committed = Some(self.committed.clone());
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                Ok(Tx::sqlite(write.begin_with("BEGIN IMMEDIATE").await?, &self.clock, committed))
            }
            Pools::Postgres(pool) => Ok(Tx::postgres(pool.begin().await?, &self.clock, committed)),
        }
    }

    pub fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Resolves after the next commit of this process: what waits for new events waits here.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }

    /// Ends all connections; SQLite's write-ahead log is folded into its file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(path: &str) -> Result<Pools, sqlx::Error> {
    if let Some(folder) = std::path::Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A write that was answered survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10));
    // The writer first: it makes the file and its journal mode.
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options.clone())
        .await?;
    let read = SqlitePoolOptions::new().max_connections(8).connect_with(options.pragma("query_only", "ON")).await?;
    Ok(Pools::Sqlite { read, write })
}

async fn open_postgres(url: &str) -> Result<Pools, sqlx::Error> {
    Ok(Pools::Postgres(PgPoolOptions::new().max_connections(16).connect(url).await?))
}

fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() => {
            let _ = parsed.set_password(Some("…"));
            parsed.to_string()
        }
        _ => url.to_string(),
    }
}
