//! The scenario as a whole, its consumers and their devices.

use std::collections::BTreeSet;
use std::time::Duration;

use offhook_call::{DeviceId, Psid};
use toml::Spanned;
use toml::de::DeTable;

use super::error::FormatError;
use super::fields::{Fields, Source};
use super::value::Time;
use super::{end, step};
use crate::scenario::script::{Consumer, Device, Scenario, Who};

/// A consumer's only device, if it has no name.
const DEVICE: &str = "phone";

const LIMIT: Duration = Duration::from_secs(300);

/// Consumers of a scenario, and devices of a consumer.
const CONSUMERS_MAX: usize = 16;
const DEVICES_MAX: usize = 8;

/// Steps of a device.
const STEPS_MAX: usize = 1_000;

impl Scenario {
    /// Reads a scenario; `name` is for one that does not say its own.
    pub fn parse(name: &str, text: &str) -> Result<Self, FormatError> {
        let source = Source(text);
        let whole = 0..text.len();
        let table = DeTable::parse(text).map_err(|error| source.told(&error, &whole))?;
        let mut fields = Fields::new(source, Spanned::into_inner(table), whole);
        let name = fields.take("name")?.unwrap_or_else(|| name.to_owned());
        let limit = fields.take("limit")?.map_or(LIMIT, |Time(limit)| limit);
        let seed = fields.take("seed")?.unwrap_or(0);
        let consumers = fields.tables("consumer")?;
        if consumers.is_empty() || consumers.len() > CONSUMERS_MAX {
            return Err(fields.error(format!("a scenario has 1 to {CONSUMERS_MAX} `[[consumer]]`")));
        }
        let consumers: Vec<_> = consumers.into_iter().map(consumer).collect::<Result<_, _>>()?;
        let names: BTreeSet<_> = consumers.iter().map(|consumer| &consumer.name).collect();
        if names.len() < consumers.len() {
            return Err(fields.error("two consumers have the same `name`, or none"));
        }
        fields.finish()?;
        Ok(Self { name, limit, seed, consumers })
    }
}

fn consumer(mut fields: Fields<'_>) -> Result<Consumer, FormatError> {
    let name = fields.take("name")?.unwrap_or_else(|| "Consumer".to_owned());
    let who = who(&mut fields)?;
    let listed = fields.tables("device")?;
    let devices = if listed.is_empty() { vec![only_device(&mut fields)?] } else { devices(&fields, listed)? };
    fields.finish()?;
    Ok(Consumer { name, who, devices })
}

fn who(fields: &mut Fields<'_>) -> Result<Who, FormatError> {
    let permission: Option<bool> = fields.take("permission")?;
    let psid: Option<Psid> = fields.take("psid")?;
    match (psid, permission) {
        (Some(_), Some(_)) => Err(fields.error("`permission` is given to a new consumer, not to one with a `psid`")),
        (Some(psid), None) => Ok(Who::Known(psid)),
        (None, permission) => Ok(Who::New { permission: permission.unwrap_or(true) }),
    }
}

fn only_device(fields: &mut Fields<'_>) -> Result<Device, FormatError> {
    let name = DeviceId::try_from(DEVICE.to_owned()).expect("the name is a device id");
    device(name, fields)
}

fn devices<'s>(consumer: &Fields<'s>, listed: Vec<Fields<'s>>) -> Result<Vec<Device>, FormatError> {
    if consumer.has("steps") || consumer.has("end") {
        return Err(consumer.error("a consumer with `[[consumer.device]]` has its `steps` and its `end` there"));
    }
    if listed.len() > DEVICES_MAX {
        return Err(consumer.error(format!("a consumer has up to {DEVICES_MAX} devices")));
    }
    let devices = listed.into_iter().map(named_device).collect::<Result<Vec<_>, _>>()?;
    let names: BTreeSet<_> = devices.iter().map(|device| device.name.to_string()).collect();
    if names.len() < devices.len() {
        return Err(consumer.error("two devices of one consumer have the same name"));
    }
    Ok(devices)
}

fn named_device(mut fields: Fields<'_>) -> Result<Device, FormatError> {
    let name: DeviceId = fields.need("name")?;
    let device = device(name, &mut fields)?;
    fields.finish()?;
    Ok(device)
}

fn device(name: DeviceId, fields: &mut Fields<'_>) -> Result<Device, FormatError> {
    let source = fields.source;
    let steps = fields.items("steps")?;
    if steps.len() > STEPS_MAX {
        return Err(fields.error(format!("a device has up to {STEPS_MAX} steps")));
    }
    let steps = steps.into_iter().map(|item| step::read(source, item)).collect::<Result<_, _>>()?;
    let end = match fields.value("end") {
        Some(value) => end::read(Fields::of(source, value, "`end`")?)?,
        None => Vec::new(),
    };
    Ok(Device { name, steps, end })
}
