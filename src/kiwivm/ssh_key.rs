//! Public SSH keys as `authorized_keys` holds them, one a line: read by `ssh-key`, described as
//! `ssh-keygen -l` does. A private key that comes here by mistake is known by its looks and never read.

use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, Mpint, PublicKey};

/// A line with so much bare base64 has a piece of some key.
const BARE_BASE64_MIN: usize = 40;
/// Shorter words are words.
const WORD_MIN: usize = 16;
/// How public keys begin in base64: with the length of a short name.
const PUBLIC_BEGINNING: &str = "AAAA";

/// What a public key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshKey {
    /// As OpenSSH calls it: `ED25519`, `RSA`, `ECDSA-SK`.
    pub kind: &'static str,
    /// How long it is, where that is known.
    pub bits: Option<u32>,
    /// `SHA256:…`
    pub fingerprint: String,
    /// Whose it is, in the words of whoever made it.
    pub comment: String,
    /// What stands before the key: `from="192.0.2.0/24"`.
    pub options: Option<String>,
}

/// Why lines cannot be sent as public keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysFault {
    /// They hold a private key, or a piece of one.
    Private,
    /// This line, counted from 1, is no public key.
    Unreadable {
        /// Which.
        line: usize,
    },
}

impl SshKey {
    /// The key in this line, unless it is none that OpenSSH takes.
    #[must_use]
    pub fn read(line: &str) -> Option<SshKey> {
        let line = line.trim();
        if let Ok(key) = PublicKey::from_openssh(line) {
            return SshKey::of(&key, None);
        }
        let (options, rest) = split_options(line)?;
        let key = PublicKey::from_openssh(rest).ok()?;
        SshKey::of(&key, Some(options.to_owned()))
    }

    fn of(key: &PublicKey, options: Option<String>) -> Option<SshKey> {
        Some(SshKey {
            kind: kind(&key.algorithm())?,
            bits: bits(key.key_data()),
            fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
            comment: key.comment().as_str_lossy().to_owned(),
            options,
        })
    }
}

/// Whether every line is a public key; empty ones count as nothing.
///
/// # Errors
/// What is wrong, and where.
pub fn check(lines: &str) -> Result<(), KeysFault> {
    if may_be_private(lines) {
        return Err(KeysFault::Private);
    }
    let is_wrong = |line: &str| !line.trim().is_empty() && SshKey::read(line).is_none();
    match lines.lines().position(is_wrong) {
        Some(index) => Err(KeysFault::Unreadable { line: index + 1 }),
        None => Ok(()),
    }
}

/// Whether this line is a public key and nothing that may be a piece of a private one.
#[must_use]
pub fn is_public(line: &str) -> bool {
    !may_be_private(line) && SshKey::read(line).is_some()
}

/// The lines that hold something, each without white space around it.
#[must_use]
pub fn tidy(lines: &str) -> String {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The same lines, empty where they are no public key: what a person may get back.
#[must_use]
pub fn only_public(lines: &str) -> String {
    let public = |line| if is_public(line) { line } else { "" };
    lines.lines().map(public).collect::<Vec<_>>().join("\n")
}

/// Whether a text looks like a private key or a piece of one: by its first line, by PuTTY's names, or
/// by base64 in a line, broken by spaces or not, that no public key begins. Rather once too often than
/// never.
#[must_use]
pub fn may_be_private(text: &str) -> bool {
    let says_so = ["PRIVATE KEY", "PuTTY-User-Key-File", "Private-Lines"];
    says_so.iter().any(|words| text.contains(words)) || text.lines().any(has_bare_base64)
}

fn has_bare_base64(line: &str) -> bool {
    let words = line.split_whitespace().filter(|word| is_bare_base64(word));
    words.map(str::len).sum::<usize>() >= BARE_BASE64_MIN
}

fn is_bare_base64(word: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    word.len() >= WORD_MIN && word.bytes().all(is_base64) && !word.starts_with(PUBLIC_BEGINNING)
}

/// What stands before the key, and the rest: they part at the first space outside quotation marks.
fn split_options(line: &str) -> Option<(&str, &str)> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let at = line.find(|letter| {
        match letter {
            '"' if !is_escaped => is_quoted = !is_quoted,
            _ => {}
        }
        is_escaped = letter == '\\' && !is_escaped;
        !is_quoted && matches!(letter, ' ' | '\t')
    })?;
    let (options, rest) = line.split_at(at);
    Some((options, rest.trim_start()))
}

/// None of what OpenSSH has no name for.
fn kind(algorithm: &Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::Dsa => Some("DSA"),
        Algorithm::Ecdsa { .. } => Some("ECDSA"),
        Algorithm::Ed25519 => Some("ED25519"),
        Algorithm::Rsa { .. } => Some("RSA"),
        Algorithm::SkEcdsaSha2NistP256 => Some("ECDSA-SK"),
        Algorithm::SkEd25519 => Some("ED25519-SK"),
        _ => None,
    }
}

