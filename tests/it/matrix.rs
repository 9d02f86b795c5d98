//! Who may open what: every route of the site map × every role × a VPS of one's own, a foreign one,
//! and one that is not there.

use crate::panel::{ADMIN, MANAGER, NEWCOMER, Panel, Standing, VIEWER};
use crate::site::{self, Policy, Route};
use crate::visitor::Visitor;
use axum::http::Method;
use kiwideck::actions;
use kiwideck::model::access::{Access, Level};
use kiwideck::model::grant::Scope;
use kiwideck::model::vps::Vps;
use kiwideck::simulator::Machine;

/// What a member was given for the first VPS alone. None: an admin.
const ROLES: [(&str, Option<Option<Access>>); 7] = [
    ("newcomer", Some(None)),
    ("viewer", given(Level::View, false)),
    ("viewer with shell", given(Level::View, true)),
    ("operator", given(Level::Operate, false)),
    ("manager", given(Level::Manage, false)),
    ("manager with shell", given(Level::Manage, true)),
    ("admin", None),
];

const fn given(level: Level, shell: bool) -> Option<Option<Access>> {
    Some(Some(Access { level, shell }))
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// The page, its form again, or on to the next page.
    Open,
    /// It is there, and the right is missing.
    Barred,
    /// As if it were not there.
    Hidden,
}

/// Whose the VPS is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    Foreign,
    Missing,
}

/// A panel with two VPSes, and somebody of this role for the first.
struct Scene {
    panel: Panel,
    own: Vps,
    foreign: Vps,
    visitor: Visitor,
    access: Option<Access>,
    is_admin: bool,
}

impl Scene {
    async fn set(role: Option<Option<Access>>) -> Scene {
        let (panel, own) = Panel::with_one_vps().await;
        let foreign = panel.add(Machine::kvm(100_002).labelled("Foreign 2")).await;
        panel.read(&foreign).await;
        // The first row is an admin's, so that nobody below meets themselves.
        panel.person(ADMIN).await;
        let standing = if role.is_none() { ADMIN } else { NEWCOMER };
        let (id, name) = panel.person(standing).await;
        let access = role.flatten();
        if let Some(access) = access {
            panel.grant(id, &Scope::Vps(own.id), access).await;
        }
        Scene {
            visitor: panel.sign_in_as(&name).await,
            panel,
            own,
            foreign,
            access,
            is_admin: role.is_none(),
        }
    }

    fn vps_id(&self, whose: Whose) -> i64 {
        match whose {
            Whose::Own => self.own.id,
            Whose::Foreign => self.foreign.id,
            Whose::Missing => 9999,
        }
    }

    /// What the policy says, written down once more and otherwise than in the code.
    fn expected(&self, (route, method): (&Route, &Method), whose: Whose) -> Door {
        match route.policy {
            Policy::Strangers | Policy::Oneself => Door::Open,
            Policy::Admins | Policy::People if !self.is_admin => Door::Barred,
            _ if !route.pattern.contains("/{id}") => Door::Open,
            _ if whose == Whose::Missing => Door::Hidden,
            Policy::Admins | Policy::People => Door::Open,
            // The action is unknown: to those who might see it there is no picture.
            Policy::Vps if self.is_admin && is_picture(route) => Door::Hidden,
            Policy::Vps if self.is_admin => Door::Open,
            Policy::Vps => match self.access.filter(|_| whose == Whose::Own) {
                None => Door::Hidden,
                Some(access) if self.suffices(access, (route, method)) && is_picture(route) => {
                    Door::Hidden
                }
                Some(access) if self.suffices(access, (route, method)) => Door::Open,
                Some(_) => Door::Barred,
            },
        }
    }

    fn suffices(&self, access: Access, (route, method): (&Route, &Method)) -> bool {
        match route.pattern {
            "/vps/{id}/notifications" if method == Method::POST => access.level >= Level::Manage,
            "/vps/{id}/network" if method == Method::POST => access.level >= Level::Operate,
            pattern if pattern.starts_with("/vps/{id}/shell") => access.shell,
            pattern if pattern.starts_with("/vps/{id}/screen") => access.level >= Level::Manage,
            "/vps/{id}/access" | "/vps/{id}/snapshots/link" | "/vps/{id}/snapshots/import" => {
                access.level >= Level::Manage
            }
            // The call is restart.
            "/vps/{id}/call/{*name}" => access.level >= Level::Operate,
            _ => true,
        }
    }
}

