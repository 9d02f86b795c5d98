//! What a person is told on the next page, until they put it away.

use crate::factor::somebody;
use crate::panel::{ADMIN, Panel, VIEWER};
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
    let (id, name, ..) = somebody(&panel).await;
    let (_, admins_name) = panel.person(ADMIN).await;
    let admin = panel.sign_in_as(&admins_name).await;
    let reset = format!("/people/{id}/factor/reset");
    admin.submit(&reset, &[]).await.expect(303);
    let again = panel.sign_in_as(&name).await;
    let words = format!("{admins_name} took your second factor away");
    assert!(told(&again).await.contains(&words));
}
