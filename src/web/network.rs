//! The addresses of one VPS: their reverse names edited in place, IPv6 and private addresses that come
//! and go, what is null-routed. Its forms and links lead to the calls' own pages; it sends nothing.

use super::head::Head;
use super::known::{self, Known};
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::i18n::Message;
use crate::kiwivm::call::Source;
use crate::kiwivm::calls::FREE_PRIVATE_ADDRESSES;
use crate::kiwivm::reply::{Choice, NullRoute, Reply, ServiceInfo};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

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
}

/// An address, or one that only has a name.
struct Row {
    address: Choice,
    ptr: Ptr,
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
    let known = known::service(&app, &head.vps).await?;
    let head = head.again(&app);
    let service = known.read(Reply::service_info);
    let may_assign = head.barred(&page, "privateIp/assign").is_none();
    let free = if may_assign && service.has_private_network() == Some(true) {
        Some(Known::of(&app, &head.vps, FREE_PRIVATE_ADDRESSES).await?)
    } else {
        None
    };
    Page::html(&Show {
        asking: known.asking || free.as_ref().is_some_and(|free| free.asking),
        page,
        head,
        known,
        service,
        free,
    })
}

impl Show {
    /// Every address, and behind them the names of what is no address of this list.
    fn rows(&self) -> Vec<Row> {
        let addresses = self.known.choices(Source::Addresses);
        let names = self.service.ptr.iter();
        let others: Vec<Row> = names
            .filter(|(ip, _)| !addresses.iter().any(|one| same(&one.label, ip)))
            .map(|(ip, name)| Row {
                address: Choice {
                    value: ip.clone(),
                    label: ip.clone(),
                },
                ptr: Ptr::of(Some(name)),
            })
            .collect();
        let rows = addresses.into_iter().map(|address| Row {
            ptr: Ptr::of(self.name_of(&address.label)),
            address,
        });
        rows.chain(others).collect()
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

    /// What stands in the field.
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
