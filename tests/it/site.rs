//! The site map as it stands in `src/web/mod.rs`, so that no list in the tests can grow old.

use crate::panel::Panel;
use axum::http::Method;
use kiwideck::model::vps::Vps;

/// Who may open a page: the part of the site map it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    Strangers,
    Oneself,
    Vps,
    Admins,
    People,
}

const PARTS: [(&str, Policy); 6] = [
    ("fn public()", Policy::Strangers),
    ("fn of_oneself()", Policy::Oneself),
    ("fn of_ones_factor()", Policy::Oneself),
    ("fn of_a_vps()", Policy::Vps),
    ("fn of_vpses()", Policy::Admins),
    ("fn of_people()", Policy::People),
];

/// One page of the site map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// As it is written: `/vps/{id}/edit`.
    pub(crate) pattern: &'static str,
    pub(crate) get: bool,
    pub(crate) post: bool,
    pub(crate) policy: Policy,
}

impl Route {
    /// The path of this VPS, an unknown action, call restart.
    pub(crate) fn path(&self, vps: &Vps) -> String {
        let id = match self.pattern {
            pattern if pattern.starts_with("/actions/") => "0".repeat(32),
            pattern if pattern.starts_with("/people/") => "1".to_owned(),
            _ => vps.id.to_string(),
        };
        self.path_of(&id)
    }

    /// The path of the object with this id.
    pub(crate) fn path_of(&self, id: &str) -> String {
        self.pattern
            .replace("{id}", id)
            .replace("{grant}", "1")
            .replace("{action}", &"0".repeat(32))
            .replace("{run}", "1")
            .replace("{token}", &"A".repeat(43))
            .replace("{*name}", "restart")
    }

    pub(crate) fn methods(&self) -> impl Iterator<Item = Method> {
        let get = self.get.then_some(Method::GET);
        get.into_iter().chain(self.post.then_some(Method::POST))
    }
}

const SITE_MAP: &str = include_str!("../../src/web/mod.rs");

/// Every route there is.
pub(crate) fn all() -> Vec<Route> {
    PARTS.into_iter().flat_map(routes).collect()
}

/// The private paths to which a form goes, and that are no page themselves.
pub(crate) fn forms_only() -> Vec<Route> {
    let pages: Vec<&str> = all()
        .iter()
        .filter(|route| route.get)
        .map(|route| route.pattern)
        .collect();
    let mut routes = private();
    routes.retain(|route| !pages.contains(&route.pattern));
    routes
}

/// What strangers may open.
pub(crate) fn public() -> Vec<Route> {
    let mut routes = all();
    routes.retain(|route| route.policy == Policy::Strangers);
    routes
}

/// What needs a session.
pub(crate) fn private() -> Vec<Route> {
    let mut routes = all();
    routes.retain(|route| route.policy != Policy::Strangers);
    routes
}

fn routes((function, policy): (&str, Policy)) -> Vec<Route> {
    let rest = SITE_MAP.split(&format!("\n{function} ->")).nth(1);
    let body = rest.unwrap().split("\n}\n").next().unwrap();
    let routes: Vec<Route> = body
        .split(".route(")
        .skip(1)
        .map(|text| route(text, policy))
        .collect();
    assert!(routes.len() > 4, "the site map is written otherwise");
    routes
}

fn route(text: &'static str, policy: Policy) -> Route {
    let pattern = text.split('"').nth(1).unwrap();
    Route {
        pattern,
        get: text.contains("get("),
        post: text.contains("post("),
        policy,
    }
}

#[test]
fn every_route_is_in_a_part_with_a_policy() {
    let routed = SITE_MAP.matches(".route(").count();
    assert_eq!(all().len(), routed);
    assert!(private().contains(&Route {
        pattern: "/vps/{id}/edit",
        get: true,
        post: true,
        policy: Policy::Admins,
    }));
}

/// All pages that a person can get to from the start by links, with what they answered.
pub(crate) async fn crawl(
    panel: &Panel,
    visitor: &crate::visitor::Visitor,
) -> Vec<crate::answer::Answer> {
    let base = panel.app.config.base();
    let mut waiting = vec!["/".to_owned()];
    let mut seen = std::collections::HashSet::new();
    let mut pages = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.starts_with("/static/") || !seen.insert(path.clone()) {
            continue;
        }
        let page = visitor.open(&path).await;
        for tag in page.tags().iter().filter(|tag| tag.name == "a") {
            let href = tag.attribute("href").unwrap_or_default();
            let path = href.strip_prefix(base).unwrap_or_default();
            let path = path.split('#').next().unwrap_or_default();
            // Every order of the fleet is one page.
            if path.starts_with('/') && !path.contains("sort=") {
                waiting.push(path.to_owned());
            }
        }
        pages.push(page);
    }
    pages
}
