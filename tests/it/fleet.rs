//! The fleet, the two switches of every page, and all of it below a base path.

use crate::answer::Answer;
use crate::panel::{ADMIN, Panel, VIEWER, Wish};
use crate::site;
use crate::visitor::Sent;
use kiwideck::model::vps::Details;
use kiwideck::secret::Secret;
use kiwideck::simulator::Machine;

/// Five VPSes that differ in whatever one can sort and search by.
async fn fleet(wish: Wish) -> Panel {
    let panel = Panel::with(wish).await;
    let machines = [
        (
            Machine::kvm(100_001)
                .labelled("Calm")
                .named("calm.example.com")
                .transfer_used(0.1),
            "web",
        ),
        (
            Machine::kvm(100_002)
                .labelled("Stopped")
                .located("EUNL_9")
                .stopped()
                .transfer_used(0.3),
            "db",
        ),
        (
            Machine::kvm(100_003).labelled("Full").transfer_used(0.93),
            "web",
        ),
        (
            Machine::kvm(100_004)
                .labelled("Suspended")
                .suspended(true)
                .transfer_used(0.2),
            "db",
        ),
        (
            Machine::ovz(100_005).labelled("Old").transfer_used(0.5),
            "old",
        ),
    ];
    for (machine, tag) in machines {
        let details = Details {
            label: machine.label.clone(),
            veid: machine.veid.to_string(),
            tags: vec![tag.to_owned()],
            note: format!("note of {}", machine.label),
            ..Details::default()
        };
        let key = Secret::new(machine.key.clone());
        panel.kiwivm.add(machine);
        let vps = panel.add_to_panel(&details, &key).await;
        panel.read(&vps).await;
        panel.clock.turn(60);
    }
    panel
}

/// The rows of the fleet, in order.
fn labels(page: &Answer) -> Vec<String> {
    let rows = page.body.split("<th scope=\"row\"").skip(1);
    let label = |row: &str| {
        row.split("</a>")
            .next()
            .unwrap()
            .rsplit('>')
            .next()
            .unwrap()
            .to_owned()
    };
    rows.map(label).collect()
}

