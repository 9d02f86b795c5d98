//! A form's fields, and what is wrong with them. What a person typed comes back with the fault
//! beside it; secrets do not.

use super::error_page;
use crate::error::Error;
use crate::i18n::Message;
use crate::model::name::tidy;
use crate::secret::Secret;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::response::Response;

/// The fields of an urlencoded form, in their order.
#[derive(Clone, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Form, Response> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !content_type.starts_with("application/x-www-form-urlencoded") {
            return Err(error_page::response(Error::BadForm));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| error_page::response(Error::TooLong))?;
        Ok(Form(form_urlencoded::parse(&body).into_owned().collect()))
    }
}

impl Form {
    /// A form with these fields.
    pub(super) fn of(fields: Vec<(String, String)>) -> Form {
        Form(fields)
    }

    /// As it was typed; empty when it is missing.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// As it was typed, or none when the field was not sent.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.as_str())
    }

    /// Every value of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// One tidy line: trimmed, NFKC, without control characters.
    pub(super) fn line(&self, name: &str) -> String {
        tidy(self.raw(name))
    }

    /// Several lines: browsers send CRLF, we keep LF.
    pub(super) fn lines(&self, name: &str) -> String {
        self.raw(name).replace("\r\n", "\n").trim().to_owned()
    }

    /// A password or a key, as it was typed, out of sight.
    pub(super) fn secret(&self, name: &str) -> Secret {
        Secret::new(self.raw(name))
    }

    /// Whether a box was ticked.
    pub(super) fn ticked(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

/// What is wrong with a field.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) field: &'static str,
    pub(super) words: Message,
    /// Where it is put right, when that is another page: the link's words and its path.
    pub(super) way: Option<(Message, String)>,
}

/// What is wrong, in the order in which it was found: one fault for a field.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn none() -> Faults {
        Faults::default()
    }

    pub(super) fn add(&mut self, field: &'static str, words: Message) {
        self.push(Fault {
            field,
            words,
            way: None,
        });
    }

    /// The same, with the way to where it is put right.
    pub(super) fn refer(&mut self, field: &'static str, words: Message, way: (Message, String)) {
        self.push(Fault {
            field,
            words,
            way: Some(way),
        });
    }

    fn push(&mut self, fault: Fault) {
        if self.find(fault.field).is_none() {
            self.0.push(fault);
        }
    }

    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn all(&self) -> &[Fault] {
        &self.0
    }

    /// What is wrong with this field, and how it is put right.
    pub(super) fn find(&self, field: &str) -> Option<&Fault> {
        self.0.iter().find(|fault| fault.field == field)
    }

    /// What is wrong with this field.
    pub(super) fn of(&self, field: &str) -> Option<&Message> {
        self.find(field).map(|fault| &fault.words)
    }
}
