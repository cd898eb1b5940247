//! Trade affinity and kinship, by example.

use vocabulary::{Tier, Vocabulary};

fn by_names(vocabulary: &Vocabulary, major: &str, occupation: &str) -> u16 {
    let found = vocabulary
        .find_major_by_name(major)
        .unwrap_or_else(|| panic!("no major {major}"));
    let wanted = vocabulary.find_occupation_by_name(occupation);
    let wanted = wanted.unwrap_or_else(|| panic!("no occupation {occupation}"));
    vocabulary.affinity(&found.code, &wanted.code)
}

#[test]
fn a_major_prepares_for_its_trades() {
    let vocabulary = Vocabulary::builtin();
    for (major, occupation) in [
        ("数控技术", "车工"),
        ("数控技术", "铣工"),
        ("数控技术", "多工序数控机床操作调整工"),
        ("智能焊接技术", "焊工"),
        ("模具设计与制造", "模具工"),
        ("护理", "内科护士"),
        ("护理", "养老护理员"),
        ("智慧健康养老服务与管理", "养老护理员"),
        ("现代家政服务与管理", "家政服务员"),
        ("集成电路技术", "半导体芯片制造工"),
        ("微电子技术", "半导体分立器件和集成电路装调工"),
        ("集成电路技术", "集成电路工程技术人员"),
        ("软件技术", "计算机程序设计员"),
        ("软件技术", "计算机软件测试员"),
        ("人工智能技术应用", "人工智能训练师"),
        ("工业机器人技术", "工业机器人系统操作员"),
        ("机电一体化技术", "机修钳工"),
        ("电气自动化技术", "电工"),
        ("汽车检测与维修技术", "汽车维修工"),
        ("新能源汽车技术", "汽车装调工"),
        ("电子商务", "电子商务师"),
        ("现代物流管理", "物流服务师"),
        ("烹饪工艺与营养", "中式烹调师"),
        ("学前教育", "保育师"),
        ("婴幼儿托育服务与管理", "保育师"),
        ("大数据与会计", "会计专业人员"),
        ("工程造价", "工程造价工程技术人员"),
        ("建设工程监理", "监理工程技术人员"),
        ("制冷与空调技术", "制冷空调系统安装维修工"),
        ("电梯工程技术", "电梯安装维修工"),
        ("城市燃气工程技术", "燃气具安装维修工"),
        ("首饰设计与工艺", "贵金属首饰制作工"),
        ("连锁经营与管理", "连锁经营管理师"),
        ("机床智能化应用技术", "机床装调维修工"),
        ("无人机应用技术", "无人机驾驶员"),
        ("眼视光技术", "眼镜验光师"),
    ] {
        let affinity = by_names(&vocabulary, major, occupation);
        assert!(affinity >= 700, "{major} -> {occupation}: {affinity}");
    }
}

#[test]
fn a_major_does_not_prepare_for_other_trades() {
    let vocabulary = Vocabulary::builtin();
    for (major, occupation) in [
        ("护理", "焊工"),
        ("数控技术", "内科护士"),
        ("软件技术", "焊工"),
        ("大数据与会计", "车工"),
        ("烹饪工艺与营养", "电工"),
        ("学前教育", "机修钳工"),
    ] {
        assert_eq!(by_names(&vocabulary, major, occupation), 0, "{major} -> {occupation}");
    }
    // A shared word alone is a hint, never a match.
    assert!(by_names(&vocabulary, "护理", "皮革护理师") <= 200);
}

#[test]
fn the_nearer_trade_wins() {
    let vocabulary = Vocabulary::builtin();
    for (major, nearer, farther) in [
        ("数控技术", "车工", "铸造工"),
        ("智能焊接技术", "焊工", "车工"),
        ("模具设计与制造", "模具工", "车工"),
        ("电气自动化技术", "电工", "机修钳工"),
        ("护理", "内科护士", "养老护理员"),
        ("助产", "助产士", "内科护士"),
        ("软件技术", "计算机程序设计员", "呼叫中心服务员"),
        ("物联网应用技术", "物联网安装调试员", "雷达装调工"),
        ("西式烹饪工艺", "西式烹调师", "中式烹调师"),
    ] {
        let (near, far) = (
            by_names(&vocabulary, major, nearer),
            by_names(&vocabulary, major, farther),
        );
        assert!(near > far, "{major}: {nearer} {near}, {farther} {far}");
    }
}

#[test]
fn a_group_is_worth_its_best_member() {
    let vocabulary = Vocabulary::builtin();
    let members = vocabulary
        .occupations()
        .iter()
        .filter(|o| !o.is_group() && o.code.starts_with("6-18-01"));
    let best = members.map(|o| vocabulary.affinity("460103", &o.code)).max();
    let of_group = |code| vocabulary.affinity("460103", code);
    assert_eq!(Some(of_group("6-18-01-00")), best);
    assert!(of_group("6-18-00-00") < of_group("6-18-01-00"));
    assert!(of_group("6-00-00-00") < of_group("6-18-00-00"));
}

