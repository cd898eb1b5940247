//! 劳动保护与安全, 双方权利义务, 个人信息处理, 变更、解除与违约, 争议处理, 附件, 签署

use super::{
    BLANK, Writer, add,
    figures::{choice, day, either, items, level, names, paragraphs, text, yuan},
};
use crate::training::{
    Section,
    choice::{Choice as _, SigningForm},
};

pub(super) fn write(writer: &mut Writer<'_>) {
    safety(writer);
    duties(writer);
    privacy(writer);
    ending(writer);
    writer.section(Section::Dispute);
    let dispute = paragraphs(writer.body.ending.dispute.as_ref());
    writer.clause(
        "争议处理",
        format!(
            "{dispute}\n不愿协商、调解或者协商、调解不成的，任何一方可以依法向劳动人事争议仲裁委员会申请仲裁；对仲裁裁决不服的，可以依法向人民法院提起诉讼。乙方可以随时向人力资源社会保障行政部门投诉，也可以请求工会帮助。"
        ),
    );
    annexes(writer);
    signing(writer);
}

fn safety(writer: &mut Writer<'_>) {
    writer.section(Section::Safety);
    let body = writer.body;
    let safety = &body.safety;
    let hazards = match &body.post.hazards {
        None => BLANK.to_owned(),
        Some(hazards) if hazards.is_empty() => {
            "经双方确认，乙方的岗位不涉及未成年工和女职工禁忌劳动范围所列的作业。".to_owned()
        }
        Some(hazards) => format!("经双方确认，乙方的岗位涉及下列作业：{}。", names(hazards)),
    };
    writer.clause("岗位危害因素", hazards);
    let told = match &safety.disclosed {
        Some(told) if !told.is_empty() => names(told),
        _ => BLANK.to_owned(),
    };
    writer.clause(
        "如实告知",
        format!(
            "甲方已于{}将{told}如实告知乙方，乙方已知悉。",
            day(safety.disclosure_ack)
        ),
    );
    let passed = safety
        .training_passed_on
        .map_or_else(String::new, |on| format!("乙方已于{}考核合格。", day(Some(on))));
    let hours = match safety.training_hours {
        Some(hours) => hours.to_string(),
        None => BLANK.to_owned(),
    };
    writer.clause(
        "安全生产教育",
        format!(
            "乙方上岗前，甲方安排{hours}小时的安全生产教育和岗位技能培训，考核合格后方可上岗。{passed}从事特种作业的，应当取得相应的作业资格。"
        ),
    );
    if safety.protection.is_some() {
        let protection = paragraphs(safety.protection.as_ref());
        writer.clause("劳动防护", protection);
    }
    let mut minor = String::new();
    if let Some(number) = &safety.minor_card_no {
        add(&mut minor, format_args!("乙方的未成年工登记证号码为{number}。"));
    }
    if safety.health_check_on.is_some() {
        add(
            &mut minor,
            format_args!("乙方已于{}接受健康检查。", day(safety.health_check_on)),
        );
    }
    if !minor.is_empty() {
        writer.clause(
            "未成年工特殊保护",
            format!("{minor}甲方不安排乙方从事未成年工禁忌从事的劳动，并依法定期对乙方进行健康检查。"),
        );
    }
    let registered = body
        .insurance
        .registered_on
        .map_or_else(String::new, |on| format!("乙方的社会保险登记日期为{}。", day(Some(on))));
    let clause = match body.insurance.waived {
        Some(true) => format!(
            "乙方放弃参加社会保险，参保地点原为{}。{registered}",
            text(body.insurance.place.as_ref())
        ),
        Some(false) => format!(
            "甲方依法在{}为乙方办理社会保险登记，按时足额缴纳社会保险费。{registered}双方不以任何形式约定免除缴纳社会保险费的义务。",
            text(body.insurance.place.as_ref())
        ),
        None => BLANK.to_owned(),
    };
    writer.clause("社会保险", clause);
}

fn sentences(lines: Option<&Vec<String>>) -> String {
    match lines {
        Some(lines) if !lines.is_empty() => items(lines.iter().cloned()),
        _ => BLANK.to_owned(),
    }
}

