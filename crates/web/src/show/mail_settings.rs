//! The choice of letters on a page.

use std::collections::BTreeMap;

use kernel::Locale;
use operations::preferences::{self, Ending, Event, Habit, Preferences};
use words::Text;

use crate::pages::{
    Choice, EndedKind, Form, LetterGroup, LetterKind, MailEndingPage, MailSettingsPage, Mistake, SuppressedView,
};

/// What the form holds: the codes of what is chosen.
pub(crate) fn settings_form(chosen: &Preferences) -> BTreeMap<String, String> {
    let cadences = chosen.choices.iter();
    let mut values: BTreeMap<String, String> = cadences
        .map(|choice| (choice.event.code().to_owned(), choice.cadence.code().to_owned()))
        .collect();
    values.insert("hour".to_owned(), chosen.habit.hour().to_string());
    values.insert("weekday".to_owned(), chosen.habit.weekday().to_string());
    values
}

/// The page, with what is typed and what is wrong with it.
pub(crate) fn settings_page(
    locale: Locale,
    chosen: &Preferences,
    own: bool,
    path: &str,
    values: &BTreeMap<String, String>,
    problems: &[marketplace::Problem],
) -> MailSettingsPage {
    let of = |belongs: fn(Event) -> bool| -> Vec<LetterKind> {
        let events = chosen.choices.iter().map(|choice| choice.event);
        let kinds = events.filter(|event| belongs(*event));
        kinds.map(|event| kind(locale, event)).collect()
    };
    let hours = (0..24).map(|hour| Choice::new(hour.to_string(), format!("{hour:02}:00")));
    let weekdays = (1..=7).map(|day| {
        let code = day.to_string();
        let name = Text::of("mail_weekday", &code).render(locale);
        Choice::new(code, name)
    });
    let mistakes = problems.iter().map(|problem| Mistake {
        field: problem.field.clone(),
        label: match (Event::from_code(&problem.field), problem.field.as_str()) {
            (Some(event), _) => event.name(),
            (None, "weekday") => Text::new("mail_settings.weekday"),
            (None, _) => Text::new("mail_settings.hour"),
        },
        message: words::problem(&problem.code),
    });
    MailSettingsPage {
        path: path.to_owned(),
        own,
        email: if own {
            chosen.email.as_str().to_owned()
        } else {
            chosen.email.masked()
        },
        may_choose: chosen.end_all.is_some(),
        groups: vec![
            LetterGroup {
                key: "own",
                events: of(|event| !event.is_source() && !event.is_required()),
            },
            LetterGroup {
                key: "found",
                events: of(Event::is_source),
            },
        ],
        required: of(Event::is_required),
        form: Form::with_mistakes(values, mistakes),
        hours: hours.collect(),
        weekdays: weekdays.collect(),
        next: chosen.next,
        end_all: chosen.end_all.clone(),
        suppressed: chosen.suppressed.as_ref().map(|suppressed| SuppressedView {
            reason: suppressed.reason.code(),
            said: suppressed.said.clone(),
            since: suppressed.at,
            may_confirm: suppressed.may_confirm,
        }),
    }
}

fn kind(locale: Locale, event: Event) -> LetterKind {
    let cadences = event.cadences().iter();
    LetterKind {
        code: event.code(),
        name: event.name(),
        help: event.help(),
        cadences: cadences
            .map(|cadence| Choice::new(cadence.code(), cadence.name().render(locale)))
            .collect(),
    }
}

/// The page of a link that ends letters.
pub(crate) fn ending_page(ending: &Ending, path: String, state: &'static str) -> MailEndingPage {
    let told = ending.ended.iter().filter(|choice| choice.event.is_told());
    MailEndingPage {
        path,
        state: if ending.ended.is_empty() { "none" } else { state },
        email: ending.email.masked(),
        events: told
            .map(|choice| EndedKind {
                name: choice.event.name(),
                cadence_name: choice.cadence.name(),
            })
            .collect(),
        before: ending
            .ended
            .iter()
            .map(|choice| Choice::new(choice.event.code(), choice.cadence.code()))
            .collect(),
        preferences: ending.preferences.clone(),
    }
}

/// Everything as the product has it, for samples; with these problems.
pub(crate) fn settings_sample(problems: &[marketplace::Problem]) -> MailSettingsPage {
    let choices = Event::ALL.iter().filter(|event| event.is_told());
    let chosen = Preferences {
        email: kernel::EmailAddress::parse("zhang.chenxi@precision.example").expect("an address"),
        confirmed: true,
        choices: choices
            .map(|event| preferences::Choice {
                event: *event,
                cadence: event.default_cadence(),
            })
            .collect(),
        habit: Habit::default(),
        end_all: Some("/mail/unsubscribe/all.AZmwwQAAcACAAAAAAAAACw".to_owned()),
        next: None,
        suppressed: None,
    };
    let values = settings_form(&chosen);
    settings_page(Locale::Zh, &chosen, true, "/settings/mail", &values, problems)
}
