//! The year as it was lived: what happens on each of its days, and what of it is written down.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use kernel::{Date, PostingId, Side, Timestamp};
use operations::digests;
use storage::Offer;
use time::macros::date;

use crate::{
    log::{Left, Life, Log},
    world::World,
};

/// From a Monday some weeks before the Spring Festival on.
const FIRST: Date = date!(2026 - 01 - 26);
/// When the product works on a day, at the earliest: somebody waits for a digest at one of these hours or soon before.
const HOURS: [u8; 4] = [7, 9, 14, 20];
/// A match from this score on is a fair one, says the page.
const FAIR: i64 = 500;

/// What happened.
pub(crate) struct Year {
    pub(crate) world: World,
    pub(crate) log: Log,
    pub(crate) figures: Figures,
    pub(crate) took: Duration,
    /// The key at the foot of everybody's last digest.
    keys: HashMap<usize, String>,
    /// Whose address it is.
    who: HashMap<String, usize>,
    /// The fair matches that stand on pages now.
    fair: HashSet<(PostingId, PostingId)>,
    /// For how many days more the product stands still.
    still: usize,
}

/// How much happened.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    acts: usize,
    crashes: usize,
    days_still: usize,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            acts,
            crashes,
            days_still,
        } = self;
        write!(
            f,
            "{acts} acts, {crashes} runs that died, {days_still} days of standing still"
        )
    }
}

impl Year {
    pub(crate) async fn live(url: Option<&str>, people: usize, days: usize) -> Self {
        let began = Instant::now();
        let world = World::build(url, people, Timestamp::of_shanghai(FIRST, 5, 0)).await;
        let who = world.readers.iter().enumerate();
        let who = who
            .map(|(place, reader)| (reader.email.as_str().to_owned(), place))
            .collect();
        let mut year = Self {
            world,
            log: Log::default(),
            figures: Figures::default(),
            took: Duration::ZERO,
            keys: HashMap::new(),
            who,
            fair: HashSet::new(),
            still: 0,
        };
        year.begin(people).await;
        let mut day = FIRST;
        for _ in 0..days {
            year.one_day(day, people).await;
            day = day.next_day().unwrap();
        }
        year.took = began.elapsed();
        year
    }

    /// Two of three belong to an organisation, and everybody keeps an eye on something.
    async fn begin(&mut self, people: usize) {
        let now = self.world.now();
        for firm in &self.world.firms {
            self.log.verified.entry(firm.id).or_default().open(now);
        }
        for who in 0..people {
            let mut life = Life::default();
            self.world.note(&mut life, who).await;
            if !self.world.once_in(3) {
                let firm = self.world.below(self.world.firms.len());
                self.world.joins(&mut life, who, firm).await;
            }
            self.log.lives.push(life);
            self.world.watches(&mut self.log, who).await;
            self.world.chooses(&mut self.log, who).await;
        }
        // A post is new to whoever looked for it before.
        self.world.clock.advance(60);
        for _ in 0..people / 4 {
            self.world.publishes(&mut self.log).await;
        }
    }

    async fn one_day(&mut self, day: Date, people: usize) {
        if self.still > 0 {
            self.still -= 1;
        } else if self.world.once_in(20) {
            self.still = 1 + self.world.below(3);
        }
        self.figures.days_still += usize::from(self.still > 0);
        for hour in HOURS {
            let minute = u8::try_from(self.world.below(20)).unwrap();
            self.world.clock.set(Timestamp::of_shanghai(day, hour, minute));
            let works = self.still == 0;
            // Sometimes people act between the making of a digest and its leaving.
            if works && self.world.once_in(4) {
                self.make().await;
            }
            for _ in 0..2 + people / 50 {
                self.something(people).await;
                self.world.clock.advance(1);
            }
            if works {
                if self.world.once_in(10) {
                    self.die().await;
                }
                self.world.work().await;
                self.log.runs.push(self.world.now());
                self.write_down().await;
            }
        }
    }

