//! TLS: letters and passwords go over it, or not at all.

use mail::{Credentials, Error, Security, Smtp, SmtpSettings};
use testbed::relay::{AUTHORITY, Plan, Relay, Starttls};

use super::{message, over, settings};

fn log_in() -> Credentials {
    Credentials {
        user: "qixiao".to_owned(),
        password: "secret".to_owned(),
    }
}

/// Two relays that speak TLS, each with how it is to be talked to.
fn relays() -> [(Relay, Security); 2] {
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
        let transport = over(&SmtpSettings {
            security,
            authorities: AUTHORITY.into(),
            credentials: Some(log_in()),
            ..settings(&relay)
        });
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
        let transport = over(&SmtpSettings {
            security,
            credentials: Some(log_in()),
            ..settings(&relay)
        });
        let refused = transport.send(&message(1)).await.unwrap_err();
        assert!(
            refused.said().contains("UnknownIssuer"),
            "{security:?}: {}",
            refused.said()
        );
        assert!(refused.is_transient(), "the letter waits until somebody has mended it");
        assert!(relay.letters().is_empty() && relay.logins().is_empty(), "{security:?}");
    }
}

/// The certificate is for 127.0.0.1.
#[tokio::test]
async fn a_relay_of_another_name_gets_neither_letter_nor_password() {
    for (relay, security) in relays() {
        let transport = over(&SmtpSettings {
            host: "localhost".to_owned(),
            security,
            authorities: AUTHORITY.into(),
            credentials: Some(log_in()),
            ..settings(&relay)
        });
        let refused = transport.send(&message(1)).await.unwrap_err();
        assert!(
            refused.said().contains("not valid for name"),
            "{security:?}: {}",
            refused.said()
        );
        assert!(relay.letters().is_empty() && relay.logins().is_empty(), "{security:?}");
    }
}

#[tokio::test]
async fn a_relay_without_tls_or_whose_tls_fails_gets_neither_letter_nor_password() {
    for starttls in [Starttls::NotOffered, Starttls::Refused, Starttls::Broken] {
        let relay = Relay::start(Plan::obliging().starttls(move |_| starttls));
        let transport = over(&SmtpSettings {
            security: Security::StartTls,
            authorities: AUTHORITY.into(),
            credentials: Some(log_in()),
            ..settings(&relay)
        });
        assert!(
            transport.send(&message(1)).await.unwrap_err().is_transient(),
            "{starttls:?}"
        );
        let tried = usize::from(starttls != Starttls::NotOffered);
        assert_eq!(relay.tally().tls_failed, tried, "{starttls:?}");
        assert!(relay.letters().is_empty() && relay.logins().is_empty(), "{starttls:?}");
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
