//! A fresh proof of who one is, before what cannot be undone: asked for once, and then the person is
//! where they were, with what they typed, and nothing was done twice.

use crate::panel::{ADMIN, MANAGER_WITH_SHELL, PASSWORD, Panel, Wish};
use crate::site::{self, Policy};
use crate::visitor::Visitor;
use kiwideck::actions;
use kiwideck::kiwivm::calls::find;
use kiwideck::model::audit::Who;
use kiwideck::model::person;
use kiwideck::openings::OPEN_S;
use kiwideck::perform::{self, Order, PerformError};
use kiwideck::simulator::{Machine, Misbehaviour};

/// A little longer than a proof holds.
const LATER_S: i64 = 5 * 60 + 1;
const RIGHT: [(&str, &str); 1] = [("password", PASSWORD)];

/// A panel with `Web 1`, and its admin, whose proof is no longer fresh.
async fn scene() -> (Panel, String, Visitor) {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    panel.clock.turn(LATER_S);
    (panel, format!("/vps/{}", vps.id), admin)
}

#[tokio::test]
async fn t_stepup_a_destroying_call_waits_for_the_proof_and_then_goes_once() {
    let (panel, vps, admin) = scene().await;
    let id = actions::new_id().unwrap();
    let fields = [
        ("action", id.as_str()),
        ("os", "debian-13-x86_64"),
        ("confirm_name", "Web 1"),
    ];
    let call = format!("{vps}/call/reinstallOS");
    let held = admin.submit(&call, &fields).await.expect(303);
    let prove = held.location();
    assert!(prove.starts_with("/prove/"), "{prove}");
    admin
        .follow(&held)
        .await
        .expect(200)
        .must_show("Confirm it is you");
    let wrong = admin.submit(&prove, &[("password", "wrong")]).await;
    wrong.expect(422).must_show("That is not right");
    assert!(panel.heard().is_empty(), "{:?}", panel.heard());
    let done = admin.submit(&prove, &RIGHT).await.expect(303);
    assert_eq!(done.location(), format!("/actions/{id}"));
    admin.follow(&done).await.expect(200);
    let again = admin.submit(&prove, &RIGHT).await.expect(303);
    assert_eq!(again.location(), "/");
    panel.settle().await;
    let heard = panel.kiwivm.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    let os = heard[0].parameters.iter().find(|(name, _)| name == "os");
    assert_eq!(os.unwrap().1, "debian-13-x86_64");
}

#[tokio::test]
async fn t_stepup_a_proof_is_that_of_one_session() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (_, name) = panel.person(ADMIN).await;
    let (here, there) = (panel.sign_in_as(&name).await, panel.sign_in_as(&name).await);
    panel.clock.turn(LATER_S);
    let call = format!("/vps/{}/call/resetRootPassword", vps.id);
    let held = here.submit(&call, &[]).await.expect(303);
    // The other session proves itself, and gets nothing of what waits here.
    let other = there.submit(&held.location(), &RIGHT).await.expect(303);
    assert_eq!(other.location(), "/");
    assert!(panel.heard().is_empty());
    let still = here.submit(&call, &[]).await.expect(303);
    assert!(still.location().starts_with("/prove/"));
    there.submit(&call, &[]).await.expect(303);
    assert_eq!(panel.heard(), ["resetRootPassword"]);
}

#[tokio::test]
async fn t_stepup_reads_and_ordinary_changes_need_none() {
    let (panel, vps, admin) = scene().await;
    for call in ["getServiceInfo", "restart"] {
        let sent = admin.submit(&format!("{vps}/call/{call}"), &[]).await;
        assert!(sent.expect(303).location().starts_with("/actions/"));
    }
    assert_eq!(panel.heard(), ["getServiceInfo", "restart"]);
}

