//! Filters, facets, orders, pages, viewers.

use kernel::{OrganisationId, SeededChance, Timestamp};
use search::{Change, Document, Engine, Facet, Filter, Number, Query, Sort, Viewer};

use crate::support::{ask, document, found, in_order, own_organisation};

fn filtered(text: &str, filter: Filter) -> Query {
    Query {
        filter,
        ..Query::new(text)
    }
}

pub(crate) async fn a_word_and_a_filter(engine: &dyn Engine) {
    let query = filtered("数控", Filter::is(Facet::Province, ["31"]));
    assert_eq!(found(&ask(engine, &query).await), [1, 2]);
    let query = filtered("数控", Filter::is(Facet::Kind, ["course", "register"]));
    assert_eq!(found(&ask(engine, &query).await), [2, 5]);
    let query = filtered("", Filter::is(Facet::Level, ["L3"]));
    assert_eq!(found(&ask(engine, &query).await), [1, 6]);
    let query = filtered("", Filter::is(Facet::Level, ["l3"]));
    assert_eq!(
        found(&ask(engine, &query).await),
        [0; 0],
        "codes are compared as they are"
    );
}

pub(crate) async fn facets_are_counted_without_their_own_choice(engine: &dyn Engine) {
    let count = |pairs: &[(&str, u64)]| pairs.iter().map(|(v, n)| ((*v).to_owned(), *n)).collect::<Vec<_>>();
    let query = Query {
        facets: Facet::ALL.to_vec(),
        ..Query::new("数控")
    };
    let page = ask(engine, &query).await;
    assert_eq!(
        page.facets[&Facet::Kind],
        count(&[("course", 1), ("programme", 1), ("register", 1)])
    );
    assert_eq!(page.facets[&Facet::Industry], count(&[("equipment", 2), ("auto", 1)]));
    assert_eq!(page.facets[&Facet::Province], count(&[("31", 2), ("32", 1)]));
    assert_eq!(page.facets[&Facet::District], count(&[("310112", 1), ("310115", 1)]));
    assert_eq!(page.facets[&Facet::Category], count(&[("46", 3)]));
    assert_eq!(page.facets[&Facet::Level], count(&[("L4", 2), ("L3", 1)]));

    let filter = Filter::default()
        .and(Filter::is(Facet::Kind, ["course"]))
        .and(Filter::is(Facet::Province, ["31"]));
    let page = ask(
        engine,
        &Query {
            filter,
            ..query.clone()
        },
    )
    .await;
    assert_eq!(found(&page), [2]);
    assert_eq!(
        page.facets[&Facet::Kind],
        count(&[("course", 1), ("programme", 1)]),
        "as if no kind were chosen"
    );
    assert_eq!(
        page.facets[&Facet::Province],
        count(&[("31", 1)]),
        "as if no province were chosen"
    );
    assert_eq!(page.facets[&Facet::Level], count(&[("L4", 1)]), "with both");

    let page = ask(
        engine,
        &Query {
            facets: vec![Facet::Kind],
            ..Query::new("没有这样的词")
        },
    )
    .await;
    assert_eq!(page.facets.len(), 1);
    assert!(page.facets[&Facet::Kind].is_empty());
}

