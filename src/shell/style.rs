//! How a piece of output looks, as escape sequences say it (SGR). It knows no page.

use super::palette::nearest;
use serde::{Deserialize, Serialize};
use vte::{Params, ParamsIter};

/// How a piece of output looks. Colours are numbers of the [palette](super::palette).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each name is the look itself")]
#[expect(clippy::struct_excessive_bools, reason = "each is a look of its own")]
pub struct Style {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreground: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<u8>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dim: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub italic: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub underline: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reverse: bool,
}

impl Style {
    /// Changes the look as `ESC [ … m` says. What is unknown changes nothing.
    pub(super) fn change(&mut self, parameters: &Params) {
        let mut codes = parameters.iter();
        while let Some(code) = codes.next() {
            self.apply(code, &mut codes);
        }
    }

    fn apply(&mut self, code: &[u16], rest: &mut ParamsIter<'_>) {
        match *code {
            [0] => *self = Style::default(),
            [1] => self.bold = true,
            [2] => self.dim = true,
            [3] => self.italic = true,
            [4, kind] => self.underline = kind != 0,
            [4] | [21] => self.underline = true,
            [7] => self.reverse = true,
            [22] => (self.bold, self.dim) = (false, false),
            [23] => self.italic = false,
            [24] => self.underline = false,
            [27] => self.reverse = false,
            [39] => self.foreground = None,
            [49] => self.background = None,
            [38, ref of @ ..] => self.foreground = colour(of, rest).or(self.foreground),
            [48, ref of @ ..] => self.background = colour(of, rest).or(self.background),
            // The colour of an underline: read, so that its numbers are not taken for looks.
            [58, ref of @ ..] => drop(colour(of, rest)),
            [basic] => self.apply_basic(basic),
            _ => {}
        }
    }

    fn apply_basic(&mut self, code: u16) {
        let number = |first: u16| u8::try_from(code - first).ok();
        match code {
            30..38 => self.foreground = number(30),
            40..48 => self.background = number(40),
            90..98 => self.foreground = number(90 - 8),
            100..108 => self.background = number(100 - 8),
            _ => {}
        }
    }
}

/// `5` and a number, or `2` and red, green, blue: after colons with the code, or after semicolons.
fn colour(of: &[u16], rest: &mut ParamsIter<'_>) -> Option<u8> {
    let mut next = || rest.next().and_then(|code| code.first().copied());
    match *of {
        [5, number, ..] => u8::try_from(number).ok(),
        [2, red, green, blue] | [2, _, red, green, blue, ..] => true_colour([red, green, blue]),
        [] => match next()? {
            5 => u8::try_from(next()?).ok(),
            2 => true_colour([next()?, next()?, next()?]),
            _ => None,
        },
        _ => None,
    }
}

fn true_colour(parts: [u16; 3]) -> Option<u8> {
    let [red, green, blue] = parts.map(|part| u8::try_from(part).ok());
    Some(nearest([red?, green?, blue?]))
}
