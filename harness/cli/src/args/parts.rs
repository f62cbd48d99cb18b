//! Runs in parts, and the reports of parts joined.

use std::path::PathBuf;

use cimdspec_model::parts::Part;
use clap::Args;

use crate::args::beside::BesideArguments;

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// The report documents of all parts, or their folders
    #[arg(required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// File for the report document of the whole run
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The folder of scenarios that the parts were made with, if it is not the built-in one
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) beside: BesideArguments,
}

/// Which pod of an indexed Job it is, from 0: Kubernetes sets it.
const JOB_INDEX: &str = "JOB_COMPLETION_INDEX";

/// `hash:1/4`, or `hash:job/4` in a pod of an indexed Kubernetes Job.
pub(crate) fn part(text: &str) -> Result<Part, String> {
    part_in_job(text, std::env::var(JOB_INDEX).ok().as_deref())
}

/// The part, where the pod has this index.
fn part_in_job(text: &str, index: Option<&str>) -> Result<Part, String> {
    let Some(of) = text.strip_prefix("hash:job/") else {
        return Part::parse(text).ok_or_else(|| {
            "write `hash:1/4` for the first of four parts, or `hash:job/4` in an indexed Kubernetes Job"
                .to_owned()
        });
    };
    let Some(index) = index else {
        return Err(format!(
            "`job` stands for the index of a pod, and `{JOB_INDEX}` is not set here: write `hash:1/{of}` for the first part"
        ));
    };
    let part = index.parse::<usize>().ok().and_then(|index| {
        let number = index.checked_add(1)?;
        Part::parse(&format!("hash:{number}/{of}"))
    });
    part.ok_or_else(|| {
        format!("the pod has the index `{index}` (`{JOB_INDEX}`), which is not one of {of} parts: as many as the `completions` of the Job")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_of_an_indexed_job_has_the_part_of_its_index() {
        let part = |text: &str, index: Option<&str>| part_in_job(text, index);
        assert_eq!(part("hash:job/4", Some("0")), Ok(Part { number: 1, of: 4 }));
        assert_eq!(part("hash:job/4", Some("3")), Ok(Part { number: 4, of: 4 }));
        // A number that is written counts, wherever it runs.
        assert_eq!(part("hash:2/4", Some("3")), Ok(Part { number: 2, of: 4 }));
        for (text, index, wanted) in [
            (
                "hash:job/4",
                None,
                "`JOB_COMPLETION_INDEX` is not set here: write `hash:1/4`",
            ),
            ("hash:job/4", Some("4"), "the index `4`"),
            ("hash:job/4", Some("-1"), "the index `-1`"),
            ("hash:job/0", Some("0"), "not one of 0 parts"),
            (
                "hash:jobs/4",
                Some("0"),
                "or `hash:job/4` in an indexed Kubernetes Job",
            ),
            (
                "hash:0/4",
                Some("0"),
                "write `hash:1/4` for the first of four parts",
            ),
        ] {
            let told = part(text, index).unwrap_err();
            assert!(told.contains(wanted), "{told}");
        }
    }
}
