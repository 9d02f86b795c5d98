//! Somebody in front of a browser: opens pages, sends forms, keeps cookies.

use crate::answer::Answer;
use crate::panel::{PASSWORD, Panel};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use cookie::Cookie;
use http_body_util::BodyExt;
use kiwideck::i18n::{Language, Message};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// A browser with its cookies. Clones share them, like two tabs.
#[derive(Clone)]
pub(crate) struct Visitor {
    router: Router,
    origin: String,
    host: String,
    base: String,
    address: IpAddr,
    language: Language,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// A request that is not an ordinary one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    /// Besides Host and Cookie.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Vec<u8>,
}

impl Visitor {
    pub(crate) fn new(panel: &Panel) -> Visitor {
        let (origin, host) = panel.origin();
        Visitor {
            router: panel.router(),
            origin,
            host,
            base: panel.app.config.base().to_owned(),
            address: "127.0.0.1".parse().unwrap(),
            language: Language::English,
            cookies: Arc::default(),
        }
    }

    /// The same browser in Chinese.
    pub(crate) fn in_chinese(&self) -> Visitor {
        self.speaking(Language::Chinese)
    }

    pub(crate) fn speaking(&self, language: Language) -> Visitor {
        Visitor {
            language,
            ..self.clone()
        }
    }

    /// The same browser at another address.
    pub(crate) fn from(&self, address: &str) -> Visitor {
        Visitor {
            address: address.parse().unwrap(),
            ..self.clone()
        }
    }

    /// The same browser asking for another host.
    pub(crate) fn at_host(&self, host: &str) -> Visitor {
        Visitor {
            host: host.to_owned(),
            ..self.clone()
        }
    }

    /// The same browser, whose paths begin at the host.
    pub(crate) fn without_base(&self) -> Visitor {
        Visitor {
            base: String::new(),
            ..self.clone()
        }
    }

    /// Another browser with the same cookies as now: what a thief would have.
    pub(crate) fn copied(&self) -> Visitor {
        let cookies = self.cookies.lock().unwrap().clone();
        Visitor {
            cookies: Arc::new(Mutex::new(cookies)),
            ..self.clone()
        }
    }

    /// The same browser after the panel was started again.
    pub(crate) fn at_panel(&self, panel: &Panel) -> Visitor {
        Visitor {
            router: panel.router(),
            ..self.clone()
        }
    }

    /// The message of this id in the visitor's language.
    pub(crate) fn says(&self, id: &str) -> Message {
        self.language.say(id)
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Opens a page. The path is below the base path.
    pub(crate) async fn open(&self, path: &str) -> Answer {
        self.send(Sent {
            path,
            ..Sent::default()
        })
        .await
    }

    /// Shows once more who it is, by the password.
    pub(crate) async fn prove(&self) {
        let fields = [("password", PASSWORD), ("next", "/")];
        self.submit("/prove", &fields).await.expect(303);
    }

    /// As htmx asks for a part of a page.
    pub(crate) async fn poll(&self, path: &str) -> Answer {
        self.send(Sent {
            path,
            headers: &[("hx-request", "true")],
            ..Sent::default()
        })
        .await
    }

    /// Sends a form, as a page of the panel does.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.submit_with(path, &[("origin", &self.origin)], fields)
            .await
    }

    /// Sends a form with these headers instead of the Origin that a browser adds.
    pub(crate) async fn submit_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(Sent {
            method: Method::POST,
            path,
            headers: &[&form, headers].concat(),
            body: body.into_bytes(),
        })
        .await
    }

    /// Sends a file, as the form of the import does.
    pub(crate) async fn upload(&self, path: &str, file: &[u8]) -> Answer {
        let head =
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"keys.csv\"\r\n\r\n";
        let kind = ("content-type", "multipart/form-data; boundary=b");
        self.send(Sent {
            method: Method::POST,
            path,
            headers: &[kind, ("origin", &self.origin)],
            body: [head.as_bytes(), file, b"\r\n--b--\r\n"].concat(),
        })
        .await
    }

    /// Opens the page at `path`, fills in its form, and sends it.
    pub(crate) async fn fill_in(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.open(path).await.expect(200);
        let action = page.field(&self.url(path), "action");
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        if let Some(action) = &action {
            all.push(("action", action));
        }
        self.submit(path, &all).await
    }

    /// Opens where a redirect leads, which must be below the base path.
    #[track_caller]
    pub(crate) fn follow(&self, answer: &Answer) -> impl Future<Output = Answer> {
        let location = answer.location();
        let path = location.strip_prefix(&self.base);
        let path = path.unwrap_or_else(|| panic!("{location} leaves the panel"));
        let path = path.split('#').next().unwrap_or_default().to_owned();
        async move { self.open(&path).await }
    }

    /// An address as it stands in the pages.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sends any request.
    pub(crate) async fn send(&self, sent: Sent<'_>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(self.request(&sent))
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let answer = Answer {
            asked: format!("{} {}", sent.method, sent.path),
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        };
        self.keep_cookies(&answer);
        answer
    }

    fn request(&self, sent: &Sent<'_>) -> Request<Body> {
        let peer = SocketAddr::new(self.address, 40_000);
        let mut request = Request::builder()
            .method(sent.method.clone())
            .uri(self.url(sent.path))
            .extension(ConnectInfo(peer))
            .header(header::HOST, &self.host)
            .header(header::ACCEPT_LANGUAGE, self.language.tag());
        let cookies = self.cookie_header();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        for (name, value) in sent.headers {
            request = request.header(*name, *value);
        }
        request.body(Body::from(sent.body.clone())).unwrap()
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep_cookies(&self, answer: &Answer) {
        let mut cookies = self.cookies.lock().unwrap();
        for value in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = Cookie::parse(value.to_str().unwrap()).unwrap();
            if cookie.value().is_empty() {
                cookies.remove(cookie.name());
            } else {
                cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}
