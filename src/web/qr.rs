//! A QR code, drawn on the server as one path: no picture to fetch, no script to draw it.

use crate::error::Error;
use askama::filters::HtmlSafe;
use qrcodegen::{QrCode as Modules, QrCodeEcc};
use std::fmt::{Display, Formatter, Result as Written};

/// Light modules around it, as the standard asks for.
const QUIET: i32 = 4;

/// The drawing. It holds numbers and letters of ours only.
pub(super) struct QrCode {
    size: i32,
    path: String,
}

impl QrCode {
    pub(super) fn of(text: &str) -> Result<QrCode, Error> {
        let modules = Modules::encode_text(text, QrCodeEcc::Medium)
            .map_err(|error| Error::Ours(error.to_string()))?;
        Ok(QrCode {
            size: modules.size() + 2 * QUIET,
            path: path(&modules),
        })
    }
}

/// Each run of dark modules in a row is one bar.
fn path(modules: &Modules) -> String {
    let mut path = String::new();
    for y in 0..modules.size() {
        let mut x = 0;
        while x < modules.size() {
            let length = (x..modules.size())
                .take_while(|x| modules.get_module(*x, y))
                .count();
            let length = i32::try_from(length).unwrap_or_default();
            if length > 0 {
                path.push_str(&format!(
                    "M{} {}h{length}v1h-{length}z",
                    x + QUIET,
                    y + QUIET
                ));
            }
            x += length + 1;
        }
    }
    path
}

impl HtmlSafe for QrCode {}

impl Display for QrCode {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Written {
        let QrCode { size, path } = self;
        write!(
            formatter,
            r#"<svg class="qr" viewBox="0 0 {size} {size}" aria-hidden="true"><path d="{path}"/></svg>"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_has_every_dark_module_and_a_quiet_zone() {
        let text = "otpauth://totp/Kiwideck:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let modules = Modules::encode_text(text, QrCodeEcc::Medium).unwrap();
        let dark = (0..modules.size())
            .flat_map(|y| (0..modules.size()).map(move |x| (x, y)))
            .filter(|(x, y)| modules.get_module(*x, *y))
            .count();
        let code = QrCode::of(text).unwrap();
        let drawn: usize = code
            .path
            .split("h")
            .skip(1)
            .step_by(2)
            .map(|rest| rest.split('v').next().unwrap().parse::<usize>().unwrap())
            .sum();
        assert_eq!(drawn, dark);
        assert_eq!(code.size, modules.size() + 8);
    }
}
