//! Brings the tables up to date at start.

use super::{Db, Pools};
use crate::error::{Error, Result};

impl Db {
    pub(super) async fn migrate(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await,
            Pools::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await,
        }
        .map_err(|error| {
            Error::Unavailable(format!(
                "The database's tables could not be brought up to date: {error}. Nothing was changed; restore the version of Muster that made them, or the backup."
            ))
        })
    }
}
