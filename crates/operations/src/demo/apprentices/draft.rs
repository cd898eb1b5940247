//! What is typed into the agreement of an apprentice: a lawful one, with the words of the trade.

use agreement::training::{Draft, sample_draft};
use kernel::{Date, format_date};
use time::Duration;

use crate::demo::plan::{Course, Fate, Plan, PlannedApprentice, PlannedPlace};

/// Fields of a service period: none of them where none is agreed.
const SERVICE: [&str; 13] = [
    "cost.special_cost.0.kind",
    "cost.special_cost.0.amount",
    "cost.special_cost.0.voucher_no",
    "cost.special_cost.1.kind",
    "cost.special_cost.1.amount",
    "service.start_rule",
    "service.wage_frozen",
    "service.damages_cap",
    "service.formula",
    "service.carve_out_38",
    "ending.penalties.0.kind",
    "ending.penalties.0.terms",
    "ending.penalties.0.amount",
];

/// Fields of the college, where there is none.
const COLLEGE: [&str; 8] = [
    "college.name",
    "college.uscc",
    "college.address",
    "college.contact",
    "college.phone",
    "people.tutors.0.name",
    "people.tutors.0.title",
    "people.tutors.0.subject",
];

/// Types over what the sample says.
struct Typing(Draft);

impl Typing {
    fn set(&mut self, key: &'static str, words: &str) {
        if let Err(unknown) = self.0.set(key, words) {
            tracing::error!(key = unknown.0, "a field of the training agreement that does not exist");
        }
    }

    fn day(&mut self, key: &'static str, day: Date) {
        self.set(key, &format_date(day));
    }
}

fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(Duration::days(days))
}

/// Everything typed, by whoever writes the agreement on the day `drafted`.
pub(super) fn of(plan: &Plan, planned: &PlannedApprentice, number: usize, drafted: Date) -> Draft {
    let mut typing = Typing(sample_draft());
    let Some(place) = plan.places.get(planned.place) else {
        return typing.0;
    };
    parties(&mut typing, plan, planned, place, number);
    contract(&mut typing, planned, drafted);
    training(&mut typing, planned, place, number);
    if let Some(guardian) = &planned.guardian {
        let relation = if guardian.mother { "mother" } else { "father" };
        typing.set("apprentice.self_supporting", "false");
        typing.set("guardian.name", &guardian.person.name);
        typing.set("guardian.relation", relation);
        typing.set("guardian.id_no", &guardian.id_number);
        typing.set("guardian.phone", &phone(500 + number));
        typing.set("safety.minor_card_no", &format!("WCN-YS-{number:03}"));
        typing.day("safety.health_check_on", plus(drafted, -6));
        typing.set("privacy.sensitive", "health account");
        typing.set("privacy.consents.1.kind", "health");
        typing.set("privacy.consents.1.basis", "consent");
        typing.set("privacy.consents.1.purpose", "依法进行未成年工健康检查");
        typing.set("privacy.consents.1.separate", "true");
        typing.day("privacy.consents.1.on", plus(drafted, -6));
    }
    typing.0
}

/// A number that no network gives out: the second and third digit are zeros.
fn phone(number: usize) -> String {
    format!("1300000{number:04}")
}

fn parties(typing: &mut Typing, plan: &Plan, planned: &PlannedApprentice, place: &PlannedPlace, number: usize) {
    let enterprise = plan.enterprises.get(place.enterprise);
    let officer = enterprise.and_then(|enterprise| enterprise.officers.first());
    let officer = officer.map_or("", |officer| &officer.name);
    typing.set("head.region", &place.district);
    typing.set("head.signed_place", &place.address);
    typing.set("enterprise.address", &place.address);
    typing.set("enterprise.legal_rep", officer);
    typing.set("enterprise.contact", officer);
    typing.set(
        "labour_contract.employer_uscc",
        enterprise.map_or("", |one| &one.profile.credit_code),
    );
    typing.set("insurance.place", &place.address);
    match (
        place.college.and_then(|college| plan.colleges.get(college)),
        &place.tutor,
    ) {
        (Some(college), Some(tutor)) => {
            typing.set("college.address", "上海市演示路200号");
            typing.set(
                "college.contact",
                college.officers.first().map_or("", |officer| &officer.name),
            );
            typing.set("people.tutors.0.name", &tutor.name);
            typing.set("people.tutors.0.title", "讲师");
            typing.set("people.tutors.0.subject", &place.trade.subject);
        }
        _ => {
            for key in COLLEGE {
                typing.set(key, "");
            }
        }
    }
    let apprentice = &planned.person;
    typing.set("apprentice.name", &apprentice.name);
    typing.set("apprentice.sex", if planned.female { "female" } else { "male" });
    typing.day("apprentice.birth", planned.birth);
    typing.set("apprentice.id_no", &planned.id_number);
    typing.set("apprentice.phone", &phone(100 + number));
    typing.set(
        "apprentice.address",
        &format!("上海市演示新村{}号{}01室", number + 1, number % 6 + 1),
    );
    typing.set(
        "apprentice.household_address",
        &format!("上海市演示街道{}号", number + 1),
    );
}

