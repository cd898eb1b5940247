//! The text pipeline: laws that hold for every text, examples of the field, recall of the segmentation.

use std::collections::HashSet;
use std::sync::LazyLock;

use kernel::{Chance, SeededChance};
use proptest::prelude::*;
use vocabulary::Vocabulary;
use vocabulary::text::{Folded, Segmenter, Synonyms, Token, fold, is_cjk, is_cjk_word, word_list};

const SEGMENTATION: &str = include_str!("../../../search-config/segmentation.txt");
const STOPWORDS: &str = include_str!("../../../search-config/stopwords.txt");
const SYNONYMS: &str = include_str!("../../../search-config/synonyms.toml");

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::builtin);
static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| Segmenter::new(&VOCABULARY, &word_list(SEGMENTATION)));

fn words(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

#[test]
fn what_people_type_in_many_forms_folds_to_one() {
    for (typed, folded) in [
        ("ＣＮＣ　數控", "cnc 数控"),
        ("①焊接；②裝配", "1焊接 2装配"),
        ("電氣自動化技術", "电气自动化技术"),
        ("軟體與網路", "软体与网路"),
        ("  数控（车工）/铣工  ", "数控 车工 铣工"),
        ("C++、C#、.NET", "c++ c# net"),
        ("+ # 数控+编程", "数控 编程"),
        ("㈠、３Ｄ打印", "一 3d打印"),
        ("乾燥設備、乾隆、乾坤", "干燥设备 乾隆 乾坤"),
        ("以後、皇后、後勤管理", "以后 皇后 后勤管理"),
        ("瀋陽、臺州、製造、複合、鐘錶、鍾表", "沈阳 台州 制造 复合 钟表 钟表"),
        ("諮詢、捍衛、黏合、嚐試、矽晶圓", "咨询 捍卫 黏合 尝试 硅晶圆"),
        ("著名品牌、看著、專著", "著名品牌 看着 专著"),
        ("麵點製作、裡面、這裡、髮型、發酵", "面点制作 里面 这里 发型 发酵"),
        ("ｶﾞｽ", "ガス"),
        ("Café", "café"),
        ("", ""),
        ("！？", ""),
    ] {
        assert_eq!(fold(typed), folded, "{typed}");
    }
}

/// Lower case may bring marks that want another order, and normalisation may bring capitals.
#[test]
fn texts_that_take_more_than_one_round_to_fold_fold_to_an_end() {
    for typed in ["İ\u{16af0}", "İ\u{323}", "车İ\u{16af0}床", "℡İ\u{327}\u{16af0}"] {
        let once = fold(typed);
        assert_eq!(fold(&once), once, "{typed:?}");
    }
    let folded = Folded::new("车İ\u{16af0}床");
    assert_eq!(folded.text, "车i\u{16af0}\u{307}床");
    for (piece, original) in [("车", "车"), ("i\u{16af0}\u{307}", "İ\u{16af0}"), ("床", "床")] {
        let start = folded.text.find(piece).unwrap();
        let (from, to) = folded.original_range(start, start + piece.len());
        assert_eq!(&"车İ\u{16af0}床"[from..to], original);
    }
}

/// Every letter and mark of the world but Chinese and Korean, alone and among those that have made trouble.
#[test]
fn every_letter_folds_to_an_end() {
    for c in ('\0'..=char::MAX)
        .filter(|c| c.is_alphanumeric() && !is_cjk(*c) && !('가'..='힣').contains(c))
        .chain('\u{300}'..='\u{36f}')
    {
        let typed = format!("{c} İ{c}\u{323}");
        let once = fold(&typed);
        assert_eq!(fold(&once), once, "{typed:?}");
    }
}

/// Text as it is typed: Chinese of both kinds, letters, signs, full width, marks, and anything at all.
fn typed() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => prop::sample::select(vec![
            "数控", "車床", "操作", "機電", "一體化", "与", "的", "護理", "浦东新区", "ＣＮＣ", "PLC", "3D", "①", "（", "）",
            "，", " ", "\u{3000}", "C++", "後勤", "乾燥", "看著", "5轴", "㈱", "½", "e\u{301}", "ｶﾞ", "𠮷", "🤖", "\n", "İ", "ß",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
        1 => "[\u{4e00}-\u{9fff}]{1,4}",
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

/// Text in which each character folds by itself, whatever stands beside it.
fn plainly_typed() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "数控",
        "車床",
        "操作",
        "機電一體化",
        "与",
        "的",
        "護理",
        "浦东新区",
        "ＣＮＣ",
        "plc",
        "３D",
        "①",
        "（",
        "）",
        "，",
        " ",
        "\u{3000}",
        "工业机器人",
        "汽車檢測與維修技術",
        "🤖",
        "床",
        "養老護理員",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folding_twice_is_folding_once(text in typed()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn a_folded_text_has_single_blanks_inside_and_none_outside(text in typed()) {
        let folded = fold(&text);
        prop_assert!(!folded.contains("  "));
        prop_assert_eq!(folded.trim(), &folded);
    }

    #[test]
    fn every_token_lies_on_characters_of_the_original(text in typed()) {
        for tokens in [SEGMENTER.index_tokens(&text), SEGMENTER.query_tokens(&text), SEGMENTER.unigrams(&text)] {
            for token in tokens {
                prop_assert!(token.start < token.end && token.end <= text.len());
                prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
                prop_assert!(!token.text.is_empty() && !token.text.contains(' '));
            }
        }
    }

    #[test]
    fn the_slice_of_a_token_folds_to_the_token(text in plainly_typed()) {
        for token in [SEGMENTER.index_tokens(&text), SEGMENTER.query_tokens(&text)].concat() {
            prop_assert_eq!(fold(&text[token.start..token.end]), token.text);
        }
    }

    #[test]
    fn index_tokens_come_in_order_and_once(text in typed()) {
        let tokens = SEGMENTER.index_tokens(&text);
        let places: Vec<_> = tokens.iter().map(|token| (token.start, token.end)).collect();
        prop_assert!(places.is_sorted());
        prop_assert_eq!(tokens.iter().collect::<HashSet<_>>().len(), tokens.len());
    }

    #[test]
    fn a_text_asked_for_whole_finds_itself(text in typed()) {
        let index: HashSet<String> = SEGMENTER.index_tokens(&text).into_iter().map(|token| token.text).collect();
        for token in SEGMENTER.query_tokens(&text) {
            prop_assert!(index.contains(&token.text), "{} in {:?}", token.text, index);
        }
    }
}

#[test]
fn the_words_of_the_field_stay_whole_and_open() {
    let index = SEGMENTER.index_tokens("工业机器人技术");
    for word in ["工业机器人", "工业", "机器", "机器人", "技术"] {
        assert!(words(&index).contains(&word), "{word} in {:?}", words(&index));
    }
    assert_eq!(words(&SEGMENTER.query_tokens("工业机器人")), ["工业机器人"]);
    assert_eq!(words(&SEGMENTER.query_tokens("检测与维修")), ["检测", "维修"]);
    assert_eq!(words(&SEGMENTER.query_tokens("与")), ["与"]);
    assert_eq!(words(&SEGMENTER.query_tokens("PLC编程")), ["plc", "编程"]);
    for word in [
        "顶岗实习",
        "现代学徒制",
        "订单班",
        "产教融合",
        "带教",
        "双元制",
        "云计算",
        "运维",
        "浦东",
        "首席技师",
    ] {
        assert!(SEGMENTER.knows(word), "{word}");
    }
}

/// 汽车维修 is to find 汽车检测与维修技术, and 机器学习 is not to find 机器人 and 学习.
#[test]
fn a_question_is_asked_in_its_smallest_words_unless_it_is_a_term() {
    for (question, asked) in [
        ("三坐标测量", &["三坐标", "测量"][..]),
        ("数控车床", &["数控", "车床"]),
        ("汽车维修", &["汽车", "维修"]),
        ("养老护理员", &["养老", "护理员"]),
        ("数控技术", &["数控", "技术"]),
        ("上海浦东新区", &["上海", "浦东", "新区"]),
        ("浦东新区", &["浦东新区"]),
        ("电子商务", &["电子商务"]),
        ("人工智能", &["人工智能"]),
        ("机器学习", &["机器学习"]),
        ("现代学徒制", &["现代学徒制"]),
        ("高级技师", &["高级技师"]),
        ("机器人", &["机器人"]),
        ("西门子PLC编程与调试", &["西门子", "plc", "编程", "调试"]),
    ] {
        assert_eq!(words(&SEGMENTER.query_tokens(question)), asked, "{question}");
    }
}

#[test]
fn offsets_point_into_the_text_as_it_was_typed() {
    let text = "招聘：ＣＮＣ（數控車床）操作工";
    let tokens = SEGMENTER.index_tokens(text);
    let slice = |word: &str| {
        let token = tokens.iter().find(|token| token.text == word);
        token.map(|token| &text[token.start..token.end])
    };
    assert_eq!(slice("cnc"), Some("ＣＮＣ"));
    assert_eq!(slice("车床"), Some("車床"));
    assert_eq!(slice("数控车床"), Some("數控車床"));
    assert_eq!(slice("数控"), Some("數控"));
    assert_eq!(slice("操作"), Some("操作"));
}

#[test]
fn single_characters_are_there_for_who_wants_them() {
    assert_eq!(words(&SEGMENTER.unigrams("機床 PLC")), ["机", "床"]);
}

/// Every one- or two-word question cut out of a glued run of names must find that run.
#[test]
fn glued_names_are_found_by_the_words_inside() {
    let mut dictionary: Vec<String> = word_list(SEGMENTATION).into_iter().map(fold).collect();
    for name in VOCABULARY
        .majors()
        .iter()
        .map(|m| &m.name)
        .chain(VOCABULARY.occupations().iter().map(|o| &o.name))
    {
        if is_cjk_word(name) && name.chars().count() <= 8 {
            dictionary.push(fold(name));
        }
    }
    let chance = SeededChance::new(7);
    let below = |bound: usize| usize::try_from(chance.next_u64() % bound as u64).unwrap();
    let (mut asked, mut found) = (0, 0);
    let mut missed = Vec::new();
    for _ in 0..20_000 {
        let names: Vec<&str> = (0..6).map(|_| dictionary[below(dictionary.len())].as_str()).collect();
        let first = below(names.len() - 1);
        let question = names[first..=first + below(2)].concat();
        let index = SEGMENTER.index_tokens(&names.concat());
        let index: HashSet<&str> = words(&index).into_iter().collect();
        asked += 1;
        let lost: Vec<String> = SEGMENTER
            .query_tokens(&question)
            .into_iter()
            .map(|t| t.text)
            .filter(|t| !index.contains(t.as_str()))
            .collect();
        if lost.is_empty() {
            found += 1;
        } else if missed.len() < 20 {
            missed.push((question, lost));
        }
    }
    println!("{found} of {asked}");
    assert!(
        found * 1_000 >= asked * 995,
        "{found} of {asked}; for example {missed:?}"
    );
}

#[test]
fn the_configured_words_are_new_and_well_formed() {
    let listed = word_list(SEGMENTATION);
    assert!(listed.len() >= 300);
    assert_eq!(listed.iter().collect::<HashSet<_>>().len(), listed.len());
    for word in listed {
        let word = word.trim_end_matches('!');
        assert!(
            is_cjk_word(word) && word.chars().count() >= 2 && fold(word) == word,
            "{word}"
        );
    }
    let stops = word_list(STOPWORDS);
    assert_eq!(stops.iter().collect::<HashSet<_>>().len(), stops.len());
    assert!(stops.contains(&"五险一金") && stops.contains(&"包吃住"));
}

#[test]
fn the_configured_synonyms_are_read_and_useful() {
    let synonyms = Synonyms::parse(SYNONYMS).unwrap();
    assert!(synonyms.pairs().len() >= 60);
    let stands_for = |word: &str, other: &str| synonyms.expand(word).iter().any(|meaning| meaning == other);
    assert!(stands_for("CNC", "数控") && stands_for("数控", "cnc"));
    assert!(stands_for("plc", "可编程控制器"));
    assert!(stands_for("AI", "人工智能"));
    assert!(stands_for("IC", "集成电路"));
    assert!(stands_for("汽修", "汽车检测与维修") && !stands_for("汽车检测与维修", "汽修"));
    for word in synonyms.words() {
        assert_eq!(fold(word), word);
    }
}

#[test]
fn a_word_list_leaves_out_comments_and_blanks() {
    assert_eq!(word_list("# 头\n数控\n\n  车床 # 尾\n"), ["数控", "车床"]);
}
