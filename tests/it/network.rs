//! The page of a VPS's addresses: names edited in place, IPv6, private addresses, null-routes.

use crate::answer::Answer;
use crate::missing;
use crate::panel::{ADMIN, MANAGER, OPERATOR, Panel, VIEWER, web_1};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::{CALLS, FREE_PRIVATE_ADDRESSES, LIVE_INFO, SERVICE_INFO};
use kiwideck::simulator::{Machine, Misbehaviour};
use serde_json::{Value, json};

/// The page under KiwiVM's answer with these fields changed; null takes one away.
async fn page_with(changes: Value) -> (Panel, Visitor, Answer) {
    let (panel, vps) = Panel::of(web_1().ipv6_subnets(1)).await;
    let mut reply = missing::reply(&panel, &vps, SERVICE_INFO).await;
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            reply.as_object_mut().unwrap().remove(name);
        } else {
            reply[name] = value.clone();
        }
    }
    let body = Misbehaviour::Body(reply.to_string().into_bytes());
    panel
        .kiwivm
        .misbehave_times("getServiceInfo", body, usize::MAX);
    panel.clock.turn(60);
    panel.read_call(&vps, SERVICE_INFO).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open("/vps/1/network").await.expect(200);
    (panel, admin, page)
}

/// What stands in the fields of this name, in the order of the page.
fn fields(page: &Answer, name: &str) -> Vec<String> {
    let tags = page.tags().into_iter();
    let named = tags.filter(|tag| tag.attribute("name") == Some(name));
    named
        .map(|tag| tag.attribute("value").unwrap_or_default().to_owned())
        .collect()
}

fn leads_to(page: &Answer, path: &str) -> bool {
    page.addresses().iter().any(|address| address == path)
}

#[tokio::test]
async fn a_reverse_name_is_changed_in_its_row_and_the_page_shows_the_new_one() {
    let (panel, vps) = Panel::of(web_1().named("web-1.example.com").ipv6_subnets(2)).await;
    let operator = panel.sign_in(OPERATOR).await;
    let path = format!("/vps/{}/network", vps.id);
    let page = operator.open(&path).await.expect(200);
    assert_eq!(fields(&page, "ptr"), ["web-1.example.com", "", ""]);
    let ips = fields(&page, "ip");
    assert!(ips[1].ends_with("::/64"), "{ips:?}");
    let action = fields(&page, "action")[0].clone();
    let form = [
        ("action", action.as_str()),
        ("ip", &ips[1]),
        ("ptr", " Mail.example.com. "),
    ];
    panel.kiwivm.forget_heard();
    let sent = operator.submit(&path, &form).await.expect(303);
    assert_eq!(sent.location(), format!("{path}?done={action}"));
    let heard = &panel.kiwivm.heard()[0];
    let wanted = [("ip", ips[1].as_str()), ("ptr", "Mail.example.com")];
    let wanted = wanted.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(heard.parameters, wanted);
    let page = operator.follow(&sent).await.expect(200);
    page.must_show("Set PTR: Accepted");
    assert_eq!(
        fields(&page, "ptr"),
        ["web-1.example.com", "Mail.example.com", ""]
    );
}

