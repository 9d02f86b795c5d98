//! What admins decide about second factors: that everybody must have one, and whose is taken away.

use crate::factor::{STEP, half_way, is_signed_in, notices, somebody};
use crate::panel::{ADMIN, NEWCOMER, Panel, VIEWER};
use crate::phone::{FACTOR, enrol};

#[tokio::test]
async fn everybody_must_have_a_second_factor_when_an_admin_says_so() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let on = [("factor_required", "1")];
    let refused = admin.submit("/settings", &on).await.expect(422);
    refused.must_show("Add a second factor of your own first");
    enrol(&admin, &panel).await;
    let member = panel.sign_in(NEWCOMER).await;
    admin.submit("/settings", &on).await.expect(303);
    admin.open("/settings").await.expect(200);
    for path in ["/", "/account", "/audit", "/people", "/vps/1"] {
        assert_eq!(
            member.open(path).await.expect(303).location(),
            FACTOR,
            "{path}"
        );
    }
    let polled = member.poll("/").await.expect(401);
    assert_eq!(polled.header("hx-redirect").unwrap(), FACTOR);
    let posted = member
        .submit("/account/time-zone", &[("time_zone", "UTC")])
        .await;
    assert_eq!(posted.expect(303).location(), FACTOR);
    member
        .submit("/theme", &[("theme", "dark")])
        .await
        .expect(303);
    member
        .open(FACTOR)
        .await
        .expect(200)
        .must_show("Everybody here must have");
    enrol(&member, &panel).await;
    member.open("/").await.expect(200);
    let kept = member
        .submit("/account/second-factor/app/remove", &[])
        .await;
    kept.expect(422)
        .must_show("This is your last second factor");
    assert_eq!(panel.count("SELECT count(*) FROM totp").await, 2);
    admin.submit("/settings", &[]).await.expect(303);
    member
        .submit("/account/second-factor/app/remove", &[])
        .await
        .expect(303);
}

#[tokio::test]
async fn only_an_admin_changes_the_settings_and_the_log_says_so() {
    let panel = Panel::start().await;
    let member = panel.sign_in(VIEWER).await;
    member.open("/settings").await.expect(403);
    member.submit("/settings", &[]).await.expect(403);
    let admin = panel.sign_in(ADMIN).await;
    enrol(&admin, &panel).await;
    admin
        .submit("/settings", &[("factor_required", "1")])
        .await
        .expect(303);
    let log = admin.open("/audit").await.expect(200);
    log.must_show("Settings changed second-factor=required");
    log.must_show("Second factor added kind=app");
}

#[tokio::test]
async fn an_admin_resets_the_factor_of_somebody_who_lost_it() {
    let panel = Panel::start().await;
    let (id, name, visitor, ..) = somebody(&panel).await;
    let path = format!("/people/{id}/factor/reset");
    visitor.submit(&path, &[]).await.expect(403);
    let admin = panel.sign_in(ADMIN).await;
    let half = half_way(&panel, &name).await;
    admin.open("/people").await.must_show("second factor");
    let settings = admin.open("/settings").await;
    settings.must_show("One person has none yet: person-1");
    let done = admin.submit(&path, &[]).await.expect(303);
    let page = admin.follow(&done).await.expect(200);
    page.must_show("Saved.")
        .must_show("with the password alone");
    assert!(!page.addresses().contains(&path));
    admin.open("/people").await.must_not_show("second factor");
    let settings = admin.open("/settings").await;
    settings.must_show("2 people have none yet");
    assert!(!is_signed_in(&visitor).await);
    half.open(STEP).await.expect(303);
    assert_eq!(notices(&panel, id).await[0], "factor-reset");
    panel.sign_in_as(&name).await.open("/").await.expect(200);
    admin
        .open("/audit")
        .await
        .must_show(&format!("Second factor reset name={name}"));
    admin
        .submit("/people/999/factor/reset", &[])
        .await
        .expect(404);
}
