//! A transaction: what every feature function takes.

use std::sync::Arc;

use axum::http::Extensions;
use sqlx::{Postgres, Sqlite, Transaction};
use time::Duration;
use tokio::sync::Notify;

use super::Dialect;
use crate::error::Result;
use crate::time::{Clock, Timestamp};

/// One transaction on one of the engines. Everything in it happens at one moment, [`Tx::now`].
pub struct Tx {
    pub(super) inner: Inner,
    now: Timestamp,
    clock: Clock,
    committed: Option<Arc<Notify>>,
    notes: Extensions,
}

pub(super) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(super) fn sqlite(tx: Transaction<'static, Sqlite>, clock: &Clock, committed: Option<Arc<Notify>>) -> Self {
        Self { notes: Extensions::new(), inner: Inner::Sqlite(tx), now: clock.now(), clock: clock.clone(), committed }
    }

    pub(super) fn postgres(tx: Transaction<'static, Postgres>, clock: &Clock, committed: Option<Arc<Notify>>) -> Self {
        Self { notes: Extensions::new(), inner: Inner::Postgres(tx), now: clock.now(), clock: clock.clone(), committed }
    }

    pub fn now(&self) -> Timestamp {
        self.now.clone()
    }

    /// How long this transaction has been under way, by the clock.
    pub fn elapsed(&self) -> Duration {
        self.now.until(&self.clock.now())
    }

    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// What a feature notes about this transaction for whoever commits it; gone with it.
    pub fn notes<N: Clone + Default + Send + Sync + 'static>(&mut self) -> &mut N {
        self.notes.get_or_insert_default()
    }

    /// Keeps everything that was written; when this returns, it is on disk.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        if let Some(committed) = self.committed {
            committed.notify_waiters();
        }
        Ok(())
    }
}
