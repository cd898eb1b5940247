//! A complete training agreement of invented parties: for tests, for the demonstration, and as an example of how the
//! fields are filled.

use vocabulary::Vocabulary;

use super::{
    body::Body,
    draft::Draft,
    rules::{Facts, SigningSteps},
};

/// What was typed, field by field. All names, numbers and addresses are invented.
const TYPED: &[(&str, &str)] = &[
    ("head.no", "QX-2026-000128"),
    ("head.region", "青浦区"),
    ("head.signed_place", "上海市青浦区"),
    ("head.template_version", "training/1"),
    ("head.pack_id", "310118"),
    ("head.pack_version", "2026.11.1"),
    ("enterprise.name", "上海示例精密机械有限公司"),
    ("enterprise.uscc", "91310115MAXXXX0072"),
    ("enterprise.address", "上海市青浦区示例路100号"),
    ("enterprise.legal_rep", "王示例"),
    ("enterprise.contact", "陈示例"),
    ("enterprise.phone", "021-00000001"),
    ("college.name", "上海示例职业技术学院"),
    ("college.uscc", "123100001234567888"),
    ("college.address", "上海市松江区示例路200号"),
    ("college.contact", "周示例"),
    ("college.phone", "021-00000002"),
    ("apprentice.name", "李晓峰"),
    ("apprentice.sex", "male"),
    ("apprentice.birth", "1990-01-01"),
    ("apprentice.id_type", "resident_id"),
    ("apprentice.id_no", "310000199001010010"),
    ("apprentice.phone", "13000000001"),
    ("apprentice.address", "上海市青浦区示例新村1号101室"),
    ("apprentice.household_address", "上海市示例街道2号"),
    ("apprentice.education", "44"),
    ("apprentice.fulltime_student", "false"),
    ("labour_contract.kind", "fixed"),
    ("labour_contract.signed_on", "2026-08-20"),
    ("labour_contract.start", "2026-09-01"),
    ("labour_contract.end", "2029-12-31"),
    ("labour_contract.employer_uscc", "91310115MAXXXX0072"),
    ("labour_contract.dispatch", "false"),
    (
        "labour_contract.items",
        "employer worker term work hours pay social_insurance protection other",
    ),
    ("labour_contract.probation_months", "2"),
    ("labour_contract.wage", "5200"),
    ("labour_contract.probation_wage", "4500"),
    ("post.name", "数控车床操作工"),
    ("post.occupation", "6-18-01-01"),
    ("post.place", "上海市青浦区示例路100号二号车间"),
    ("post.hazards", "none"),
    ("training.category", "new_hire"),
    ("training.current_level", "L2"),
    ("training.target_level", "L3"),
    (
        "training.objectives",
        "能独立完成轴类、盘套类零件的数控车削编程与加工，尺寸精度达到IT8级。\n能按作业指导书完成设备点检和日常保养。",
    ),
    ("training.certificate_goal", "level_cert"),
    ("training.start", "2026-09-01"),
    ("training.end", "2027-08-31"),
    ("training.lesson_minutes", "45"),
    ("training.modes", "M02 M03"),
    (
        "training.quality_standard",
        "过程考核占40%，由企业导师和院校导师按月评分；期末考核占60%，按国家职业标准进行理论知识和操作技能考核。",
    ),
    ("training.pass_mark", "60"),
    ("training.assessor", "organisation"),
    ("training.assessor_name", "上海示例职业技能评价中心"),
    ("training.retakes", "2"),
    ("training.class_no", "XTZ-2026-03"),
    ("training.plan_id", "FA-2026-03"),
    ("training.cooperation_no", "HZ-2026-011"),
    ("training.content.0.topic", "职业素养、工匠精神与安全生产"),
    ("training.content.0.kind", "general"),
    ("training.content.0.hours", "80"),
    ("training.content.0.place", "college"),
    ("training.content.0.mode", "half_time"),
    ("training.content.0.provider", "college"),
    ("training.content.1.topic", "机械制图与数控编程基础"),
    ("training.content.1.kind", "basic"),
    ("training.content.1.hours", "120"),
    ("training.content.1.place", "college"),
    ("training.content.1.mode", "half_time"),
    ("training.content.1.provider", "college"),
    ("training.content.2.topic", "数控车床操作与零件加工"),
    ("training.content.2.kind", "skill"),
    ("training.content.2.hours", "320"),
    ("training.content.2.place", "enterprise"),
    ("training.content.2.mode", "on_job"),
    ("training.content.2.provider", "enterprise"),
    ("people.mentors.0.name", "赵示例"),
    ("people.mentors.0.level", "L5"),
    ("people.mentors.0.title", "车间技术主管"),
    ("people.mentors.0.lead", "true"),
    ("people.tutors.0.name", "钱示例"),
    ("people.tutors.0.title", "副教授"),
    ("people.tutors.0.subject", "数控编程"),
    ("mentor_allowance.amount", "300"),
    ("mentor_allowance.payer", "enterprise"),
    ("mentor_allowance.cycle", "month"),
    ("hours.system", "standard"),
    ("hours.per_day", "8"),
    ("hours.per_week", "40"),
    ("hours.rest_days_per_week", "2"),
    ("hours.overtime_per_day", "1.5"),
    ("hours.overtime_per_month", "20"),
    ("pay.study_paid", "true"),
    ("pay.pay_day", "10"),
    ("pay.personal_contributions", "620.50"),
    (
        "pay.study_hours_rule",
        "甲方安排的学习时间计入工作时间，按正常出勤支付工资。",
    ),
    (
        "pay.scholarship",
        "期末考核80分以上的，甲方一次性发放学徒奖学金1000元。",
    ),
    ("pay.wage_items.0.name", "基本工资"),
    ("pay.wage_items.0.kind", "basic"),
    ("pay.wage_items.0.amount", "3800"),
    ("pay.wage_items.0.counts_to_minimum", "true"),
    ("pay.wage_items.1.name", "岗位工资"),
    ("pay.wage_items.1.kind", "post"),
    ("pay.wage_items.1.amount", "1400"),
    ("pay.wage_items.1.counts_to_minimum", "true"),
    ("pay.wage_items.2.name", "伙食补贴"),
    ("pay.wage_items.2.kind", "meal"),
    ("pay.wage_items.2.amount", "300"),
    ("pay.wage_items.2.counts_to_minimum", "false"),
    ("cost.apprentice_fee", "0"),
    ("cost.deposit", "0"),
    ("cost.guarantee", "false"),
    ("cost.id_held", "false"),
    ("cost.special_cost.0.kind", "tuition"),
    ("cost.special_cost.0.amount", "20000"),
    ("cost.special_cost.0.voucher_no", "FP-2026-0901"),
    ("cost.special_cost.1.kind", "travel"),
    ("cost.special_cost.1.amount", "4000"),
    ("service.months", "24"),
    ("service.start_rule", "after_training"),
    ("service.wage_frozen", "false"),
    ("service.damages_cap", "20000"),
    ("service.formula", "pro_rata_months"),
    ("service.carve_out_38", "true"),
    (
        "duty.enterprise_duties",
        "为乙方配备企业导师和实训设备，按课程计划安排培养。\n如实记录乙方的培养学时，每月向乙方公布。",
    ),
    (
        "duty.apprentice_duties",
        "遵守安全操作规程，服从导师指导。\n按时参加学习和考核，如实填写培养周志。",
    ),
    ("safety.disclosure_ack", "2026-08-20"),
    ("safety.disclosed", "work conditions place hazards safety pay"),
    ("safety.training_hours", "24"),
    (
        "safety.protection",
        "配发防护眼镜、防砸安全鞋和工作服，每季度检查更换。",
    ),
    ("insurance.place", "上海市青浦区"),
    ("insurance.waived", "false"),
    ("privacy.notice_version", "2026-11"),
    ("privacy.notice_shown_on", "2026-08-20"),
    ("privacy.sensitive", "account"),
    ("privacy.consents.0.kind", "account"),
    ("privacy.consents.0.basis", "contract"),
    ("privacy.consents.0.purpose", "向乙方本人账户支付工资"),
    ("privacy.retention", "自劳动合同终止之日起保存二年，期满后删除。"),
    (
        "ending.change_rule",
        "一方提出变更的，应当提前十个工作日书面告知另一方；协商一致后签订补充协议。",
    ),
    (
        "ending.termination_grounds",
        "甲乙双方协商一致。\n乙方因身体原因不能继续参加培养。\n甲方停产或者取消培养项目。",
    ),
    ("ending.after_post", "数控车床操作工"),
    ("ending.after_level", "L3"),
    ("ending.after_pay", "6000"),
    ("ending.penalties.0.kind", "service_period"),
    ("ending.penalties.0.terms", "乙方违反服务期约定解除劳动合同"),
    ("ending.penalties.0.amount", "20000"),
    (
        "ending.dispute",
        "双方先行协商；协商不成的，可以向甲方所在地劳动人事争议调解组织申请调解。",
    ),
    ("esign.form", "electronic"),
    ("esign.form_agreed", "true"),
    (
        "esign.conditions",
        "签署人通过本人专用链接和一次性验证码签署；每次签署记录时间、方式和文本的摘要值，签署后对文本或者签署记录的任何改动均能被发现。",
    ),
    ("esign.identity_method", "phone_code"),
    ("esign.fee", "0"),
];

