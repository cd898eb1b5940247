//! Letters about the standing of an organisation.

use serde::{Deserialize, Serialize};

use super::{SAMPLE_COLLEGE, SAMPLE_COMPANY};
use crate::LinkPath;

/// The operator verified the organisation: it may post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationVerified {
    /// The organisation's name.
    pub organisation: String,
    /// Its home.
    pub path: LinkPath,
}

/// The operator could not verify the organisation and says what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationReturned {
    /// The organisation's name.
    pub organisation: String,
    /// What the operator wrote.
    pub reason: String,
    /// The page on which it is mended.
    pub path: LinkPath,
}

/// The operator suspended the organisation: its posts are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationSuspended {
    /// The organisation's name.
    pub organisation: String,
    /// What the operator wrote.
    pub reason: String,
    /// Its home.
    pub path: LinkPath,
}

impl OrganisationVerified {
    pub(super) fn examples() -> Vec<Self> {
        [SAMPLE_COLLEGE, SAMPLE_COMPANY]
            .into_iter()
            .map(|organisation| Self {
                organisation: organisation.to_owned(),
                path: LinkPath::new("/home"),
            })
            .collect()
    }
}

impl OrganisationReturned {
    pub(super) fn examples() -> Vec<Self> {
        [
            "营业执照上的名称与填写的不一致，请核对。",
            "第一行\n<script>第二行</script> & 第三行",
        ]
        .into_iter()
        .map(|reason| Self {
            organisation: SAMPLE_COMPANY.to_owned(),
            reason: reason.to_owned(),
            path: LinkPath::new("/organisation/edit?from=letter&part=name"),
        })
        .collect()
    }
}

impl OrganisationSuspended {
    pub(super) fn examples() -> Vec<Self> {
        vec![Self {
            organisation: SAMPLE_COLLEGE.to_owned(),
            reason: "收到对专业信息真实性的投诉，核实期间暂停展示。".to_owned(),
            path: LinkPath::new("/home"),
        }]
    }
}