fn is_picture(route: &Route) -> bool {
    route.pattern.ends_with("/picture")
}

/// The routes whose `{id}` is a VPS, or that have none: the others are about something of one's own.
fn routes() -> Vec<Route> {
    let mut routes = site::private();
    let elsewhere = ["/sign-out", "/vps/import/{id}", "/people/{id}"];
    routes.retain(|route| {
        let about_vps = route.pattern.starts_with("/vps/") || !route.pattern.contains('{');
        about_vps
            && !elsewhere
                .iter()
                .any(|other| route.pattern.starts_with(other))
    });
    routes
}

/// The routes that are left out above: what belongs to one person, or to nobody by number.
const ELSEWHERE: [&str; 9] = [
    "/account/second-factor/passkeys/{id}/remove",
    "/actions/{id}",
    "/actions/{id}/reveal",
    "/prove/{id}",
    "/sign-out",
    "/snippets/{id}",
    "/snippets/{id}/remove",
    "/vps/import/{id}",
    "/vps/{id}/shell/runs/{run}",
];

#[tokio::test]
async fn t_authz_matrix_no_route_is_left_out_and_what_is_ones_own_is_hidden_from_others() {
    let generated: Vec<&str> = routes().iter().map(|route| route.pattern).collect();
    let left = site::private().into_iter().filter(|route| {
        let of_people = route.pattern.starts_with("/people/{id}");
        !of_people && !generated.contains(&route.pattern)
    });
    let panel = Panel::start().await;
    let member = panel.sign_in(VIEWER).await;
    for route in left {
        assert!(ELSEWHERE.contains(&route.pattern), "{}", route.pattern);
        if route.pattern == "/sign-out" {
            continue;
        }
        let unknown = actions::new_id().unwrap();
        for id in ["9999", "x", &unknown] {
            for method in route.methods() {
                let path = route.path_of(id);
                let found = door(&member, (&method, &path)).await;
                // Where nothing waits, a proof and a passkey lead back to where they belong.
                let leads_back = ["/prove", "/account"];
                let leads_back = leads_back.iter().any(|begin| path.starts_with(begin));
                assert!(
                    found != Door::Open || leads_back,
                    "{method} {path}: {found:?}"
                );
            }
        }
    }
}

async fn door(visitor: &Visitor, (method, path): (&Method, &str)) -> Door {
    let answer = if method == Method::GET {
        visitor.open(path).await
    } else if path == "/vps/import" {
        visitor.upload(path, b"").await
    } else {
        let fields = [("confirm_name", "not the label")];
        visitor.submit(path, &fields).await
    };
    let status = answer.status.as_u16();
    assert!(status < 500, "{method} {path} answered {status}");
    match status {
        403 => {
            answer
                .must_show("You may not do this")
                .must_show("It needs the right “");
            Door::Barred
        }
        404 => Door::Hidden,
        _ => Door::Open,
    }
}

#[tokio::test]
async fn t_authz_matrix_every_route_opens_to_its_policy_and_to_nobody_else() {
    for (name, role) in ROLES {
        let scene = Scene::set(role).await;
        for route in routes() {
            for whose in [Whose::Missing, Whose::Foreign, Whose::Own] {
                if route.pattern.ends_with("/remove") && whose == Whose::Own {
                    continue;
                }
                let path = route.path_of(&scene.vps_id(whose).to_string());
                for method in route.methods() {
                    let expected = scene.expected((&route, &method), whose);
                    // What one does to oneself may leave the form wrong, or a session gone.
                    let found = door(&scene.visitor, (&method, &path)).await;
                    // And what a page of a VPS is about may not be there: an output, a run.
                    let about_another = ["{action}", "{run}"]
                        .iter()
                        .any(|name| route.pattern.contains(name))
                        && expected == Door::Open;
                    let hidden_own =
                        (route.policy == Policy::Oneself || about_another) && found == Door::Hidden;
                    assert!(
                        found == expected || hidden_own,
                        "{method} {path} as {name}: {found:?}, not {expected:?}"
                    );
                }
            }
        }
        scene.panel.settle().await;
    }
}

