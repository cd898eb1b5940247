//! What letters are about, and how often somebody wants to read of it.

use words::Text;

use crate::letters::{NAMES, event_of};

kernel::codes! {
    /// What a letter or an entry of a digest is about: people choose a [`Cadence`] for each.
    Event {
        /// Signing in and the account itself.
        Access = "access",
        /// The standing and the members of one's organisation.
        Organisation = "organisation",
        /// The progress of agreements.
        Agreement = "agreement",
        /// Signatures asked for, deadlines, and what ends or binds.
        Signing = "signing",
        /// An apprentice's record.
        Record = "record",
        /// Weekly records.
        Week = "week",
        /// New matches of the posts of one's organisation.
        Matches = "matches",
        /// New results of saved searches.
        Searches = "searches",
        /// New posts of organisations that one follows.
        Followed = "followed",
        /// One's own posts.
        Posting = "posting",
    }

    /// How often somebody is written to about an event.
    Cadence {
        /// Each time; a source is told in a digest every quarter of an hour at most.
        AtOnce = "at_once",
        /// In a digest once a working day.
        Daily = "daily",
        /// In a digest once a week.
        Weekly = "weekly",
        /// In no letter. What concerns the account is still kept as a notice.
        Never = "never",
    }
}

impl Event {
    /// The cadence of whoever chose none.
    pub const fn default_cadence(self) -> Cadence {
        match self {
            Self::Access
            | Self::Organisation
            | Self::Agreement
            | Self::Signing
            | Self::Record
            | Self::Week
            | Self::Posting => Cadence::AtOnce,
            Self::Searches => Cadence::Daily,
            Self::Matches | Self::Followed => Cadence::Weekly,
        }
    }

    /// The cadences that may be chosen.
    pub const fn cadences(self) -> &'static [Cadence] {
        if self.is_required() {
            &[Cadence::AtOnce]
        } else {
            Cadence::ALL
        }
    }

    /// Whether `cadence` may be chosen.
    pub fn may(self, cadence: Cadence) -> bool {
        self.cadences().contains(&cadence)
    }

    /// Whether it always goes out at once: somebody waits at the screen, or a right hangs on it.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Access | Self::Signing)
    }

    /// Whether it has no letter of its own: what it tells is found when a digest is made.
    pub const fn is_source(self) -> bool {
        matches!(self, Self::Matches | Self::Searches | Self::Followed)
    }

    /// Whether anything is told about it by now, by a letter of its own or in a digest.
    pub fn is_told(self) -> bool {
        self.is_source() || NAMES.iter().any(|name| event_of(name) == Some(self))
    }

    /// What it is called.
    pub fn name(self) -> Text {
        Text::of("mail_event", self.code())
    }

    /// What it covers, in a sentence or two.
    pub fn help(self) -> Text {
        Text::of("mail_event_help", self.code())
    }

    /// The id of its letters as a list (RFC 2919): a mailbox sorts and mutes by it. `host` is the platform's.
    pub fn list_id(self, host: &str) -> String {
        format!("{}.{host}", self.code().replace('_', "-"))
    }
}

impl Cadence {
    /// What it is called.
    pub fn name(self) -> Text {
        Text::of("cadence", self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_miss_what_somebody_waits_for_or_a_right_hangs_on() {
        for event in [Event::Access, Event::Signing] {
            assert_eq!(event.cadences(), [Cadence::AtOnce], "{event}");
            assert!(!event.may(Cadence::Never) && !event.is_source(), "{event}");
        }
    }

    #[test]
    fn everything_else_can_be_turned_off_and_begins_with_a_cadence_that_may_be_chosen() {
        for event in Event::ALL {
            assert!(event.may(event.default_cadence()), "{event}");
            assert_eq!(event.may(Cadence::Never), !event.is_required(), "{event}");
        }
    }

    #[test]
    fn every_event_and_every_cadence_has_words() {
        let events = Event::ALL.iter().flat_map(|event| [event.name(), event.help()]);
        for text in events.chain(Cadence::ALL.iter().map(|cadence| cadence.name())) {
            assert!(words::has(text.key()), "{}", text.key());
        }
    }
}
