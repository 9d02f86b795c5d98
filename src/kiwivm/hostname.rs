//! Names of hosts, as DNS takes them (RFC 952, RFC 1123): what is wrong with one that was typed. It
//! looks nothing up.

use std::net::Ipv4Addr;

/// All labels with their dots.
const NAME_MAX: usize = 253;
/// What stands between two dots.
const LABEL_MAX: usize = 63;

/// Why a text is no hostname.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostnameFault {
    /// It is an address.
    Address,
    /// Longer than DNS can say.
    Long,
    /// Two dots side by side, or one at the beginning.
    EmptyLabel,
    /// This part is too long.
    LongLabel(String),
    /// This part begins or ends with a hyphen.
    Hyphen(String),
    /// This character is in no hostname.
    Character(char),
}

/// The name without the one dot that may end it: it says the same, and KiwiVM lists names without.
#[must_use]
pub fn without_end_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Whether this can be the name of a host. Other scripts come as punycode: `xn--…`.
///
/// # Errors
/// What is wrong with it; the first that a person would mend.
pub fn check(name: &str) -> Result<(), HostnameFault> {
    let belongs = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    if let Some(odd) = name.chars().find(|letter| !belongs(*letter)) {
        return Err(HostnameFault::Character(odd));
    }
    if name.parse::<Ipv4Addr>().is_ok() {
        return Err(HostnameFault::Address);
    }
    name.split('.').try_for_each(check_label)?;
    if name.len() > NAME_MAX {
        return Err(HostnameFault::Long);
    }
    Ok(())
}

fn check_label(label: &str) -> Result<(), HostnameFault> {
    if label.is_empty() {
        return Err(HostnameFault::EmptyLabel);
    }
    if label.len() > LABEL_MAX {
        return Err(HostnameFault::LongLabel(label.to_owned()));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(HostnameFault::Hyphen(label.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_dns_takes_are_taken() {
        let longest_label = "a".repeat(LABEL_MAX);
        let longest = [&*"a".repeat(LABEL_MAX); 3].join(".") + "." + &"b".repeat(61);
        assert_eq!(longest.len(), NAME_MAX);
        for name in [
            "web",
            "web-1.example.com",
            "WEB.Example.com",
            "1.example.com",
            "3com.example",
            "a--b.example",
            "xn--fsqu00a.xn--0zwm56d",
            "192.0.2.1.example.com",
            "1.2.0.192.in-addr.arpa",
            &longest_label,
            &longest,
        ] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn what_is_no_name_is_told_apart() {
        let long_label = "a".repeat(LABEL_MAX + 1);
        let long = [&*"a".repeat(LABEL_MAX); 3].join(".") + "." + &"b".repeat(62);
        for (name, fault) in [
            ("192.0.2.1", HostnameFault::Address),
            ("2001:db8::1", HostnameFault::Character(':')),
            ("web 1", HostnameFault::Character(' ')),
            ("web_1.example.com", HostnameFault::Character('_')),
            ("例子.example", HostnameFault::Character('例')),
            ("*.example.com", HostnameFault::Character('*')),
            ("a\nb", HostnameFault::Character('\n')),
            ("", HostnameFault::EmptyLabel),
            (".", HostnameFault::EmptyLabel),
            (".example.com", HostnameFault::EmptyLabel),
            ("web..example.com", HostnameFault::EmptyLabel),
            ("example.com.", HostnameFault::EmptyLabel),
            ("-web.example.com", HostnameFault::Hyphen("-web".into())),
            ("web-.example.com", HostnameFault::Hyphen("web-".into())),
            (&long_label, HostnameFault::LongLabel(long_label.clone())),
            (&long, HostnameFault::Long),
        ] {
            assert_eq!(check(name), Err(fault), "{name}");
        }
    }

    #[test]
    fn one_dot_at_the_end_is_taken_off() {
        assert_eq!(without_end_dot("mail.example.com."), "mail.example.com");
        assert_eq!(without_end_dot("mail.example.com"), "mail.example.com");
        assert_eq!(without_end_dot("mail.example.com.."), "mail.example.com.");
    }
}