#[tokio::test]
async fn t_authz_matrix_pages_about_people_are_closed_to_members_and_hide_nobody_from_admins() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let member = panel.sign_in(MANAGER).await;
    let people = site::all();
    let people = people
        .iter()
        .filter(|route| route.pattern.starts_with("/people/{id}"));
    for route in people {
        assert_eq!(route.policy, Policy::People, "{}", route.pattern);
        for method in route.methods() {
            for id in ["1", "9999", "x"] {
                let path = route.path_of(id);
                let found = door(&member, (&method, &path)).await;
                assert_eq!(found, Door::Barred, "{method} {path}");
                if id != "1" {
                    let found = door(&admin, (&method, &path)).await;
                    assert_eq!(found, Door::Hidden, "{method} {path}");
                }
            }
        }
    }
    assert!(panel.heard().is_empty());
    drop(vps);
}

#[tokio::test]
async fn t_idor_a_foreign_vps_answers_like_one_that_is_not_there() {
    let scene = Scene::set(given(Level::Manage, true)).await;
    for route in routes() {
        if route.policy != Policy::Vps {
            continue;
        }
        let path_of = |whose| route.path_of(&scene.vps_id(whose).to_string());
        let foreign = scene.visitor.open(&path_of(Whose::Foreign)).await;
        let missing = scene.visitor.open(&path_of(Whose::Missing)).await;
        if !route.get {
            continue;
        }
        assert_eq!(foreign.status, missing.status);
        let number = scene.foreign.id.to_string();
        let as_missing = foreign.body.replace(&format!("/{number}"), "/9999");
        let as_missing = as_missing.replace(&format!("VPS {number}"), "VPS 9999");
        assert!(!foreign.body.contains("Foreign 2"), "{}", route.pattern);
        assert_eq!(as_missing.len(), missing.body.len(), "{}", route.pattern);
    }
}

#[tokio::test]
async fn t_idor_a_session_of_somebody_else_cannot_be_ended() {
    let panel = Panel::start().await;
    let (one, other) = (panel.sign_in(VIEWER).await, panel.sign_in(VIEWER).await);
    for session in ["1", "9999", "x", ""] {
        let fields = [("session", session)];
        other.submit("/account/sessions", &fields).await.expect(404);
    }
    one.open("/account").await.expect(200);
    other.open("/account").await.expect(200);
}

#[tokio::test]
async fn t_authz_matrix_the_gate_asks_again_when_the_vps_was_protected_meanwhile() {
    let (panel, vps) = Panel::with_one_vps().await;
    let admin = panel.sign_in(ADMIN).await;
    let fields = [("protect", "1")];
    let path = format!("/vps/{}", vps.id);
    let protect = format!("{path}/protection");
    admin.submit(&protect, &fields).await.expect(303);
    let call = format!("{path}/call/reinstallOS");
    let refused = admin.open(&call).await.expect(403);
    refused.must_show("This VPS is protected");
    let fields = [("os", "debian-13-x86_64"), ("confirm_name", "Web 1")];
    admin.submit(&call, &fields).await.expect(403);
    admin
        .open(&format!("{path}/calls"))
        .await
        .expect(200)
        .must_show("this VPS is protected");
    assert!(panel.heard().is_empty(), "{:?}", panel.heard());
    // Power and shell go on.
    admin
        .submit(&format!("{path}/call/restart"), &[])
        .await
        .expect(303);
    assert_eq!(panel.heard(), ["restart"]);
    admin.submit(&protect, &[]).await.expect(303);
    admin.open(&call).await.expect(200);
}

/// Somebody of this standing, and what they are told of an account's e-mail address.
async fn told(standing: Standing) -> String {
    let (panel, vps) = Panel::with_one_vps().await;
    let visitor = panel.sign_in(standing).await;
    let id = actions::new_id().unwrap();
    let path = format!("/vps/{}/call/getServiceInfo", vps.id);
    let sent = visitor.submit(&path, &[("action", &id)]).await.expect(303);
    visitor.follow(&sent).await.expect(200).body
}

#[tokio::test]
async fn t_authz_matrix_a_viewer_does_not_learn_whose_account_it_is() {
    let address = "customer@example.com";
    let seen = told(VIEWER).await;
    assert!(!seen.contains(address) && seen.contains("c***@example.com"));
    assert!(told(MANAGER).await.contains(address));
}
