//! The two languages: how each is named, chosen and spoken. It holds no words.

use super::Message;
use super::catalogue;

/// A language the panel speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// What is spoken when nothing else is asked for.
    #[default]
    English,
    /// Simplified Chinese, as used in mainland China.
    Chinese,
}

impl Language {
    /// All languages, in the order of the menu.
    pub const ALL: [Language; 2] = [Language::English, Language::Chinese];

    /// Its BCP 47 tag: for `lang="…"`, the cookie and the database.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        }
    }

    /// The language with exactly this tag, as [`Language::tag`] gives it.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
    }

    /// What its speakers call it: the menu shows it so in every language.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Chinese => "简体中文",
        }
    }

    /// The one of our languages a browser likes best, by the q-values of its `Accept-Language`.
    /// Any Chinese is Chinese; English when none of ours is asked for.
    #[must_use]
    pub fn from_accept_language(header: Option<&str>) -> Language {
        let mut best = (Language::English, 0.0);
        for range in header.unwrap_or_default().split(',') {
            if let Some((language, quality)) = accepted(range)
                && quality > best.1
            {
                best = (language, quality);
            }
        }
        best.0
    }

    /// The message of this id. A missing one shows its id and is logged once.
    #[must_use]
    pub fn say(self, id: &str) -> Message {
        self.say_if_known(id)
            .unwrap_or_else(|| Message::missing(self, id))
    }

    /// The message of this id, or none: for words that need not exist, such as a label for every
    /// field KiwiVM may send.
    #[must_use]
    pub fn say_if_known(self, id: &str) -> Option<Message> {
        catalogue::bundle(self)
            .get_message(id)
            .filter(|message| message.value().is_some())
            .map(|message| Message::value(self, message))
    }

    /// An attribute of the message of this id, such as `about` of `call-restart`, or none.
    #[must_use]
    pub fn attribute(self, id: &str, attribute: &str) -> Option<Message> {
        catalogue::bundle(self)
            .get_message(id)?
            .get_attribute(attribute)
            .map(|found| Message::attribute(self, found))
    }
}

/// One range of `Accept-Language`, `zh-TW;q=0.8`: which language of ours it means, and how much
/// it is liked, above 0 and up to 1.
fn accepted(range: &str) -> Option<(Language, f32)> {
    let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
    let quality = match parameters.trim().strip_prefix("q=") {
        Some(quality) => quality.trim().parse().ok()?,
        None => 1.0,
    };
    let primary = tag.trim().split('-').next().unwrap_or_default();
    let language = if primary.eq_ignore_ascii_case("zh") {
        Language::Chinese
    } else if primary.eq_ignore_ascii_case("en") {
        Language::English
    } else {
        return None;
    };
    (0.0..=1.0)
        .contains(&quality)
        .then_some((language, quality))
}
