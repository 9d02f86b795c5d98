//! The words in which a KiwiVM call is declared. `calls.rs` says them; nothing here knows a call's name.

use std::time::Duration;

/// What a call does to a VPS. It answers one question: can another call undo this?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Changes nothing.
    Read,
    /// Changes something that another call can change back.
    Change,
    /// Loses something for good; what, is in [`Call::loses`].
    Destroy,
    /// Runs text as root on the VPS.
    Shell,
}

/// What a destroying call loses for good. Its words are the messages `loss-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Every byte on the disk.
    Disk,
    /// Every change made since the snapshot.
    ChangesSinceSnapshot,
    /// The snapshot itself.
    Snapshot,
    /// The address, or the whole subnet: the same one does not come back.
    Address,
    /// All IPv4 addresses of the VPS.
    AllAddresses,
}

/// The heading under which a call is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is the heading itself")]
pub enum Topic {
    Power,
    Information,
    System,
    Shell,
    Snapshots,
    Network,
    Migration,
    Records,
    Abuse,
    Notifications,
}

impl Topic {
    /// All topics, in the order of the menu.
    pub const ALL: [Topic; 10] = [
        Topic::Power,
        Topic::Information,
        Topic::System,
        Topic::Shell,
        Topic::Snapshots,
        Topic::Network,
        Topic::Migration,
        Topic::Records,
        Topic::Abuse,
        Topic::Notifications,
    ];

    /// The message id of its heading.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Topic::Power => "topic-power",
            Topic::Information => "topic-information",
            Topic::System => "topic-system",
            Topic::Shell => "topic-shell",
            Topic::Snapshots => "topic-snapshots",
            Topic::Network => "topic-network",
            Topic::Migration => "topic-migration",
            Topic::Records => "topic-records",
            Topic::Abuse => "topic-abuse",
            Topic::Notifications => "topic-notifications",
        }
    }
}

impl Loss {
    /// The message id of the sentence that says what is lost.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Loss::Disk => "loss-disk",
            Loss::ChangesSinceSnapshot => "loss-changes-since-snapshot",
            Loss::Snapshot => "loss-snapshot",
            Loss::Address => "loss-address",
            Loss::AllAddresses => "loss-all-addresses",
        }
    }
}

/// Where the choices of a parameter come from: a list in the reply of another call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `templates` of getAvailableOS.
    Templates,
    /// `available_isos` of getServiceInfo.
    Isos,
    /// Every address in `ip_addresses` of getServiceInfo.
    Addresses,
    /// The IPv6 addresses and subnets in `ip_addresses` of getServiceInfo.
    Ipv6,
    /// `private_ip_addresses` of getServiceInfo.
    PrivateAddresses,
    /// `available_ips` of privateIp/getAvailableIps.
    FreePrivateAddresses,
    /// `snapshots` of snapshot/list.
    Snapshots,
    /// `backups` of backup/list.
    Backups,
    /// `locations` of migrate/getLocations, without the present one.
    Locations,
    /// The soft cases in `suspensions` of getSuspensionDetails.
    Suspensions,
    /// The soft cases in `policy_violations` of getPolicyViolations.
    Violations,
}

impl Source {
    /// The name of the call whose reply holds the choices.
    #[must_use]
    pub const fn call(self) -> &'static str {
        match self {
            Source::Templates => "getAvailableOS",
            Source::Isos | Source::Addresses | Source::Ipv6 | Source::PrivateAddresses => {
                "getServiceInfo"
            }
            Source::FreePrivateAddresses => "privateIp/getAvailableIps",
            Source::Snapshots => "snapshot/list",
            Source::Backups => "backup/list",
            Source::Locations => "migrate/getLocations",
            Source::Suspensions => "getSuspensionDetails",
            Source::Violations => "getPolicyViolations",
        }
    }
}

/// How a parameter is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// Several lines, sent with LF between them.
    Lines,
    /// One of the values another call lists. What is not in the list may still be typed.
    Choice(Source),
    /// Yes or no, sent as 1 or 0.
    Flag,
    /// A TCP port.
    Port,
    /// One line that is never shown again: not in the form, not in the audit log.
    Secret,
    /// A JSON object.
    Json,
    /// The name of a host. One dot at its end is taken off.
    Hostname,
    /// Public SSH keys, one a line.
    SshKeys,
}

/// One of a call's own parameters (`veid` and `api_key` go with every call and are not listed).
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Exactly as KiwiVM names it.
    pub name: &'static str,
    /// How it is asked for.
    pub kind: Kind,
    /// Whether KiwiVM refuses the call without it.
    pub required: bool,
}

impl Parameter {
    /// The same parameter, which may be left out.
    #[must_use]
    pub const fn optional(mut self) -> Parameter {
        self.required = false;
        self
    }

    /// Whether its value may be empty and is sent all the same: an empty list of SSH keys clears it.
    #[must_use]
    pub const fn may_be_empty(&self) -> bool {
        !self.required || matches!(self.kind, Kind::Lines | Kind::SshKeys)
    }

    /// Whether its value is a secret.
    #[must_use]
    pub const fn secret(&self) -> bool {
        matches!(self.kind, Kind::Secret)
    }
}

/// A parameter of one line.
#[must_use]
pub const fn text(name: &'static str) -> Parameter {
    parameter(name, Kind::Text)
}

/// A parameter of several lines.
#[must_use]
pub const fn lines(name: &'static str) -> Parameter {
    parameter(name, Kind::Lines)
}

