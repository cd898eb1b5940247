//! What somebody keeps an eye on: searches they saved and organisations they follow. Digests tell what is new in them.

use kernel::{AccountId, OrganisationId, SavedSearchId};
pub use mail::Cadence;
use mail::Event;
pub use storage::{Followed, SavedSearch};
use storage::{Reads, Tx, Write};

use crate::{
    Actor, App, Cx, Failure, Person, Refusal, Result, compiled_here, digests, letters, preferences, search::Asked,
};

/// How many searches an account may save: each is looked through for each of its digests.
pub const MOST_SEARCHES: usize = 30;

/// The longest name of a search, in characters.
pub const LONGEST_NAME: usize = 60;

/// Everything somebody keeps an eye on.
#[derive(Debug)]
pub struct Watched {
    /// The searches, the oldest first, each with what it looks for.
    pub searches: Vec<(SavedSearch, Asked)>,
    /// The organisations, the latest first.
    pub followed: Vec<Followed>,
    /// How often new results are told.
    pub searches_told: Cadence,
    /// How often new posts of the organisations are told.
    pub followed_told: Cadence,
    /// Whether letters reach the address: it was confirmed.
    pub confirmed: bool,
}

/// What whoever is signed in keeps an eye on.
#[compiled_here]
pub async fn watched(app: &App, actor: &Actor) -> Result<Watched> {
    let account = actor.signed_in()?.person().account;
    let vocabulary = app.vocabulary();
    let mut tx = app.db().read().await?;
    let searches = tx.saved_searches().of_account(account).await?;
    let found = tx.accounts().find(account).await?;
    Ok(Watched {
        searches: searches
            .into_iter()
            .map(|saved| {
                let asked = Asked::of_kept(&saved.query, &vocabulary);
                (saved, asked)
            })
            .collect(),
        followed: tx.follows().of_account(account).await?,
        searches_told: letters::cadence(&mut tx, account, Event::Searches).await?,
        followed_told: letters::cadence(&mut tx, account, Event::Followed).await?,
        confirmed: found.is_some_and(|found| found.email_confirmed_at.is_some()),
    })
}

/// How often new results of saved searches are told to whoever is signed in; nothing of strangers.
#[compiled_here]
pub async fn told(app: &App, actor: &Actor) -> Result<Option<Cadence>> {
    let Some(person) = actor.person() else {
        return Ok(None);
    };
    let mut tx = app.db().read().await?;
    Ok(Some(letters::cadence(&mut tx, person.account, Event::Searches).await?))
}

/// Saves a search. The same search saved twice is one, under the later name. `cadence` is how often new results of all saved
/// searches are told from now on; without one that stays as it is.
#[compiled_here]
pub async fn save(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    asked: &Asked,
    name: &str,
    cadence: Option<Cadence>,
) -> Result<SavedSearchId> {
    let signed_in = actor.signed_in()?;
    let person = signed_in.person();
    let name = name_of(app, cx, asked, name);
    let query = asked.to_kept();
    let mut tx = app.db().write().await?;
    let own = tx.saved_searches().of_account(person.account).await?;
    let id = if let Some(same) = own.iter().find(|saved| saved.query == query) {
        tx.saved_searches().rename(person.account, same.id, &name).await?;
        same.id
    } else {
        if own.len() >= MOST_SEARCHES {
            return Err(Refusal::TooManySearches.into());
        }
        let saved = SavedSearch {
            id: app.id(cx.now, SavedSearchId::new),
            account: person.account,
            name,
            query,
            created_at: cx.now,
        };
        tx.saved_searches().insert(&saved).await?;
        saved.id
    };
    if let Some(cadence) = cadence {
        preferences::choose(cx, &mut tx, person.account, Event::Searches, cadence).await?;
    }
    settle(app, cx, actor, tx, person, ("save_search", "search", id.uuid())).await?;
    Ok(id)
}

