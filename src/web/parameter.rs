//! What is wrong with a hostname or with SSH keys that were typed for a call, in words. It checks
//! nothing itself.

use super::page::Page;
use crate::i18n::Message;
use crate::kiwivm::hostname::{self, HostnameFault};
use crate::kiwivm::ssh_key::{self, KeysFault};

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