/// A parameter whose values another call lists.
#[must_use]
pub const fn choice(name: &'static str, source: Source) -> Parameter {
    parameter(name, Kind::Choice(source))
}

/// A parameter asked for in a way of its own.
#[must_use]
pub const fn parameter(name: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        kind,
        required: true,
    }
}

/// One call of the KiwiVM API, as declared in `calls.rs`.
#[derive(Debug)]
pub struct Call {
    /// Exactly as it stands in the URL, for example `snapshot/create`.
    pub name: &'static str,
    /// Where it is listed.
    pub topic: Topic,
    /// What it does to the VPS.
    pub class: Class,
    /// What it loses for good; of destroying calls only.
    pub loses: Option<Loss>,
    /// Whether the VPS stops serving while it runs.
    pub interrupts: bool,
    /// Whether KiwiVM's yes is only the beginning: it locks the VPS until it is done.
    pub locks: bool,
    /// Whether its change takes effect only after a full stop and a start.
    pub needs_a_cold_start: bool,
    /// Whether it needs the right to manage although it destroys nothing: its reply or effect is
    /// root, a whole disk, or silences warnings.
    pub guarded: bool,
    /// Its own parameters, in the order of the form.
    pub parameters: &'static [Parameter],
    /// Names of reply fields, at any depth, that are secrets: starred wherever the reply is
    /// shown, never stored.
    pub secret_fields: &'static [&'static str],
    /// How long the whole call may take.
    pub time_limit: Duration,
    /// How long KiwiVM may stay silent while it sends the reply.
    pub silence_limit: Duration,
    /// The longest reply taken.
    pub reply_limit_bytes: usize,
}

const MIB: usize = 1024 * 1024;

/// A call that changes nothing.
#[must_use]
pub const fn read(name: &'static str, topic: Topic) -> Call {
    declare(name, topic, Class::Read)
}

/// A call whose effect another call undoes.
#[must_use]
pub const fn change(name: &'static str, topic: Topic) -> Call {
    declare(name, topic, Class::Change)
}

/// A call that loses something for good.
#[must_use]
pub const fn destroy(name: &'static str, topic: Topic, loses: Loss) -> Call {
    let mut call = declare(name, topic, Class::Destroy);
    call.loses = Some(loses);
    call
}

/// A call that runs text as root.
#[must_use]
pub const fn shell(name: &'static str) -> Call {
    declare(name, Topic::Shell, Class::Shell)
}

const fn declare(name: &'static str, topic: Topic, class: Class) -> Call {
    Call {
        name,
        topic,
        class,
        loses: None,
        interrupts: false,
        locks: false,
        needs_a_cold_start: false,
        guarded: false,
        parameters: &[],
        secret_fields: &[],
        time_limit: Duration::from_secs(20),
        silence_limit: Duration::from_secs(20),
        reply_limit_bytes: 4 * MIB,
    }
}

impl Call {
    /// The same call with these parameters.
    #[must_use]
    pub const fn takes(mut self, parameters: &'static [Parameter]) -> Call {
        self.parameters = parameters;
        self
    }

    /// The same call, during which the VPS does not serve.
    #[must_use]
    pub const fn interrupts(mut self) -> Call {
        self.interrupts = true;
        self
    }

    /// The same call, which locks the VPS and goes on after its reply.
    #[must_use]
    pub const fn locks(mut self) -> Call {
        self.locks = true;
        self
    }

    /// The same call, whose change takes effect only after a full stop and a start.
    #[must_use]
    pub const fn needs_a_cold_start(mut self) -> Call {
        self.needs_a_cold_start = true;
        self
    }

    /// The same call, which needs the right to manage.
    #[must_use]
    pub const fn guarded(mut self) -> Call {
        self.guarded = true;
        self
    }

    /// The same call, with secrets in these fields of its reply.
    #[must_use]
    pub const fn secret_fields(mut self, fields: &'static [&'static str]) -> Call {
        self.secret_fields = fields;
        self
    }

    /// The same call with another time limit, for slow ones.
    #[must_use]
    pub const fn within(mut self, time_limit: Duration) -> Call {
        self.time_limit = time_limit;
        if self.silence_limit.as_secs() < time_limit.as_secs() {
            self.silence_limit = time_limit;
        }
        self
    }

    /// The same call, whose reply may be longer and streams in: silent at most 20 s at a time.
    #[must_use]
    pub const fn streams(mut self, time_limit: Duration, limit_mib: usize) -> Call {
        self.time_limit = time_limit;
        self.reply_limit_bytes = limit_mib * MIB;
        self
    }

    /// The same call, whose reply may be this long.
    #[must_use]
    pub const fn up_to_mib(mut self, limit_mib: usize) -> Call {
        self.reply_limit_bytes = limit_mib * MIB;
        self
    }

    /// Whether it leaves the VPS as it was.
    #[must_use]
    pub const fn is_read(&self) -> bool {
        matches!(self.class, Class::Read)
    }

    /// Whether the label must be typed before it is sent.
    #[must_use]
    pub const fn is_destroy(&self) -> bool {
        matches!(self.class, Class::Destroy)
    }

    /// Whether whoever uses the VPS notices: it stops serving, or its disk or addresses go.
    #[must_use]
    pub const fn disturbs(&self) -> bool {
        self.interrupts
            || matches!(
                self.loses,
                Some(Loss::Disk | Loss::ChangesSinceSnapshot | Loss::AllAddresses)
            )
    }

    /// Its name as part of a message id: `snapshot-create`.
    #[must_use]
    pub fn slug(&self) -> String {
        self.name.replace('/', "-")
    }
}