/// Gives one's own search another name; without one it is called by what it looks for.
#[compiled_here]
pub async fn rename(app: &App, cx: &Cx, actor: &Actor, id: SavedSearchId, name: &str) -> Result<()> {
    let account = actor.signed_in()?.person().account;
    let mut tx = app.db().write().await?;
    let saved = own(&mut tx, account, id).await?;
    let name = name_of(app, cx, &Asked::of_kept(&saved.query, &app.vocabulary()), name);
    tx.saved_searches().rename(account, id, &name).await?;
    let entry = app.audit(actor, cx, "rename_search").on("search", id.uuid());
    tx.commit(entry.done()).await?;
    Ok(())
}

/// Forgets one's own search: nothing is told of it any more.
#[compiled_here]
pub async fn forget(app: &App, cx: &Cx, actor: &Actor, id: SavedSearchId) -> Result<()> {
    let signed_in = actor.signed_in()?;
    let person = signed_in.person();
    let mut tx = app.db().write().await?;
    if !tx.saved_searches().delete(person.account, id).await? {
        return Err(Failure::NotFound);
    }
    settle(app, cx, actor, tx, person, ("forget_search", "search", id.uuid())).await
}

/// What one's own search looks for.
#[compiled_here]
pub async fn find(app: &App, actor: &Actor, id: SavedSearchId) -> Result<Asked> {
    let account = actor.signed_in()?.person().account;
    let mut tx = app.db().read().await?;
    let saved = own(&mut tx, account, id).await?;
    Ok(Asked::of_kept(&saved.query, &app.vocabulary()))
}

/// Follows an organisation that everybody sees. Following twice is following once.
#[compiled_here]
pub async fn follow(app: &App, cx: &Cx, actor: &Actor, organisation: OrganisationId) -> Result<()> {
    let signed_in = actor.signed_in()?;
    let person = signed_in.person();
    let mut tx = app.db().write().await?;
    let found = tx.organisations().find(organisation).await?;
    if !found.is_some_and(|found| found.get().is_verified()) {
        return Err(Failure::NotFound);
    }
    tx.follows().insert(person.account, organisation, cx.now).await?;
    let act = ("follow", "organisation", organisation.uuid());
    settle(app, cx, actor, tx, person, act).await
}

/// Follows an organisation no more.
#[compiled_here]
pub async fn unfollow(app: &App, cx: &Cx, actor: &Actor, organisation: OrganisationId) -> Result<()> {
    let signed_in = actor.signed_in()?;
    let person = signed_in.person();
    let mut tx = app.db().write().await?;
    if !tx.follows().delete(person.account, organisation).await? {
        // One that is not seen can be left, and nothing else can be learnt of it.
        let found = tx.organisations().find(organisation).await?;
        if !found.is_some_and(|found| found.get().is_verified()) {
            return Err(Failure::NotFound);
        }
    }
    let act = ("unfollow", "organisation", organisation.uuid());
    settle(app, cx, actor, tx, person, act).await
}

async fn own(tx: &mut Reads, account: AccountId, id: SavedSearchId) -> Result<SavedSearch> {
    let found = tx.saved_searches().find(id).await?;
    found.filter(|saved| saved.account == account).ok_or(Failure::NotFound)
}

/// What was typed as a name, else what is looked for in words.
fn name_of(app: &App, cx: &Cx, asked: &Asked, typed: &str) -> String {
    let own = typed.trim();
    let words = asked.in_words(&app.vocabulary(), cx.locale);
    let everything = || words::Text::new("searches.everything").render(cx.locale);
    let name = match (own.is_empty(), words.is_empty()) {
        (false, _) => own.to_owned(),
        (true, false) => words,
        (true, true) => everything(),
    };
    name.chars().take(LONGEST_NAME).collect()
}

/// The person's digests are due as what they keep an eye on asks for, from the same transaction on.
async fn settle(
    app: &App,
    cx: &Cx,
    actor: &Actor,
    mut tx: Tx<Write>,
    person: &Person,
    (act, kind, id): (&'static str, &'static str, uuid::Uuid),
) -> Result<()> {
    digests::follow_choices_of(cx, &mut tx, person.id).await?;
    let entry = app.audit(actor, cx, act).on(kind, id);
    tx.commit(entry.done()).await?;
    Ok(())
}
