// A whole training agreement with an invented apprentice, as an officer types it. The dates lie around today, so that the story
// holds on any day; whatever the program fills in by itself is left out.

const iso = (date) => date.toISOString().slice(0, 10);

/** The 18 characters of a resident identity number (GB 11643) of that birthday; the administrative division is nobody's. */
function identityNumber(birth, count) {
  const digits = `310000${birth.replaceAll('-', '')}${String(count).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);
  return digits + '10X98765432'[sum % 11];
}

/** The birthday of somebody of that age today, a few months after the last one. */
function born(years, today) {
  return iso(new Date(Date.UTC(today.getUTCFullYear() - years, today.getUTCMonth() - 4, 15)));
}

/** How many were drafted: each is about somebody else, whose hours of a day do not add up with another's. */
let drafted = 0;

/** Field by field what is typed, and who the people are. */
export function draft({ minor = false, today = new Date() } = {}) {
  drafted += 1;
  const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 2, 1));
  const start = iso(first);
  const before = (days) => iso(new Date(first.getTime() - days * 86_400_000));
  const until = (months) => iso(new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 0)));
  const birth = born(minor ? 17 : 26, today);
  const apprentice = {
    name: minor ? '张小雨' : '李晓峰',
    // The last figure of the place is odd for men and even for women.
    number: identityNumber(birth, 2 * drafted + (minor ? 0 : 1)),
  };
  const guardian = { name: '张示例', number: identityNumber('1985-05-20', 1) };
  const typed = {
    'apprentice.name': apprentice.name,
    'apprentice.birth': birth,
    'apprentice.id_no': apprentice.number,
    'apprentice.address': '上海市青浦区示例新村1号101室',
    'apprentice.education': '44',
    'apprentice.fulltime_student': 'false',
    'apprentice.household_address': '上海市示例街道2号',
    'apprentice.id_type': 'resident_id',
    'apprentice.phone': '13000000001',
    'apprentice.sex': 'male',
    'college.address': '上海市松江区示例路200号',
    'college.contact': '周示例',
    'college.phone': '021-00000002',
    'cost.apprentice_fee': '0',
    'cost.deposit': '0',
    'cost.guarantee': 'false',
    'cost.id_held': 'false',
    'cost.special_cost.0.amount': '20000',
    'cost.special_cost.0.kind': 'tuition',
    'cost.special_cost.0.voucher_no': 'FP-2026-0901',
    'cost.special_cost.1.amount': '4000',
    'cost.special_cost.1.kind': 'travel',
    'duty.apprentice_duties': '遵守安全操作规程，服从导师指导。\n按时参加学习和考核，如实填写培养周志。',
    'duty.enterprise_duties': '为乙方配备企业导师和实训设备，按课程计划安排培养。\n如实记录乙方的培养学时，每月向乙方公布。',
    'ending.after_level': 'L3',
    'ending.after_pay': '6000',
    'ending.after_post': '数控车床操作工',
    'ending.change_rule': '一方提出变更的，应当提前十个工作日书面告知另一方；协商一致后签订补充协议。',
    'ending.dispute': '双方先行协商；协商不成的，可以向甲方所在地劳动人事争议调解组织申请调解。',
    'ending.penalties.0.amount': '20000',
    'ending.penalties.0.kind': 'service_period',
    'ending.penalties.0.terms': '乙方违反服务期约定解除劳动合同',
    'ending.termination_grounds': '甲乙双方协商一致。\n乙方因身体原因不能继续参加培养。\n甲方停产或者取消培养项目。',
    'enterprise.address': '上海市青浦区示例路100号',
    'enterprise.contact': '陈示例',
    'enterprise.legal_rep': '王示例',
    'enterprise.phone': '021-00000001',
    'esign.form_agreed': 'true',
    'head.signed_place': '上海市青浦区',
    'hours.overtime_per_day': '1.5',
    'hours.overtime_per_month': '20',
    'hours.per_day': '8',
    'hours.per_week': '40',
    'hours.rest_days_per_week': '2',
    'hours.system': 'standard',
    'insurance.place': '上海市青浦区',
    'insurance.waived': 'false',
    'labour_contract.dispatch': 'false',
    'labour_contract.end': until(40),
    'labour_contract.items': 'employer worker term work hours pay social_insurance protection other',
    'labour_contract.kind': 'fixed',
    'labour_contract.probation_months': '2',
    'labour_contract.probation_wage': '4500',
    'labour_contract.signed_on': before(12),
    'labour_contract.start': start,
    'labour_contract.wage': '5200',
    'mentor_allowance.amount': '300',
    'mentor_allowance.cycle': 'month',
    'mentor_allowance.payer': 'enterprise',
    'pay.pay_day': '10',
    'pay.personal_contributions': '620.50',
    'pay.scholarship': '期末考核80分以上的，甲方一次性发放学徒奖学金1000元。',
    'pay.study_hours_rule': '甲方安排的学习时间计入工作时间，按正常出勤支付工资。',
    'pay.study_paid': 'true',
    'pay.wage_items.0.amount': '3800',
    'pay.wage_items.0.counts_to_minimum': 'true',
    'pay.wage_items.0.kind': 'basic',
    'pay.wage_items.0.name': '基本工资',
    'pay.wage_items.1.amount': '1400',
    'pay.wage_items.1.counts_to_minimum': 'true',
    'pay.wage_items.1.kind': 'post',
    'pay.wage_items.1.name': '岗位工资',
    'pay.wage_items.2.amount': '300',
    'pay.wage_items.2.counts_to_minimum': 'false',
    'pay.wage_items.2.kind': 'meal',
    'pay.wage_items.2.name': '伙食补贴',
    'people.mentors.0.lead': 'true',
    'people.mentors.0.level': 'L5',
    'people.mentors.0.name': '赵示例',
    'people.mentors.0.title': '车间技术主管',
    'people.tutors.0.name': '钱示例',
    'people.tutors.0.subject': '数控编程',
    'people.tutors.0.title': '副教授',
    'post.hazards': 'none',
    'post.name': '数控车床操作工',
    'post.occupation': '6-18-01-01',
    'post.place': '上海市青浦区示例路100号二号车间',
    'privacy.consents.0.basis': 'contract',
    'privacy.consents.0.kind': 'account',
    'privacy.consents.0.purpose': '向乙方本人账户支付工资',
    'privacy.notice_shown_on': before(12),
    'privacy.notice_version': '2026-11',
    'privacy.retention': '自劳动合同终止之日起保存二年，期满后删除。',
    'privacy.sensitive': 'account',
    'safety.disclosed': 'work conditions place hazards safety pay',
    'safety.disclosure_ack': before(12),
    'safety.protection': '配发防护眼镜、防砸安全鞋和工作服，每季度检查更换。',
    'safety.training_hours': '24',
    'service.carve_out_38': 'true',
    'service.damages_cap': '20000',
    'service.formula': 'pro_rata_months',
    'service.months': '24',
    'service.start_rule': 'after_training',
    'service.wage_frozen': 'false',
    'training.assessor': 'organisation',
    'training.assessor_name': '上海示例职业技能评价中心',
    'training.category': 'new_hire',
    'training.certificate_goal': 'level_cert',
    'training.class_no': 'XTZ-2026-03',
    'training.content.0.hours': '80',
    'training.content.0.kind': 'general',
    'training.content.0.mode': 'half_time',
    'training.content.0.place': 'college',
    'training.content.0.provider': 'college',
    'training.content.0.topic': '职业素养、工匠精神与安全生产',
    'training.content.1.hours': '120',
    'training.content.1.kind': 'basic',
    'training.content.1.mode': 'half_time',
    'training.content.1.place': 'college',
    'training.content.1.provider': 'college',
    'training.content.1.topic': '机械制图与数控编程基础',
    'training.content.2.hours': '320',
    'training.content.2.kind': 'skill',
    'training.content.2.mode': 'on_job',
    'training.content.2.place': 'enterprise',
    'training.content.2.provider': 'enterprise',
    'training.content.2.topic': '数控车床操作与零件加工',
    'training.cooperation_no': 'HZ-2026-011',
    'training.current_level': 'L2',
    'training.end': until(12),
    'training.lesson_minutes': '45',
    'training.modes': 'M02 M03',
    'training.objectives': '能独立完成轴类、盘套类零件的数控车削编程与加工，尺寸精度达到IT8级。\n能按作业指导书完成设备点检和日常保养。',
    'training.pass_mark': '60',
    'training.plan_id': 'FA-2026-03',
    'training.quality_standard': '过程考核占40%，由企业导师和院校导师按月评分；期末考核占60%，按国家职业标准进行理论知识和操作技能考核。',
    'training.retakes': '2',
    'training.start': start,
    'training.target_level': 'L3',
  };
  if (minor) {
    Object.assign(typed, {
      'apprentice.sex': 'female',
      'apprentice.self_supporting': 'false',
      'guardian.name': guardian.name,
      'guardian.relation': 'father',
      'guardian.id_no': guardian.number,
      'guardian.phone': '13000000002',
      'safety.minor_card_no': 'WCN-2026-015',
      'safety.health_check_on': before(17),
      'privacy.sensitive': 'health account',
      'privacy.consents.1.kind': 'health',
      'privacy.consents.1.basis': 'consent',
      'privacy.consents.1.purpose': '依法进行未成年工健康检查',
      'privacy.consents.1.separate': 'true',
      'privacy.consents.1.on': before(17),
    });
  }
  const person = ({ name, number }) => ({ name, lastFour: number.slice(-4) });
  return { typed, apprentice: person(apprentice), guardian: minor ? person(guardian) : undefined };
}