#[tokio::test]
async fn the_fleet_shows_what_needs_a_person_first() {
    let panel = fleet(Wish::default()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open("/").await.expect(200);
    page.must_show("5 VPSes")
        .must_show("3 running")
        .must_show("93% of the transfer used");
    let labels = labels(&page);
    assert_eq!(labels[0], "Suspended", "{labels:?}");
    let place = |label: &str| labels.iter().position(|one| one == label).unwrap();
    assert!(
        place("Full") < place("Calm") && place("Stopped") < place("Calm"),
        "{labels:?}"
    );
}

#[tokio::test]
async fn the_fleet_is_sorted_searched_and_filtered_by_plain_parameters() {
    let panel = fleet(Wish::default()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let cases: [(&str, &[&str]); 15] = [
        (
            "sort=label",
            &["Calm", "Full", "Old", "Stopped", "Suspended"],
        ),
        (
            "sort=label&dir=desc",
            &["Suspended", "Stopped", "Old", "Full", "Calm"],
        ),
        (
            "sort=transfer",
            &["Full", "Old", "Stopped", "Suspended", "Calm"],
        ),
        ("sort=age", &["Old", "Suspended", "Full", "Stopped", "Calm"]),
        ("state=stopped", &["Stopped"]),
        ("state=running&sort=label", &["Calm", "Full", "Old"]),
        ("tag=web&sort=label", &["Calm", "Full"]),
        ("tag=web&state=stopped", &[]),
        ("location=NL:+Amsterdam", &[]),
        ("q=CALM", &["Calm"]),
        ("q=100003", &["Full"]),
        ("q=note+old", &["Old"]),
        ("q=nothing+like+it", &[]),
        ("attention=1&sort=label", &["Full", "Stopped", "Suspended"]),
        ("sort=nonsense&dir=nonsense&state=", &["Suspended"]),
    ];
    for (query, wanted) in cases {
        let page = viewer.open(&format!("/?{query}")).await.expect(200);
        let mut found = labels(&page);
        if query.starts_with("sort=nonsense") {
            found.truncate(1);
        }
        if query != "location=NL:+Amsterdam" {
            assert_eq!(found, wanted, "{query}");
        }
        if found.is_empty() {
            page.must_show("Nothing fits this search");
        }
    }
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn every_location_on_offer_finds_its_vpses() {
    let panel = fleet(Wish::default()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open("/").await;
    let select = page
        .body
        .split("<select name=\"location\">")
        .nth(1)
        .unwrap();
    let options = Answer {
        body: select.split("</select>").next().unwrap().to_owned(),
        ..page.clone()
    };
    let locations = options.inside("option");
    assert!(locations.len() >= 3, "{locations:?}");
    let mut total = 0;
    for location in &locations[1..] {
        let query: String = form_urlencoded::byte_serialize(location.as_bytes()).collect();
        let found = labels(&viewer.open(&format!("/?location={query}")).await);
        assert!(!found.is_empty(), "{location}");
        total += found.len();
    }
    assert_eq!(total, 5);
}

#[tokio::test]
async fn the_fleets_rows_come_alone_for_htmx_in_the_order_that_is_looked_at() {
    let panel = fleet(Wish::default()).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer
        .open("/?sort=label&dir=desc&tag=web")
        .await
        .expect(200);
    let body = page
        .tags()
        .into_iter()
        .find(|tag| tag.name == "tbody")
        .unwrap();
    let again = body.attribute("hx-get").unwrap().to_owned();
    let rows = viewer.poll(&again).await.expect(200);
    assert!(!rows.body.contains("<html"), "the whole page came");
    assert_eq!(labels(&rows), ["Full", "Calm"]);
}

#[tokio::test]
async fn the_language_is_the_browsers_until_the_switch_is_used() {
    let panel = Panel::start().await;
    panel.person(ADMIN).await;
    let stranger = panel.stranger();
    let english = stranger.open("/sign-in").await.expect(200);
    english.must_show("Sign in");
    assert!(english.body.contains("<html lang=\"en\""));
    let chinese = stranger.in_chinese().open("/sign-in").await.expect(200);
    assert!(chinese.body.contains("<html lang=\"zh-CN\""));
    chinese.must_show(&stranger.in_chinese().says("sign-in-title").text());
    let fields = [("language", "zh-CN"), ("next", "/sign-in?next=%2Faudit")];
    let switched = stranger.submit("/language", &fields).await.expect(303);
    assert_eq!(switched.location(), "/sign-in?next=%2Faudit");
    let page = stranger.follow(&switched).await;
    assert!(
        page.body.contains("<html lang=\"zh-CN\""),
        "the switch is forgotten"
    );
    stranger
        .submit("/language", &[("language", "tlh")])
        .await
        .expect(400);
}

#[tokio::test]
async fn the_theme_is_the_systems_until_the_switch_is_used() {
    let panel = Panel::start().await;
    panel.person(ADMIN).await;
    let stranger = panel.stranger();
    assert!(!stranger.open("/sign-in").await.body.contains("data-theme"));
    let switched = stranger
        .submit("/theme", &[("theme", "dark"), ("next", "/sign-in")])
        .await;
    let page = stranger.follow(&switched).await.expect(200);
    assert!(page.body.contains("data-theme=\"dark\""));
    stranger
        .submit("/theme", &[("theme", "plaid")])
        .await
        .expect(400);
}

#[tokio::test]
async fn every_page_speaks_chinese_without_a_word_that_is_missing() {
    let panel = fleet(Wish::default()).await;
    let admin = panel.sign_in(ADMIN).await.in_chinese();
    for page in site::crawl(&panel, &admin).await {
        assert!(page.body.contains("<html lang=\"zh-CN\""), "{}", page.asked);
        for words in [page.title(), page.headings().join(" ")] {
            let is_id = |word: &str| {
                word.contains('-')
                    && word
                        .chars()
                        .all(|letter| letter.is_ascii_lowercase() || letter == '-')
            };
            assert!(
                !words.split(' ').any(is_id),
                "{} shows a message id: {words}",
                page.asked
            );
        }
    }
}

#[tokio::test]
async fn below_a_base_path_every_address_stays_below_it() {
    let panel = fleet(Wish::at("https://ops.example.com/kiwi/")).await;
    let admin = panel.sign_in(ADMIN).await;
    let pages = site::crawl(&panel, &admin).await;
    assert!(pages.len() > 200, "only {} pages", pages.len());
    for page in &pages {
        assert_eq!(page.status, 200, "{}", page.asked);
        for address in page.addresses() {
            // The authenticator app is no page, and those of the provider are not ours.
            let outward = [
                "#",
                "otpauth:",
                "https://kiwivm.64clouds.com/",
                "https://bandwagonhost.com/",
            ];
            let elsewhere = outward.iter().any(|start| address.starts_with(start));
            let stays = address.starts_with("/kiwi/") || elsewhere;
            assert!(stays, "{} leads to {address}", page.asked);
        }
        for tag in page.tags().iter().filter(|tag| tag.name == "meta") {
            let content = tag.attribute("content").unwrap_or_default();
            assert!(
                !content.contains("url=") || content.contains("url=/kiwi/"),
                "{}",
                page.asked
            );
        }
    }
    let sent = admin.submit("/vps/1/call/restart", &[]).await.expect(303);
    assert!(sent.location().starts_with("/kiwi/actions/"));
    admin
        .follow(&sent)
        .await
        .expect(200)
        .must_show("Restart: Accepted");
    let out = admin.submit("/sign-out", &[]).await.expect(303);
    assert_eq!(out.location(), "/kiwi/sign-in");
    let turned_away = admin.open("/audit?vps=1").await.expect(303);
    assert_eq!(
        turned_away.location(),
        "/kiwi/sign-in?next=%2Faudit%3Fvps%3D1"
    );
    admin.poll("/").await.expect(401);
}

#[tokio::test]
async fn beside_the_base_path_is_nothing() {
    let panel = Panel::with(Wish::at("https://ops.example.com/kiwi")).await;
    let visitor = panel.stranger().without_base();
    let outside = |path: &'static str| visitor.open(path);
    outside("/").await.expect(404);
    outside("/kiwideck").await.expect(404);
    outside("/sign-in").await.expect(404);
    let bare = outside("/kiwi").await.expect(308);
    assert_eq!(bare.location(), "/kiwi/");
    outside("/kiwi/healthz").await.expect(200);
}

#[tokio::test]
async fn files_are_kept_for_ever_and_come_compressed() {
    let panel = Panel::start().await;
    panel.person(ADMIN).await;
    let stranger = panel.stranger();
    let page = stranger.open("/sign-in").await;
    let files: Vec<String> = page
        .addresses()
        .into_iter()
        .filter(|address| address.starts_with("/static/"))
        .collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let file = file.split('#').next().unwrap();
        let plain = stranger.open(file).await.expect(200);
        assert!(
            plain.header("cache-control").unwrap().contains("immutable"),
            "{file}"
        );
        let sent = Sent {
            path: file,
            headers: &[("accept-encoding", "gzip, br")],
            ..Sent::default()
        };
        let zipped = stranger.send(sent).await.expect(200);
        assert_eq!(zipped.header("content-encoding").unwrap(), "gzip", "{file}");
    }
}
