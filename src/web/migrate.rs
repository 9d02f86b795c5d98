//! Moving a VPS: where it is, where it can go and what that leaves of its transfer, what to do before, and
//! what the last move changed. And for OpenVZ, becoming a copy of another server. It only leads to forms.

use super::head::Head;
use super::known::{self, Known};
use super::page::Page;
use super::section::Section;
use crate::app::App;
use crate::error::Error;
use crate::kiwivm::calls::LOCATIONS;
use crate::kiwivm::printable::printable;
use crate::kiwivm::reply::{Locations, Reply, ServiceInfo, Transfer};
use crate::model::operation::{self, Operation};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use indexmap::IndexMap;
use std::cmp::Ordering;

/// So much of a location's id is shown.
const ID_MAX_CHARS: usize = 64;

#[derive(Template)]
#[template(path = "migrate/show.html")]
struct Show {
    page: Page,
    head: Head,
    asking: bool,
    /// Of locations.
    known: Known,
    /// Of plan, addresses and transfer.
    service: Known,
    locations: Locations,
    regions: Vec<Region>,
    /// The last operation after which location or addresses were others.
    moved: Option<Operation>,
}

/// The locations whose names begin alike.
#[derive(Debug, PartialEq)]
struct Region {
    /// None: KiwiVM does not name them so.
    name: Option<String>,
    places: Vec<Place>,
}

/// A location where the VPS is not.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    /// As KiwiVM takes it.
    id: String,
    /// In words, without its region.
    name: Option<String>,
    multiplier: Option<f64>,
    outlook: Option<Outlook>,
}

/// What a move does to the rest of the month's transfer.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Outlook {
    here_bytes: u64,
    there_bytes: u64,
    /// What is there, compared with here.
    order: Ordering,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    page: Page,
) -> Result<Response, Error> {
    let head = Head::open(&app, &page, &id, Section::Migration).await?;
    let (known, service) = tokio::try_join!(
        Known::of(&app, &head.vps, LOCATIONS),
        known::service(&app, &head.vps)
    )?;
    let head = head.again(&app);
    let moved = operation::last_moved(&app.db, head.vps.id).await?;
    let locations = known.read(Reply::locations);
    let told = head.latest.service().map(|(_, service)| service);
    Page::html(&Show {
        regions: regions(&locations, told),
        moved,
        asking: known.asking || service.asking,
        locations,
        known,
        service,
        head,
        page,
    })
}

/// The other locations by region, both in KiwiVM's order.
fn regions(locations: &Locations, service: Option<&ServiceInfo>) -> Vec<Region> {
    let current = locations
        .current
        .as_ref()
        .or_else(|| service?.node_location_id.as_ref());
    let mut regions: IndexMap<Option<String>, Vec<Place>> = IndexMap::new();
    for id in locations.list.iter().filter(|id| Some(*id) != current) {
        let (region, place) = place(id, locations, service);
        regions.entry(region).or_default().push(place);
    }
    regions
        .into_iter()
        .map(|(name, places)| Region { name, places })
        .collect()
}

fn place(
    id: &str,
    locations: &Locations,
    service: Option<&ServiceInfo>,
) -> (Option<String>, Place) {
    let (region, name) = named(locations.descriptions.get(id).map(String::as_str));
    let multiplier = locations.multipliers.get(id).copied();
    let place = Place {
        id: id.to_owned(),
        name,
        multiplier,
        outlook: service.and_then(|service| outlook(service, multiplier)),
    };
    (region, place)
}

/// "US: Fremont, California" is Fremont, California in the region US.
fn named(description: Option<&str>) -> (Option<String>, Option<String>) {
    let Some(description) = description else {
        return (None, None);
    };
    match description.split_once(':') {
        Some((region, name)) if !region.trim().is_empty() && !name.trim().is_empty() => {
            (Some(region.trim().to_owned()), Some(name.trim().to_owned()))
        }
        _ => (None, Some(description.to_owned())),
    }
}

/// KiwiVM multiplies both the quota and what is used of it, so the rest is multiplied as well.
fn outlook(service: &ServiceInfo, multiplier: Option<f64>) -> Option<Outlook> {
    let (here, there) = (service.transfer()?, service.transfer_at(multiplier)?);
    Some(Outlook {
        here_bytes: here.left_bytes(),
        there_bytes: there.left_bytes(),
        order: there.multiplier.total_cmp(&here.multiplier),
    })
}

impl Show {
    fn service(&self) -> Option<&ServiceInfo> {
        self.head.latest.service().map(|(_, service)| service)
    }

    fn transfer(&self) -> Option<Transfer> {
        self.service()?.transfer()
    }

    fn current(&self) -> Option<String> {
        let service = self
            .service()
            .and_then(|info| info.node_location_id.clone());
        let current = self.locations.current.as_deref();
        let current = current.map(|id| printable(id, ID_MAX_CHARS));
        current.or(service)
    }

    /// Where it is, in words.
    fn here(&self) -> Option<String> {
        let current = self.locations.current.as_ref();
        let listed = current.and_then(|id| self.locations.descriptions.get(id));
        listed.cloned().or_else(|| self.head.location.clone())
    }

    /// The addresses that a move replaces.
    fn ipv4(&self) -> Vec<&str> {
        let addresses = self
            .service()
            .into_iter()
            .flat_map(|info| &info.ip_addresses);
        addresses
            .map(String::as_str)
            .filter(|ip| !ip.contains(':'))
            .collect()
    }

    /// The reverse names that are set now.
    fn names(&self) -> Vec<(&str, &str)> {
        let names = self.service().into_iter().flat_map(|info| &info.ptr);
        names
            .filter_map(|(ip, name)| Some((ip.as_str(), name.as_deref()?)))
            .collect()
    }

    fn is_kvm(&self) -> bool {
        let kind = self.service().and_then(|info| info.vm_type.as_deref());
        kind == Some("kvm")
    }

    fn is_ovz(&self) -> bool {
        self.service().is_some_and(ServiceInfo::is_ovz)
    }
}

impl Place {
    fn shown_id(&self) -> String {
        printable(&self.id, ID_MAX_CHARS)
    }

    /// The form of migrate/start with this location chosen.
    fn form(&self, head: &Head) -> String {
        head.form_path("migrate/start", &[("location", &self.id)])
    }
}

impl Outlook {
    /// Class name, icon and message id of the direction.
    const fn mark(&self) -> (&'static str, &'static str, &'static str) {
        match self.order {
            Ordering::Less => ("is-warning", "minus", "migrate-less"),
            Ordering::Equal => ("is-muted", "check", "migrate-same"),
            Ordering::Greater => ("is-ok", "plus", "migrate-more"),
        }
    }
}

#[cfg(test)]
mod tests;
