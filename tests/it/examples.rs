//! For each of the 45 calls a machine that takes it and parameters that are good.

use crate::answer::Answer;
use crate::panel::Panel;
use kiwideck::kiwivm::call::{Call, Kind, Parameter};
use kiwideck::kiwivm::calls::find;
use kiwideck::kiwivm::client::Credentials;
use kiwideck::model::vps::Vps;
use kiwideck::secret::Secret;
use kiwideck::simulator::Machine;

/// KVM, with something of everything that can be chosen.
pub(crate) const KVM: u32 = 100_001;
/// OVZ: cloneFromExternalServer works there alone.
pub(crate) const OVZ: u32 = 100_002;
/// The one whose snapshot is imported.
const SOURCE: u32 = 100_003;

/// A root password of another server: a secret on its way out.
pub(crate) const OTHER_ROOT_PASSWORD: &str = "TESTrootOfAnotherServer";

/// The two VPSes on which every call is made.
pub(crate) struct Examples {
    panel: Panel,
    kvm: Vps,
    ovz: Vps,
}

impl Examples {
    pub(crate) async fn on(panel: &Panel) -> Examples {
        Examples {
            kvm: panel.add(rich(KVM)).await,
            ovz: panel.add(Machine::ovz(OVZ).labelled("Old mail")).await,
            panel: panel.clone(),
        }
    }

    /// The VPS for this call, whose machine is as new and takes it.
    pub(crate) fn vps_for(&self, call: &Call) -> &Vps {
        let kiwivm = &self.panel.kiwivm;
        match call.name {
            "start" => kiwivm.add(rich(KVM).stopped()),
            "getSuspensionDetails" | "unsuspend" => kiwivm.add(rich(KVM).suspended(true)),
            "cloneFromExternalServer" => {
                kiwivm.add(Machine::ovz(OVZ).labelled("Old mail"));
                return &self.ovz;
            }
            _ => kiwivm.add(rich(KVM)),
        }
        &self.kvm
    }

    /// Good parameters as a person types them; choices are taken from the page.
    pub(crate) async fn parameters(
        &self,
        call: &Call,
        page: &Answer,
    ) -> Vec<(&'static str, String)> {
        let mut parameters = Vec::new();
        for parameter in call.parameters {
            let value = match parameter.kind {
                Kind::Choice(_) => first_choice(page, parameter),
                _ if parameter.name == "sourceToken" => self.exported().await,
                _ => typed(parameter.name).to_owned(),
            };
            parameters.push((parameter.name, value));
        }
        parameters
    }

    /// The token of a snapshot that another VPS gives away.
    async fn exported(&self) -> String {
        let source = rich(SOURCE);
        let credentials = Credentials {
            veid: SOURCE.to_string(),
            api_key: Secret::new(source.key.clone()),
        };
        self.panel.kiwivm.add(source);
        let source = self.panel.kiwivm.machine(SOURCE).unwrap();
        let name = source.snapshots[0].file_name(SOURCE);
        let export = find("snapshot/export").unwrap();
        let reply = self
            .panel
            .app
            .client
            .send(export, &credentials, &[("snapshot", Secret::new(name))])
            .await
            .unwrap();
        self.panel.kiwivm.forget_heard();
        reply.secrets(export)[0].1.reveal().to_owned()
    }
}

/// A machine with something of everything that can be chosen.
pub(crate) fn rich_machine() -> Machine {
    rich(KVM)
}

fn rich(veid: u32) -> Machine {
    let mut machine = Machine::kvm(veid)
        .labelled("Web 1")
        .aged_days(2)
        .snapshot("before upgrade", 4)
        .ipv6_subnets(1)
        .violating(30 * 3600);
    machine.private_addresses = vec!["10.8.1.2".to_owned()];
    machine
}

#[track_caller]
fn first_choice(page: &Answer, parameter: &Parameter) -> String {
    let choices = page.choices(parameter.name);
    let first = choices.into_iter().next();
    first.unwrap_or_else(|| panic!("{} offers no {}", page.asked, parameter.name))
}

/// What a person types; lines end as browsers end them.
pub(crate) fn typed(parameter: &str) -> &'static str {
    match parameter {
        "ssh_keys" => {
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHt one@example.com\r\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID/EzP50WHDiwNmfcfMP8GVsje3UHMHX09N2sNvmheLz two@example.com"
        }
        "newHostname" => "new.example.com",
        "currentDir" => "/root",
        "newDir" => "/etc",
        "command" => "echo one\r\necho two",
        "script" => "#!/bin/bash\r\necho <script>",
        "description" => "before the upgrade",
        "sticky" => "1",
        "sourceVeid" => "100003",
        "ptr" => "mail.example.com",
        "externalServerIP" => "203.0.113.9",
        "externalServerSSHport" => "2222",
        "externalServerRootPassword" => OTHER_ROOT_PASSWORD,
        "json_notification_preferences" => "{\"security-api-key-used\": 0}",
        // Of a choice, for those who see no page to choose on.
        _ => "anything",
    }
}

/// Whether the page may show it again.
pub(crate) fn is_kept(parameter: &Parameter) -> bool {
    !parameter.secret()
}
