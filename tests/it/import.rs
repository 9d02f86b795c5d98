//! The provider's CSV: looked at, saved, checked; and labels of many in one table.

use crate::answer::Answer;
use crate::panel::{ADMIN, Panel, VIEWER};
use crate::visitor::Visitor;
use kiwideck::kiwivm::calls::find;
use kiwideck::model::vps;
use kiwideck::simulator::Machine;

/// Four machines at KiwiVM; the panel knows the second under an old key.
async fn scene() -> (Panel, Visitor) {
    let panel = Panel::start().await;
    for veid in 100_001..100_004 {
        panel.kiwivm.add(Machine::kvm(veid));
    }
    panel.add(Machine::kvm(100_002).labelled("Known")).await;
    panel.kiwivm.alter(100_002, |machine| {
        machine.key = "private_TESTnewKeyOfTheKnown0000".into()
    });
    let admin = panel.sign_in(ADMIN).await;
    (panel, admin)
}

fn csv(panel: &Panel) -> String {
    let key = |veid| panel.kiwivm.machine(veid).unwrap().key;
    format!(
        "VEID,VM_TYPE,HOSTNAME,PRIMARY_IP,IS_TERMINATED,IS_2FA_ENABLED,API_KEY,LABEL,TAGS,NOTE\r\n\
         100001,kvm,web.example.com,192.0.2.1,0,0,{},,\"web, 生产\",from the list\r\n\
         100002,kvm,known.example.com,192.0.2.2,0,0,{},Ignored,db,\r\n\
         100003,kvm,web.example.com,192.0.2.3,0,0,private_TESTwrongwrongwrong00000,,,\r\n\
         100004,kvm,gone.example.com,192.0.2.4,1,0,private_TESTterminated0000000000,,,\r\n\
         100001,kvm,again.example.com,192.0.2.1,0,0,private_TESTagainagainagain00000,,,\r\n",
        key(100_001),
        key(100_002)
    )
}

#[tokio::test]
async fn a_csv_is_looked_at_then_saved_and_each_key_is_checked() {
    let (panel, admin) = scene().await;
    let preview = admin
        .upload("/vps/import", csv(&panel).as_bytes())
        .await
        .expect(200);
    for words in [
        "100001 new",
        "100002 known: gets this key",
        "100004 terminated: skipped",
        "twice in the file: skipped",
        "Import the ticked ones",
    ] {
        preview.must_show(words);
    }
    assert!(panel.heard().is_empty(), "a preview asks KiwiVM");
    assert_eq!(
        labels(&preview),
        ["web.example.com", "Known", "web.example.com-2"]
    );
    let saved = save(&admin, &preview, &["Web", "Known", "web.example.com-2"])
        .await
        .expect(303);
    panel.settle().await;
    let result = admin.follow(&saved).await.expect(200);
    result.must_show("3 VPSes imported");
    result
        .must_show("Web 100001 Running")
        .must_show("Known 100002 Running");
    result.must_show("web.example.com-2 100003 Key refused");
    let all = vps::all(&panel.app.db).await.unwrap();
    let web = all.iter().find(|vps| vps.label == "Web").unwrap();
    assert_eq!(web.tags, ["web", "生产"]);
    assert_eq!(web.note, "from the list");
    assert_eq!(all.len(), 3);
    // The same form again leads to the same result and saves nothing.
    let again = save(&admin, &preview, &["Other", "Known", "Third"])
        .await
        .expect(303);
    assert_eq!(again.location(), saved.location());
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 3);
    admin.open("/audit").await.must_show("VPS imported");
}

fn labels(preview: &Answer) -> Vec<String> {
    let fields = preview.form("/vps/import/save").into_iter();
    fields
        .filter(|(name, _)| name.starts_with("label-"))
        .map(|(_, value)| value)
        .collect()
}

/// Ticks every row, known ones too, and gives them these labels.
async fn save(admin: &Visitor, preview: &Answer, labels: &[&str]) -> Answer {
    let import = preview.field("/vps/import/save", "import").unwrap();
    let fields = preview.form("/vps/import/save");
    let mut sent = vec![("import".to_owned(), import)];
    let mut labels = labels.iter();
    for (name, value) in fields {
        if let Some(veid) = name.strip_prefix("label-") {
            sent.push((format!("take-{veid}"), "1".to_owned()));
            sent.push((name.clone(), (*labels.next().unwrap()).to_owned()));
        } else if name.starts_with("tags-") {
            sent.push((name, value));
        }
    }
    let sent: Vec<(&str, &str)> = sent
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    admin.submit("/vps/import/save", &sent).await
}

#[tokio::test]
async fn a_known_key_is_replaced_only_when_its_row_is_ticked() {
    let (panel, admin) = scene().await;
    let preview = admin
        .upload("/vps/import", csv(&panel).as_bytes())
        .await
        .expect(200);
    let import = preview.field("/vps/import/save", "import").unwrap();
    let form = preview.form("/vps/import/save");
    let ticked: Vec<(&str, &str)> = form
        .iter()
        .filter(|(name, _)| !name.starts_with("take-"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("import", import.as_str())])
        .collect();
    admin.submit("/vps/import/save", &ticked).await.expect(303);
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 1);
    let replaced = "SELECT count(*) FROM audit WHERE what = 'vps-imported'";
    assert_eq!(panel.count(replaced).await, 0);
}

