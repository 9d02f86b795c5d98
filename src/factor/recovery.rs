//! Recovery codes: ten of 80 random bits each, in letters and digits that cannot be mistaken for
//! each other.

use crate::secret::Secret;
use sha2::{Digest, Sha256};

/// So many at a time.
const COUNT: usize = 10;
/// Letters of one code: five bits each.
const LENGTH: usize = 16;
/// 32 of them, so that a byte is fair.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Ten new codes, in groups of four.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn new_codes() -> std::io::Result<Vec<Secret>> {
    (0..COUNT).map(|_| new_code()).collect()
}

fn new_code() -> std::io::Result<Secret> {
    let mut bytes = zeroize::Zeroizing::new([0; LENGTH]);
    getrandom::fill(bytes.as_mut_slice()).map_err(std::io::Error::other)?;
    let mut code = String::with_capacity(LENGTH + 3);
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    Ok(Secret::new(code))
}

/// The hashes of these codes, as they are kept.
#[must_use]
pub fn hashes(codes: &[Secret]) -> Vec<Vec<u8>> {
    codes
        .iter()
        .filter_map(|code| hash(code.reveal()))
        .collect()
}

/// The hash of a code, however its hyphens, spaces and case were typed; none of what is no recovery
/// code at all.
#[must_use]
pub fn hash(typed: &str) -> Option<Vec<u8>> {
    let code: String = typed
        .chars()
        .filter(|letter| !matches!(letter, '-' | ' '))
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let is_code = code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter));
    is_code.then(|| Sha256::digest(code.as_bytes()).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_codes_are_different_and_each_is_known_however_it_is_typed() {
        let codes = new_codes().unwrap();
        let hashes = hashes(&codes);
        assert_eq!(
            hashes
                .iter()
                .collect::<std::collections::HashSet<_>>()
                .len(),
            10
        );
        for (code, kept) in codes.iter().zip(&hashes) {
            let code = code.reveal();
            assert_eq!(code.len(), 19);
            let typed = [
                code.to_owned(),
                code.to_uppercase(),
                code.replace('-', ""),
                format!(" {} ", code.replace('-', " ")),
            ];
            for typed in typed {
                assert_eq!(&hash(&typed).unwrap(), kept);
            }
        }
    }

    #[test]
    fn what_is_no_recovery_code_has_no_hash() {
        for typed in [
            "",
            "123456",
            "abcd-efgh-ijkm",
            "abcd-efgh-ijkm-npq0",
            "abcd-efgh-ijkm-npqo",
        ] {
            assert_eq!(hash(typed), None, "{typed}");
        }
    }
}