#[test]
fn rows_and_single_questions_agree_and_stay_within_bounds() {
    let (vocabulary, again) = (Vocabulary::builtin(), Vocabulary::builtin());
    for place in (0..vocabulary.majors().len()).step_by(37) {
        let row = vocabulary.affinity_row(place);
        assert_eq!(row, again.affinity_row(place));
        assert_eq!(row.len(), vocabulary.occupations().len());
        for (occupation, affinity) in row.iter().enumerate() {
            assert!(*affinity <= 1_000);
            assert_eq!(*affinity, vocabulary.affinity_at(place, occupation));
        }
    }
    assert_eq!(vocabulary.affinity("999999", "6-18-01-01"), 0);
    assert_eq!(vocabulary.affinity("460103", "9-99-99-99"), 0);
    assert_eq!(vocabulary.affinity_at(usize::MAX, usize::MAX), 0);
}

#[test]
fn a_column_says_what_the_rows_say_whether_they_are_known_or_not() {
    let (known, fresh) = (Vocabulary::builtin(), Vocabulary::builtin());
    let rows: Vec<&[u16]> = (0..known.majors().len())
        .map(|place| known.affinity_row(place))
        .collect();
    for occupation in (0..known.occupations().len()).step_by(101) {
        let column: Vec<u16> = rows.iter().map(|row| row[occupation]).collect();
        let code = &known.occupations()[occupation].code;
        assert_eq!(known.affinity_column(occupation), column, "{code}");
        assert_eq!(fresh.affinity_column(occupation), column, "{code}");
    }
    assert!(fresh.affinity_column(usize::MAX).is_empty());
}

#[test]
fn every_major_prepares_for_something() {
    let vocabulary = Vocabulary::builtin();
    for (place, major) in vocabulary.majors().iter().enumerate() {
        let best = vocabulary.affinity_row(place).iter().copied().max().unwrap_or(0);
        assert!(best >= 650, "{} {}: {best}", major.code, major.name);
    }
}

#[test]
fn nearly_every_skilled_occupation_is_prepared_for() {
    let vocabulary = Vocabulary::builtin();
    let mut best = vec![0; vocabulary.occupations().len()];
    for place in 0..vocabulary.majors().len() {
        for (best, affinity) in best.iter_mut().zip(vocabulary.affinity_row(place)) {
            *best = (*affinity).max(*best);
        }
    }
    let (mut count, mut lost) = (0, Vec::new());
    for (occupation, best) in vocabulary.occupations().iter().zip(best) {
        if !occupation.is_group() && occupation.code.starts_with(['4', '6']) {
            count += 1;
            if best < 250 {
                lost.push(occupation.name.as_str());
            }
        }
    }
    assert!(lost.len() * 20 <= count, "{} of {count}: {lost:?}", lost.len());
}

#[test]
fn bachelor_majors_use_the_same_classes() {
    let vocabulary = Vocabulary::builtin();
    let bachelor = vocabulary
        .majors()
        .iter()
        .find(|m| m.tier == Tier::Bachelor && m.name == "数控技术");
    let code = &bachelor.unwrap().code;
    assert!(vocabulary.affinity(code, "6-18-01-01") >= 700);
    assert_eq!(
        vocabulary.affinity(code, "6-18-01-01"),
        vocabulary.affinity("460103", "6-18-01-01")
    );
}

#[test]
fn kinship_of_occupations_falls_with_the_tree() {
    let vocabulary = Vocabulary::builtin();
    let kin = |a, b| vocabulary.occupations_kin(a, b);
    assert_eq!(kin("6-18-01-01", "6-18-01-01"), 1_000);
    assert_eq!(kin("6-18-01-01", "6-18-01-00"), 850);
    assert_eq!(kin("6-18-01-01", "6-18-01-02"), 700);
    assert_eq!(kin("6-18-01-01", "6-18-02-01"), 350);
    assert_eq!(kin("6-18-01-01", "6-18-00-00"), 350);
    assert_eq!(kin("6-18-01-01", "6-31-01-01"), 50);
    assert_eq!(kin("6-18-01-01", "2-02-07-01"), 0);
    assert_eq!((kin("", "6-18-01-01"), kin("类", "6-18-01-01")), (0, 0));
}

#[test]
fn kinship_of_majors_falls_with_class_and_category() {
    let vocabulary = Vocabulary::builtin();
    let code = |name| vocabulary.find_major_by_name(name).unwrap().code.clone();
    let kin = |a: &str, b: &str| vocabulary.majors_kin(a, b);
    assert_eq!(kin("520101K", "520101"), 1_000);
    assert_eq!(kin(&code("数控技术"), &code("模具设计与制造")), 600);
    assert_eq!(kin(&code("数控技术"), &code("机电一体化技术")), 250);
    assert_eq!(kin(&code("数控技术"), &code("护理")), 0);
    let bachelor = vocabulary
        .majors()
        .iter()
        .find(|m| m.tier == Tier::Bachelor && m.name == "数控技术");
    assert_eq!(kin(&bachelor.unwrap().code, "460103"), 950);
    assert_eq!(kin("469999", "460103"), 250);
}