fn bits(key: &KeyData) -> Option<u32> {
    match key {
        KeyData::Rsa(rsa) => length_bits(rsa.n()),
        KeyData::Dsa(dsa) => length_bits(dsa.p()),
        KeyData::Ecdsa(ecdsa) => match ecdsa.curve() {
            ssh_key::EcdsaCurve::NistP256 => Some(256),
            ssh_key::EcdsaCurve::NistP384 => Some(384),
            ssh_key::EcdsaCurve::NistP521 => Some(521),
        },
        KeyData::Ed25519(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => Some(256),
        _ => None,
    }
}

/// Of a number, without the zeros before it.
fn length_bits(number: &Mpint) -> Option<u32> {
    let bytes = number.as_positive_bytes()?;
    let unused_bits = bytes.first()?.leading_zeros();
    u32::try_from(bytes.len() * 8)
        .ok()?
        .checked_sub(unused_bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHt";
    const RSA: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDFbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1L9RIvNEVUxTveLruM0rfj0WAK1jHDhaXXzOI8d4VFmtvBtMkA/+SNV1tdpcY4BAEl9l2w/j4kSUt26phkV9mGCE/tCLl4r019GWp0RqhrWACeY2thHbFiEbZamq3/KcXlLZxQjFAjRzRNjAetkcvWBor8df9ikvBioJyjgcieced7mprp4wsNvbb1EKJk753ngVAde2uSronrBZxat0PbZ1humPrSfaC5lovAOaHvNMk5ubjlI6i++J1HhgjF7PbKNYdY9tJ+bPRScpN5d6dI/Yg5HbZ5ztp9x78fAF7o";
    const ECDSA: &str = "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBGfF7aY6Alq/yIeJ4o6Kls5BQ+XoUey9oYkKiFtWjExoatMrE6lzVJPHmiH6kWfMazlHcynl593E0jPU4RA4E9sOoLU/UdopPoAwZHQ0k/G8ImQu6xylGlEEa4DFGn7YGw==";
    const SK: &str = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIDK1btUzSKhYfzDJDlxkBt+V07irETCx2mK89JKo7YpjAAAABHNzaDo=";

    #[test]
    fn keys_are_described_as_ssh_keygen_does() {
        for (line, kind, bits, fingerprint) in [
            (
                ED25519,
                "ED25519",
                256,
                "SHA256:hA/Or20GTGdVLLL7N3U9N5K3GmEqH6JLSopKLDqqrVE",
            ),
            (
                RSA,
                "RSA",
                2048,
                "SHA256:VXkPdA/X0ZI14yde0tMbYEM4U/JnfCN+PAQxwnNX2K8",
            ),
            (
                ECDSA,
                "ECDSA",
                384,
                "SHA256:5kbVYRgH/BH7hhssgxfA2G7lmQzbWcrmZEQUOZv2VqI",
            ),
            (
                SK,
                "ED25519-SK",
                256,
                "SHA256:awSUpUGsH6mWR4tHxqskJh1wAmALZ66tncH1nZqWZr8",
            ),
        ] {
            let key = SshKey::read(line).unwrap();
            assert_eq!((key.kind, key.bits), (kind, Some(bits)), "{line}");
            assert_eq!(key.fingerprint, fingerprint, "{line}");
            assert_eq!((&*key.comment, key.options), ("", None), "{line}");
        }
    }

    #[test]
    fn what_stands_before_and_behind_a_key_is_kept() {
        for (before, behind) in [
            ("", "web 1 at home"),
            ("from=\"192.0.2.0/24\"", ""),
            ("no-pty,from=\"192.0.2.0/24,198.51.100.7\"", "a b"),
            ("command=\"echo \\\"a b\\\" c\",no-pty", "a"),
        ] {
            let line = format!("{before} {ED25519} {behind}");
            let key = SshKey::read(&line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(key.comment, behind);
            assert_eq!(key.options.unwrap_or_default(), before);
        }
    }

    #[test]
    fn what_is_no_public_key_is_named_by_its_line() {
        let good = format!("{ED25519} a\n\n  {RSA} b\r\n");
        assert_eq!(check(&good), Ok(()));
        assert_eq!(check(""), Ok(()));
        let cut = &ED25519[..ED25519.len() - 4];
        let renamed = ED25519.replace("ssh-ed25519", "ssh-rsa");
        let odd = "ssh-new AAAAB3NzaC1uZXcAAAABAQ==";
        for wrong in [
            "hello",
            "# a comment",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            cut,
            &renamed,
            odd,
            &format!("{ED25519}{ED25519}"),
            "\u{202e}",
            "from=\"192.0.2.1",
        ] {
            let lines = format!("{good}{wrong}\n{ED25519}");
            assert_eq!(
                check(&lines),
                Err(KeysFault::Unreadable { line: 4 }),
                "{wrong}"
            );
        }
    }

    #[test]
    fn lines_are_sent_without_what_says_nothing() {
        assert_eq!(tidy(" a b \r\n\r\n\tc\n"), "a b\nc");
        assert_eq!(tidy(" \n"), "");
    }

    #[test]
    fn t_secret_leak_a_private_key_is_known_whole_or_in_pieces() {
        let body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";
        for private in [
            format!(
                "-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----"
            ),
            format!("{ED25519} a\n-----BEGIN RSA PRIVATE KEY----- {body}"),
            "-----BEGIN ENCRYPTED PRIVATE KEY-----".to_owned(),
            "PuTTY-User-Key-File-3: ssh-ed25519".to_owned(),
            format!("  {body}\r\n"),
            format!("{ED25519} {body}"),
            format!("{ED25519} at home {body} of web 1"),
            format!("{} {}", &body[..35], &body[35..]),
        ] {
            assert!(may_be_private(&private), "{private}");
            assert_eq!(check(&private), Err(KeysFault::Private));
        }
        for public in [
            ED25519,
            RSA,
            ECDSA,
            SK,
            "",
            "hello",
            "the very first key of the administrators of our server at home",
            "AAAAC3NzaC1lZDI1NTE5AAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxu",
        ] {
            assert!(!may_be_private(public), "{public}");
        }
    }
}
