//! Acts on a product in memory, on an `SQLite` file of its own.

use std::sync::Arc;

use crate::{
    Actor, App, Cx, Failure, Parts, Refusal, Settings, Token,
    accounts::{self, SignUp},
    import::{self, Quiet},
    jobs::Worker,
    matches::HardCriterion,
    members::{self, Newcomer, Way},
    operator,
    organisations::{self, Decision},
    postings, register, workspace,
};
use ::matching::Weights;
use ::search::{Analyzer, EmbeddedEngine};
use kernel::{
    Clock as _, CreditCode, FixedClock, Locale, PostingId, PostingKind, RegisterRowId, SeededChance, Timestamp,
};
use mail::{Memory, Transport};
use marketplace::{
    CloseReason, Role,
    organisation::ProfileInput,
    posting::{ContentInput, LineInput},
};
use storage::{Db, keys::Keys};
use tempfile::TempDir;
use vocabulary::Vocabulary;

const PASSWORD: &str = "a long and winding road";

/// 2026-11-20 09:00 in Shanghai.
pub(crate) const MORNING: Timestamp = Timestamp::from_micros(1_795_136_400_000_000);

tokio::task_local! {
    /// The database of a story that is told on `PostgreSQL`.
    pub(crate) static ON_POSTGRES: String;
}

/// Tells a story on both databases.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident() $body:block)*) => {$(
        $(#[$doc])*
        async fn $name() $body

        mod $name {
            #[tokio::test]
            async fn sqlite() {
                Box::pin(super::$name()).await;
            }

            #[tokio::test]
            async fn postgres() {
                let Some(url) = testbed::fresh_postgres_database() else { return };
                $crate::tests::ON_POSTGRES.scope(url, Box::pin(super::$name())).await;
            }
        }
    )*};
}
pub(crate) use on_both;

pub(crate) struct Product {
    pub(crate) app: App,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) letters: Memory,
    pub(crate) folder: TempDir,
}

/// Somebody signed in.
pub(crate) struct Somebody {
    pub(crate) token: Token,
    pub(crate) actor: Actor,
}

impl Product {
    pub(crate) async fn new() -> Self {
        Self::where_data_is(false).await
    }

    /// A demonstration that is not filled yet.
    pub(crate) async fn demonstration() -> Self {
        Self::where_data_is(true).await
    }

    async fn where_data_is(demonstration: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = ON_POSTGRES.try_with(Clone::clone);
        let url = url.unwrap_or_else(|_| format!("sqlite://{}", folder.path().join("qixiao.db").display()));
        let vocabulary = Arc::new(Vocabulary::builtin());
        let analyzer = Analyzer::builtin(&vocabulary).unwrap();
        let chance = Arc::new(SeededChance::new(7));
        let letters = Memory::new();
        let clock = Arc::new(FixedClock::at(MORNING));
        let app = App::new(Parts {
            db: Db::connect(&url).await.unwrap(),
            engine: Arc::new(EmbeddedEngine::open(&folder.path().join("index"), analyzer).unwrap()),
            transport: Transport::Memory(letters.clone()),
            clock: clock.clone(),
            keys: Arc::new(Keys::from_bytes(&Keys::generate(&*chance))),
            chance,
            weights: Weights::default(),
            vocabulary,
            settings: Settings {
                demonstration,
                rates: std::collections::BTreeMap::from([("slow.example".to_owned(), 2)]),
                ..Settings::new(
                    "https://qixiao.example".to_owned(),
                    "企校 <no-reply@qixiao.example>".parse().unwrap(),
                )
            },
        });
        Self {
            app,
            clock,
            letters,
            folder,
        }
    }

    /// The same database, with another key file than it was written with.
    pub(crate) async fn with_another_key(&self) -> App {
        let url = format!("sqlite://{}", self.folder.path().join("qixiao.db").display());
        let analyzer = Analyzer::builtin(&self.app.vocabulary()).unwrap();
        let chance = Arc::new(SeededChance::new(8));
        App::new(Parts {
            db: Db::connect(&url).await.unwrap(),
            engine: Arc::new(EmbeddedEngine::open(&self.folder.path().join("another"), analyzer).unwrap()),
            transport: Transport::Memory(self.letters.clone()),
            clock: self.clock.clone(),
            keys: Arc::new(Keys::from_bytes(&Keys::generate(&*chance))),
            chance,
            weights: Weights::default(),
            vocabulary: self.app.vocabulary(),
            settings: self.app.settings().clone(),
        })
    }

