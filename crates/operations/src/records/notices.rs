//! Who is told what by letter. Every letter goes into the outbox in the transaction of the fact it reports.

use std::collections::BTreeSet;

use agreement::lifecycle::Party;
use apprenticeship::{Done, Monday, Notice, Reviewer, Told, rights::AssignmentRole};
use kernel::{AgreementId, Date, EmailAddress, PersonId};
use mail::{
    AgreementTitle, Letter, LinkPath, RecordNews, SectionAnswered, SectionQueried, SectionsToConfirm, WeekReturned,
    WeekSubmitted,
};
use storage::{Reads, RecordRole};
use words::Text;

use super::work::{Loaded, Work};
use crate::{
    Cx, Result,
    agreements::{carers, organisation_name},
    letters,
};

/// What letters tell beside the record.
#[derive(Debug, Clone, Default)]
pub(super) struct News {
    /// The section.
    pub(super) section: Option<apprenticeship::record::Section>,
    /// The sections that changed.
    pub(super) sections: Vec<apprenticeship::record::Section>,
    /// The week.
    pub(super) monday: Option<Monday>,
    /// Minutes in it.
    pub(super) minutes: i64,
    /// The last day for handing it in.
    pub(super) due: Option<Date>,
    /// The day that matters.
    pub(super) day: Option<Date>,
    /// What somebody wrote.
    pub(super) words: Option<String>,
}

/// The page of a record.
pub(super) fn page(id: AgreementId, more: &str) -> LinkPath {
    LinkPath::new(&format!("/records/{id}{more}"))
}

pub(super) fn section_name(section: apprenticeship::record::Section) -> Text {
    Text::of("record_section", section.code())
}

/// Which agreement a letter is about.
pub(super) async fn title(tx: &mut Reads, loaded: &Loaded) -> Result<AgreementTitle> {
    let plain = *loaded.stored.plain();
    let college = match plain.college {
        Some(college) => Some(organisation_name(tx, college).await?),
        None => None,
    };
    Ok(AgreementTitle {
        number: loaded.open.head().number.clone(),
        apprentice: loaded.body.apprentice.name.clone().unwrap_or_default(),
        post: loaded.body.post.name.clone().unwrap_or_default(),
        enterprise: organisation_name(tx, plain.enterprise).await?,
        college,
    })
}

/// Where somebody reads: the address of the oldest login.
async fn address_of(tx: &mut Reads, person: PersonId) -> Result<Option<EmailAddress>> {
    let accounts = tx.accounts().of_person(person).await?;
    Ok(accounts.into_iter().next().map(|account| account.email))
}

/// The circumstances in which whoever has that address reads: in the language they chose.
pub(super) async fn read_by(cx: &Cx, tx: &mut Reads, address: &EmailAddress) -> Result<Cx> {
    let language = tx.accounts().language_of(&address.key()).await?;
    Ok(cx.read_in(language.unwrap_or(cx.locale)))
}

