//! The one-time code that makes the first admin: the one secret that may stand in the log.

use crate::secret::Secret;
use subtle::ConstantTimeEq;

/// The code of this start. It opens nothing once there is a person.
#[derive(Clone, Debug)]
pub struct SetupCode(Secret);

/// Letters and digits that cannot be mistaken for each other; 32 of them, so that a byte is fair.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

impl SetupCode {
    /// A new code of 20 letters: 97 bits and more.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn new() -> std::io::Result<SetupCode> {
        let mut bytes = [0; 20];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let letters: Vec<char> = bytes
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
            .collect();
        let groups: Vec<String> = letters
            .chunks(5)
            .map(|group| group.iter().collect())
            .collect();
        Ok(SetupCode(Secret::new(groups.join("-"))))
    }

    /// The code, to be shown once at the start.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// Whether this is the code, however its hyphens and case were typed.
    #[must_use]
    pub fn fits(&self, typed: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|letter| letter.to_ascii_lowercase())
                .collect()
        };
        let (code, typed) = (plain(self.0.reveal()), plain(typed));
        code.as_bytes().ct_eq(typed.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_fits_however_it_is_typed_and_no_other_does() {
        let code = SetupCode::new().unwrap();
        assert!(code.fits(code.reveal()));
        assert!(code.fits(&format!(
            " {} ",
            code.reveal().to_uppercase().replace('-', " ")
        )));
        assert!(!code.fits(""));
        assert!(!code.fits(SetupCode::new().unwrap().reveal()));
    }
}