#[tokio::test]
async fn t_stepup_the_shell_opens_by_a_proof_and_stays_open_while_it_is_used() {
    let (panel, vps, admin) = scene().await;
    let shell = format!("{vps}/shell");
    let asked = admin.open(&shell).await.expect(303);
    assert_eq!(asked.location(), "/prove?next=%2Fvps%2F1%2Fshell");
    let command = [("command", "hostname")];
    let held = admin.submit(&shell, &command).await.expect(303);
    assert!(panel.heard().is_empty());
    admin.submit(&held.location(), &RIGHT).await.expect(303);
    panel.settle().await;
    assert_eq!(panel.heard(), ["basicShell/exec"]);
    for _ in 0..3 {
        panel.clock.turn(OPEN_S - 1);
        admin.submit(&shell, &command).await.expect(303);
        panel.settle().await;
    }
    assert_eq!(panel.heard().len(), 4);
    // Looking, as a page does that comes again by itself, keeps nothing open.
    panel.clock.turn(OPEN_S / 2);
    admin.poll(&shell).await.expect(200);
    panel.clock.turn(OPEN_S / 2);
    let polled = admin.poll(&shell).await.expect(401);
    let target = polled.header("hx-redirect").unwrap();
    assert!(target.starts_with("/prove?next="), "{target}");
    let by_call = format!("{vps}/call/basicShell/exec");
    let held = admin.submit(&by_call, &command).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert_eq!(panel.heard().len(), 4);
}

#[tokio::test]
async fn t_stepup_an_open_shell_opens_no_other_vps_and_no_other_call() {
    let (panel, vps, admin) = scene().await;
    let second = panel.add(Machine::kvm(100_002).labelled("Web 2")).await;
    panel.read(&second).await;
    admin
        .submit("/prove", &[("password", PASSWORD), ("next", "/")])
        .await
        .expect(303);
    admin.open(&format!("{vps}/shell")).await.expect(200);
    panel.clock.turn(LATER_S);
    admin.open(&format!("{vps}/shell")).await.expect(200);
    let other = format!("/vps/{}/shell", second.id);
    admin.open(&other).await.expect(303);
    let call = format!("{vps}/call/resetRootPassword");
    let held = admin.submit(&call, &[]).await.expect(303);
    assert!(held.location().starts_with("/prove/"));
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn t_stepup_a_new_key_waits_for_the_proof_with_all_that_was_typed() {
    let (panel, vps, admin) = scene().await;
    let new_key = "private_TESTnewnewnewnewnewnewnewn";
    panel
        .kiwivm
        .alter(100_001, |machine| machine.key = new_key.into());
    let fields = [
        ("label", "Web 1"),
        ("veid", "100001"),
        ("note", "with \"quotes\" & <markup>"),
        ("api_key", new_key),
    ];
    let edit = format!("{vps}/edit");
    let held = admin.submit(&edit, &fields).await.expect(303);
    let page = admin.follow(&held).await.expect(200);
    page.must_show("Web 1 · /vps/1/edit");
    assert!(panel.heard().is_empty(), "the pair was tried too early");
    let done = admin.submit(&held.location(), &RIGHT).await.expect(303);
    assert_eq!(done.location(), format!("{vps}?saved=pair"));
    let page = admin.open(&edit).await.expect(200);
    page.must_show("with \"quotes\" & <markup>");
}

#[tokio::test]
async fn t_stepup_whatever_admins_send_waits_for_the_proof() {
    let (panel, vps, admin) = scene().await;
    let (other, _) = panel.person(ADMIN).await;
    let before = panel.count("SELECT count(*) FROM audit").await;
    let mut tried = 0;
    for route in site::all() {
        let of_admins = matches!(route.policy, Policy::People | Policy::Admins);
        if !of_admins || !route.post {
            continue;
        }
        let id = match route.pattern.starts_with("/people") {
            true => other.to_string(),
            false => vps.trim_start_matches("/vps/").to_owned(),
        };
        let path = route.path_of(&id);
        let fields = [
            ("label", "Web 1"),
            ("veid", "100001"),
            ("confirm_name", "Web 1"),
        ];
        let held = admin.submit(&path, &fields).await.expect(303);
        assert!(held.location().starts_with("/prove/"), "{path}");
        tried += 1;
    }
    assert!(tried > 12, "{tried}");
    assert_eq!(panel.count("SELECT count(*) FROM audit").await, before);
    assert!(panel.heard().is_empty());
}

#[tokio::test]
async fn t_stepup_a_file_of_keys_is_read_only_after_the_proof() {
    let (panel, _, admin) = scene().await;
    let file = b"VEID,API_KEY\n100009,private_TESTaaaaaaaaaaaaaaaaaaaaaaaa\n";
    let held = admin.upload("/vps/import", file).await.expect(303);
    let read = admin.submit(&held.location(), &RIGHT).await.expect(200);
    read.must_show("100009");
    drop(panel);
}

#[tokio::test]
async fn t_stepup_a_secret_in_a_reply_is_shown_after_the_proof() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let path = format!("/vps/{}/call", vps.id);
    for call in ["resetRootPassword", "getLiveServiceInfo"] {
        let sent = admin
            .submit(&format!("{path}/{call}"), &[])
            .await
            .expect(303);
        panel.settle().await;
        panel.clock.turn(LATER_S);
        let reveal = format!("{}/reveal", sent.location());
        let held = admin.submit(&reveal, &[]).await.expect(303);
        assert!(held.location().starts_with("/prove/"), "{call}");
        let shown = admin.submit(&held.location(), &RIGHT).await.expect(200);
        shown.must_show("Shown once");
        let again = admin.submit(&reveal, &[]).await.expect(200);
        again.must_not_show("Shown once");
    }
}

