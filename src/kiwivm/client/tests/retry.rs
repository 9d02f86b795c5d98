//! R-RETRY: nothing is sent twice, not even over a connection that dies.

use super::server::{Conduct, Server, http};
use super::{ask, client};
use crate::kiwivm::error::Fault;

const READ: &str = "getServiceInfo";
const WRITE: &str = "restart";
const SUCCESS: &str = r#"{"error":0}"#;

#[tokio::test]
async fn r_retry_a_kept_connection_that_dies_at_a_read_hears_it_once() {
    let server = Server::start(Conduct::SayOnceThenClose(http(200, SUCCESS))).await;
    let client = client(&server);
    ask(&client, READ).await.unwrap();
    let fault = ask(&client, READ).await.unwrap_err();
    assert!(matches!(fault, Fault::Broken { .. }), "{fault:?}");
    assert_eq!(server.connections(), 1, "the connection was kept");
    assert_eq!(server.heard().len(), 2);
}

#[tokio::test]
async fn r_retry_reads_share_a_connection_and_everything_else_has_its_own() {
    let server = Server::start(Conduct::SayAndKeep(http(200, SUCCESS))).await;
    let client = client(&server);
    for _ in 0..5 {
        ask(&client, READ).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    for name in [WRITE, "reinstallOS", "basicShell/exec", WRITE] {
        ask(&client, name).await.unwrap();
    }
    assert_eq!(server.connections(), 5);
    assert_eq!(server.heard().len(), 9);
}
