//! An invented market of any size: organisations, their people, what each wants to hear of, and a week of new posts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use kernel::{
    AccountId, Chance as _, Clock as _, CreditCode, EmailAddress, FixedClock, Locale, MembershipId, OrganisationId,
    PersonId, SavedSearchId, SeededChance, Timestamp,
};
use mail::{Cadence, Event};
use marketplace::{
    Membership, Organisation, OrganisationKind, Role, Standing,
    organisation::{self, ProfileInput},
};
use operations::{Actor, App, Cx, import, jobs::Worker, search::Asked};
use storage::{Account, Person, SavedSearch, Tx, Write};

/// The Monday at nine in Shanghai (2026-11-23) at which everybody's digest is due.
pub(super) const MONDAY: Timestamp = Timestamp::from_micros(1_795_395_600_000_000);
/// How many organisations or people are written at one go.
const CHUNK: u64 = 500;
/// As many people as there are to one organisation.
const PEOPLE_TO_ONE: u64 = 8;
/// How many occupations and majors posts are about; the first ones more often than the last.
const TRADES: usize = 400;
/// The posts come in so many files, spread over the week.
const FILES: u64 = 12;
/// The most posts of one file.
const FILE: u64 = 2_000;

/// What is to be invented.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) people: u64,
    pub(super) posts: u64,
}

struct Filling<'a> {
    app: &'a App,
    clock: &'a FixedClock,
    chance: SeededChance,
    /// Occupations, each with its code and its name, and majors.
    occupations: Vec<(String, String)>,
    majors: Vec<(String, String)>,
    districts: Vec<String>,
    /// The organisations with their credit codes, colleges and enterprises in turn.
    organisations: Vec<(OrganisationId, String)>,
}

/// Fills an empty database: posts through the import, their matches and their index through the worker's jobs.
pub(super) async fn fill(app: &App, clock: &FixedClock, sizes: Sizes) -> anyhow::Result<()> {
    let vocabulary = app.vocabulary();
    let occupations = vocabulary.occupations().iter().filter(|one| !one.is_group());
    let districts = vocabulary.districts().iter();
    let mut filling = Filling {
        app,
        clock,
        chance: SeededChance::new(sizes.people ^ sizes.posts.rotate_left(32)),
        occupations: occupations
            .take(TRADES)
            .map(|one| (one.code.clone(), one.stem().to_owned()))
            .collect(),
        majors: vocabulary
            .majors()
            .iter()
            .take(TRADES)
            .map(|one| (one.code.clone(), one.name.clone()))
            .collect(),
        districts: districts
            .map(|one| one.code.clone())
            .filter(|code| code.starts_with("31"))
            .collect(),
        organisations: Vec::new(),
    };
    filling
        .organisations(sizes.people.div_ceil(PEOPLE_TO_ONE).max(4))
        .await?;
    filling.people(sizes.people).await?;
    filling.posts(sizes.posts).await?;
    // Before the day begins all of it has been matched and can be found.
    clock.set(MONDAY.plus_hours(-3));
    Worker::new(app.clone()).drain().await?;
    Ok(())
}