#[tokio::test]
async fn t_fixation_the_token_before_a_proof_has_no_open_shell_either() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let shell = format!("/vps/{}/shell", vps.id);
    let command = [("command", "hostname")];
    let proof = [("password", PASSWORD), ("next", "/")];
    for opened_before in [true, false] {
        if opened_before {
            admin.open(&shell).await.expect(200);
        }
        let thief = admin.copied();
        admin.submit("/prove", &proof).await.expect(303);
        admin.open(&shell).await.expect(200);
        for path in [&shell, &format!("/vps/{}/call/basicShell/exec", vps.id)] {
            let held = thief.submit(path, &command).await.expect(303);
            assert!(held.location().starts_with("/prove/"), "{path}");
        }
        let asked = thief.open(&shell).await.expect(303);
        assert!(asked.location().starts_with("/prove"));
    }
    assert!(panel.heard().is_empty(), "{:?}", panel.heard());
}

#[tokio::test]
async fn t_stepup_whoever_stole_a_session_cannot_end_the_others() {
    let (_panel, _, admin) = scene().await;
    let held = admin.submit("/account/sessions", &[("others", "1")]).await;
    assert!(held.expect(303).location().starts_with("/prove/"));
}

#[tokio::test]
async fn t_stepup_the_gate_itself_asks_whoever_calls_it() {
    let (panel, vps) = Panel::with_one_vps().await;
    let (id, name) = panel.person(MANAGER_WITH_SHELL).await;
    panel.sign_in_as(&name).await;
    panel.clock.turn(LATER_S);
    let now_s = panel.clock.now_s();
    let person = person::find(&panel.app.db, id, now_s).await.unwrap();
    for call in [
        "reinstallOS",
        "resetRootPassword",
        "basicShell/exec",
        "shellScript/exec",
    ] {
        let order = Order {
            action: actions::new_id().unwrap(),
            who: Who::default(),
            person: person.clone().unwrap(),
            session_id: 1,
            is_current: true,
            vps: vps.clone(),
            call: find(call).unwrap(),
            parameters: Vec::new(),
            noted: None,
        };
        let refused = perform::perform(&panel.app, order).await;
        assert!(matches!(refused, Err(PerformError::Unproved)), "{call}");
    }
    assert!(panel.heard().is_empty());
    let intents = "SELECT count(*) FROM audit WHERE phase = 'intent'";
    assert_eq!(panel.count(intents).await, 0);
}

