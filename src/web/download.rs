//! Files to save, and the lines of a CSV. What goes into one is decided elsewhere.

use crate::kiwivm::printable::printable;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The type of a CSV.
pub(super) const CSV: &str = "text/csv; charset=utf-8";
/// With it spreadsheets read the rest as UTF-8.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A file to save. Its name is ours: nothing that somebody typed.
pub(super) fn file(name: &str, kind: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}

/// The day of a Unix time in this zone, for a file's name.
pub(super) fn day(unix_s: i64, zone: &TimeZone) -> Date {
    let at = Timestamp::from_second(unix_s).unwrap_or_default();
    zone.to_datetime(at).date()
}

/// RFC 3339, in this zone.
pub(super) fn moment(unix_ms: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(unix_ms).unwrap_or_default();
    at.display_with_offset(zone.to_offset(at)).to_string()
}

/// What spreadsheets take for a formula when it comes first; the wide ones in China and Japan.
const FORMULAS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line of CSV.
pub(super) fn record(cells: &[String]) -> String {
    let quoted = cells.iter().map(|text| {
        let text = cell(text).replace('"', "\"\"");
        // Some spreadsheets part cells at a semicolon.
        if text.contains([',', ';', '"']) {
            format!("\"{text}\"")
        } else {
            text
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

/// A text in one line, without what steers a terminal, and with a quote before what a spreadsheet
/// would take for a formula.
fn cell(text: &str) -> String {
    let plain = printable(text, usize::MAX);
    let is_formula = text.starts_with(['\t', '\r']) || plain.trim_start().starts_with(FORMULAS);
    if is_formula {
        format!("'{plain}")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_csvinj_a_cell_that_begins_like_a_formula_gets_a_quote() {
        for hostile in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", " =1", "\u{1b}=1", "＝1",
        ] {
            let cell = cell(hostile);
            assert!(cell.starts_with('\''), "{cell:?}");
        }
        assert_eq!(cell("a=1"), "a=1");
        assert_eq!(record(&["a;=1".into()]), "\"a;=1\"\r\n");
        assert_eq!(
            record(&["=HYPERLINK(\"a\",\"b\")".into(), "x".into()]),
            "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\",x\r\n"
        );
    }

    #[test]
    fn t_ansi_a_cell_is_one_line_without_control_characters() {
        assert_eq!(cell("a\u{1b}[31m\u{9b}b\r\nc\u{202e}"), "a[31mb c");
    }
}
