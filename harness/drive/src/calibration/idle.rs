//! What a profile says in vain: members without effect on this target, as far as that is certain.

use cimdspec_model::plan::Need;
use cimdspec_model::profile::Pace;
use cimdspec_model::profile::Profile;

use crate::calibration::calibrator::Calibrated;
use crate::target::server::Target;

/// The members of the profile that have no effect, each with the reason.
pub(crate) fn without_effect(target: &Target, calibrated: &Calibrated) -> Vec<String> {
    let profile = target.profile();
    let mut idle = Vec::new();
    if !target.offers(Need::Dcr) {
        idle.extend(of_registrations(profile).map(|member| (member, "the server takes no registrations")));
    }
    let is_without_documents = !target.offers(Need::Cimd) || calibrated.lacks.contains(&Need::Cimd);
    if is_without_documents && !profile.document.is_empty() {
        idle.push(("[document]", "the server takes no clients with documents"));
    }
    idle.extend(of_pace(&profile.pace));
    let fields = of_login(profile, &sent(calibrated));
    let idle = idle.into_iter().map(|(member, why)| (member.to_owned(), why));
    idle.chain(fields)
        .map(|(member, why)| format!("profile: `{member}` had no effect: {why}"))
        .collect()
}

fn of_registrations(profile: &Profile) -> impl Iterator<Item = &'static str> {
    let members = [
        ("[registration]", !profile.registration.is_empty()),
        ("initial_access_token", profile.initial_access_token.is_some()),
        ("[initial_tokens]", profile.initial_tokens.is_told()),
        (
            "expired_initial_access_token",
            profile.expired_initial_access_token.is_some(),
        ),
        ("[statements]", profile.statements.is_some()),
    ];
    members
        .into_iter()
        .filter(|(_, is_said)| *is_said)
        .map(|(member, _)| member)
}

/// Limits that a stricter one never lets come near.
fn of_pace(pace: &Pace) -> Vec<(&'static str, &'static str)> {
    let in_time = |turns: Option<u32>, times: u64| turns.map(|turns| u64::from(turns) * times);
    let is_within = |most: Option<u64>, limit: Option<u32>| matches!((most, limit), (Some(most), Some(limit)) if most <= u64::from(limit));
    let mut idle = Vec::new();
    if is_within(in_time(pace.per_second, 60), pace.per_minute) {
        idle.push(("per_minute of [pace]", "`per_second` allows no more in a minute"));
    }
    if is_within(in_time(pace.per_second, 3600), pace.per_hour) {
        idle.push(("per_hour of [pace]", "`per_second` allows no more in an hour"));
    } else if is_within(in_time(pace.per_minute, 60), pace.per_hour) {
        idle.push(("per_hour of [pace]", "`per_minute` allows no more in an hour"));
    }
    idle
}

/// What was sent on the way to codes; nothing where none was granted, since a login may have failed before the rest of it.
fn sent(calibrated: &Calibrated) -> Vec<&str> {
    let granted = calibrated
        .samples
        .each()
        .into_iter()
        .filter(|samples| samples.ends_with_a_code());
    let records = granted.flat_map(|samples| samples.good.iter().chain(&samples.bad));
    let exchanges = records.flat_map(|record| &record.exchanges);
    exchanges
        .filter_map(|exchange| exchange.sent.as_deref())
        .collect()
}

/// The fields of the login that no form had, where another one of them was sent.
fn of_login(profile: &Profile, sent: &[&str]) -> Vec<(String, &'static str)> {
    let names = profile.login.fields.keys();
    let is_sent = |name: &String| {
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        sent.iter()
            .any(|body| body.contains(&encoded) || body.contains(name.as_str()))
    };
    let (sent_names, others): (Vec<&String>, Vec<&String>) = names.partition(|name| is_sent(name));
    match sent_names.is_empty() {
        true => Vec::new(),
        false => others
            .into_iter()
            .map(|name| {
                (
                    format!("{name} of [login] fields"),
                    "no page of the login has such a field",
                )
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_below_which_another_one_always_stays_has_no_effect() {
        let idle = |per_second, per_minute, per_hour| -> Vec<&'static str> {
            let pace = Pace {
                at_once: None,
                per_second,
                per_minute,
                per_hour,
                ..Pace::default()
            };
            of_pace(&pace).into_iter().map(|(member, _)| member).collect()
        };
        let (minute, hour) = ("per_minute of [pace]", "per_hour of [pace]");
        assert_eq!(idle(Some(2), Some(120), None), [minute]);
        assert_eq!(idle(Some(2), Some(119), None), Vec::<&str>::new());
        assert_eq!(idle(Some(1), Some(60), Some(3600)), [minute, hour]);
        assert_eq!(idle(None, Some(10), Some(600)), [hour]);
        assert_eq!(idle(None, Some(10), Some(599)), Vec::<&str>::new());
        assert_eq!(idle(Some(1), None, None), Vec::<&str>::new());
    }

    #[test]
    fn a_field_that_no_form_had_is_told_once_another_one_was_sent() {
        let text = "name = \"x\"\n[login.fields]\nusername = \"a\"\n\"j pass\" = \"b\"\ntenant = \"c\"\n";
        let profile = Profile::read("p.toml", text).unwrap();
        let idle = |sent: &[&str]| -> Vec<String> {
            of_login(&profile, sent)
                .into_iter()
                .map(|(member, _)| member)
                .collect()
        };
        assert_eq!(
            idle(&["username=a", "j+pass=[password]"]),
            ["tenant of [login] fields"]
        );
        assert_eq!(idle(&["username=a&j+pass=b&tenant=c"]), Vec::<String>::new());
        assert_eq!(idle(&["decision=allow"]), Vec::<String>::new());
        assert_eq!(idle(&[]), Vec::<String>::new());
    }

    #[test]
    fn what_only_registrations_have_is_named() {
        let text = "name = \"x\"\ninitial_access_token = \"t\"\n[registration]\nscope = \"a\"\n";
        let profile = Profile::read("p.toml", text).unwrap();
        let named: Vec<&str> = of_registrations(&profile).collect();
        assert_eq!(named, ["[registration]", "initial_access_token"]);
    }
}