#[tokio::test]
async fn a_label_that_is_taken_keeps_the_preview_and_saves_nothing() {
    let (panel, admin) = scene().await;
    let preview = admin
        .upload("/vps/import", csv(&panel).as_bytes())
        .await
        .expect(200);
    for labels in [
        ["KNOWN", "Known", "b"],
        ["b", "Known", "B"],
        ["", "Known", "b"],
    ] {
        let again = save(&admin, &preview, &labels).await.expect(422);
        again.must_show("One thing to correct");
    }
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 1);
    save(&admin, &preview, &["a", "Known", "b"])
        .await
        .expect(303);
    panel.settle().await;
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 3);
}

#[tokio::test]
async fn files_as_spreadsheets_save_them_are_read() {
    let (panel, admin) = scene().await;
    let text = csv(&panel).replace(",,\"web, 生产\"", ",香港一号,\"web, 生产\"");
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [text.as_bytes(), &gb18030, &marked] {
        let preview = admin.upload("/vps/import", bytes).await.expect(200);
        assert_eq!(labels(&preview)[0], "香港一号");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_with_the_reason() {
    let (_panel, admin) = scene().await;
    let long = format!("VEID,API_KEY\n{}", "1,k\n".repeat(1001));
    let cases = [
        ("", "Choose a file."),
        ("A,B\n1,2\n", "must name the columns VEID and API_KEY"),
        ("VEID,API_KEY\n", "The file holds no row."),
        (&long, "At most 1000 rows at a time."),
    ];
    for (file, words) in cases {
        admin
            .upload("/vps/import", file.as_bytes())
            .await
            .expect(422)
            .must_show(words);
    }
}

#[tokio::test]
async fn a_preview_is_its_sessions_own_and_expires() {
    let (panel, admin) = scene().await;
    let preview = admin
        .upload("/vps/import", csv(&panel).as_bytes())
        .await
        .expect(200);
    let other = panel.sign_in(ADMIN).await;
    let taken = save(&other, &preview, &["a", "Known", "b"])
        .await
        .expect(422);
    taken.must_show("The preview has expired");
    panel.clock.turn(1800);
    admin.prove().await;
    let late = save(&admin, &preview, &["a", "Known", "b"])
        .await
        .expect(422);
    late.must_show("The preview has expired");
    assert_eq!(panel.count("SELECT count(*) FROM vps").await, 1);
    panel
        .sign_in(VIEWER)
        .await
        .upload("/vps/import", csv(&panel).as_bytes())
        .await
        .expect(403);
}

#[tokio::test]
async fn a_known_veid_gets_its_new_key_and_keeps_its_label_and_readings_history() {
    let (panel, admin) = scene().await;
    let known = vps::all(&panel.app.db).await.unwrap().remove(0);
    let preview = admin
        .upload("/vps/import", csv(&panel).as_bytes())
        .await
        .expect(200);
    save(&admin, &preview, &["a", "Known", "b"])
        .await
        .expect(303);
    panel.settle().await;
    let known = panel.vps(known.id).await;
    assert_eq!(
        (known.label.as_str(), known.tags),
        ("Known", vec!["db".to_owned()])
    );
    panel
        .read_call(&panel.vps(known.id).await, find("getServiceInfo").unwrap())
        .await;
    assert!(panel.app.readings.of(known.id).failure().is_none());
}

#[tokio::test]
async fn labels_and_tags_of_many_are_changed_in_one_table_or_not_at_all() {
    let panel = Panel::start().await;
    let one = panel.add(Machine::kvm(100_001).labelled("One")).await;
    let two = panel.add(Machine::kvm(100_002).labelled("Two")).await;
    let admin = panel.sign_in(ADMIN).await;
    admin
        .open("/vps/labels")
        .await
        .expect(200)
        .must_show("Labels and tags");
    let (one_id, two_id) = (one.id.to_string(), two.id.to_string());
    let table = |first: &str, second: &str| {
        let rows = [
            (&one_id, "100001", first, "a, b"),
            (&two_id, "100002", second, ""),
        ];
        let fields = rows.map(|(id, veid, label, tags)| {
            [
                ("vps", id.clone()),
                ("veid", veid.into()),
                ("label", label.to_owned()),
                ("tags", tags.to_owned()),
            ]
        });
        fields.concat()
    };
    for (first, second) in [("Same", "SAME"), ("", "Two")] {
        let fields = table(first, second);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        admin.submit("/vps/labels", &fields).await.expect(422);
        assert_eq!(panel.vps(one.id).await.label, "One");
    }
    // Two may swap their labels.
    let fields = table("Two", "One");
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let saved = admin.submit("/vps/labels", &fields).await.expect(303);
    admin.follow(&saved).await.expect(200).must_show("Saved.");
    let changed = panel.vps(one.id).await;
    assert_eq!((changed.label.as_str(), changed.tags.len()), ("Two", 2));
    assert!(panel.heard().is_empty(), "a changed label costs a call");
}
