//! The certificate that the panel shows: read from its two files, and again when they change. What
//! cannot be used never replaces what can.

use crate::config::TlsFiles;
use crate::vault;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::convert::Infallible;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

/// Why a certificate cannot be used, in one line that names the setting and the file.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read.
    #[error("KIWIDECK_{0}: the file {1}: {2}")]
    File(&'static str, PathBuf, std::io::Error),
    /// Others may read the key.
    #[error("KIWIDECK_TLS_KEY: the file {0} can be read by others: run `chmod 600` on it")]
    Exposed(PathBuf),
    /// There is no certificate in the file.
    #[error("KIWIDECK_TLS_CERT: the file {0} does not hold a certificate in PEM")]
    NoCertificate(PathBuf),
    /// There is no key in the file, or one behind a passphrase.
    #[error(
        "KIWIDECK_TLS_KEY: the file {0} does not hold a private key in PEM, without passphrase"
    )]
    NoKey(PathBuf),
    /// They do not belong together, or are of a kind that nobody speaks.
    #[error("KIWIDECK_TLS_CERT: {0} and KIWIDECK_TLS_KEY: {1} cannot be used together: {2}")]
    Unusable(PathBuf, PathBuf, rustls::Error),
}

/// A certificate with its key, and where both come from.
#[derive(Debug)]
pub struct Certificate {
    files: TlsFiles,
    shown: RwLock<Shown>,
}

#[derive(Debug)]
struct Shown {
    stamps: [Stamp; 2],
    config: Arc<ServerConfig>,
}

/// Changes with a file: when it is written, replaced, or its mode is changed.
type Stamp = (u64, i64, i64);

impl Certificate {
    /// Reads both files.
    ///
    /// # Errors
    /// What is wrong with them; see [`TlsError`].
    pub fn open(files: TlsFiles) -> Result<Certificate, TlsError> {
        let shown = RwLock::new(read(&files)?);
        Ok(Certificate { files, shown })
    }

    /// Takes the files up again when they have changed, and says whether they have.
    pub(super) fn renew(&self) -> Result<bool, TlsError> {
        if stamps(&self.files)?
            == self
                .shown
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .stamps
        {
            return Ok(false);
        }
        let shown = read(&self.files)?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
        Ok(true)
    }

    /// What makes the next handshake.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(shown.config.clone())
    }
}

/// Looks at the files again and again. A pair that is only half written is looked at the next time,
/// as is one that cannot be used.
pub(super) async fn keep_renewed(certificate: &Arc<Certificate>, every: Duration) -> Infallible {
    loop {
        tokio::time::sleep(every).await;
        let certificate = certificate.clone();
        match tokio::task::spawn_blocking(move || certificate.renew()).await {
            Ok(Ok(false)) => {}
            Ok(Ok(true)) => tracing::info!("a renewed certificate is taken up"),
            Ok(Err(error)) => tracing::warn!(%error, "the certificate of before is kept"),
            Err(error) => tracing::error!(%error, "the certificate could not be looked at"),
        }
    }
}

fn read(files: &TlsFiles) -> Result<Shown, TlsError> {
    // First: what changes while it is read is read again.
    let stamps = stamps(files)?;
    let chain = chain(&files.certificate)?;
    let key = key(&files.key)?;
    Ok(Shown {
        stamps,
        config: config(chain, key)
            .map_err(|error| {
                TlsError::Unusable(files.certificate.clone(), files.key.clone(), error)
            })?
            .into(),
    })
}

fn stamps(files: &TlsFiles) -> Result<[Stamp; 2], TlsError> {
    Ok([
        stamp("TLS_CERT", &files.certificate)?,
        stamp("TLS_KEY", &files.key)?,
    ])
}

/// The time of change and not that of modification: it sees a mode put right as well, and a renewed
/// file that was copied with its old time.
fn stamp(setting: &'static str, file: &Path) -> Result<Stamp, TlsError> {
    let metadata =
        std::fs::metadata(file).map_err(|error| TlsError::File(setting, file.to_owned(), error))?;
    Ok((metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
}

fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let text =
        std::fs::read(file).map_err(|error| TlsError::File("TLS_CERT", file.to_owned(), error))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(TlsError::NoCertificate(file.to_owned())),
    }
}

fn key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let failed = |error| TlsError::File("TLS_KEY", file.to_owned(), error);
    if vault::exposed(file).map_err(failed)? {
        return Err(TlsError::Exposed(file.to_owned()));
    }
    let text = Zeroizing::new(std::fs::read(file).map_err(failed)?);
    PrivateKeyDer::from_pem_slice(&text).map_err(|_| TlsError::NoKey(file.to_owned()))
}

/// TLS 1.2 and 1.3; HTTP/1.1 alone, since the server speaks nothing else.
fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
