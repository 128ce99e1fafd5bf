//! Secrets: made here, sealed here, hashed here.

mod key_file;

use std::fs::File;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::error::{Error, Result};
use key_file::{KeyBytes, KeyFile, Stamp};

/// The installation's sealing keys: the present one, and while a rotation is under way older ones that still open.
pub struct Vault {
    keys: RwLock<Keys>,
    /// Where they are read again when they were changed; absent where a test gave a key.
    file: Option<KeyFile>,
}

struct Keys {
    /// The first one seals.
    keys: Vec<Key>,
    stamp: Option<Stamp>,
}

#[derive(Clone)]
struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
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

impl Key {
    fn new(key: &KeyBytes) -> Self {
        let id = URL_SAFE_NO_PAD.encode(&Sha256::digest(key)[..6]);
        Self { id, cipher: XChaCha20Poly1305::new(key.into()) }
    }
}

impl Keys {
    fn new((keys, stamp): (Vec<KeyBytes>, Option<Stamp>)) -> Self {
        Self { keys: keys.iter().map(Key::new).collect(), stamp }
    }

    fn find(&self, id: &str) -> Option<Key> {
        self.keys.iter().find(|key| key.id == id).cloned()
    }
}

impl Vault {
    /// Reads the key file; makes it, readable by its owner only, if it is absent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the path and the reason.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        let file = KeyFile::at(path);
        let keys = Keys::new(file.read_or_create()?);
        Ok(Self { keys: RwLock::new(keys), file: Some(file) })
    }

    pub fn from_key(key: &[u8; 32]) -> Self {
        Self { keys: RwLock::new(Keys::new((vec![*key], None))), file: None }
    }

    /// The present key. `muster keys rotate` changes the file beside a running server: looked at before each seal, so that
    /// nothing is sealed with a key that is about to be retired.
    fn present(&self) -> Key {
        let stamp = self.file.as_ref().and_then(KeyFile::stamp);
        if stamp.is_some() && stamp != self.read_keys().stamp {
            self.reload();
        }
        self.read_keys().keys[0].clone()
    }

    /// The key of that id: one that is not known may have come into the file since.
    fn key(&self, id: &str) -> Option<Key> {
        let known = self.read_keys().find(id);
        known.or_else(|| {
            self.reload();
            self.read_keys().find(id)
        })
    }

    /// A file that cannot be read now leaves the keys as they were.
    fn reload(&self) {
        let Some(file) = &self.file else { return };
        match file.read() {
            Ok(read) => *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Keys::new(read),
            Err(error) => tracing::error!(%error, "the key file was changed and cannot be read"),
        }
    }

    fn read_keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a rotation: from here on another key seals. One that was interrupted goes on with the key that it made.
    ///
    /// # Errors
    /// [`Error::Unavailable`] while another one is under way, or where the file cannot be written.
    pub fn begin_rotation(&self) -> Result<Rotation<'_>> {
        let file = self.file.as_ref().ok_or_else(|| Error::internal("keys that are in no file cannot be rotated"))?;
        let lock = file.lock()?;
        self.reload();
        let continued = self.read_keys().keys.len() > 1;
        if !continued {
            file.add()?;
            self.reload();
        }
        Ok(Rotation { vault: self, file, continued, _lock: lock })
    }

    /// Whether a text is sealed with the present key.
    pub fn is_present(&self, sealed: &str) -> bool {
        sealed.starts_with(&self.present_mark())
    }

    /// How texts begin that are sealed with the present key.
    pub fn present_mark(&self) -> String {
        format!("v1.{}.", self.present().id)
    }

    /// Seals a text for one place: `v1.{key id}.{nonce and ciphertext}`.
    pub fn seal(&self, place: Place<'_>, secret: &SecretString) -> Result<String> {
        let nonce: [u8; 24] = random_bytes();
        let associated = place.associated_data();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: associated.as_bytes() };
        let key = self.present();
        let sealed = key
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok(format!("v1.{}.{}", key.id, URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())))
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
        let key = self.key(key_id).filter(|_| body.len() >= 24).ok_or_else(refused)?;
        let (nonce, ciphertext) = body.split_at(24);
        let associated = place.associated_data();
        let payload = Payload { msg: ciphertext, aad: associated.as_bytes() };
        let opened = key.cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| refused())?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| refused())
    }
}

/// A rotation that is under way, until it is dropped. Whatever happens, the older keys stay in the file until
/// [`Rotation::retire`].
pub struct Rotation<'a> {
    vault: &'a Vault,
    file: &'a KeyFile,
    /// Whether this goes on with one that was interrupted.
    pub continued: bool,
    _lock: File,
}

impl Rotation<'_> {
    /// Takes the older keys out of the file: what is still sealed with one of them does not open any more.
    pub fn retire(self) -> Result<()> {
        self.file.retire()?;
        self.vault.reload();
        Ok(())
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
    use std::fs;

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
    fn while_keys_are_rotated_older_ones_open_and_the_new_one_seals() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        // The server, and the command beside it.
        let (server, command) = (Vault::open_or_create(&path).unwrap(), Vault::open_or_create(&path).unwrap());
        let old = server.seal(HERE, &SecretString::from("s3cret")).unwrap();
        let opens =
            |vault: &Vault, sealed: &str| vault.open(HERE, sealed).is_ok_and(|text| text.expose_secret() == "s3cret");

        let rotation = command.begin_rotation().unwrap();
        assert!(command.begin_rotation().is_err(), "one at a time");
        // Interrupted: the next one goes on with the same key.
        drop(rotation);
        let rotation = command.begin_rotation().unwrap();
        assert!(rotation.continued && fs::read_to_string(&path).unwrap().lines().count() == 2);
        let new = server.seal(HERE, &SecretString::from("s3cret")).unwrap();
        assert!(command.is_present(&new) && !command.is_present(&old));
        assert!(opens(&server, &old) && opens(&server, &new) && opens(&command, &old) && opens(&command, &new));

        rotation.retire().unwrap();
        assert!(opens(&server, &new) && !opens(&command, &old));
        server.seal(HERE, &SecretString::from("x")).unwrap();
        assert!(!opens(&server, &old), "a server that sealed since has let go of the old key too");
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_server_that_only_opens_finds_the_new_key_by_its_id() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let (server, command) = (Vault::open_or_create(&path).unwrap(), Vault::open_or_create(&path).unwrap());
        let rotation = command.begin_rotation().unwrap();
        let sealed = command.seal(HERE, &SecretString::from("x")).unwrap();
        assert!(server.open(HERE, &sealed).is_ok());
        drop(rotation);
    }

    #[test]
    fn random_text_has_its_length_and_alphabet() {
        let text = random_text(READABLE, 40);
        assert_eq!(text.len(), 40);
        assert!(text.bytes().all(|byte| READABLE.contains(&byte)));
    }
}
