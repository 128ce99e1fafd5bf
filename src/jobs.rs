//! What runs beside the requests.

use crate::access::grants;
use crate::app::App;
use crate::organizations::domains;
use crate::provisioning::inspector;
use crate::{events, provisioning, sessions};

/// Starts every background task; they end with the process.
pub fn start(app: &App) {
    tokio::spawn(events::run_sequencer(app.db.clone()));
    tokio::spawn(inspector::run_retention(app.db.clone()));
    tokio::spawn(sessions::run_cleanup(app.db.clone()));
    tokio::spawn(domains::run_checks(app.db.clone(), app.resolver.clone()));
    tokio::spawn(grants::run_expiry(app.db.clone()));
    tokio::spawn(provisioning::oauth::run_cleanup(app.db.clone()));
}
