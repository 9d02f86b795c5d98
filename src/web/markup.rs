//! The few pieces of HTML that are built outside a template. Each holds only text of ours or escapes
//! what it is given.

use askama::filters::{Html, HtmlSafe, escape};
use std::fmt::{Display, Formatter, Result};

/// A drawing beside a word. It is decoration: screen readers pass it by.
pub(super) struct Icon {
    sprite: String,
    name: &'static str,
}

impl Icon {
    pub(super) fn new(sprite: String, name: &'static str) -> Icon {
        Icon { sprite, name }
    }
}

impl HtmlSafe for Icon {}

impl Display for Icon {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let Icon { sprite, name } = self;
        write!(
            formatter,
            r##"<svg class="icon" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"##
        )
    }
}

/// What a template has drawn already, and escaped: it stands in another template as it is.
pub(super) struct Fragment(String);

impl Fragment {
    pub(super) fn of(template: &impl askama::Template) -> askama::Result<Fragment> {
        template.render().map(Fragment)
    }
}

impl HtmlSafe for Fragment {}

impl Display for Fragment {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        formatter.write_str(&self.0)
    }
}

/// A time as people say it, with the exact one in its title.
pub(super) struct Ago {
    pub(super) unix_s: i64,
    pub(super) words: String,
    pub(super) exact: String,
}

impl HtmlSafe for Ago {}

impl Display for Ago {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let machine = jiff::Timestamp::from_second(self.unix_s)
            .map(|time| time.to_string())
            .unwrap_or_default();
        write!(
            formatter,
            r#"<time datetime="{machine}" title="{}">{}</time>"#,
            escape(&self.exact, Html).map_err(|_| std::fmt::Error)?,
            escape(&self.words, Html).map_err(|_| std::fmt::Error)?,
        )
    }
}
