//! The addresses of one VPS: their reverse names edited in place, IPv6 and private addresses that come
//! and go, what is null-routed. Its other forms and links lead to the calls' own pages.

use super::call;
use super::form::{Faults, Form};
use super::head::Head;
use super::known::{self, Known};
use super::order;
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::kiwivm::call::Source;
use crate::kiwivm::calls::{FREE_PRIVATE_ADDRESSES, SET_PTR};
use crate::kiwivm::reply::{Choice, NullRoute, Reply, ServiceInfo};
use crate::model::access;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "network/show.html")]
struct Show {
    page: Page,
    head: Head,
    asking: bool,
    known: Known,
    service: ServiceInfo,
    /// The private addresses that can be assigned; not asked for where there can be none.
    free: Option<Known>,
    /// A reverse name that came back.
    edited: Option<Edited>,
    faults: Faults,
}

/// What was typed for an address.
struct Edited {
    ip: String,
    name: String,
}

/// An address, or one that only has a name.
struct Row {
    address: Choice,
    ptr: Ptr,
    /// What stands in the field.
    typed: String,
    /// The name came back with what is wrong with it.
    is_faulty: bool,
}

/// What is known of a reverse name.
enum Ptr {
    Unknown,
    None,
    Name(String),
}

/// An address under attack.
struct Blocked<'a> {
    ip: &'a str,
    route: &'a NullRoute,
    until_s: Option<i64>,
    /// Until it ends; none when it should have ended.
    left_s: Option<i64>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Network).await?;
    Page::html(&view(&app, page, head).await?)
}

/// Sets a reverse name; one that is none comes back in its row.
pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
    form: Form,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Network).await?;
    access::may(&page.session()?.person, SET_PTR, &head.vps)?;
    let faults = call::check(&page, &head, SET_PTR, &form);
    if faults.any() {
        let show = Show {
            edited: Some(Edited {
                ip: form.raw("ip").to_owned(),
                name: form.raw("ptr").to_owned(),
            }),
            faults,
            ..view(&app, page, head).await?
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page::html(&show)?).into_response());
    }
    let order = call::ordered(&page, (head.vps, SET_PTR), &form)?;
    order::begin(&app, &page, order, true).await
}

async fn view(app: &App, page: Page, head: Head) -> Result<Show, Error> {
    let known = known::service(app, &head.vps).await?;
    let head = head.again(app);
    let service = known.read(Reply::service_info);
    let may_assign = head.barred(&page, "privateIp/assign").is_none();
    let free = if may_assign && service.has_private_network() == Some(true) {
        Some(Known::of(app, &head.vps, FREE_PRIVATE_ADDRESSES).await?)
    } else {
        None
    };
    Ok(Show {
        asking: known.asking || free.as_ref().is_some_and(|free| free.asking),
        page,
        head,
        known,
        service,
        free,
        edited: None,
        faults: Faults::none(),
    })
}

impl Show {
    /// Every address, and behind them the names of what is no address of this list.
    fn rows(&self) -> Vec<Row> {
        let addresses = self.known.choices(Source::Addresses);
        let names = self.service.ptr.iter();
        let others: Vec<Row> = names
            .filter(|(ip, _)| !addresses.iter().any(|one| same(&one.label, ip)))
            .map(|(ip, name)| {
                let address = Choice {
                    value: ip.clone(),
                    label: ip.clone(),
                };
                self.row(address, Ptr::of(Some(name)))
            })
            .collect();
        let rows = addresses.into_iter().map(|address| {
            let ptr = Ptr::of(self.name_of(&address.label));
            self.row(address, ptr)
        });
        rows.chain(others).collect()
    }

    fn row(&self, address: Choice, ptr: Ptr) -> Row {
        let edited = self.edited.as_ref();
        let edited = edited.filter(|edited| edited.ip == address.label);
        Row {
            typed: match edited {
                Some(edited) => edited.name.clone(),
                None => ptr.typed().to_owned(),
            },
            is_faulty: edited.is_some(),
            address,
            ptr,
        }
    }

