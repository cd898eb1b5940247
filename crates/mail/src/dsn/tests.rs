use super::*;

const ID: &str = "0198f3c4-7a5e-7b1d-8c2f-8a6e5d4c3b2a@qixiao.example.cn";

fn one(raw: &str) -> Report {
    let found = reports(raw.replace('\n', "\r\n").as_bytes());
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap()
}

/// A report as Postfix writes it.
fn postfix(recipient_fields: &str) -> String {
    format!(
        "\
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: noreply@qixiao.example.cn
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=\"edge\"
Message-Id: <bounce@mx.example.net>

--edge
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Fri, 20 Nov 2026 16:30:00 +0800

{recipient_fields}
--edge
Content-Type: message/rfc822

From: =?utf-8?b?5LyB5qCh?= <noreply@qixiao.example.cn>
To: zhang.san@example.cn
Subject: =?utf-8?b?5LyB5qCh?=
Message-ID: <{ID}>

hello
--edge--
"
    )
}

#[test]
fn a_refusal_names_the_letter_the_address_and_the_words_of_the_server() {
    let report = one(&postfix(
        "\
Final-Recipient: rfc822; zhang.san@forwarded.example
Original-Recipient: rfc822;zhang.san@example.cn
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx3.example.cn
Diagnostic-Code: smtp; 550 5.1.1 <zhang.san@example.cn>: Recipient address
    rejected: User unknown
",
    ));
    assert_eq!(report.original_message_id.as_deref(), Some(ID));
    assert_eq!(report.letter().unwrap().to_string(), ID.split('@').next().unwrap());
    assert_eq!(report.recipient.as_ref().unwrap().as_str(), "zhang.san@example.cn");
    assert_eq!(report.action, Action::Failed);
    assert_eq!(report.status.unwrap().to_string(), "5.1.1");
    assert_eq!(
        report.said,
        "550 5.1.1 <zhang.san@example.cn>: Recipient address rejected: User unknown"
    );
    assert!(report.is_address_fault());
}

#[test]
fn each_address_of_a_report_has_its_own_fate() {
    let found = reports(
        postfix(
            "\
Final-Recipient: rfc822; full@example.cn
Action: delayed
Status: 4.2.2
Diagnostic-Code: smtp; 452 4.2.2 mailbox full

Final-Recipient: rfc822; there@example.cn
Action: delivered
Status: 2.0.0

Final-Recipient: rfc822; spam@example.cn
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 554 5.7.1 rejected as spam
",
        )
        .as_bytes(),
    );
    let told: Vec<(Action, String, bool)> = found
        .iter()
        .map(|report| {
            let status = report.status.unwrap().to_string();
            (report.action, status, report.is_address_fault())
        })
        .collect();
    assert_eq!(
        told,
        [
            (Action::Delayed, "4.2.2".to_owned(), false),
            (Action::Delivered, "2.0.0".to_owned(), false),
            (Action::Failed, "5.7.1".to_owned(), false),
        ]
    );
}

#[test]
fn a_report_that_returns_only_the_headers_names_the_letter_too() {
    let whole = postfix("Final-Recipient: rfc822; zhang.san@example.cn\nAction: failed\nStatus: 5.2.1\n");
    let headers = whole.replace("Content-Type: message/rfc822", "Content-Type: text/rfc822-headers");
    assert_eq!(one(&headers).original_message_id.as_deref(), Some(ID));
    assert!(one(&headers).is_address_fault());
}

#[test]
fn a_complaint_names_the_letter_even_when_the_reader_is_hidden() {
    let report = one(&format!(
        "\
From: <complaints@mail.example.net>
To: noreply@qixiao.example.cn
Subject: FW: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=\"edge\"

--edge
Content-Type: text/plain

This is an email abuse report.
--edge
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Example/1.0
Version: 1

--edge
Content-Type: message/rfc822

From: noreply@qixiao.example.cn
To: <redacted>
Message-ID: <{ID}>

hello
--edge--
"
    ));
    assert_eq!(report.action, Action::Complained);
    assert_eq!(report.original_message_id.as_deref(), Some(ID));
    assert_eq!((report.recipient.as_ref(), report.said.as_str()), (None, "abuse"));
    assert!(!report.is_address_fault());
}

