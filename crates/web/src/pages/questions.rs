//! What people search for.

use kernel::{Date, Timestamp};
use serde::Serialize;

use super::{Form, Link, fixtures};
use crate::view::Page;

/// `GET /operator/questions?words=`; `POST {path}/read` with `words` and `means`, `/leave` and `/undo` with `words`.
#[derive(Debug, Clone, Serialize)]
pub struct OperatorQuestionsPage {
    /// Of how many days.
    pub days: i64,
    /// What was asked less often is not listed.
    pub often: i64,
    /// What found nothing, the most frequent first.
    pub unfound: Vec<UnfoundRow>,
    /// What was decided, the latest first.
    pub decided: Vec<DecidedRow>,
    /// What is asked most.
    pub most: Vec<QuestionRow>,
    /// A [`MeaningTyped`] with its problems.
    pub form: Form,
}

/// What the operator types to give words a meaning.
#[derive(Debug, Clone, Default, Serialize)]
pub struct MeaningTyped {
    /// The words by which nothing is found.
    pub words: String,
    /// Those to search by.
    pub means: String,
}

/// Words that people searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionRow {
    /// The words, and the search for them.
    pub words: Link,
    /// How often.
    pub asked: i64,
    /// How often nothing was found.
    pub unfound: i64,
    /// When last.
    pub last_on: Date,
}

/// Words by which nothing is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnfoundRow {
    /// The words.
    pub question: QuestionRow,
    /// What they may mean, the likeliest first.
    pub proposed: Vec<ProposedMeaning>,
    /// The form, begun with these words.
    pub other: String,
}

/// What words may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProposedMeaning {
    /// Other words.
    pub means: String,
    /// How much is found by them.
    pub found: i64,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecidedRow {
    /// The words.
    pub words: String,
    /// Those they are searched by, with that search; none when they are left as they are.
    pub means: Option<Link>,
    /// Who decided; empty for the command line.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

impl Page for OperatorQuestionsPage {
    const TEMPLATE: &'static str = "operator/questions.html";

    fn samples() -> Vec<Self> {
        let question = |words: &str, asked, unfound| QuestionRow {
            words: Link::new(format!("/search?q={words}"), words),
            asked,
            unfound,
            last_on: fixtures::day(2026, 11, 20),
        };
        let proposed = |means: &str, found| ProposedMeaning {
            means: means.to_owned(),
            found,
        };
        let unfound = |words: &str, times, proposed| UnfoundRow {
            question: question(words, times, times),
            proposed,
            other: format!("/operator/questions?words={words}#read"),
        };
        let decided = |words: &str, means: Option<&str>| DecidedRow {
            words: words.to_owned(),
            means: means.map(|means| Link::new(format!("/search?q={means}"), means)),
            who: "周敏".to_owned(),
            at: fixtures::moment(1),
        };
        let wrong = MeaningTyped {
            words: "操机".to_owned(),
            means: "不存在的词".to_owned(),
        };
        let problem = marketplace::Problem {
            field: "means".to_owned(),
            code: marketplace::ProblemCode::FindsNothing {
                typed: wrong.means.clone(),
            },
        };
        let full = Self {
            days: 30,
            often: 3,
            unfound: vec![
                unfound("操机", 12, vec![proposed("车工", 38), proposed("数控技术", 412)]),
                unfound("打螺丝", 4, Vec::new()),
            ],
            decided: vec![decided("汽修学徒", Some("汽车维修工")), decided("附近", None)],
            most: vec![
                question("数控", 214, 0),
                question("护理", 96, 0),
                question("操机", 12, 12),
            ],
            form: Form::new(&MeaningTyped::default()),
        };
        vec![
            Self {
                form: Form::with_problems(&wrong, &[problem]),
                ..full.clone()
            },
            full,
            Self {
                days: 30,
                often: 3,
                unfound: Vec::new(),
                decided: Vec::new(),
                most: Vec::new(),
                form: Form::new(&MeaningTyped::default()),
            },
        ]
    }
}
