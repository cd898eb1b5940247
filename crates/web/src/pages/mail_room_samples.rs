//! Samples of the mail room. Nobody in them is real.

use marketplace::{Problem, ProblemCode};
use words::Text;

use super::{
    DigestRow, DomainRow, Form, Link, MailAddressPage, MailDossier, MailLetterPage, MailLetterRow, MailRoomPage,
    MailRoomTyped, MailSuppressionsPage, Pager, PriorityRow, SuppressionRow, SwitchView, ToldRow, WhyRow,
    fixtures::moment,
};

fn form() -> Form {
    Form::new(&MailRoomTyped::default())
}

fn form_without_reason() -> Form {
    let problem = Problem {
        field: "reason".to_owned(),
        code: ProblemCode::Required,
    };
    Form::with_problems(&MailRoomTyped::default(), &[problem])
}

fn letter(number: i64, name: &str, state: &str) -> MailLetterRow {
    let (tone, said) = match state {
        "done" => ("done", Some("250 2.0.0 queued as 4F2A <x>")),
        "dead" => ("wrong", Some("550 5.1.1 z***@example.cn: no such user here")),
        _ => ("wait", Some("451 4.7.1 greylisted, come back in a minute")),
    };
    MailLetterRow {
        href: format!("/operator/mail/letters/0199b0c1-0000-7000-8000-0000000000{number:02}"),
        name: Text::of("letter_name", name),
        to: "z***@example.cn".to_owned(),
        tone,
        state: Text::of("letter_state", state),
        at: moment(number),
        next: (state == "ready").then(|| moment(-1)),
        ended: (state != "ready").then(|| moment(number)),
        said: said.map(str::to_owned),
    }
}

fn address(email: &str) -> Link {
    Link::new(
        format!("/operator/mail/address?email={}", email.replace('@', "%40")),
        email,
    )
}

fn suppression(lifted: bool) -> SuppressionRow {
    SuppressionRow {
        address: address("zhang.san@example.cn"),
        reason: Text::of("suppression_reason", "bounced"),
        said: Some("550 5.1.1 no such user here".to_owned()),
        at: moment(9),
        who: String::new(),
        lifted: lifted.then(|| (moment(2), "本人来电，邮箱已恢复".to_owned())),
    }
}

pub(super) fn overviews() -> Vec<MailRoomPage> {
    let domain = |domain: &str, waiting, failed| DomainRow {
        domain: domain.to_owned(),
        waiting,
        tried: waiting / 2,
        oldest: (waiting > 0).then(|| moment(0)),
        sent: 12_480,
        failed,
    };
    let quiet = MailRoomPage {
        paused: false,
        switch: None,
        form: form(),
        waiting: 0,
        oldest: None,
        sent: 0,
        given_up: 0,
        digests_due: 0,
        suppressed: 0,
        priorities: Vec::new(),
        domains: Vec::new(),
        more_domains: 0,
        failures: Vec::new(),
    };
    let busy = MailRoomPage {
        waiting: 1_804,
        oldest: Some(moment(1)),
        sent: 48_211,
        given_up: 212,
        digests_due: 310,
        suppressed: 87,
        priorities: ["awaited", "usual", "digest"]
            .map(|name| PriorityRow {
                name: Text::of("letter_priority", name),
                waiting: 600,
                oldest: moment(0),
            })
            .to_vec(),
        domains: vec![
            domain("qq.com", 1_600, 12),
            domain("163.com", 0, 0),
            domain("a-rather-long-name-of-a-college.edu.cn", 204, 1),
        ],
        more_domains: 12,
        failures: vec![letter(1, "digest", "dead"), letter(2, "please_sign", "dead")],
        ..quiet.clone()
    };
    let held = MailRoomPage {
        paused: true,
        switch: Some(SwitchView {
            reason: "服务商通知今晚迁移，发出去的信会退回。".to_owned(),
            who: "李运营".to_owned(),
            at: moment(0),
        }),
        form: form_without_reason(),
        ..busy.clone()
    };
    vec![busy, quiet, held]
}

