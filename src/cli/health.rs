//! `kiwideck healthcheck`: asks the running panel on this machine whether it answers, for images
//! that have no shell. One plain request over loopback needs no HTTP library.

use super::CommandError;
use crate::config::Config;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::io::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The panel has so long to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn run() -> Result<(), CommandError> {
    let config = Config::from_environment()?;
    let address = reachable(config.listen);
    let failed = |why: &str| CommandError::Said(format!("the panel at {address} {why}"));
    let asked = tokio::time::timeout(ANSWER_WITHIN, ask(&config, address)).await;
    match asked {
        Err(_) => Err(failed("does not answer in time")),
        Ok(Err(error)) => Err(failed(&format!("does not answer: {error}"))),
        Ok(Ok(line)) if line.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(Ok(line)) => Err(failed(&format!("answers {line:?}"))),
    }
}

async fn ask(config: &Config, address: SocketAddr) -> std::io::Result<String> {
    let host = match &config.public_url {
        Some(url) => url.host.clone(),
        None => format!("localhost:{}", address.port()),
    };
    let path = format!("{}/healthz", config.base());
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let stream = TcpStream::connect(address).await?;
    if config.tls.is_none() {
        return status_line(stream, &request).await;
    }
    let connector = TlsConnector::from(Arc::new(tls()?));
    let stream = connector.connect(address.ip().into(), stream).await?;
    status_line(stream, &request).await
}

async fn status_line<S>(mut stream: S, request: &str) -> std::io::Result<String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

fn tls() -> std::io::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(Error::other)?;
    let anybody = Arc::new(Anybody(provider));
    Ok(versions
        .dangerous()
        .with_custom_certificate_verifier(anybody)
        .with_no_client_auth())
}

/// Takes every certificate. The one that answers has the public name, not this address; it may be
/// self-signed, just renewed or just run out: none of these would be mended by restarting the panel,
/// which is what follows from a failed check. Nothing is said here that others must not hear.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// A panel that listens everywhere is reached over loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
