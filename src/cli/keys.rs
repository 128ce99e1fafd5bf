//! `muster keys rotate`

use clap::Subcommand;

use crate::config::Config;
use crate::keys;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Seal every stored secret anew with a new key; the server may run meanwhile
    ///
    /// The old key stays in MUSTER_SECRET_KEY_FILE until nothing needs it any more, which takes a minute. Interrupted, the next
    /// call goes on. Back up the key file afterwards: older backups of the database open with older key files only. Where
    /// several servers share a PostgreSQL database, they share the file too: on a common volume, or rotate while one runs.
    Rotate,
}

pub(super) async fn run(config: Config, command: Command) -> Result<(), String> {
    let Command::Rotate = command;
    let path = config.secret_key_file.display().to_string();
    let app = super::open(config).await?;
    say!("Sealing all secrets with a new key; the old one is retired in {} seconds.", keys::SETTLE.as_secs());
    let rotated = keys::rotate(&app.db, &app.vault, keys::SETTLE).await?;
    app.db.close().await;
    if !rotated.unopened.is_empty() {
        return Err(format!(
            "some secrets open with no key in {path}: {}. The others are sealed with the new key, and the old key was kept. Enter these secrets again in Muster, then run this command once more.",
            rotated.unopened.join(", ")
        ));
    }
    let continued = if rotated.continued { " The rotation that was interrupted is finished." } else { "" };
    say!("Sealed anew: {}. The old key is retired.{continued} Back up {path} now.", rotated.sealed_anew);
    Ok(())
}
