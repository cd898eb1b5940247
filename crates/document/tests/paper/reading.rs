//! What a reader of PDFs gets out of a paper, by poppler's tools. `QIXIAO_REQUIRE_POPPLER` forbids to skip.

use std::{
    env, fs,
    process::{Command, Output},
};

use agreement::training::{Body, PREAMBLE, TITLE, clauses, sample, sample_minor};
use document::{Pdf, RenderError};
use vocabulary::Vocabulary;

use super::story::{Story, draft};

/// What a tool says of a file; `None` where the tool is not installed.
fn ask(tool: &str, pdf: &Pdf, args: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    fs::write(&file, &pdf.bytes).unwrap();
    let mut command = Command::new(tool);
    command.args(args).arg(&file);
    if tool == "pdftotext" {
        command.arg("-");
    }
    match command.output() {
        Ok(Output { status, stdout, stderr }) => {
            let complaints = String::from_utf8_lossy(&stderr);
            // poppler wants a name where the standard has a truth value.
            let known = "Suspects object is wrong type (boolean)";
            let complaints: Vec<&str> = complaints
                .lines()
                .filter(|line| !line.trim().is_empty() && !line.contains(known))
                .collect();
            assert!(status.success() && complaints.is_empty(), "{tool}: {complaints:?}");
            Some(String::from_utf8(stdout).unwrap())
        }
        Err(error) => {
            assert!(env::var_os("QIXIAO_REQUIRE_POPPLER").is_none(), "{tool}: {error}");
            println!("skipped: {tool} is not installed");
            None
        }
    }
}

/// The text between header and footer of every page, without any space: lines are broken where they are full.
fn text(pdf: &Pdf) -> Option<String> {
    // In points: below the header, above the footer.
    let text = ask(
        "pdftotext",
        pdf,
        &["-raw", "-r", "72", "-x", "0", "-y", "70", "-W", "596", "-H", "712"],
    )?;
    Some(bare(&text))
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The words of the agreement as they follow each other.
fn expected(body: &Body) -> Vec<String> {
    let mut pieces = vec![bare(TITLE), bare(PREAMBLE)];
    for clause in clauses(body, &Vocabulary::builtin()) {
        pieces.push(bare(&format!("{}{}{}", clause.article(), clause.title, clause.text)));
    }
    pieces
}

fn assert_in_order(text: &str, pieces: &[String]) {
    let mut rest = text;
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece.as_str()) else {
            let shown: String = rest.chars().take(300).collect();
            panic!("{piece} does not follow in {shown}");
        };
        rest = after;
    }
}

/// Long words, wide words, rare names.
fn hard() -> Body {
    let mut body = sample_minor();
    body.apprentice.name = Some("欧阳喆堃镕玥珺".to_owned());
    body.enterprise.name = Some(format!(
        "上海{}精密机械（集团）股份有限公司",
        "示例联合智能装备".repeat(9)
    ));
    body.post.place = Some("A".repeat(100));
    body.training.objectives = Some(format!(
        "能看懂{}。\n{}",
        "x1".repeat(60),
        "逐项完成“轴—套”类零件：Ｍ８×１．２５、±0.02mm、№5、45°……".repeat(12)
    ));
    if let Some(first) = body.training.content.first_mut() {
        first.topic = Some("工匠精神 & 安全生产 <script>#set text(red)[*_`$\\\"'".to_owned());
    }
    body
}

#[test]
fn the_text_that_is_copied_out_is_that_of_the_agreement() {
    for body in [sample(), sample_minor(), hard()] {
        let pieces = expected(&body);
        let Some(signed) = text(&Story::told(body.clone(), 20).print(true).unwrap()) else {
            return;
        };
        assert_in_order(&signed, &pieces);
        // Nothing stands between the articles: they follow each other.
        let articles: String = pieces[2..].concat();
        let headings = [
            "一、",
            "二、",
            "三、",
            "四、",
            "五、",
            "六、",
            "七、",
            "八、",
            "九、",
            "十、",
            "十一、",
            "十二、",
            "十三、",
            "十四、",
        ];
        let body_of_text = &signed[signed.find(&pieces[2]).unwrap()..signed.find("签署栏").unwrap()];
        let titles: usize = agreement::training::Section::ALL
            .iter()
            .zip(headings)
            .skip(1)
            .map(|(section, number)| section.title().len() + number.len())
            .sum();
        assert_eq!(body_of_text.len(), articles.len() + titles);
        let Some(printed) = text(&draft(&body).unwrap()) else {
            return;
        };
        assert!(printed.contains(&pieces[2]));
    }
}

#[test]
fn who_signed_and_what_happened_stands_on_the_paper() {
    let story = Story::told(sample_minor(), 21);
    let Some(text) = text(&story.print(true).unwrap()) else {
        return;
    };
    for words in [
        "签署人张喆堃",
        "签署人陈玥珺",
        "委托代理人，人力资源部经理",
        "2026年11月20日16:00:00",
        "7K3M-P9QX-4RTW",
        "https://qixiao.example/verify/7K3M-P9QX-4RTW",
        "全部签署完成，协议生效",
        &story.key.public().id().to_string(),
        &story.export.events.last().unwrap().hash.to_string(),
        &story.export.content.agreement.to_string(),
    ] {
        assert!(text.contains(&bare(words)), "{words} is not in {text}");
    }
    assert!(!text.contains("草稿"));
}

#[test]
fn a_draft_says_so_on_every_page() {
    let pdf = draft(&sample()).unwrap();
    let Some(all) = ask("pdftotext", &pdf, &["-raw"]) else {
        return;
    };
    let pages: Vec<&str> = all.split_terminator('\u{c}').collect();
    assert_eq!(pages.len(), pdf.pages);
    for (number, page) in (1..).zip(pages) {
        let page = bare(page);
        assert!(page.contains("草稿DRAFT，未签署"), "page {number}");
        assert!(
            page.contains(&format!("第{number}页，共{}页", pdf.pages)),
            "page {number}: {page}"
        );
    }
}

#[test]
fn readers_take_it_for_a_tagged_pdf_a_with_its_fonts() {
    let story = Story::told(sample_minor(), 22);
    let pdf = story.print(true).unwrap();
    let Some(info) = ask("pdfinfo", &pdf, &[]) else { return };
    let said = |key: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        line.trim_start_matches(':').trim().to_owned()
    };
    assert_eq!(said("Tagged"), "yes", "{info}");
    assert_eq!(said("Pages"), pdf.pages.to_string());
    assert!(said("Title").contains("企业新型学徒制培养协议"), "{info}");
    assert!(said("Page size").contains("A4"), "{info}");
    let Some(fonts) = ask("pdffonts", &pdf, &[]) else {
        return;
    };
    assert!(
        fonts
            .lines()
            .skip(2)
            .all(|line| line.contains("NotoSansCJKsc") && line.contains("yes yes yes")),
        "{fonts}"
    );
    let Some(files) = ask("pdfdetach", &pdf, &["-list"]) else {
        return;
    };
    assert!(files.contains("agreement.json"), "{files}");
    let form = b"<pdfaid:part>3</pdfaid:part>";
    assert!(
        pdf.bytes.windows(form.len()).any(|window| window == form),
        "the metadata is not compressed"
    );
}

#[test]
fn what_cannot_be_printed_is_refused_by_field_and_character() {
    let mut body = sample();
    body.apprentice.name = Some("王䶮".to_owned());
    let Err(RenderError::Unprintable(found)) = draft(&body) else {
        panic!("a name without a picture is printed");
    };
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].field.as_str(), &found[0].characters[..]),
        ("apprentice.name", &['䶮'][..])
    );
}