    /// Digests are made, and leave later.
    async fn make(&mut self) {
        let cx = self.world.cx("10.0.0.4");
        digests::run(&self.world.app, &cx, false).await.unwrap();
        self.log.runs.push(cx.now);
        self.world.clock.advance(1);
    }

    /// Digests are made until the database is lost.
    async fn die(&mut self) {
        let cx = self.world.cx("10.0.0.4");
        let place = 1 + self.world.below(30) as u64;
        let run = digests::run(&self.world.dying(place), &cx, false).await;
        self.figures.crashes += usize::from(run.is_err());
    }

    async fn something(&mut self, people: usize) {
        self.figures.acts += 1;
        let who = self.world.below(people);
        let (world, log) = (&self.world, &mut self.log);
        match world.below(32) {
            0..=5 => world.publishes(log).await,
            6..=8 => world.changes_post(log, false).await,
            9..=14 => world.changes_post(log, true).await,
            15..=22 => world.chooses(log, who).await,
            23..=26 => world.watches(log, who).await,
            27 | 28 => world.moves(log, who).await,
            29 => {
                if world.once_in(3) {
                    world.decides(log).await;
                }
            }
            30 => world.falls_silent(log, who).await,
            _ => {
                if let Some(key) = self.keys.get(&who) {
                    world.presses(log, who, key).await;
                }
            }
        }
    }

    /// The letters that left, the posts that the search knows, and the matches that stand on pages.
    async fn write_down(&mut self) {
        let now = self.world.now();
        for message in self.world.letters.take() {
            let key = message
                .list
                .as_ref()
                .and_then(|list| list.unsubscribe.rsplit('/').next());
            let Some(cadence) = key.and_then(|key| key.strip_prefix("digest-")?.split_once('.')) else {
                continue;
            };
            let Some(who) = self.who.get(message.to.as_str()) else {
                continue;
            };
            self.log.left.push(Left {
                who: *who,
                at: now,
                id: message.id,
                cadence: cadence.0.to_owned(),
                posts: posts(&message.content.text),
                more: more(&message.content.text),
            });
            self.keys.insert(*who, key.unwrap_or_default().to_owned());
        }
        for post in self.log.posts.values_mut() {
            post.indexed.get_or_insert(now);
        }
        let fair = self.fair_now(now).await;
        for gone in self.fair.difference(&fair) {
            self.log.matches.get_mut(gone).unwrap().close(now);
        }
        for new in fair.difference(&self.fair) {
            self.log.matches.entry(*new).or_default().open(now);
        }
        self.fair = fair;
    }

    async fn fair_now(&self, now: Timestamp) -> HashSet<(PostingId, PostingId)> {
        let open = self.log.posts.iter().filter(|(_, post)| post.is_open(now));
        let open: Vec<PostingId> = open.map(|(id, _)| *id).collect();
        let mut fair = HashSet::new();
        let mut tx = self.world.app.db().read().await.unwrap();
        for side in [Side::Need, Side::Offer] {
            for ranked in tx.matches().rankings(side, &open).await.unwrap() {
                let Offer::Line { posting: offer, .. } = ranked.offer else {
                    continue;
                };
                let need = ranked.need.posting;
                if ranked.score >= FAIR {
                    fair.insert(if side == Side::Need {
                        (need, offer)
                    } else {
                        (offer, need)
                    });
                }
            }
        }
        fair
    }
}

/// The posts that a letter leads to, one for each of its entries.
fn posts(text: &str) -> Vec<PostingId> {
    let lines = text.lines().map(str::trim);
    let paths = lines.filter_map(|line| line.strip_prefix("https://qixiao.example/posts/"));
    paths.filter_map(|path| path.parse().ok()).collect()
}

/// The searches of which a letter says that there is more, by the link below those words.
fn more(text: &str) -> Vec<String> {
    let mut more = Vec::new();
    for (said, link) in text.lines().zip(text.lines().skip(1)) {
        let says_so = ["至少另有", "还有更多", "at least ", "there is more"];
        if says_so.iter().any(|words| said.starts_with(words)) {
            let search = link.trim().strip_prefix("https://qixiao.example/searches/");
            more.push(search.unwrap().to_owned());
        }
    }
    more
}