#[test]
fn a_refusal_in_the_words_of_qq_mail_is_understood() {
    // In GB 18030 and base64, as that provider writes.
    let text = "抱歉，您的邮件被退回来了……\r\n原邮件信息：\r\n收件人：12345@qq.example\r\n退信原因：\r\n\
                收件人邮件地址（12345@qq.example）不存在，邮件无法送达。\r\n\
                host mx3.qq.example said: 550 Mailbox not found. (in reply to RCPT TO command)\r\n";
    let bytes: Vec<u8> = include_bytes!("../../tests/bounces/qq.gb18030").to_vec();
    assert!(
        !bytes.is_ascii() && String::from_utf8(bytes.clone()).is_err(),
        "the sample is not UTF-8"
    );
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &bytes);
    let report = one(&format!(
        "From: <PostMaster@qq.example>\nTo: <noreply@qixiao.example.cn>\nSubject: =?utf-8?b?57O757uf6YCA5L+h?=\n\
         References: <{ID}>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=\"gb18030\"\n\
         Content-Transfer-Encoding: base64\n\n{encoded}\n"
    ));
    assert_eq!(report.recipient.as_ref().unwrap().as_str(), "12345@qq.example");
    assert_eq!(report.original_message_id.as_deref(), Some(ID));
    assert_eq!(report.action, Action::Failed);
    assert!(report.is_address_fault(), "{}", report.said);
    assert!(report.said.starts_with("550 Mailbox not found"), "{}", report.said);
    // Without a code of a server the provider's own sentence says it.
    let plain = text.replace("550 Mailbox not found.", "");
    let report = one(&format!(
        "From: <PostMaster@qq.example>\nTo: <noreply@qixiao.example.cn>\nSubject: 系统退信\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{}",
        plain.replace('\r', "")
    ));
    assert!(report.is_address_fault(), "{}", report.said);
    assert_eq!(report.original_message_id, None);
}

#[test]
fn an_old_servers_refusal_is_found_by_its_header_and_by_the_id_in_its_words() {
    let report = one(&format!(
        "Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@relay.example>\nTo: noreply@qixiao.example.cn\n\
         X-Failed-Recipients: li@163.example\nSubject: Mail delivery failed: returning message to sender\n\n\
         li@163.example\n    host 163mx01.example: 554 DT:SPM 163 mx1\n------ This is a copy ------\nMessage-Id: <{ID}>\n"
    ));
    assert_eq!(report.recipient.as_ref().unwrap().as_str(), "li@163.example");
    assert_eq!(report.original_message_id.as_deref(), Some(ID));
    assert_eq!(
        (report.action, report.said.as_str()),
        (Action::Failed, "554 DT:SPM 163 mx1")
    );
    assert!(
        !report.is_address_fault(),
        "the letter was not wanted; the address is good"
    );
}

#[test]
fn what_is_no_report_is_none() {
    for raw in [
        "",
        "not a message",
        "From: zhang@example.cn\nSubject: Re: 550 5.1.1 and other numbers\n\nThe seats are 550 5.1.1 no such user.\n",
        "Return-Path: <>\nFrom: zhang@example.cn\nAuto-Submitted: auto-replied\nSubject: 自动回复：休假\n\n11月23日回来。\n",
        "From: postmaster@example.cn\nSubject: Undelivered Mail\n\nSomething came back; we do not say what.\n",
        "From: postmaster@example.cn\nTo: noreply@qixiao.example.cn\nSubject: Maintenance\n\nFrom 550 to 560 no mail.\n",
    ] {
        assert_eq!(reports(raw.as_bytes()), [], "{raw}");
    }
}

#[test]
fn a_mailbox_file_is_cut_into_its_messages() {
    let file = b"From MAILER-DAEMON Fri Nov 20 16:30:00 2026\nSubject: one\n\nfirst\n>From here on\n\n\
                 From MAILER-DAEMON Fri Nov 20 16:31:00 2026\nSubject: two\n\nsecond\n";
    let messages = mbox(file);
    assert_eq!(messages.len(), 2);
    assert!(messages[0].starts_with(b"Subject: one") && messages[1].starts_with(b"Subject: two"));
    let first = String::from_utf8(messages[0].clone()).unwrap();
    assert!(first.contains("\nFrom here on"), "{first}");
    assert_eq!(mbox(b"").len(), 0);
}

proptest::proptest! {
    /// Whatever a stranger sends, reading it ends, and nothing but a report is taken for one.
    #[test]
    fn a_message_of_a_stranger_is_read_to_its_end(raw: Vec<u8>, words in "\\PC{0,200}") {
        let _ = reports(&raw);
        let _ = mbox(&raw);
        let message = format!("From: postmaster@example.cn\r\nSubject: Undelivered 退信\r\n\r\n{words}\r\n");
        for report in reports(message.as_bytes()) {
            proptest::prop_assert!(report.recipient.is_some() || report.original_message_id.is_some());
        }
    }
}
