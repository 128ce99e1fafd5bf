//! The key file: one key a line in base64, the present one first; below it older ones, while a rotation is under way.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::random_bytes;
use crate::error::{Error, Result};

pub(super) type KeyBytes = [u8; 32];

/// Where the keys are.
pub(super) struct KeyFile {
    path: PathBuf,
}

/// Tells one state of the file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    length: u64,
    modified: Option<SystemTime>,
}

impl KeyFile {
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// The keys, and the state of the file before they were read.
    pub fn read(&self) -> Result<(Vec<KeyBytes>, Option<Stamp>)> {
        let stamp = self.stamp();
        let text = fs::read_to_string(&self.path).map_err(|error| self.unusable(&error))?;
        Ok((self.parse(&text)?, stamp))
    }

    /// [`KeyFile::read`]; makes the file, readable by its owner only, if it is absent.
    pub fn read_or_create(&self) -> Result<(Vec<KeyBytes>, Option<Stamp>)> {
        if !self.path.exists() {
            self.create().map_err(|error| self.unusable(&error))?;
        }
        self.read()
    }

    pub fn stamp(&self) -> Option<Stamp> {
        let state = |meta: Metadata| Stamp { inode: meta.ino(), length: meta.len(), modified: meta.modified().ok() };
        fs::metadata(&self.path).ok().map(state)
    }

    /// Puts a new key before the others.
    pub fn add(&self) -> Result<()> {
        let (mut keys, _) = self.read()?;
        keys.insert(0, random_bytes());
        self.replace(&keys).map_err(|error| self.unusable(&error))
    }

    /// Keeps the first key only.
    pub fn retire(&self) -> Result<()> {
        let (keys, _) = self.read()?;
        self.replace(&keys[..1]).map_err(|error| self.unusable(&error))
    }

    /// Held while a rotation is under way; let go when it is dropped, or its process ends, however it ends.
    pub fn lock(&self) -> Result<File> {
        let path = self.beside("lock");
        let mut options = File::options();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(|error| self.unusable(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(Error::Unavailable(format!(
                "The keys are being rotated already ({} is locked). Nothing was changed; wait until that is done.",
                path.display()
            ))),
            Err(fs::TryLockError::Error(error)) => Err(self.unusable(&error)),
        }
    }

    fn create(&self) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        // create_new: two processes that start at once do not overwrite each other's key.
        match File::options().write(true).create_new(true).mode(0o600).open(&self.path) {
            Ok(file) => write(file, &[random_bytes()]),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The old file or the new one, never a part of one: whoever reads meanwhile, and whenever the power goes.
    fn replace(&self, keys: &[KeyBytes]) -> std::io::Result<()> {
        let next = self.beside("next");
        match fs::remove_file(&next) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        write(File::options().write(true).create_new(true).mode(0o600).open(&next)?, keys)?;
        fs::rename(&next, &self.path)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".");
        name.push(suffix);
        name.into()
    }

    fn parse(&self, text: &str) -> Result<Vec<KeyBytes>> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let key = |line: &str| STANDARD.decode(line).ok().and_then(|key| key.try_into().ok());
        let keys: Option<Vec<KeyBytes>> = lines.map(key).collect();
        let keys = keys.filter(|keys| !keys.is_empty());
        keys.ok_or_else(|| self.unusable(&"it does not hold 32 bytes in base64 on each line"))
    }

    fn unusable(&self, reason: &dyn std::fmt::Display) -> Error {
        Error::Unavailable(format!("MUSTER_SECRET_KEY_FILE: {} cannot be used: {reason}", self.path.display()))
    }
}

fn write(mut file: File, keys: &[KeyBytes]) -> std::io::Result<()> {
    for key in keys {
        writeln!(file, "{}", STANDARD.encode(key))?;
    }
    file.sync_all()
}
