//! Occupation coding, by example: titles as they are posted, written for these tests.

use proptest::prelude::*;
use vocabulary::{Vocabulary, coding::Coder};

fn codes(title: &str, top: usize) -> Vec<String> {
    let coded = Coder::builtin().code(title, top);
    coded.into_iter().map(|coded| coded.code).collect()
}

#[test]
fn messy_titles_of_the_trades_mean_what_people_mean() {
    for (title, code) in [
        ("【急聘】数控车床操作工（包吃住）", "6-18-01-01"),
        ("氩弧焊电焊工 8000-12000元/月", "6-18-02-04"),
        ("叉车司机+五险一金", "6-30-01-00"),
        ("某某物业公司招聘电工（持证）", "6-31-01-03"),
        ("汽車維修技師", "4-12-01-01"),
        ("養老院護理員（松江）", "4-10-01-05"),
        ("Java后端开发工程师/15k-25k·14薪", "2-02-10-03"),
        ("注塑机调机师傅", "6-14-02-00"),
        ("电商客服专员 双休", "4-01-02-01"),
        ("西餐厨师", "4-03-02-03"),
    ] {
        let coded = codes(title, 5);
        assert!(
            coded.iter().any(|found| found == code),
            "{title}: {code} is not among {coded:?}"
        );
    }
}

#[test]
fn an_official_name_means_itself() {
    let vocabulary = Vocabulary::builtin();
    // One of eleven of each group of the classification; all of them take a minute without optimisation.
    let all = vocabulary.occupations().iter().filter(|one| !one.is_group());
    let some: Vec<_> = all.step_by(11).collect();
    let ranks: Vec<Option<usize>> = some
        .iter()
        .map(|one| codes(&one.name, 5).iter().position(|code| *code == one.code))
        .collect();
    let first = ranks.iter().filter(|rank| **rank == Some(0)).count();
    let among_five = ranks.iter().flatten().count();
    assert!(first * 100 >= some.len() * 95, "{first} of {}", some.len());
    assert!(among_five * 100 >= some.len() * 99, "{among_five} of {}", some.len());
}

#[test]
fn what_is_written_in_another_way_means_the_same() {
    for (a, b) in [
        ("数控车工", "數控車工"),
        ("JAVA工程师", "Ｊａｖａ工程师"),
        ("焊工", "  焊工！！"),
    ] {
        assert_eq!(codes(a, 5), codes(b, 5), "{a}");
    }
}

#[test]
fn nothing_is_made_of_nothing() {
    for title in ["", " ", "（）", "////", "\u{1f600}"] {
        assert!(codes(title, 5).is_empty(), "{title:?}");
    }
    assert!(codes("车工", 0).is_empty());
}

#[test]
fn the_first_line_of_a_text_is_its_title() {
    let text = "招聘焊工\n岗位职责：负责车间设备的日常保养，配合质检员检验。要求有会计证者优先。";
    assert_eq!(codes(text, 1), ["6-18-02-04"]);
}

#[test]
fn what_was_learned_is_written_and_read_again() {
    let again = Coder::from_bytes(&Coder::builtin().to_bytes()).unwrap();
    for title in ["焊工", "数控车床", "会计"] {
        assert_eq!(Coder::builtin().code(title, 5), again.code(title, 5), "{title}");
    }
    assert!(Coder::from_bytes(b"something else").is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn whatever_is_typed_gets_an_ordered_answer(title in "\\PC{0,60}|[数控车焊工程师销售（）/、0-9kK元\\n]{0,80}") {
        let coded = Coder::builtin().code(&title, 7);
        prop_assert!(coded.len() <= 7);
        prop_assert!(coded.is_sorted_by(|a, b| a.score >= b.score));
        prop_assert!(coded.iter().map(|one| u32::from(one.score)).sum::<u32>() <= 1000 + 7);
        let again = Coder::builtin().code(&title, 7);
        prop_assert_eq!(coded, again);
    }
}
