//! The message files, compiled in, and the two bundles made of them. A new file is one new line
//! in `FILES` and the same file name in `en/` and `zh-CN/`.

use super::Language;
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use std::sync::LazyLock;

/// One message file in both languages.
pub(super) struct File {
    pub(super) name: &'static str,
    english: &'static str,
    chinese: &'static str,
}

macro_rules! in_both {
    ($name:literal) => {
        File {
            name: $name,
            english: include_str!(concat!("en/", $name)),
            chinese: include_str!(concat!("zh-CN/", $name)),
        }
    };
}

/// Every message file there is.
pub(super) const FILES: &[File] = &[
    in_both!("abuse.ftl"),
    in_both!("action.ftl"),
    in_both!("audit.ftl"),
    in_both!("calls.ftl"),
    in_both!("factor.ftl"),
    in_both!("faults.ftl"),
    in_both!("format.ftl"),
    in_both!("levels.ftl"),
    in_both!("layout.ftl"),
    in_both!("lock.ftl"),
    in_both!("migrate.ftl"),
    in_both!("overview.ftl"),
    in_both!("network.ftl"),
    in_both!("notifications.ftl"),
    in_both!("people.ftl"),
    in_both!("records.ftl"),
    in_both!("replies.ftl"),
    in_both!("session.ftl"),
    in_both!("shell.ftl"),
    in_both!("system.ftl"),
    in_both!("snapshots.ftl"),
    in_both!("team.ftl"),
    in_both!("usage.ftl"),
    in_both!("vps.ftl"),
];

impl File {
    /// Its text in this language.
    pub(super) const fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

pub(super) type Bundle = FluentBundle<FluentResource>;

/// All messages of a language. The first call reads the files.
pub(super) fn bundle(language: Language) -> &'static Bundle {
    static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| read(Language::English));
    static CHINESE: LazyLock<Bundle> = LazyLock::new(|| read(Language::Chinese));
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

/// What is wrong with a file is logged and the rest of it kept: the tests see to it that nothing
/// is, and a panel without one word still serves.
fn read(language: Language) -> Bundle {
    let locale = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    for file in FILES {
        let resource = FluentResource::try_new(file.text(language).to_owned());
        let resource = resource.unwrap_or_else(|(resource, errors)| {
            tracing::error!(file = file.name, ?language, ?errors, "unreadable messages");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file = file.name, ?language, ?errors, "messages said twice");
        }
    }
    bundle
}
