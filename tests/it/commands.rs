//! The program itself, run as people run it: each command with its settings and its exit status.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs::Permissions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A program that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program with settings of its own and nothing of the environment.
fn kiwideck(folder: &Path, settings: &[(&str, &str)], words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiwideck"));
    command
        .env_clear()
        .env("KIWIDECK_DATABASE", folder.join("kiwideck.db"))
        .env("KIWIDECK_MASTER_KEY_FILE", folder.join("master.key"))
        .envs(settings.iter().copied())
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(mut command: Command, typed: &str) -> Output {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(typed.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A port that nobody listens at, right now.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn the_healthcheck_tells_whether_the_panel_answers_at_its_host_and_below_its_base_path() {
    for public_url in ["", "https://ops.example.com/kiwi/"] {
        let folder = tempfile::tempdir().unwrap();
        let listen = free_address();
        let settings = [
            ("KIWIDECK_LISTEN", listen.as_str()),
            ("KIWIDECK_PUBLIC_URL", public_url),
        ];
        let check = || run(kiwideck(folder.path(), &settings, &["healthcheck"]), "");
        assert!(!check().status.success(), "nobody serves yet");
        let mut serve = kiwideck(folder.path(), &settings, &["serve"]);
        let _panel = Running(serve.stderr(Stdio::null()).spawn().unwrap());
        let began = Instant::now();
        while !check().status.success() {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{}",
                said(&check())
            );
        }
    }
}

/// A certificate of its own for localhost: its two files.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = (folder.join("tls.crt"), folder.join("tls.key"));
    let write = |file: &Path, kind: &str, der: &[u8]| {
        let text = STANDARD.encode(der);
        let pem = format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n");
        std::fs::write(file, pem).unwrap();
        std::fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    };
    write(&files.0, "CERTIFICATE", made.cert.der());
    let key = made.signing_key.serialize_der();
    write(&files.1, "PRIVATE KEY", &key);
    files
}

#[test]
fn with_a_certificate_the_panel_says_https_and_the_healthcheck_hears_it() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let listen = free_address();
    let settings = [
        ("KIWIDECK_LISTEN", listen.as_str()),
        ("KIWIDECK_TLS_CERT", certificate.to_str().unwrap()),
        ("KIWIDECK_TLS_KEY", key.to_str().unwrap()),
    ];
    std::fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let refused = said(&run(kiwideck(folder.path(), &settings, &["serve"]), ""));
    assert!(refused.contains("KIWIDECK_TLS_KEY"), "{refused}");
    assert_eq!(refused.lines().count(), 1, "{refused}");
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let mut serve = kiwideck(folder.path(), &settings, &["serve"]);
    let mut panel = Running(serve.spawn().unwrap());
    let said_first = BufReader::new(panel.0.stderr.take().unwrap()).lines();
    let setup = said_first
        .map(Result::unwrap)
        .find(|line| line.contains("/setup"));
    let setup = setup.expect("no set-up code");
    assert!(
        setup.contains(&format!("https://{listen}/setup")),
        "{setup}"
    );
    let began = Instant::now();
    loop {
        let check = run(kiwideck(folder.path(), &settings, &["healthcheck"]), "");
        if check.status.success() {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{}",
            said(&check)
        );
    }
}

#[test]
fn people_are_added_listed_given_a_password_and_disabled_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let user = |words: &[&str], typed: &str| {
        let words: Vec<&str> = ["user"].iter().chain(words).copied().collect();
        run(kiwideck(folder.path(), &[], &words), typed)
    };
    assert!(
        user(&["add", "Ada", "--role", "admin"], "a long password\n")
            .status
            .success()
    );
    assert!(
        user(&["add", "bob", "--role", "member"], "a long password\n")
            .status
            .success()
    );
    let twice = user(&["add", "ADA", "--role", "member"], "a long password\n");
    assert!(
        said(&twice).contains("of this name already"),
        "{}",
        said(&twice)
    );
    let short = user(&["add", "eve", "--role", "member"], "short\n");
    assert!(said(&short).contains("at least 10"), "{}", said(&short));
    assert!(
        user(&["reset-password", "bob"], "another password\n")
            .status
            .success()
    );
    let reset = user(&["reset-factor", "bob"], "");
    assert!(
        said(&reset).contains("signs in with the password alone"),
        "{}",
        said(&reset)
    );
    assert!(!user(&["reset-factor", "nobody"], "").status.success());
    assert!(user(&["disable", "bob"], "").status.success());
    let last = user(&["disable", "ada"], "");
    assert!(said(&last).contains("last admin"), "{}", said(&last));
    let list = said(&user(&["list"], ""));
    assert!(
        list.contains("ada admin") && list.contains("bob member disabled"),
        "{list}"
    );
}

#[test]
fn a_vps_is_added_with_its_key_from_standard_input_and_the_copy_is_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let add = kiwideck(
        folder.path(),
        &[],
        &["vps", "add", "Web 1", "1234567", "--tag", "web"],
    );
    let added = run(add, "private_TESTaaaaaaaaaaaaaaaaaaaa\n");
    assert!(added.status.success(), "{}", said(&added));
    let copy = folder.path().join("copy.db");
    let backup = || kiwideck(folder.path(), &[], &["backup", copy.to_str().unwrap()]);
    assert!(run(backup(), "").status.success());
    let again = run(backup(), "");
    assert!(
        said(&again).contains("a file of this name already"),
        "{}",
        said(&again)
    );
    for file in [folder.path().join("kiwideck.db"), copy] {
        let bytes = std::fs::read(&file).unwrap();
        let key = b"private_TESTaaaa";
        assert!(!bytes.windows(key.len()).any(|window| window == key));
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&file).unwrap().permissions(),
        );
        assert_eq!(mode & 0o077, 0, "others may read {}", file.display());
    }
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        ("KIWIDECK_LISTEN", "everywhere"),
        ("KIWIDECK_UPSTREAM", "http://192.0.2.1/v1"),
        ("KIWIDECK_LOG", "kiwideck=loud"),
        ("KIWIDECK_TIME_ZONE", "Mars/Olympus"),
    ];
    for (name, value) in wrong {
        let output = run(kiwideck(folder.path(), &[(name, value)], &["serve"]), "");
        assert!(!output.status.success(), "{name}");
        let said = said(&output);
        assert!(said.starts_with(&format!("kiwideck: {name}")), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    }
}

#[test]
fn the_audit_log_is_verified_and_archived_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let audit = |words: &[&str]| {
        let words: Vec<&str> = ["audit"].iter().chain(words).copied().collect();
        run(kiwideck(folder.path(), &[], &words), "")
    };
    assert!(!audit(&["verify"]).status.success(), "there is no database");
    let add = ["user", "add", "ada", "--role", "admin"];
    let added = run(kiwideck(folder.path(), &[], &add), "a long password\n");
    assert!(added.status.success(), "{}", said(&added));
    let verified = audit(&["verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let line = said(&verified);
    assert!(line.starts_with("1 rows fit, the last is 1: "), "{line}");
    assert_eq!(line.lines().count(), 1);
    let old = audit(&["archive", "--before", "2020-01-01"]);
    assert!(said(&old).contains("nothing to archive"), "{}", said(&old));
    let young = audit(&["archive", "--before", "2999-01-01"]);
    assert!(!young.status.success());
    assert!(
        said(&young).contains("the last 30 days"),
        "{}",
        said(&young)
    );
}