pub(super) fn letters() -> Vec<MailLetterPage> {
    let page = MailLetterPage {
        letter: letter(1, "please_sign", "dead"),
        subject: "请签署培养协议：上海示例精密机械有限公司（PX-2026-0007）".to_owned(),
        about: Some(Text::of("mail_event", "signing")),
        failures: 3,
        address: address("zhang.san@example.cn"),
        again_for: None,
        form: form(),
        may_resend: true,
    };
    let again = "/operator/mail/letters/0199b0c1-0000-7000-8000-000000000009".to_owned();
    vec![
        MailLetterPage {
            letter: letter(2, "digest", "done"),
            about: None,
            failures: 0,
            again_for: Some(again),
            may_resend: false,
            ..page.clone()
        },
        MailLetterPage {
            form: form_without_reason(),
            ..page.clone()
        },
        page,
    ]
}

pub(super) fn suppressions() -> Vec<MailSuppressionsPage> {
    let asked = SuppressionRow {
        address: address("an.officer.of.a.rather.long.name@example-precision-machinery.example"),
        reason: Text::of("suppression_reason", "operator"),
        said: Some("本人要求 <b>".to_owned()),
        who: "李运营".to_owned(),
        ..suppression(false)
    };
    let full = MailSuppressionsPage {
        rows: vec![suppression(false), asked],
        total: 60,
        form: form(),
        pager: Some(Pager {
            page: 1,
            pages: 2,
            previous: None,
            next: Some("/operator/mail/suppressions?page=2".to_owned()),
        }),
    };
    vec![
        MailSuppressionsPage {
            rows: Vec::new(),
            total: 0,
            pager: None,
            form: form_without_reason(),
        },
        full,
    ]
}

pub(super) fn addresses() -> Vec<MailAddressPage> {
    let told = |event, how, sources| ToldRow {
        event: Text::of("mail_event", event),
        how: Text::of("cadence", how),
        chosen_at: (how == "never").then(|| moment(30)),
        sources,
    };
    let digest = |period: &str, outcome| DigestRow {
        how: Text::of("cadence", "weekly"),
        period: period.to_owned(),
        at: moment(3),
        from: moment(10),
        tone: if outcome == "sent" { "done" } else { "" },
        outcome: Text::of("digest_outcome", outcome),
        letter: (outcome == "sent").then(|| "/operator/mail/letters/0199b0c1-0000-7000-8000-000000000001".to_owned()),
        told: if outcome == "sent" {
            vec![
                (Text::of("digest_item", "match"), 3),
                (Text::of("digest_item", "search"), 1),
            ]
        } else {
            Vec::new()
        },
        counted: Some(Text::new("mail_room.digest_counted_at_least").with("n", 2)),
    };
    let why = |key: &str, at| WhyRow {
        text: Text::of("mail_why", key),
        at,
    };
    let known = MailDossier {
        email: "zhang.san@example.cn".to_owned(),
        account_since: Some(moment(90)),
        confirmed_at: Some(moment(89)),
        why: vec![
            why("suppressed", None),
            WhyRow {
                text: Text::of("mail_why", "never").with("event", Text::of("mail_event", "week")),
                at: None,
            },
            why("nothing_new", Some(moment(3))),
        ],
        suppression: Some(suppression(false)),
        told: vec![
            told("week", "never", None),
            told("matches", "weekly", Some(1)),
            told("searches", "daily", Some(0)),
        ],
        due: vec![(Text::of("cadence", "weekly"), moment(-4))],
        digests: vec![digest("W2026-W47", "nothing"), digest("W2026-W46", "sent")],
        letters: vec![
            letter(1, "digest", "dead"),
            letter(2, "please_sign", "ready"),
            letter(3, "digest", "done"),
        ],
    };
    let nobody = MailDossier {
        email: "nobody@example.cn".to_owned(),
        account_since: None,
        confirmed_at: None,
        why: vec![why("no_account", None)],
        suppression: Some(suppression(true)),
        told: Vec::new(),
        due: Vec::new(),
        digests: Vec::new(),
        letters: Vec::new(),
    };
    let fine = MailDossier {
        why: Vec::new(),
        suppression: None,
        ..known.clone()
    };
    let page = |dossier, form| MailAddressPage { form, dossier };
    vec![
        page(None, form()),
        page(Some(known), form_without_reason()),
        page(Some(nobody), form()),
        page(Some(fine), form()),
    ]
}
