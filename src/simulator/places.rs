//! The data centres, system templates and disc images that our KiwiVM offers. Data, no state.

/// A data centre.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: &'static str,
    /// As `descriptions` of migrate/getLocations and `node_datacenter` have it.
    pub(super) description: &'static str,
    /// As `node_location` has it.
    pub(super) country: &'static str,
    /// What one byte counts there.
    pub(super) multiplier: f64,
}

/// All data centres, in the order of the provider's list.
pub(super) const PLACES: &[Place] = &[
    place(
        "USCA_6",
        "US: Los Angeles, California (DC6 CT CN2GIA-E, CMIN2, CUP)",
        "US, California",
        1.0,
    ),
    place(
        "USCA_9",
        "US: Los Angeles, California (DC9 AMD+NVMe, CT CN2GIA-E, CMIN2, CUP)",
        "US, California",
        1.0,
    ),
    place(
        "USCA_8",
        "US: Los Angeles, California (DC8 ZNET)",
        "US, California",
        0.33,
    ),
    place(
        "USCA_2",
        "US: Los Angeles, California (DC2 AO)",
        "US, California",
        0.33,
    ),
    place(
        "USCA_SJC5",
        "US: San Jose, California (CT CN2GIA-E, CMIN2, CUP)",
        "US, California",
        1.0,
    ),
    place(
        "USCA_FMT",
        "US: Fremont, California",
        "US, California",
        0.33,
    ),
    place("USNJ", "US: New Jersey", "US, New Jersey", 0.33),
    place(
        "USNY_6",
        "US: New York (Coresite NY1)",
        "US, New York",
        0.33,
    ),
    place(
        "USNY_8",
        "US: New York (Coresite NY1 CN2GIA-E, CMIN2, CUP)",
        "US, New York",
        1.0,
    ),
    place(
        "CABC_1",
        "CA: British Columbia, Vancouver (AMD-F+NVMe)",
        "CA, British Columbia",
        0.33,
    ),
    place(
        "CABC_6",
        "CA: British Columbia, Vancouver (AMD-F+NVMe, CN2GIA-E, CMIN2, CUP)",
        "CA, British Columbia",
        1.0,
    ),
    place(
        "EUNL_2",
        "EU: Amsterdam, Netherlands DC2 (AMD)",
        "EU, Netherlands",
        0.33,
    ),
    place(
        "EUNL_9",
        "EU: Amsterdam, Netherlands DC9 (China Unicom Premium)",
        "EU, Netherlands",
        1.0,
    ),
    place("JPOS_1", "Japan: Osaka (Softbank)", "JP, Osaka", 3.0),
    place(
        "JPTY_1",
        "Japan: Tokyo (AMD+NVMe, China Direct)",
        "JP, Tokyo",
        3.0,
    ),
    place("AEDXB_1", "UAE: Dubai", "UAE, Dubai", 3.0),
];

/// What reinstallOS takes.
pub(super) const TEMPLATES: &[&str] = &[
    "almalinux-8-x86_64",
    "almalinux-9-x86_64",
    "centos-7-x86_64",
    "debian-11-x86_64",
    "debian-12-x86_64",
    "debian-13-x86_64",
    "fedora-40-x86_64",
    "rockylinux-9-x86_64",
    "ubuntu-20.04-x86_64",
    "ubuntu-22.04-x86_64",
    "ubuntu-24.04-x86_64",
];

/// What iso/mount takes.
pub(super) const ISOS: &[&str] = &[
    "ubuntu-24.04-live-server-amd64.iso",
    "ubuntu-22.04-desktop-amd64.iso",
    "debian-12.0.0-amd64-netinst.iso",
    "centos-stream-9-20211222.0-x86_64-boot.iso",
    "archlinux-2024.01.01-x86_64.iso",
];

const fn place(
    id: &'static str,
    description: &'static str,
    country: &'static str,
    multiplier: f64,
) -> Place {
    Place {
        id,
        description,
        country,
        multiplier,
    }
}

/// The data centre of this id.
pub(super) fn find(id: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.id == id)
}
