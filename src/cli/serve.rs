//! `muster serve`

use std::io::{IsTerminal as _, Write as _};

use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::app::{self, App};
use crate::config::Config;
use crate::http::server;
use crate::jobs;
use crate::organizations::setup;
use crate::provisioning;

pub(super) async fn run(config: Config) -> Result<(), String> {
    let filter = config.log.parse::<EnvFilter>().map_err(|error| format!("MUSTER_LOG: {error}"))?;
    // Colours are for a terminal; in a file or a journal they are noise.
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
    let app = super::open(config).await?;
    let address = app.config.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!("MUSTER_LISTEN: cannot listen on {address}: {error}. Stop what uses it, or choose another.")
    })?;
    provisioning::bring_up_to_date(&app.db).await?;
    let code = new_setup_code(&app).await?;
    announce(&app, code);
    jobs::start(&app);
    let (db, inspector) = (app.db.clone(), app.inspector.clone());
    server::serve(listener, app::router(app)).await.map_err(|error| format!("the server stopped: {error}"))?;
    inspector.write_down(&db).await;
    db.close().await;
    Ok(())
}

async fn new_setup_code(app: &App) -> Result<Option<String>, String> {
    let mut tx = app.db.write().await?;
    let code = setup::issue_code(&mut tx).await?;
    tx.commit().await?;
    Ok(code)
}

/// Standard output holds what a person needs to begin; the log goes to standard error.
fn announce(app: &App, code: Option<String>) {
    say!("Muster is serving on {}", app.config.public_url);
    if let Some(code) = code {
        say!("Set-up code: {code}");
    }
    let _ = std::io::stdout().flush();
}
