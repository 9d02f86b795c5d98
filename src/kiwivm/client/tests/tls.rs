//! T-UP-TLS: a certificate that does not convince is refused before a byte of the request is sent.

use super::ask;
use super::server::{http, request};
use crate::kiwivm::client::{Client, Upstream};
use crate::kiwivm::error::Fault;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use std::sync::{Arc, Mutex};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};

type Heard = Arc<Mutex<Vec<String>>>;

struct Authority {
    der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    let issuer = Issuer::new(params, key);
    Authority { der, issuer }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// Serves TLS on loopback with a certificate of these facts, signed by the authority or by itself.
async fn serve(params: CertificateParams, authority: Option<&Authority>) -> (u16, Heard) {
    let key = KeyPair::generate().unwrap();
    let certificate = match authority {
        Some(authority) => params.signed_by(&key, &authority.issuer),
        None => params.self_signed(&key),
    };
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.unwrap().der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    tokio::spawn(accept(
        listener,
        TlsAcceptor::from(Arc::new(config)),
        heard.clone(),
    ));
    (port, heard)
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, heard: Heard) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(converse(stream, acceptor.clone(), heard.clone()));
    }
}

async fn converse(stream: TcpStream, acceptor: TlsAcceptor, heard: Heard) -> Option<()> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    heard.lock().unwrap().push("handshake".into());
    let request = request(&mut stream).await?;
    heard.lock().unwrap().push(request);
    let reply = http(200, r#"{"error":0}"#);
    stream.write_all(&reply).await.ok()
}

fn client(port: u16, root: Option<&Authority>) -> Client {
    let base = format!("https://localhost:{port}/v1");
    let mut upstream = Upstream::new(base.parse().unwrap());
    upstream.extra_root_der = root.map(|authority| authority.der.clone());
    Client::new(upstream).unwrap()
}

/// What is said of the certificate: nothing was heard, and nobody is left in doubt.
async fn refusal(client: &Client, heard: &Heard) -> String {
    let mut words = String::new();
    for name in ["getServiceInfo", "restart"] {
        match ask(client, name).await.unwrap_err() {
            Fault::Unreachable { why } => words = why,
            other => panic!("{other:?}"),
        }
    }
    let requests = heard
        .lock()
        .unwrap()
        .iter()
        .filter(|heard| *heard != "handshake")
        .count();
    assert_eq!(requests, 0);
    words
}

#[tokio::test]
async fn t_up_tls_a_good_certificate_is_accepted() {
    let authority = authority();
    let (port, heard) = serve(params("localhost"), Some(&authority)).await;
    ask(&client(port, Some(&authority)), "restart")
        .await
        .unwrap();
    assert_eq!(heard.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn t_up_tls_a_self_signed_certificate_is_refused() {
    let (port, heard) = serve(params("localhost"), None).await;
    let words = refusal(&client(port, None), &heard).await;
    assert!(words.contains("UnknownIssuer"), "{words}");
}

#[tokio::test]
async fn t_up_tls_an_authority_of_someone_elses_is_refused() {
    let (port, heard) = serve(params("localhost"), Some(&authority())).await;
    let words = refusal(&client(port, Some(&authority())), &heard).await;
    assert!(words.contains("invalid peer certificate"), "{words}");
}

#[tokio::test]
async fn t_up_tls_an_expired_certificate_is_refused() {
    let authority = authority();
    let mut expired = params("localhost");
    expired.not_before = date_time_ymd(2001, 1, 1);
    expired.not_after = date_time_ymd(2002, 1, 1);
    let (port, heard) = serve(expired, Some(&authority)).await;
    let words = refusal(&client(port, Some(&authority)), &heard).await;
    assert!(words.contains("expired"), "{words}");
}

#[tokio::test]
async fn t_up_tls_a_certificate_of_another_name_is_refused() {
    let authority = authority();
    let (port, heard) = serve(params("other.example.com"), Some(&authority)).await;
    let words = refusal(&client(port, Some(&authority)), &heard).await;
    assert!(words.contains("not valid for name"), "{words}");
}

#[tokio::test]
async fn r_fault_a_server_that_never_shakes_hands_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut upstream = Upstream::new(format!("https://localhost:{port}").parse().unwrap());
    upstream.time_scale = 0.05;
    let client = Client::new(upstream).unwrap();
    let fault = ask(&client, "restart").await.unwrap_err();
    assert!(matches!(fault, Fault::Unreachable { .. }), "{fault:?}");
}
