//! Reads the provider's CSV of all API keys, and judges its rows. The file is never on disk; between
//! preview and import its keys wait in memory, for the session that brought them.

use crate::model::name::tidy;
use crate::model::vps::{self, Vps};
use crate::secret::Secret;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many rows at a time.
pub const ROWS_MAX: usize = 1000;
/// A preview waits so long to be imported.
const KEPT_S: i64 = 1800;

/// What is to be done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A VPS that the panel does not know.
    New,
    /// The panel knows this VEID: it gets the key. The VPS's row.
    Known(i64),
    /// Terminated at the provider.
    Terminated,
    /// No usable VEID or key.
    Faulty,
    /// The VEID came before in the file.
    Double,
}

impl Verdict {
    /// Whether the row is imported.
    #[must_use]
    pub const fn is_imported(self) -> bool {
        matches!(self, Verdict::New | Verdict::Known(_))
    }

    /// The message id of its word.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Verdict::New => "import-row-new",
            Verdict::Known(_) => "import-row-known",
            Verdict::Terminated => "import-row-terminated",
            Verdict::Faulty => "import-row-faulty",
            Verdict::Double => "import-row-double",
        }
    }
}

/// One row of the file.
#[derive(Clone, Debug)]
pub struct Row {
    /// KiwiVM's number.
    pub veid: String,
    /// The key.
    pub key: Secret,
    /// From the column LABEL or the hostname; unique among all.
    pub label: String,
    /// From the column TAGS, as typed.
    pub tags: String,
    /// From the column NOTE.
    pub note: String,
    /// What is to be done with it.
    pub verdict: Verdict,
    /// Whether it is wanted. What is imported is ticked at first, and may be left out.
    pub is_chosen: bool,
    is_terminated: bool,
}

/// Why a file cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The first line names no VEID and API_KEY.
    #[error("the first line must name the columns VEID and API_KEY")]
    Columns,
    /// A line is no CSV.
    #[error("line {0} is not CSV that can be read")]
    Line(u64),
    /// Too many rows.
    #[error("the file has more than {ROWS_MAX} rows")]
    TooMany,
    /// No rows.
    #[error("the file holds no row")]
    Empty,
}

/// Reads a file: UTF-8, with or without a byte-order mark, or GB18030, as Chinese spreadsheets save.
///
/// # Errors
/// See [`ImportError`].
pub fn read(bytes: &[u8], vpses: &[Vps]) -> Result<Vec<Row>, ImportError> {
    let text = decoded(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_| ImportError::Line(1))?.clone();
    let columns = Columns::find(&headers).ok_or(ImportError::Columns)?;
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let line = u64::try_from(index).unwrap_or(0) + 2;
        let record = record.map_err(|_| ImportError::Line(line))?;
        if record.iter().any(|field| !field.is_empty()) {
            rows.push(columns.row(&record));
        }
        if rows.len() > ROWS_MAX {
            return Err(ImportError::TooMany);
        }
    }
    if rows.is_empty() {
        return Err(ImportError::Empty);
    }
    judge(&mut rows, vpses);
    Ok(rows)
}

fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

struct Columns {
    veid: usize,
    key: usize,
    others: HashMap<&'static str, usize>,
}

impl Columns {
    fn find(headers: &csv::StringRecord) -> Option<Columns> {
        let place = |wanted: &str| {
            headers
                .iter()
                .position(|name| name.eq_ignore_ascii_case(wanted))
        };
        let others = ["HOSTNAME", "IS_TERMINATED", "LABEL", "TAGS", "NOTE"];
        Some(Columns {
            veid: place("VEID")?,
            key: place("API_KEY")?,
            others: others
                .into_iter()
                .filter_map(|name| Some((name, place(name)?)))
                .collect(),
        })
    }

