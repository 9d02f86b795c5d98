//! What is typed wrong, too long, or hostile.

use crate::panel::{ADMIN, OPERATOR, Panel, VIEWER};
use crate::site;
use crate::visitor::Sent;
use axum::http::Method;
use kiwideck::simulator::{Machine, Misbehaviour};

#[tokio::test]
async fn what_is_not_there_is_said_with_what_was_looked_for() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    for what in ["77", "-1", "web", "99999999999999999999", "1'--"] {
        let path = format!("/vps/{}", what.replace('\'', "%27"));
        let page = admin.open(&path).await.expect(404);
        page.must_show("There is no such VPS")
            .must_show(&format!("No VPS {what} is here"));
    }
    let page = admin
        .open(&format!("/vps/{}/call/selfDestruct", vps.id))
        .await
        .expect(404);
    page.must_show("KiwiVM has no call named selfDestruct");
    let sent = admin
        .submit(&format!("/vps/{}/call/snapshot/Create", vps.id), &[])
        .await;
    sent.expect(404).must_show("snapshot/Create");
    admin
        .open("/nowhere")
        .await
        .expect(404)
        .must_show("There is no such page");
    admin
        .open("/people/77")
        .await
        .expect(404)
        .must_show("There is no such person");
    admin.open("/vps/import/77").await.expect(404);
    admin.open("/static/nothing.js").await.expect(404);
    let chinese = admin.in_chinese().open("/vps/77").await.expect(404);
    chinese
        .must_show(&admin.in_chinese().says("error-no-vps").text())
        .must_show("77");
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused_by_size() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let long = "x".repeat(1024 * 1024);
    for path in [
        format!("/vps/{}/call/basicShell/exec", vps.id),
        "/vps/new".to_owned(),
    ] {
        let answer = admin.submit(&path, &[("command", &long)]).await.expect(413);
        answer.must_show("A request may have 1 MiB at most");
    }
    let upload = admin
        .upload("/vps/import", long.as_bytes())
        .await
        .expect(413);
    upload.must_show("A request may have 1 MiB at most");
    assert!(panel.heard().is_empty());
    // A script of most of a mebibyte is a script.
    let script = "x".repeat(900 * 1024);
    let path = format!("/vps/{}/call/shellScript/exec", vps.id);
    admin
        .submit(&path, &[("script", &script)])
        .await
        .expect(303);
    assert_eq!(panel.kiwivm.heard()[0].parameters[0].1.len(), script.len());
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    for kind in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=b",
        "",
    ] {
        let sent = Sent {
            method: Method::POST,
            path: &format!("/vps/{}/call/restart", vps.id),
            headers: &[("content-type", kind), ("origin", "http://127.0.0.1:8080")],
            body: b"{\"confirm_name\":\"Web 1\"}".to_vec(),
        };
        admin
            .send(sent)
            .await
            .expect(400)
            .must_show("The form could not be read");
    }
    let broken = Sent {
        method: Method::POST,
        path: "/vps/import",
        headers: &[
            ("content-type", "multipart/form-data; boundary=b"),
            ("origin", "http://127.0.0.1:8080"),
        ],
        body: b"--b\r\nno header".to_vec(),
    };
    admin.send(broken).await.expect(400);
    assert!(panel.heard().is_empty());
}

/// Markup, quotes and what templates or SQL would take for theirs. The last word is looked for.
const HOSTILE: &str =
    "<script>alert(1)</script><img src=x onerror=y>\"'`{{7*7}}&amp;--; DROP TABLE vps";

