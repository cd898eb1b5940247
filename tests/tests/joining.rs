//! Signing up, in and out, the links in letters, and the limits that slow guessing down.

use journeys::{PASSWORD, Site, Visitor, chosen, credit_code, field, stories};

const NEW_PASSWORD: &str = "seven green bottles on a wall";

async fn sign_in(visitor: &mut Visitor, email: &str, password: &str) -> journeys::Answer {
    visitor
        .post("/sign-in", &[("email", email), ("password", password)])
        .await
}

stories! {
    async fn a_college_signs_up_is_verified_and_reads_so_in_a_letter(site: Site) {
        let mut stranger = site.visitor();
        let choice = stranger.get("/sign-up").await;
        assert_eq!(choice.link("/sign-up?side=college").as_deref(), Some("/sign-up?side=college"));
        stranger.get("/sign-up?side=college").await.shows("统一社会信用代码").shows("密码");

        let mut college = site.college("上海示范职业技术学院").await;
        let home = college.visitor.get("/workspace").await;
        home.shows("入驻资料已提交").shows("上海示范职业技术学院").shows("待核验");
        college.visitor.get("/workspace").await.hides("入驻资料已提交");

        let confirm = site.link_to(&college.email).await;
        assert!(confirm.starts_with("/links/"), "{confirm}");
        college.visitor.get(&confirm).await.is(200);
        assert_eq!(college.visitor.post(&confirm, &[]).await.leads(), "/workspace");

        site.verify(&college.name).await;
        college.visitor.get("/workspace").await.shows("已核验").hides("待核验");
        let letters = site.subjects_to(&college.email).await;
        assert_eq!(letters.len(), 2, "one to confirm the address, one with the decision: {letters:?}");
    }

    async fn a_refused_form_keeps_the_words_but_never_the_password(site: Site) {
        let mut visitor = site.visitor();
        let typed = [
            ("side", "enterprise"),
            ("name", "上海打字公司"),
            ("kinds", "enterprise"),
            ("credit_code", "91310000MA1K000000"),
            ("province", "310000"),
            ("district", "310112"),
            ("person_name", "赵<六>"),
            ("email", "zhao@"),
            ("phone", "12"),
            ("password", "hunter2hunter2"),
        ];
        let answer = visitor.post("/sign-up", &typed).await;
        answer.is(422);
        assert!(!visitor.is_signed_in());
        assert_eq!(field(&answer.body, "name"), "上海打字公司");
        assert_eq!(field(&answer.body, "credit_code"), "91310000MA1K000000");
        assert_eq!(field(&answer.body, "email"), "zhao@");
        assert_eq!(field(&answer.body, "phone"), "12");
        assert_eq!(field(&answer.body, "person_name"), "赵&lt;六&gt;");
        assert_eq!(chosen(&answer.body, "province"), "310000");
        assert_eq!(chosen(&answer.body, "district"), "310112");
        assert!(!answer.body.contains("hunter2hunter2"), "a password never comes back");
        for wrong in ["credit_code", "email", "phone"] {
            assert!(answer.body.contains(&format!("href=\"#f-{wrong}\"")), "{wrong} is not named in the summary");
        }
        assert!(!answer.body.contains("href=\"#f-name\""), "what is right is not complained of");
    }

    async fn an_address_and_a_credit_code_are_taken_only_once(site: Site) {
        let enterprise = site.enterprise("上海先到机械有限公司").await;
        let mut other = site.visitor();
        let form = |email: &'static str, code: String| {
            [
                ("side", "enterprise".to_owned()),
                ("name", "上海后到机械有限公司".to_owned()),
                ("kinds", "enterprise".to_owned()),
                ("credit_code", code),
                ("province", "310000".to_owned()),
                ("person_name", "钱七".to_owned()),
                ("email", email.to_owned()),
                ("password", PASSWORD.to_owned()),
            ]
        };
        let fresh = credit_code("91", 4_000_001);
        let first = form("later@org.example", fresh.clone());
        let first: Vec<(&str, &str)> = first.iter().map(|(name, value)| (*name, value.as_str())).collect();
        other.post("/sign-up", &first).await.is(303);
        let again = form("later@org.example", fresh);
        let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = site.visitor().post("/sign-up", &again).await;
        answer.is(422);
        for taken in ["email", "credit_code"] {
            assert!(answer.body.contains(&format!("href=\"#f-{taken}\"")), "{taken} is taken: {}", answer.plain());
        }
        assert!(site.subjects_to(&enterprise.email).await.len() == 1);
    }

    async fn a_password_signs_in_and_leads_back_to_where_one_was(site: Site) {
        let college = site.college("上海回来学院").await;
        let mut visitor = site.visitor();
        let led = visitor.get("/posts/new?kind=course").await.leads();
        assert_eq!(led, "/sign-in?next=/posts/new%3Fkind%3Dcourse");
        let form = visitor.get(&led).await;
        assert_eq!(field(&form.body, "next").replace("&#x2f;", "/").replace("&#x3d;", "="), "/posts/new?kind=course");
        let answer = visitor
            .post("/sign-in", &[("email", &college.email), ("password", PASSWORD), ("next", "/posts/new?kind=course")])
            .await;
        assert_eq!(answer.leads(), "/posts/new?kind=course");
        visitor.get("/posts/new?kind=course").await.is(200);

        let mut led_astray = site.visitor();
        let answer = led_astray
            .post("/sign-in", &[("email", &college.email), ("password", PASSWORD), ("next", "//evil.example/")])
            .await;
        assert_eq!(answer.leads(), "/workspace", "no sign-in leads to another site");
    }

    async fn a_wrong_password_and_an_unknown_address_read_the_same(site: Site) {
        let college = site.college("上海沉默学院").await;
        let text = |answer: &journeys::Answer| answer.plain();
        let known = sign_in(&mut site.visitor(), &college.email, "not the password").await;
        let unknown = sign_in(&mut site.visitor(), "nobody@org.example", "not the password").await;
        known.is(422);
        unknown.is(422);
        assert_eq!(text(&known), text(&unknown));
        let letter = site.visitor().post("/sign-in/letter", &[("email", "officer@nobody.example")]).await;
        letter.shows("请查收邮件");
        assert!(site.subjects_to("officer@nobody.example").await.is_empty());
    }

    async fn signing_out_ends_the_session_on_the_server_too(site: Site) {
        let mut college = site.college("上海离开学院").await;
        let before = college.visitor.clone();
        college.visitor.post_and_follow("/sign-out", &[]).await.is(200);
        assert!(!college.visitor.is_signed_in());
        college.visitor.get("/workspace").await.is(303);
        let mut stolen = before;
        assert_eq!(stolen.get("/workspace").await.leads(), "/sign-in?next=/workspace");
    }

    async fn a_link_in_a_letter_shows_on_get_and_acts_on_post(site: Site) {
        let college = site.college("上海链接学院").await;
        let mut visitor = site.visitor();
        visitor.post("/sign-in/letter", &[("email", &college.email.to_uppercase())]).await.shows("30 分钟");
        let link = site.link_to(&college.email).await;
        for _ in 0..3 {
            visitor.get(&link).await.is(200);
            assert!(!visitor.is_signed_in(), "looking at a link signs nobody in");
        }
        assert_eq!(visitor.post(&link, &[]).await.leads(), "/workspace");
        assert!(visitor.is_signed_in());
        visitor.get("/workspace").await.shows("上海链接学院");

        let mut second = site.visitor();
        let used = second.get(&link).await;
        used.is(410);
        assert!(used.says("已经用过"), "{}", used.plain());
        second.post(&link, &[]).await.is(410);
        assert!(!second.is_signed_in());
        second.post(&format!("{link}/again"), &[]).await.shows("请查收邮件");
        let fresh = site.link_to(&college.email).await;
        assert_ne!(fresh, link);
        second.post(&fresh, &[]).await.is(303);
        assert!(second.is_signed_in());
    }

    async fn an_expired_link_offers_a_new_one(site: Site) {
        let college = site.college("上海过期学院").await;
        let mut visitor = site.visitor();
        visitor.post("/sign-in/letter", &[("email", &college.email)]).await.is(200);
        let link = site.link_to(&college.email).await;
        site.pass(31 * 60);
        let dead = visitor.get(&link).await;
        dead.is(410);
        assert!(dead.says("过期"), "{}", dead.plain());
        let again = dead.link(&format!("{link}/again")).expect("a way out");
        visitor.post(&link, &[]).await.is(410);
        visitor.post(&again, &[]).await.shows("请查收邮件");
        let fresh = site.link_to(&college.email).await;
        visitor.post(&fresh, &[]).await.is(303);
        assert!(visitor.is_signed_in());
    }

    async fn a_reset_takes_the_new_password_and_ends_every_other_session(site: Site) {
        let mut college = site.college("上海重设学院").await;
        let mut visitor = site.visitor();
        visitor.post("/reset", &[("email", &college.email)]).await.shows("60 分钟");
        let link = site.link_to(&college.email).await;
        visitor.get(&link).await.shows("密码");
        let weak = visitor.post(&link, &[("password", "short")]).await;
        weak.is(422);
        assert!(weak.says("至少 10 个字符"), "{}", weak.plain());
        college.visitor.get("/workspace").await.is(200);

        visitor.post(&link, &[("password", NEW_PASSWORD)]).await.is(303);
        visitor.get("/workspace").await.is(200);
        college.visitor.get("/workspace").await.is(303);
        sign_in(&mut site.visitor(), &college.email, PASSWORD).await.is(422);
        sign_in(&mut site.visitor(), &college.email, NEW_PASSWORD).await.is(303);
        visitor.post(&link, &[("password", "another good password")]).await.is(410);
    }

    async fn a_newer_reset_link_is_the_only_one_left_after_use(site: Site) {
        let college = site.college("上海两封信学院").await;
        let mut visitor = site.visitor();
        visitor.post("/reset", &[("email", &college.email)]).await.is(200);
        let first = site.link_to(&college.email).await;
        visitor.post("/reset", &[("email", &college.email)]).await.is(200);
        let second = site.link_to(&college.email).await;
        visitor.post(&second, &[("password", NEW_PASSWORD)]).await.is(303);
        visitor.post(&first, &[("password", "an older letter's password")]).await.is(410);
    }

    async fn guessing_passwords_is_slowed_down_and_says_for_how_long(site: Site) {
        let college = site.college("上海猜测学院").await;
        for guess in 0..10 {
            // From everywhere: the address of the account counts, not only the guesser's.
            sign_in(&mut site.visitor(), &college.email, &format!("guess number {guess}")).await.is(422);
        }
        let refused = sign_in(&mut site.visitor(), &college.email, PASSWORD).await;
        refused.is(429);
        let wait = refused.retry_after.expect("Retry-After says when");
        assert!((1..=600).contains(&wait), "{wait}");
        site.pass(i64::try_from(wait).unwrap_or(600));
        sign_in(&mut site.visitor(), &college.email, PASSWORD).await.is(303);
    }

    async fn letters_are_not_sent_without_end(site: Site) {
        let college = site.college("上海来信学院").await;
        let mut visitor = site.visitor();
        for _ in 0..5 {
            visitor.post("/sign-in/letter", &[("email", &college.email)]).await.is(200);
        }
        let refused = visitor.post("/sign-in/letter", &[("email", &college.email)]).await;
        refused.is(429);
        assert!(refused.retry_after.is_some());
        assert_eq!(site.subjects_to(&college.email).await.len(), 6, "the confirmation and five links");
    }

    async fn the_language_is_the_browsers_until_one_is_chosen(site: Site) {
        let mut visitor = site.visitor();
        visitor.get("/sign-in").await.shows("登录");
        let mut english = site.visitor().in_english();
        english.get("/sign-in").await.shows("Sign in").hides("登录");
        let answer = visitor.post("/language", &[("lang", "en"), ("return_to", "/search?q=CNC")]).await;
        assert_eq!(answer.leads(), "/search?q=CNC");
        let page = visitor.get("/search?q=CNC").await;
        page.shows("Search");
        assert!(page.body.contains("<html lang=\"en\""));
        visitor.post("/language", &[("lang", "zh"), ("return_to", "https://evil.example/")]).await.is(303);
        visitor.get("/sign-in").await.shows("登录");
    }

    async fn who_has_no_account_makes_one_of_the_right_side_only(site: Site) {
        let mut visitor = site.visitor();
        assert_eq!(visitor.post("/sign-up", &[("side", "union"), ("name", "x")]).await.leads(), "/sign-up");
        let code = credit_code("91", 4_000_002);
        let answer = visitor
            .post(
                "/sign-up",
                &[
                    ("side", "enterprise"),
                    ("name", "上海错边有限公司"),
                    ("kinds", "operator"),
                    ("credit_code", &code),
                    ("province", "310000"),
                    ("person_name", "钱七"),
                    ("email", "side@org.example"),
                    ("password", PASSWORD),
                ],
            )
            .await;
        answer.is(422);
        assert!(!visitor.is_signed_in(), "nobody signs up as an operator");
    }
}
