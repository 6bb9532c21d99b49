//! Passwords: which are good enough, and how they are kept.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use keyway_core::id::Entropy;

use crate::app::App;
use crate::problem::{Code, FieldError, Problem};

/// How many characters a password has.
const CHARACTERS: std::ops::RangeInclusive<usize> = 12..=256;

/// The passwords of at least twelve characters among the twenty thousand that people use most, and
/// some that suggest themselves; shorter ones are refused anyway.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password isn't good enough.
pub fn fault(password: &str, email: &str) -> Option<&'static str> {
    if !CHARACTERS.contains(&password.chars().count()) {
        return Some("must have 12 to 256 characters");
    }
    let folded = password.trim().to_lowercase();
    let common = COMMON.lines().any(|one| one == folded);
    let name = email.split('@').next().unwrap_or_default().to_lowercase();
    let bare: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    if common || is_repetition(&folded) || is_sequence(&folded) {
        return Some("is one of those that are guessed first");
    }
    if folded == email.to_lowercase() || (!name.is_empty() && bare == name) || bare == "keyway" {
        return Some("is too much like the address or the name of this program");
    }
    None
}

/// Whether a text is one piece of up to four characters again and again.
fn is_repetition(text: &str) -> bool {
    let all: Vec<char> = text.chars().collect();
    (1..=4).any(|period| (period..all.len()).all(|at| all[at] == all[at - period]))
}

/// Whether each character follows the one before, as in `abcdefghijkl` or `210987654321`.
fn is_sequence(text: &str) -> bool {
    let all: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = |up: bool| {
        all.windows(2).all(|pair| {
            let (before, after) = if up { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
            after == before + 1 || (before, after) == (u32::from('9'), u32::from('0'))
        })
    };
    steps(true) || steps(false)
}

/// Refuses a password that isn't good enough; `member` says where it stands in the body.
pub(super) fn check(member: &str, password: &str, email: &str) -> Result<(), Problem> {
    let Some(message) = fault(password, email) else { return Ok(()) };
    Err(Problem::invalid(vec![FieldError {
        location: format!("body.{member}"),
        message: message.to_owned(),
        fix: Some("Choose a longer one of several words, or let a password manager do it.".into()),
    }]))
}

/// Argon2id with 19 MiB, two passes and one lane, as OWASP advises.
fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash that no password has, for the time it takes to compare one.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now(&Entropy::System, "").unwrap_or_default());

fn hash_now(entropy: &Entropy, password: &str) -> Option<String> {
    let mut salt = [0_u8; 16];
    entropy.fill(&mut salt);
    let hash = hasher().hash_password_with_salt(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

fn is_right(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a text is a hash that passwords can be compared with.
pub fn is_hash(text: &str) -> bool {
    text.starts_with("$argon2id$") && PasswordHash::new(text).is_ok()
}

/// The hash of a password, in PHC form.
pub(super) async fn hash(app: &App, password: &str) -> Result<String, Problem> {
    let (entropy, password) = (app.entropy.clone(), password.to_owned());
    let hash = elsewhere(app, move || hash_now(&entropy, &password)).await?;
    hash.ok_or_else(|| Problem::new(Code::UnexpectedError, "The password could not be hashed."))
}

/// Whether a password is the one of this hash. Takes as long if there is none.
pub(super) async fn verify(app: &App, password: &str, hash: Option<&str>) -> Result<bool, Problem> {
    let (password, known) = (password.to_owned(), hash.is_some());
    let hash = hash.map_or_else(|| NOBODY.clone(), str::to_owned);
    Ok(elsewhere(app, move || is_right(&password, &hash)).await? && known)
}

/// Computes where it holds up nobody else.
async fn elsewhere<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let failed = || Problem::new(Code::UnexpectedError, "The password could not be looked at.");
    let _turn = app.dashboard.hashing.acquire().await.map_err(|error| failed().because(error))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| failed().because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_passwords_are_good_unless_they_are_guessed_first() {
        for good in
            ["correct horse battery", "ünïcödé-ist-erlaubt", "x7#kQ2!pLm9z", " spaces are fine "]
        {
            assert_eq!(fault(good, "anna@example.com"), None, "{good}");
        }
        for bad in [
            "short",
            "Password1234",
            "qwertyuiop123",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "abcdefghijkl",
            "1234567890123",
            "anna@example.com",
            "keyway-2026-2027",
        ] {
            assert!(fault(bad, "anna@example.com").is_some(), "{bad}");
        }
        assert!(fault(&"x1".repeat(200), "").is_some());
        assert!(fault("anna12345678!", "anna@example.com").is_some());
    }

    #[test]
    fn a_password_is_known_again_by_its_hash() {
        let hash = hash_now(&Entropy::seeded(1), "correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_hash(&hash) && is_right("correct horse battery", &hash));
        assert!(
            !is_right("correct horse batterz", &hash) && !is_right("", &NOBODY.replace('$', ""))
        );
    }
}
