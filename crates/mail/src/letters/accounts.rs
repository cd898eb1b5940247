//! Letters about accounts and memberships.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::{SAMPLE_COLLEGE, SAMPLE_COMPANY, SAMPLE_MOMENT};
use crate::LinkPath;

/// A link that signs its reader in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLink {
    /// The page on which a button signs in.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link to choose a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The page with the form.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link by which somebody shows that an address is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmEmail {
    /// The page on which a button confirms.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// An invitation to act for an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The organisation's name.
    pub organisation: String,
    /// Who invites.
    pub inviter: String,
    /// The code of the role: `officer` or `admin`.
    pub role: String,
    /// The page on which a button accepts.
    pub path: LinkPath,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl SignInLink {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            path: LinkPath::new("/sign-in/link/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        }]
    }
}

impl ResetPassword {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            path: LinkPath::new("/reset/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        }]
    }
}

impl ConfirmEmail {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            path: LinkPath::new("/confirm/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        }]
    }
}

impl Invitation {
    pub(super) fn examples() -> Vec<Self> {
        [
            (SAMPLE_COLLEGE, "王敏", "officer"),
            (SAMPLE_COMPANY, "Chen, Li", "admin"),
        ]
        .into_iter()
        .map(|(organisation, inviter, role)| Self {
            organisation: organisation.to_owned(),
            inviter: inviter.to_owned(),
            role: role.to_owned(),
            path: LinkPath::new("/invitations/0f3c7a5e9b1d4c2f8a6e5d4c3b2a1f0e"),
            expires_at: SAMPLE_MOMENT,
        })
        .collect()
    }
}
