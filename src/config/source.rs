//! Where a setting's text comes from: the variable, the file that it names, or the default.

use super::{AUDIT_KEEP_DAYS_MIN, ConfigError, HOUR_S, SETTINGS, SessionLimits, TlsFiles, fault};
use std::path::PathBuf;

/// No session may be told to last longer: a cookie that is stolen should not be good for a season.
const SESSION_MAX_HOURS: i64 = 720;

pub(super) struct Source<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Source<'_> {
    /// The value, that of the file named by `…_FILE`, or the default.
    pub(super) fn value(&self, name: &'static str) -> Result<String, ConfigError> {
        if let Some(value) = (self.0)(&format!("KIWIDECK_{name}")) {
            return Ok(value.trim().to_owned());
        }
        if let Some(file) = (self.0)(&format!("KIWIDECK_{name}_FILE")) {
            return std::fs::read_to_string(&file)
                .map(|text| text.trim().to_owned())
                .map_err(|error| fault(name, format!("the file {file}: {error}")));
        }
        let setting = SETTINGS.iter().find(|setting| setting.name == name);
        Ok(setting
            .map(|setting| setting.default)
            .unwrap_or_default()
            .to_owned())
    }

    pub(super) fn parse<T: std::str::FromStr>(
        &self,
        name: &'static str,
        wanted: &str,
    ) -> Result<T, ConfigError> {
        let value = self.value(name)?;
        value
            .parse()
            .map_err(|_| fault(name, format!("{value:?} is not {wanted}")))
    }

    /// Both files or neither.
    pub(super) fn tls(&self) -> Result<Option<TlsFiles>, ConfigError> {
        match (self.file("TLS_CERT")?, self.file("TLS_KEY")?) {
            (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(fault("TLS_KEY", "it is missing beside KIWIDECK_TLS_CERT")),
            (None, Some(_)) => Err(fault("TLS_CERT", "it is missing beside KIWIDECK_TLS_KEY")),
        }
    }

    /// The name of a file. `…_FILE` says the same: what is in the file must not be taken for a name,
    /// and so come into an error.
    fn file(&self, name: &'static str) -> Result<Option<PathBuf>, ConfigError> {
        let names = [format!("KIWIDECK_{name}"), format!("KIWIDECK_{name}_FILE")];
        let value = names.iter().find_map(|name| (self.0)(name));
        match value.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) if text.contains("-----BEGIN") => {
                Err(fault(name, "it is the text itself: it must name a file"))
            }
            Some(file) => Ok(Some(file.into())),
        }
    }

    /// 0 keeps all; fewer than 30 days are too few.
    pub(super) fn keep_days(&self) -> Result<u16, ConfigError> {
        let days = self.parse("AUDIT_KEEP_DAYS", "a number of days")?;
        if (1..AUDIT_KEEP_DAYS_MIN).contains(&days) {
            let least = format!("{days} is less than {AUDIT_KEEP_DAYS_MIN} days; 0 keeps all");
            return Err(fault("AUDIT_KEEP_DAYS", least));
        }
        Ok(days)
    }

    pub(super) fn session(&self) -> Result<SessionLimits, ConfigError> {
        Ok(SessionLimits {
            idle_s: self.hours("SESSION_IDLE")? * HOUR_S,
            age_max_s: self.hours("SESSION_MAX")? * HOUR_S,
        })
    }

    fn hours(&self, name: &'static str) -> Result<i64, ConfigError> {
        let wanted = "a whole number of hours, 1 to 720";
        let hours = self.parse(name, wanted)?;
        if (1..=SESSION_MAX_HOURS).contains(&hours) {
            return Ok(hours);
        }
        Err(fault(name, format!("{hours} is not {wanted}")))
    }

    pub(super) fn optional<T>(
        &self,
        name: &'static str,
        understand: fn(&str) -> Result<T, ConfigError>,
    ) -> Result<Option<T>, ConfigError> {
        match self.value(name)?.as_str() {
            "" => Ok(None),
            value => understand(value).map(Some),
        }
    }
}
