//! What a Chinese user types.

use search::{Change, Engine, Marked, Query, Taken};

use crate::support::{ask, document, found, type_in};

pub(crate) async fn a_two_character_word_inside_a_longer_name(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "数控").await, [1, 2, 5]);
    assert_eq!(type_in(engine, "车床").await, [1]);
    assert_eq!(type_in(engine, "机器人").await, [4]);
}

pub(crate) async fn an_abbreviation_and_its_word_are_one(engine: &dyn Engine) {
    for text in ["CNC", "cnc", "数控"] {
        assert_eq!(type_in(engine, text).await, [1, 2, 5], "{text}");
    }
    assert_eq!(type_in(engine, "computer numerical control").await, [1, 2, 5]);
}

pub(crate) async fn a_short_form_finds_the_long_one(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "汽修").await, [6]);
}

pub(crate) async fn traditional_characters_and_full_width_letters(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "數控").await, [1, 2, 5]);
    assert_eq!(type_in(engine, "ＣＮＣ").await, [1, 2, 5]);
    assert_eq!(type_in(engine, "數控車床").await, [1]);
}

pub(crate) async fn pinyin_and_initials(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "shukong").await, [1, 5]);
    assert_eq!(type_in(engine, "sk").await, [1, 5]);
    assert_eq!(type_in(engine, "SK").await, [1, 5]);
    assert_eq!(type_in(engine, "shukongjishu").await, [5], "two words typed as one");
    assert_eq!(type_in(engine, "shukong jishu").await, [5]);
    assert_eq!(type_in(engine, "huli").await, [3, 9]);
}

pub(crate) async fn the_last_word_in_letters_may_be_unfinished(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "shuko").await, [1, 5]);
    assert_eq!(type_in(engine, "huli xue").await, [3]);
    assert_eq!(type_in(engine, "cn").await, [1, 2, 5]);
    assert_eq!(
        type_in(engine, "shuko jishu").await,
        Vec::<u32>::new(),
        "only the last word"
    );
}

pub(crate) async fn all_words_must_be_there(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "数控 浦东").await, [1]);
    assert_eq!(type_in(engine, "护理 上海").await, [9]);
    assert_eq!(type_in(engine, "数控车床操作 学徒").await, Vec::<u32>::new());
}

pub(crate) async fn a_place_by_its_name(engine: &dyn Engine) {
    assert_eq!(
        type_in(engine, "护理 浦东").await,
        [3],
        "nobody's name says where it is"
    );
    assert_eq!(type_in(engine, "浦东新区 数控").await, [1]);
}

pub(crate) async fn a_name_that_is_typed_half(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "苏州工").await, [5]);
    assert_eq!(type_in(engine, "数控 苏州工业学").await, [5]);
    assert_eq!(type_in(engine, "护理 苏州工").await, Vec::<u32>::new());
}

pub(crate) async fn a_long_name_by_its_sound(engine: &dyn Engine) {
    let long = document("posting:11", "course", "婴幼儿托育服务与管理");
    engine.apply(&[Change::put(long)]).await.unwrap();
    assert_eq!(type_in(engine, "yingyouertuoyufuwuyuguanli").await, [11]);
    assert_eq!(
        type_in(engine, "tuoyufuwuyugua").await,
        [11],
        "from a word on, unfinished"
    );
    assert_eq!(type_in(engine, "yyetyfwygl").await, [11]);
}

pub(crate) async fn characters_that_stand_somewhere_may_sound_like_a_word(engine: &dyn Engine) {
    let elsewhere = document("posting:11", "course", "运输技能");
    engine.apply(&[Change::put(elsewhere)]).await.unwrap();
    let page = ask(engine, &Query::new("数控技输")).await;
    assert_eq!(found(&page), [5]);
    assert_eq!(page.taken, Taken::BySound(vec!["技输".into()]));
}

pub(crate) async fn a_single_character_of_a_title(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "床").await, [1], "not of the name of an organisation");
}

