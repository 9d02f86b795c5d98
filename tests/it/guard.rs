//! Who is let in, from which page, at which host; and what each person may open.

use crate::panel::{ADMIN, MANAGER, OPERATOR, PASSWORD, Panel, VIEWER, VIEWER_WITH_SHELL, Wish};
use crate::site;
use crate::visitor::{Sent, Visitor};
use axum::http::Method;
use kiwideck::actions;
use kiwideck::kiwivm::calls::CALLS;
use sqlx::SqliteConnection;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Changes whenever another connection has written anything.
async fn writings(sql: &mut SqliteConnection) -> i64 {
    sqlx::query_scalar("PRAGMA data_version")
        .fetch_one(sql)
        .await
        .unwrap()
}

#[tokio::test]
async fn t_unauth_ops_a_stranger_opens_the_public_pages_and_no_other() {
    let (panel, vps) = Panel::with_one_vps().await;
    panel.person(ADMIN).await;
    let public: Vec<&str> = site::public().iter().map(|route| route.pattern).collect();
    assert_eq!(
        public,
        [
            "/sign-in",
            "/sign-in/passkey",
            "/sign-in/passkey/question",
            "/sign-in/factor",
            "/sign-in/factor/question",
            "/sign-in/factor/leave",
            "/setup",
            "/join",
            "/join/{token}",
            "/language",
            "/theme",
            "/healthz"
        ]
    );
    let stranger = panel.stranger();
    let mut sql = panel.sql().await;
    let before = writings(&mut sql).await;
    for route in site::private() {
        let path = route.path(&vps);
        for method in route.methods() {
            is_sent_to_sign_in(&stranger, &method, &path).await;
        }
    }
    assert_eq!(before, writings(&mut sql).await);
    assert!(panel.heard().is_empty());
    stranger.open("/healthz").await.expect(200);
    stranger.open("/setup").await.expect(404);
    stranger.open("/join").await.expect(404);
}

async fn is_sent_to_sign_in(stranger: &Visitor, method: &Method, path: &str) {
    let origin = ("origin", "http://127.0.0.1:8080");
    let sent = Sent {
        method: method.clone(),
        path,
        headers: &[FORM, origin],
        ..Sent::default()
    };
    let answer = stranger.send(sent.clone()).await.expect(303);
    let target = answer.location();
    assert_eq!(target.split('?').next(), Some("/sign-in"), "{path}");
    let comes_back = method == Method::GET;
    assert_eq!(target.contains("?next="), comes_back, "{method} {path}");
    let by_htmx = Sent {
        headers: &[FORM, origin, ("hx-request", "true")],
        ..sent
    };
    let answer = stranger.send(by_htmx).await.expect(401);
    assert_eq!(answer.header("hx-redirect").unwrap(), "/sign-in", "{path}");
    assert!(answer.body.is_empty(), "{path}");
}

#[tokio::test]
async fn t_localhost_sitting_on_the_panels_machine_opens_nothing() {
    let (panel, vps) = Panel::with_one_vps().await;
    panel.person(ADMIN).await;
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        let stranger = panel.stranger().from(address);
        for route in site::private().iter().filter(|route| route.get) {
            let path = route.path(&vps);
            let sent = Sent {
                path: &path,
                headers: &[("x-forwarded-for", "127.0.0.1"), ("x-real-ip", "::1")],
                ..Sent::default()
            };
            let answer = stranger.send(sent).await.expect(303);
            assert!(answer.location().starts_with("/sign-in"), "{path}");
        }
    }
    let policy = include_str!("../../src/model/access.rs");
    let policy = policy.split("mod tests").next().unwrap();
    for word in ["IpAddr", "address:", "loopback", "clock"] {
        assert!(!policy.contains(word), "the policy knows of {word}");
    }
}

