//! A sender that tries again, against a server on a bad day: nothing is lost, and nothing comes twice without a reason.

use std::{collections::HashMap, sync::Arc};

use kernel::{EmailAddress, LetterId, SeededChance};
use mail::{Message, Security, SmtpSettings, Transport};
use testbed::relay::{AUTHORITY, Fate, Plan, Relay, rough_fate};

/// What a sender learns of a letter in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Learned {
    Sent,
    NoSuchAddress,
    Refused,
}

/// Tries until it is sent or refused.
async fn deliver(transport: &Transport, message: &Message) -> Learned {
    for _ in 0..20 {
        match transport.send(message).await {
            Ok(_) => return Learned::Sent,
            Err(error) if error.is_transient() => {}
            Err(error) if error.is_address_fault() => return Learned::NoSuchAddress,
            Err(_) => return Learned::Refused,
        }
    }
    panic!("{} is tried for ever", message.to);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_bad_day_every_letter_arrives_or_is_given_up_for_the_right_reason() {
    const LETTERS: u64 = 600;
    const CONNECTIONS: u32 = 4;
    let relay = Relay::start(Plan::rough());
    let transport = Arc::new(super::over(&SmtpSettings {
        connections: CONNECTIONS,
        security: Security::StartTls,
        authorities: AUTHORITY.into(),
        ..super::settings(&relay)
    }));
    let model = super::message(0);
    let tasks: Vec<_> = (0..LETTERS)
        .map(|number| {
            let transport = Arc::clone(&transport);
            let message = Message {
                id: LetterId::new(model.at, &SeededChance::new(number)),
                to: EmailAddress::parse(&format!("person-{number}@example.cn")).unwrap(),
                ..model.clone()
            };
            tokio::spawn(async move { deliver(&transport, &message).await })
        })
        .collect();
    let mut fates: HashMap<Fate, usize> = HashMap::new();
    for (number, task) in tasks.into_iter().enumerate() {
        let fate = rough_fate(&format!("person-{number}@example.cn"));
        let expected = match fate {
            Fate::Arrives => Learned::Sent,
            Fate::NoSuchAddress => Learned::NoSuchAddress,
            Fate::Unwanted => Learned::Refused,
        };
        assert_eq!(task.await.unwrap(), expected, "person-{number}");
        *fates.entry(fate).or_default() += 1;
    }
    assert_eq!(fates.len(), 3, "the day has all it should: {fates:?}");
    let tally = relay.tally();
    let times = relay.times_taken();
    assert_eq!(
        times.len(),
        fates[&Fate::Arrives],
        "nothing is lost, and nothing comes that was refused"
    );
    let doubles = tally.taken - times.len();
    assert!(doubles <= tally.cut_after_dot, "{doubles} doubles: {tally:?}");
    for happened in [
        tally.put_off,
        tally.refused,
        tally.cut_in_data,
        tally.cut_after_dot,
        tally.closed,
        tally.not_greeted,
        tally.tls_failed,
    ] {
        assert!(happened > 0, "{tally:?}");
    }
    assert_eq!(tally.taken_encrypted, tally.taken, "no letter goes in the clear");
    // The relay may learn late that a connection is closed.
    assert!(tally.most_open <= 2 * CONNECTIONS as usize, "{tally:?}");
}
