//! The site map as it stands in `src/web/mod.rs`, so that no list in the tests can grow old.

use crate::panel::Panel;
use axum::http::Method;
use kiwideck::model::vps::Vps;

/// One page of the site map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// As it is written: `/vps/{id}/edit`.
    pub(crate) pattern: &'static str,
    pub(crate) get: bool,
    pub(crate) post: bool,
}

impl Route {
    /// The path of this VPS, an unknown action, call restart.
    pub(crate) fn path(&self, vps: &Vps) -> String {
        let id = match self.pattern {
            pattern if pattern.starts_with("/actions/") => "0".repeat(32),
            pattern if pattern.starts_with("/people/") => "1".to_owned(),
            _ => vps.id.to_string(),
        };
        self.pattern
            .replace("{id}", &id)
            .replace("{grant}", "1")
            .replace("{token}", &"A".repeat(43))
            .replace("{*name}", "restart")
    }

    pub(crate) fn methods(&self) -> impl Iterator<Item = Method> {
        let get = self.get.then_some(Method::GET);
        get.into_iter().chain(self.post.then_some(Method::POST))
    }
}

const SITE_MAP: &str = include_str!("../../src/web/mod.rs");

/// What strangers may open.
pub(crate) fn public() -> Vec<Route> {
    routes("fn public()")
}

/// What needs a session.
pub(crate) fn private() -> Vec<Route> {
    routes("fn private()")
}

fn routes(function: &str) -> Vec<Route> {
    let rest = SITE_MAP.split(function).nth(1).unwrap();
    let body = rest.split("\n}\n").next().unwrap();
    let routes: Vec<Route> = body.split(".route(").skip(1).map(route).collect();
    assert!(routes.len() > 4, "the site map is written otherwise");
    routes
}

fn route(text: &'static str) -> Route {
    let pattern = text.split('"').nth(1).unwrap();
    Route {
        pattern,
        get: text.contains("get("),
        post: text.contains("post("),
    }
}

#[test]
fn every_route_is_in_one_of_the_two_lists() {
    let all = SITE_MAP.matches(".route(").count();
    assert_eq!(public().len() + private().len(), all);
    assert!(private().contains(&Route {
        pattern: "/vps/{id}/edit",
        get: true,
        post: true
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
