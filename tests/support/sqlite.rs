//! A database file of its own for each test.

use std::path::Path;

use muster::db::Db;
use muster::time::Clock;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A file with all tables and nothing in them: each test gets a copy, which is faster than making them.
static TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();

const FILE: &str = "muster.db";

/// Copies the empty database into the folder; returns its URL.
pub async fn copy_to(folder: &Path) -> String {
    let template = TEMPLATE.get_or_init(template).await;
    std::fs::copy(template.path().join(FILE), folder.join(FILE)).expect("a file is copied");
    url(folder)
}

async fn template() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let db = Db::open(&url(folder.path()), Clock::system()).await.expect("the tables are made");
    db.close().await;
    folder
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}/{FILE}", folder.display())
}
