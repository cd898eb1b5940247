//! Passwords: Argon2id, off the async threads; and which passwords are too weak to take.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use marketplace::ProblemCode;

use crate::{App, Failure, Result};

/// The shortest password, in characters.
pub const MIN_LENGTH: usize = 10;
const MAX_LENGTH: usize = 200;

/// The commonest passwords of ten characters and more, and the patterns that keyboards suggest.
const COMMON: [&str; 18] = [
    "1234567890",
    "12345678910",
    "0123456789",
    "1111111111",
    "0000000000",
    "8888888888",
    "6666666666",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "password123",
    "password1234",
    "passw0rd123",
    "abcd123456",
    "a123456789",
    "woaini1314",
    "iloveyou123",
];

/// What is wrong with a password for the person of this address and name.
pub(super) fn problem(password: &str, email: &str, name: &str) -> Option<ProblemCode> {
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Some(if length == 0 {
            ProblemCode::Required
        } else {
            ProblemCode::TooShort { min: MIN_LENGTH }
        });
    }
    if length > MAX_LENGTH {
        return Some(ProblemCode::TooLong { max: MAX_LENGTH });
    }
    let plain = password.to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    let first = plain.chars().next().unwrap_or_default();
    let weak = COMMON.contains(&plain.as_str())
        || plain.chars().all(|c| c == first)
        || (local.len() >= 4 && plain.contains(&local))
        || (name.chars().count() >= 2 && plain.contains(&name.to_lowercase()));
    weak.then_some(ProblemCode::WeakPassword)
}

/// The hash to store of a new password. In an invented past there is none: nobody signs in there with a password.
pub(crate) async fn stored(app: &App, password: &str) -> Result<Option<String>> {
    if app.is_past() {
        return Ok(None);
    }
    hash(password).await.map(Some)
}

/// The hash of a password, as a PHC string.
pub(super) async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    blocking(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    })
    .await?
    .map_err(|error| Failure::Internal(error.to_string().into()))
}

/// Whether the password is the one of `stored`. Takes as long when there is none, so that nobody learns which
/// addresses have an account.
pub(crate) async fn verify(password: &str, stored: Option<&str>) -> Result<bool> {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRvZnNpeHRlZW4$1Xk0zBN4Db6mS1rCS9TAF0ZC4SMNbmXbJVZmTA4vVYk";
    let (password, known) = (password.to_owned(), stored.is_some());
    let stored = stored.unwrap_or(NOBODY).to_owned();
    blocking(move || {
        let right = PasswordHash::new(&stored)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        right && known
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_lock_only() {
        let hash = hash("正确的马电池订书钉").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("正确的马电池订书钉", Some(&hash)).await.unwrap());
        assert!(!verify("错误的马电池订书钉", Some(&hash)).await.unwrap());
        assert!(!verify("正确的马电池订书钉", None).await.unwrap());
    }

    #[test]
    fn weak_passwords_are_refused_with_their_reason() {
        assert_eq!(problem("", "a@b.cn", ""), Some(ProblemCode::Required));
        assert_eq!(
            problem("short", "a@b.cn", ""),
            Some(ProblemCode::TooShort { min: MIN_LENGTH })
        );
        assert_eq!(problem("1234567890", "a@b.cn", ""), Some(ProblemCode::WeakPassword));
        assert_eq!(
            problem("zhangsan2026", "ZhangSan@b.cn", ""),
            Some(ProblemCode::WeakPassword)
        );
        assert_eq!(
            problem("我是张小龙啊啊啊啊啊啊", "a@b.cn", "张小龙"),
            Some(ProblemCode::WeakPassword)
        );
        assert_eq!(problem("a long and winding road", "a@b.cn", "张小龙"), None);
    }
}
