//! Every setting, read once at the start from `KIWIDECK_*`. The only place that reads the environment.
//! docs/settings.md is made from [`SETTINGS`].

use ipnet::IpNet;
use jiff::tz::TimeZone;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use url::{Host, Url};

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
    /// Whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The name and rules of the default time zone.
    pub time_zone: TimeZone,
    /// After how many days rows of the audit log are archived; 0: never.
    pub audit_keep_days: u16,
    /// The folder of the archives.
    pub audit_archive: PathBuf,
    /// Where the audit log is copied to, if anywhere.
    pub audit_copy: Option<CopyTo>,
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
            audit_keep_days: keep_days(&source)?,
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
            trusted_proxies: networks(&source.value("TRUSTED_PROXIES")?)?,
            time_zone: time_zone(&source.value("TIME_ZONE")?)?,
            log: source.value("LOG")?,
        };
        let plain_allowed: bool = source.parse("ALLOW_PLAIN_HTTP", "true or false")?;
        if !config.listen.ip().is_loopback() && !plain_allowed {
            return Err(fault(
                "LISTEN",
                "it is beyond loopback and would be plain http: put a proxy with TLS in front, then set KIWIDECK_ALLOW_PLAIN_HTTP=true",
            ));
        }
        Ok(config)
    }

    /// The base path of every link: empty, or such as `/kiwi`.
    #[must_use]
    pub fn base(&self) -> &str {
        self.public_url.as_ref().map_or("", |url| &url.base)
    }

    /// Whether people come over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.is_https)
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

struct Source<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Source<'_> {
    /// The value, that of the file named by `…_FILE`, or the default.
    fn value(&self, name: &'static str) -> Result<String, ConfigError> {
        if let Some(value) = (self.0)(&format!("KIWIDECK_{name}")) {
            return Ok(value.trim().to_owned());
        }
        if let Some(file) = (self.0)(&format!("KIWIDECK_{name}_FILE")) {
            return std::fs::read_to_string(&file)
                .map(|text| text.trim().to_owned())
                .map_err(|error| fault(name, format!("the file {file}: {error}")));
        }
        let setting = SETTINGS.iter().find(|setting| setting.name == name);
        Ok(setting
            .map(|setting| setting.default)
            .unwrap_or_default()
            .to_owned())
    }

    fn parse<T: std::str::FromStr>(
        &self,
        name: &'static str,
        wanted: &str,
    ) -> Result<T, ConfigError> {
        let value = self.value(name)?;
        value
            .parse()
            .map_err(|_| fault(name, format!("{value:?} is not {wanted}")))
    }

    fn optional<T>(
        &self,
        name: &'static str,
        understand: fn(&str) -> Result<T, ConfigError>,
    ) -> Result<Option<T>, ConfigError> {
        match self.value(name)?.as_str() {
            "" => Ok(None),
            value => understand(value).map(Some),
        }
    }
}

fn fault(name: &'static str, fault: impl Into<String>) -> ConfigError {
    ConfigError {
        name,
        fault: fault.into(),
    }
}