#[tokio::test]
async fn t_traversal_no_path_leads_out_of_the_embedded_files() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let secret = std::fs::read_to_string(panel.master_key_file()).unwrap();
    for path in [
        "/static/../master.key",
        "/static/..%2fmaster.key",
        "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..%5c..%5cmaster.key",
        "/static/app.css%00.js",
        "/static/",
        "/vps/..%2f..%2fmaster.key",
        "/vps/1/call/..%2f..%2f..%2fetc%2fpasswd",
        "/vps/1/call/../../../master.key",
        "/actions/..%2f..%2fmaster.key",
        "/vps/import/..%2fmaster.key",
    ] {
        let answer = admin.open(path).await.expect(404);
        assert!(!answer.body.contains(secret.trim()), "{path}");
        assert!(!answer.body.contains("root:"), "{path}");
    }
}

#[tokio::test]
async fn t_unauth_ops_a_made_up_session_opens_nothing() {
    let (panel, vps) = Panel::with_one_vps().await;
    panel.person(ADMIN).await;
    let stranger = panel.stranger();
    for token in [
        "x",
        "",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "' OR 1=1 --",
        "%00",
    ] {
        stranger.set_cookie("kiwideck", token);
        stranger.open(&format!("/vps/{}", vps.id)).await.expect(303);
    }
}

/// Headers of a request that another site's page, or no page at all, made somebody's browser send.
const FOREIGN: [&[(&str, &str)]; 11] = [
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "https://127.0.0.1:8080")],
    &[("origin", "http://127.0.0.1:9999")],
    &[("origin", "http://127.0.0.1:8080.evil.example")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "http://127.0.0.1:8080"),
    ],
    &[
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://evil.example"),
    ],
    &[("sec-fetch-site", "none"), ("origin", "null")],
    // Neither header, but a cookie.
    &[],
];

#[tokio::test]
async fn t_csrf_a_request_from_elsewhere_writes_and_sends_nothing() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let mut sql = panel.sql().await;
    let before = writings(&mut sql).await;
    let routes = [site::public(), site::private()].concat();
    for route in routes.iter().filter(|route| route.post) {
        let path = route.path(&vps);
        for headers in FOREIGN {
            let answer = admin.submit_with(&path, headers, &[]).await.expect(403);
            answer.must_show("This did not come from a page of the panel");
            assert!(answer.header("set-cookie").is_none());
        }
    }
    assert_eq!(before, writings(&mut sql).await);
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn t_csrf_other_unsafe_methods_are_no_way_round() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let sent = Sent {
            method,
            path: &format!("/vps/{}/call/restart", vps.id),
            headers: &[("origin", "https://evil.example")],
            ..Sent::default()
        };
        admin.send(sent).await.expect(403);
    }
}

#[tokio::test]
async fn t_csrf_a_page_of_the_panel_and_a_program_without_a_cookie_are_let_through() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/call/restart", vps.id);
    let own: [&[(&str, &str)]; 4] = [
        &[("origin", "http://127.0.0.1:8080")],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://127.0.0.1:8080"),
        ],
    ];
    for headers in own {
        admin.submit_with(&path, headers, &[]).await.expect(303);
    }
    assert_eq!(panel.heard().len(), own.len());
    let (_, name) = panel.person(VIEWER).await;
    let fields = [("username", name.as_str()), ("password", PASSWORD)];
    panel
        .stranger()
        .submit_with("/sign-in", &[], &fields)
        .await
        .expect(303);
}

#[tokio::test]
async fn t_csrf_behind_https_the_origin_is_the_public_one_to_the_letter() {
    let panel = Panel::with(Wish::at("https://ops.example.com/kiwi/")).await;
    let admin = panel.sign_in(ADMIN).await;
    for origin in [
        "http://ops.example.com",
        "https://ops.example.com:8443",
        "https://example.com",
    ] {
        admin
            .submit_with("/theme", &[("origin", origin)], &[("theme", "dark")])
            .await
            .expect(403);
    }
    admin
        .submit("/theme", &[("theme", "dark")])
        .await
        .expect(303);
}

