//! The demonstration: become somebody in one press.

use serde::Serialize;

use super::Choice;
use crate::view::Page;

/// `GET /demo`; `POST /demo/become` sends `role` ([`operations::demo::Part`]'s code) and maybe `organisation`.
#[derive(Debug, Clone, Serialize)]
pub struct DemoPage {
    /// Some colleges, the first one is the default.
    pub colleges: Vec<Choice>,
    /// Some enterprises, the first one is the default.
    pub enterprises: Vec<Choice>,
    /// People around an apprentice: the code, and whether their story is told far enough.
    pub learners: Vec<(&'static str, bool)>,
}

impl Page for DemoPage {
    const TEMPLATE: &'static str = "demo.html";

    fn samples() -> Vec<Self> {
        let id = "0199b0c1-0000-7000-8000-00000000000a";
        vec![Self {
            colleges: [
                "示例电子信息职业技术学院",
                "示例城市交通职业学院",
                "示例健康护理职业学院",
            ]
            .map(|name| Choice::new(id, name))
            .to_vec(),
            enterprises: ["示例精密机械有限公司", "示例芯片制造有限公司", "示例新能源汽车有限公司"]
                .map(|name| Choice::new(id, name))
                .to_vec(),
            learners: vec![
                ("apprentice", true),
                ("guardian", true),
                ("mentor", false),
                ("tutor", false),
            ],
        }]
    }
}
