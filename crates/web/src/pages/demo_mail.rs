//! The letters of the demonstration, which nobody is sent.

use kernel::Timestamp;
use serde::Serialize;

use super::fixtures::moment;
use crate::view::Page;

/// `GET /demo/mail`; `to` chooses an address.
#[derive(Debug, Clone, Serialize)]
pub struct DemoMailPage {
    /// The part of an address that was asked for.
    pub to: String,
    /// The letters, the newest first.
    pub rows: Vec<DemoMailRow>,
    /// Whether there are older ones that are not listed.
    pub more: bool,
}

/// A letter in the list.
#[derive(Debug, Clone, Serialize)]
pub struct DemoMailRow {
    /// Its page.
    pub href: String,
    /// Its subject.
    pub subject: String,
    /// Whom it is for.
    pub to: String,
    /// All letters to this address.
    pub to_href: String,
    /// When it was written.
    pub at: Timestamp,
}

/// `GET /demo/mail/{id}`
#[derive(Debug, Clone, Serialize)]
pub struct DemoLetterPage {
    /// Subject, address, moment.
    pub row: DemoMailRow,
    /// Who sent it.
    pub from: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// The language of the letter.
    pub language: String,
    /// The page that is the letter's HTML and nothing else.
    pub frame: String,
    /// The plain text by its lines.
    pub lines: Vec<Vec<LetterPiece>>,
}

/// A piece of a line of plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterPiece {
    /// The words as they stand in the letter.
    pub text: String,
    /// Where they lead, when they are an address of this platform.
    pub href: Option<String>,
}

fn row(number: u8, subject: &str, to: &str) -> DemoMailRow {
    DemoMailRow {
        href: format!("/demo/mail/0199b0c1-0000-7000-8000-0000000000{number:02}"),
        subject: subject.to_owned(),
        to: to.to_owned(),
        to_href: format!("/demo/mail?to={}", to.replace('@', "%40")),
        at: moment(i64::from(number)),
    }
}

impl Page for DemoMailPage {
    const TEMPLATE: &'static str = "demo_mail.html";

    fn samples() -> Vec<Self> {
        let page = |to: &str, rows| Self {
            to: to.to_owned(),
            rows,
            more: false,
        };
        let rows = vec![
            row(
                1,
                "请签署培养协议：示例精密机械有限公司（PX-2026-0007）",
                "xiaoyu@home.example",
            ),
            row(
                2,
                "Confirm your e-mail address <script>",
                "officer-of-a-rather-long-name@example-precision-machinery.example",
            ),
        ];
        vec![
            page("", Vec::new()),
            page("nobody@<home>", Vec::new()),
            Self {
                more: true,
                ..page("", rows)
            },
        ]
    }
}

impl Page for DemoLetterPage {
    const TEMPLATE: &'static str = "demo_letter.html";

    fn samples() -> Vec<Self> {
        let plain = |text: &str| LetterPiece {
            text: text.to_owned(),
            href: None,
        };
        let row = row(
            1,
            "请签署培养协议：示例精密机械有限公司（PX-2026-0007）",
            "xiaoyu@home.example",
        );
        vec![Self {
            frame: format!("{}/html", row.href),
            row,
            from: "企校 Qixiao <no-reply@qixiao.example>".to_owned(),
            message_id: "0199b0c1-0000-7000-8000-000000000001@qixiao.example".to_owned(),
            language: "zh-CN".to_owned(),
            lines: vec![
                vec![plain("张小雨：示例精密机械有限公司请您阅读并签署培养协议。")],
                Vec::new(),
                vec![
                    plain("打开："),
                    LetterPiece {
                        text: "https://qixiao.example/sign/AAAA".to_owned(),
                        href: Some("/sign/AAAA".to_owned()),
                    },
                ],
            ],
        }]
    }
}
