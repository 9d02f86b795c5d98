//! What came back, as a person sees it: words, headings, links and forms instead of markup.

use axum::http::{HeaderMap, StatusCode, header};

/// A response, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was asked for, for messages.
    pub(crate) asked: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// One opening tag.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// Where its content begins.
    end: usize,
}

impl Tag {
    /// The value of an attribute; empty when it stands alone.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }
}

impl Answer {
    /// Says what was asked and answered when it is not this status. The body stays unsaid: it may
    /// hold what a log must not.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Answer {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{} answered under the headings {:?}",
            self.asked,
            self.headings()
        );
        self
    }

    /// Where a redirect leads.
    #[track_caller]
    pub(crate) fn location(&self) -> String {
        let found = self.header(header::LOCATION.as_str());
        found.unwrap_or_else(|| panic!("{} leads nowhere: {}", self.asked, self.status))
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }

    /// Whether these words can be read on the page.
    pub(crate) fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    #[track_caller]
    pub(crate) fn must_show(&self, words: &str) -> &Answer {
        assert!(
            self.shows(words),
            "{} ({}) does not show {words:?} under the headings {:?}",
            self.asked,
            self.status,
            self.headings()
        );
        self
    }

    #[track_caller]
    pub(crate) fn must_not_show(&self, words: &str) -> &Answer {
        assert!(!self.shows(words), "{} shows {words:?}", self.asked);
        self
    }

    /// Everything that can be read, in one line.
    pub(crate) fn text(&self) -> String {
        readable(&self.body)
    }

    pub(crate) fn title(&self) -> String {
        self.inside("title").into_iter().next().unwrap_or_default()
    }

    pub(crate) fn headings(&self) -> Vec<String> {
        [self.inside("h1"), self.inside("h2")].concat()
    }

    /// The readable content of every element of this name.
    pub(crate) fn inside(&self, name: &str) -> Vec<String> {
        let closing = format!("</{name}>");
        self.tags()
            .iter()
            .filter(|tag| tag.name == name)
            .map(|tag| {
                let rest = &self.body[tag.end..];
                readable(&rest[..rest.find(&closing).unwrap_or(rest.len())])
            })
            .collect()
    }

    pub(crate) fn tags(&self) -> Vec<Tag> {
        tags(&self.body)
    }

    /// Every address on the page: links, forms, files.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let attributes = ["href", "action", "src", "hx-get", "hx-post"];
        self.tags()
            .iter()
            .flat_map(|tag| attributes.map(|name| tag.attribute(name).map(str::to_owned)))
            .flatten()
            .collect()
    }

    /// The fields of the form that posts to `action`, with what stands in them now.
    #[track_caller]
    pub(crate) fn form(&self, action: &str) -> Vec<(String, String)> {
        let tags = self.tags();
        let start = tags
            .iter()
            .position(|tag| tag.name == "form" && tag.attribute("action") == Some(action))
            .unwrap_or_else(|| panic!("{} has no form to {action}", self.asked));
        let start_at = tags[start].end;
        let end_at = start_at + self.body[start_at..].find("</form>").unwrap();
        let inside: Vec<&Tag> = tags
            .iter()
            .filter(|tag| (start_at..end_at).contains(&tag.end))
            .collect();
        self.fields(&inside)
    }

    fn fields(&self, tags: &[&Tag]) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        let mut select: Option<String> = None;
        for tag in tags {
            let value = tag.attribute("value").unwrap_or_default().to_owned();
            match (tag.name.as_str(), tag.attribute("name")) {
                ("input", Some(name)) if is_unticked(tag) => {
                    // A choice that nobody made is still a field of the form.
                    fields.push((name.to_owned(), String::new()));
                }
                ("input", Some(name)) => fields.push((name.to_owned(), value)),
                ("textarea", Some(name)) => fields.push((name.to_owned(), self.typed(tag))),
                ("select", Some(name)) => {
                    select = Some(name.to_owned());
                    fields.push((name.to_owned(), String::new()));
                }
                ("option", _) if tag.has("selected") => {
                    fields.push((select.clone().unwrap(), value));
                }
                _ => {}
            }
        }
        fields
    }

    fn typed(&self, textarea: &Tag) -> String {
        let rest = &self.body[textarea.end..];
        let content = &rest[..rest.find("</textarea>").unwrap()];
        plain(content.strip_prefix('\n').unwrap_or(content))
    }

    /// The values that a parameter may be chosen from, of radio buttons or of a select.
    pub(crate) fn choices(&self, name: &str) -> Vec<String> {
        let mut choices = Vec::new();
        let mut inside = false;
        for tag in self.tags() {
            let is_named = tag.attribute("name") == Some(name);
            match tag.name.as_str() {
                "input" if is_named && tag.attribute("type") == Some("radio") => {
                    choices.extend(tag.attribute("value").map(str::to_owned));
                }
                "select" => inside = is_named,
                "option" if inside => choices.extend(tag.attribute("value").map(str::to_owned)),
                _ => {}
            }
        }
        choices.retain(|choice| !choice.is_empty());
        choices
    }

    /// What stands in a field of the form that posts to `action`: of several the one that is chosen.
    #[track_caller]
    pub(crate) fn field(&self, action: &str, name: &str) -> Option<String> {
        let values = self
            .form(action)
            .into_iter()
            .filter(|(known, _)| known == name);
        let mut values: Vec<String> = values.map(|(_, value)| value).collect();
        values.sort();
        values.pop()
    }
}