fn public_url(text: &str) -> Result<PublicUrl, ConfigError> {
    let wrong = |why: &str| fault("PUBLIC_URL", format!("{text:?} {why}"));
    let url = Url::parse(text)
        .map_err(|_| wrong("is not an address such as https://ops.example.com/"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("does not begin with https:// or http:// and a host"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(wrong("has more than a host, a port and a path"));
    }
    let plain_path = |letter: char| letter.is_ascii_alphanumeric() || "/-_.~".contains(letter);
    if !url.path().chars().all(plain_path) || url.path().contains("//") {
        return Err(wrong(
            "has a path with other characters than letters, digits, - _ . ~ and /",
        ));
    }
    let origin = url.origin().ascii_serialization();
    let host = origin
        .split_once("://")
        .map_or("", |(_, host)| host)
        .to_owned();
    Ok(PublicUrl {
        host,
        base: url.path().trim_end_matches('/').to_owned(),
        is_https: url.scheme() == "https",
        origin,
    })
}

fn upstream(text: &str) -> Result<Url, ConfigError> {
    let wrong = |why: &str| fault("UPSTREAM", format!("{text:?} {why}"));
    let url = Url::parse(text).map_err(|_| wrong("is not an address"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong("is neither https nor plain http to loopback")),
    }
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

fn proxy(text: &str) -> Result<Url, ConfigError> {
    // The value may hold a password: it is not repeated.
    let wrong = || {
        fault(
            "UPSTREAM_PROXY",
            "it is not an address such as socks5://127.0.0.1:1080",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    match url.scheme() {
        "http" | "https" | "socks5" | "socks5h" if url.host().is_some() => Ok(url),
        _ => Err(wrong()),
    }
}

fn certificate(pem: &str) -> Result<Vec<u8>, ConfigError> {
    CertificateDer::from_pem_slice(pem.as_bytes())
        .map(|certificate| certificate.to_vec())
        .map_err(|_| fault("UPSTREAM_CA", "it is not a certificate in PEM"))
}

fn keep_days(source: &Source<'_>) -> Result<u16, ConfigError> {
    let days = source.parse("AUDIT_KEEP_DAYS", "a number of days")?;
    if (1..AUDIT_KEEP_DAYS_MIN).contains(&days) {
        let least = format!("{days} is less than {AUDIT_KEEP_DAYS_MIN} days; 0 keeps all");
        return Err(fault("AUDIT_KEEP_DAYS", least));
    }
    Ok(days)
}

fn copy_to(text: &str) -> CopyTo {
    match text {
        "stdout" => CopyTo::Stdout,
        file => CopyTo::File(file.into()),
    }
}

fn networks(text: &str) -> Result<Vec<IpNet>, ConfigError> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let address = part.parse::<IpAddr>().map(IpNet::from);
            part.parse().or(address).map_err(|_| {
                fault(
                    "TRUSTED_PROXIES",
                    format!("{part:?} is neither an address nor a network"),
                )
            })
        })
        .collect()
}

fn time_zone(name: &str) -> Result<TimeZone, ConfigError> {
    TimeZone::get(name).map_err(|_| {
        fault(
            "TIME_ZONE",
            format!("{name:?} is not a time zone such as Asia/Shanghai"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| (format!("KIWIDECK_{name}"), (*value).to_owned()))
            .collect();
        Config::read(&|name| {
            pairs
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn nothing_set_is_a_panel_on_loopback() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.upstream.as_str(), "https://api.64clouds.com/v1");
        assert_eq!(config.base(), "");
        assert!(!config.is_https());
    }

    #[test]
    fn the_path_of_the_public_url_is_the_base_path() {
        let config = read(&[("PUBLIC_URL", "https://ops.example.com/kiwi/")]).unwrap();
        assert_eq!(config.base(), "/kiwi");
        let url = config.public_url.unwrap();
        assert_eq!(url.origin, "https://ops.example.com");
        assert_eq!(url.host, "ops.example.com");
        let with_port = public_url("http://127.0.0.1:8443").unwrap();
        assert_eq!(with_port.host, "127.0.0.1:8443");
        assert_eq!(
            public_url("https://ops.example.com:443/").unwrap().host,
            "ops.example.com"
        );
    }

    #[test]
    fn a_wrong_setting_is_named_in_one_line() {
        let wrong = [
            ("LISTEN", "8080"),
            ("PUBLIC_URL", "ops.example.com"),
            ("PUBLIC_URL", "https://ops.example.com/a b"),
            ("PUBLIC_URL", "https://ops.example.com/?x=1"),
            ("UPSTREAM", "http://192.0.2.1/v1"),
            ("UPSTREAM", "ftp://127.0.0.1/"),
            ("UPSTREAM_PROXY", "hello"),
            ("UPSTREAM_CA", "not a certificate"),
            ("TRUSTED_PROXIES", "10.0.0.0/99"),
            ("ALLOW_PLAIN_HTTP", "maybe"),
            ("TIME_ZONE", "Mars/Olympus"),
            ("AUDIT_KEEP_DAYS", "29"),
            ("AUDIT_KEEP_DAYS", "-1"),
        ];
        for (name, value) in wrong {
            let error = read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("KIWIDECK_{name}: ")), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn listening_beyond_loopback_without_tls_must_be_said_twice() {
        assert!(read(&[("LISTEN", "0.0.0.0:8080")]).is_err());
        assert!(read(&[("LISTEN", "0.0.0.0:8080"), ("ALLOW_PLAIN_HTTP", "true")]).is_ok());
    }

    #[test]
    fn a_proxy_may_come_from_a_file_and_its_password_is_never_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("proxy");
        std::fs::write(&file, "socks5://user:hunter22@127.0.0.1:1080\n").unwrap();
        let config = read(&[("UPSTREAM_PROXY_FILE", file.to_str().unwrap())]).unwrap();
        assert_eq!(config.upstream_proxy.unwrap().port(), Some(1080));
        let error = read(&[("UPSTREAM_PROXY", "hunter22")]).unwrap_err();
        assert!(!error.to_string().contains("hunter22"));
    }

    #[test]
    fn every_default_is_valid_and_every_setting_is_on_the_page() {
        read(&[]).unwrap();
        let page = settings_page();
        for setting in SETTINGS {
            assert!(page.contains(&format!("`KIWIDECK_{}`", setting.name)));
        }
    }
}