#[tokio::test]
async fn a_name_that_is_none_comes_back_with_what_is_wrong_and_is_not_sent() {
    let (panel, vps) = Panel::of(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/network", vps.id);
    let ip = vps_ip(&panel);
    for (ptr, words) in [
        ("mail_1.example.com", "“_” cannot be in a hostname"),
        ("mail 1", "A hostname has no spaces"),
        ("mail..example.com", "There is nothing between two dots"),
        (
            "-mail.example.com",
            "The part “-mail” begins or ends with a hyphen",
        ),
        ("192.0.2.1", "This is an address"),
        ("例子.example", "written in punycode"),
        (&"a.".repeat(130), "at most 253 characters"),
        (&"a".repeat(64), "at most 63 characters between dots"),
        ("", "Required"),
    ] {
        let form = [("ip", ip.as_str()), ("ptr", ptr)];
        let again = admin.submit(&path, &form).await.expect(422);
        // Above, and in its row.
        assert_eq!(again.text().matches(words).count(), 2, "{ptr}");
        assert_eq!(fields(&again, "ptr")[0], ptr);
        assert_eq!(fields(&again, "ip")[0], ip);
    }
    assert!(!panel.heard().contains(&"setPTR".to_owned()));
}

fn vps_ip(panel: &Panel) -> String {
    let latest = panel.app.readings.of(1);
    latest.service().unwrap().1.ip_addresses[0].clone()
}

#[tokio::test]
async fn where_reverse_names_cannot_be_set_they_are_text_and_the_page_says_why() {
    let (_panel, _, page) = page_with(json!({"rdns_api_available": false})).await;
    page.must_show("PTR name: this plan or location offers no reverse DNS");
    page.must_show("host-100001.example.com");
    assert!(fields(&page, "ptr").is_empty());
    // Unknown is not no.
    let (_panel, _, page) = page_with(json!({"rdns_api_available": null, "ptr": null})).await;
    assert_eq!(fields(&page, "ptr"), ["", ""]);
}

#[tokio::test]
async fn a_subnet_finds_its_name_with_and_without_its_length_and_no_name_is_lost() {
    let ptr = json!({"2001:db8:86a1:1::": "six.example.com", "203.0.113.9": "gone.example.com"});
    let addresses = json!(["192.0.2.7", "2001:db8:86a1:1::/64"]);
    let changes = json!({"ptr": ptr, "ip_addresses": addresses});
    let (_panel, _, page) = page_with(changes).await;
    assert_eq!(
        fields(&page, "ptr"),
        ["", "six.example.com", "gone.example.com"]
    );
    page.must_show("IPv6 /64");
}

#[tokio::test]
async fn an_ipv6_subnet_is_added_until_the_plan_is_full_and_removed_by_its_form() {
    let (panel, vps) = Panel::of(web_1().ipv6_subnets(2)).await;
    let manager = panel.sign_in(MANAGER).await;
    let path = format!("/vps/{}/network", vps.id);
    let add = format!("/vps/{}/call/ipv6/add", vps.id);
    let page = manager.open(&path).await.expect(200);
    page.must_show("2 of 3 used");
    let sent = manager.submit(&add, &[("stay", "1"), ("ip", "")]).await;
    assert!(panel.kiwivm.heard()[0].parameters.is_empty());
    let page = manager.follow(&sent).await.expect(200);
    page.must_show("Add IPv6: Accepted")
        .must_show("3 of 3 used")
        .must_show("The plan’s limit is reached");
    assert!(!leads_to(&page, &add));
    let last = fields(&page, "ip").remove(3);
    let removal = page.addresses();
    let removal = removal.iter().rfind(|path| path.contains("ipv6/delete"));
    let form = manager.open(removal.unwrap()).await.expect(200);
    let call = format!("/vps/{}/call/ipv6/delete", vps.id);
    assert_eq!(form.field(&call, "ip").unwrap(), last);
    assert_eq!(form.field(&call, "confirm_name").unwrap(), "");
}

#[tokio::test]
async fn ipv6_is_off_where_the_location_has_none() {
    let (_panel, _, page) = page_with(json!({"location_ipv6_ready": false})).await;
    page.must_show("This location has no IPv6");
    assert!(!leads_to(&page, "/vps/1/call/ipv6/add"));
    let (_panel, _, page) = page_with(json!({"plan_max_ipv6s": null})).await;
    page.must_show("1 used");
    assert!(leads_to(&page, "/vps/1/call/ipv6/add"));
}

#[tokio::test]
async fn a_private_address_is_chosen_or_picked_and_removed_by_its_form() {
    let (panel, vps) = Panel::of(web_1()).await;
    let manager = panel.sign_in(MANAGER).await;
    let path = format!("/vps/{}/network", vps.id);
    let page = manager.open(&path).await.expect(200);
    page.must_show("No private address is assigned");
    let free = page.choices("ip");
    assert_eq!(free.len(), 3);
    let assign = format!("/vps/{}/call/privateIp/assign", vps.id);
    let form = [("stay", "1"), ("ip", free[1].as_str())];
    let sent = manager.submit(&assign, &form).await.expect(303);
    let page = manager.follow(&sent).await.expect(200);
    page.must_show(&free[1]);
    assert!(!page.choices("ip").contains(&free[1]));
    let sent = manager.submit(&assign, &[("stay", "1"), ("ip", "")]).await;
    let page = manager.follow(&sent).await.expect(200);
    let removals = page.addresses();
    let removals: Vec<_> = removals
        .iter()
        .filter(|path| path.contains("privateIp/delete?ip=10.8."))
        .collect();
    assert_eq!(removals.len(), 2, "{removals:?}");
    manager.open(removals[0]).await.expect(200);
}

#[tokio::test]
async fn private_addresses_are_off_where_plan_or_location_has_none() {
    for (field, words) in [
        (
            "plan_private_network_available",
            "The plan has no private network",
        ),
        (
            "location_private_network_available",
            "This location has no private network",
        ),
    ] {
        let (panel, admin, page) = page_with(json!({field: false})).await;
        page.must_show(words);
        assert!(!leads_to(&page, "/vps/1/call/privateIp/assign"));
        let again = [("section", "network")];
        admin.submit("/vps/1/refresh", &again).await.expect(303);
        assert!(panel.heard().contains(&SERVICE_INFO.name.into()));
        assert!(!panel.heard().contains(&FREE_PRIVATE_ADDRESSES.name.into()));
    }
}

#[tokio::test]
async fn on_an_ovz_what_is_not_said_is_unknown_and_a_private_address_can_be_asked_for() {
    let (panel, vps) = Panel::of(Machine::ovz(100_002).labelled("Old mail")).await;
    let admin = panel.sign_in(ADMIN).await;
    let page = admin.open("/vps/1/network").await.expect(200);
    let untold = page.text().matches("KiwiVM does not say.").count();
    assert_eq!(untold, 2, "of private addresses and of null-routes");
    page.must_show("0 of 3 used");
    assert!(leads_to(&page, "/vps/1/call/privateIp/assign"));
    assert_eq!(fields(&page, "ptr"), [""]);
    assert!(panel.heard().is_empty(), "{:?}", panel.heard());
    drop(vps);
}

#[tokio::test]
async fn a_null_route_is_told_with_its_time_and_its_packet_log() {
    let (panel, vps) = Panel::of(web_1().null_routed(5400)).await;
    panel.clock.turn(600);
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open("/vps/1/network").await.expect(200);
    page.must_show("Ends in 1 h 20 min")
        .must_show("UDP, length 1400");
    assert_eq!(page.inside("pre").len(), 1);
    let overview = viewer.open("/vps/1").await.expect(200);
    assert!(leads_to(&overview, "/vps/1/network"));
    panel.clock.turn(2 * 3600);
    let page = viewer.open("/vps/1/network").await.expect(200);
    page.must_show("It should be over");
    drop(vps);
    let log = "\u{1b}[31m</pre><img src=x>\u{202e}";
    let route = json!({"192.0.2.1": {"log": log}});
    let (_panel, _, page) = page_with(json!({"ip_nullroutes": route})).await;
    page.must_show("Since Unknown Until Unknown Ends in Unknown")
        .must_show("[31m</pre><img src=x>");
    assert!(!page.tags().iter().any(|tag| tag.name == "img"));
    let (_panel, _, page) = page_with(json!({})).await;
    page.must_show("No address is null-routed");
}

#[tokio::test]
async fn without_addresses_the_page_says_so_and_with_hundreds_each_has_its_row() {
    let (_panel, _, page) = page_with(json!({"ip_addresses": [], "ptr": []})).await;
    page.must_show("KiwiVM lists no address");
    let (_panel, _, page) = page_with(json!({"ip_addresses": null, "ptr": null})).await;
    page.must_show("KiwiVM does not say.");
    let panel = Panel::start().await;
    let unread = panel.add(web_1()).await;
    let garbage = Misbehaviour::Body(b"<html>".to_vec());
    panel
        .kiwivm
        .misbehave_times("getServiceInfo", garbage, usize::MAX);
    let path = format!("/vps/{}/network", unread.id);
    let page = panel.sign_in(VIEWER).await.open(&path).await.expect(200);
    page.must_show("Not known yet.")
        .must_not_show("KiwiVM does not say");
    let many: Vec<String> = (0..300).map(|n| format!("2001:db8:0:{n:x}::/64")).collect();
    let (_panel, _, page) = page_with(json!({"ip_addresses": many, "ptr": []})).await;
    assert_eq!(fields(&page, "ptr").len(), 300);
    page.must_show("300 of 3 used");
}

#[tokio::test]
async fn what_a_person_may_not_do_to_an_address_is_not_offered_and_the_page_says_why() {
    let (panel, _) = Panel::of(web_1().ipv6_subnets(1)).await;
    let viewer = panel.sign_in(VIEWER).await;
    let page = viewer.open("/vps/1/network").await.expect(200);
    let right = |id| viewer.says(id).text();
    page.must_show(&format!(
        "PTR name: needs the right “{}”",
        right("right-operate")
    ));
    for call in CALLS.iter().filter(|call| !call.is_read()) {
        let path = format!("/vps/1/call/{}", call.name);
        let offered = page.addresses();
        assert!(!offered.iter().any(|one| one.starts_with(&path)), "{path}");
    }
    let operator = panel.sign_in(OPERATOR).await;
    let page = operator.open("/vps/1/network").await.expect(200);
    assert!(leads_to(&page, "/vps/1/call/ipv6/add"));
    page.must_show(&format!(
        "Delete IPv6: needs the right “{}”",
        right("right-manage")
    ));
    assert!(!page.body.contains("ipv6/delete?"));
}

#[tokio::test]
async fn a_failed_call_leaves_the_last_addresses_with_their_age_and_the_reason() {
    let (panel, _) = Panel::of(web_1()).await;
    let admin = panel.sign_in(ADMIN).await;
    let ip = vps_ip(&panel);
    panel.clock.turn(3600);
    panel
        .kiwivm
        .misbehave_times("*", Misbehaviour::Html(502), usize::MAX);
    let form = [("section", "network")];
    let sent = admin.submit("/vps/1/refresh", &form).await.expect(303);
    assert_eq!(sent.location(), "/vps/1/network");
    let page = admin.follow(&sent).await.expect(200);
    page.must_show(&ip)
        .must_show("as of 1 hour ago")
        .must_show("The last reading failed")
        .must_show("HTTP status 502");
    panel.kiwivm.behave();
    let sent = admin.submit("/vps/1/refresh", &form).await;
    let page = admin.follow(&sent).await.expect(200);
    page.must_show(&ip)
        .must_not_show("The last reading failed")
        .must_not_show("1 hour ago");
}

#[tokio::test]
async fn the_network_page_stands_without_any_one_field() {
    for machine in [
        web_1().null_routed(60).ipv6_subnets(1),
        Machine::ovz(100_001).labelled("Web 1"),
    ] {
        let is_kvm = machine.private_network;
        let (panel, vps) = Panel::of(machine).await;
        let admin = panel.sign_in(ADMIN).await;
        for call in [LIVE_INFO, SERVICE_INFO] {
            missing::stands(&panel, (&admin, "/vps/1/network"), (&vps, call)).await;
        }
        if is_kvm {
            let page = (&admin, "/vps/1/network");
            missing::stands(&panel, page, (&vps, FREE_PRIVATE_ADDRESSES)).await;
        }
    }
}

#[tokio::test]
async fn the_network_page_speaks_chinese() {
    let (panel, _) = Panel::of(web_1().ipv6_subnets(3).null_routed(5400)).await;
    let admin = panel.sign_in(ADMIN).await.in_chinese();
    let page = admin.open("/vps/1/network").await.expect(200);
    page.must_show("反向解析（PTR）")
        .must_show("已用 3 个，共 3 个")
        .must_show("已达套餐上限")
        .must_show("数据包日志");
}
