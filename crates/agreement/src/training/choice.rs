//! Closed lists of the training agreement: a code for data, a name for the document.

use serde::{Deserialize, Serialize};

/// A closed list: codes with their names in the document.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct ChoiceSet {
    /// The list's name: keys of the catalogue are `training_choice.<name>.<code>`.
    pub name: &'static str,
    /// Code and Chinese name.
    pub choices: &'static [(&'static str, &'static str)],
}

/// A value of a closed list.
pub trait Choice: Copy + PartialEq + 'static {
    /// The whole list.
    const SET: &'static ChoiceSet;
    /// Every value, in the list's order.
    const VALUES: &'static [Self];

    /// The code in data.
    fn code(self) -> &'static str;

    /// The name in the document.
    fn name(self) -> &'static str {
        let code = self.code();
        Self::SET
            .choices
            .iter()
            .find(|(have, _)| *have == code)
            .map_or(code, |(_, name)| name)
    }

    /// The value of this code.
    fn from_code(code: &str) -> Option<Self> {
        Self::VALUES.iter().copied().find(|value| value.code() == code)
    }
}

macro_rules! choices {
    ($( $(#[$doc:meta])* $Type:ident $set:literal { $( $Variant:ident $code:literal $name:literal )* } )*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            pub enum $Type {
                $(
                    #[doc = $name]
                    #[serde(rename = $code)]
                    $Variant,
                )*
            }

            impl Choice for $Type {
                const SET: &'static ChoiceSet = &ChoiceSet { name: $set, choices: &[$(($code, $name)),*] };
                const VALUES: &'static [Self] = &[$(Self::$Variant),*];

                fn code(self) -> &'static str {
                    match self {
                        $(Self::$Variant => $code,)*
                    }
                }
            }
        )*

        /// Every closed list.
        pub const CHOICE_SETS: &[&ChoiceSet] = &[$($Type::SET),*];
    };
}

