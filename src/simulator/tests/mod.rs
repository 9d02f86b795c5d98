//! Whole requests through the router, or a socket where a connection matters.

mod answers;
mod bytes;
mod faults;
mod operations;

use super::{Machine, Simulator};
use crate::clock::Clock;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;

const NOW_S: i64 = 1_790_000_000;

/// A simulator on a clock that the test turns.
struct Kiwi {
    clock: Clock,
    simulator: Simulator,
}

impl Kiwi {
    fn with(machines: impl IntoIterator<Item = Machine>) -> Kiwi {
        let clock = Clock::standing_at(NOW_S);
        let simulator = Simulator::new(clock.clone());
        machines
            .into_iter()
            .for_each(|machine| simulator.add(machine));
        Kiwi { clock, simulator }
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let response = self.simulator.router().oneshot(request).await.unwrap();
        let status = response.status();
        let kind = response.headers().get(header::CONTENT_TYPE);
        let kind = kind.map_or_else(String::new, |kind| kind.to_str().unwrap().to_owned());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, kind, String::from_utf8_lossy(&body).into_owned())
    }

    /// The body of a POST with this VPS's credentials.
    async fn text(&self, veid: u32, call: &str, parameters: &[(&str, &str)]) -> String {
        let key = self.simulator.vps(veid).unwrap().key;
        let veid = veid.to_string();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("veid", &veid);
        form.append_pair("api_key", key.reveal());
        form.extend_pairs(parameters);
        self.send(post(call, form.finish())).await.2
    }

    async fn ask(&self, veid: u32, call: &str, parameters: &[(&str, &str)]) -> Value {
        let text = self.text(veid, call, parameters).await;
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{call} answers no JSON: {text}"))
    }

    /// The output and status of a command.
    async fn run(&self, veid: u32, command: &str) -> (i64, String) {
        let reply = self
            .ask(veid, "basicShell/exec", &[("command", command)])
            .await;
        let output = reply["message"].as_str().unwrap().to_owned();
        (reply["error"].as_i64().unwrap(), output)
    }
}

fn post(call: &str, body: String) -> Request<Body> {
    Request::post(format!("/v1/{call}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}