#[tokio::test]
async fn t_xss_up_what_is_typed_anywhere_comes_back_as_text() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let short: String = HOSTILE.chars().take(60).collect();
    let tag: String = HOSTILE.chars().take(32).collect();
    let vps = [
        ("label", short.as_str()),
        ("veid", "100001"),
        ("tags", &tag),
        ("note", HOSTILE),
    ];
    admin.submit("/vps/1/edit", &vps).await.expect(303);
    let mut pages = vec![
        admin
            .submit(
                "/vps/1/edit",
                &[("label", HOSTILE), ("veid", HOSTILE), ("note", HOSTILE)],
            )
            .await
            .expect(422),
    ];
    let person = [
        ("username", HOSTILE),
        ("scope", HOSTILE),
        ("level", HOSTILE),
        ("end_date", HOSTILE),
    ];
    pages.push(admin.submit("/people", &person).await.expect(422));
    let person = [("username", short.as_str()), ("scope", "vps:1")];
    pages.push(admin.submit("/people", &person).await.expect(200));
    for path in [
        "/people",
        "/people/2",
        "/people/2/grants/1",
        "/vps/1/access",
    ] {
        pages.push(admin.open(path).await.expect(200));
    }
    pages.push(
        admin
            .submit("/sign-in", &[("username", HOSTILE), ("password", HOSTILE)])
            .await
            .expect(422),
    );
    pages.push(
        admin
            .submit("/account/time-zone", &[("time_zone", HOSTILE)])
            .await
            .expect(422),
    );
    let hostname = [("newHostname", HOSTILE)];
    let sent = admin.submit("/vps/1/call/setHostname", &hostname).await;
    pages.push(sent.expect(422));
    let missing = [("externalServerIP", HOSTILE)];
    pages.push(
        admin
            .submit("/vps/1/call/cloneFromExternalServer", &missing)
            .await
            .expect(422),
    );
    pages.push(
        admin
            .submit("/vps/1/remove", &[("confirm_name", HOSTILE)])
            .await
            .expect(422),
    );
    let csv = format!(
        "VEID,API_KEY,LABEL,TAGS\n100009,k,\"{}\",\"{}\"\n",
        short.replace('"', "\"\""),
        "<b>"
    );
    pages.push(
        admin
            .upload("/vps/import", csv.as_bytes())
            .await
            .expect(200),
    );
    pages.push(
        admin
            .submit(
                "/vps/labels",
                &[
                    ("vps", "1"),
                    ("veid", HOSTILE),
                    ("label", HOSTILE),
                    ("tags", HOSTILE),
                ],
            )
            .await
            .expect(422),
    );
    let keys = [("ssh_keys", HOSTILE)];
    let sent = admin.submit("/vps/1/call/updateSshKeys", &keys).await;
    pages.push(sent.expect(422));
    let query = "?q=%3Cscript%3Ealert(1)%3C/script%3E&state=%22%3E%3Cimg%20src=x%3E&tag=%27&location=%3C&sort=%22&dir=%3C";
    pages.push(admin.open(&format!("/{query}")).await.expect(200));
    pages.push(
        admin
            .open(&format!("/audit{query}&person=%3Cscript%3E&before=%3C"))
            .await
            .expect(200),
    );
    pages.push(
        admin
            .open(&format!("/vps/1/system{query}"))
            .await
            .expect(200),
    );
    admin
        .submit("/vps/1/shell", &[("command", HOSTILE), ("cwd", HOSTILE)])
        .await
        .expect(303);
    pages.extend(site::crawl(&panel, &admin).await);
    for page in &pages {
        holds_no_foreign_markup(page);
    }
    assert!(
        pages.iter().any(|page| page.shows(&short)),
        "the text itself is shown nowhere"
    );
}

#[track_caller]
fn holds_no_foreign_markup(page: &crate::answer::Answer) {
    for tag in page.tags() {
        assert!(
            tag.name != "img" && tag.name != "iframe",
            "{} has an element of a stranger",
            page.asked
        );
        assert!(
            tag.attribute("onerror").is_none() && tag.attribute("style").is_none(),
            "{}",
            page.asked
        );
        if tag.name == "script" {
            let file = tag.attribute("src").unwrap_or_default();
            assert!(
                file.contains("/static/"),
                "{} has a script of a stranger",
                page.asked
            );
        }
    }
    assert!(!page.body.contains("alert(1)</script>"), "{}", page.asked);
    assert!(!page.shows("49&amp;"), "{} computes", page.asked);
}

#[tokio::test]
async fn t_xss_up_text_from_kiwivm_is_only_text() {
    let panel = Panel::start().await;
    let mut machine = Machine::kvm(100_001)
        .labelled("Web 1")
        .named(HOSTILE)
        .suspended(true);
    machine.os = HOSTILE.to_owned();
    machine.suspensions[0].evidence = HOSTILE.to_owned();
    machine.node_alias = format!("{HOSTILE}\u{1b}[31m\u{202e}");
    machine.addresses = vec![HOSTILE.to_owned()];
    let vps = panel
        .add(machine.snapshot(HOSTILE, 3).noted(HOSTILE, 1))
        .await;
    panel.read(&vps).await;
    let admin = panel.sign_in(ADMIN).await;
    let mut pages = Vec::new();
    for call in [
        "getSuspensionDetails",
        "snapshot/list",
        "getAuditLog",
        "getServiceInfo",
        "getAvailableOS",
    ] {
        let sent = admin
            .submit(&format!("/vps/{}/call/{call}", vps.id), &[])
            .await;
        pages.push(admin.follow(&sent).await.expect(200));
    }
    let refusal =
        serde_json::json!({"error": 700_099, "message": HOSTILE, "additionalErrorInfo": HOSTILE});
    for body in [refusal.to_string(), HOSTILE.to_owned()] {
        panel
            .kiwivm
            .misbehave("restart", Misbehaviour::Body(body.into_bytes()));
        let sent = admin
            .submit(&format!("/vps/{}/call/restart", vps.id), &[])
            .await;
        pages.push(admin.follow(&sent).await.expect(200));
    }
    pages.extend(site::crawl(&panel, &admin).await);
    for page in &pages {
        holds_no_foreign_markup(page);
    }
    assert!(
        pages
            .iter()
            .filter(|page| page.shows("DROP TABLE vps"))
            .count()
            > 5
    );
}

