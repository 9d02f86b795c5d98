//! Which e-mails are sent.

use super::{Outcome, Scene, fields};
use crate::simulator::machine::{Machine, Notification};
use crate::simulator::newborn::NOTIFICATIONS;
use crate::simulator::transport::{Fields, Refusal};
use serde_json::{Value, json};

pub(super) fn answer(call: &str, scene: &mut Scene<'_>) -> Outcome {
    match call {
        "kiwivm/getNotificationPreferences" => Ok(preferences(scene.machine)),
        _ => set_preferences(scene),
    }
}

fn preferences(machine: &Machine) -> Fields {
    let mut categories = Fields::new();
    for (category, id, description) in NOTIFICATIONS {
        let Some(chosen) = machine.notifications.get(*id) else {
            continue;
        };
        let listed = categories.entry(*category).or_insert_with(|| json!({}));
        listed[*id] = listed_preference(chosen, description);
    }
    fields(json!({
        "error": 0,
        "notificationEmail": machine.email,
        "email_preferences": categories,
    }))
}

fn listed_preference(chosen: &Notification, description: &str) -> Value {
    json!({
        "friendly_description": description,
        "is_enabled": u8::from(chosen.enabled),
        "changed_timestamp": chosen.changed_at_s,
        "s_value": "",
    })
}

/// Unknown ids are ignored; only what changed is listed as updated.
fn set_preferences(scene: &mut Scene<'_>) -> Outcome {
    let submitted = submitted(scene.required("json_notification_preferences")?)?;
    let mut updated = Fields::new();
    for (id, wanted) in &submitted {
        let Some(chosen) = scene.machine.notifications.get_mut(id) else {
            continue;
        };
        let enabled = *wanted == json!(1);
        if chosen.enabled != enabled {
            chosen.enabled = enabled;
            chosen.changed_at_s = scene.now_s;
            updated.insert(id.clone(), wanted.clone());
        }
    }
    let descriptions: Fields = updated.keys().map(|id| describe(id)).collect();
    Ok(fields(json!({
        "error": 0,
        "submitted_email_preferences": submitted,
        "updated_email_preferences": updated,
        "friendly_descriptions": descriptions,
    })))
}

/// The object that was sent, its values made 0 or 1.
fn submitted(text: &str) -> Result<Fields, Refusal> {
    let invalid = || Refusal::invalid("json_notification_preferences is not valid");
    let sent: Fields = serde_json::from_str(text).map_err(|_| invalid())?;
    let normal = |(id, value): (String, Value)| {
        let on = matches!(value.to_string().as_str(), "1" | "true" | "\"1\"");
        (id, json!(u8::from(on)))
    };
    Ok(sent.into_iter().map(normal).collect())
}

fn describe(id: &str) -> (String, Value) {
    let known = NOTIFICATIONS.iter().find(|(_, known, _)| *known == id);
    let description = known.map_or("", |(_, _, description)| *description);
    (id.to_owned(), description.into())
}
