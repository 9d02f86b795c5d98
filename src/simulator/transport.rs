//! How a request is understood and a reply is sent, as KiwiVM does: GET or POST, urlencoded or
//! multipart, HTTP 200 for errors too, `text/plain`. It knows no call.

use super::php;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use indexmap::IndexMap;
use serde_json::{Map, Value};

const BODY_LIMIT_BYTES: usize = 32 * 1024 * 1024;

/// Put into a response, it makes the listener close the connection instead of sending it.
#[derive(Clone, Copy, Debug)]
pub(super) struct CloseNow;

/// What a call is answered with: named values, in the order in which they are sent.
pub(super) type Fields = Map<String, Value>;

/// What KiwiVM refuses with.
#[derive(Debug)]
pub(super) struct Refusal(Fields);

impl Refusal {
    pub(super) fn new(code: u32, message: impl Into<String>) -> Refusal {
        let mut fields = Fields::new();
        fields.insert("error".to_owned(), code.into());
        fields.insert("message".to_owned(), message.into().into());
        Refusal(fields)
    }

    /// The code is a guess: KiwiVM's own for a value it does not take is unknown.
    pub(super) fn invalid(message: impl Into<String>) -> Refusal {
        Refusal::new(700_002, message)
    }

    pub(super) fn missing(parameter: &str) -> Refusal {
        Refusal::new(700_001, format!("{parameter} is missing"))
    }

    pub(super) fn not_running() -> Refusal {
        Refusal::new(700_000, "VPS is not running")
    }

    pub(super) fn authentication() -> Refusal {
        Refusal::new(700_005, "Authentication failure")
    }

    pub(super) fn locked(title: &str, locking: Value) -> Refusal {
        let message = "VE is currently locked, try again in a few minutes";
        let Refusal(mut fields) = Refusal::new(788_888, message);
        fields.insert("additionalErrorInfo".to_owned(), title.into());
        fields.insert("additionalLockingInfo".to_owned(), locking);
        Refusal(fields)
    }

    pub(super) fn into_fields(self) -> Fields {
        self.0
    }
}

/// The parameters of a request, whatever way they came.
#[derive(Debug, Default)]
pub(super) struct Parameters(IndexMap<String, String>);

impl Parameters {
    /// Query and body together, the body counting more, as in PHP's `$_REQUEST`.
    pub(super) async fn read(request: Request) -> Result<Parameters, StatusCode> {
        if !matches!(*request.method(), Method::GET | Method::POST) {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        let mut all = IndexMap::new();
        let query = request.uri().query().unwrap_or_default();
        all.extend(pairs(query.as_bytes()));
        if request.method() == Method::POST {
            all.extend(body_pairs(request).await?);
        }
        Ok(Parameters(all))
    }

    /// A parameter that is there, be it empty.
    pub(super) fn present(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that says something.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.present(name).filter(|value| !value.is_empty())
    }

    /// A parameter without which the call is refused.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.present(name).ok_or_else(|| Refusal::missing(name))
    }

    /// All but the credentials.
    pub(super) fn own(&self) -> Vec<(String, String)> {
        let own = |(name, _): &(&String, &String)| !matches!(name.as_str(), "veid" | "api_key");
        let pairs = self.0.iter().filter(own);
        pairs
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

async fn body_pairs(request: Request) -> Result<Vec<(String, String)>, StatusCode> {
    let kind = content_type(&request);
    if kind.starts_with("multipart/form-data") {
        return multipart_pairs(request).await;
    }
    let body = axum::body::to_bytes(request.into_body(), BODY_LIMIT_BYTES)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(pairs(&body));
    }
    // PHP leaves other bodies alone: their parameters are as good as missing.
    Ok(Vec::new())
}

fn content_type(request: &Request) -> String {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    kind.unwrap_or_default().to_ascii_lowercase()
}

async fn multipart_pairs(request: Request) -> Result<Vec<(String, String)>, StatusCode> {
    let mut pairs = Vec::new();
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| StatusCode::BAD_REQUEST)?;
    while let Some(field) = multipart
        .next_field()
        .await
        .map_err(|_| StatusCode::BAD_REQUEST)?
    {
        let name = field.name().unwrap_or_default().to_owned();
        let value = field.bytes().await.map_err(|_| StatusCode::BAD_REQUEST)?;
        pairs.push((name, String::from_utf8_lossy(&value).into_owned()));
    }
    Ok(pairs)
}

/// A reply of these fields; `error` is put first where the call has not put it elsewhere.
pub(super) fn fields_response(fields: Fields) -> Response {
    let mut whole = Fields::new();
    if !fields.contains_key("error") {
        whole.insert("error".to_owned(), 0.into());
    }
    whole.extend(fields);
    text_response(Body::from(php::encode(&whole)))
}

/// A body as KiwiVM labels it: JSON that says it is text.
pub(super) fn text_response(body: Body) -> Response {
    let mut response = Response::new(body);
    let kind = HeaderValue::from_static("text/plain;charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The points have run out.
pub(super) fn too_many() -> Response {
    let page = Bytes::from_static(
        b"<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n<center><h1>429 Too Many Requests</h1></center>\r\n</body>\r\n</html>\r\n",
    );
    let mut response = status_response(StatusCode::TOO_MANY_REQUESTS);
    let kind = HeaderValue::from_static("text/html");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    *response.body_mut() = Body::from(page);
    response
}

/// An HTTP status and nothing else.
pub(super) fn status_response(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
