//! Every setting, read once at the start from `KIWIDECK_*`. The only place that reads the environment.
//! docs/settings.md is made from [`SETTINGS`].

mod source;
mod value;

use ipnet::IpNet;
use jiff::tz::TimeZone;
use source::Source;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::{Host, Url};
use value::{certificate, copy_to, networks, proxy, public_url, site, time_zone, upstream};

const HOUR_S: i64 = 3600;

/// One setting: its name without `KIWIDECK_`, its default, and what it is for.
#[derive(Debug)]
pub struct Setting {
    /// Without `KIWIDECK_`.
    pub name: &'static str,
    /// What holds when it is not set; empty when nothing does.
    pub default: &'static str,
    /// One or two sentences.
    pub about: &'static str,
}

const fn setting(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting {
        name,
        default,
        about,
    }
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    setting(
        "LISTEN",
        "127.0.0.1:8080",
        "The address and port to listen on.",
    ),
    setting(
        "DATABASE",
        "./data/kiwideck.db",
        "The SQLite file. Its folder is made when it is missing.",
    ),
    setting(
        "MASTER_KEY_FILE",
        "./data/master.key",
        "The file with the key that seals the API keys. It is made, with mode 0600, only while the database holds nothing sealed. Keep it apart from the database and its backups.",
    ),
    setting(
        "PUBLIC_URL",
        "",
        "The address people type, such as `https://ops.example.com/kiwi/`. Its path is the base path of every link. Unset: loopback names on any port.",
    ),
    setting(
        "UPSTREAM",
        "https://api.64clouds.com/v1",
        "The KiwiVM API. Plain http only to loopback.",
    ),
    setting(
        "UPSTREAM_PROXY",
        "",
        "A proxy for the way to KiwiVM: `http://…` or `socks5://…`. With a password in it, use `UPSTREAM_PROXY_FILE`.",
    ),
    setting(
        "UPSTREAM_CA",
        "",
        "One more certificate authority to trust on the way to KiwiVM, in PEM; usually by `UPSTREAM_CA_FILE`. For networks whose proxy opens TLS.",
    ),
    setting(
        "KIWIVM_PANEL",
        "https://kiwivm.64clouds.com",
        "KiwiVM's own panel, for the links that lead there. There are mirrors.",
    ),
    setting(
        "PROVIDER_SITE",
        "https://bandwagonhost.com",
        "The provider's site, for the link to a change of address. There are mirrors.",
    ),
    setting(
        "TLS_CERT",
        "",
        "The file with the certificate and its chain, in PEM. With it the panel speaks https itself, without a proxy. A renewed one is taken up within a minute, without a restart.",
    ),
    setting(
        "TLS_KEY",
        "",
        "The file with the certificate's private key, in PEM. Refused when others than its owner can read it.",
    ),
    setting(
        "TRUSTED_PROXIES",
        "",
        "Addresses or networks, separated by commas, whose `X-Forwarded-For` is believed.",
    ),
    setting(
        "ALLOW_PLAIN_HTTP",
        "false",
        "`true` allows listening beyond loopback without TLS: only behind a proxy that has it.",
    ),
    setting(
        "SESSION_IDLE",
        "8",
        "After so many hours without a request of a person's a session ends: 1 to 720.",
    ),
    setting(
        "SESSION_MAX",
        "168",
        "After so many hours a session ends, whatever was done in it: 1 to 720.",
    ),
    setting(
        "TIME_ZONE",
        "UTC",
        "The time zone of pages for people who chose none, such as `Asia/Shanghai`.",
    ),
    setting(
        "AUDIT_KEEP_DAYS",
        "0",
        "After so many days, at least 30, rows of the audit log go to files in `AUDIT_ARCHIVE`, once a day. `0`: never.",
    ),
    setting(
        "AUDIT_ARCHIVE",
        "",
        "The folder of these files. Unset: `audit/` beside the database.",
    ),
    setting(
        "AUDIT_COPY",
        "",
        "A copy of the audit log as it grows, each row as one line of JSON: `stdout`, or a file that is only appended to.",
    ),
    setting(
        "SHELL_KEEP",
        "true",
        "Whether transcripts of the shell are kept in the database, sealed, until their session ends, for a day at most. `false`: in memory alone; a restart forgets them.",
    ),
    setting(
        "LOG",
        "info",
        "What is logged: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `kiwideck=debug`.",
    ),
];

/// Younger rows of the audit log stay in the database: they keep a form that is sent again from being
/// a second action, and by then sessions and their forms are long gone.
pub const AUDIT_KEEP_DAYS_MIN: u16 = 30;

/// The settings, understood.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The SQLite file.
    pub database: PathBuf,
    /// The file of the master key.
    pub master_key_file: PathBuf,
    /// The address people type, if it was told.
    pub public_url: Option<PublicUrl>,
    /// The KiwiVM API.
    pub upstream: Url,
    /// The proxy on the way there.
    pub upstream_proxy: Option<Url>,
    /// One more certificate authority to trust on the way there, in DER.
    pub upstream_ca: Option<Vec<u8>>,
    /// KiwiVM's own panel, without a slash at the end: links lead there, and nothing is sent.
    pub kiwivm_panel: String,
    /// The provider's site, likewise.
    pub provider_site: String,
    /// The certificate with which the panel speaks https itself.
    pub tls: Option<TlsFiles>,
    /// Whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// When sessions end.
    pub session: SessionLimits,
    /// The name and rules of the default time zone.
    pub time_zone: TimeZone,
    /// After how many days rows of the audit log are archived; 0: never.
    pub audit_keep_days: u16,
    /// The folder of the archives.
    pub audit_archive: PathBuf,
    /// Where the audit log is copied to, if anywhere.
    pub audit_copy: Option<CopyTo>,
    /// Whether transcripts of the shell are kept on the disk.
    pub shell_keep: bool,
    /// The log filter.
    pub log: String,
}

