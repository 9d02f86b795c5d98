//! Draws what a command wrote: its looks as classes of `static/css/terminal.css`, its text escaped.

use crate::shell::{Output, Runs, Style};
use askama::filters::{Html, HtmlSafe, escape};
use std::fmt::{Display, Formatter, Result};

/// An output as a page shows it, with a mark where its middle is left out.
pub(super) struct Painted<'a>(pub(super) &'a Output);

impl HtmlSafe for Painted<'_> {}

impl Display for Painted<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        paint(formatter, &self.0.head)?;
        if self.0.is_folded() {
            formatter.write_str("\n⋯\n")?;
        }
        paint(formatter, &self.0.tail)
    }
}

fn paint(formatter: &mut Formatter<'_>, runs: &Runs) -> Result {
    for (text, style) in runs.pieces() {
        let text = escape(text, Html).map_err(|_| std::fmt::Error)?;
        if style == Style::default() {
            write!(formatter, "{text}")?;
        } else {
            let classes = classes(style).join(" ");
            write!(formatter, "<span class=\"{classes}\">{text}</span>")?;
        }
    }
    Ok(())
}

/// On a coloured ground the text is black or white, whichever can be read: pairs that nobody can
/// read (blue on black, or the same twice to hide something) are drawn by some programs.
fn classes(style: Style) -> Vec<String> {
    let ground = match style.reverse {
        true => style.foreground,
        false => style.background,
    };
    let colour = match (ground, style.foreground) {
        (Some(colour), _) => Some(format!("bg{colour}")),
        (None, _) if style.reverse => Some("reverse".to_owned()),
        (None, colour) => colour.map(|colour| format!("fg{colour}")),
    };
    let looks = [
        (style.bold, "bold"),
        (style.dim, "dim"),
        (style.italic, "italic"),
        (style.underline, "underline"),
    ];
    let looks = looks.iter().filter(|(is_so, _)| *is_so);
    let looks = looks.map(|(_, name)| (*name).to_owned());
    colour.into_iter().chain(looks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> String {
        Painted(&Output::read(text)).to_string()
    }

    #[test]
    fn looks_become_classes_and_text_stays_text() {
        assert_eq!(drawn("a\n"), "a\n");
        assert_eq!(
            drawn("\u{1b}[1;31m<b>\u{1b}[0m&"),
            "<span class=\"fg1 bold\">&#60;b&#62;</span>&#38;"
        );
        assert_eq!(
            drawn("\u{1b}[4;38;5;196m\"'\u{1b}[m"),
            "<span class=\"fg196 underline\">&#34;&#39;</span>"
        );
        assert_eq!(drawn("\u{1b}[2mx"), "<span class=\"dim\">x</span>");
    }

    #[test]
    fn a_coloured_ground_decides_the_colour_of_its_text() {
        assert_eq!(drawn("\u{1b}[30;40mx"), "<span class=\"bg0\">x</span>");
        assert_eq!(drawn("\u{1b}[7mx"), "<span class=\"reverse\">x</span>");
        assert_eq!(drawn("\u{1b}[7;32mx"), "<span class=\"bg2\">x</span>");
    }
}