    pub(crate) fn cx(&self) -> Cx {
        Cx {
            now: self.clock.now(),
            locale: Locale::Zh,
            client: "10.0.0.1".to_owned(),
        }
    }

    pub(crate) async fn who(&self, token: Token) -> Somebody {
        let actor = accounts::actor(&self.app, &self.cx(), &token).await.unwrap();
        Somebody { token, actor }
    }

    /// An admin of a verified organisation.
    pub(crate) async fn admin(&self, name: &str, kind: &str, number: u32) -> Somebody {
        let registrar = if kind == "enterprise" { "91" } else { "12" };
        let credit_code = CreditCode::invent(registrar, "310000", &format!("T{number:07}")).unwrap();
        let input = SignUp {
            profile: ProfileInput {
                name: name.to_owned(),
                kinds: vec![kind.to_owned()],
                credit_code: credit_code.to_string(),
                province: "310000".to_owned(),
                ..ProfileInput::default()
            },
            person_name: "王小明".to_owned(),
            email: format!("officer{number}@org.example"),
            password: PASSWORD.to_owned(),
            ..SignUp::default()
        };
        let token = accounts::sign_up(&self.app, &self.cx(), &input).await.unwrap();
        let admin = self.who(token).await;
        let organisation = admin.actor.organisation().unwrap();
        let (cx, verify) = (self.cx(), Decision::Verify);
        organisations::decide(&self.app, &cx, &Actor::Command, organisation, None, &verify)
            .await
            .unwrap();
        admin
    }

    /// Somebody new, or `who`, joins the organisation of `admin`.
    pub(crate) async fn joins(&self, admin: &Somebody, role: Role, who: &Actor, email: &str) -> Somebody {
        let cx = self.cx();
        let invited = members::invite(&self.app, &cx, &admin.actor, Way::Code, role)
            .await
            .unwrap();
        let newcomer = Newcomer {
            person_name: "赵六".to_owned(),
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
        };
        let code = invited.code.unwrap();
        let token = members::accept(&self.app, &cx, who, &code, &newcomer).await.unwrap();
        self.who(token).await
    }

    pub(crate) async fn draft(&self, owner: &Somebody, kind: PostingKind, level: &str) -> PostingId {
        let input = ContentInput {
            title: "车工".to_owned(),
            province: "310000".to_owned(),
            lines: vec![LineInput {
                occupation: "车工".to_owned(),
                level: level.to_owned(),
                seats: "8".to_owned(),
                ..LineInput::default()
            }],
            ..ContentInput::default()
        };
        postings::create(&self.app, &self.cx(), &owner.actor, kind, &input)
            .await
            .unwrap()
    }

    pub(crate) async fn work(&self) {
        Worker::new(self.app.clone()).drain().await.unwrap();
    }
}

fn membership(somebody: &Somebody) -> kernel::MembershipId {
    somebody.actor.person().unwrap().acting.as_ref().unwrap().membership
}