fn contract(typing: &mut Typing, planned: &PlannedApprentice, drafted: Date) {
    let wage = planned.wage;
    typing.day("labour_contract.signed_on", plus(planned.starts, -3));
    typing.day("labour_contract.start", planned.starts);
    // Long enough for a service period of two years behind the training.
    typing.day("labour_contract.end", plus(planned.ends, 2 * 366 + 30));
    typing.set("labour_contract.wage", &wage.to_string());
    typing.set("labour_contract.probation_wage", &(wage * 9 / 10).to_string());
    typing.set("pay.wage_items.0.amount", &(wage - 1_600).to_string());
    typing.set("pay.wage_items.1.amount", "1600");
    typing.set("pay.personal_contributions", &(wage * 12 / 100).to_string());
    typing.set("ending.after_pay", &(wage + 900).to_string());
    typing.day("safety.disclosure_ack", drafted);
    typing.day("privacy.notice_shown_on", drafted);
    if !planned.service {
        typing.set("service.months", "0");
        for key in SERVICE {
            typing.set(key, "");
        }
    }
}

fn training(typing: &mut Typing, planned: &PlannedApprentice, place: &PlannedPlace, number: usize) {
    let trade = &place.trade;
    let (before, target) = (&trade.levels.0, &trade.levels.1);
    typing.set("post.name", &trade.post);
    typing.set("post.occupation", &trade.occupation);
    typing.set("post.place", &place.address);
    typing.set("training.current_level", if planned.beginner { "L1" } else { before });
    typing.set("training.target_level", target);
    typing.set("training.objectives", &trade.objectives);
    typing.set("training.quality_standard", &trade.quality_standard);
    typing.day("training.start", planned.starts);
    typing.day("training.end", planned.ends);
    typing.set(
        "training.class_no",
        &format!("YS-{}-{}", trade.key, planned.starts.year()),
    );
    typing.set("training.plan_id", &format!("YS-FA-{}", planned.starts.year()));
    typing.set(
        "training.cooperation_no",
        if place.college.is_some() { "YS-HZ-011" } else { "" },
    );
    let keys = [
        [
            "training.content.0.topic",
            "training.content.0.hours",
            "training.content.0.place",
            "training.content.0.provider",
        ],
        [
            "training.content.1.topic",
            "training.content.1.hours",
            "training.content.1.place",
            "training.content.1.provider",
        ],
        [
            "training.content.2.topic",
            "training.content.2.hours",
            "training.content.2.place",
            "training.content.2.provider",
        ],
    ];
    let (general, basic, skill) = &trade.courses;
    let class = if place.college.is_some() {
        ["college", "college"]
    } else {
        ["training_room", "enterprise"]
    };
    let courses = [
        (general, "80", class),
        (basic, "120", class),
        (skill, "400", ["enterprise", "enterprise"]),
    ];
    for ([topic, hours, at, provider], (words, many, [room, by])) in keys.into_iter().zip(courses) {
        typing.set(topic, words);
        typing.set(hours, many);
        typing.set(at, room);
        typing.set(provider, by);
    }
    if planned.fate == Fate::Signed(Course::Failed) {
        typing.set("training.retakes", "0");
    }
    let lead = place.mentors.first().map_or("", |lead| &lead.name);
    let mentor = place.mentors.get(planned.mentor).map_or("", |mentor| &mentor.name);
    typing.set("people.mentors.0.name", lead);
    typing.set("people.mentors.0.title", "技术主管");
    if mentor != lead {
        typing.set("people.mentors.1.name", mentor);
        typing.set("people.mentors.1.level", "L4");
        typing.set("people.mentors.1.title", "班组长");
        typing.set("people.mentors.1.lead", "false");
    }
    typing.set("safety.protection", &trade.protection);
    typing.set("ending.after_post", &trade.post);
    typing.set("ending.after_level", target);
    typing.set("training.assessor_name", "演示职业技能评价中心");
    typing.set(
        "training.modes",
        if number.is_multiple_of(2) { "M02 M03" } else { "M03 M04" },
    );
}
