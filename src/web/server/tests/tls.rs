//! TLS without a proxy: who is spoken to, with which certificate, and for how long.

use super::*;
use crate::config::TlsFiles;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, crypto::ring, version};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;
use tokio_rustls::{TlsConnector, client};

/// A certificate of its own for localhost.
fn made() -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

/// The two files, in a folder that goes with its test.
struct Files {
    folder: TempDir,
    names: TlsFiles,
}

impl Files {
    fn of(made: &CertifiedKey<KeyPair>) -> Files {
        let folder = tempfile::tempdir().unwrap();
        let names = TlsFiles {
            certificate: folder.path().join("tls.crt"),
            key: folder.path().join("tls.key"),
        };
        let files = Files { folder, names };
        files.renew(made);
        files
    }

    fn renew(&self, made: &CertifiedKey<KeyPair>) {
        self.put(&self.names.key, &key_pem(made));
        self.put(&self.names.certificate, &certificate_pem(made));
    }

    /// As `install` and ACME clients do: another file under the old name.
    fn put(&self, file: &Path, text: &str) {
        let beside = self.folder.path().join("new");
        std::fs::write(&beside, text).unwrap();
        set_mode(&beside, 0o600);
        std::fs::rename(beside, file).unwrap();
    }

    fn open(&self) -> Result<Arc<Certificate>, TlsError> {
        Certificate::open(self.names.clone()).map(Arc::new)
    }
}

fn certificate_pem(made: &CertifiedKey<KeyPair>) -> String {
    pem("CERTIFICATE", made.cert.der())
}

fn key_pem(made: &CertifiedKey<KeyPair>) -> String {
    pem("PRIVATE KEY", &made.signing_key.serialize_der())
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
}

fn set_mode(file: &Path, mode: u32) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A client that trusts these certificates alone.
fn connector(
    trusted: &[&CertifiedKey<KeyPair>],
    version: &'static SupportedProtocolVersion,
) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    for made in trusted {
        roots.add(made.cert.der().clone()).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config).into()
}

type Stream = client::TlsStream<TcpStream>;

async fn shake_hands(server: &Server, connector: &TlsConnector) -> std::io::Result<Stream> {
    let name = ServerName::try_from("localhost").unwrap();
    connector.connect(name, server.connect().await).await
}

/// The certificate that a new connection is shown.
async fn shown(server: &Server, connector: &TlsConnector) -> CertificateDer<'static> {
    let stream = shake_hands(server, connector).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].clone()
}

#[tokio::test]
async fn a_page_comes_over_tls_of_both_versions() {
    let made = made();
    let server = Server::with(SHORT, Some(Files::of(&made).open().unwrap())).await;
    for version in [&version::TLS12, &version::TLS13] {
        let mut stream = shake_hands(&server, &connector(&[&made], version))
            .await
            .unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        assert!(rest(stream).await.ends_with("here"));
    }
}

#[tokio::test]
async fn plain_http_at_the_port_of_tls_is_answered_at_once_and_let_go() {
    let limits = Limits {
        headers_within: 2 * WITHIN,
        ..SHORT
    };
    let server = Server::with(limits, Some(Files::of(&made()).open().unwrap())).await;
    let response = rest(server.ask("/").await).await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(response.contains("https"), "{response}");
    let mut other = server.connect().await;
    other.write_all(b"\x00\x01\x02\x03\x04\x05").await.unwrap();
    assert!(!rest(other).await.starts_with("HTTP"));
}

#[tokio::test]
async fn r_slow_a_handshake_that_stands_still_makes_room() {
    let made = made();
    let server = Server::with(SHORT, Some(Files::of(&made).open().unwrap())).await;
    // Nothing, a part of a record's head, and a record that promises more.
    for begun in [&b""[..], b"\x16\x03", b"\x16\x03\x01\x02\x00\x01"] {
        let mut stuck = server.connect().await;
        stuck.write_all(begun).await.unwrap();
        let connector = connector(&[&made], &version::TLS13);
        let next = tokio::time::timeout(WITHIN, shake_hands(&server, &connector)).await;
        next.expect("no room was made").unwrap();
    }
}

#[tokio::test]
async fn r_slow_over_tls_a_client_that_does_not_read_loses_its_connection() {
    let made = made();
    let server = Server::with(SHORT, Some(Files::of(&made).open().unwrap())).await;
    let connector = connector(&[&made], &version::TLS13);
    let mut stuck = shake_hands(&server, &connector).await.unwrap();
    let request = b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n";
    stuck.write_all(request).await.unwrap();
    let next = tokio::time::timeout(WITHIN, shake_hands(&server, &connector)).await;
    next.expect("no room was made").unwrap();
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart() {
    let (first, second) = (made(), made());
    let files = Files::of(&first);
    let server = Server::with(SHORT, Some(files.open().unwrap())).await;
    let connector = connector(&[&first, &second], &version::TLS13);
    assert_eq!(&shown(&server, &connector).await, first.cert.der());
    files.renew(&second);
    let renewed = async { while &shown(&server, &connector).await != second.cert.der() {} };
    let renewed = tokio::time::timeout(WITHIN, renewed).await;
    renewed.expect("the old one is shown for ever");
}

#[tokio::test]
async fn what_cannot_be_used_keeps_the_certificate_of_before() {
    let (first, second) = (made(), made());
    let files = Files::of(&first);
    let certificate = files.open().unwrap();
    let limits = Limits {
        renew_every: 10 * WITHIN,
        ..SHORT
    };
    let server = Server::with(limits, Some(certificate.clone())).await;
    let connector = connector(&[&first, &second], &version::TLS13);
    // The key of one and the certificate of the other: half of a renewal.
    files.put(&files.names.certificate, &certificate_pem(&second));
    assert!(matches!(certificate.renew(), Err(TlsError::Unusable(..))));
    files.put(&files.names.certificate, "-----BEGIN");
    assert!(matches!(
        certificate.renew(),
        Err(TlsError::NoCertificate(_))
    ));
    std::fs::remove_file(&files.names.certificate).unwrap();
    assert!(matches!(certificate.renew(), Err(TlsError::File(..))));
    assert_eq!(&shown(&server, &connector).await, first.cert.der());
    files.renew(&second);
    set_mode(&files.names.key, 0o644);
    assert!(matches!(certificate.renew(), Err(TlsError::Exposed(_))));
    set_mode(&files.names.key, 0o600);
    certificate.renew().unwrap();
    assert_eq!(&shown(&server, &connector).await, second.cert.der());
    assert!(!certificate.renew().unwrap(), "nothing has changed since");
}

#[test]
fn a_start_with_files_that_cannot_be_used_names_setting_and_file() {
    let made = made();
    let files = Files::of(&made);
    let (certificate, key) = (&files.names.certificate, &files.names.key);
    let error = || files.open().unwrap_err().to_string();
    files.open().unwrap();
    set_mode(key, 0o640);
    assert!(error().contains("KIWIDECK_TLS_KEY") && error().contains("chmod 600"));
    files.put(key, &certificate_pem(&made));
    assert!(error().contains("KIWIDECK_TLS_KEY") && error().contains("tls.key"));
    files.put(certificate, &key_pem(&made));
    assert!(error().contains("KIWIDECK_TLS_CERT") && error().contains("tls.crt"));
    assert!(!error().contains(&key_pem(&made)[30..60]));
    std::fs::remove_file(certificate).unwrap();
    assert!(error().contains("KIWIDECK_TLS_CERT") && error().contains("tls.crt"));
}
