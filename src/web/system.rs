//! What a VPS is made of: its hostname, the image in its drive, the SSH keys of the next reinstall, the
//! root password, the templates. Its forms and links lead to the calls' own pages; it sends nothing.

use super::head::Head;
use super::known::{self, Known};
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::kiwivm::call::Source;
use crate::kiwivm::calls::{AVAILABLE_OS, SSH_KEYS};
use crate::kiwivm::reply::{Choice, LiveInfo, Reply, STARS, ServiceInfo, SshKeys};
use crate::kiwivm::ssh_key::{SshKey, may_be_private};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use indexmap::IndexMap;
use serde::Deserialize;

/// So many templates are drawn with every family open.
const OPEN_MAX: usize = 40;

#[derive(Template)]
#[template(path = "system/show.html")]
struct Show {
    page: Page,
    head: Head,
    asking: bool,
    known: Known,
    service: ServiceInfo,
    os: Known,
    keys: Known,
    /// What is looked for among the templates.
    search: String,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

/// One line that KiwiVM keeps as a key.
enum Line {
    Key(SshKey),
    Unreadable(String),
    /// It looks like a private key: it is not shown.
    Private,
}

/// Templates of one family: `debian`.
struct Family {
    name: String,
    offers: Vec<Offer>,
    is_open: bool,
}

/// One template.
struct Offer {
    template: Choice,
    /// The VPS was installed from it.
    is_installed: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::System).await?;
    let (known, [os, keys]) = tokio::try_join!(
        known::service(&app, &head.vps),
        Known::of_all(&app, &head.vps, [AVAILABLE_OS, SSH_KEYS])
    )?;
    Page::html(&Show {
        asking: known.asking || os.asking || keys.asking,
        service: known.read(Reply::service_info),
        search: asked.q.trim().to_owned(),
        page,
        head: head.again(&app),
        known,
        os,
        keys,
    })
}

impl Show {
    fn live(&self) -> Option<(i64, &LiveInfo)> {
        let aged = self.head.latest.live.as_ref()?;
        Some((aged.at_s, &aged.value))
    }

    /// Each drive's number, its field, and the image in it.
    fn drives(&self) -> [(u64, &'static str, Option<&str>); 2] {
        [
            (1, "iso1", self.service.iso1.as_deref()),
            (2, "iso2", self.service.iso2.as_deref()),
        ]
    }

    /// An image was put in or taken out just now: the VPS must stop and start.
    fn waits_for_a_cold_start(&self) -> bool {
        let done = self.head.done.as_ref();
        done.is_some_and(|done| done.call.needs_a_cold_start)
    }

    fn ssh_keys(&self) -> SshKeys {
        self.keys.read(Reply::ssh_keys)
    }

    /// Which keys the next reinstall puts in: the message that says it.
    fn winner(&self) -> Option<&'static str> {
        let of = |field: &str| self.keys.tells(field);
        let keys = self.ssh_keys();
        match (of("ssh_keys_veid"), of("ssh_keys_user")) {
            (true, _) if !keys.of_vps.is_empty() => Some("ssh-keys-vps-win"),
            (true, true) if keys.of_account.is_empty() => Some("ssh-keys-none"),
            (true, true) => Some("ssh-keys-account-used"),
            _ => None,
        }
    }

    /// The keys of the VPS and of the account: the message of the name, the field, and its lines.
    fn lists(&self) -> [(&'static str, &'static str, Vec<Line>); 2] {
        let keys = self.ssh_keys();
        let lines = |lines: Vec<String>| lines.into_iter().map(Line::of).collect();
        [
            ("ssh-keys-of-vps", "ssh_keys_veid", lines(keys.of_vps)),
            (
                "ssh-keys-of-account",
                "ssh_keys_user",
                lines(keys.of_account),
            ),
        ]
    }

    /// The keys of the VPS, to be edited; none when they are not known, for what is sent replaces all.
    fn editable(&self) -> Option<String> {
        let mut keys = self.ssh_keys().of_vps;
        keys.retain(|line| !is_hidden(line));
        self.keys.tells("ssh_keys_veid").then(|| keys.join("\n"))
    }

    fn installed(&self) -> Option<String> {
        self.os.read(Reply::available_os).installed
    }

    /// Those of the templates that fit, by family.
    fn families(&self, templates: &[Choice]) -> Vec<Family> {
        let templates = templates.iter();
        let fitting: Vec<_> = templates
            .filter(|template| fits(&template.label, &self.search))
            .collect();
        let open = !self.search.is_empty() || fitting.len() <= OPEN_MAX;
        let installed = self.installed();
        let mut families: IndexMap<&str, Vec<Offer>> = IndexMap::new();
        for template in fitting {
            let offers = families.entry(family(&template.label)).or_default();
            offers.push(Offer {
                template: template.clone(),
                is_installed: installed.as_ref() == Some(&template.label),
            });
        }
        let family = |(name, offers): (&str, Vec<Offer>)| Family {
            name: name.to_owned(),
            is_open: open || offers.iter().any(|offer| offer.is_installed),
            offers,
        };
        families.into_iter().map(family).collect()
    }

    fn reinstall(&self, template: &Choice) -> String {
        let fields = [("os", template.value.as_str())];
        self.head.form_path("reinstallOS", &fields)
    }

    fn found(&self, families: &[Family], templates: &[Choice]) -> Message {
        let count: usize = families.iter().map(|family| family.offers.len()).sum();
        let found = self.page.say("system-templates-found");
        found.with("count", count).with("all", templates.len())
    }
}

impl Line {
    fn of(line: String) -> Line {
        match SshKey::read(&line) {
            _ if is_hidden(&line) => Line::Private,
            Some(key) => Line::Key(key),
            None => Line::Unreadable(line),
        }
    }
}

/// Whether a line was no public key among private ones. What was kept long ago is not starred.
fn is_hidden(line: &str) -> bool {
    line == STARS || may_be_private(line)
}

/// Whether a template has every word that is looked for.
fn fits(template: &str, search: &str) -> bool {
    let template = template.to_lowercase();
    let search = search.to_lowercase();
    search
        .split_whitespace()
        .all(|word| template.contains(word))
}

/// What a template's name begins with: `debian` of `debian-12-x86_64`.
fn family(template: &str) -> &str {
    let end = template.find(|letter: char| !letter.is_alphabetic());
    match end {
        Some(0) | None => template,
        Some(end) => &template[..end],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_is_looked_for_must_be_there() {
        assert!(fits("debian-12-x86_64", ""));
        assert!(fits("debian-12-x86_64", "DEB 12"));
        assert!(!fits("debian-12-x86_64", "debian 13"));
    }

    #[test]
    fn a_family_is_what_a_name_begins_with() {
        for (template, name) in [
            ("debian-12-x86_64", "debian"),
            ("rockylinux-9-x86_64", "rockylinux"),
            ("ubuntu24", "ubuntu"),
            ("alpine", "alpine"),
            ("7-of-something", "7-of-something"),
            ("", ""),
            ("中文-1", "中文"),
        ] {
            assert_eq!(family(template), name);
        }
    }
}