impl Filling<'_> {
    /// One of them; the first ones more often than the last.
    fn one_of<'t, T>(&self, all: &'t [T]) -> &'t T {
        let place = || self.chance.below(all.len() as u64);
        let at = place().min(place());
        &all[usize::try_from(at).unwrap_or(0)]
    }

    fn in_hundred(&self, chances: u64) -> bool {
        self.chance.below(100) < chances
    }

    async fn commit(&self, tx: Tx<Write>) -> anyhow::Result<()> {
        Ok(tx.commit(super::entry(self.app, self.clock.now())).await?)
    }

    async fn organisations(&mut self, many: u64) -> anyhow::Result<()> {
        let at = MONDAY.plus_days(-60);
        self.clock.set(at);
        for first in (0..many).step_by(usize::try_from(CHUNK)?) {
            let mut tx = self.app.db().write().await?;
            for number in first..many.min(first + CHUNK) {
                let organisation = self.organisation(number, at)?;
                let code = organisation.profile.credit_code.to_string();
                let _ = tx.organisations().insert(&organisation).await?;
                self.organisations.push((organisation.id, code));
            }
            self.commit(tx).await?;
        }
        Ok(())
    }

    fn organisation(&self, number: u64, at: Timestamp) -> anyhow::Result<Organisation> {
        let school = number.is_multiple_of(2);
        let district = self.one_of(&self.districts);
        let (name, kind, registrar) = if school {
            (
                format!("上海第{number}示例职业技术学院"),
                OrganisationKind::School,
                "12",
            )
        } else {
            (
                format!("上海第{number}示范精密制造有限公司"),
                OrganisationKind::Enterprise,
                "91",
            )
        };
        let input = ProfileInput {
            name,
            kinds: vec![kind.code().to_owned()],
            credit_code: CreditCode::invent(registrar, district, &format!("TT{number:06}"))?.to_string(),
            province: "310000".to_owned(),
            district: district.clone(),
            introduction: "虚构的单位，只用于测量。".to_owned(),
            ..ProfileInput::default()
        };
        let profile = organisation::read(&input, &self.app.vocabulary());
        Ok(Organisation {
            id: OrganisationId::new(at, &self.chance),
            standing: Standing::Verified { at },
            profile: profile.map_err(|problems| anyhow::anyhow!("an organisation with problems: {problems:?}"))?,
            fictional: true,
            created_at: at,
        })
    }

    async fn people(&self, many: u64) -> anyhow::Result<()> {
        self.clock.set(MONDAY.plus_days(-30));
        for first in (0..many).step_by(usize::try_from(CHUNK)?) {
            let mut tx = self.app.db().write().await?;
            for number in first..many.min(first + CHUNK) {
                self.person(&mut tx, number).await?;
            }
            self.commit(tx).await?;
        }
        Ok(())
    }

    /// Somebody, with what they want to hear of: two in five act for an organisation, half saved searches, two in five follow
    /// organisations, and one in four chose how often.
    async fn person(&self, tx: &mut Tx<Write>, number: u64) -> anyhow::Result<()> {
        let at = self.clock.now();
        let person = Person {
            id: PersonId::new(at, &self.chance),
            name: format!("示例{number}"),
            phone: None,
            id_number: None,
            created_at: at,
        };
        let account = Account {
            id: AccountId::new(at, &self.chance),
            person: person.id,
            email: EmailAddress::parse(&format!("p{number}@mail{}.example", number % 7))?,
            password_hash: None,
            email_confirmed_at: Some(at),
            created_at: at,
        };
        let _ = tx.accounts().insert(&person, &account).await?;
        if self.in_hundred(10) {
            tx.accounts().set_language(account.id, Locale::En).await?;
        }
        let mut events = BTreeSet::new();
        if self.in_hundred(40) {
            self.member(tx, person.id).await?;
            events.insert(Event::Matches);
        }
        if self.in_hundred(50) {
            for _ in 0..=self.chance.below(3) {
                self.search(tx, account.id).await?;
            }
            events.insert(Event::Searches);
        }
        if self.in_hundred(40) || events.is_empty() {
            for _ in 0..=self.chance.below(6) {
                let (organisation, _) = self.one_of(&self.organisations);
                tx.follows().insert(account.id, *organisation, at).await?;
            }
            events.insert(Event::Followed);
        }
        let choosy = self.in_hundred(25);
        // How often, and since when nothing was told.
        let mut due = BTreeMap::new();
        for event in events {
            let mut cadence = event.default_cadence();
            if choosy {
                cadence = *self.one_of(&[Cadence::Weekly, Cadence::Daily, Cadence::Never, Cadence::AtOnce]);
                tx.mail_preferences()
                    .set(account.id, event.code(), cadence.code(), at)
                    .await?;
            }
            let since = match cadence {
                Cadence::Weekly => MONDAY.plus_days(-7),
                Cadence::Daily => MONDAY.plus_days(-3),
                Cadence::AtOnce => MONDAY.plus_minutes(-15),
                Cadence::Never => continue,
            };
            due.insert(cadence.code(), since);
        }
        for (cadence, since) in due {
            tx.digest_schedules().save(account.id, cadence, MONDAY, since).await?;
        }
        Ok(())
    }

    async fn member(&self, tx: &mut Tx<Write>, person: PersonId) -> anyhow::Result<()> {
        let at = self.clock.now();
        let (organisation, _) = self.one_of(&self.organisations);
        let membership = Membership {
            id: MembershipId::new(at, &self.chance),
            person,
            organisation: *organisation,
            role: Role::Officer,
            from: kernel::shanghai_date(at),
            until: None,
        };
        let _ = tx.memberships().insert(&membership).await?;
        Ok(())
    }

    async fn search(&self, tx: &mut Tx<Write>, account: AccountId) -> anyhow::Result<()> {
        let at = self.clock.now();
        let (_, word) = self.one_of(&self.occupations);
        let mut fields = vec![("q".to_owned(), word.clone())];
        if self.in_hundred(30) {
            fields.push(("side".to_owned(), "offer".to_owned()));
        }
        // Whoever is told of everything everywhere looks for less soon.
        if self.in_hundred(75) {
            fields.push(("district".to_owned(), self.one_of(&self.districts).clone()));
        }
        let saved = SavedSearch {
            id: SavedSearchId::new(at, &self.chance),
            account,
            name: word.clone(),
            query: Asked::read(&fields, &self.app.vocabulary()).to_kept(),
            created_at: at,
        };
        tx.saved_searches().insert(&saved).await?;
        Ok(())
    }

    async fn posts(&self, many: u64) -> anyhow::Result<()> {
        let each = many.div_ceil(FILES).clamp(1, FILE);
        for (file, first) in (0_i64..).zip((0..many).step_by(usize::try_from(each)?)) {
            let at = MONDAY
                .plus_days(-7)
                .plus_hours(10 + file * 150 / i64::try_from(many.div_ceil(each))?);
            self.clock.set(at);
            let text = self.file(first..many.min(first + each))?;
            let file = ("posts.csv", text.as_bytes());
            import::import_postings(self.app, &Cx::system(at), &Actor::Command, file, false).await?;
        }
        Ok(())
    }

    /// A file of posts, of one line each.
    fn file(&self, numbers: std::ops::Range<u64>) -> anyhow::Result<String> {
        let mut text = String::from(
            "reference,organisation,kind,title,major,occupation,level,seats,province,district,region_bound,starts_on,summary\n",
        );
        for number in numbers {
            let place = self.chance.below(self.organisations.len() as u64);
            let place = usize::try_from(place.min(self.chance.below(self.organisations.len() as u64)))?;
            let (_, code) = &self.organisations[place];
            let (kind, what) = if place.is_multiple_of(2) {
                *self.one_of(&[("course", "培训课程"), ("programme", "专业合作"), ("base", "实训基地")])
            } else {
                *self.one_of(&[("apprentices", "学徒培养需求"), ("staff_training", "员工培训需求")])
            };
            let (major, occupation, name) = if kind == "programme" {
                let (code, name) = self.one_of(&self.majors);
                (code.as_str(), "", name)
            } else {
                let (code, name) = self.one_of(&self.occupations);
                ("", code.as_str(), name)
            };
            writeln!(
                text,
                "P{number},{code},{kind},{name}{what},{major},{occupation},L{},{},310000,{},{},2027-03-01,{name}。虚构的信息，只用于测量。",
                3 + self.chance.below(3),
                5 + self.chance.below(40),
                self.one_of(&self.districts),
                if self.in_hundred(20) { "yes" } else { "no" },
            )?;
        }
        Ok(text)
    }
}
