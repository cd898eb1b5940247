//! Letters leave over a real SMTP conversation, into real files, and into memory.

#[cfg(test)]
mod dkim;
#[cfg(test)]
mod rough;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod wire;

use std::time::Duration;

use kernel::{EmailAddress, LetterId, Locale, SeededChance, Timestamp};
use mail::{
    Credentials, Folder, Foot, Letter, Letterhead, LinkPath, Memory, Message, Security, Sender, SignInLink, Smtp,
    SmtpSettings, Transport,
};
use mail_parser::MessageParser;
use testbed::relay::{Answer, Plan, Relay};

#[cfg(test)]
fn message(seed: u64) -> Message {
    let at = Timestamp::from_micros(1_795_163_400_000_000);
    let letter = SignInLink {
        path: LinkPath::new("/sign-in/link/a-secret"),
        expires_at: at.plus_minutes(30),
    };
    Message {
        id: LetterId::new(at, &SeededChance::new(seed)),
        at,
        from: Sender {
            address: EmailAddress::parse("noreply@qixiao.example.cn").unwrap(),
            name: Some("企校平台".to_owned()),
        },
        to: EmailAddress::parse("zhang.san@example.cn").unwrap(),
        locale: Locale::Zh,
        content: Letterhead::new("https://qixiao.example.cn")
            .render(&letter, Locale::Zh, &Foot::default())
            .unwrap(),
        list: None,
        attachments: Vec::new(),
    }
}

#[cfg(test)]
fn settings(relay: &Relay) -> SmtpSettings {
    SmtpSettings {
        port: Some(relay.port()),
        security: Security::None,
        ..SmtpSettings::new("127.0.0.1")
    }
}

#[cfg(test)]
fn over(settings: &SmtpSettings) -> Transport {
    Transport::Smtp(Smtp::new(settings).unwrap())
}

#[tokio::test]
async fn a_letter_arrives_over_smtp_as_it_was_written() {
    let relay = Relay::start(Plan::obliging());
    let transport = over(&SmtpSettings {
        credentials: Some(Credentials {
            user: "qixiao".to_owned(),
            password: "secret".to_owned(),
        }),
        ..settings(&relay)
    });
    let mut message = message(1);
    message.content.text.insert_str(0, ".开头的点\n..两个点\n.\n");
    transport.send(&message).await.unwrap();
    let letters = relay.letters();
    assert_eq!(letters[0].from, "noreply@qixiao.example.cn");
    assert_eq!(letters[0].to, ["zhang.san@example.cn"]);
    let parsed = MessageParser::default().parse(&letters[0].raw).unwrap();
    assert_eq!(parsed.subject(), Some("登录企校"));
    assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("企校平台"));
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), message.content.text);
    assert_eq!(parsed.body_html(0).unwrap().replace("\r\n", "\n"), message.content.html);
    // "\0qixiao\0secret"
    assert_eq!(relay.logins(), ["AHFpeGlhbwBzZWNyZXQ="]);
}

#[tokio::test]
async fn letters_one_after_another_share_a_connection() {
    let relay = Relay::start(Plan::obliging());
    let transport = over(&settings(&relay));
    for seed in 0..5 {
        transport.send(&message(seed)).await.unwrap();
    }
    assert_eq!((relay.letters().len(), relay.tally().connections), (5, 1));
}

#[tokio::test]
async fn a_connection_that_the_relay_closed_is_not_taken_for_the_next_letter() {
    let relay = Relay::start(Plan::obliging().letters_per_connection(2));
    let transport = over(&settings(&relay));
    for seed in 0..6 {
        transport.send(&message(seed)).await.unwrap();
    }
    assert_eq!((relay.letters().len(), relay.tally().connections), (6, 3));
}