#[tokio::test]
async fn t_fixation_a_proof_gives_a_new_token_and_the_one_before_soon_dies() {
    let (panel, vps, admin) = scene().await;
    let thief = admin.copied();
    let before = admin.cookie("kiwideck").unwrap();
    let call = format!("{vps}/call/resetRootPassword");
    let held = admin.submit(&call, &[]).await.expect(303);
    admin.submit(&held.location(), &RIGHT).await.expect(303);
    assert_ne!(admin.cookie("kiwideck").unwrap(), before);
    // A page that was on its way still arrives, but proves nothing.
    thief.open("/account").await.expect(200);
    let stolen = thief.submit(&call, &[]).await.expect(303);
    assert!(stolen.location().starts_with("/prove/"));
    panel.clock.turn(11);
    let out = thief.open("/account").await.expect(303);
    assert!(out.location().starts_with("/sign-in"));
    admin.open("/account").await.expect(200);
}

#[tokio::test]
async fn t_stepup_guessing_here_is_held_back_like_a_sign_in() {
    let (panel, _, admin) = scene().await;
    for _ in 0..9 {
        let wrong = [("password", "wrong"), ("next", "/")];
        admin.submit("/prove", &wrong).await.expect(422);
    }
    let held_back = admin.submit("/prove", &[("password", "wrong")]).await;
    let held_back = match held_back.status.as_u16() {
        422 => admin.submit("/prove", &RIGHT).await,
        _ => held_back,
    };
    let answer = held_back.expect(429);
    assert!(answer.header("retry-after").is_some());
    panel.clock.turn(31);
    admin.submit("/prove", &RIGHT).await.expect(303);
}

#[tokio::test]
async fn t_secret_leak_what_was_typed_waits_in_memory_only() {
    let (panel, vps, admin) = scene().await;
    let canary = "private_TESTcanarycanarycanarycana";
    let fields = [("label", "Web 1"), ("veid", "100001"), ("api_key", canary)];
    let held = admin.submit(&format!("{vps}/edit"), &fields).await;
    let page = admin.follow(&held.expect(303)).await.expect(200);
    assert!(!page.body.contains(canary));
    for file in std::fs::read_dir(panel.folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let found = bytes
            .windows(canary.len())
            .any(|part| part == canary.as_bytes());
        assert!(!found, "it is on the disk");
    }
}

#[tokio::test]
async fn r_once_a_second_destroying_call_waits_until_the_reply_of_the_first_is_in() {
    // It answers never, and is soon given up.
    let panel = Panel::with(Wish {
        time_scale: Some(0.02),
        ..Wish::default()
    })
    .await;
    let vps = panel.add(Machine::kvm(100_001).labelled("Web 1")).await;
    let (one, other) = (panel.sign_in(ADMIN).await, panel.sign_in(ADMIN).await);
    panel.kiwivm.misbehave("reinstallOS", Misbehaviour::Hang);
    let path = format!("/vps/{}/call", vps.id);
    let fields = [("os", "debian-13-x86_64"), ("confirm_name", "Web 1")];
    let reinstall = format!("{path}/reinstallOS");
    let first = one.submit(&reinstall, &fields);
    let second = async {
        while panel.heard().is_empty() {
            tokio::task::yield_now().await;
        }
        let again = other.submit(&reinstall, &fields).await.expect(409);
        again.must_show("Something destroying runs on this VPS");
        // What destroys nothing goes on.
        other
            .submit(&format!("{path}/getServiceInfo"), &[])
            .await
            .expect(303);
    };
    let (_, ()) = futures_util::future::join(first, second).await;
    let intents = "SELECT count(*) FROM audit WHERE phase = 'intent' AND what = 'reinstallOS'";
    assert_eq!(panel.count(intents).await, 1);
}
