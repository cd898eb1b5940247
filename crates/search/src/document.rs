//! What is searched.

use kernel::OrganisationId;
use serde::{Deserialize, Serialize};

/// Who may find a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    Public,
    /// The people who act for this organisation.
    Organisation(OrganisationId),
}

/// Who stands behind what is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The organisation it belongs to, which is on the platform.
    Own,
    /// The register alone: this organisation of the platform is the college, and has not claimed the row yet (未认领).
    Unclaimed(OrganisationId),
    /// The register alone: nobody on the platform is the college (未入驻).
    Absent,
}

/// One thing that can be found: a post, a row of the programme register, an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// `posting:<uuid>`, `register:<uuid>`, `organisation:<uuid>`; unique in the index.
    pub id: String,
    /// `programme`, `course`, `base`, `apprentices`, `staff_training`, `base_time`, `register`, `organisation`.
    pub kind: String,
    /// The title as people read it.
    pub title: String,
    /// The name of the organisation that speaks, or of which the register speaks.
    pub organisation: String,
    /// Free text.
    pub body: String,
    /// Names of majors, occupations and skills.
    pub trades: Vec<String>,
    /// Codes of industries.
    pub industries: Vec<String>,
    /// Code of the province.
    pub province: Option<String>,
    /// Code of the district.
    pub district: Option<String>,
    /// Codes of major categories.
    pub categories: Vec<String>,
    /// Codes of skill levels.
    pub levels: Vec<String>,
    /// Who stands behind it.
    pub voice: Voice,
    /// Length of study in years.
    pub years: Option<i64>,
    /// Seats over all lines.
    pub seats: Option<i64>,
    /// The highest pay offered, in fen per month.
    pub pay_max_fen: Option<i64>,
    /// First day, in days since 1970-01-01.
    pub starts_on: Option<i64>,
    /// When it was published, in microseconds since 1970.
    pub published_at: i64,
    /// Who may find it.
    pub audience: Audience,
}

impl Document {
    /// Whether its organisation is on the platform.
    pub fn joined(&self) -> bool {
        self.voice != Voice::Absent
    }

    /// Whether somebody stands behind it. A row of the register speaks for nobody; of what answers a question equally
    /// well, what lives comes first.
    pub(crate) fn is_living(&self) -> bool {
        self.kind != "register"
    }

    /// Whether the title is the name of an organisation.
    pub(crate) fn is_organisation(&self) -> bool {
        self.kind == "organisation"
    }

    /// A short fingerprint of everything in the document: equal documents have equal digests, so that a reconcile can
    /// tell a stale document from a fresh one without reading it.
    pub fn digest(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in json {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("{hash:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_changes_with_any_field() {
        let document = crate::testing::document("posting:1", "数控技术");
        assert_eq!(document.digest(), document.clone().digest());
        assert_ne!(
            document.digest(),
            Document {
                seats: Some(7),
                ..document.clone()
            }
            .digest()
        );
        assert_ne!(
            document.digest(),
            Document {
                voice: Voice::Absent,
                ..document.clone()
            }
            .digest()
        );
    }
}