choices! {
    /// Sex as the identity document has it.
    Sex "sex" {
        Male "male" "男"
        Female "female" "女"
    }
    /// What proves identity.
    IdType "id_type" {
        ResidentId "resident_id" "居民身份证"
        ResidencePermit "residence_permit" "港澳台居民居住证"
        Passport "passport" "护照"
        Other "other" "其他有效身份证件"
    }
    /// Education, GB/T 4658-2006.
    Education "education" {
        Doctor "11" "博士研究生"
        Master "14" "硕士研究生"
        Bachelor "21" "大学本科"
        College "31" "大学专科"
        SecondarySpecial "41" "中等专科"
        VocationalHigh "44" "职业高中"
        Technical "47" "技工学校"
        High "61" "普通高中"
        Middle "71" "初中"
        Other "90" "其他"
    }
    /// What the legal representative is to the apprentice.
    Relation "relation" {
        Father "father" "父亲"
        Mother "mother" "母亲"
        Guardian "guardian" "其他监护人"
    }
    /// Kinds of labour contract, 劳动合同法 Art. 12.
    ContractType "contract_type" {
        Fixed "fixed" "固定期限"
        Open "open" "无固定期限"
        Task "task" "以完成一定工作任务为期限"
    }
    /// What a labour contract has to state, 劳动合同法 Art. 17.
    ContractItem "contract_item" {
        Employer "employer" "用人单位的名称、住所和法定代表人或者主要负责人"
        Worker "worker" "劳动者的姓名、住址和身份证件号码"
        Term "term" "劳动合同期限"
        Work "work" "工作内容和工作地点"
        Hours "hours" "工作时间和休息休假"
        Pay "pay" "劳动报酬"
        SocialInsurance "social_insurance" "社会保险"
        Protection "protection" "劳动保护、劳动条件和职业危害防护"
        Other "other" "法律、法规规定应当纳入劳动合同的其他事项"
    }
    /// Whom the scheme is for.
    Category "category" {
        NewHire "new_hire" "新招用人员"
        Transfer "transfer" "转岗人员"
        OnPost "on_post" "在岗人员"
    }
    /// What the apprentice is to hold in the end.
    CertificateGoal "certificate_goal" {
        Level "level_cert" "职业技能等级证书"
        SpecialAbility "special_ability" "专项职业能力证书"
        Completion "completion" "培训合格证书"
    }
    /// Kinds of courses.
    CourseKind "course_kind" {
        General "general" "通用素质"
        Basic "basic" "专业基础"
        Skill "skill" "操作技能"
    }
    /// Where training takes place.
    Place "place" {
        Enterprise "enterprise" "甲方生产现场"
        Training "training_room" "甲方培训场所"
        College "college" "院校教学场所"
        Base "base" "实训基地"
        Online "online" "线上平台"
    }
    /// How training and work go together.
    StudyMode "study_mode" {
        OnJob "on_job" "在岗培养"
        HalfTime "half_time" "半脱产"
        FullTime "full_time" "脱产"
        Online "online" "线上学习"
    }
    /// Who gives a course.
    Provider "provider" {
        Enterprise "enterprise" "甲方"
        College "college" "合作院校"
        Both "both" "甲方与合作院校"
        Other "other" "其他培训机构"
    }
    /// Who evaluates skill.
    Evaluator "evaluator" {
        Enterprise "enterprise" "用人单位"
        Organisation "organisation" "社会培训评价组织"
        Government "government" "政府人力资源社会保障部门"
    }
    /// Who pays.
    Payer "payer" {
        Enterprise "enterprise" "甲方"
        College "college" "合作院校"
        Government "government" "政府"
        Apprentice "apprentice" "乙方"
    }
    /// How often something is paid.
    Cycle "cycle" {
        Month "month" "按月"
        Quarter "quarter" "按季度"
        Year "year" "按年"
        AtEnd "at_end" "培养期满后一次性"
    }
    /// What a part of the wage is for.
    WageKind "wage_kind" {
        Basic "basic" "基本工资"
        Post "post" "岗位工资"
        Skill "skill" "技能工资"
        Performance "performance" "绩效工资"
        Overtime "overtime" "加班加点工资"
        NightShift "night_shift" "中夜班津贴"
        Heat "heat" "夏季高温津贴"
        Toxic "toxic" "有毒有害等特殊环境津贴"
        Meal "meal" "伙食补贴"
        Commute "commute" "上下班交通费补贴"
        Housing "housing" "住房补贴"
        Other "other" "其他"
    }
    /// Systems of working hours.
    HoursSystem "hours_system" {
        Standard "standard" "标准工时制"
        Comprehensive "comprehensive" "综合计算工时制"
        Flexible "flexible" "不定时工作制"
    }
    /// Kinds of training cost. The law knows the first three; the others are here so that they can be found and refused.
    CostKind "cost_kind" {
        Tuition "tuition" "有凭证的培训费用"
        Travel "travel" "培训期间的差旅费用"
        Direct "direct" "因培训产生的用于乙方的其他直接费用"
        Wage "wage" "培养期间的工资"
        Other "other" "其他"
    }
    /// When a service period begins.
    ServiceStart "service_start" {
        AfterTraining "after_training" "培养期满次日"
        AfterCertificate "after_certificate" "取得约定证书次日"
    }
    /// How damages shrink while the service period is served.
    Formula "formula" {
        ProRataMonths "pro_rata_months" "按尚未履行的月数占服务期总月数的比例分摊"
        Whole "whole" "不论已履行多久均按总额支付"
    }
    /// What the apprentice would pay damages for.
    PenaltyKind "penalty_kind" {
        ServicePeriod "service_period" "违反服务期约定"
        NonCompete "noncompete" "违反竞业限制约定"
        Other "other" "其他"
    }
    /// Burdens and dangers of a post, named as the lists of banned work name them.
    Hazard "hazard" {
        Dust "m01" "第一级以上的接尘作业"
        Toxic "m02" "第一级以上的有毒作业"
        Height "m03" "第二级以上的高处作业"
        ColdWater "m04" "第二级以上的冷水作业"
        Heat "m05" "第三级以上的高温作业"
        Cold "m06" "第三级以上的低温作业"
        HeavyLabour "m07" "第四级体力劳动强度的作业"
        Quarry "m08" "矿山地面采石作业"
        Forestry "m09" "森林业中的伐木、流放及守林作业"
        Radioactive "m10" "接触放射性物质的作业"
        Explosive "m11" "有易燃易爆、化学性烧伤和热烧伤等危险性大的作业"
        Prospecting "m12" "地质勘探和资源勘探的野外作业"
        Diving "m13" "潜水、涵洞、涵道作业和海拔三千米以上的高原作业"
        HeavyLoad "m14" "连续或间断负重超过限值的作业"
        PneumaticTools "m15" "使用凿岩机、捣固机、气镐、气铲、铆钉机、电锤的作业"
        ForcedPosture "m16" "长时间强迫体位及高频次流水线作业"
        Boiler "m17" "锅炉司炉"
        Underground "w01" "矿山井下作业"
    }
    /// What an employer has to tell, 劳动合同法 Art. 8.
    Disclosure "disclosure" {
        Work "work" "工作内容"
        Conditions "conditions" "工作条件"
        Place "place" "工作地点"
        Hazards "hazards" "职业危害"
        Safety "safety" "安全生产状况"
        Pay "pay" "劳动报酬"
    }
    /// Sensitive personal information, 个人信息保护法 Art. 28; the photo of the card by GB/T 45574-2025.
    Sensitive "sensitive" {
        Biometric "biometric" "生物识别信息"
        Religion "religion" "宗教信仰信息"
        Identity "identity" "特定身份信息"
        Health "health" "医疗健康信息"
        Account "account" "金融账户信息"
        Track "track" "行踪轨迹信息"
        IdPhoto "id_photo" "身份证件照片"
    }
    /// On what ground personal information is handled, 个人信息保护法 Art. 13.
    Basis "basis" {
        Consent "consent" "个人同意"
        Contract "contract" "订立、履行合同所必需"
        Staff "staff" "依法实施人力资源管理所必需"
        Duty "duty" "履行法定职责或者法定义务所必需"
    }
    /// How the agreement is signed.
    SigningForm "signing_form" {
        Electronic "electronic" "电子形式"
        Paper "paper" "纸质形式"
    }
    /// How a signer's identity is checked.
    IdentityMethod "identity_method" {
        Certificate "certificate" "数字证书"
        OnlineCheck "online_check" "联网信息核验"
        Biometrics "biometrics" "生物特征识别"
        PhoneCode "phone_code" "手机验证码"
        InPerson "in_person" "经办人当面核验证件"
    }
}

impl Hazard {
    /// The codes in lists of banned work that this stands for: the lists for minors and for women name the same things
    /// under codes of their own.
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Self::HeavyLabour => &["m07", "w02"],
            Self::HeavyLoad => &["m14", "w03"],
            Self::Underground => &["w01", "m08"],
            Self::Quarry => &["m08"],
            other => std::slice::from_ref(
                &Self::SET.choices[Self::VALUES
                    .iter()
                    .position(|value| *value == other)
                    .unwrap_or_default()]
                .0,
            ),
        }
    }
}
