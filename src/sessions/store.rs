//! Rows of sessions: tower-sessions' store on our database.

use async_trait::async_trait;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Result, SessionStore};

use crate::db::Db;

#[derive(Clone)]
pub struct Store {
    _db: Db,
}

impl Store {
    pub fn new(db: Db) -> Self {
        Self { _db: db }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn save(&self, _record: &Record) -> Result<()> {
        todo!()
    }
    async fn load(&self, _id: &Id) -> Result<Option<Record>> {
        todo!()
    }
    async fn delete(&self, _id: &Id) -> Result<()> {
        todo!()
    }
}