pub(crate) async fn a_tree_of_conditions(engine: &dyn Engine) {
    let nothing: [u32; 0] = [];
    let cases = [
        (Filter::Any(vec![]), &nothing[..]),
        (
            Filter::is(Facet::Kind, Vec::<String>::new()),
            &[1, 2, 3, 4, 5, 6, 7, 8, 9],
        ),
        (Filter::Joined(false), &[5]),
        (Filter::Between(Number::Seats, Some(20), None), &[1, 2, 6]),
        (Filter::Between(Number::Seats, None, Some(20)), &[2, 3, 6]),
        (Filter::Between(Number::Seats, Some(11), Some(39)), &[2, 6]),
        (Filter::Between(Number::PayMax, Some(600_001), None), &[6]),
        (Filter::Between(Number::StartsOn, Some(19_500), Some(20_500)), &[1]),
        (Filter::Between(Number::PublishedAt, Some(8_000), None), &[8, 9]),
        (Filter::Between(Number::Seats, None, None), &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (
            Filter::Not(Box::new(Filter::Between(Number::Seats, Some(0), None))),
            &[4, 5, 7, 8, 9],
        ),
        (
            Filter::Any(vec![
                Filter::Joined(false),
                Filter::is(Facet::Industry, ["ai", "biomed"]),
            ]),
            &[3, 4, 5],
        ),
        (
            Filter::is(Facet::Industry, ["equipment"]).and(Filter::Not(Box::new(Filter::is(Facet::Kind, ["base"])))),
            &[1, 2],
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(
            found(&ask(engine, &filtered("", filter.clone())).await),
            expected,
            "{filter:?}"
        );
    }
}

pub(crate) async fn orders(engine: &dyn Engine) {
    let cases = [
        (Sort::Newest, [8, 9, 7, 6, 5, 4, 3, 2, 1]),
        (Sort::StartsSoonest, [2, 1, 6, 8, 9, 7, 5, 4, 3]),
        (Sort::SeatsMost, [1, 6, 2, 3, 8, 9, 7, 5, 4]),
        (Sort::PayHighest, [6, 3, 8, 9, 7, 5, 4, 2, 1]),
    ];
    for (sort, expected) in cases {
        let page = ask(
            engine,
            &Query {
                sort,
                ..Query::default()
            },
        )
        .await;
        assert_eq!(in_order(&page), expected, "{sort:?}");
    }
    let page = ask(
        engine,
        &Query {
            sort: Sort::Newest,
            ..Query::new("数控")
        },
    )
    .await;
    assert_eq!(in_order(&page), [5, 2, 1], "an order comes before the best match");
    let page = ask(engine, &Query::new("数控技术")).await;
    assert_eq!(in_order(&page)[0], 5, "the title itself is the best match");
}

/// A post and a row of the register that say the same, each in its own field, and posts that say it further down.
async fn compete(engine: &dyn Engine) {
    let row = |id: &str, title: &str, college: &str| Document {
        organisation: college.into(),
        voice: search::Voice::Absent,
        published_at: 99_000,
        ..document(id, "register", title)
    };
    let post = |id: &str, title: &str, trade: &str, body: &str| Document {
        organisation: "临港示范实业有限公司，一家很长的名字的公司".into(),
        trades: vec!["仓储管理".into(), trade.into()],
        body: body.into(),
        ..document(id, "apprentices", title)
    };
    let changes = [
        row("register:20", "无人机应用", "临港示范学院"),
        row("register:21", "无人机", "临港示范学院"),
        post(
            "posting:22",
            "招收能在户外长期工作的高级学徒二十名，包食宿",
            "无人机应用",
            "",
        ),
        post("posting:23", "测绘学徒", "测绘", "我们也有无人机应用。"),
        post("posting:24", "在上海各区长期招收操作多旋翼无人机应用的学徒", "测绘", ""),
    ];
    engine.apply(&changes.map(Change::put)).await.unwrap();
}

pub(crate) async fn where_the_words_stand_comes_before_who_speaks_and_then_the_shorter_title(engine: &dyn Engine) {
    compete(engine).await;
    let cases: [(&str, &[u32]); 4] = [
        ("无人机", &[22, 24, 21, 20, 23]),
        ("无人机 应用", &[22, 24, 20, 23]),
        ("无人机应用", &[22, 24, 20, 23]),
        ("无人机 临港", &[22, 24, 21, 20, 23]),
    ];
    for (text, expected) in cases {
        assert_eq!(in_order(&ask(engine, &Query::new(text)).await), expected, "{text}");
    }
}

pub(crate) async fn titles_of_one_length_stand_newest_first_and_then_by_id(engine: &dyn Engine) {
    let post = |number: i64, title: &str| Document {
        published_at: 1_000 * (number % 3),
        ..document(&format!("posting:{number}"), "course", title)
    };
    let posts = (31..37).map(|number| Change::put(post(number, "茶艺师研修班")));
    let posts: Vec<Change> = posts.chain([Change::put(post(37, "茶艺！"))]).collect();
    engine.apply(&posts).await.unwrap();
    let order = in_order(&ask(engine, &Query::new("茶艺")).await);
    assert_eq!(order, [37, 32, 35, 31, 34, 33, 36]);
}

pub(crate) async fn at_equal_relevance_what_lives_comes_first(engine: &dyn Engine) {
    compete(engine).await;
    for text in ["无人机", "无人机 应用", "无人机应用", "应用 无人机 临港", "wurenji"] {
        let order = in_order(&ask(engine, &Query::new(text)).await);
        let place = |number| order.iter().position(|found| *found == number).unwrap();
        assert!(place(22) < place(20), "{text}: {order:?}");
    }
    let page = ask(engine, &Query::default()).await;
    assert_eq!(
        in_order(&page)[page.hits.len() - 3..],
        [20, 21, 5],
        "and where nothing is asked"
    );
}

pub(crate) async fn pages_and_totals_are_exact(engine: &dyn Engine) {
    let query = Query {
        sort: Sort::Newest,
        per_page: 4,
        ..Query::default()
    };
    for (number, expected) in [
        (1, &[8, 9, 7, 6][..]),
        (2, &[5, 4, 3, 2]),
        (3, &[1]),
        (4, &[]),
        (1_000_000, &[]),
    ] {
        let page = ask(
            engine,
            &Query {
                page: number,
                ..query.clone()
            },
        )
        .await;
        assert_eq!((in_order(&page), page.total), (expected.to_vec(), 9), "page {number}");
    }
    let page = ask(
        engine,
        &Query {
            page: 0,
            per_page: 0,
            ..query.clone()
        },
    )
    .await;
    assert_eq!((in_order(&page), page.total), (vec![8], 9));
    let page = ask(
        engine,
        &Query {
            page: u32::MAX,
            per_page: u32::MAX,
            ..query
        },
    )
    .await;
    assert_eq!((page.hits.len(), page.total), (0, 9));
}

pub(crate) async fn quotes_in_values_do_no_harm(engine: &dyn Engine) {
    for value in ["a\"b\\", "x' OR key EXISTS"] {
        let query = filtered("", Filter::is(Facet::Industry, [value]));
        assert_eq!(found(&ask(engine, &query).await), [8], "{value}");
    }
    for value in ["\"", "\\", "' OR '1'='1", "\"] OR key EXISTS", "", "*"] {
        let query = filtered("", Filter::is(Facet::Industry, [value]));
        assert_eq!(found(&ask(engine, &query).await), [0; 0], "{value}");
    }
    let page = ask(
        engine,
        &Query {
            facets: vec![Facet::Industry],
            ..Query::new("烹饪")
        },
    )
    .await;
    let values: Vec<&str> = page.facets[&Facet::Industry]
        .iter()
        .map(|(value, _)| value.as_str())
        .collect();
    assert_eq!(values, ["a\"b\\", "x' OR key EXISTS"]);
    assert_eq!(found(&ask(engine, &Query::new("烹饪 \"班\"")).await), [8]);
}

pub(crate) async fn no_result_is_an_answer(engine: &dyn Engine) {
    let page = ask(engine, &Query::new("量子纠缠")).await;
    assert_eq!((page.hits.len(), page.total), (0, 0));
}

pub(crate) async fn a_viewer_sees_what_is_public_and_what_is_its_own(engine: &dyn Engine) {
    let query = Query {
        facets: vec![Facet::Kind],
        ..Query::new("数控")
    };
    let own = engine
        .search(&Viewer::Organisation(own_organisation()), &query)
        .await
        .unwrap();
    assert_eq!(found(&own), [1, 2, 5, 10]);
    let course = ("course".to_owned(), 2);
    assert!(own.facets[&Facet::Kind].contains(&course));

    let other = OrganisationId::new(Timestamp::from_micros(2_000_000), &SeededChance::new(8));
    for viewer in [Viewer::Public, Viewer::Organisation(other)] {
        let page = engine.search(&viewer, &query).await.unwrap();
        assert_eq!(found(&page), [1, 2, 5]);
        let course = ("course".to_owned(), 1);
        assert!(
            page.facets[&Facet::Kind].contains(&course),
            "a count tells nothing of drafts"
        );
    }
}
