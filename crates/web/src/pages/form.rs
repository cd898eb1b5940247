//! Forms: the typed words stay, each problem stands above its field and in the summary on top.

use std::collections::BTreeMap;

use kernel::PostingKind;
use marketplace::Problem;
use serde::Serialize;
use words::Text;

/// A form as it is shown: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Serialize)]
pub struct Form {
    values: serde_json::Value,
    errors: BTreeMap<String, Text>,
    mistakes: Vec<Mistake>,
}

/// An entry of the error summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The field, `lines.2.seats` for the third line.
    pub field: String,
    /// What the field is called.
    pub label: Text,
    /// What is wrong.
    pub message: Text,
}

impl From<&Problem> for Mistake {
    fn from(problem: &Problem) -> Self {
        Self {
            field: problem.field.clone(),
            label: label(&problem.field),
            message: words::problem(&problem.code),
        }
    }
}

impl Mistake {
    /// The same for a post, whose form calls some of its fields by what they mean in a post of that kind.
    pub fn of_post(kind: PostingKind, problem: &Problem) -> Self {
        let side = kind.side();
        let name = match problem.field.rsplit('.').next().unwrap_or_default() {
            "seats" => Text::of("post", &format!("seats_{}", kind.code())),
            "level" => Text::of("post", &format!("level_{side}")),
            "price" => Text::of("post_form", &format!("price_{side}")),
            "pay_min" => Text::new("post_form.pay_min"),
            "pay_max" => Text::new("post_form.pay_max"),
            name => Text::of("field", name),
        };
        let label = match problem.field.split('.').collect::<Vec<_>>().as_slice() {
            ["lines", at, _] => of_line(at, name),
            _ => name,
        };
        Self {
            label,
            ..Self::from(problem)
        }
    }
}

fn of_line(at: &str, field: Text) -> Text {
    let n = at.parse::<i64>().unwrap_or_default() + 1;
    Text::new("field.of_line").with("n", n).with("field", field)
}

/// What a field is called: `field.seats`, for `lines.2.seats` with the number of its line.
fn label(field: &str) -> Text {
    match field.split('.').collect::<Vec<_>>().as_slice() {
        ["lines", at, name] => of_line(at, Text::of("field", name)),
        _ => Text::of("field", field),
    }
}

impl Form {
    /// An empty or prefilled form: `input` is what its fields hold, by the names of the input's own fields.
    pub fn new(input: &impl Serialize) -> Self {
        Self::with_problems(input, &[])
    }

    /// What was typed, with what is wrong with it.
    pub fn with_problems(input: &impl Serialize, problems: &[Problem]) -> Self {
        let mut form = Self {
            values: serde_json::to_value(input).unwrap_or_default(),
            errors: BTreeMap::new(),
            mistakes: Vec::new(),
        };
        for problem in problems {
            form.add(problem.into());
        }
        form
    }

    /// What was typed, with what is wrong with it where the fields have names of their own.
    pub fn with_mistakes(input: &impl Serialize, mistakes: impl IntoIterator<Item = Mistake>) -> Self {
        let mut form = Self::new(input);
        for mistake in mistakes {
            form.add(mistake);
        }
        form
    }

    /// The same with something wrong that is no domain problem, such as a refused password.
    #[must_use]
    pub fn wrong(mut self, field: &str, message: Text) -> Self {
        self.add(Mistake {
            field: field.to_owned(),
            label: label(field),
            message,
        });
        self
    }

    fn add(&mut self, mistake: Mistake) {
        // One message a field: the first one is what to mend first.
        self.errors
            .entry(mistake.field.clone())
            .or_insert_with(|| mistake.message.clone());
        self.mistakes.push(mistake);
    }
}

#[cfg(test)]
mod tests {
    use kernel::Locale;
    use marketplace::ProblemCode;

    use super::*;

    #[test]
    fn a_problem_of_a_line_names_the_line_as_people_count() {
        let problem = Problem {
            field: "lines.2.seats".to_owned(),
            code: ProblemCode::Required,
        };
        let mistake = Mistake::from(&problem);
        assert_eq!(mistake.label.render(Locale::En), "Line 3, Seats");
        let called = |kind| Mistake::of_post(kind, &problem).label.render(Locale::En);
        assert_eq!(called(PostingKind::Apprentices), "Line 3, Apprentices");
        assert_eq!(called(PostingKind::Base), "Line 3, Stations");
    }
}
