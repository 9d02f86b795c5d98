//! A declared parameter in a form: what is sent of it, what comes back to the field, and what is wrong
//! with it, in words.

use super::form::Form;
use super::page::Page;
use crate::i18n::Message;
use crate::kiwivm::call::{Call, Kind, Parameter};
use crate::kiwivm::hostname::{self, HostnameFault, without_end_dot};
use crate::kiwivm::ssh_key::{self, KeysFault};
use crate::secret::Secret;

/// The declared parameters and no others. An optional one that was left empty is not sent.
pub(super) fn sent(call: &'static Call, form: &Form) -> Vec<(&'static str, Secret)> {
    call.parameters
        .iter()
        .filter(|parameter| parameter.required || !form.raw(parameter.name).is_empty())
        .map(|parameter| (parameter.name, Secret::new(value(parameter, form))))
        .collect()
}

fn value(parameter: &Parameter, form: &Form) -> String {
    match parameter.kind {
        Kind::Text | Kind::Choice(_) | Kind::Port | Kind::Flag => {
            form.raw(parameter.name).trim().to_owned()
        }
        Kind::Hostname => without_end_dot(form.raw(parameter.name).trim()).to_owned(),
        Kind::SshKeys => ssh_key::tidy(form.raw(parameter.name)),
        Kind::Lines | Kind::Secret | Kind::Json => form.raw(parameter.name).to_owned(),
    }
}

/// What was typed comes back. A secret never does, nor, among public keys, a line that is none: it may be
/// a piece of a private one.
pub(super) fn typed(parameter: &Parameter, form: &Form) -> String {
    let value = form.raw(parameter.name);
    match parameter.kind {
        _ if parameter.secret() => String::new(),
        Kind::SshKeys if ssh_key::may_be_private(value) => String::new(),
        Kind::SshKeys => ssh_key::only_public(value),
        _ => value.to_owned(),
    }
}

/// What is wrong with what a form brings for a parameter.
pub(super) fn fault(page: &Page, parameter: &Parameter, form: &Form) -> Option<Message> {
    let value = value(parameter, form);
    if form.find(parameter.name).is_none() && !parameter.required {
        return None;
    }
    if form.find(parameter.name).is_none() || (value.is_empty() && !parameter.may_be_empty()) {
        return Some(page.say("form-missing"));
    }
    match parameter.kind {
        Kind::Flag if !matches!(value.as_str(), "0" | "1") => Some(page.say("call-flag-odd")),
        Kind::Port if !value.parse::<u16>().is_ok_and(|port| port > 0) => {
            Some(page.say("call-port-odd"))
        }
        Kind::Json if !is_json_object(&value) => Some(page.say("call-json-odd")),
        Kind::Text | Kind::Choice(_) | Kind::Secret | Kind::Hostname
            if value.contains(['\n', '\r', '\0']) =>
        {
            Some(page.say("call-one-line"))
        }
        Kind::Hostname => hostname_fault(page, &value),
        // Lines are counted as they were typed.
        Kind::SshKeys => ssh_keys_fault(page, form.raw(parameter.name)),
        Kind::Lines if value.contains('\0') => Some(page.say("call-no-nul")),
        _ => None,
    }
}

fn is_json_object(text: &str) -> bool {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok()
}

/// What is wrong with a hostname.
pub(super) fn hostname_fault(page: &Page, name: &str) -> Option<Message> {
    let label = |id: &str, label: String| page.say(id).with("part", label);
    Some(match hostname::check(name).err()? {
        HostnameFault::Address => page.say("hostname-address"),
        HostnameFault::Long => page.say("hostname-long"),
        HostnameFault::EmptyLabel => page.say("hostname-empty-part"),
        HostnameFault::LongLabel(part) => label("hostname-long-part", part),
        HostnameFault::Hyphen(part) => label("hostname-hyphen", part),
        HostnameFault::Character(' ') => page.say("hostname-space"),
        HostnameFault::Character(odd) if odd.is_ascii() => page
            .say("hostname-character")
            .with("character", odd.to_string()),
        HostnameFault::Character(_) => page.say("hostname-script"),
    })
}

/// What is wrong with public keys, one a line.
pub(super) fn ssh_keys_fault(page: &Page, lines: &str) -> Option<Message> {
    Some(match ssh_key::check(lines).err()? {
        KeysFault::Private => page.say("ssh-keys-private"),
        KeysFault::Unreadable { line } => page.say("ssh-keys-unreadable").with("line", line),
    })
}
