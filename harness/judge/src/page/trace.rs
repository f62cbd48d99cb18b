//! What an error tells of the server's own code: a line of a stack trace, or the path of a source file.

/// Beginnings of stack traces that are no other text.
const BEGINNINGS: [&str; 4] = [
    "Traceback (most recent call last)",
    "Exception in thread \"",
    "goroutine 1 [",
    "thread 'main' panicked at",
];
/// Source files are named with these endings and a line after them.
const ENDINGS: [&str; 14] = [
    ".clj", ".cs", ".cjs", ".ex", ".go", ".java", ".js", ".kt", ".mjs", ".php", ".py", ".rb", ".rs", ".ts",
];
/// Endings of files that are domains too.
const DOMAINS: [&str; 2] = [".py", ".rs"];
/// What stands between the name of a file and the number of a line.
const BEFORE_LINES: [&str; 5] = [":", ":line ", "(", "\", line ", " on line "];
/// Folders that are on servers and in no address of a page.
const FOLDERS: [&str; 7] = [
    "/node_modules/",
    "/site-packages/",
    "/dist-packages/",
    "/usr/lib/",
    "/usr/local/",
    "/vendor/bundle/",
    "/go/pkg/mod/",
];

/// The first line that is one of a stack trace.
pub fn trace(body: &str) -> Option<String> {
    let plain = body
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'");
    let lines = plain.split(['\n', '\r']).flat_map(|line| line.split("\\n"));
    let mut lines = lines.flat_map(|line| line.split("<br>"));
    let found = lines.find(|line| {
        BEGINNINGS.iter().any(|beginning| line.contains(beginning))
            || names_a_place(line)
            || names_a_folder(line)
    })?;
    Some(found.trim().chars().take(LONGEST).collect())
}

/// How much of a line is told.
const LONGEST: usize = 160;

/// Whether a source file is named with a line.
fn names_a_place(line: &str) -> bool {
    let is_numbered = |after: &str| {
        BEFORE_LINES.iter().any(|before| {
            let number = after.strip_prefix(before);
            number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    ENDINGS.iter().any(|ending| {
        let mut places = line.match_indices(ending);
        places.any(|(at, _)| {
            let name = word_before(line, at);
            // Some endings are domains too, and a host with a port is no file with a line.
            let is_file = !DOMAINS.contains(ending) || name.contains(['/', '\\']);
            is_file && !name.contains("//") && is_numbered(&line[at + ending.len()..])
        })
    })
}

/// What stands before a place, back to a space, a bracket or a quotation mark.
fn word_before(line: &str, at: usize) -> &str {
    line[..at]
        .rsplit([' ', '\t', '(', '>', '`', '"', '\''])
        .next()
        .unwrap_or_default()
}

/// Whether a folder of the server is named; an address of a page has a scheme or stands in an attribute.
fn names_a_folder(line: &str) -> bool {
    FOLDERS.iter().any(|folder| {
        let mut places = line.match_indices(folder);
        places.any(|(at, _)| {
            let before = word_before(line, at);
            !before.contains("//") && !before.contains('=') && !is_quoted_attribute(line, at, before)
        })
    })
}

/// Whether the word is the beginning of an attribute's value in quotation marks.
fn is_quoted_attribute(line: &str, at: usize, word: &str) -> bool {
    let before = &line[..at - word.len()];
    before.ends_with("=\"") || before.ends_with("='")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_stack_traces_are_found() {
        for body in [
            "<pre>SyntaxError: x<br> &nbsp; &nbsp;at parse (/srv/app/lib/json.js:92:19)</pre>",
            "{\"trace\":\"java.lang.X\\n\\tat org.example.A.b(A.java:12)\"}",
            "Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in b",
            "File &quot;/srv/a.py&quot;, line 3, in b",
            "PHP Warning: x in /srv/a.php on line 9",
            "panic: x\n\t/srv/main.go:41 +0x1d",
            "   at A.B() in C:\\a\\b.cs:line 7",
            "cannot open /usr/lib/oauth/plugin.so",
        ] {
            assert!(trace(body).is_some(), "{body}");
        }
    }

    #[test]
    fn pages_and_errors_without_one_are_not() {
        for body in [
            "<script src=\"/assets/main.js?v=12\"></script>",
            "<link href=/usr/local/style.css>",
            "<link href=\"/usr/local/style.css\">",
            "{\"issuer\":\"https://as.example.rs:8443\",\"host\":\"as.example.rs:8443\"}",
            "{\"error\":\"invalid_request\",\"error_description\":\"line 1 column 2\"}",
            "see https://example.org/usr/lib/help",
            "<a href=\"https://github.com/a/b/blob/main/c.js\">source</a>",
        ] {
            assert_eq!(trace(body), None, "{body}");
        }
    }
}