#[tokio::test]
async fn t_csrf_opening_every_page_twice_changes_nothing() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    site::crawl(&panel, &admin).await;
    panel.settle().await;
    panel.kiwivm.forget_heard();
    let mut sql = panel.sql().await;
    let before = writings(&mut sql).await;
    let pages = site::crawl(&panel, &admin).await;
    assert!(pages.len() > 50, "only {} pages", pages.len());
    assert_eq!(before, writings(&mut sql).await);
    assert!(panel.heard().is_empty(), "{:?}", panel.heard());
}

#[tokio::test]
async fn t_csrf_no_get_and_no_head_of_the_site_map_changes_anything() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    // Made by the first look at the page, in memory.
    admin.open("/account/second-factor/app").await.expect(200);
    // What was never read is asked for by the first page that shows it.
    for call in CALLS.iter().filter(|call| call.is_read()) {
        panel.read_call(&vps, call).await;
    }
    panel.settle().await;
    panel.kiwivm.forget_heard();
    let mut sql = panel.sql().await;
    let before = writings(&mut sql).await;
    let routes = site::all().into_iter();
    let routes = routes.filter(|route| route.get);
    for route in routes {
        for method in [Method::GET, Method::HEAD] {
            let path = route.path(&vps);
            let sent = Sent {
                method: method.clone(),
                path: &path,
                ..Sent::default()
            };
            let answer = admin.send(sent).await;
            assert!(answer.status.as_u16() < 500, "{method} {path}");
            assert_eq!(before, writings(&mut sql).await, "{method} {path}");
        }
    }
    panel.settle().await;
    assert!(panel.heard().is_empty(), "{:?}", panel.heard());
}

#[tokio::test]
async fn t_host_a_foreign_host_is_turned_away_by_the_name_of_the_setting() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1:8080",
        "localhost.",
        "",
    ] {
        let answer = admin.at_host(host).open("/").await.expect(421);
        answer.must_show("KIWIDECK_PUBLIC_URL");
        answer.must_not_show("Web 1");
    }
    for host in ["localhost", "127.0.0.1:1", "[::1]:8080", "LOCALHOST:8080"] {
        admin.at_host(host).open("/").await.expect(200);
    }
    let panel = Panel::with(Wish::at("https://ops.example.com/")).await;
    let admin = panel.sign_in(ADMIN).await;
    for host in ["127.0.0.1:8080", "localhost", "ops.example.com:8443"] {
        admin
            .at_host(host)
            .open("/")
            .await
            .expect(421)
            .must_show("KIWIDECK_PUBLIC_URL");
    }
    admin.at_host("OPS.example.com").open("/").await.expect(200);
}

#[tokio::test]
async fn t_redirect_after_a_form_the_browser_stays_on_the_panel() {
    let panel = Panel::start().await;
    let (_, name) = panel.person(VIEWER).await;
    let bad = [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\r\nX: y",
    ];
    for next in bad {
        let fields = [
            ("username", name.as_str()),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = panel
            .stranger()
            .submit("/sign-in", &fields)
            .await
            .expect(303);
        assert_eq!(answer.location(), "/", "{next:?}");
        for (path, name, value) in [
            ("/language", "language", "zh-CN"),
            ("/theme", "theme", "dark"),
        ] {
            let fields = [(name, value), ("next", next)];
            let answer = panel.stranger().submit(path, &fields).await.expect(303);
            assert_eq!(answer.location(), "/", "{next:?}");
        }
    }
    let fields = [
        ("username", name.as_str()),
        ("password", PASSWORD),
        ("next", "/audit?vps=1"),
    ];
    let answer = panel.stranger().submit("/sign-in", &fields).await;
    assert_eq!(answer.location(), "/audit?vps=1");
}

#[tokio::test]
async fn every_page_carries_the_headers_that_keep_strange_scripts_out() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let pages = ["/", "/nowhere", "/vps/1/call/stop"];
    for page in pages {
        let answer = admin.open(page).await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{page}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{page}");
        assert_eq!(answer.header("x-content-type-options").unwrap(), "nosniff");
        assert_eq!(answer.header("referrer-policy").unwrap(), "same-origin");
        assert_eq!(answer.header("cache-control").unwrap(), "no-store");
    }
    assert!(
        admin
            .open("/")
            .await
            .header("strict-transport-security")
            .is_none()
    );
    let panel = Panel::with(Wish::at("https://ops.example.com/")).await;
    let answer = panel.stranger().open("/sign-in").await;
    assert!(answer.header("strict-transport-security").is_some());
}