#[tokio::test]
async fn t_ansi_what_a_command_writes_steers_no_terminal() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let body = serde_json::json!({"error": 0, "message": "\u{1b}[31mred\u{1b}[0m\u{7} \u{1b}]0;title\u{7}<b>bold</b>\u{0}"});
    panel.kiwivm.misbehave(
        "basicShell/exec",
        Misbehaviour::Body(body.to_string().into_bytes()),
    );
    let path = format!("/vps/{}/shell", vps.id);
    let sent = admin
        .submit(&path, &[("command", "colours")])
        .await
        .expect(303);
    let page = admin.follow(&sent).await.expect(200);
    page.must_show("red <b>bold</b>");
    assert!(
        !page
            .body
            .chars()
            .any(|letter| letter.is_control() && letter != '\n')
    );
}

#[tokio::test]
async fn a_label_and_a_veid_are_taken_once_whatever_their_case() {
    let (panel, _) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let key = "private_TESTsomethingElseEntirely";
    let taken = [
        ("label", "  WEB 1 "),
        ("veid", "100002"),
        ("api_key", key),
        ("anyway", "1"),
    ];
    let again = admin.submit("/vps/new", &taken).await.expect(422);
    again.must_show("Another VPS has this label");
    assert_eq!(again.field("/vps/new", "veid").unwrap(), "100002");
    assert_eq!(again.field("/vps/new", "api_key").unwrap(), "");
    let taken = [
        ("label", "Web 2"),
        ("veid", "100001"),
        ("api_key", key),
        ("anyway", "1"),
    ];
    let again = admin.submit("/vps/new", &taken).await.expect(422);
    again.must_show("This VEID is in the panel already");
    assert_eq!(again.field("/vps/new", "label").unwrap(), "Web 2");
    assert!(!again.body.contains(key));
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 1);
}

#[tokio::test]
async fn a_new_vps_is_checked_field_by_field() {
    let panel = Panel::start().await;
    let admin = panel.sign_in(ADMIN).await;
    let again = admin.submit("/vps/new", &[]).await.expect(422);
    again.must_show("3 things to correct. Nothing was saved or sent.");
    let long = "x".repeat(70);
    let cases = [
        ("label", long.as_str(), "At most 64 characters"),
        ("veid", "12x", "A VEID is a number"),
        ("veid", "12345678901", "A VEID is a number"),
        ("api_key", "two words", "A key has no spaces"),
        ("tags", &long, "A tag has at most 32 characters"),
    ];
    for (name, value, words) in cases {
        let good = [
            ("label", "Web 1"),
            ("veid", "100001"),
            ("api_key", "k"),
            ("tags", ""),
        ];
        let mut fields = good.to_vec();
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value));
        let again = admin.submit("/vps/new", &fields).await.expect(422);
        again.must_show(words).must_show("One thing to correct");
    }
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 0);
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn a_bad_pair_is_doubted_and_can_be_saved_on_purpose() {
    let panel = Panel::start().await;
    panel.kiwivm.add(Machine::kvm(100_001));
    let admin = panel.sign_in(ADMIN).await;
    let bad = [
        ("label", "Web 1"),
        ("veid", "100001"),
        ("api_key", "private_TESTwrongwrongwrong00000"),
    ];
    let again = admin.submit("/vps/new", &bad).await.expect(422);
    again
        .must_show("KiwiVM did not take this VEID and key")
        .must_show("Either the API key or the VEID is wrong");
    let mut on_purpose = bad.to_vec();
    on_purpose.push(("anyway", "1"));
    let saved = admin.submit("/vps/new", &on_purpose).await.expect(303);
    admin
        .follow(&saved)
        .await
        .expect(200)
        .must_show("Key refused");
}

