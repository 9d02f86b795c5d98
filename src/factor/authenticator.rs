//! Authenticator apps: a seed of 160 bits that the app and the panel share, and a code of six digits
//! from it every 30 seconds (RFC 6238 with SHA-1, what every app understands).

use crate::secret::Secret;
use std::fmt::Write;
use totp_rs::Builder;

/// A code is for so long.
const STEP_S: i64 = 30;
/// So many digits.
const DIGITS: usize = 6;

/// What an app and the panel share, in base32.
#[derive(Clone, Debug)]
pub struct Seed(Secret);

impl From<Secret> for Seed {
    fn from(base32: Secret) -> Seed {
        Seed(base32)
    }
}

impl Seed {
    /// 160 random bits.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn new() -> std::io::Result<Seed> {
        let mut bytes = zeroize::Zeroizing::new([0; 20]);
        getrandom::fill(bytes.as_mut_slice()).map_err(std::io::Error::other)?;
        let seed = totp_rs::Secret::new_stack(*bytes);
        Ok(Seed(Secret::new(seed.to_base32())))
    }

    /// The seed itself, to be sealed.
    #[must_use]
    pub const fn base32(&self) -> &Secret {
        &self.0
    }

    /// For those who type it: in groups of four.
    #[must_use]
    pub fn groups(&self) -> Secret {
        let mut groups = String::with_capacity(64);
        for (index, letter) in self.0.reveal().chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                groups.push(' ');
            }
            groups.push(letter);
        }
        Secret::new(groups)
    }

    /// The address in the QR code: what an app calls the account, and the seed.
    #[must_use]
    pub fn address(&self, account: &str) -> Secret {
        let mut address = String::with_capacity(256);
        let account: String = form_urlencoded::byte_serialize(account.as_bytes()).collect();
        // A space is "%20" in an address and "+" in a form only.
        let account = account.replace('+', "%20");
        let _ = write!(
            address,
            "otpauth://totp/Kiwideck:{account}?secret={}&issuer=Kiwideck&algorithm=SHA1&digits={DIGITS}&period={STEP_S}",
            self.0.reveal()
        );
        Secret::new(address)
    }

    /// The step this code is of, if it is the present one or one beside it: clocks differ.
    #[must_use]
    pub fn step_of(&self, code: &str, now_s: i64) -> Option<i64> {
        let seed = totp_rs::Secret::try_from_base32(self.0.reveal()).ok()?;
        let app = Builder::new().with_secret(seed).build().ok()?;
        let step = app.check(code, u64::try_from(now_s).ok()?)?;
        i64::try_from(step).ok()
    }
}

/// A code as it was typed: exactly six digits, wherever people put spaces between them.
#[must_use]
pub fn code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|letter| *letter != ' ').collect();
    let is_code = code.len() == DIGITS && code.bytes().all(|letter| letter.is_ascii_digit());
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of RFC 6238, appendix B: "12345678901234567890".
    fn known() -> Seed {
        Seed(Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
    }

    #[test]
    fn t_totp_the_codes_are_those_of_rfc_6238() {
        // Its last six digits of eight.
        let codes = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ];
        for (now_s, code) in codes {
            assert_eq!(known().step_of(code, now_s), Some(now_s / 30), "{now_s}");
        }
    }

    #[test]
    fn t_totp_a_code_holds_in_its_step_and_the_two_beside_it() {
        // A step begins at this second.
        let now_s = 1_234_567_890;
        for (off_s, holds) in [
            (-31, false),
            (-30, true),
            (0, true),
            (59, true),
            (60, false),
        ] {
            let found = known().step_of("005924", now_s + off_s).is_some();
            assert_eq!(found, holds, "{off_s}");
        }
        assert_eq!(known().step_of("005924", -1), None);
    }

    #[test]
    fn t_totp_a_code_is_exactly_six_ascii_digits() {
        for typed in ["123456", " 123 456 ", "1 2 3 4 5 6"] {
            assert_eq!(code(typed).unwrap(), "123456");
        }
        for typed in [
            "",
            "12345",
            "1234567",
            "12345a",
            "１２３４５６",
            "123-456",
            "+12345",
            "12345\n6",
        ] {
            assert_eq!(code(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn a_seed_has_160_bits_and_can_be_typed_in_groups() {
        let seed = Seed::new().unwrap();
        assert_eq!(seed.base32().reveal().len(), 32);
        let groups = seed.groups();
        assert_eq!(groups.reveal().split(' ').count(), 8);
        assert_eq!(groups.reveal().replace(' ', ""), seed.base32().reveal());
    }

    #[test]
    fn the_address_names_panel_and_person() {
        let address = known().address("ada lovelace@ops.example.com");
        assert!(
            address.reveal().starts_with(
                "otpauth://totp/Kiwideck:ada%20lovelace%40ops.example.com?secret=GEZD"
            )
        );
    }
}
