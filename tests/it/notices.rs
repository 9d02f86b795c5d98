//! What a person is told on the next page, until they put it away.

use crate::factor::{STEP, half_way, somebody};
use crate::panel::{ADMIN, PASSWORD, Panel, VIEWER};
use crate::phone::{FACTOR, enrol};
use crate::visitor::Visitor;

/// Puts a notice where the panel would.
async fn tell(panel: &Panel, person_id: i64, (what, details): (&str, &str)) {
    sqlx::query("INSERT INTO notice (person_id, what, details, created_at) VALUES (?, ?, ?, ?)")
        .bind(person_id)
        .bind(what)
        .bind(details)
        .bind(panel.clock.now_s())
        .execute(&mut panel.sql().await)
        .await
        .unwrap();
}

/// The notices on the start page.
async fn told(visitor: &Visitor) -> String {
    let page = visitor.open("/").await.expect(200);
    let notices = page.body.split("class=\"notices\"").nth(1);
    let notices = notices.and_then(|rest| rest.split("</section>").next());
    notices.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_notice_is_told_on_every_page_until_its_person_puts_it_away() {
    let panel = Panel::start().await;
    let (id, name) = panel.person(VIEWER).await;
    let visitor = panel.sign_in_as(&name).await;
    assert_eq!(told(&visitor).await, "");
    tell(&panel, id, ("factor-reset", r#"{"name":"ada & <b>"}"#)).await;
    let words = told(&visitor).await;
    assert!(
        words.contains("ada &#38; &#60;b&#62; took your second factor away"),
        "{words}"
    );
    let other = panel.sign_in(ADMIN).await;
    assert_eq!(told(&other).await, "");
    let read = [("notice", "1"), ("next", "/audit")];
    other.submit("/account/notices", &read).await.expect(303);
    assert_ne!(told(&visitor).await, "", "somebody else put it away");
    let done = visitor.submit("/account/notices", &read).await.expect(303);
    assert_eq!(done.location(), "/audit");
    assert_eq!(told(&visitor).await, "");
}

#[tokio::test]
async fn every_notice_says_all_it_is_told_in_both_languages() {
    let panel = Panel::start().await;
    let (id, name) = panel.person(VIEWER).await;
    let visitor = panel.sign_in_as(&name).await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
    let device = format!(r#"{{"address":"192.0.2.7","browser":"{firefox}"}}"#);
    for (what, details, words) in [
        ("new-device", &*device, "Firefox · Linux"),
        ("new-device", &*device, "192.0.2.7"),
        (
            "recovery-code-used",
            r#"{"address":"192.0.2.7","left":9}"#,
            "9",
        ),
        (
            "recovery-codes-few",
            r#"{"address":"192.0.2.7","left":0}"#,
            "192.0.2.7",
        ),
        ("codes-guessed", r#"{"address":"192.0.2.7"}"#, "192.0.2.7"),
        ("factor-reset", r#"{"name":"ada"}"#, "ada"),
        (
            "factor-added",
            r#"{"address":"192.0.2.7","kind":"passkey","name":"Blue"}"#,
            "Blue",
        ),
        (
            "factor-removed",
            r#"{"address":"192.0.2.7","kind":"app"}"#,
            "192.0.2.7",
        ),
        (
            "recovery-codes-made",
            r#"{"address":"192.0.2.7"}"#,
            "192.0.2.7",
        ),
        (
            "password-changed",
            r#"{"address":"192.0.2.7"}"#,
            "192.0.2.7",
        ),
        ("password-reset", "{}", ""),
    ] {
        tell(&panel, id, (what, details)).await;
        for visitor in [&visitor, &visitor.in_chinese()] {
            let told = told(visitor).await;
            let newest = told.split("</form>").next().unwrap();
            assert!(newest.contains(words), "{what}: {newest}");
            assert!(
                !newest.contains("{$") && !newest.contains("{ $"),
                "{newest}"
            );
        }
    }
    tell(
        &panel,
        id,
        ("recovery-codes-few", r#"{"address":"192.0.2.7","left":1}"#),
    )
    .await;
    assert!(told(&visitor).await.contains("only one is left"));
}

#[tokio::test]
async fn whoever_loses_their_second_factor_to_an_admin_is_told_by_whom() {
    let panel = Panel::start().await;
    let (id, name, visitor, ..) = somebody(&panel).await;
    let (_, admins_name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&admins_name).await;
    let reset = format!("/people/{id}/factor/reset");
    admin.submit(&reset, &[]).await.expect(303);
    let words = format!("{admins_name} took your second factor away");
    let new = panel.sign_in_as(&name).await;
    assert_eq!(
        told(&new).await,
        "",
        "it may be who talked the admin into it"
    );
    sign_in(&visitor, &name).await;
    assert!(told(&visitor).await.contains(&words));
}

/// Signs in again in the same browser.
async fn sign_in(visitor: &Visitor, name: &str) {
    let fields = [("username", name), ("password", PASSWORD)];
    visitor.submit("/sign-in", &fields).await.expect(303);
}

/// Tries to put away every notice there is.
async fn put_all_away(visitor: &Visitor) {
    for id in 1..20 {
        let id = id.to_string();
        let read = [("notice", &*id)];
        visitor.submit("/account/notices", &read).await.expect(303);
    }
}

#[tokio::test]
async fn whoever_comes_in_by_a_new_browser_neither_sees_the_warning_nor_puts_it_away() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let own = panel.sign_in_as(&name).await;
    let thief = panel.sign_in_as(&name).await;
    for thief in [thief.clone(), panel.sign_in_as(&name).await] {
        put_all_away(&thief).await;
    }
    let words = told(&own).await;
    assert!(
        words.contains("You signed in from a new browser"),
        "{words}"
    );
    put_all_away(&own).await;
    assert_eq!(told(&own).await, "");
}

#[tokio::test]
async fn a_used_recovery_code_and_guessed_codes_are_told_where_they_were_not_typed() {
    let panel = Panel::start().await;
    let (_, name, own, phone, codes) = somebody(&panel).await;
    put_all_away(&own).await;
    let thief = half_way(&panel, &name).await;
    for _ in 0..5 {
        let wrong = [("code", &*phone.wrong_code())];
        thief.submit(STEP, &wrong).await.expect(422);
    }
    let code = [("code", &*codes[0])];
    thief.submit(STEP, &code).await.expect(303);
    assert_eq!(told(&thief).await, "");
    put_all_away(&thief).await;
    let words = told(&own).await;
    assert!(words.contains("five wrong one-time codes"), "{words}");
    assert!(words.contains("A recovery code was used"), "{words}");
    // Nor in a browser that is known, when another one is.
    put_all_away(&own).await;
    sign_in(&own, &name).await;
    let code = [("code", &*codes[1])];
    own.submit(STEP, &code).await.expect(303);
    assert!(!told(&own).await.contains("A recovery code was used"));
    put_all_away(&own).await;
    let words = told(&thief).await;
    assert!(words.contains("A recovery code was used"), "{words}");
}

#[tokio::test]
async fn whoever_has_one_browser_only_is_told_there() {
    let panel = Panel::start().await;
    let (_, name, own, _, codes) = somebody(&panel).await;
    put_all_away(&own).await;
    sign_in(&own, &name).await;
    let code = [("code", &*codes[0])];
    own.submit(STEP, &code).await.expect(303);
    assert!(told(&own).await.contains("A recovery code was used"));
    put_all_away(&own).await;
    assert!(!told(&own).await.contains("A recovery code was used"));
}

#[tokio::test]
async fn a_changed_factor_is_told_in_the_other_browser_and_adding_one_signs_out_there() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let (here, there) = (panel.sign_in_as(&name).await, panel.sign_in_as(&name).await);
    put_all_away(&here).await;
    let page = here.open(FACTOR).await;
    page.must_show("Adding one signs you out everywhere else");
    let (phone, _) = enrol(&here, &panel).await;
    there.open("/").await.expect(303);
    here.open("/").await.expect(200);
    sign_in(&there, &name).await;
    there
        .submit(STEP, &[("code", &*phone.code())])
        .await
        .expect(303);
    for (path, words) in [
        ("", "An authenticator app was added"),
        ("/codes", "New recovery codes were made"),
        ("/app/remove", "The authenticator app was removed"),
    ] {
        if !path.is_empty() {
            let path = format!("{FACTOR}{path}");
            let done = here.submit(&path, &[]).await;
            assert!(matches!(done.status.as_u16(), 200 | 303));
        }
        assert!(!told(&here).await.contains(words), "{words}");
        put_all_away(&here).await;
        let told = told(&there).await;
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[tokio::test]
async fn a_changed_password_is_told_in_the_other_browser() {
    let panel = Panel::start().await;
    let (id, name) = panel.person(VIEWER).await;
    let (here, there) = (panel.sign_in_as(&name).await, panel.sign_in_as(&name).await);
    put_all_away(&here).await;
    const NEW: &str = "another long password";
    let fields = [("present", PASSWORD), ("password", NEW), ("repeated", NEW)];
    here.submit("/account/password", &fields).await.expect(303);
    assert_eq!(told(&here).await, "");
    put_all_away(&here).await;
    let fields = [("username", &*name), ("password", NEW)];
    there.submit("/sign-in", &fields).await.expect(303);
    assert!(told(&there).await.contains("Your password was changed"));
    put_all_away(&there).await;
    let admin = panel.sign_in(ADMIN).await;
    let made = admin.submit(&format!("/people/{id}/link"), &[]).await;
    let link = made.expect(200).inside("code").remove(0);
    let link = &link[link.find("/join/").unwrap()..];
    let thief = panel.stranger();
    thief.open(link).await.expect(303);
    let fields = [("password", PASSWORD), ("repeated", PASSWORD)];
    thief.submit("/join", &fields).await.expect(303);
    assert_eq!(told(&thief).await, "");
    put_all_away(&thief).await;
    sign_in(&there, &name).await;
    assert!(told(&there).await.contains("Your password was reset"));
}