/// Where the audit log is copied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyTo {
    /// Standard output, where whoever started the panel reads it.
    Stdout,
    /// The end of this file.
    File(PathBuf),
}

impl std::fmt::Display for CopyTo {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CopyTo::Stdout => out.write_str("stdout"),
            CopyTo::File(file) => write!(out, "{}", file.display()),
        }
    }
}

/// The address people type, in the parts that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// As browsers send it: `https://ops.example.com`.
    pub origin: String,
    /// As it stands in the Host header: `ops.example.com` or with a port.
    pub host: String,
    /// `/kiwi`, or empty at the root; never ends in a slash.
    pub base: String,
    /// Whether cookies may be `Secure`.
    pub is_https: bool,
}

/// The files of a certificate, in PEM. They are read where they are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and the chain up to its authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// When a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// After so long without a request of a person's.
    pub idle_s: i64,
    /// After so long, whatever was done in it.
    pub age_max_s: i64,
}

impl Default for SessionLimits {
    fn default() -> SessionLimits {
        SessionLimits {
            idle_s: 8 * HOUR_S,
            age_max_s: 7 * 24 * HOUR_S,
        }
    }
}

/// A setting that cannot be used. Its text names the setting.
#[derive(Debug, thiserror::Error)]
#[error("KIWIDECK_{name}: {fault}")]
pub struct ConfigError {
    name: &'static str,
    fault: String,
}

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn from_environment() -> Result<Config, ConfigError> {
        Config::read(&environment)
    }

    /// Reads settings from anywhere: `look_up` gets full names such as `KIWIDECK_LISTEN`.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn read(look_up: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
        let source = Source(look_up);
        let database = PathBuf::from(source.value("DATABASE")?);
        let config = Config {
            listen: source.parse("LISTEN", "an address and a port, such as 127.0.0.1:8080")?,
            audit_keep_days: source.keep_days()?,
            audit_archive: source
                .optional("AUDIT_ARCHIVE", |folder| Ok(folder.into()))?
                .unwrap_or_else(|| database.with_file_name("audit")),
            audit_copy: source.optional("AUDIT_COPY", |to| Ok(copy_to(to)))?,
            database,
            master_key_file: source.value("MASTER_KEY_FILE")?.into(),
            public_url: source.optional("PUBLIC_URL", public_url)?,
            upstream: upstream(&source.value("UPSTREAM")?)?,
            upstream_proxy: source.optional("UPSTREAM_PROXY", proxy)?,
            upstream_ca: source.optional("UPSTREAM_CA", certificate)?,
            kiwivm_panel: site("KIWIVM_PANEL", &source.value("KIWIVM_PANEL")?)?,
            provider_site: site("PROVIDER_SITE", &source.value("PROVIDER_SITE")?)?,
            tls: source.tls()?,
            trusted_proxies: networks(&source.value("TRUSTED_PROXIES")?)?,
            session: source.session()?,
            time_zone: time_zone(&source.value("TIME_ZONE")?)?,
            shell_keep: source.parse("SHELL_KEEP", "true or false")?,
            log: source.value("LOG")?,
        };
        config.check(source.parse("ALLOW_PLAIN_HTTP", "true or false")?)?;
        Ok(config)
    }

    /// Settings that are good each by itself may still contradict each other.
    fn check(&self, plain_allowed: bool) -> Result<(), ConfigError> {
        let is_public_plain = self.public_url.as_ref().is_some_and(|url| !url.is_https);
        if self.tls.is_some() && is_public_plain {
            return Err(fault(
                "PUBLIC_URL",
                "it begins with http://, but with KIWIDECK_TLS_CERT the panel speaks https: let it begin with https://",
            ));
        }
        if !self.listen.ip().is_loopback() && self.tls.is_none() && !plain_allowed {
            return Err(fault(
                "LISTEN",
                "it is beyond loopback and would be plain http: set KIWIDECK_TLS_CERT and KIWIDECK_TLS_KEY, or put a proxy with TLS in front, then set KIWIDECK_ALLOW_PLAIN_HTTP=true",
            ));
        }
        Ok(())
    }

    /// The base path of every link: empty, or such as `/kiwi`.
    #[must_use]
    pub fn base(&self) -> &str {
        self.public_url.as_ref().map_or("", |url| &url.base)
    }

    /// Whether people come over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.tls.is_some() || self.public_url.as_ref().is_some_and(|url| url.is_https)
    }
}

/// The password that `KIWIDECK_DEMO_PASSWORD` gives the demo's people.
#[must_use]
pub fn demo_password() -> Option<String> {
    environment("KIWIDECK_DEMO_PASSWORD").filter(|password| !password.is_empty())
}

/// docs/settings.md, as a table.
#[must_use]
pub fn settings_page() -> String {
    let mut page = String::from(
        "# Settings\n\nEnvironment variables, read once at the start. This page is made from `src/config.rs`.\n\n\
         | variable | default | what it is for |\n|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default = match setting.default {
            "" => "–".to_owned(),
            default => format!("`{default}`"),
        };
        let _ = writeln!(
            page,
            "| `KIWIDECK_{}` | {default} | {} |",
            setting.name, setting.about
        );
    }
    page
}

#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whether a URL leads to this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn fault(name: &'static str, fault: impl Into<String>) -> ConfigError {
    ConfigError {
        name,
        fault: fault.into(),
    }
}

#[cfg(test)]
mod tests;
