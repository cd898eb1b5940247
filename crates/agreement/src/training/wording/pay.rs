//! 工作时间与工资待遇, 培训费用与服务期

use kernel::Fen;

use super::{
    BLANK, Writer, add,
    figures::{choice, either, hours, items, number, paragraphs, text, yuan},
};
use crate::training::Section;

pub(super) fn write(writer: &mut Writer<'_>) {
    writer.section(Section::Pay);
    working_hours(writer);
    wages(writer);
    writer.section(Section::Costs);
    fees(writer);
    special_cost(writer);
    service(writer);
}

fn working_hours(writer: &mut Writer<'_>) {
    let plan = &writer.body.hours;
    let mut clause = format!(
        "甲方对乙方实行{}，每日工作{}小时，每周工作{}小时，每周休息{}日。乙方按甲方安排参加学习培训的时间计入工作时间。",
        choice(plan.system),
        hours(plan.per_day),
        hours(plan.per_week),
        number(plan.rest_days_per_week),
    );
    let most: Vec<String> = [
        plan.overtime_per_day.map(|most| format!("每日不超过{most}小时")),
        plan.overtime_per_month.map(|most| format!("每月不超过{most}小时")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let limits = if most.is_empty() {
        String::new()
    } else {
        format!("延长的工作时间{}，", most.join("，"))
    };
    add(
        &mut clause,
        format_args!(
            "\n甲方因生产经营需要延长工作时间的，应当与工会和乙方协商，{limits}并依法支付加班工资或者安排补休。"
        ),
    );
    writer.clause("工作时间和休息休假", clause);
}

fn wages(writer: &mut Writer<'_>) {
    let (contract, pay) = (&writer.body.labour_contract, &writer.body.pay);
    let probation = match contract.probation_months {
        Some(0) => "劳动合同不约定试用期。".to_owned(),
        months => format!(
            "劳动合同约定的试用期为{}个月，试用期工资为每月{}。",
            number(months),
            yuan(contract.probation_wage)
        ),
    };
    let lowest = contract
        .lowest_same_post_wage
        .map_or_else(String::new, |wage| format!("甲方相同岗位最低档工资为每月{wage}元。"));
    writer.clause(
        "劳动合同工资和试用期",
        format!("劳动合同约定的工资为每月{}。{probation}{lowest}", yuan(contract.wage)),
    );

    let sum: i64 = pay.wage_items.iter().filter_map(|item| item.amount).map(Fen::fen).sum();
    let parts = pay.wage_items.iter().map(|item| {
        format!(
            "{}：每月{}（{}，{}与最低工资标准的比较）",
            text(item.name.as_ref()),
            yuan(item.amount),
            choice(item.kind),
            either(item.counts_to_minimum, "计入", "不计入"),
        )
    });
    let list = if pay.wage_items.is_empty() {
        BLANK.to_owned()
    } else {
        items(parts)
    };
    let day = pay.pay_day.map_or_else(String::new, |day| {
        format!("工资于每月{day}日支付，遇休息日或者法定节假日提前支付。")
    });
    writer.clause(
        "培养期间的工资",
        format!(
            "培养期间，乙方每月的工资由下列各项组成，合计{}元：\n{list}\n乙方每月个人缴纳的社会保险费和住房公积金为{}。{day}\n甲方以货币形式按月足额支付工资，不低于履行地最低工资标准。",
            Fen::new(sum),
            yuan(pay.personal_contributions),
        ),
    );

    let mut study = match pay.study_paid {
        Some(true) => "乙方按甲方安排参加学习培训期间，甲方照常支付工资。".to_owned(),
        Some(false) => "乙方按甲方安排参加学习培训期间，甲方不支付工资。".to_owned(),
        None => BLANK.to_owned(),
    };
    if pay.study_hours_rule.is_some() {
        add(
            &mut study,
            format_args!("\n{}", paragraphs(pay.study_hours_rule.as_ref())),
        );
    }
    writer.clause("学习期间的工资", study);
    if pay.allowances.is_some() {
        let allowances = paragraphs(pay.allowances.as_ref());
        writer.clause("津贴和补贴", allowances);
    }
    if pay.scholarship.is_some() {
        let scholarship = paragraphs(pay.scholarship.as_ref());
        writer.clause("学徒奖学金", scholarship);
    }
}

/// `none` where the amount is nothing, else the sentence with the amount.
fn free_of(amount: Option<Fen>, none: &str, some: impl Fn(String) -> String) -> String {
    match amount {
        Some(amount) if amount == Fen::default() => none.to_owned(),
        amount => some(yuan(amount)),
    }
}

fn fees(writer: &mut Writer<'_>) {
    let cost = &writer.body.cost;
    let clause = [
        free_of(
            cost.apprentice_fee,
            "培养费用由甲方承担，乙方承担的培训费为0元。",
            |fee| format!("乙方承担培训费{fee}。"),
        ),
        free_of(
            cost.deposit,
            "甲方不向乙方收取押金，押金为0元。",
            |deposit| format!("乙方向甲方交纳押金{deposit}。"),
        ),
        either(
            cost.guarantee,
            "乙方向甲方提供担保。",
            "甲方不要求乙方提供任何形式的担保。",
        ),
        either(
            cost.id_held,
            "甲方保管乙方的身份证件或者其他证书。",
            "甲方不扣押乙方的居民身份证和其他证件。",
        ),
    ];
    writer.clause("不向学徒收费", clause.concat());
}

fn special_cost(writer: &mut Writer<'_>) {
    let costs = &writer.body.cost.special_cost;
    if costs.is_empty() {
        return;
    }
    let sum: i64 = costs.iter().filter_map(|cost| cost.amount).map(Fen::fen).sum();
    let list = items(costs.iter().map(|cost| {
        let mut about = format!("{}：{}", choice(cost.kind), yuan(cost.amount));
        if let Some(number) = &cost.voucher_no {
            add(&mut about, format_args!("，凭证号码{number}"));
        }
        if let Some(part) = cost.subsidised {
            add(&mut about, format_args!("，其中政府补贴{part}元"));
        }
        about
    }));
    writer.clause(
        "专项培训费用",
        format!(
            "甲方为乙方提供专业技术培训，承担的专项培训费用合计{}元：\n{list}",
            Fen::new(sum)
        ),
    );
}

fn service(writer: &mut Writer<'_>) {
    let service = &writer.body.service;
    let Some(months) = service.months.filter(|months| *months > 0) else {
        writer.clause("服务期", "双方不约定服务期。乙方不因接受培养而承担服务期义务。");
        return;
    };
    let clause = format!(
        "双方约定服务期为{months}个月，自{}起计算。{}",
        choice(service.start_rule),
        either(
            service.wage_frozen,
            "服务期内不提高乙方的劳动报酬。",
            "服务期内，甲方按照正常的工资调整机制提高乙方的劳动报酬。",
        )
    );
    writer.clause("服务期", clause);
    let carve_out = either(
        service.carve_out_38,
        "乙方依照《中华人民共和国劳动合同法》第三十八条的规定解除劳动合同的，不属于违反服务期的约定，不支付违约金。",
        "乙方依照《中华人民共和国劳动合同法》第三十八条的规定解除劳动合同的，同样支付违约金。",
    );
    let clause = format!(
        "乙方违反服务期约定的，应当向甲方支付违约金。违约金的总额不超过{}，{}。{carve_out}\n乙方有《中华人民共和国劳动合同法实施条例》第二十六条第二款规定的情形之一，甲方与乙方解除劳动合同的，按照前款约定支付违约金。\n违约金在任何情况下均不超过甲方提供的专项培训费用，也不超过服务期尚未履行部分所应分摊的专项培训费用。",
        yuan(service.damages_cap),
        choice(service.formula),
    );
    writer.clause("服务期违约金", clause);
}
