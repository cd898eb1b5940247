//! Where a letter's button leads: a path on this platform, never another host.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A path on this platform, often with a secret in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct LinkPath(String);

impl LinkPath {
    /// The path with exactly one slash before it, so that it cannot name another host.
    pub fn new(path: &str) -> Self {
        Self(format!("/{}", path.trim_start_matches('/')))
    }

    /// Whether whoever has it is let in: it leads to a page that asks for nothing else.
    pub fn is_secret(&self) -> bool {
        const SECRET: [&str; 5] = ["links", "invitations", "sign", "join", "mail"];
        let mut segments = self.0.trim_start_matches('/').split('/');
        let first = segments.next().unwrap_or_default();
        SECRET.contains(&first) && segments.next().is_some()
    }

    /// The path as it stands behind the platform's address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for LinkPath {
    fn from(path: String) -> Self {
        Self::new(&path)
    }
}

impl fmt::Debug for LinkPath {
    /// Without the path: whoever has it is let in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkPath(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_lets_somebody_in_is_known_as_such() {
        for path in [
            "/links/abc",
            "/sign/abc/end",
            "/join/abc",
            "/invitations/abc",
            "/mail/preferences/abc",
        ] {
            assert!(LinkPath::new(path).is_secret(), "{path}");
        }
        for path in [
            "/",
            "/sign-in",
            "/join",
            "/agreements/1",
            "/records/1/weeks",
            "/workspace",
        ] {
            assert!(!LinkPath::new(path).is_secret(), "{path}");
        }
    }

    #[test]
    fn a_path_names_no_other_host_and_is_not_printed() {
        assert_eq!(LinkPath::new("//evil.example/x").as_str(), "/evil.example/x");
        assert_eq!(LinkPath::new("sign-in").as_str(), "/sign-in");
        assert_eq!(format!("{:?}", LinkPath::new("/sign-in/secret")), "LinkPath(..)");
    }
}
