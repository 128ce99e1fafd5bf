//! Where the token is kept: `$XDG_CONFIG_HOME/muster/credentials.json`, for its owner's eyes only.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::vault::{self, BASE62};

/// One server, and the token that it gave out.
#[derive(Debug, Clone, Deserialize)]
pub struct Credentials {
    pub server: String,
    pub token: SecretString,
}

/// By the XDG base directory specification.
///
/// # Errors
/// One line, where neither `XDG_CONFIG_HOME` nor `HOME` says where that is.
pub fn path() -> Result<PathBuf, String> {
    let filled = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = filled("XDG_CONFIG_HOME")
        .filter(|folder| folder.is_absolute())
        .or_else(|| filled("HOME").map(|home| home.join(".config")))
        .ok_or("neither XDG_CONFIG_HOME nor HOME is set, so that there is no place for the credentials; set HOME")?;
    Ok(folder.join("muster").join("credentials.json"))
}

/// # Errors
/// One line, where nobody is signed in or the file cannot be read.
pub fn load(path: &Path) -> Result<Credentials, String> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "nobody is signed in here: run muster login".to_string(),
        _ => format!("{} cannot be read: {error}", path.display()),
    })?;
    serde_json::from_str(&text)
        .map_err(|_| format!("{} does not hold credentials: delete it and run muster login", path.display()))
}

/// Puts the file there whole and with mode 0600 from the first byte on: it is made under another name, then renamed.
///
/// # Errors
/// One line with the path and the reason.
pub fn save(path: &Path, credentials: &Credentials) -> Result<(), String> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let fresh = folder.join(format!(".credentials-{}", vault::random_text(BASE62, 12)));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        let body = json!({ "server": credentials.server, "token": credentials.token.expose_secret() });
        let written = writeln!(file, "{body:#}").and_then(|()| file.sync_all()).and_then(|()| fs::rename(&fresh, path));
        if written.is_err() {
            let _ = fs::remove_file(&fresh);
        }
        written
    };
    write().map_err(|error| format!("{} cannot be written: {error}. You are not signed in.", path.display()))
}

/// # Errors
/// One line with the path and the reason.
pub fn forget(path: &Path) -> Result<(), String> {
    fs::remove_file(path).map_err(|error| format!("{} cannot be deleted: {error}. Delete it.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_file_is_for_its_owner_only_also_when_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("muster/credentials.json");
        for token in ["one", "two"] {
            save(&path, &Credentials { server: "https://m.example.com".into(), token: token.into() }).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            assert_eq!(load(&path).unwrap().token.expose_secret(), token);
            // Somebody made it wider: the next one is narrow again.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        }
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left lying about");
        forget(&path).unwrap();
        assert_eq!(load(&path).unwrap_err(), "nobody is signed in here: run muster login");
    }
}
