//! Which language a person gets.

use crate::i18n::Language::{self, Chinese, English};

#[test]
fn a_tag_is_understood_as_it_is_given() {
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
    }
    for tag in ["", "zh", "EN", "fr", "zh-CN "] {
        assert_eq!(Language::from_tag(tag), None, "{tag}");
    }
}

#[test]
fn a_browser_gets_the_language_it_likes_best() {
    let table = [
        ("", English),
        ("en", English),
        ("zh", Chinese),
        ("zh-CN,zh;q=0.9,en;q=0.8", Chinese),
        ("zh-TW", Chinese),
        ("ZH-hant-HK", Chinese),
        ("en-GB,en;q=0.9,zh;q=0.8", English),
        ("en;q=0.1, zh-CN;q=0.2", Chinese),
        ("en;q=0.5,zh;q=0.5", English),
        ("zh;q=0.5,en;q=0.5", Chinese),
        ("fr,de;q=0.9", English),
        ("fr, zh;q=0.4", Chinese),
        ("zh;q=0", English),
        ("en;q=0.3,zh;q=NaN", English),
        ("en;q=0.3,zh;q=7", English),
        ("en;q=0.3,zh;q=inf", English),
        ("en;q=0.3,zh;q=-1", English),
        ("*", English),
        ("zhuang", English),
        (",,;q=,;;zh", English),
        (" zh ; q=1 ", Chinese),
    ];
    for (header, language) in table {
        assert_eq!(
            Language::from_accept_language(Some(header)),
            language,
            "{header}"
        );
    }
    assert_eq!(Language::from_accept_language(None), English);
}
