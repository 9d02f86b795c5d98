//! Seals and opens keys with XChaCha20-Poly1305. The master key lives in a file beside no database;
//! nothing here stores or logs what it opens.

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_BYTES;

/// Where a sealed value stands. It is bound to this place: moved to another row, it does not open.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's id.
    pub row: i64,
}

impl Place {
    fn bytes(&self) -> Vec<u8> {
        format!("{}\0{}\0{}\0{VERSION}", self.table, self.column, self.row).into_bytes()
    }
}

/// What can be wrong with the master key or with something it sealed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file is not there although the database holds sealed keys.
    #[error(
        "the master key file {0} is missing, and the database holds keys sealed with it: put the file back (KIWIDECK_MASTER_KEY_FILE)"
    )]
    Missing(PathBuf),
    /// Others may read the file.
    #[error("the master key file {0} can be read by others: run `chmod 600` on it")]
    Exposed(PathBuf),
    /// The file does not hold 32 bytes in base64.
    #[error("the master key file {0} does not hold a key (32 bytes in base64)")]
    Malformed(PathBuf),
    /// The file could not be read or made.
    #[error("the master key file {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The value was sealed with another master key.
    #[error("sealed with another master key: KIWIDECK_MASTER_KEY_FILE names the wrong file")]
    WrongKey,
    /// The value was changed, or belongs to another row.
    #[error("a sealed value is damaged or was moved from another row")]
    Damaged,
    /// The machine gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

/// Holds the master key and what can be done with it.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    key_id: [u8; KEY_ID_BYTES],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Vault(***)")
    }
}

impl Vault {
    /// A vault with this master key.
    #[must_use]
    pub fn new(master_key: &[u8; 32]) -> Vault {
        let mut key_id = [0; KEY_ID_BYTES];
        let digest = Sha256::new()
            .chain_update(b"kiwideck master key id")
            .chain_update(master_key)
            .finalize();
        key_id.copy_from_slice(&digest[..KEY_ID_BYTES]);
        Vault {
            cipher: XChaCha20Poly1305::new(master_key.into()),
            key_id,
        }
    }

    /// Reads the master key from `file`. While nothing is sealed yet a missing file is made, with
    /// mode 0600.
    ///
    /// # Errors
    /// When the file is missing, malformed, or readable by others.
    pub fn from_file(file: &Path, nothing_sealed: bool) -> Result<Vault, VaultError> {
        match std::fs::read_to_string(file) {
            Ok(text) => Vault::from_text(file, &Zeroizing::new(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if nothing_sealed {
                    make_file(file)
                } else {
                    Err(VaultError::Missing(file.to_owned()))
                }
            }
            Err(error) => Err(VaultError::File(file.to_owned(), error)),
        }
    }

    fn from_text(file: &Path, text: &str) -> Result<Vault, VaultError> {
        if exposed(file).map_err(|error| VaultError::File(file.to_owned(), error))? {
            return Err(VaultError::Exposed(file.to_owned()));
        }
        let malformed = || VaultError::Malformed(file.to_owned());
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| malformed())?);
        let master_key: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| malformed())?;
        Ok(Vault::new(master_key))
    }

    /// Seals a secret for its place: version ‖ key id ‖ nonce ‖ ciphertext.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn seal(&self, place: Place, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
        let payload = Payload {
            msg: secret.reveal().as_bytes(),
            aad: &place.bytes(),
        };
        let text = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::Damaged)?;
        let mut sealed = Vec::with_capacity(HEAD_BYTES + text.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.key_id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Opens what [`Vault::seal`] sealed for the same place.
    ///
    /// # Errors
    /// When it was sealed with another master key, for another place, or is damaged.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Secret, VaultError> {
        let (head, text) = sealed
            .split_at_checked(HEAD_BYTES)
            .ok_or(VaultError::Damaged)?;
        if head[0] != VERSION {
            return Err(VaultError::Damaged);
        }
        if head[1..=KEY_ID_BYTES] != self.key_id {
            return Err(VaultError::WrongKey);
        }
        let nonce: [u8; NONCE_BYTES] = head[1 + KEY_ID_BYTES..]
            .try_into()
            .map_err(|_| VaultError::Damaged)?;
        let payload = Payload {
            msg: text,
            aad: &place.bytes(),
        };
        let opened = self
            .cipher
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::Damaged)?;
        String::from_utf8(opened)
            .map(Secret::new)
            .map_err(|_| VaultError::Damaged)
    }
}

/// Whether others than the owner may read the file. Secrets that a container or systemd mounts are
/// theirs to guard and are often world-readable inside their private mount.
pub(crate) fn exposed(file: &Path) -> std::io::Result<bool> {
    let mounted = ["/run/secrets", "/run/credentials"]
        .iter()
        .any(|folder| file.starts_with(folder));
    Ok(!mounted && std::fs::metadata(file)?.permissions().mode() & 0o077 != 0)
}

fn make_file(file: &Path) -> Result<Vault, VaultError> {
    let mut master_key = Zeroizing::new([0; 32]);
    getrandom::fill(master_key.as_mut_slice()).map_err(|_| VaultError::NoRandomness)?;
    let write = || -> std::io::Result<()> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut made = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)?;
        let text = Zeroizing::new(STANDARD.encode(master_key.as_slice()));
        made.write_all(text.as_bytes())?;
        made.write_all(b"\n")?;
        made.sync_all()
    };
    write().map_err(|error| VaultError::File(file.to_owned(), error))?;
    Ok(Vault::new(&master_key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place {
        table: "vps",
        column: "sealed_key",
        row: 7,
    };

    #[test]
    fn what_was_sealed_opens_in_its_place_and_nowhere_else() {
        let vault = Vault::new(&[7; 32]);
        let secret = Secret::new("private_TESTaaaaaaaaaaaaaaaaaaaa");
        let sealed = vault.seal(PLACE, &secret).unwrap();
        assert_eq!(vault.open(PLACE, &sealed).unwrap(), secret);
        let elsewhere = Place { row: 8, ..PLACE };
        assert!(matches!(
            vault.open(elsewhere, &sealed),
            Err(VaultError::Damaged)
        ));
    }

    #[test]
    fn a_changed_byte_anywhere_is_noticed() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal(PLACE, &Secret::new("private_TEST")).unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(vault.open(PLACE, &changed).is_err(), "byte {index}");
        }
        assert!(vault.open(PLACE, &sealed[..10]).is_err());
    }

    #[test]
    fn another_master_key_is_named_as_the_fault() {
        let sealed = Vault::new(&[7; 32])
            .seal(PLACE, &Secret::new("private_TEST"))
            .unwrap();
        assert!(matches!(
            Vault::new(&[8; 32]).open(PLACE, &sealed),
            Err(VaultError::WrongKey)
        ));
    }

    #[test]
    fn the_file_is_made_only_while_nothing_is_sealed_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        assert!(matches!(
            Vault::from_file(&file, false),
            Err(VaultError::Missing(_))
        ));
        Vault::from_file(&file, true).unwrap();
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        Vault::from_file(&file, false).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            Vault::from_file(&file, false),
            Err(VaultError::Exposed(_))
        ));
    }

    #[test]
    fn a_file_without_a_key_is_refused_without_showing_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("master.key");
        std::fs::write(&file, "not a key").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let error = Vault::from_file(&file, true).unwrap_err();
        assert!(matches!(error, VaultError::Malformed(_)));
        assert!(!error.to_string().contains("not a key"));
    }
}