fn duties(writer: &mut Writer<'_>) {
    writer.section(Section::Duties);
    let duty = &writer.body.duty;
    let (enterprise, apprentice) = (
        sentences(duty.enterprise_duties.as_ref()),
        sentences(duty.apprentice_duties.as_ref()),
    );
    writer.clause(
        "甲方的义务",
        format!("除法律法规和本协议其他条款规定的义务外，甲方承担下列义务：\n{enterprise}"),
    );
    writer.clause(
        "乙方的义务",
        format!("除法律法规和本协议其他条款规定的义务外，乙方承担下列义务：\n{apprentice}"),
    );
    let trainers = if writer.body.college.name.is_some() {
        "甲方和合作院校"
    } else {
        "甲方"
    };
    writer.clause(
        "双方的权利",
        format!(
            "甲方有权按照本协议安排和考核乙方的学习。乙方有权获得本协议约定的培养，查阅自己的培养记录，对违章指挥、强令冒险作业予以拒绝，并对{trainers}的培养提出意见。"
        ),
    );
}

fn privacy(writer: &mut Writer<'_>) {
    writer.section(Section::Privacy);
    let privacy = &writer.body.privacy;
    writer.clause(
        "告知",
        format!(
            "甲方已于{}向乙方出示个人信息处理告知书（版本{}），告知处理者及其联系方式、处理目的、处理方式、个人信息种类、保存期限以及乙方行使权利的方式和程序。",
            day(privacy.notice_shown_on),
            text(privacy.notice_version.as_ref())
        ),
    );
    let kinds = match &privacy.sensitive {
        None => BLANK.to_owned(),
        Some(kinds) if kinds.is_empty() => "甲方不因履行本协议处理乙方的敏感个人信息。".to_owned(),
        Some(kinds) => format!("甲方因履行本协议处理乙方的下列敏感个人信息：{}。", names(kinds)),
    };
    let mut clause = kinds;
    if !privacy.consents.is_empty() {
        let list = items(privacy.consents.iter().map(|entry| {
            let consent = match (entry.separate, entry.on) {
                (Some(true), Some(on)) => format!("，乙方已于{}单独同意", day(Some(on))),
                (Some(true), None) => "，乙方单独同意".to_owned(),
                (Some(false), Some(on)) => format!("，乙方未单独同意（记录日期为{}）", day(Some(on))),
                (Some(false), None) => "，乙方未单独同意".to_owned(),
                (None, Some(on)) => format!("，记录日期为{}", day(Some(on))),
                (None, None) => String::new(),
            };
            format!(
                "{}：处理目的为{}，处理依据为{}{consent}",
                choice(entry.kind),
                text(entry.purpose.as_ref()),
                choice(entry.basis)
            )
        }));
        add(&mut clause, format_args!("\n{list}"));
    }
    writer.clause("敏感个人信息", clause);
    writer.clause(
        "保存期限和乙方的权利",
        format!(
            "{}\n乙方有权查阅、复制、更正、补充其个人信息，有权在法定情形下要求删除，并可以撤回同意；撤回同意不影响撤回前的处理。",
            paragraphs(privacy.retention.as_ref())
        ),
    );
}

fn ending(writer: &mut Writer<'_>) {
    writer.section(Section::Ending);
    let body = writer.body;
    let ending = &body.ending;
    writer.clause(
        "变更",
        format!(
            "{}\n变更应当采用书面形式，由原签署人签署。",
            paragraphs(ending.change_rule.as_ref())
        ),
    );
    let grounds = sentences(ending.termination_grounds.as_ref());
    writer.clause(
        "提前终止培养",
        format!(
            "有下列情形之一的，可以提前终止培养：\n{grounds}\n终止培养不当然终止劳动合同；劳动合同的解除和终止依照《中华人民共和国劳动合同法》办理。"
        ),
    );
    if let Some(grounds) = ending
        .contract_end_grounds
        .as_ref()
        .filter(|grounds| !grounds.is_empty())
    {
        let grounds = items(grounds.iter().cloned());
        writer.clause(
            "劳动合同的其他终止条件",
            format!("有下列情形之一的，劳动合同终止：\n{grounds}"),
        );
    }
    writer.clause(
        "培养期满后的安排",
        format!(
            "培养期满并经考核合格，甲方安排乙方在{}岗位工作，按{}对待，工资为每月{}。",
            text(ending.after_post.as_ref()),
            level(ending.after_level),
            yuan(ending.after_pay)
        ),
    );
    let mut clause = "一方违反本协议给对方造成损失的，依法承担责任。".to_owned();
    if ending.penalties.is_empty() {
        clause.push_str("除法律允许的情形外，双方不约定由乙方承担的违约金。");
    } else {
        let list = items(ending.penalties.iter().map(|penalty| {
            let amount = penalty
                .amount
                .map_or_else(String::new, |amount| format!("，不超过{amount}元"));
            format!("{}（{}）{amount}", text(penalty.terms.as_ref()), choice(penalty.kind))
        }));
        add(&mut clause, format_args!("乙方仅在下列情形支付违约金：\n{list}"));
    }
    writer.clause("违约责任", clause);
    let limit = &body.noncompete;
    if let Some(months) = limit.months.filter(|months| *months > 0) {
        writer.clause(
            "竞业限制",
            format!(
                "乙方{}甲方的商业秘密和与知识产权相关的保密事项。双方约定，劳动合同解除或者终止后{months}个月内乙方履行竞业限制义务，甲方在此期间每月向乙方支付经济补偿{}。",
                either(limit.secret_access, "知悉", "不知悉"),
                yuan(limit.compensation)
            ),
        );
    }
}