#[tokio::test]
async fn looking_at_a_code_writes_nothing_and_typing_one_is_counted() {
    let product = Product::new().await;
    let admin = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
    let cx = product.cx();
    let invited = members::invite(&product.app, &cx, &admin.actor, Way::Code, Role::Officer)
        .await
        .unwrap();
    let code = invited.code.unwrap();
    let before = product.app.db().fingerprint().await.unwrap();
    for _ in 0..40 {
        members::look(&product.app, &code).await.unwrap();
    }
    assert!(matches!(
        members::look(&product.app, "QQQQQ-QQQQQ").await,
        Err(Failure::NotFound)
    ));
    assert_eq!(before, product.app.db().fingerprint().await.unwrap());
    for _ in 0..30 {
        members::try_code(&product.app, &cx, &code).await.unwrap();
    }
    assert!(matches!(
        members::try_code(&product.app, &cx, &code).await,
        Err(Failure::TooMany { .. })
    ));
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_neither_published_nor_closed() {
    let product = Product::new().await;
    let admin = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
    let (app, cx, actor) = (&product.app, product.cx(), &admin.actor);
    let id = product.draft(&admin, PostingKind::Apprentices, "L3").await;
    let form = postings::form(app, actor, id).await.unwrap();
    let seen = form.version;
    postings::edit(app, &cx, actor, id, seen, &form.input).await.unwrap();
    let stale = postings::publish(app, &cx, actor, id, seen).await;
    assert!(matches!(stale, Err(Failure::Conflict)), "{stale:?}");
    let now = postings::form(app, actor, id).await.unwrap().version;
    postings::publish(app, &cx, actor, id, now).await.unwrap();
    let stale = postings::close(app, &cx, actor, id, now, CloseReason::Filled).await;
    assert!(matches!(stale, Err(Failure::Conflict)), "{stale:?}");
    let now = postings::form(app, actor, id).await.unwrap().version;
    postings::close(app, &cx, actor, id, now, CloseReason::Filled)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_database_that_has_no_time_is_no_defect_and_nothing_is_done() {
    let product = Product::new().await;
    let admin = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
    let (app, cx, actor) = (&product.app, product.cx(), &admin.actor);
    let id = product.draft(&admin, PostingKind::Apprentices, "L3").await;
    let form = postings::form(app, actor, id).await.unwrap();
    let somebody_else = app.db().write().await.unwrap();
    let saved = postings::edit(app, &cx, actor, id, form.version, &form.input).await;
    assert!(matches!(saved, Err(Failure::Busy(_))), "{saved:?}");
    drop(somebody_else);
    assert_eq!(postings::form(app, actor, id).await.unwrap().version, form.version);
    postings::edit(app, &cx, actor, id, form.version, &form.input)
        .await
        .unwrap();
}

on_both! {
    /// A worker that stops gives back all that it had claimed, most of it never tried.
    async fn what_dying_workers_had_claimed_is_still_tried() {
        let product = Product::new().await;
        let admin = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
        product.work().await;
        let (app, cx) = (&product.app, product.cx());
        members::invite(app, &cx, &admin.actor, Way::Letter("zhao@org.example".to_owned()), Role::Officer).await.unwrap();
        for _ in 0..20 {
            let now = product.clock.now();
            assert_eq!(app.db().claim_letters(now, now.plus_seconds(30), 64).await.unwrap().len(), 1);
            product.clock.advance(31);
        }
        product.letters.take();
        product.letters.fail_next(true);
        product.work().await;
        assert_eq!(product.letters.take(), []);
        product.clock.advance(3_600);
        product.work().await;
        assert_eq!(product.letters.take().len(), 1);
    }
}

#[tokio::test]
async fn a_removed_member_acts_no_more_from_that_moment_and_may_be_invited_again() {
    let product = Product::new().await;
    let admin = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
    let other = product.admin("上海别家机械有限公司", "enterprise", 2).await;
    let (app, cx) = (&product.app, product.cx());
    let officer = product
        .joins(&admin, Role::Officer, &Actor::Stranger, "zhao@org.example")
        .await;
    let id = membership(&officer);
    let foreign = members::end(app, &cx, &other.actor, id).await;
    assert!(matches!(foreign, Err(Failure::NotFound)), "{foreign:?}");
    let not_admin = members::end(app, &cx, &officer.actor, membership(&admin)).await;
    assert!(matches!(not_admin, Err(Failure::Forbidden(_))), "{not_admin:?}");
    let alone = members::end(app, &cx, &admin.actor, membership(&admin)).await;
    assert!(matches!(alone, Err(Failure::Refused(Refusal::LastAdmin))), "{alone:?}");

    members::end(app, &cx, &admin.actor, id).await.unwrap();
    let actor = accounts::actor(app, &cx, &officer.token).await.unwrap();
    assert_eq!(actor.organisation(), None, "the session acts for nobody");
    assert!(actor.person().is_some(), "and is still theirs");
    let list = members::list(app, &cx, &admin.actor).await.unwrap();
    assert_eq!(list.members.len(), 1);
    let again = members::end(app, &cx, &admin.actor, id).await;
    assert!(matches!(again, Err(Failure::NotFound)), "{again:?}");

    let back = product.joins(&admin, Role::Admin, &actor, "").await;
    assert_eq!(back.actor.organisation(), admin.actor.organisation());
    members::end(app, &cx, &back.actor, membership(&admin)).await.unwrap();
}

#[tokio::test]
async fn who_belongs_to_several_chooses_and_only_an_operator_acts_for_the_platform() {
    let product = Product::new().await;
    let first = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
    let second = product.admin("上海示范职业技术学院", "school", 2).await;
    let (app, cx) = (&product.app, product.cx());
    let both = product.joins(&second, Role::Officer, &first.actor, "").await;
    assert_eq!(both.actor.organisation(), second.actor.organisation());
    assert_eq!(accounts::memberships(app, &cx, &both.actor).await.unwrap().len(), 2);
    let act_for = async |membership| accounts::act_for(app, &cx, &both.actor, &both.token, membership).await;
    act_for(Some(membership(&first))).await.unwrap();
    let actor = accounts::actor(app, &cx, &both.token).await.unwrap();
    assert_eq!(actor.organisation(), first.actor.organisation());
    assert!(matches!(
        act_for(Some(membership(&second))).await,
        Err(Failure::NotFound)
    ));
    assert!(matches!(act_for(None).await, Err(Failure::Forbidden(_))));

    operator::add(app, &cx, &Actor::Command, "officer1@org.example", "")
        .await
        .unwrap();
    let actor = accounts::actor(app, &cx, &both.token).await.unwrap();
    accounts::act_for(app, &cx, &actor, &both.token, None).await.unwrap();
    let actor = accounts::actor(app, &cx, &both.token).await.unwrap();
    assert_eq!(actor.organisation(), None);
    assert!(actor.operator().is_ok());
}

#[tokio::test]
async fn the_workspace_knows_whether_the_address_is_confirmed_and_the_letter_comes_again() {
    let product = Product::new().await;
    let admin = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
    let (app, cx) = (&product.app, product.cx());
    assert!(!workspace::look(app, &cx, &admin.actor).await.unwrap().email_confirmed);
    let (email, minutes) = accounts::ask_to_confirm(app, &cx, &admin.actor).await.unwrap().unwrap();
    assert_eq!((email.as_str(), minutes), ("officer1@org.example", 7 * 24 * 60));
    let stranger = accounts::ask_to_confirm(app, &cx, &Actor::Stranger).await;
    assert!(matches!(stranger, Err(Failure::Forbidden(_))), "{stranger:?}");

    product.work().await;
    let letters = product.letters.sent();
    let link = letters
        .iter()
        .filter_map(|letter| letter.content.text.split("/links/").nth(1))
        .next_back()
        .unwrap();
    let token = Token::parse(&link.chars().take(43).collect::<String>()).unwrap();
    accounts::use_link(app, &cx, &token, "").await.unwrap();
    assert!(workspace::look(app, &cx, &admin.actor).await.unwrap().email_confirmed);
    assert_eq!(accounts::ask_to_confirm(app, &cx, &admin.actor).await.unwrap(), None);
}

#[tokio::test]
async fn a_need_that_nobody_answers_says_what_keeps_the_offers_away() {
    let product = Product::new().await;
    let enterprise = product.admin("上海示范精密制造有限公司", "enterprise", 1).await;
    let college = product.admin("上海示范职业技术学院", "school", 2).await;
    let (app, cx) = (&product.app, product.cx());
    let need = product.draft(&enterprise, PostingKind::Apprentices, "L5").await;
    postings::publish(app, &cx, &enterprise.actor, need, None)
        .await
        .unwrap();
    product.work().await;
    let look = postings::look(app, &cx, &Actor::Stranger, need).await.unwrap();
    assert_eq!(look.obstacles.len(), 1);
    assert_eq!(look.obstacles[0].offers, 0, "nobody has posted anything");

    for (kind, level) in [
        (PostingKind::Course, "L3"),
        (PostingKind::Course, "L4"),
        (PostingKind::Base, ""),
    ] {
        let offer = product.draft(&college, kind, level).await;
        postings::publish(app, &cx, &college.actor, offer, None).await.unwrap();
    }
    let look = postings::look(app, &cx, &Actor::Stranger, need).await.unwrap();
    assert!(
        look.matching && look.obstacles.is_empty(),
        "nothing is said before they are compared"
    );
    product.work().await;
    let look = postings::look(app, &cx, &Actor::Stranger, need).await.unwrap();
    assert_eq!(look.obstacles[0].offers, 2, "a base is no obstacle");
    assert_eq!(look.obstacles[0].failed, [(HardCriterion::Level, 2)]);

    let offer = product.draft(&college, PostingKind::Course, "L5").await;
    postings::publish(app, &cx, &college.actor, offer, None).await.unwrap();
    product.work().await;
    let look = postings::look(app, &cx, &Actor::Stranger, need).await.unwrap();
    assert!(look.obstacles.is_empty(), "somebody answers it");
}

#[tokio::test]
async fn a_row_leads_to_the_post_made_from_it_once_that_is_published() {
    const FILE: &str = "year,province,school_code,school_name,major_code,major_name,duration_years,remark\n\
                        2025,上海市,9001,上海示范职业技术学院,460103,数控技术,3,\n";
    let product = Product::new().await;
    let (app, cx) = (&product.app, product.cx());
    let file = ("programmes.csv", FILE.as_bytes());
    import::import_programmes(app, &cx, &Actor::Command, file, None, false, &Quiet)
        .await
        .unwrap();
    let enterprise = product.admin("上海示范精密制造有限公司", "enterprise", 2).await;
    let rows = app
        .db()
        .read()
        .await
        .unwrap()
        .register()
        .of_school("9001")
        .await
        .unwrap();
    let row: RegisterRowId = rows[0].id;
    assert!(!register::look(app, &enterprise.actor, row).await.unwrap().invited);
    register::invite(app, &cx, &enterprise.actor, row).await.unwrap();
    let look = register::look(app, &enterprise.actor, row).await.unwrap();
    assert!(look.invited && look.may_invite);

    let college = product.admin("上海示范职业技术学院", "school", 1).await;
    let look = register::look(app, &enterprise.actor, row).await.unwrap();
    assert_eq!(look.college.map(|college| college.id), college.actor.organisation());
    assert!(!look.may_invite, "it has joined");
    let again = register::invite(app, &cx, &enterprise.actor, row).await;
    assert!(
        matches!(again, Err(Failure::Refused(Refusal::CollegeJoined))),
        "{again:?}"
    );
    register::claim(app, &cx, &college.actor, &[row]).await.unwrap();
    let made = register::post_rows(app, &cx, &college.actor, &[row]).await.unwrap();
    assert_eq!(register::look(app, &Actor::Stranger, row).await.unwrap().post, None);
    let form = postings::form(app, &college.actor, made[0]).await.unwrap();
    let mut input = form.input;
    "L4".clone_into(&mut input.lines[0].level);
    "40".clone_into(&mut input.lines[0].seats);
    postings::edit(app, &cx, &college.actor, made[0], form.version, &input)
        .await
        .unwrap();
    postings::publish(app, &cx, &college.actor, made[0], None)
        .await
        .unwrap();
    let post = register::look(app, &Actor::Stranger, row).await.unwrap().post;
    assert_eq!(post, Some((made[0], input.title)));
    let organisation = college.actor.organisation().unwrap();
    let reason = "联系不上".to_owned();
    organisations::decide(
        app,
        &cx,
        &Actor::Command,
        organisation,
        None,
        &Decision::Suspend { reason },
    )
    .await
    .unwrap();
    assert_eq!(register::look(app, &Actor::Stranger, row).await.unwrap().post, None);
}