/// All of the other comes in meanwhile but its last dot.
#[tokio::test]
async fn until_a_letter_is_written_down_as_sent_no_other_is_handed_over() {
    let plain = (Relay::start(Plan::obliging()), Security::None);
    for (relay, security) in tls::relays().into_iter().chain([plain]) {
        let transport = over(&tls::guarded(&relay, security));
        let first = transport.send(&message(1)).await.unwrap();
        assert_eq!(first.reply().unwrap().to_string(), "250 2.0.0 queued");
        let second = {
            let transport = transport.clone();
            tokio::spawn(async move { transport.send(&message(2)).await.map(drop) })
        };
        let comes_in = async {
            while relay.tally().came_in < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let came_in = tokio::time::timeout(Duration::from_secs(10), comes_in).await;
        assert!(came_in.is_ok(), "{security:?}: {:?}", relay.tally());
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(relay.letters().len(), 1, "{security:?}");
        drop(first);
        second.await.unwrap().unwrap();
        assert_eq!(relay.letters().len(), 2, "{security:?}");
    }
}

#[tokio::test]
async fn a_relay_that_stops_talking_does_not_hold_a_letter_for_ever() {
    let relay = Relay::start(Plan::answering(|_| Answer::Slow(Duration::from_secs(2))));
    let transport = over(&SmtpSettings {
        timeout: Duration::from_millis(50),
        ..settings(&relay)
    });
    let error = transport.send(&message(1)).await.unwrap_err();
    assert!(error.is_transient() && error.code().is_none());
    assert_eq!(error.said(), "the mail relay: timed out");
}

#[tokio::test]
async fn a_letter_does_not_wait_for_the_acknowledgement_of_its_last_packet() {
    const LETTERS: u64 = 50;
    let relay = Relay::start(Plan::obliging());
    let transport = over(&SmtpSettings {
        connections: 1,
        ..settings(&relay)
    });
    let letter = message(0);
    let begun = tokio::time::Instant::now();
    for _ in 0..LETTERS {
        transport.send(&letter).await.unwrap();
    }
    // Forty milliseconds each, were they waited for.
    let taken = begun.elapsed();
    assert!(taken < Duration::from_millis(30 * LETTERS), "{taken:?}");
}

#[tokio::test]
async fn a_letter_sent_twice_has_one_message_id() {
    let relay = Relay::start(Plan::obliging());
    let transport = over(&settings(&relay));
    transport.send(&message(1)).await.unwrap();
    transport.send(&message(1)).await.unwrap();
    transport.send(&message(2)).await.unwrap();
    let ids: Vec<String> = relay
        .letters()
        .iter()
        .map(|letter| {
            MessageParser::default()
                .parse(&letter.raw)
                .unwrap()
                .message_id()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[1], ids[2]);
    assert_eq!(ids[0], format!("{}@qixiao.example.cn", message(1).id));
}

/// Whether the failure that this reply causes may pass.
#[cfg(test)]
async fn passes(reply: &'static str) -> bool {
    let relay = Relay::start(Plan::answering(move |_| Answer::Refuse(reply)));
    let error = over(&settings(&relay)).send(&message(1)).await.unwrap_err();
    assert!(relay.letters().is_empty());
    error.is_transient()
}

#[tokio::test]
async fn only_a_refusal_of_the_letter_itself_is_final() {
    assert!(passes("451 4.3.0 try later").await);
    assert!(passes("421 4.7.0 closing").await);
    assert!(!passes("550 5.1.1 no such user").await);
    assert!(!passes("554 5.7.1 rejected").await);
    assert!(
        passes("550 Domain frequency limited").await,
        "the provider means: too many at a time"
    );
}

#[tokio::test]
async fn a_wrong_password_does_not_lose_letters() {
    let relay = Relay::start(Plan::obliging().login("535 5.7.8 wrong"));
    let transport = over(&SmtpSettings {
        credentials: Some(Credentials {
            user: "qixiao".to_owned(),
            password: "wrong".to_owned(),
        }),
        ..settings(&relay)
    });
    assert!(transport.send(&message(1)).await.unwrap_err().is_transient());
    assert!(transport.check().await.is_err(), "and `check` says so");
}

#[tokio::test]
async fn a_relay_that_is_not_there_is_asked_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let transport = over(&SmtpSettings {
        port: Some(port),
        security: Security::None,
        ..SmtpSettings::new("127.0.0.1")
    });
    assert!(transport.send(&message(1)).await.unwrap_err().is_transient());
}

#[tokio::test]
async fn an_operator_reads_the_words_of_the_server() {
    let refuse = |reply| Relay::start(Plan::answering(move |_| Answer::RefuseAfterData(reply)));
    let relay = refuse("550-5.1.1 The account that you tried to reach\r\n550 5.1.1 does not exist.");
    let error = over(&settings(&relay)).send(&message(1)).await.unwrap_err();
    assert_eq!(error.code(), Some(550));
    assert_eq!(error.enhanced().unwrap().to_string(), "5.1.1");
    assert_eq!(
        error.said(),
        "550 5.1.1 The account that you tried to reach does not exist."
    );
    assert!(error.is_address_fault() && !error.is_transient());

    let relay = refuse("554 5.7.1 <zhang.san@example.cn>: content rejected");
    let error = over(&settings(&relay)).send(&message(1)).await.unwrap_err();
    assert!(
        !error.is_address_fault(),
        "the address is good; this letter was not wanted"
    );

    let relay = refuse("421 4.7.0 too many connections from your network");
    let error = over(&settings(&relay)).send(&message(1)).await.unwrap_err();
    assert!(error.is_rate_limit() && error.is_transient());

    let relay = Relay::start(Plan::answering(|_| Answer::CutInData));
    let error = over(&settings(&relay)).send(&message(1)).await.unwrap_err();
    assert_eq!((error.code(), error.reply()), (None, None));
    assert!(!error.said().is_empty() && error.is_transient());
}

#[tokio::test]
async fn a_password_is_not_printed() {
    let credentials = Credentials {
        user: "qixiao".to_owned(),
        password: "hunter2".to_owned(),
    };
    let settings = SmtpSettings {
        credentials: Some(credentials),
        ..SmtpSettings::new("mail.example.cn")
    };
    let printed = format!("{settings:?} {:?}", Smtp::new(&settings).unwrap());
    assert!(printed.contains("qixiao") && !printed.contains("hunter2"), "{printed}");
}

#[tokio::test]
async fn a_folder_holds_one_legible_file_a_letter() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("data").join("mail");
    let transport = Transport::Folder(Folder::new(&folder));
    transport.check().await.unwrap();
    let message = message(1);
    transport.send(&message).await.unwrap();
    transport.send(&message).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files, [folder.join(format!("{}.eml", message.id))]);
    let raw = std::fs::read(&files[0]).unwrap();
    let parsed = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), message.content.text);
    let seen = String::from_utf8(raw).unwrap();
    assert!(
        seen.contains("\r\nhttps://qixiao.example.cn/sign-in/link/a-secret\r\n"),
        "a person can read the link"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("mail");
    std::fs::write(&file, "").unwrap();
    let transport = Transport::Folder(Folder::new(&file));
    assert!(transport.send(&message(1)).await.unwrap_err().is_transient());
    assert!(transport.check().await.is_err());
}

#[tokio::test]
async fn memory_keeps_letters_and_fails_when_told_to() {
    let memory = Memory::new();
    let transport = Transport::Memory(memory.clone());
    memory.fail_next(true);
    memory.fail_next(false);
    memory.refuse_next("550 5.1.1 no such user");
    assert!(transport.send(&message(1)).await.unwrap_err().is_transient());
    assert!(!transport.send(&message(1)).await.unwrap_err().is_transient());
    assert!(transport.send(&message(1)).await.unwrap_err().is_address_fault());
    transport.send(&message(1)).await.unwrap();
    assert!(memory.last_to("zhang.san@example.cn").is_some());
    assert_eq!((memory.take().len(), memory.sent().len()), (1, 0));
}

#[test]
fn every_letter_can_be_rendered_before_one_is_needed() {
    assert!(Letterhead::new("http://127.0.0.1:8080").check().unwrap() >= 2 * mail::NAMES.len());
    assert_eq!(SignInLink::NAME, mail::NAMES[0]);
}
