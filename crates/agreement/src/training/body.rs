//! What the parties agree on, field by field. People sign this: names, types and meanings here never change; what a later
//! law asks for is added.

use kernel::Fen;
use serde_json::Value as Json;
use vocabulary::SkillLevel;

use super::{
    Section,
    choice::{
        Basis, Category, CertificateGoal, Choice as _, ContractItem, ContractType, CostKind, CourseKind, Cycle,
        Disclosure, Education, Evaluator, Formula, Hazard, HoursSystem, IdType, IdentityMethod, Payer, PenaltyKind,
        Place, Provider, Relation, Sensitive, ServiceStart, Sex, SigningForm, StudyMode, WageKind,
    },
    draft::Draft,
    field::{CodeList, Condition, FieldSpec, Kind, Need},
    table::{Entry, Reader, body, entries, json, write_list},
    value::{Day, IdNumber, Minutes, Value},
};

const NAME: Kind = Kind::Text { max: 60 };
const LINE: Kind = Kind::Text { max: 120 };
const RICH: Kind = Kind::Rich { max: 3000 };
const LINES: Kind = Kind::Lines { max: 500 };
const MONTHS: Kind = Kind::Int { min: 0, max: 600 };
const HOURS: Kind = Kind::Hours { max: 60_000 };
const CREDIT_CODE: Kind = Kind::Code {
    list: CodeList::CreditCode,
};
const LEVEL: Kind = Kind::Code {
    list: CodeList::SkillLevel,
};

const MINOR_AT_START: Need = Need::When(Condition::MinorAtStart);
const GUARDIAN: Need = Need::When(Condition::Guardian);
const SERVICE_PERIOD: Need = Need::When(Condition::ServicePeriod);
const ELECTRONIC: Need = Need::When(Condition::Electronic);
const COLLEGE: Need = Need::When(Condition::College);

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

entries! {
    /// A part of the curriculum.
    Course {
        /// What is taught.
        topic: String = LINE, true;
        /// Its kind.
        kind: CourseKind = Kind::Choice { set: CourseKind::SET }, true;
        /// Lessons (课时).
        hours: i64 = Kind::Int { min: 1, max: 5000 }, true;
        /// Where.
        place: Place = Kind::Choice { set: Place::SET }, true;
        /// How training and work go together.
        mode: StudyMode = Kind::Choice { set: StudyMode::SET }, true;
        /// By whom.
        provider: Provider = Kind::Choice { set: Provider::SET }, true;
    }
    /// A mentor of the enterprise (企业导师).
    Mentor {
        /// Name.
        name: String = NAME, true;
        /// Level of skill.
        level: SkillLevel = LEVEL, true;
        /// Post or title.
        title: String = NAME, false;
        /// Whether this one answers for the others.
        lead: bool = Kind::Bool, false;
    }
    /// A tutor of the college or training body (院校导师).
    Tutor {
        /// Name.
        name: String = NAME, true;
        /// Post or title.
        title: String = NAME, false;
        /// What they teach.
        subject: String = NAME, false;
    }
    /// A part of the monthly wage.
    WageItem {
        /// What it is called.
        name: String = NAME, true;
        /// What it is for.
        kind: WageKind = Kind::Choice { set: WageKind::SET }, true;
        /// How much a month.
        amount: Fen = Kind::Money, true;
        /// Whether the enterprise counts it towards the minimum wage.
        counts_to_minimum: bool = Kind::Bool, true;
    }
    /// A cost that the enterprise bears for special technical training.
    SpecialCost {
        /// Its kind.
        kind: CostKind = Kind::Choice { set: CostKind::SET }, true;
        /// How much.
        amount: Fen = Kind::Money, true;
        /// Number of the voucher.
        voucher_no: String = NAME, false;
        /// The part of it that a government subsidy covers.
        subsidised: Fen = Kind::Money, false;
    }
    /// Something the apprentice would pay damages for.
    Penalty {
        /// Its kind.
        kind: PenaltyKind = Kind::Choice { set: PenaltyKind::SET }, true;
        /// The terms.
        terms: String = LINE, true;
        /// How much at most.
        amount: Fen = Kind::Money, false;
    }
    /// How one kind of sensitive personal information may be handled.
    Handling {
        /// The kind.
        kind: Sensitive = Kind::Choice { set: Sensitive::SET }, true;
        /// On what ground.
        basis: Basis = Kind::Choice { set: Basis::SET }, true;
        /// What for, and why it is needed.
        purpose: String = LINE, true;
        /// Whether a consent of its own was given.
        separate: bool = Kind::Bool, false;
        /// When it was given.
        on: Day = Kind::Date, false;
    }
}

