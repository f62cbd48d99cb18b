//! Logging in by a program of the operator: it is given a URL and prints cookies.

use std::time::Duration;

use url::Url;

use crate::agent::cookie::Jar;
use crate::program::printed;

/// No login program may take longer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// Puts the cookies that the program prints into the jar, and says how many.
///
/// A line is `name=value`, or one of a cookie file as curl writes it.
pub(crate) async fn by_command(command: &[String], page: &Url, jar: &mut Jar) -> Result<usize, String> {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(0);
    };
    let arguments = arguments.iter().map(String::as_str);
    let arguments: Vec<&str> = arguments.chain([page.as_str()]).collect();
    let printed = printed("login program", program, &arguments, DEADLINE).await?;
    let mut taken = 0;
    for cookie in printed.lines().filter_map(cookie) {
        jar.take(page, &cookie);
        taken += 1;
    }
    match taken {
        0 => Err(format!("the login program `{program}` printed no cookie")),
        taken => Ok(taken),
    }
}

/// A printed line as the value of a `set-cookie` field.
fn cookie(line: &str) -> Option<String> {
    let line = line.trim();
    let fields: Vec<&str> = line.trim_start_matches("#HttpOnly_").split('\t').collect();
    if let [_, _, path, _, _, name, value] = fields.as_slice() {
        return Some(format!("{name}={value}; Path={path}"));
    }
    let is_pair = !line.starts_with('#') && line.contains('=');
    is_pair.then(|| format!("{line}; Path=/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn both_forms_of_a_cookie_are_read() {
        assert_eq!(cookie("sid=a=b").unwrap(), "sid=a=b; Path=/");
        assert_eq!(
            cookie("#HttpOnly_as.test\tFALSE\t/a\tTRUE\t0\tsid\tx").unwrap(),
            "sid=x; Path=/a"
        );
        assert_eq!(cookie("# Netscape HTTP Cookie File"), None);
        assert_eq!(cookie(""), None);
    }

    #[tokio::test]
    async fn a_program_logs_in_and_a_failing_one_is_told() {
        let page = Url::parse("https://as.test/login").unwrap();
        let mut jar = Jar::default();
        let said = words(&["sh", "-c", "echo sid=$0 | tr / _"]);
        assert_eq!(by_command(&said, &page, &mut jar).await, Ok(1));
        assert_eq!(jar.header(&page).unwrap(), "sid=https:__as.test_login");
        let failing = words(&["false"]);
        assert_eq!(
            by_command(&failing, &page, &mut jar).await.unwrap_err(),
            "the login program `false` ended with exit status: 1"
        );
    }
}