fn annexes(writer: &mut Writer<'_>) {
    writer.section(Section::Annexes);
    let (training, people, cost) = (&writer.body.training, &writer.body.people, &writer.body.cost);
    let numbers: Vec<String> = [
        ("班级编号", &training.class_no),
        ("培养方案编号", &training.plan_id),
        ("合作协议编号", &training.cooperation_no),
    ]
    .into_iter()
    .filter_map(|(label, value)| value.as_ref().map(|value| format!("{label}为{value}")))
    .collect();
    let mut papers = vec!["课程计划"];
    if !people.mentors.is_empty() || !people.tutors.is_empty() {
        papers.push("导师名单");
    }
    if !cost.special_cost.is_empty() {
        papers.push("培训费用清单");
    }
    papers.push("岗位危害因素和安全生产告知书");
    papers.push("个人信息处理告知书");
    let mut clause = format!(
        "下列附件与本协议具有同等效力：\n{}",
        items(papers.into_iter().map(str::to_owned))
    );
    if !numbers.is_empty() {
        add(&mut clause, format_args!("\n{}。", numbers.join("，")));
    }
    writer.clause("附件", clause);
}

fn signing(writer: &mut Writer<'_>) {
    writer.section(Section::Signing);
    let body = writer.body;
    let (esign, head) = (&body.esign, &body.head);
    let form = match esign.form {
        None => BLANK.to_owned(),
        Some(SigningForm::Paper) => format!(
            "本协议采用{}订立，原件存放于{}。",
            SigningForm::Paper.name(),
            text(esign.original_location.as_ref())
        ),
        Some(SigningForm::Electronic) => {
            let fee = free_of_charge(esign.fee);
            format!(
                "双方{}采用{}订立本协议，并约定符合下列条件的电子签名为可靠条件的电子签名：\n{}\n签署人的身份通过{}核验。{fee}",
                either(esign.form_agreed, "同意", "不同意"),
                SigningForm::Electronic.name(),
                paragraphs(esign.conditions.as_ref()),
                choice(esign.identity_method),
            )
        }
    };
    writer.clause("签署方式", form);
    let mut signers = vec!["甲方", "乙方"];
    if body.guardian.name.is_some() {
        signers.push("乙方的法定代理人");
    }
    let college = if body.college.name.is_some() {
        "合作院校的签署表示知悉本协议，不影响本协议的生效。"
    } else {
        ""
    };
    writer.clause(
        "生效和文本",
        format!(
            "本协议的签署地点为{}，自{}全部签署之日起生效。{college}各方均可以查阅、下载已签署的文本，并各持一份。\n本协议的文本按模板{}生成，拟定时核对所依据的规则数据为{}（版本{}）。",
            text(head.signed_place.as_ref()),
            signers.join("、"),
            text(head.template_version.as_ref()),
            text(head.pack_id.as_ref()),
            text(head.pack_version.as_ref()),
        ),
    );
}

fn free_of_charge(fee: Option<kernel::Fen>) -> String {
    match fee {
        Some(fee) if fee == kernel::Fen::default() => "签署、查阅和下载不向乙方收取费用，费用为0元。".to_owned(),
        fee => format!("乙方为签署承担费用{}。", yuan(fee)),
    }
}