fn is_unticked(tag: &Tag) -> bool {
    matches!(tag.attribute("type"), Some("radio" | "checkbox")) && !tag.has("checked")
}

/// Every opening tag of a page, in order.
fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find('<') {
        let start = at + open + 1;
        let Some(length) = tag_length(&html[start..]) else {
            break;
        };
        let inner = &html[start..start + length];
        at = start + length + 1;
        if inner.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            found.push(tag(inner, at));
        }
    }
    found
}

/// Up to the `>` that is in no quoted value.
fn tag_length(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in rest.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

fn tag(inner: &str, end: usize) -> Tag {
    let name_end = inner.find(|letter: char| letter.is_whitespace() || letter == '/');
    let (name, rest) = inner.split_at(name_end.unwrap_or(inner.len()));
    Tag {
        name: name.to_owned(),
        attributes: attributes(rest),
        end,
    }
}

fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        if rest.is_empty() {
            return attributes;
        }
        let name_end = rest.find(|letter: char| letter.is_whitespace() || letter == '=');
        let (name, after) = rest.split_at(name_end.unwrap_or(rest.len()));
        rest = after;
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after
                .chars()
                .next()
                .filter(|letter| "\"'".contains(*letter));
            let quote = quote.expect("every value of ours is quoted");
            let length = after[1..].find(quote).expect("a quote is closed");
            value = &after[1..=length];
            rest = &after[length + 2..];
        }
        attributes.push((name.to_owned(), plain(value)));
    }
}

/// Elements in the middle of a line: they part no words.
const INLINE: [&str; 9] = [
    "span", "strong", "code", "a", "time", "em", "b", "use", "svg",
];

/// Markup as it is read: without tags, white space made one.
fn readable(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        words.push_str(&rest[..open]);
        let inner = &rest[open + 1..];
        let Some(length) = tag_length(inner) else {
            break;
        };
        let name: String = inner
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if !INLINE.contains(&name.as_str()) {
            words.push(' ');
        }
        rest = &inner[length + 1..];
    }
    words.push_str(rest);
    plain(&words)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text without HTML's character references.
fn plain(text: &str) -> String {
    const REFERENCES: [(&str, &str); 8] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
    ];
    let text = REFERENCES
        .iter()
        .fold(text.to_owned(), |text, (reference, letter)| {
            text.replace(reference, letter)
        });
    text.replace("&amp;", "&")
}