/// Where those read who are told.
pub(super) async fn addresses(tx: &mut Reads, loaded: &Loaded, told: Told, today: Date) -> Result<Vec<EmailAddress>> {
    let mut found = Vec::new();
    match told {
        Told::Party(party) => {
            if party == Party::College && loaded.stored.plain().college.is_none() {
                return Ok(found);
            }
            let members = carers(tx, &loaded.open, party, today).await?;
            found.extend(members.into_iter().filter_map(|member| member.email));
        }
        Told::Apprentice => {
            let guardian = loaded.is_minor.then_some(RecordRole::Guardian);
            let roles = std::iter::once(RecordRole::Apprentice).chain(guardian);
            let people: Vec<PersonId> = roles
                .flat_map(|role| loaded.holders(role, today).map(|place| place.person))
                .collect();
            for person in people {
                found.extend(address_of(tx, person).await?);
            }
        }
        Told::Reviewers(turn) => {
            for person in reviewers(loaded, turn, today) {
                found.extend(address_of(tx, person).await?);
            }
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|address| seen.insert(address.key()));
    Ok(found)
}

/// Who can review today: mentors and leads, or the tutor, for whom the lead stands in.
pub(super) fn reviewers(loaded: &Loaded, turn: Reviewer, today: Date) -> Vec<PersonId> {
    let terms = apprenticeship::Terms::default();
    let all = loaded.assignments();
    let now = all
        .iter()
        .filter(|one| one.from <= today && one.last_day_to_review(&terms).is_none_or(|last| today <= last));
    let is_tutored = apprenticeship::rights::is_tutored(&all, loaded.id(), today);
    now.filter(|one| match turn {
        Reviewer::First => one.role != AssignmentRole::Tutor,
        Reviewer::Final if is_tutored => one.role == AssignmentRole::Tutor,
        Reviewer::Final => one.role == AssignmentRole::Lead,
    })
    .map(|one| one.person)
    .collect()
}

impl Work<'_> {
    /// Who acts, as a letter calls them: their organisation, else their name.
    async fn by(&mut self) -> Result<String> {
        if let Some(officer) = self.access().ok().and_then(|access| access.officer().copied()) {
            return organisation_name(&mut self.tx, officer.organisation()).await;
        }
        Ok(self
            .actor
            .person()
            .map(|person| person.name.clone())
            .unwrap_or_default())
    }

    /// Sends one letter to everybody who is told, to each in their language.
    pub(super) async fn post<L: Letter + Sync>(&mut self, told: Told, letter: &L) -> Result<()> {
        let today = self.cx.today();
        for address in addresses(&mut self.tx, &self.loaded, told, today).await? {
            let cx = read_by(self.cx, &mut self.tx, &address).await?;
            letters::post(self.app, &cx, &mut self.tx, &address, letter).await?;
        }
        Ok(())
    }

    /// Tells everybody what an act brought about.
    pub(super) async fn tell(&mut self, done: Done, news: &News) -> Result<()> {
        for tell in done.tell {
            Box::pin(self.tell_one(tell.0, tell.1, news)).await?;
        }
        Ok(())
    }

    async fn tell_one(&mut self, told: Told, notice: Notice, news: &News) -> Result<()> {
        let id = self.loaded.id();
        let agreement = title(&mut self.tx, &self.loaded).await?;
        let by = self.by().await?;
        let words = news.words.clone().unwrap_or_default();
        let section = news
            .section
            .map(|section| (section_name(section), page(id, &format!("/sections/{section}"))));
        let week = news
            .monday
            .map(|monday| (monday, page(id, &format!("/weeks/{monday}"))));
        match (notice, section, week) {
            // Whoever is asked to take the place reads it in the invitation.
            (Notice::Registered, ..) => Ok(()),
            (Notice::Revised, ..) => {
                let letter = SectionsToConfirm {
                    agreement,
                    sections: news.sections.iter().copied().map(section_name).collect(),
                    path: page(id, ""),
                };
                self.post(told, &letter).await
            }
            (Notice::Queried, Some((section, path)), _) => {
                let letter = SectionQueried {
                    agreement,
                    section,
                    words,
                    path,
                };
                self.post(told, &letter).await
            }
            (Notice::QueryAnswered, Some((section, path)), _) => {
                let letter = SectionAnswered {
                    agreement,
                    by,
                    section,
                    words,
                    path,
                };
                self.post(told, &letter).await
            }
            (Notice::WeekSubmitted, _, Some((monday, path))) => {
                let letter = WeekSubmitted {
                    agreement,
                    monday: monday.date(),
                    sunday: monday.sunday(),
                    minutes: news.minutes,
                    path,
                };
                self.post(told, &letter).await
            }
            (Notice::WeekReturned, _, Some((monday, path))) => {
                let letter = WeekReturned {
                    agreement,
                    by,
                    monday: monday.date(),
                    sunday: monday.sunday(),
                    reason: words,
                    due: news.due.unwrap_or_else(|| monday.sunday()),
                    path,
                };
                self.post(told, &letter).await
            }
            (notice, _, week) => {
                let mut sentence = Text::of("letter.record_news", notice.code()).with("by", by);
                if let Some(day) = news.day.or(week.as_ref().map(|(monday, _)| monday.date())) {
                    sentence = sentence.with("day", day);
                }
                if let Some((monday, _)) = &week {
                    sentence = sentence.with("until", monday.sunday());
                }
                let letter = RecordNews {
                    agreement,
                    news: sentence,
                    more: Vec::new(),
                    words: news.words.clone().filter(|words| !words.is_empty()),
                    path: week.map_or_else(|| page(id, ""), |(_, path)| path),
                };
                self.post(told, &letter).await
            }
        }
    }
}
