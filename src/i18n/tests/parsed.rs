//! The catalogue as a parser of its own sees it, for the tests that compare and count.

use crate::i18n::Language;
use crate::i18n::catalogue::FILES;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use std::collections::BTreeSet;

/// A message, or one attribute of it.
pub(super) struct Part {
    /// `format-days`, or `call-restart.about`.
    pub(super) name: String,
    pub(super) arguments: BTreeSet<String>,
    /// As shown with every argument `x`, first with the default of each choice; then each variant
    /// of each choice by itself.
    pub(super) texts: Vec<String>,
}

impl Part {
    /// The message's id, and the attribute's name if it is one.
    pub(super) fn split(&self) -> (&str, Option<&str>) {
        match self.name.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (&self.name, None),
        }
    }
}

/// Every message and attribute of a language, in the order of the files.
pub(super) fn parts(language: Language) -> Vec<Part> {
    let mut parts = Vec::new();
    for file in FILES {
        let (name, tag) = (file.name, language.tag());
        let resource = parser::parse(file.text(language))
            .unwrap_or_else(|(_, errors)| panic!("{tag}/{name}: {errors:?}"));
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let id = message.id.name;
                    parts.extend(message.value.iter().map(|value| part(id, value)));
                    parts.extend(message.attributes.iter().map(|attribute| {
                        part(&format!("{id}.{}", attribute.id.name), &attribute.value)
                    }));
                }
                Entry::Term(term) => panic!("{tag}/{name}: -{} is a term", term.id.name),
                Entry::Junk { content } => panic!("{tag}/{name}: {content}"),
                _ => {}
            }
        }
    }
    parts
}

fn part(name: &str, pattern: &Pattern<&str>) -> Part {
    let mut part = Part {
        name: name.to_owned(),
        arguments: BTreeSet::new(),
        texts: vec![String::new()],
    };
    part.texts[0] = part.read(pattern);
    part
}

impl Part {
    fn read(&mut self, pattern: &Pattern<&str>) -> String {
        let mut text = String::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => text.push_str(value),
                PatternElement::Placeable { expression } => {
                    text.push_str(&self.read_expression(expression));
                }
            }
        }
        text
    }

    fn read_expression(&mut self, expression: &Expression<&str>) -> String {
        let (selector, variants) = match expression {
            Expression::Inline(inline) => return self.read_inline(inline),
            Expression::Select { selector, variants } => (selector, variants),
        };
        self.read_inline(selector);
        let mut default = String::new();
        for variant in variants {
            let text = self.read(&variant.value);
            if variant.default {
                default.clone_from(&text);
            }
            self.texts.push(text);
        }
        default
    }

    fn read_inline(&mut self, inline: &InlineExpression<&str>) -> String {
        match inline {
            InlineExpression::StringLiteral { value } => (*value).to_owned(),
            InlineExpression::VariableReference { id } => {
                self.arguments.insert(id.name.to_owned());
                "x".to_owned()
            }
            other => panic!("{}: {other:?} is more than we use", self.name),
        }
    }
}
