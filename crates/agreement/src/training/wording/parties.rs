//! 当事人

use super::{
    Writer, add,
    figures::{choice, day, either, text},
};
use crate::training::{
    Section,
    choice::{Choice as _, ContractType},
    value::{IdNumber, region_name},
};

fn lines(entries: Vec<(&str, String)>) -> String {
    entries
        .into_iter()
        .map(|(label, value)| format!("{label}：{value}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn id_number(value: Option<&IdNumber>) -> String {
    text(value.map(|number| number.expose().to_owned()).as_ref())
}

pub(super) fn write(writer: &mut Writer<'_>) {
    writer.section(Section::Parties);
    let body = writer.body;
    let enterprise = &body.enterprise;
    writer.clause(
        "甲方（用人单位）",
        lines(vec![
            ("名称", text(enterprise.name.as_ref())),
            ("统一社会信用代码", text(enterprise.uscc.as_ref())),
            ("住所", text(enterprise.address.as_ref())),
            ("法定代表人（主要负责人）", text(enterprise.legal_rep.as_ref())),
            ("联系人", text(enterprise.contact.as_ref())),
            ("联系电话", text(enterprise.phone.as_ref())),
        ]),
    );
    apprentice(writer);
    guardian(writer);
    college(writer);
    labour_contract(writer);
}

fn apprentice(writer: &mut Writer<'_>) {
    let apprentice = &writer.body.apprentice;
    let mut entries = vec![
        ("姓名", text(apprentice.name.as_ref())),
        ("性别", choice(apprentice.sex).to_owned()),
        ("出生日期", day(apprentice.birth)),
        ("身份证件种类", choice(apprentice.id_type).to_owned()),
        ("身份证件号码", id_number(apprentice.id_no.as_ref())),
        ("联系电话", text(apprentice.phone.as_ref())),
        ("现住址", text(apprentice.address.as_ref())),
    ];
    if apprentice.household_address.is_some() {
        entries.push(("户籍地址", text(apprentice.household_address.as_ref())));
    }
    entries.push(("文化程度", choice(apprentice.education).to_owned()));
    let mut clause = lines(entries);
    add(
        &mut clause,
        format_args!(
            "\n乙方{}全日制在读学生。",
            either(apprentice.fulltime_student, "是", "不是")
        ),
    );
    if apprentice.disability.is_some() {
        add(
            &mut clause,
            format_args!("\n乙方自愿告知：{}残疾。", either(apprentice.disability, "有", "无")),
        );
    }
    if apprentice.self_supporting.is_some() {
        add(
            &mut clause,
            format_args!(
                "\n乙方声明：本人{}以自己的劳动收入为主要生活来源。",
                either(apprentice.self_supporting, "", "不")
            ),
        );
    }
    writer.clause("乙方（学徒）", clause);
}

fn guardian(writer: &mut Writer<'_>) {
    let guardian = &writer.body.guardian;
    if *guardian == crate::training::Guardian::default() {
        return;
    }
    let clause = lines(vec![
        ("姓名", text(guardian.name.as_ref())),
        ("与乙方的关系", choice(guardian.relation).to_owned()),
        ("居民身份证号码", id_number(guardian.id_no.as_ref())),
        ("联系电话", text(guardian.phone.as_ref())),
    ]);
    writer.clause(
        "乙方的法定代理人",
        format!("{clause}\n法定代理人已了解本协议的全部内容，同意乙方签订并履行本协议。"),
    );
}

fn college(writer: &mut Writer<'_>) {
    let college = &writer.body.college;
    if *college == crate::training::College::default() {
        return;
    }
    let mut entries = vec![
        ("名称", text(college.name.as_ref())),
        ("统一社会信用代码", text(college.uscc.as_ref())),
    ];
    for (label, value) in [
        ("住所", &college.address),
        ("联系人", &college.contact),
        ("联系电话", &college.phone),
    ] {
        if let Some(value) = value {
            entries.push((label, value.clone()));
        }
    }
    writer.clause(
        "合作院校",
        format!(
            "{}\n合作院校受甲方委托参与培养，其与甲方的权利义务由双方另行签订的合作协议约定。",
            lines(entries)
        ),
    );
}

fn labour_contract(writer: &mut Writer<'_>) {
    let contract = &writer.body.labour_contract;
    let term = match contract.kind {
        Some(ContractType::Fixed) => format!("自{}起至{}止", day(contract.start), day(contract.end)),
        Some(ContractType::Task) => match contract.end {
            Some(_) => format!(
                "自{}起至工作任务完成时止，预计于{}完成",
                day(contract.start),
                day(contract.end)
            ),
            None => format!("自{}起至工作任务完成时止", day(contract.start)),
        },
        _ => format!("自{}起", day(contract.start)),
    };
    let mut clause = format!(
        "乙方是甲方的职工。双方已于{}签订{}劳动合同，劳动合同期限{term}。劳动合同中的用人单位统一社会信用代码为{}，劳动合同履行地为{}。乙方{}劳务派遣人员。",
        day(contract.signed_on),
        choice(contract.kind),
        text(contract.employer_uscc.as_ref()),
        text(
            writer
                .body
                .head
                .region
                .as_ref()
                .map(|code| region_name(code, writer.vocabulary))
                .as_ref()
        ),
        either(contract.dispatch, "是", "不是"),
    );
    match &contract.items {
        Some(items) if items.is_empty() => clause.push_str("\n劳动合同未载明法定必备条款。"),
        Some(items) => {
            // These names have 、 within them.
            let names: Vec<&str> = items.iter().map(|item| item.name()).collect();
            add(&mut clause, format_args!("\n劳动合同已载明：{}。", names.join("；")));
        }
        None => add(&mut clause, format_args!("\n劳动合同已载明：{}。", super::BLANK)),
    }
    clause.push_str("\n本协议是劳动合同的补充，不减少乙方依照法律和劳动合同享有的权利。");
    writer.clause("劳动关系", clause);
}
