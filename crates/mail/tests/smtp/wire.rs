//! Every letter as it goes over the wire, read by Python's e-mail package: another reader than any in this workspace.

use std::{fs, process::Command};

use kernel::{LetterId, Locale, SeededChance, Timestamp};
use mail::{Attachment, AttachmentKind, Foot, Letterhead, LinkPath, Message, NAMES, Signing, event_of};
use serde_json::json;

use super::dkim::{DOMAIN, ED25519, RSA, records};

/// Whether `python3` can be started here; said once where it cannot.
fn has_python() -> bool {
    let found = Command::new("python3").arg("-c").arg("import email.policy").status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        testbed::skipped("headers read by Python", "no python3 found");
    }
    found
}

fn attachments(number: usize) -> Vec<Attachment> {
    let all = [
        (
            "现代学徒制培养协议（PX-2026-0001）赵一鸣.pdf",
            AttachmentKind::Pdf,
            vec![0xff, 0x00, b'%', b'P', b'D', b'F'],
        ),
        (
            "agreement \"signed\"; final.pdf",
            AttachmentKind::Pdf,
            b"%PDF-1.7\n".repeat(1_000),
        ),
        (
            "培养安排.ics",
            AttachmentKind::Calendar,
            b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_vec(),
        ),
    ];
    all.into_iter()
        .take(number % 4)
        .map(|(name, kind, bytes)| Attachment {
            name: name.to_owned(),
            kind,
            bytes,
        })
        .collect()
}

#[test]
fn python_reads_every_letter_as_it_was_written() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let letterhead = Letterhead::new("https://qixiao.example.cn");
    let signings = [("ed", ED25519), ("rsa", RSA)].map(|(selector, pem)| Signing::new(DOMAIN, selector, pem).unwrap());
    let at = Timestamp::from_micros(1_795_163_400_000_000);
    let mut written = 0;
    for name in NAMES {
        let event = event_of(name).unwrap();
        for locale in Locale::ALL {
            for content in letterhead.samples(name, locale).unwrap() {
                let unsubscribe = Foot::of_sample(name).unsubscribe;
                let message = Message {
                    id: LetterId::new(at, &SeededChance::new(written)),
                    at,
                    list: unsubscribe.map(|path| letterhead.list_headers(event, &path)),
                    attachments: attachments(usize::try_from(written).unwrap()),
                    locale,
                    content,
                    ..super::message(1)
                };
                // One in twenty with the slow kind of key: the other proves the same of the rest.
                let signing = &signings[usize::from(written.is_multiple_of(20))];
                let stem = folder.path().join(format!("{name}-{written}"));
                fs::write(stem.with_extension("eml"), message.signed(signing).unwrap()).unwrap();
                let list = message.list.as_ref();
                let files = message.attachments.iter().map(|file| {
                    let kind = file.kind.content_type().split(';').next().unwrap();
                    json!([file.name, kind, file.bytes.len()])
                });
                let expected = json!({
                    "Subject": message.content.subject,
                    "From": ["企校平台", "noreply@qixiao.example.cn"],
                    "To": "zhang.san@example.cn",
                    "Message-ID": message.message_id(),
                    "Auto-Submitted": "auto-generated",
                    "List-Id": list.map(|list| format!("<{}>", list.id)),
                    "List-Unsubscribe": list.map(|list| format!("<{}>", list.unsubscribe)),
                    "List-Unsubscribe-Post": list.map(|_| "List-Unsubscribe=One-Click"),
                    "plain": message.content.text,
                    "html": message.content.html,
                    "attachments": files.collect::<Vec<_>>(),
                });
                fs::write(stem.with_extension("json"), expected.to_string()).unwrap();
                written += 1;
            }
        }
    }
    let records: serde_json::Map<String, serde_json::Value> = records()
        .into_iter()
        .map(|(name, record)| (name, record.into()))
        .collect();
    fs::write(
        folder.path().join("records"),
        serde_json::Value::from(records).to_string(),
    )
    .unwrap();
    let output = Command::new("python3")
        .arg("-c")
        .arg(include_str!("wire.py"))
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.starts_with(&format!("{written} read, ")), "{said}");
    println!("{said}");
}

#[test]
fn a_list_header_that_would_break_out_of_its_line_is_no_letter() {
    for unsubscribe in [
        "https://qixiao.example.cn/x\r\nBcc: all@example.cn",
        "https://qixiao.example.cn/x>, <mailto:evil@example.cn",
        "https://企校.example.cn/x",
        "",
    ] {
        let mut message = super::message(1);
        message.list = Some(mail::ListHeaders {
            id: "matches.qixiao.example.cn".to_owned(),
            unsubscribe: unsubscribe.to_owned(),
        });
        assert!(message.formatted().is_err(), "{unsubscribe}");
    }
}

#[test]
fn a_mailbox_can_end_letters_with_one_press_and_sorts_them_by_what_they_are_about() {
    let letterhead = Letterhead::new("https://qixiao.example.cn:8443/");
    let list = letterhead.list_headers(mail::Event::Matches, &LinkPath::new("/mail/unsubscribe/a-token"));
    assert_eq!(list.id, "matches.qixiao.example.cn");
    assert_eq!(
        list.unsubscribe,
        "https://qixiao.example.cn:8443/mail/unsubscribe/a-token"
    );
    let mut message = super::message(1);
    message.list = Some(list);
    let raw = String::from_utf8(message.formatted().unwrap()).unwrap();
    for line in [
        "\r\nList-Id: <matches.qixiao.example.cn>\r\n",
        "\r\nList-Unsubscribe: <https://qixiao.example.cn:8443/mail/unsubscribe/a-token>\r\n",
        "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    ] {
        assert!(raw.contains(line), "{line} in {raw}");
    }
}