#[tokio::test]
async fn a_vps_is_removed_when_its_label_is_typed_and_its_number_never_comes_back() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let remove = format!("/vps/{}/remove", vps.id);
    admin
        .submit(&remove, &[("confirm_name", "Web 2")])
        .await
        .expect(422)
        .must_show("This is not the label Web 1");
    let gone = admin
        .submit(&remove, &[("confirm_name", " Web 1")])
        .await
        .expect(303);
    admin.follow(&gone).await.must_show("No VPS yet");
    admin.open(&format!("/vps/{}", vps.id)).await.expect(404);
    assert_eq!(panel.count("SELECT count(*) FROM reading").await, 0);
    admin
        .open("/audit")
        .await
        .expect(200)
        .must_show("VPS removed");
    let next = panel.add(Machine::kvm(100_001)).await;
    assert_ne!(next.id, vps.id);
}

#[tokio::test]
async fn line_ends_become_what_a_shell_expects() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let here = "cat <<'END'\r\none\r\ntwo\r\nEND";
    let path = format!("/vps/{}/shell", vps.id);
    let sent = admin.submit(&path, &[("command", here)]).await.expect(303);
    admin.follow(&sent).await.expect(200).must_show("one two");
    assert!(!panel.kiwivm.heard()[0].parameters[0].1.contains('\r'));
}

#[tokio::test]
async fn the_shell_keeps_its_directory_and_says_how_a_command_ended() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/shell", vps.id);
    for command in [
        "cd /etc",
        "pwd",
        "false",
        "cd /nowhere",
        "cd /tmp && echo a-word-of-mine",
    ] {
        admin
            .fill_in(&path, &[("command", command)])
            .await
            .expect(303);
    }
    let calls = [
        "basicShell/cd",
        "basicShell/exec",
        "basicShell/exec",
        "basicShell/cd",
        "basicShell/exec",
    ];
    assert_eq!(panel.heard(), calls);
    let page = admin.open(&path).await.expect(200);
    page.must_show("exit 1")
        .must_show("No such file or directory")
        .must_show("a-word-of-mine");
    assert_eq!(page.field(&path, "cwd").unwrap(), "/tmp");
    admin.submit(&path, &[("clear", "1")]).await.expect(303);
    admin.open(&path).await.must_show("Nothing was run yet");
    // The conversation is this session's alone, and an operator without the right has none.
    panel
        .sign_in(ADMIN)
        .await
        .open(&path)
        .await
        .expect(200)
        .must_not_show("a-word-of-mine");
    panel
        .sign_in(OPERATOR)
        .await
        .open(&path)
        .await
        .expect(403)
        .must_show("“Shell”");
    panel
        .sign_in(VIEWER)
        .await
        .submit(&path, &[("command", "id")])
        .await
        .expect(403);
}

#[tokio::test]
async fn a_command_that_runs_is_looked_at_again_and_its_output_comes() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/shell", vps.id);
    let hold = panel.kiwivm.hold("*");
    let look = async {
        panel.until_heard().await;
        // KiwiVM may hear it a moment before the conversation holds it. Without JavaScript a link looks
        // again: a page that came by itself would lose what is being typed.
        let comes_again =
            format!("<noscript><a class=\"button small\" href=\"{path}?again=1#command\"");
        while !admin
            .open(&path)
            .await
            .expect(200)
            .body
            .contains(&comes_again)
        {
            tokio::task::yield_now().await;
        }
        let part = admin.poll(&path).await.expect(200);
        let again = format!("{path}?entry=");
        let asks = part.addresses().into_iter();
        let asks = asks.filter(|address| address.starts_with(&again));
        let entry = asks.collect::<Vec<String>>().pop().unwrap();
        assert!(!part.body.contains("<html"));
        part.must_show("echo a-word-of-mine");
        drop(hold);
        entry
    };
    let form = [("command", "echo a-word-of-mine")];
    let look = tokio::time::timeout(std::time::Duration::from_secs(20), look);
    let (_, entry) = futures_util::future::join(admin.submit(&path, &form), look).await;
    let entry = entry.expect("without JavaScript it stands still");
    let part = admin.poll(&entry).await.expect(200);
    part.must_show("echo a-word-of-mine a-word-of-mine");
    assert!(!part.addresses().contains(&entry), "it goes on asking");
}
