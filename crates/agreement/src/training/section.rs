//! The sections of the document, in the order in which it is read.

use serde::{Deserialize, Serialize};

/// A section of the training agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 当事人
    Parties,
    /// 培养目标
    Goals,
    /// 培养内容与期限
    Content,
    /// 培养方式与导师
    Methods,
    /// 质量考核标准
    Quality,
    /// 工作时间与工资待遇
    Pay,
    /// 培训费用与服务期
    Costs,
    /// 劳动保护与安全
    Safety,
    /// 双方权利义务
    Duties,
    /// 个人信息处理
    Privacy,
    /// 变更、解除与违约
    Ending,
    /// 争议
    Dispute,
    /// 附件
    Annexes,
    /// 签署页
    Signing,
}

impl Section {
    /// Every section, in the order of the document.
    pub const ALL: [Self; 14] = [
        Self::Parties,
        Self::Goals,
        Self::Content,
        Self::Methods,
        Self::Quality,
        Self::Pay,
        Self::Costs,
        Self::Safety,
        Self::Duties,
        Self::Privacy,
        Self::Ending,
        Self::Dispute,
        Self::Annexes,
        Self::Signing,
    ];

    /// The name in data, hashes and keys of the catalogue (`training_section.<key>`).
    pub const fn key(self) -> &'static str {
        match self {
            Self::Parties => "parties",
            Self::Goals => "goals",
            Self::Content => "content",
            Self::Methods => "methods",
            Self::Quality => "quality",
            Self::Pay => "pay",
            Self::Costs => "costs",
            Self::Safety => "safety",
            Self::Duties => "duties",
            Self::Privacy => "privacy",
            Self::Ending => "ending",
            Self::Dispute => "dispute",
            Self::Annexes => "annexes",
            Self::Signing => "signing",
        }
    }

    /// The section of this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.key() == key)
    }

    /// The heading in the document.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Parties => "当事人",
            Self::Goals => "培养目标",
            Self::Content => "培养内容与期限",
            Self::Methods => "培养方式与导师",
            Self::Quality => "质量考核标准",
            Self::Pay => "工作时间与工资待遇",
            Self::Costs => "培训费用与服务期",
            Self::Safety => "劳动保护与安全",
            Self::Duties => "双方权利义务",
            Self::Privacy => "个人信息处理",
            Self::Ending => "变更、解除与违约",
            Self::Dispute => "争议处理",
            Self::Annexes => "附件",
            Self::Signing => "签署",
        }
    }
}