    fn target(&self) -> String {
        self.head.path("/network")
    }

    fn name_of(&self, address: &str) -> Option<&Option<String>> {
        let mut names = self.service.ptr.iter();
        let exactly = self.service.ptr.get(address);
        exactly.or_else(|| {
            let like_it = names.find(|(ip, _)| same(ip, address));
            like_it.map(|(_, name)| name)
        })
    }

    /// Why reverse names cannot be changed.
    fn ptr_off(&self) -> Option<Message> {
        if self.service.rdns_api_available == Some(false) {
            return Some(self.page.say("network-ptr-off"));
        }
        self.head.barred(&self.page, "setPTR")
    }

    fn ipv6_count(&self) -> u64 {
        self.known.choices(Source::Ipv6).len() as u64
    }

    /// "2 of 3", or how many there are.
    fn ipv6_used(&self) -> Message {
        let count = self.ipv6_count();
        match self.service.plan_max_ipv6s {
            Some(most) => {
                let used = self.page.say("network-ipv6-used");
                used.with("count", count).with("most", most)
            }
            None => self.page.say("network-ipv6-count").with("count", count),
        }
    }

    /// Why none can be added.
    fn ipv6_off(&self) -> Option<Message> {
        let is_full = |most: u64| self.ipv6_count() >= most;
        if self.service.location_ipv6_ready == Some(false) {
            return Some(self.page.say("network-ipv6-location"));
        }
        if self.service.plan_max_ipv6s.is_some_and(is_full) {
            return Some(self.page.say("network-ipv6-full"));
        }
        self.head.barred(&self.page, "ipv6/add")
    }

    /// Why no private address can be assigned.
    fn private_off(&self) -> Option<Message> {
        if self.service.plan_private_network_available == Some(false) {
            return Some(self.page.say("network-private-plan"));
        }
        if self.service.location_private_network_available == Some(false) {
            return Some(self.page.say("network-private-location"));
        }
        self.head.barred(&self.page, "privateIp/assign")
    }

    /// The form that takes an address away, filled in.
    fn removal(&self, call: &str, address: &Choice) -> String {
        self.head.form_path(call, &[("ip", &address.value)])
    }

    fn blocked(&self) -> Vec<Blocked<'_>> {
        let now_s = self.page.now_s();
        let routes = self.service.null_routes.iter();
        routes
            .map(|(ip, route)| {
                let until_s = route.until_s();
                Blocked {
                    ip,
                    route,
                    until_s,
                    left_s: until_s
                        .map(|until_s| until_s.saturating_sub(now_s))
                        .filter(|left_s| *left_s > 0),
                }
            })
            .collect()
    }
}

impl Row {
    fn is_ipv6(&self) -> bool {
        self.address.label.contains(':')
    }

    /// `IPv4`, `IPv6`, or `IPv6 /64`.
    fn kind(&self) -> &'static str {
        let label = &self.address.label;
        match self.is_ipv6() {
            true if label.ends_with("/64") || label.ends_with("::") => "IPv6 /64",
            true => "IPv6",
            false => "IPv4",
        }
    }
}

impl Ptr {
    fn of(name: Option<&Option<String>>) -> Ptr {
        match name {
            None => Ptr::Unknown,
            Some(None) => Ptr::None,
            Some(Some(name)) => Ptr::Name(name.clone()),
        }
    }

    fn typed(&self) -> &str {
        match self {
            Ptr::Name(name) => name,
            Ptr::None | Ptr::Unknown => "",
        }
    }
}

/// KiwiVM writes a subnet with and without its `/64`.
fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches("/64") == other.trim_end_matches("/64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_is_the_same_with_and_without_its_length() {
        assert!(same("2001:db8:1:2::/64", "2001:db8:1:2::"));
        assert!(!same("2001:db8:1:2::/64", "2001:db8:1:3::"));
        assert!(same("192.0.2.1", "192.0.2.1"));
    }
}