/// What differs for an apprentice of 17 without income of their own.
const MINOR: &[(&str, &str)] = &[
    ("apprentice.name", "张小雨"),
    ("apprentice.birth", "2008-12-31"),
    ("apprentice.id_no", "310000200812310039"),
    ("apprentice.self_supporting", "false"),
    ("guardian.name", "张示例"),
    ("guardian.relation", "father"),
    ("guardian.id_no", "310000199001010010"),
    ("guardian.phone", "13000000002"),
    ("safety.minor_card_no", "WCN-2026-015"),
    ("safety.health_check_on", "2026-08-15"),
    ("privacy.sensitive", "health account"),
    ("privacy.consents.1.kind", "health"),
    ("privacy.consents.1.basis", "consent"),
    ("privacy.consents.1.purpose", "依法进行未成年工健康检查"),
    ("privacy.consents.1.separate", "true"),
    ("privacy.consents.1.on", "2026-08-15"),
];

/// The words of a whole agreement with an apprentice of age.
pub fn sample_draft() -> Draft {
    let mut draft = Draft::default();
    for (key, words) in TYPED {
        draft.put((*key).to_owned(), (*words).to_owned());
    }
    draft
}

/// A whole agreement with an apprentice of age.
pub fn sample() -> Body {
    sample_draft().read(&Vocabulary::builtin()).0
}

/// A whole agreement with an apprentice of 17, whose guardian signs, too.
pub fn sample_minor() -> Body {
    let mut draft = sample_draft();
    for (key, words) in MINOR {
        draft.put((*key).to_owned(), (*words).to_owned());
    }
    draft.read(&Vocabulary::builtin()).0
}

/// Facts under which the samples may be signed.
pub fn sample_facts() -> Facts {
    Facts {
        identity_checked: Some(true),
        other_agreements: Some(Vec::new()),
        earlier_probations: Some(0),
        signed: Some(false),
        signing_steps: Some(SigningSteps {
            guide_shown: true,
            will_confirmed: true,
            downloadable: true,
        }),
    }
}