pub(crate) async fn words_that_sound_the_same_when_nothing_else_is_found(engine: &dyn Engine) {
    let cases = [
        ("书空", "书空", &[1, 5][..]),
        ("数空", "数空", &[1, 5]),
        ("护里", "护里", &[3, 9]),
        ("数空车床", "数空", &[1]),
        ("工业极器人", "极器人", &[4]),
        ("护理雪徒", "雪徒", &[3]),
    ];
    for (text, heard, expected) in cases {
        let page = ask(engine, &Query::new(text)).await;
        assert_eq!(found(&page), expected, "{text}");
        assert_eq!(page.taken, Taken::BySound(vec![heard.into()]), "the page can say so");
    }
    let page = ask(engine, &Query::new("书空 浦东")).await;
    assert_eq!(
        (found(&page), page.taken),
        (vec![1], Taken::BySound(vec!["书空".into()]))
    );
    let page = ask(engine, &Query::new("书空 嘉定")).await;
    assert_eq!((page.total, page.taken), (0, Taken::AsTyped));
    let page = ask(engine, &Query::new("护理")).await;
    assert_eq!((page.taken, page.total), (Taken::AsTyped, 2));
}

pub(crate) async fn nothing_is_fuzzy_on_names_of_organisations(engine: &dyn Engine) {
    assert_eq!(type_in(engine, "鑫源").await, [7]);
    assert_eq!(type_in(engine, "鑫源机床制造").await, [7]);
    assert_eq!(type_in(engine, "西门子").await, [3]);
    for text in ["新源", "xinyuan", "xyjc", "ximenzi", "西们子", "鑫原机床"] {
        assert_eq!(type_in(engine, text).await, Vec::<u32>::new(), "{text}");
    }
}

fn show(marked: &Marked) -> String {
    marked
        .iter()
        .map(|f| {
            if f.marked {
                format!("[{}]", f.text)
            } else {
                f.text.clone()
            }
        })
        .collect()
}

pub(crate) async fn marks_stand_where_people_read_them(engine: &dyn Engine) {
    let page = ask(engine, &Query::new("數控 师傅")).await;
    assert_eq!(found(&page), [1]);
    assert_eq!(show(&page.hits[0].title), "[数控]车床操作");
    assert!(
        show(&page.hits[0].excerpt).contains("由企业[师傅]带教"),
        "{}",
        show(&page.hits[0].excerpt)
    );

    let page = ask(engine, &Query::new("数控 闵行")).await;
    assert_eq!(show(&page.hits[0].title), "[CNC]编程基础");
    assert_eq!(show(&page.hits[0].organisation), "[闵行]培训中心");

    let page = ask(engine, &Query::new("huli 养老")).await;
    assert_eq!(show(&page.hits[0].title), "[养老护理]入门");
    let page = ask(engine, &Query::new("huli xue")).await;
    assert_eq!(show(&page.hits[0].trades[0]), "[护理]");
    let page = ask(engine, &Query::new("数控 苏州工")).await;
    assert_eq!(show(&page.hits[0].organisation), "[苏州工]业学院", "typed half");

    let unmarked = Query {
        marked: false,
        ..Query::new("數控 师傅")
    };
    for query in [Query::default(), unmarked] {
        let page = ask(engine, &query).await;
        assert!(!page.hits.is_empty());
        assert!(
            page.hits
                .iter()
                .all(|hit| hit.title.iter().all(|fragment| !fragment.marked))
        );
    }
}

pub(crate) async fn weird_input_is_answered(engine: &dyn Engine) {
    for text in [
        "？！，。",
        "😀",
        "\"",
        "'",
        "\\",
        "-",
        "()",
        "\u{0}",
        "𠮷野家",
        "\u{200b}",
        "- \"数",
        "NOT",
        "*",
    ] {
        ask(engine, &Query::new(text)).await;
    }
    assert_eq!(
        type_in(engine, "？！，。").await,
        Vec::<u32>::new(),
        "noise finds nothing"
    );
    for blank in ["", " ", "\u{3000}"] {
        assert_eq!(type_in(engine, blank).await.len(), 9, "no words find everything");
    }
    ask(engine, &Query::new("数控".repeat(2_000))).await;
    ask(engine, &Query::new("a".repeat(10_000))).await;
    ask(engine, &Query::new("数 控 机 床 ".repeat(600))).await;
    ask(
        engine,
        &Query::new((0..2_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ")),
    )
    .await;
}
