//! The client against servers that behave badly on purpose, all on loopback.

mod faults;
mod outward;
mod retry;
mod server;
mod tls;

use super::{Client, Credentials, Upstream};
use crate::kiwivm::call::Call;
use crate::kiwivm::calls::find;
use crate::kiwivm::error::Fault;
use crate::kiwivm::reply::Reply;
use crate::secret::Secret;
use server::Server;

const KEY: &str = "private_TESTkeyTESTkeyTESTkey000";

fn credentials() -> Credentials {
    Credentials {
        veid: "999999".into(),
        api_key: Secret::new(KEY),
    }
}

fn call(name: &str) -> &'static Call {
    find(name).unwrap()
}

/// A client for which 20 s are 400 ms.
fn client(server: &Server) -> Client {
    let mut upstream = Upstream::new(server.base());
    upstream.time_scale = 0.02;
    Client::new(upstream).unwrap()
}

async fn ask(client: &Client, name: &str) -> Result<Reply, Fault> {
    tell(client, name, &[]).await
}

async fn tell(client: &Client, name: &str, values: &[(&str, &str)]) -> Result<Reply, Fault> {
    let parameters: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, Secret::new(*value)))
        .collect();
    client.send(call(name), &credentials(), &parameters).await
}
