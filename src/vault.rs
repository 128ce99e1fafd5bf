//! Secrets: made here, sealed here, hashed here.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::error::{Error, Result};

/// The installation's sealing key.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    key_id: String,
}

/// Where a sealed text is kept: bound into the seal, so that it opens in its own place only.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub table: &'a str,
    pub row: &'a str,
    pub column: &'a str,
}

impl Place<'_> {
    fn associated_data(&self) -> String {
        format!("{}/{}/{}", self.table, self.row, self.column)
    }
}

impl Vault {
    /// Reads the key file; makes it, readable by its owner only, if it is absent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the path and the reason.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        let unusable = |reason: String| {
            Error::Unavailable(format!("MUSTER_SECRET_KEY_FILE: {} cannot be used: {reason}", path.display()))
        };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                create_key_file(path).map_err(|error| unusable(error.to_string()))?
            }
            Err(error) => return Err(unusable(error.to_string())),
        };
        let key = STANDARD.decode(text.trim()).ok().filter(|key| key.len() == 32);
        let key = key.ok_or_else(|| unusable("it does not hold 32 bytes in base64".into()))?;
        Ok(Self::from_key(&key.try_into().expect("32 bytes")))
    }

    pub fn from_key(key: &[u8; 32]) -> Self {
        let key_id = URL_SAFE_NO_PAD.encode(&Sha256::digest(key)[..6]);
        Self { cipher: XChaCha20Poly1305::new(key.into()), key_id }
    }

    /// Seals a text for one place: `v1.{key id}.{nonce and ciphertext}`.
    pub fn seal(&self, place: Place<'_>, secret: &SecretString) -> Result<String> {
        let nonce: [u8; 24] = random_bytes();
        let associated = place.associated_data();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: associated.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok(format!("v1.{}.{}", self.key_id, URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// Opens what [`Vault::seal`] made for the same place.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the key is another one or the text was changed or moved.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<SecretString> {
        let refused = || {
            Error::Unavailable(format!(
                "A stored secret ({}) cannot be opened with the key in MUSTER_SECRET_KEY_FILE. Put the key file back that was in use when it was stored, or enter the secret again.",
                place.table
            ))
        };
        let mut parts = sealed.splitn(3, '.');
        let (Some("v1"), Some(key_id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused());
        };
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| refused())?;
        if key_id != self.key_id || body.len() < 24 {
            return Err(refused());
        }
        let (nonce, ciphertext) = body.split_at(24);
        let associated = place.associated_data();
        let payload = Payload { msg: ciphertext, aad: associated.as_bytes() };
        let opened = self.cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| refused())?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| refused())
    }
}

fn create_key_file(path: &Path) -> std::io::Result<String> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let text = STANDARD.encode(random_bytes::<32>());
    // create_new: two processes that start at once do not overwrite each other's key.
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            writeln!(file, "{text}")?;
            file.sync_all()?;
            Ok(text)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => fs::read_to_string(path),
        Err(error) => Err(error),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// `length` characters of the alphabet, each equally likely.
pub fn random_text(alphabet: &[u8], length: usize) -> String {
    let mut text = String::with_capacity(length);
    // Bytes past the last whole multiple of the alphabet are thrown away: no letter is likelier than another.
    let limit = 256 - 256 % alphabet.len();
    while text.len() < length {
        for byte in random_bytes::<32>() {
            if usize::from(byte) < limit && text.len() < length {
                text.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
            }
        }
    }
    text
}

/// Letters and digits.
pub const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What people read aloud and type without mistakes: no 0 or O, no 1, I or L.
pub const READABLE: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The SHA-256 of a random secret as lower-case hex: how tokens and session ids are kept.
pub fn digest(secret: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(secret.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a String");
        hex
    })
}

/// Compares without telling by its time where the texts differ.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place { table: "connections", row: "1", column: "client_secret" };

    #[test]
    fn a_sealed_text_opens_in_its_own_place_only() {
        let vault = Vault::from_key(&[7; 32]);
        let sealed = vault.seal(HERE, &SecretString::from("s3cret")).unwrap();
        assert!(!sealed.contains("s3cret"));
        assert_eq!(vault.open(HERE, &sealed).unwrap().expose_secret(), "s3cret");
        assert!(vault.open(Place { row: "2", ..HERE }, &sealed).is_err());
        assert!(Vault::from_key(&[8; 32]).open(HERE, &sealed).is_err());
    }

    #[test]
    fn the_key_file_is_made_once_and_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/secret.key");
        let sealed = Vault::open_or_create(&path).unwrap().seal(HERE, &SecretString::from("x")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(Vault::open_or_create(&path).unwrap().open(HERE, &sealed).is_ok());
        fs::write(&path, "too short").unwrap();
        let error = Vault::open_or_create(&path).err().unwrap().to_string();
        assert!(error.contains("32 bytes"), "{error}");
    }

    #[test]
    fn random_text_has_its_length_and_alphabet() {
        let text = random_text(READABLE, 40);
        assert_eq!(text.len(), 40);
        assert!(text.bytes().all(|byte| READABLE.contains(&byte)));
    }
}
