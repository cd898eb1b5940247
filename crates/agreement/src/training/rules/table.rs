//! The table.

use law::{
    Basis::{Design, Law, Local, Normative, Policy, Regulation},
    Citation,
    Evidence::{self, Data, Part, Quote, Recall, Text},
    Rule,
    Severity::{Block, Warn},
    Stage::{Draft, File, Sign},
    Verdict, params as p,
};

use super::{Case, contract, evidence, identity, money, protection, training};

const CONTRACT_LAW: &str = "中华人民共和国劳动合同法";
const CONTRACT_RULES: &str = "中华人民共和国劳动合同法实施条例";
const LABOUR_LAW: &str = "中华人民共和国劳动法";
const CIVIL_CODE: &str = "中华人民共和国民法典";
const MINORS_LAW: &str = "中华人民共和国未成年人保护法";
const CHILD_LABOUR: &str = "禁止使用童工规定";
const EDUCATION_LAW: &str = "中华人民共和国职业教育法";
const INTERPRETATION: &str = "最高人民法院关于审理劳动争议案件适用法律问题的解释（二）（法释〔2025〕12号）";
const PRIVACY_LAW: &str = "中华人民共和国个人信息保护法";
const SIGNATURE_LAW: &str = "中华人民共和国电子签名法";
const SCHEME: &str = "人社部发〔2021〕39号";
const SCHEME_2018: &str = "人社部发〔2018〕66号";
const POLICY: &str = "关于深化上海产业工人队伍建设改革推进校企合作工作的指导意见";
const SHENZHEN: &str = "深人社规〔2019〕11号";
const ITSELF: &str = "号码自身的校验";
const OURS: &str = "本平台的设计";

const fn cite(source: &'static str, article: &'static str, evidence: Evidence) -> Citation {
    Citation {
        source,
        article,
        evidence,
    }
}

/// `id basis [stage severity, ..] [(source, article, evidence), ..] [parameters] overridable, check;`
macro_rules! rules {
    ($($id:literal $basis:ident [$($stage:ident $severity:ident),*] [$(($source:expr, $article:literal, $evidence:expr)),*]
        [$($param:expr),*] $overridable:literal, $module:ident::$check:ident;)*) => {
        /// Every rule that looks at a training agreement before it is signed, and at filing where the data stands in it.
        pub const RULES: &[Rule<Case>] = &[$(Rule {
            id: $id,
            basis: $basis,
            stages: &[$(($stage, $severity)),*],
            citations: &[$(cite($source, $article, $evidence)),*],
            params: &[$($param),*],
            overridable: $overridable,
            check: |case, law| Verdict::from($module::$check(case, law)),
        }),*];
    };
}

