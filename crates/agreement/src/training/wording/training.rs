//! 培养目标, 培养内容与期限, 培养方式与导师, 质量考核标准

use kernel::{Locale, months_between};

use super::{
    BLANK, Writer, add,
    figures::{choice, day, items, level, number, paragraphs, text, yuan},
};
use crate::training::Section;

pub(super) fn write(writer: &mut Writer<'_>) {
    goals(writer);
    content(writer);
    methods(writer);
    quality(writer);
}

fn goals(writer: &mut Writer<'_>) {
    writer.section(Section::Goals);
    let (post, training) = (&writer.body.post, &writer.body.training);
    let occupation = post.occupation.as_ref().map_or_else(
        || BLANK.to_owned(),
        |code| match writer.vocabulary.occupation(code) {
            Some(occupation) => format!("{}（职业编码{code}）", occupation.name(Locale::Zh)),
            None => format!("职业编码{code}"),
        },
    );
    let mut clause = format!(
        "乙方的岗位为{}，对应的职业为{occupation}，工作地点为{}。",
        text(post.name.as_ref()),
        text(post.place.as_ref())
    );
    if training.category.is_some() {
        add(&mut clause, format_args!("乙方属于甲方{}。", choice(training.category)));
    }
    writer.clause("培养岗位", clause);
    writer.clause(
        "培养目标",
        format!(
            "乙方现有的技能等级为{}，培养目标为{}。培养期满，乙方应当达到下列要求：\n{}",
            level(training.current_level),
            level(training.target_level),
            paragraphs(training.objectives.as_ref())
        ),
    );
    writer.clause(
        "证书目标",
        format!("培养期满并经考核合格，乙方取得{}。", choice(training.certificate_goal)),
    );
}

fn content(writer: &mut Writer<'_>) {
    writer.section(Section::Content);
    let training = &writer.body.training;
    let mut clause = format!("培养期限自{}起至{}止", day(training.start), day(training.end));
    if let (Some(start), Some(end)) = (training.start, training.end) {
        add(
            &mut clause,
            format_args!("，共{}个月", months_between(start.date(), end.date())),
        );
    }
    clause.push('。');
    if training.term_reason.is_some() {
        add(
            &mut clause,
            format_args!("\n确定上述期限的理由：{}", paragraphs(training.term_reason.as_ref())),
        );
    }
    writer.clause("培养期限", clause);

    let sum: i64 = training.content.iter().filter_map(|course| course.hours).sum();
    let minutes = training
        .lesson_minutes
        .map_or_else(String::new, |minutes| format!("，每课时{minutes}分钟"));
    let courses = training.content.iter().map(|course| {
        format!(
            "{}：{}课程，{}课时，由{}在{}以{}方式实施",
            text(course.topic.as_ref()),
            choice(course.kind),
            number(course.hours),
            choice(course.provider),
            choice(course.place),
            choice(course.mode),
        )
    });
    let list = if training.content.is_empty() {
        BLANK.to_owned()
    } else {
        items(courses)
    };
    writer.clause(
        "培养内容",
        format!("培养内容共{sum}课时{minutes}，课程安排如下：\n{list}"),
    );
}

fn methods(writer: &mut Writer<'_>) {
    writer.section(Section::Methods);
    let body = writer.body;
    let modes: Vec<String> = body
        .training
        .modes
        .iter()
        .flatten()
        .map(|code| {
            let mode = writer.vocabulary.mode(code);
            mode.map_or_else(|| code.clone(), |mode| mode.name(Locale::Zh).to_owned())
        })
        .map(|name| format!("“{name}”"))
        .collect();
    writer.clause(
        "培养方式",
        if modes.is_empty() {
            "甲方采取岗位实践与理论学习相结合的方式培养乙方。".to_owned()
        } else {
            format!("甲方采取{}的方式培养乙方，岗位实践与理论学习相结合。", modes.concat())
        },
    );
    if !body.people.mentors.is_empty() {
        let mentors = body.people.mentors.iter().map(|mentor| {
            let mut about = format!("{}（{}", text(mentor.name.as_ref()), level(mentor.level));
            if let Some(title) = &mentor.title {
                add(&mut about, format_args!("，{title}"));
            }
            match mentor.lead {
                Some(true) => about.push_str("，带教负责人）"),
                _ => about.push('）'),
            }
            about
        });
        let list = items(mentors);
        writer.clause("企业导师", format!("甲方为乙方配备下列企业导师：\n{list}"));
    }
    if !body.people.tutors.is_empty() {
        let tutors = body.people.tutors.iter().map(|tutor| {
            let about: Vec<String> = [
                tutor.title.clone(),
                tutor.subject.as_ref().map(|subject| format!("讲授{subject}")),
            ]
            .into_iter()
            .flatten()
            .collect();
            let name = text(tutor.name.as_ref());
            if about.is_empty() {
                name
            } else {
                format!("{name}（{}）", about.join("，"))
            }
        });
        let list = items(tutors);
        writer.clause("院校导师", format!("合作院校为乙方配备下列院校导师：\n{list}"));
    }
    let allowance = &body.mentor_allowance;
    if allowance.amount.is_some() || allowance.payer.is_some() || allowance.cycle.is_some() {
        writer.clause(
            "带徒津贴",
            format!(
                "每名企业导师的带徒津贴为{}，{}支付，由{}承担。",
                yuan(allowance.amount),
                choice(allowance.cycle),
                choice(allowance.payer)
            ),
        );
    }
}

fn quality(writer: &mut Writer<'_>) {
    writer.section(Section::Quality);
    let training = &writer.body.training;
    writer.clause("考核标准", paragraphs(training.quality_standard.as_ref()));
    let name = training
        .assessor_name
        .as_ref()
        .map_or_else(String::new, |name| format!("（{name}）"));
    let retakes = match training.retakes {
        Some(0) => "考核不合格的，不安排补考。".to_owned(),
        retakes => format!("考核不合格的，乙方可以参加补考，补考不超过{}次。", number(retakes)),
    };
    writer.clause(
        "考核实施",
        format!(
            "考核由{}{name}实施，满分为100分，{}分为合格。{retakes}\n考核结果书面告知乙方；乙方对结果有异议的，可以申请复核。",
            choice(training.assessor),
            number(training.pass_mark)
        ),
    );
}
