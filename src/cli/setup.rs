//! `muster setup`: first run without a browser.

use clap::Args;
use secrecy::SecretString;
use serde_json::json;

use crate::actor::Actor;
use crate::config::Config;
use crate::organizations::setup::{self, SetUp};
use crate::sessions::password;
use crate::vault;

#[derive(Args)]
pub(super) struct Arguments {
    /// Name of the organization
    #[arg(long)]
    organization: String,
    /// E-mail address of its first owner
    #[arg(long)]
    owner_email: String,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: Config, arguments: Arguments) -> Result<(), String> {
    let app = super::open(config).await?;
    // 24 letters and digits: 142 bits, typed once or pasted.
    let password = vault::random_text(vault::BASE62, 24);
    let wanted = SetUp::parse(&arguments.organization, &arguments.owner_email, SecretString::from(password.clone()))?;
    let hash = password::hash(wanted.password.clone()).await?;
    let mut tx = app.db.write().await?;
    let made = setup::set_up(&mut tx, &Actor::CommandLine, &wanted, &hash).await?;
    tx.commit().await?;
    app.db.close().await;

    if arguments.json {
        let answer = json!({
            "organization": made.organization.slug,
            "organization_id": made.organization.id,
            "owner_id": made.owner,
            "owner_email": wanted.owner_email,
            "password": password,
            "recovery_codes": made.recovery_codes,
        });
        say!("{answer:#}");
    } else {
        say!("Organization: {} ({})", made.organization.name, made.organization.slug);
        say!("Owner:        {}", wanted.owner_email);
        say!("Password:     {password}");
        say!("Recovery codes, each works once:");
        for code in &made.recovery_codes {
            say!("  {code}");
        }
        say!("The password and the codes are shown now and never again: store them.");
    }
    Ok(())
}
