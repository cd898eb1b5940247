//! TLS: letters and passwords go over it, or not at all.

use mail::{Credentials, Error, Security, Smtp, SmtpSettings};
use testbed::relay::{AUTHORITY, Plan, Relay, Starttls};

use super::{message, over, settings};

/// A relay that wants a password, by an authority that one was told of.
pub(crate) fn guarded(relay: &Relay, security: Security) -> SmtpSettings {
    SmtpSettings {
        security,
        authorities: AUTHORITY.into(),
        credentials: Some(Credentials {
            user: "qixiao".to_owned(),
            password: "secret".to_owned(),
        }),
        ..settings(relay)
    }
}

/// What is said of the attempt; nothing that matters has left.
async fn refusal(relay: &Relay, settings: &SmtpSettings) -> String {
    let refused = over(settings).send(&message(1)).await.unwrap_err();
    assert!(refused.is_transient(), "the letter waits until somebody has mended it");
    let security = settings.security;
    assert!(relay.letters().is_empty() && relay.logins().is_empty(), "{security:?}");
    refused.said()
}

/// Two relays that speak TLS, each with how it is to be talked to.
pub(crate) fn relays() -> [(Relay, Security); 2] {
    [
        (
            Relay::start(Plan::obliging().starttls(|_| Starttls::Works)),
            Security::StartTls,
        ),
        (Relay::start(Plan::obliging().tls_from_the_start()), Security::Tls),
    ]
}

#[tokio::test]
async fn letters_and_passwords_go_over_tls() {
    for (relay, security) in relays() {
        let transport = over(&guarded(&relay, security));
        for number in 1..=3 {
            transport.send(&message(number)).await.unwrap();
        }
        let tally = relay.tally();
        assert_eq!((tally.taken, tally.taken_encrypted), (3, 3), "{security:?}");
        assert_eq!(tally.connections, 1, "{security:?}: one connection brings them all");
        assert_eq!(relay.logins().len(), 1, "{security:?}");
    }
}

/// An organisation's own authority is known to those who were told of it.
#[tokio::test]
async fn a_relay_of_an_unknown_authority_gets_neither_letter_nor_password() {
    for (relay, security) in relays() {
        let untold = SmtpSettings {
            authorities: Vec::new(),
            ..guarded(&relay, security)
        };
        let said = refusal(&relay, &untold).await;
        assert!(said.contains("UnknownIssuer"), "{security:?}: {said}");
    }
}

/// The certificate is for 127.0.0.1.
#[tokio::test]
async fn a_relay_of_another_name_gets_neither_letter_nor_password() {
    for (relay, security) in relays() {
        let elsewhere = SmtpSettings {
            host: "localhost".to_owned(),
            ..guarded(&relay, security)
        };
        let said = refusal(&relay, &elsewhere).await;
        assert!(said.contains("not valid for name"), "{security:?}: {said}");
    }
}

#[tokio::test]
async fn a_relay_without_tls_or_whose_tls_fails_gets_neither_letter_nor_password() {
    for starttls in [Starttls::NotOffered, Starttls::Refused, Starttls::Broken] {
        let relay = Relay::start(Plan::obliging().starttls(move |_| starttls));
        let said = refusal(&relay, &guarded(&relay, Security::StartTls)).await;
        let tried = usize::from(starttls != Starttls::NotOffered);
        assert_eq!(relay.tally().tls_failed, tried, "{starttls:?}: {said}");
    }
}

#[test]
fn what_is_no_certificate_is_no_authority() {
    for nonsense in [
        "hello",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let settings = SmtpSettings {
            authorities: nonsense.into(),
            ..SmtpSettings::new("relay.example")
        };
        assert!(matches!(Smtp::new(&settings), Err(Error::Authorities(_))), "{nonsense}");
    }
}