#[tokio::test]
async fn t_idor_another_persons_action_answers_like_one_that_is_not_there() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (one, other) = (panel.sign_in(MANAGER).await, panel.sign_in(MANAGER).await);
    let id = actions::new_id().unwrap();
    let path = format!("/vps/{}/call/resetRootPassword", vps.id);
    one.submit(&path, &[("action", &id)]).await.expect(303);
    one.open(&format!("/actions/{id}"))
        .await
        .expect(200)
        .must_show("The reply holds a secret");
    for action in [
        id.clone(),
        "f".repeat(32),
        "7".to_owned(),
        "..%2F..".to_owned(),
    ] {
        let page = other.open(&format!("/actions/{action}")).await.expect(404);
        page.must_show("There is no such action");
        other
            .submit(&format!("/actions/{action}/reveal"), &[])
            .await
            .expect(404);
    }
    // An admin sees that and how it ended, and neither reply nor secret.
    let admin = panel.sign_in(ADMIN).await;
    let seen = admin.open(&format!("/actions/{id}")).await.expect(200);
    seen.must_show("Reset root password: Accepted");
    assert_eq!(seen.headings().len(), 2, "{:?}", seen.headings());
    let revealed = admin.submit(&format!("/actions/{id}/reveal"), &[]).await;
    assert!(!revealed.shows("Shown once"));
    one.submit(&format!("/actions/{id}/reveal"), &[])
        .await
        .expect(200)
        .must_show("Shown once");
}

#[tokio::test]
async fn members_see_in_the_audit_log_their_own_business_and_no_sign_ins() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    admin
        .submit(&format!("/vps/{}/call/stop", vps.id), &[])
        .await
        .expect(303);
    let command = [("command", "echo a-word-of-the-admin")];
    admin
        .submit(&format!("/vps/{}/shell", vps.id), &command)
        .await
        .expect(303);
    let viewer = panel.sign_in(VIEWER).await;
    for path in ["/audit".to_owned(), format!("/vps/{}/audit", vps.id)] {
        let log = viewer.open(&path).await.expect(200);
        log.must_show("Stop Accepted");
        log.must_not_show("a-word-of-the-admin");
        assert!(
            !log.shows("person-0 Signed in"),
            "another's sign-in is shown"
        );
    }
    admin.open("/audit").await.must_show("a-word-of-the-admin");
}

#[tokio::test]
async fn an_unknown_method_is_turned_away() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let restart = format!("/vps/{}/call/restart", vps.id);
    for (method, path) in [
        ("PUT", restart.as_str()),
        ("DELETE", &restart),
        ("TRACE", "/"),
        ("FROB", "/audit"),
    ] {
        let sent = Sent {
            method: method.parse().unwrap(),
            path,
            headers: &[("origin", "http://127.0.0.1:8080")],
            ..Sent::default()
        };
        let answer = admin.send(sent).await.expect(405);
        answer.must_show("Not in this way");
    }
    // Where only forms go, opening leads to the page with the form.
    for route in site::forms_only() {
        admin.open(&route.path(&vps)).await.expect(303);
    }
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn t_authz_matrix_no_link_that_a_person_sees_leads_to_a_closed_door() {
    for standing in [VIEWER, VIEWER_WITH_SHELL, OPERATOR, MANAGER, ADMIN] {
        let (panel, _) = Panel::with_one_vps().await;
        let visitor = panel.sign_in(standing).await;
        for page in site::crawl(&panel, &visitor).await {
            assert_eq!(page.status, 200, "{} as {standing:?}", page.asked);
        }
    }
}