    fn row(&self, record: &csv::StringRecord) -> Row {
        let field = |name: &str| {
            let place = self.others.get(name).copied();
            tidy(
                place
                    .and_then(|place| record.get(place))
                    .unwrap_or_default(),
            )
        };
        let terminated = field("IS_TERMINATED").to_lowercase();
        let label = Some(field("LABEL")).filter(|label| !label.is_empty());
        Row {
            veid: tidy(record.get(self.veid).unwrap_or_default()),
            key: Secret::new(tidy(record.get(self.key).unwrap_or_default())),
            label: label
                .unwrap_or_else(|| field("HOSTNAME"))
                .chars()
                .take(60)
                .collect(),
            tags: field("TAGS"),
            note: field("NOTE").chars().take(4000).collect(),
            verdict: Verdict::New,
            is_chosen: false,
            is_terminated: matches!(terminated.as_str(), "1" | "true" | "yes" | "y"),
        }
    }
}

fn judge(rows: &mut [Row], vpses: &[Vps]) {
    let known: HashMap<&str, &Vps> = vpses.iter().map(|vps| (vps.veid.as_str(), vps)).collect();
    let mut labels: HashSet<String> = vpses.iter().map(|vps| vps.label.to_lowercase()).collect();
    let mut seen = HashSet::new();
    for row in rows {
        row.verdict = verdict(row, &known, &seen);
        row.is_chosen = row.verdict.is_imported();
        seen.insert(row.veid.clone());
        match row.verdict {
            Verdict::Known(_) => row.label.clone_from(&known[row.veid.as_str()].label),
            Verdict::New => row.label = unique(&row.label, &row.veid, &mut labels),
            _ => {}
        }
    }
}

fn verdict(row: &Row, known: &HashMap<&str, &Vps>, seen: &HashSet<String>) -> Verdict {
    let number = vps::is_veid(&row.veid);
    let key = row.key.reveal();
    if row.is_terminated {
        Verdict::Terminated
    } else if !number || key.is_empty() || key.len() > 200 || key.contains(' ') {
        Verdict::Faulty
    } else if seen.contains(&row.veid) {
        Verdict::Double
    } else if let Some(vps) = known.get(row.veid.as_str()) {
        Verdict::Known(vps.id)
    } else {
        Verdict::New
    }
}

/// The wanted label, or the VEID; with a number behind it when it is taken.
fn unique(wanted: &str, veid: &str, labels: &mut HashSet<String>) -> String {
    let wanted = if wanted.is_empty() { veid } else { wanted };
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let label = std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(|label| !labels.contains(&label.to_lowercase()))
        .unwrap_or_default();
    labels.insert(label.to_lowercase());
    label
}

/// A file between preview and import, or after it.
#[derive(Clone, Debug)]
pub struct Import {
    session_id: i64,
    began_s: i64,
    /// Its rows; none once it is imported.
    pub rows: Vec<Row>,
    /// The VPSes it was imported into.
    pub vps_ids: Vec<i64>,
}

/// The files that wait, by id.
#[derive(Debug, Default)]
pub struct Imports {
    all: Mutex<HashMap<String, Import>>,
}

impl Imports {
    /// Keeps a file's rows for this session.
    pub fn keep(&self, id: &str, session_id: i64, rows: Vec<Row>, now_s: i64) {
        let import = Import {
            session_id,
            began_s: now_s,
            rows,
            vps_ids: Vec::new(),
        };
        let mut all = self.lock();
        all.retain(|_, import| now_s - import.began_s < KEPT_S && import.session_id != session_id);
        all.insert(id.to_owned(), import);
    }

    /// Drops the files, and the keys in them, that waited too long.
    pub fn sweep(&self, now_s: i64) {
        self.lock()
            .retain(|_, import| now_s - import.began_s < KEPT_S);
    }

    /// Takes the rows out, once, for the session that brought them.
    #[must_use]
    pub fn take(&self, id: &str, session_id: i64, now_s: i64) -> Option<Vec<Row>> {
        let mut all = self.lock();
        let import = all
            .get_mut(id)
            .filter(|import| import.session_id == session_id && now_s - import.began_s < KEPT_S)?;
        let rows = std::mem::take(&mut import.rows);
        (!rows.is_empty()).then_some(rows)
    }

