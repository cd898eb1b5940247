//! Signatures, verified by a library that shares no line with the one that makes them. No question goes to the DNS: the public
//! keys lie in the verifier's cache.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex},
    time::Instant,
};

use mail::{ListHeaders, Message, Signing, SigningError};
use mail_auth::{
    AuthenticatedMessage, DkimResult, MessageAuthenticator, Parameters, ResolverCache, Txt,
    common::{parse::TxtRecordParser, verify::DomainKey},
    hickory_resolver::config::{ResolverConfig, ResolverOpts},
};
use testbed::relay::{Plan, Relay};

pub(crate) const DOMAIN: &str = "qixiao.example.cn";
pub(crate) const ED25519: &str = include_str!("keys/ed25519.pem");
pub(crate) const RSA: &str = include_str!("keys/rsa.pem");

/// What stands in the DNS for the selectors `rsa` and `ed`.
pub(crate) fn records() -> [(String, String); 2] {
    [
        ("rsa", "rsa", include_str!("keys/rsa.public")),
        ("ed", "ed25519", include_str!("keys/ed25519.public")),
    ]
    .map(|(selector, kind, public)| {
        (
            format!("{selector}._domainkey.{DOMAIN}."),
            format!("v=DKIM1; k={kind}; p={public}"),
        )
    })
}

#[derive(Default)]
struct Dns(Mutex<HashMap<Box<str>, Txt>>);

impl ResolverCache<Box<str>, Txt> for Dns {
    fn get<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
    {
        self.0.lock().unwrap().get(name).cloned()
    }

    fn remove<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
    {
        self.0.lock().unwrap().remove(name)
    }

    fn insert(&self, key: Box<str>, value: Txt, _: Instant) {
        self.0.lock().unwrap().insert(key, value);
    }
}

async fn verify(raw: &[u8]) -> Vec<DkimResult> {
    let dns = Dns::default();
    for (name, record) in records() {
        let key = DomainKey::parse(record.as_bytes()).unwrap();
        dns.0.lock().unwrap().insert(name.into(), Txt::DomainKey(Arc::new(key)));
    }
    let verifier = MessageAuthenticator::new(ResolverConfig::default(), ResolverOpts::default()).unwrap();
    let message = AuthenticatedMessage::parse(raw).unwrap();
    let outputs = verifier
        .verify_dkim(Parameters::new(&message).with_txt_cache(&dns))
        .await;
    outputs.iter().map(|output| output.result().clone()).collect()
}

fn listed(seed: u64) -> Message {
    let mut message = super::message(seed);
    message.list = Some(ListHeaders {
        id: format!("matches.{DOMAIN}"),
        unsubscribe: format!("https://{DOMAIN}/mail/unsubscribe/{}", "t".repeat(120)),
    });
    message.content.subject =
        String::from("本周动态：5 条新匹配、2 条新的搜索结果、1 条关注单位的新信息，请在方便的时候查看");
    message
        .content
        .text
        .push_str("\n  spaces   in the middle\t and at the end \n\n\n");
    message
}

#[tokio::test]
async fn a_signature_is_verified_by_another_library() {
    for (selector, pem) in [
        ("ed", ED25519),
        ("rsa", RSA),
        ("rsa", include_str!("keys/rsa-pkcs1.pem")),
    ] {
        let signing = Signing::new(DOMAIN, selector, pem).unwrap();
        for message in [super::message(1), listed(2)] {
            let raw = message.signed(&signing).unwrap();
            assert_eq!(verify(&raw).await, [DkimResult::Pass], "{selector}");
        }
    }
}

#[tokio::test]
async fn a_letter_that_was_changed_on_the_way_does_not_verify() {
    let signing = Signing::new(DOMAIN, "ed", ED25519).unwrap();
    let raw = String::from_utf8(listed(1).signed(&signing).unwrap()).unwrap();
    assert_eq!(verify(raw.as_bytes()).await, [DkimResult::Pass]);
    let unsubscribe = raw.replace("/mail/unsubscribe/t", "/mail/unsubscribe/u");
    let recipient = raw.replace("To: zhang.san@", "To: li.si@");
    // A header that the letter did not have is signed as lacking.
    let plain = String::from_utf8(super::message(1).signed(&signing).unwrap()).unwrap();
    let added = format!("List-Unsubscribe: <https://evil.example/>\r\n{plain}");
    for changed in [unsubscribe, recipient, added] {
        assert_ne!(changed, raw);
        assert_ne!(verify(changed.as_bytes()).await, [DkimResult::Pass]);
    }
}

#[tokio::test]
async fn letters_leave_signed_and_the_signature_survives_the_way() {
    let relay = Relay::start(Plan::obliging());
    let signing = Signing::new(DOMAIN, "ed", ED25519).unwrap();
    let smtp = mail::Smtp::new(&super::settings(&relay)).unwrap().signing(signing);
    mail::Transport::Smtp(smtp).send(&listed(1)).await.unwrap();
    assert_eq!(verify(&relay.letters()[0].raw).await, [DkimResult::Pass]);
}

#[test]
fn a_key_that_cannot_sign_is_refused_when_the_program_starts_and_is_never_printed() {
    let ec = include_str!("keys/ec.pem");
    assert!(matches!(Signing::new(DOMAIN, "ed", ec), Err(SigningError::Algorithm)));
    assert!(matches!(Signing::new(DOMAIN, "ed", "secret"), Err(SigningError::Pem)));
    assert!(matches!(
        Signing::new(DOMAIN, "a b", ED25519),
        Err(SigningError::Name(_))
    ));
    assert!(matches!(Signing::new("", "ed", ED25519), Err(SigningError::Name(_))));
    let cut = ED25519
        .lines()
        .filter(|line| line.starts_with('-'))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(Signing::new(DOMAIN, "ed", &cut).is_err());
    let signing = Signing::new(DOMAIN, "ed", ED25519).unwrap();
    assert_eq!(format!("{signing:?}"), "Signing(\"ed._domainkey.qixiao.example.cn\")");
}