rules! {
    "ID-01" Regulation [Sign Block] [(ITSELF, "", Data), ("GB 32100-2015", "", Recall)] [] true, identity::id_01;
    "ID-02" Regulation [Sign Warn] [(ITSELF, "", Data), ("GB 11714-1997", "", Recall)] [] true, identity::id_02;
    "ID-03" Regulation [Sign Warn] [("GB 32100-2015", "", Recall)] [] true, identity::id_03;
    "ID-04" Regulation [Sign Block] [(ITSELF, "", Data), ("GB 11643-1999", "", Recall)] [] true, identity::id_04;
    "ID-05" Design [Sign Block] [(ITSELF, "", Data)] [] true, identity::id_05;
    "ID-06" Design [Draft Warn] [(OURS, "", Evidence::Design)] [] true, identity::id_06;
    "ID-07" Regulation [Sign Block] [(CHILD_LABOUR, "第四条、第八条", Text)] [] false, identity::id_07;
    "ID-08" Law [Sign Block]
        [(LABOUR_LAW, "第十五条", Text), (MINORS_LAW, "第六十一条", Text), (CHILD_LABOUR, "第二条", Text)]
        [p::EMPLOYMENT_AGE_MIN] false, identity::id_08;
    "ID-10" Law [Sign Block] [(CIVIL_CODE, "第十七条至第十九条", Text)]
        [p::CAPACITY_AGE_FULL, p::CAPACITY_AGE_SELF_SUPPORTING] false, identity::id_10;
    "ID-11" Law [Draft Block] [(PRIVACY_LAW, "第二十八条、第三十一条", Text)] [p::DATA_AGE_MIN] true, identity::id_11;
    "ID-12" Local [Sign Warn, File Warn] [(SHENZHEN, "", Evidence::Local)] [] true, identity::id_12;

    "TA-33" Law [Sign Block] [(INTERPRETATION, "第十九条", Text)] [] false, protection::ta_33;
    "TA-19" Law [Sign Block] [(CONTRACT_LAW, "第九条、第八十四条", Text)] [] false, money::ta_19;
    "TA-20" Law [Sign Block] [(CONTRACT_LAW, "第九条", Text), (SCHEME_2018, "", Recall), (SHENZHEN, "", Evidence::Local)]
        [] false, money::ta_20;
    "TA-25" Law [Sign Block] [(CONTRACT_LAW, "第二十五条", Text)] [p::DAMAGES_ALLOWED] false, money::ta_25;
    "TA-31" Regulation [Sign Block] [(CONTRACT_RULES, "第十三条", Text)] [] false, contract::ta_31;
    "TA-32" Law [Sign Block] [(CONTRACT_LAW, "第二十三条、第二十四条", Text), (INTERPRETATION, "第十三条", Text)]
        [p::NONCOMPETE_MONTHS_MAX] false, money::ta_32;
    "TA-39" Law [Sign Block] [(LABOUR_LAW, "第五十八条、第六十四条", Text), ("未成年工特殊保护规定", "第三条", Part)]
        [p::MINOR_AGE_BELOW, p::MINOR_BANNED, p::MINOR_BANNED_UNVERIFIED] false, protection::ta_39;
    "TA-41" Regulation [Sign Block] [("女职工劳动保护特别规定", "附录", Text)] [p::WOMEN_BANNED] false, protection::ta_41;
    "TA-48" Law [Sign Warn] [(CONTRACT_LAW, "第九条、第二十六条", Text), (OURS, "", Evidence::Design)] [] true, evidence::ta_48;

    "TA-14" Law [Sign Block, File Block] [(LABOUR_LAW, "第四十八条", Text), (SCHEME, "", Quote)]
        [p::WAGE_MIN_MONTHLY, p::WAGE_MIN_EXCLUDES] false, money::ta_14;
    "TA-15" Normative [Sign Block, File Block] [("上海市最低工资标准的计算口径", "", Quote)] [p::WAGE_MIN_EXCLUDES] false, money::ta_15;
    "TA-16" Law [Sign Block, File Block] [(CONTRACT_LAW, "第二十条", Text), (CONTRACT_RULES, "第十五条", Text)]
        [p::PROBATION_WAGE, p::WAGE_MIN_MONTHLY] false, money::ta_16;
    "TA-18" Law [Sign Block] [(EDUCATION_LAW, "第五十八条", Text)] [] false, money::ta_18;
    "TA-21" Law [Sign Block] [(CONTRACT_LAW, "第二十二条", Text)] [] false, money::ta_21;
    "TA-22" Regulation [Sign Block] [(CONTRACT_RULES, "第十六条", Text)] [p::COST_KINDS, p::COST_VOUCHER_KINDS]
        false, money::ta_22;
    "TA-23" Law [Sign Block] [(CONTRACT_LAW, "第二十二条", Text)] [] false, money::ta_23;
    "TA-24" Design [Sign Warn] [(OURS, "", Evidence::Design)] [] true, money::ta_24;
    "TA-26" Regulation [Sign Block] [(CONTRACT_RULES, "第二十六条", Text)] [] false, money::ta_26;
    "TA-28" Law [Sign Block] [(CONTRACT_LAW, "第二十二条第三款", Text)] [] false, money::ta_28;
    "TA-29" Regulation [Sign Warn] [(CONTRACT_RULES, "第十七条", Text)] [] true, money::ta_29;

    "TA-02" Policy [Sign Block] [(POLICY, "三.8", Evidence::Policy)] [] false, training::ta_02;
    "TA-03" Normative [File Block] [(SCHEME, "", Quote)] [p::CONTRACT_MONTHS_MIN] false, contract::ta_03;
    "TA-04" Law [Sign Block] [(CONTRACT_LAW, "第十条、第八十二条", Text)] [p::CONTRACT_WRITTEN_MONTHS] true, contract::ta_04;
    "TA-05" Law [Sign Warn] [(CONTRACT_LAW, "第十七条", Text)] [p::CONTRACT_ITEMS] true, contract::ta_05;
    "TA-09" Normative [File Block] [(SCHEME, "", Quote)] [p::TRAINING_LEVELS] false, training::ta_09;
    "TA-10" Design [Sign Warn] [(OURS, "", Evidence::Design)] [p::LEVEL_STEPS_USUAL] true, training::ta_10;
    "TA-11" Normative [Sign Warn, File Block] [(SCHEME, "", Quote)] [p::TERM_MONTHS] false, training::ta_11;
    "TA-12" Local [Sign Warn] [("鞍山、武汉、深圳等地的办法", "", Evidence::Local)] [p::TERM_BY_LEVEL] true, training::ta_12;
    "TA-13" Design [Sign Warn] [(OURS, "", Evidence::Design)] [] true, contract::ta_13;
    "TA-17" Law [Sign Block] [(CONTRACT_LAW, "第十九条", Text)]
        [p::PROBATION_STEPS, p::PROBATION_BY_TYPE, p::PROBATION_TIMES_MAX] false, contract::ta_17;
    "TA-35" Law [Sign Block]
        [(LABOUR_LAW, "第三十六条至第四十一条", Text), ("国务院关于职工工作时间的规定", "第三条", Text)]
        [p::HOURS_DAY_MAX, p::HOURS_WEEK_NORMAL, p::HOURS_WEEK_MAX, p::OVERTIME_DAY_MAX, p::OVERTIME_MONTH_MAX,
         p::REST_DAYS_WEEK_MIN] false, protection::ta_35;
    "TA-37" Law [Sign Block] [(CONTRACT_LAW, "第八条", Text)] [p::DISCLOSURE_ITEMS] false, protection::ta_37;

    "TA-06" Normative [File Warn] [(SCHEME, "", Quote)] [p::TRAINING_CATEGORIES] true, training::ta_06;
    "TA-07" Local [Sign Warn] [(SHENZHEN, "", Evidence::Local)] [p::STUDENT_APPRENTICE_ALLOWED] true, training::ta_07;
    "TA-08" Law [File Block] [(CONTRACT_LAW, "第五十八条、第五十九条", Text), (SHENZHEN, "", Evidence::Local)]
        [p::GROUP_EMPLOYER_ALLOWED] false, contract::ta_08;
    "TA-42" Policy [File Block] [(POLICY, "三.8", Evidence::Policy), (SCHEME, "", Quote)]
        [p::MENTORS_MIN, p::TUTORS_MIN] false, training::ta_42;
    "TA-43" Local [File Warn] [(SHENZHEN, "", Evidence::Local), ("天津市的办法", "", Evidence::Local)]
        [p::MENTOR_PER_CLASS] true, training::ta_43;
    "TA-44" Normative [File Warn] [(SCHEME, "", Quote)] [] true, training::ta_44;

    "TA-01" Policy [File Block] [(POLICY, "三.8", Evidence::Policy), (SCHEME, "", Recall)] [] false, training::ta_01;
    "TA-47" Regulation [File Block] [(CONTRACT_RULES, "第八条", Text)] [p::ROSTER_FIELDS] false, evidence::ta_47;
    "ES-01" Law [Sign Block] [(SIGNATURE_LAW, "第三条", Text)] [] false, evidence::es_01;
    "ES-03" Law [Sign Warn] [(SIGNATURE_LAW, "第十三条第二款", Text)] [] true, evidence::es_03;
    "ES-07" Normative [Sign Block] [("电子劳动合同订立指引", "第三条至第七条", Part), ("人社厅函〔2020〕33号", "", Quote)]
        [] false, evidence::es_07;
    "ES-08" Normative [Sign Warn] [("电子劳动合同订立指引", "第七条", Part)] [p::IDENTITY_METHODS] true, evidence::es_08;
    "ES-12" Design [Sign Warn] [(OURS, "", Evidence::Design)] [] true, evidence::es_12;
    "PI-02" Law [Draft Block] [(PRIVACY_LAW, "第十七条", Text), ("网络数据安全管理条例", "第二十一条", Text)]
        [] false, evidence::pi_02;
    "PI-03" Law [Draft Block] [(PRIVACY_LAW, "第二十八条至第三十条", Text)]
        [p::SENSITIVE_KINDS, p::SENSITIVE_KINDS_STANDARD] false, evidence::pi_03;
}