    /// Puts rows back that could not be imported yet.
    pub fn put_back(&self, id: &str, rows: Vec<Row>) {
        if let Some(import) = self.lock().get_mut(id) {
            import.rows = rows;
        }
    }

    /// Notes what came of it.
    pub fn done(&self, id: &str, vps_ids: Vec<i64>) {
        if let Some(import) = self.lock().get_mut(id) {
            import.vps_ids = vps_ids;
        }
    }

    /// The VPSes that this session's file was imported into.
    #[must_use]
    pub fn imported(&self, id: &str, session_id: i64) -> Option<Vec<i64>> {
        let all = self.lock();
        let import = all
            .get(id)
            .filter(|import| import.session_id == session_id)?;
        Some(import.vps_ids.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Import>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "VEID,VM_TYPE,HOSTNAME,PRIMARY_IP,IS_TERMINATED,IS_2FA_ENABLED,API_KEY\n\
        1234567,kvm,web,192.0.2.1,0,0,private_TESTaaaaaaaaaaaaaaaaaaaa\n\
        1234568,kvm,web,192.0.2.2,0,1,private_TESTbbbbbbbbbbbbbbbbbbbb\n\
        1234569,ovz,old,192.0.2.3,1,0,private_TESTcccccccccccccccccccc\n\
        1234567,kvm,again,192.0.2.1,0,0,private_TESTdddddddddddddddddddd\n\
        nonsense,kvm,x,,0,0,private_TESTeeeeeeeeeeeeeeeeeeee\n\
        1234570,kvm,nokey,192.0.2.4,0,0,\n";

    fn known(veid: &str, label: &str) -> Vps {
        Vps {
            label: label.into(),
            veid: veid.into(),
            ..Vps::sample(9)
        }
    }

    #[test]
    fn each_row_gets_its_verdict_and_a_label_of_its_own() {
        let rows = read(
            FILE.as_bytes(),
            &[known("1234568", "mail"), known("7", "WEB")],
        )
        .unwrap();
        let verdicts: Vec<Verdict> = rows.iter().map(|row| row.verdict).collect();
        use Verdict::{Double, Faulty, Known, New, Terminated};
        assert_eq!(
            verdicts,
            [New, Known(9), Terminated, Double, Faulty, Faulty]
        );
        assert_eq!(rows[0].label, "web-2");
        assert_eq!(rows[1].label, "mail");
    }

    #[test]
    fn a_chinese_spreadsheets_encoding_and_a_byte_order_mark_are_read() {
        let text = "VEID,API_KEY,LABEL,TAGS\n1234567,private_TESTaaaaaaaaaaaaaaaaaaaa,香港一号,\"生产,网站\"\n";
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes(), &marked, &gb18030] {
            let rows = read(bytes, &[]).unwrap();
            assert_eq!(rows[0].label, "香港一号");
            assert_eq!(rows[0].tags, "生产,网站");
        }
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_the_reason() {
        let refused = |text: &str| read(text.as_bytes(), &[]).unwrap_err();
        assert_eq!(refused("A,B\n1,2\n"), ImportError::Columns);
        assert_eq!(refused(""), ImportError::Columns);
        assert_eq!(refused("VEID,API_KEY\n"), ImportError::Empty);
        let long = format!("VEID,API_KEY\n{}", "1,k\n".repeat(ROWS_MAX + 1));
        assert_eq!(refused(&long), ImportError::TooMany);
    }

    #[test]
    fn rows_wait_for_their_session_and_are_taken_once() {
        let imports = Imports::default();
        imports.keep("id", 1, read(FILE.as_bytes(), &[]).unwrap(), 1000);
        assert!(imports.take("id", 2, 1000).is_none());
        assert!(imports.take("id", 1, 1000 + KEPT_S).is_none());
        assert!(imports.take("id", 1, 1000).is_some());
        assert!(imports.take("id", 1, 1000).is_none());
    }
}