body! {
    /// The document itself.
    head: Head {
        /// Number of the agreement; given by the product.
        no: String = Kind::Text { max: 40 }, Parties, Need::Sign, immaterial, [];
        /// Where the labour contract is performed; the region picks the policy pack.
        region: String = Kind::Code { list: CodeList::Region }, Parties, Need::Sign, material, ["TA-14"];
        /// Place of signing.
        signed_place: String = LINE, Signing, Need::Sign, immaterial, [];
        /// Version of the wording; set by the product when the content is frozen.
        template_version: String = Kind::Text { max: 40 }, Signing, Need::Sign, immaterial, [];
        /// The nearest policy pack; set by the product when the content is frozen.
        pack_id: String = Kind::Text { max: 40 }, Signing, Need::Sign, immaterial, [];
        /// Its version; set by the product when the content is frozen.
        pack_version: String = Kind::Text { max: 40 }, Signing, Need::Sign, immaterial, [];
    }
    /// 甲方: the enterprise that employs and trains.
    enterprise: Enterprise {
        /// Registered name.
        name: String = LINE, Parties, Need::Sign, material, [];
        /// 统一社会信用代码
        uscc: String = CREDIT_CODE, Parties, Need::Sign, material, ["ID-01" "ID-02" "ID-03"];
        /// Registered address.
        address: String = LINE, Parties, Need::Sign, material, [];
        /// Legal representative or person in charge.
        legal_rep: String = NAME, Parties, Need::Sign, material, [];
        /// Whom to ask.
        contact: String = NAME, Parties, Need::Sign, immaterial, [];
        /// Their phone.
        phone: String = NAME, Parties, Need::Sign, immaterial, [];
    }
    /// The college or training body that takes part, where one does.
    college: College {
        /// Registered name.
        name: String = LINE, Parties, COLLEGE, material, [];
        /// 统一社会信用代码
        uscc: String = CREDIT_CODE, Parties, COLLEGE, material, ["ID-01" "ID-02" "ID-03"];
        /// Registered address.
        address: String = LINE, Parties, Need::Optional, material, [];
        /// Whom to ask.
        contact: String = NAME, Parties, Need::Optional, immaterial, [];
        /// Their phone.
        phone: String = NAME, Parties, Need::Optional, immaterial, [];
    }
    /// 乙方: the apprentice, an employee of the enterprise.
    apprentice: Apprentice {
        /// Name as the identity document has it.
        name: String = NAME, Parties, Need::Sign, material, ["TA-47"];
        /// Sex as the identity document has it.
        sex: Sex = Kind::Choice { set: Sex::SET }, Parties, Need::Sign, material, ["ID-05" "TA-41" "TA-47"];
        /// Day of birth.
        birth: Day = Kind::Date, Parties, Need::Sign, material, ["ID-05" "ID-08" "ID-10" "ID-11" "TA-39"];
        /// Kind of identity document.
        id_type: IdType = Kind::Choice { set: IdType::SET }, Parties, Need::Sign, material, ["ID-04"];
        /// Its number.
        id_no: IdNumber = Kind::Text { max: 30 }, Parties, Need::Sign, material, ["ID-04" "ID-05" "ID-06" "TA-47"];
        /// Phone.
        phone: String = NAME, Parties, Need::Sign, immaterial, ["TA-47"];
        /// Where they live.
        address: String = LINE, Parties, Need::Sign, immaterial, ["TA-47"];
        /// Where their household is registered.
        household_address: String = LINE, Parties, Need::File, immaterial, ["TA-47"];
        /// Education.
        education: Education = Kind::Choice { set: Education::SET }, Parties, Need::Sign, immaterial, [];
        /// Whether they are a full-time student.
        fulltime_student: bool = Kind::Bool, Parties, Need::Sign, material, ["TA-07"];
        /// A disability they choose to tell.
        disability: bool = Kind::Bool, Parties, Need::Optional, immaterial, ["PI-03"];
        /// Whether a minor of working age declares to live mainly on their own wages.
        self_supporting: bool = Kind::Bool, Parties, Need::When(Condition::Minor), material, ["ID-10"];
    }
    /// The legal representative of a minor.
    guardian: Guardian {
        /// Name.
        name: String = NAME, Parties, GUARDIAN, material, ["ID-10"];
        /// What they are to the apprentice.
        relation: Relation = Kind::Choice { set: Relation::SET }, Parties, GUARDIAN, material, ["ID-10"];
        /// Number of their resident identity card.
        id_no: IdNumber = Kind::Text { max: 30 }, Parties, GUARDIAN, material, ["ID-04"];
        /// Phone.
        phone: String = NAME, Parties, GUARDIAN, immaterial, [];
    }
    /// The labour contract that the training stands beside.
    labour_contract: LabourContract {
        /// Its kind.
        kind: ContractType = Kind::Choice { set: ContractType::SET }, Parties, Need::Sign, material, ["TA-03" "TA-17"];
        /// When it was signed.
        signed_on: Day = Kind::Date, Parties, Need::Sign, material, ["TA-04"];
        /// First day of work.
        start: Day = Kind::Date, Parties, Need::Sign, material, ["TA-03" "TA-04" "TA-17"];
        /// Last day, where it has a fixed term.
        end: Day = Kind::Date, Parties, Need::When(Condition::FixedTerm), material, ["TA-03" "TA-13" "TA-17" "TA-29"];
        /// Credit code of the employer in the contract.
        employer_uscc: String = CREDIT_CODE, Parties, Need::Sign, material, ["TA-08"];
        /// Whether the apprentice is a dispatched worker.
        dispatch: bool = Kind::Bool, Parties, Need::Sign, material, ["TA-08"];
        /// What the contract states.
        items: Vec<ContractItem> = Kind::Many { set: ContractItem::SET }, Parties, Need::Sign, immaterial, ["TA-05"];
        /// Months of probation; 0 for none.
        probation_months: i64 = MONTHS, Pay, Need::Sign, material, ["TA-17"];
        /// Monthly wage agreed in it.
        wage: Fen = Kind::Money, Pay, Need::Sign, material, ["TA-16"];
        /// Monthly wage during probation.
        probation_wage: Fen = Kind::Money, Pay, Need::When(Condition::Probation), material, ["TA-16"];
        /// The lowest wage that the enterprise pays in the same post.
        lowest_same_post_wage: Fen = Kind::Money, Pay, Need::Optional, material, ["TA-16"];
    }
    /// The post.
    post: Post {
        /// What it is called in the enterprise.
        name: String = NAME, Goals, Need::Sign, material, [];
        /// Occupation of the classification.
        occupation: String = Kind::Code { list: CodeList::Occupation }, Goals, Need::Sign, material, ["ID-12"];
        /// Where the work is done.
        place: String = LINE, Goals, Need::Sign, material, ["TA-37"];
        /// Burdens and dangers; none has to be said.
        hazards: Vec<Hazard> = Kind::Many { set: Hazard::SET }, Safety, Need::Sign, material, ["TA-39" "TA-41"];
    }
    /// The training.
    training: Training {
        /// Whom the scheme reaches here.
        category: Category = Kind::Choice { set: Category::SET }, Goals, Need::File, material, ["TA-06"];
        /// Level of skill today.
        current_level: SkillLevel = LEVEL, Goals, Need::Sign, material, ["TA-10"];
        /// Level of skill to reach.
        target_level: SkillLevel = LEVEL, Goals, Need::Sign, material, ["TA-09" "TA-10" "TA-12" "ID-12"];
        /// What the apprentice is to be able to do.
        objectives: String = RICH, Goals, Need::Sign, material, ["TA-02" "TA-48"];
        /// What the apprentice is to hold in the end.
        certificate_goal: CertificateGoal = Kind::Choice { set: CertificateGoal::SET }, Goals, Need::Sign, material, [];
        /// First day.
        start: Day = Kind::Date, Content, Need::Sign, material, ["TA-02" "TA-11" "ID-08" "ID-12"];
        /// Last day.
        end: Day = Kind::Date, Content, Need::Sign, material, ["TA-02" "TA-11" "TA-12" "TA-13"];
        /// Why the term is longer than usual.
        term_reason: String = RICH, Content, Need::Optional, material, ["TA-11"];
        /// Minutes of a lesson.
        lesson_minutes: i64 = Kind::Int { min: 1, max: 240 }, Content, Need::Optional, material, [];
        /// Training modes.
        modes: Vec<String> = Kind::Codes { list: CodeList::Mode }, Methods, Need::Optional, material, [];
        /// What counts as good enough.
        quality_standard: String = RICH, Quality, Need::Sign, material, ["TA-02" "TA-48"];
        /// Points of a hundred that pass.
        pass_mark: i64 = Kind::Int { min: 1, max: 100 }, Quality, Need::Sign, material, [];
        /// Who evaluates.
        assessor: Evaluator = Kind::Choice { set: Evaluator::SET }, Quality, Need::Sign, material, [];
        /// The evaluating body's name.
        assessor_name: String = LINE, Quality, Need::Optional, material, [];
        /// How often an examination may be taken again.
        retakes: i64 = Kind::Int { min: 0, max: 20 }, Quality, Need::Sign, material, [];
        /// Number of the class.
        class_no: String = NAME, Annexes, Need::File, immaterial, [];
        /// Number of the class's plan.
        plan_id: String = NAME, Annexes, Need::File, immaterial, [];
        /// Number of the cooperation agreement with the college.
        cooperation_no: String = NAME, Annexes, Need::File, immaterial, [];
        [list] /// The curriculum.
        content: Course = Content, Need::Sign, material, ["TA-02" "TA-48"];
    }
    /// Who trains.
    people: People {
        [list] /// Mentors of the enterprise.
        mentors: Mentor = Methods, Need::File, material, ["TA-42" "TA-43"];
        [list] /// Tutors of the college.
        tutors: Tutor = Methods, Need::File, material, ["TA-42"];
    }
    /// What mentors get for it.
    mentor_allowance: MentorAllowance {
        /// How much.
        amount: Fen = Kind::Money, Methods, Need::File, material, ["TA-44"];
        /// Who pays.
        payer: Payer = Kind::Choice { set: Payer::SET }, Methods, Need::File, material, ["TA-44"];
        /// How often.
        cycle: Cycle = Kind::Choice { set: Cycle::SET }, Methods, Need::File, material, [];
    }
    /// Working hours as planned.
    hours: Hours {
        /// The system of working hours.
        system: HoursSystem = Kind::Choice { set: HoursSystem::SET }, Pay, Need::Sign, material, ["TA-35"];
        /// Normal hours a day.
        per_day: Minutes = Kind::Hours { max: 1440 }, Pay, Need::Sign, material, ["TA-35"];
        /// Normal hours a week.
        per_week: Minutes = Kind::Hours { max: 10_080 }, Pay, Need::Sign, material, ["TA-35"];
        /// Days of rest a week.
        rest_days_per_week: i64 = Kind::Int { min: 0, max: 7 }, Pay, Need::Sign, material, ["TA-35"];
        /// Overtime a day at most.
        overtime_per_day: Minutes = Kind::Hours { max: 1440 }, Pay, Need::Optional, material, ["TA-35"];
        /// Overtime a month at most.
        overtime_per_month: Minutes = HOURS, Pay, Need::Optional, material, ["TA-35"];
    }
    /// Wages during training.
    pay: Pay {
        /// Whether the time of study is paid.
        study_paid: bool = Kind::Bool, Pay, Need::Sign, material, ["TA-18"];
        /// Day of the month on which wages are paid.
        pay_day: i64 = Kind::Int { min: 1, max: 31 }, Pay, Need::Optional, material, [];
        /// The apprentice's own share of social insurance and housing fund a month.
        personal_contributions: Fen = Kind::Money, Pay, Need::Sign, material, ["TA-14" "TA-15"];
        /// How hours of study are counted and paid.
        study_hours_rule: String = RICH, Pay, Need::Optional, material, ["TA-48"];
        /// Allowances.
        allowances: String = RICH, Pay, Need::Optional, material, ["TA-48"];
        /// Apprentice scholarship.
        scholarship: String = RICH, Pay, Need::Optional, material, ["TA-48"];
        [list] /// Parts of the monthly wage.
        wage_items: WageItem = Pay, Need::Sign, material, ["TA-14" "TA-15"];
    }
    /// What training costs, and what it may not cost the apprentice.
    cost: Cost {
        /// Training fee that the apprentice pays.
        apprentice_fee: Fen = Kind::Money, Costs, Need::Sign, material, ["TA-20"];
        /// Deposit that the apprentice leaves.
        deposit: Fen = Kind::Money, Costs, Need::Sign, material, ["TA-19"];
        /// Whether a guarantee is asked for.
        guarantee: bool = Kind::Bool, Costs, Need::Sign, material, ["TA-19"];
        /// Whether identity documents or certificates are held.
        id_held: bool = Kind::Bool, Costs, Need::Sign, material, ["TA-19"];
        [list] /// Costs of special technical training that the enterprise bears.
        special_cost: SpecialCost = Costs, SERVICE_PERIOD, material, ["TA-21" "TA-22" "TA-23" "TA-24"];
    }
    /// The service period after training, where one is agreed.
    service: Service {
        /// Its length; 0 or nothing for none.
        months: i64 = MONTHS, Costs, Need::Optional, material, ["TA-21" "TA-23" "TA-29"];
        /// When it begins.
        start_rule: ServiceStart = Kind::Choice { set: ServiceStart::SET }, Costs, SERVICE_PERIOD, material, ["TA-29"];
        /// Whether normal pay rises stop meanwhile.
        wage_frozen: bool = Kind::Bool, Costs, SERVICE_PERIOD, material, ["TA-28"];
        /// Damages at most.
        damages_cap: Fen = Kind::Money, Costs, SERVICE_PERIOD, material, ["TA-23"];
        /// How damages shrink.
        formula: Formula = Kind::Choice { set: Formula::SET }, Costs, SERVICE_PERIOD, material, ["TA-23"];
        /// Whether leaving for a fault of the employer is exempt.
        carve_out_38: bool = Kind::Bool, Costs, SERVICE_PERIOD, material, ["TA-26"];
    }
    /// Duties beside those of the law.
    duty: Duty {
        /// Of the enterprise.
        enterprise_duties: Vec<String> = LINES, Duties, Need::Sign, material, ["TA-48"];
        /// Of the apprentice.
        apprentice_duties: Vec<String> = LINES, Duties, Need::Sign, material, ["TA-48"];
    }
    /// Protection at work.
    safety: Safety {
        /// When the apprentice was told.
        disclosure_ack: Day = Kind::Date, Safety, Need::Sign, material, ["TA-37"];
        /// What they were told about.
        disclosed: Vec<Disclosure> = Kind::Many { set: Disclosure::SET }, Safety, Need::Sign, material, ["TA-37"];
        /// Hours of safety training before the post.
        training_hours: i64 = Kind::Int { min: 0, max: 2000 }, Safety, Need::Sign, material, [];
        /// When it was passed.
        training_passed_on: Day = Kind::Date, Safety, Need::Optional, immaterial, [];
        /// Protective equipment and measures.
        protection: String = RICH, Safety, Need::Optional, material, ["TA-48"];
        /// Number of the registration card of a worker under age.
        minor_card_no: String = NAME, Safety, MINOR_AT_START, immaterial, [];
        /// Day of the health check of a worker under age.
        health_check_on: Day = Kind::Date, Safety, MINOR_AT_START, immaterial, ["PI-03"];
    }
    /// Social insurance.
    insurance: Insurance {
        /// Since when the apprentice is registered; not known yet for somebody who begins later.
        registered_on: Day = Kind::Date, Safety, Need::Optional, immaterial, [];
        /// Where.
        place: String = LINE, Safety, Need::Sign, material, [];
        /// Whether social insurance is given up.
        waived: bool = Kind::Bool, Safety, Need::Sign, material, ["TA-33"];
    }
    /// Personal information.
    privacy: Privacy {
        /// Version of the notice.
        notice_version: String = Kind::Text { max: 40 }, Privacy, Need::Sign, immaterial, ["PI-02"];
        /// When it was shown.
        notice_shown_on: Day = Kind::Date, Privacy, Need::Sign, immaterial, ["PI-02"];
        /// Kinds of sensitive information that are handled; none has to be said.
        sensitive: Vec<Sensitive> = Kind::Many { set: Sensitive::SET }, Privacy, Need::Sign, material, ["PI-03"];
        /// How long records are kept.
        retention: String = RICH, Privacy, Need::Sign, material, [];
        [list] /// How each of these kinds is handled.
        consents: Handling = Privacy, Need::Optional, material, ["PI-03"];
    }
    /// Change, end and breach.
    ending: Ending {
        /// How the agreement is changed.
        change_rule: String = RICH, Ending, Need::Sign, material, ["TA-48"];
        /// On what grounds the training ends early.
        termination_grounds: Vec<String> = LINES, Ending, Need::Sign, material, ["TA-48"];
        /// Further grounds that would end the labour contract.
        contract_end_grounds: Vec<String> = LINES, Ending, Need::Optional, material, ["TA-31"];
        /// The post after training.
        after_post: String = NAME, Ending, Need::Sign, material, [];
        /// The level after training.
        after_level: SkillLevel = LEVEL, Ending, Need::Sign, material, [];
        /// The monthly wage after training.
        after_pay: Fen = Kind::Money, Ending, Need::Sign, material, [];
        /// How disputes are settled.
        dispute: String = RICH, Dispute, Need::Sign, material, ["TA-48"];
        [list] /// What the apprentice would pay damages for.
        penalties: Penalty = Ending, Need::Optional, material, ["TA-25"];
    }
    /// A non-compete clause, where one is agreed.
    noncompete: NonCompete {
        /// Its length; 0 or nothing for none.
        months: i64 = MONTHS, Ending, Need::Optional, material, ["TA-32"];
        /// Whether the apprentice knows trade secrets.
        secret_access: bool = Kind::Bool, Ending, Need::When(Condition::NonCompete), material, ["TA-32"];
        /// What the enterprise pays for it each month.
        compensation: Fen = Kind::Money, Ending, Need::When(Condition::NonCompete), material, ["TA-32"];
    }
    /// How the agreement is signed.
    esign: Esign {
        /// The form.
        form: SigningForm = Kind::Choice { set: SigningForm::SET }, Signing, Need::Sign, material, ["ES-01" "ES-12"];
        /// Whether the parties agree to electronic form.
        form_agreed: bool = Kind::Bool, Signing, ELECTRONIC, material, ["ES-01"];
        /// Conditions of reliability that the parties agree on.
        conditions: String = RICH, Signing, ELECTRONIC, material, ["ES-03"];
        /// How identity is checked.
        identity_method: IdentityMethod = Kind::Choice { set: IdentityMethod::SET }, Signing, ELECTRONIC, material, ["ES-07"];
        /// What signing costs the apprentice.
        fee: Fen = Kind::Money, Signing, ELECTRONIC, material, ["ES-07"];
        /// Where the original on paper lies.
        original_location: String = LINE, Signing, Need::When(Condition::Paper), immaterial, ["ES-12"];
    }
}
