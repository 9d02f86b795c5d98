//! Each setting, understood or refused.

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
        ("AUDIT_KEEP_DAYS", "29"),
        ("AUDIT_KEEP_DAYS", "-1"),
        ("SESSION_IDLE", "0"),
        ("SESSION_IDLE", "721"),
        ("SESSION_IDLE", "8h"),
        ("SESSION_MAX", "721"),
        ("SESSION_MAX", "-1"),
        ("ALLOW_PLAIN_HTTP", "maybe"),
        ("TIME_ZONE", "Mars/Olympus"),
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

const TLS: [(&str, &str); 2] = [
    ("TLS_CERT", "/etc/kiwideck/tls.crt"),
    ("TLS_KEY", "/etc/kiwideck/tls.key"),
];

#[test]
fn with_a_certificate_the_panel_is_https_and_may_listen_anywhere() {
    let config = read(&[TLS[0], TLS[1], ("LISTEN", "0.0.0.0:443")]).unwrap();
    assert!(config.is_https());
    let files = config.tls.unwrap();
    assert_eq!(files.key, PathBuf::from("/etc/kiwideck/tls.key"));
    let public_url = ("PUBLIC_URL", "https://ops.example.com/");
    assert!(read(&[TLS[0], TLS[1], public_url]).is_ok());
}

#[test]
fn a_certificate_without_key_or_beside_a_public_url_of_plain_http_is_refused() {
    let error = |settings: &[(&str, &str)]| read(settings).unwrap_err().to_string();
    assert!(error(&TLS[..1]).starts_with("KIWIDECK_TLS_KEY: "));
    assert!(error(&TLS[1..]).starts_with("KIWIDECK_TLS_CERT: "));
    let public_url = ("PUBLIC_URL", "http://ops.example.com/");
    let contradicting = error(&[TLS[0], TLS[1], public_url]);
    assert!(contradicting.starts_with("KIWIDECK_PUBLIC_URL: "));
    assert!(contradicting.contains("https://"), "{contradicting}");
}

#[test]
fn t_secret_leak_a_key_where_its_file_belongs_is_not_repeated() {
    let key = "-----BEGIN PRIVATE KEY-----\nTESTaaaa\n-----END PRIVATE KEY-----";
    let error = read(&[TLS[0], ("TLS_KEY", key)]).unwrap_err().to_string();
    assert!(error.starts_with("KIWIDECK_TLS_KEY: ") && !error.contains("TESTaaaa"));
    // Whoever knows `…_FILE` from other settings means the same file.
    let config = read(&[TLS[0], ("TLS_KEY_FILE", "/run/secrets/tls.key")]).unwrap();
    assert_eq!(
        config.tls.unwrap().key,
        PathBuf::from("/run/secrets/tls.key")
    );
}

#[test]
fn sessions_end_after_eight_idle_hours_and_seven_days_unless_told_otherwise() {
    assert_eq!(read(&[]).unwrap().session, SessionLimits::default());
    let shorter = read(&[("SESSION_IDLE", "1"), ("SESSION_MAX", "12")]).unwrap();
    let (idle_s, age_max_s) = (3600, 12 * 3600);
    assert_eq!(shorter.session, SessionLimits { idle_s, age_max_s });
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
