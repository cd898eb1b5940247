//! Did anybody get more than they asked for? Each letter that left is held against what its reader had chosen by then.

use std::collections::{HashMap, HashSet};

use kernel::{LetterId, OrganisationId, PostingId, Timestamp};
use storage::DigestItem;

use crate::{
    calendar::{due_before, period},
    log::{Left, Life, Log, SOURCES},
    told::{Made, Told},
    year::Year,
};

/// What the page promises of one letter.
const MOST_ENTRIES: usize = 20;
const MOST_OF_ONE: usize = 3;

/// What was wrong, in words.
pub(crate) fn check(year: &Year, told: &Told) -> Vec<String> {
    let mut findings = Findings {
        log: &year.log,
        all: Vec::new(),
    };
    let mut ids: HashSet<LetterId> = HashSet::new();
    let mut periods: HashSet<(usize, &str, String)> = HashSet::new();
    let mut once: HashMap<usize, HashSet<Thing>> = HashMap::new();
    for left in &year.log.left {
        let Some(made) = told.letters.get(&left.id) else {
            findings.say(left, "is a digest that nobody made");
            continue;
        };
        if !ids.insert(left.id) {
            findings.say(left, "left twice");
        }
        let due = findings.comes_as_chosen(left, made);
        if !periods.insert((left.who, &made.cadence, period(&made.cadence, due))) {
            findings.say(left, &format!("is the second {} one in its period", made.cadence));
        }
        findings.tells_little(left, made);
        let before = once.entry(left.who).or_default();
        for item in &made.items {
            findings.tells_what_is_wanted(left, made, item);
            if !before.insert(Thing::of(item)) {
                findings.say(left, &format!("tells again of {} {}", item.kind, item.reference));
            }
        }
    }
    for (id, made) in told.letters.iter().filter(|(id, _)| !ids.contains(*id)) {
        findings.stayed(*id, made);
    }
    findings.all
}

/// What is told once: a match of two posts; a post, by which way ever it came; a notice.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Thing {
    Match(String),
    Post(String),
    Notice(String),
}

impl Thing {
    fn of(item: &DigestItem) -> Self {
        let reference = item.reference.clone();
        match item.kind.as_str() {
            "match" => Self::Match(reference),
            "notice" => Self::Notice(reference),
            _ => Self::Post(reference),
        }
    }
}

struct Findings<'a> {
    log: &'a Log,
    all: Vec<String>,
}

impl<'a> Findings<'a> {
    fn say(&mut self, left: &Left, what: &str) {
        let Left { who, at, id, .. } = left;
        self.all
            .push(format!("reader {who}, {}: letter {id} {what}", at.in_shanghai()));
    }

    fn life(&self, made: &Made) -> &'a Life {
        &self.log.lives[made.who]
    }

    /// It comes at the day and hour, by the way and as often as chosen. Answers when it was due.
    fn comes_as_chosen(&mut self, left: &Left, made: &Made) -> Timestamp {
        let life = self.life(made);
        let due = due_before(&made.cadence, life.habit(made.at), made.at);
        let is_wanted = life
            .choices_at(made.at)
            .any(|(event, cadence)| cadence == made.cadence && (made.cadence != "at_once" || SOURCES.contains(&event)));
        let is_silent = life.suppressed.at(left.at);
        let has_ended = life
            .pressed
            .iter()
            .rfind(|(at, cadence)| *at <= left.at && *cadence == made.cadence);
        let has_ended = has_ended.is_some_and(|(at, _)| *at >= made.at);
        // Whoever chose otherwise since it was due changed that moment.
        let is_late = life.last_choice(due, made.at).is_none() && self.log.run_from(due) < Some(made.at);
        if made.who != left.who || made.cadence != left.cadence {
            self.say(left, "is not the one that was made");
        }
        if !is_wanted {
            self.say(left, &format!("is a {} one, and nothing was wanted so", made.cadence));
        }
        if is_silent {
            self.say(left, "went to an address that takes none");
        }
        if has_ended {
            self.say(left, "left after its reader had ended it");
        }
        if is_late {
            self.say(
                left,
                &format!("was due at {} and made at {}", due.in_shanghai(), made.at.in_shanghai()),
            );
        }
        due
    }

    fn tells_little(&mut self, left: &Left, made: &Made) {
        let full: Vec<&DigestItem> = made.items.iter().filter(|item| item.position.is_some()).collect();
        if full.is_empty() || full.len() > MOST_ENTRIES {
            self.say(left, &format!("has {} entries", full.len()));
        }
        let mut of: HashMap<OrganisationId, usize> = HashMap::new();
        for post in &left.posts {
            *of.entry(self.log.posts[post].organisation).or_default() += 1;
        }
        if let Some(many) = of.values().find(|count| **count > MOST_OF_ONE) {
            self.say(left, &format!("names {many} posts of one organisation"));
        }
        let mut posts: Vec<PostingId> = full.iter().filter_map(|item| item.posting).collect();
        let mut read = left.posts.clone();
        posts.sort_unstable();
        read.sort_unstable();
        if posts != read {
            self.say(
                left,
                &format!("leads to {} posts, and {} were told", read.len(), posts.len()),
            );
        }
    }

    /// It is something that its reader wanted to hear of so often, and everybody sees it.
    fn tells_what_is_wanted(&mut self, left: &Left, made: &Made, item: &DigestItem) {
        let (log, life, at) = (self.log, self.life(made), made.at);
        let event = match item.kind.as_str() {
            "match" => "matches",
            "search" => "searches",
            "follow" => "followed",
            _ => return,
        };
        let other = item.posting.unwrap();
        let post = &log.posts[&other];
        let mut wrong = Vec::new();
        if life.cadence(event, at) != made.cadence {
            wrong.push("was not wanted so");
        }
        if !post.is_open(at) || !log.verified[&post.organisation].at(at) {
            wrong.push("is not seen by everybody");
        }
        let is_own = match event {
            "matches" => {
                let own: PostingId = item.source.parse().unwrap();
                let is_fair = log.matches.get(&(own, other)).is_some_and(|spans| spans.ever(at, at));
                if !is_fair {
                    wrong.push("is no fair match");
                }
                life.member
                    .get(&log.posts[&own].organisation)
                    .is_some_and(|spans| spans.at(at))
            }
            "searches" => life
                .searches
                .iter()
                .any(|search| search.id == item.source && search.saved.at(at) && search.sought.may_be(post)),
            _ => life.follows.get(&post.organisation).is_some_and(|spans| spans.at(at)),
        };
        if !is_own {
            wrong.push("does not concern its reader");
        }
        for what in wrong {
            self.say(
                left,
                &format!("tells of {} {}, which {what}", item.kind, item.reference),
            );
        }
    }

    /// A letter that was made and did not leave: it was ended or fell silent meanwhile.
    fn stayed(&mut self, id: LetterId, made: &Made) {
        let life = self.life(made);
        let until = self
            .log
            .runs
            .iter()
            .find(|run| **run > made.at)
            .copied()
            .unwrap_or(made.at);
        let ended = life
            .pressed
            .iter()
            .any(|(at, cadence)| *at >= made.at && *at <= until && *cadence == made.cadence);
        if !ended && !life.suppressed.ever(made.at, until) {
            let (who, at) = (made.who, made.at.in_shanghai());
            self.all
                .push(format!("reader {who}, {at}: letter {id} was made and never left"));
        }
    }
}
