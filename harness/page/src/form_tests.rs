//! Tests of forms: the same page in many spellings.

use super::*;

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn forms(page: &str) -> Vec<Form> {
    Html::read(page).forms()
}

#[test]
fn a_login_form_keeps_its_hidden_fields() {
    let html = r#"<!-- <form action="/no"> --><FORM method=POST action='/login?a=1&amp;b=2'>
        <input type=hidden name=csrf value="a&quot;b"><input name="username">
        <input type="password" name="password"/><button>Sign in</button></FORM>"#;
    let found = forms(html);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].action.as_str(), found[0].method),
        ("/login?a=1&b=2", Method::Post)
    );
    assert!(found[0].asks_password());
    assert_eq!(found[0].fields[0].value, "a\"b");
    assert_eq!(found[0].buttons[0].text, "Sign in");
}

#[test]
fn a_field_is_read_in_any_spelling() {
    for input in [
        "<input type=hidden name=code value=c-1>",
        "<INPUT TYPE=HIDDEN NAME=code VALUE=c-1>",
        "<input\ntype='hidden'\nname='code'\nvalue='c-1'>",
        "<input type=\"hidden\"name=\"code\"value=\"c-1\">",
        "<input type = hidden name = code value = c-1 />",
        "<input title='a > b' type=hidden name=code value=c-1>",
        "<input title=\"<input name='x'>\" type=hidden name=code value=c-1>",
        "<input value=c-1 value=c-2 name=code name=other type=hidden type=text>",
        "<input required type=hidden name=code value=c-1 data-x>",
        "<input\ttype=hidden\r\nname=co&#100;e\u{c}value=c&#x2d;1>",
        "<input/type='hidden'/name='code'/value='c-1'>",
        "<input type=' hidden ' name=code value=c-1>",
    ] {
        let found = forms(&format!("<form method=post>{input}</form>"));
        let expected = Field {
            name: "code".to_owned(),
            value: "c-1".to_owned(),
            kind: FieldKind::Hidden,
        };
        assert_eq!(found[0].fields, [expected], "{input}");
    }
}

#[test]
fn a_button_is_found_by_value_name_or_text() {
    let html = r#"<form><button name="d" value="deny">No</button><button name="d" value="approve"><b>Sure</b></button></form>
        <form action=x><input type=submit value="Allow access"><input type=submit value="Do not allow"></form>"#;
    let found = forms(html);
    assert_eq!(found[0].button(&words(&["approve"])).unwrap().value, "approve");
    assert_eq!(found[0].button(&words(&["no"])).unwrap().value, "deny");
    assert_eq!(found[0].button(&words(&["sure"])).unwrap().value, "approve");
    assert_eq!(found[1].button(&words(&["allow"])).unwrap().text, "Allow access");
    assert_eq!(found[1].button(&words(&["never"])), None);
}

#[test]
fn what_names_a_form_belongs_to_it_wherever_it_stands() {
    let html = "<input form=f name=before value=1><form id=f action=/a><input name=in></form>
        <button form=f name=d value=deny formaction=/b formmethod=POST formenctype=multipart/form-data>No</button>
        <form id=g><input form=f name=moved><input form=none name=lost></form><input name=alone>";
    let found = forms(html);
    let names: Vec<&str> = found[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["before", "in", "moved"]);
    assert_eq!(found[1].fields, []);
    let button = &found[0].buttons[0];
    assert_eq!(button.action.as_deref(), Some("/b"));
    assert_eq!(
        (button.method, button.encoding),
        (Some(Method::Post), Some(Encoding::Multipart))
    );
    assert!(Html::read(html).names().contains("alone"));
}

#[test]
fn boxes_exist_also_where_they_are_not_ticked() {
    let html = "<form><input type=checkbox name=scope value=read><input type=checkbox name=scope value=write checked>
        <input type=CheckBox name=plain><input type=radio name=r value=1><input type=radio name=r value=2 checked=false></form>";
    let fields: Vec<(String, String, FieldKind)> = forms(html)
        .remove(0)
        .fields
        .into_iter()
        .map(|field| (field.name, field.value, field.kind))
        .collect();
    let field = |name: &str, value: &str, kind| (name.to_owned(), value.to_owned(), kind);
    assert_eq!(
        fields,
        [
            field("scope", "read", FieldKind::Box(Tick::Off)),
            field("scope", "write", FieldKind::Box(Tick::On)),
            field("plain", "on", FieldKind::Box(Tick::Off)),
            field("r", "1", FieldKind::Choice(Tick::Off)),
            field("r", "2", FieldKind::Choice(Tick::On)),
        ]
    );
}

#[test]
fn lists_and_texts_hold_what_they_show() {
    let html = "<form><select name=s><option value=1>a<option selected value=2>b</select>
        <select name=first><option> one  more </option><option>two</select><select name=none></select>
        <select name=many multiple><option selected>a<option><option selected>c</select>
        <textarea name=t>\n<b>&lt;</textarea></form>";
    let fields = &forms(html)[0].fields;
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .map(|field| (field.name.as_str(), field.value.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [
            ("s", "2"),
            ("first", "one more"),
            ("many", "a"),
            ("many", "c"),
            ("t", "<b><")
        ]
    );
}

#[test]
fn what_is_switched_off_or_no_part_of_the_page_is_no_field() {
    for inside in [
        "<input name=a disabled>",
        "<fieldset disabled><input name=a></fieldset>",
        "<template><input name=a></template>",
        "<script>document.write('<input name=a>')</script>",
        "<!-- <input name=a> -->",
        "<textarea><input name=a></textarea>",
        "<button type=button name=a>",
        "<input value=1>",
    ] {
        let form = forms(&format!("<form>{inside}</form>")).remove(0);
        assert!(form.fields.iter().all(|field| field.name != "a"), "{inside}");
        assert!(form.buttons.is_empty(), "{inside}");
    }
    assert!(forms("<template><form></form></template><script>'<form>'</script>").is_empty());
    // Who runs no scripts gets what is there for them.
    assert_eq!(
        forms("<form><noscript><button>Continue</button></noscript></form>")[0]
            .buttons
            .len(),
        1
    );
}

#[test]
fn forms_end_where_a_browser_ends_them() {
    for page in [
        "<form><div><input name=a></form><input name=b></div>",
        "<table><form><tr><td><input name=a></form></table><input name=b>",
        "<form><form action=/other><input name=a></form><input name=b></form>",
    ] {
        let found = forms(page);
        assert_eq!(found.len(), 1, "{page}");
        assert_eq!(found[0].fields.len(), 1, "{page}");
        assert_eq!(found[0].action, "", "{page}");
    }
}

#[test]
fn a_picture_and_a_button_without_a_word_are_told_by_their_labels() {
    let found = forms(
        "<form><input type=image alt=Deny name=d><button aria-label=Approve><svg></svg></button></form>",
    );
    assert_eq!(found[0].buttons[0].text, "Deny");
    assert!(found[0].buttons[0].is_picture);
    assert_eq!(found[0].buttons[1].text, "Approve");
}

#[test]
fn broken_pages_end() {
    for broken in [
        "<form",
        "<form action=\"x",
        "<form><button",
        "<form><select><option",
        "<é",
        "<form é=é",
        "<a =>",
        "<",
        "<!--",
        "<form><é/>&#xffffffff;",
    ] {
        let _ = forms(broken);
    }
}
