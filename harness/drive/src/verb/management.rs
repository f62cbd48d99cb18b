//! What a registration endpoint offers us, and which methods its management has: seen once, before anything is judged.

use cimdspec_model::json;
use cimdspec_model::name::StepName;
use cimdspec_model::observation::StepRecord;
use cimdspec_model::plan::Need;
use cimdspec_model::verb::Act;
use cimdspec_model::verb::Delete;
use cimdspec_model::verb::Manage;
use cimdspec_model::verb::Step;
use cimdspec_model::verb::Update;

use crate::calibration::samples::step;

pub(crate) const CHANGE: &str = "change";
const REMOVAL: &str = "removal";
/// With these a server says that it does not have the method, or leads to a login whatever it does not know.
const NO_SUCH_METHOD: [u16; 6] = [301, 302, 303, 404, 405, 501];
/// Error codes of a registration that is refused for what it says, and not for who sends it (RFC 7591 section 3.2.2).
const OF_ITS_METADATA: [&str; 4] = [
    "invalid_client_metadata",
    "invalid_redirect_uri",
    "invalid_software_statement",
    "unapproved_software_statement",
];

/// What the target lacks, with words where that is worth telling.
type Lacks = Vec<(Need, Option<&'static str>)>;

/// The steps that try the methods of management on the client of a register step.
pub(crate) fn management_of(client: &StepName) -> Vec<Step> {
    let own = || Manage::of(client.clone());
    vec![
        step(CHANGE, Act::Update(Update(own()))),
        step(REMOVAL, Act::Delete(Delete(own()))),
    ]
}

/// What the target lacks, by the records of a registration and of those steps.
pub(crate) fn lacking_of(steps: &[StepRecord]) -> Lacks {
    let registered = steps.first().and_then(answer);
    if let Some((401 | 403, body)) = registered {
        let error = json::object(body).and_then(|members| members.get("error")?.as_str().map(str::to_owned));
        let told = match error.is_some_and(|error| OF_ITS_METADATA.contains(&error.as_str())) {
            true => "a registration is refused for its metadata: `[registration]` of a profile changes them",
            false => "registration is not for everybody: `initial_access_token` of a profile would open it",
        };
        return vec![(Need::Dcr, Some(told))];
    }
    if !registered.is_some_and(|(_, body)| body.contains("\"registration_client_uri\"")) {
        let told = "a registration comes without management (RFC 7592)";
        return vec![
            (Need::DcrManage, Some(told)),
            (Need::DcrManageDelete, None),
            (Need::DcrManageUpdate, None),
        ];
    }
    let of_methods = [
        (CHANGE, Need::DcrManageUpdate, "a registration cannot be updated"),
        (REMOVAL, Need::DcrManageDelete, "a registration cannot be deleted"),
    ];
    let is_missing = |name: &str| {
        let mut named = steps.iter().filter(|record| record.step.as_str() == name);
        named.any(|record| answer(record).is_some_and(|(status, _)| NO_SUCH_METHOD.contains(&status)))
    };
    of_methods
        .into_iter()
        .filter(|(name, ..)| is_missing(name))
        .map(|(_, need, told)| (need, Some(told)))
        .collect()
}

fn answer(record: &StepRecord) -> Option<(u16, &str)> {
    record.status().zip(record.body())
}

#[cfg(test)]
mod tests {
    use cimdspec_model::name::StepName;
    use cimdspec_model::observation::Arrival;
    use cimdspec_model::observation::Exchange;
    use cimdspec_model::observation::Instant;
    use cimdspec_model::observation::Reply;

    use super::*;

    fn record(name: &'static str, status: u16, body: &str) -> StepRecord {
        let (at, ended) = (Instant(0), Instant(1));
        let reply = Reply::Response {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
        };
        StepRecord {
            step: StepName::constant(name),
            began: at,
            ended,
            exchanges: vec![Exchange {
                at,
                ended,
                method: "POST".to_owned(),
                url: "https://as/register".to_owned(),
                headers: Vec::new(),
                sent: None,
                reply,
            }],
            arrival: Arrival::Answer,
            values: Vec::new(),
            logged: None,
            scripted: false,
            programs: Vec::new(),
        }
    }

    fn lacks(records: &[StepRecord]) -> Vec<Need> {
        lacking_of(records).into_iter().map(|(need, _)| need).collect()
    }

    #[test]
    fn what_is_not_offered_is_seen_by_its_status() {
        let told = "{\"registration_client_uri\":\"https://as/register/1\"}";
        let of = |change, removal| {
            lacks(&[
                record("register", 201, told),
                record(CHANGE, change, ""),
                record(REMOVAL, removal, ""),
            ])
        };
        assert_eq!(of(200, 204), []);
        for status in [302, 404, 405, 501] {
            assert_eq!(of(status, status), [Need::DcrManageUpdate, Need::DcrManageDelete]);
        }
        // Who refuses has the method.
        assert_eq!(of(403, 403), []);
        assert_eq!(lacks(&[record("register", 401, "{}")]), [Need::Dcr]);
        assert_eq!(lacks(&[record("register", 201, "{}")]).len(), 3);
    }

    #[test]
    fn who_refuses_metadata_does_not_want_a_token() {
        let told = |body: &str| lacking_of(&[record("register", 403, body)])[0].1.unwrap();
        assert!(told("{\"error\":\"invalid_client_metadata\"}").contains("`[registration]`"));
        assert!(told("{\"error\":\"invalid_token\"}").contains("`initial_access_token`"));
        assert!(told("<h1>No</h1>").contains("`initial_access_token`"));
    }
}
