use super::*;
use std::net::{IpAddr, Ipv4Addr};

const PANEL: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 77);
const OTHER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 23);

fn ours(id: i64, at_s: i64, (what, outcome): (&str, &str)) -> Entry {
    Entry {
        id,
        at_ms: at_s * 1000,
        action: Some(format!("{id:032x}")),
        what: what.to_owned(),
        person_id: Some(1),
        person: "anna".to_owned(),
        vps_id: Some(1),
        vps: Some("Web 1".to_owned()),
        parameters: "{}".to_owned(),
        outcome: Some(outcome.to_owned()),
        code: None,
        message: None,
        took_ms: Some(2000),
        request_id: String::new(),
        address: "203.0.113.5".to_owned(),
    }
}

fn theirs(at_s: i64, requestor: Ipv4Addr, summary: &str) -> AuditEntry {
    AuditEntry {
        timestamp_s: Some(at_s),
        requestor: Some(requestor),
        kind: Some("1".to_owned()),
        summary: Some(summary.to_owned()),
    }
}

fn log(entries: Vec<AuditEntry>, read_at_s: i64, accepted: &[Entry]) -> Log {
    Log::new((entries, Some(read_at_s)), accepted, &[])
}

/// `o3` for entry 3 of ours, `t5` for KiwiVM's of second 5.
fn names(part: &Part) -> Vec<String> {
    let name = |line: &Line| match line {
        Line::Ours(entry) => format!("o{}", entry.id),
        Line::Theirs(logged) => format!("t{}", logged.entry.timestamp_s.unwrap_or(-1)),
    };
    part.lines.iter().map(name).collect()
}

/// What a reader of both logs sees, part by part.
fn read(entries: &[Entry], theirs: &[AuditEntry], at_most: usize) -> Vec<Vec<String>> {
    let placed = placed(theirs.to_vec());
    let (mut parts, mut before) = (Vec::new(), None::<Place>);
    loop {
        let is_older = |place: Place| before.is_none_or(|before| place < before);
        let mut entries: Vec<Entry> = entries.to_vec();
        entries.retain(|entry| is_older(Place::of(entry)));
        entries.sort_by_key(|entry| Reverse(Place::of(entry)));
        let looked_at: Vec<Entry> = entries.iter().take(at_most + 1).cloned().collect();
        let is_end = looked_at.len() == entries.len();
        let looked = Looked {
            to: looked_at.last().map(Place::of).filter(|_| !is_end),
            entries: looked_at,
        };
        let rest = placed.iter().filter(|logged| is_older(logged.place));
        let part = merge(looked, rest.cloned().collect(), at_most);
        parts.push(names(&part));
        before = match part.older {
            Some(place) => place.to_string().parse().ok(),
            None => return parts,
        };
    }
}

#[test]
fn both_logs_stand_on_one_line_newest_first_and_ours_before_what_came_of_it() {
    let mut untimed = theirs(0, PANEL, "x");
    untimed.timestamp_s = None;
    let entries = [
        ours(1, 5, ("stop", "accepted")),
        ours(2, 9, ("start", "accepted")),
    ];
    let logged = [untimed, theirs(5, PANEL, "b"), theirs(7, PANEL, "c")];
    assert_eq!(
        read(&entries, &logged, 50),
        [["o2", "t7", "t5", "o1", "t-1"]]
    );
    assert_eq!(read(&[], &[], 50), [Vec::<String>::new()]);
    assert_eq!(read(&[], &logged[1..], 50), [["t7", "t5"]]);
    assert_eq!(read(&entries, &[], 50), [["o2", "o1"]]);
}

#[test]
fn parts_together_are_the_whole_line_without_a_gap_and_without_a_repetition() {
    let entries: Vec<Entry> = (1..=40)
        .map(|id| ours(id, id / 3, ("stop", "accepted")))
        .collect();
    let logged: Vec<AuditEntry> = (0..30).map(|n| theirs(n / 4, PANEL, "x")).collect();
    let whole = read(&entries, &logged, 1000).concat();
    assert_eq!(whole.len(), 70);
    for at_most in [1, 2, 3, 7, 69, 70, 71] {
        let parts = read(&entries, &logged, at_most);
        assert!(parts.iter().all(|part| part.len() <= at_most));
        assert_eq!(parts.concat(), whole, "{at_most} at a time");
    }
}

#[test]
fn a_place_is_read_back_and_nonsense_is_none() {
    for place in [
        Place::of(&ours(7, 5, ("stop", ""))),
        Place::of_theirs(Some(-3), 2),
        Place::of_theirs(None, 1),
        Place::of_theirs(Some(i64::MAX), 1),
    ] {
        assert_eq!(place.to_string().parse(), Ok(place));
    }
    for text in ["", "-", "1-2", "a-0-1", "1-0-", "<"] {
        assert!(text.parse::<Place>().is_err(), "{text}");
    }
}

#[test]
fn the_panels_address_is_learnt_from_what_fits_its_own_actions() {
    let entries = vec![
        theirs(1000, PANEL, "API: restart"),
        theirs(1000, OTHER, "KiwiVM login"),
    ];
    let log = log(
        entries.clone(),
        2000,
        &[ours(1, 999, ("restart", "accepted"))],
    );
    assert_eq!(log.origin(&entries[0]), Origin::Panel);
    assert_eq!(log.origin(&entries[1]), Origin::Elsewhere);
    let elsewhere = log.elsewhere(2000);
    assert_eq!((elsewhere.count, elsewhere.addresses), (1, [OTHER].into()));
    assert_eq!(log.elsewhere(1000 + 31 * 86_400).count, 0);
    let mut nowhere = entries[1].clone();
    nowhere.requestor = None;
    assert_eq!(log.origin(&nowhere), Origin::Unknown);
}

#[test]
fn nothing_is_marked_while_nothing_was_learnt() {
    let entries = vec![theirs(1000, OTHER, "API: restart")];
    let unlike = [
        vec![],
        vec![ours(1, 1000, ("stop", "accepted"))],
        vec![ours(1, 900, ("restart", "accepted"))],
        vec![ours(1, 1100, ("restart", "accepted"))],
        // A read changes nothing, and an event is no call.
        vec![ours(1, 1000, ("getServiceInfo", "accepted"))],
        vec![ours(1, 1000, ("vps-changed", "accepted"))],
    ];
    for accepted in unlike {
        let log = log(entries.clone(), 2000, &accepted);
        assert!(!log.knows_the_panel());
        assert_eq!(log.origin(&entries[0]), Origin::Unknown);
        assert_eq!(log.elsewhere(2000).count, 0);
    }
}

#[test]
fn an_action_that_two_addresses_fit_teaches_nothing() {
    let entries = vec![
        theirs(1000, PANEL, "API: stop"),
        theirs(1010, OTHER, "API: stop"),
    ];
    let log = log(entries, 2000, &[ours(1, 999, ("stop", "accepted"))]);
    assert!(!log.knows_the_panel());
}

#[test]
fn an_address_of_this_machine_is_the_panels_where_kiwivm_saw_it() {
    let entries = vec![theirs(1000, PANEL, "x"), theirs(1000, OTHER, "y")];
    let own = [IpAddr::V4(PANEL), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))];
    let log = Log::new((entries, Some(2000)), &[], &own);
    assert_eq!(log.panel(), &[PANEL].into());
}

fn nothing(is_telling: bool) -> Trace {
    Trace::Nothing {
        within_s: 602,
        is_telling,
    }
}

fn unknown() -> Entry {
    ours(9, 1000, ("snapshot/create", "unknown"))
}

#[test]
fn an_unknown_action_is_traced_in_kiwivms_log() {
    let entries = vec![
        theirs(900, OTHER, "KiwiVM login"),
        theirs(1004, PANEL, "API: snapshot/create"),
    ];
    let found = log(entries, 1100, &[]).trace(&unknown());
    let logged = Trace::Logged {
        summary: "API: snapshot/create".to_owned(),
        after_s: 4,
        elsewhere: None,
    };
    assert_eq!(found, Some(logged));
}

#[test]
fn silence_tells_only_when_the_log_was_read_late_enough_and_reaches_back() {
    let entries = || {
        vec![
            theirs(900, OTHER, "KiwiVM login"),
            theirs(1004, PANEL, "API: stop"),
        ]
    };
    let untold = |ask_again| Some(Trace::Untold { ask_again });
    // It took 2 s; ten minutes later nothing fits.
    assert_eq!(log(entries(), 1602, &[]).trace(&unknown()), untold(true));
    let silent = Some(nothing(false));
    assert_eq!(log(entries(), 1603, &[]).trace(&unknown()), silent);
    // Once KiwiVM has written down another change of ours, its silence weighs more.
    let other = [ours(3, 1004, ("stop", "accepted"))];
    let told = log(entries(), 1603, &other).trace(&unknown());
    assert_eq!(told, Some(nothing(true)));
    let command = ours(9, 1000, ("basicShell/exec", "unknown"));
    let told = log(entries(), 1603, &other).trace(&command);
    assert_eq!(told, silent);
    let young = vec![theirs(1200, PANEL, "API: stop")];
    assert_eq!(log(young, 1603, &[]).trace(&unknown()), untold(false));
    let mut mute = entries();
    mute[1].summary = None;
    assert_eq!(log(mute, 1603, &[]).trace(&unknown()), untold(false));
    let unread = Log::default().trace(&unknown());
    assert_eq!(unread, untold(true));
}

#[test]
fn what_belongs_to_another_action_is_no_trace() {
    let entries = vec![
        theirs(900, OTHER, "x"),
        theirs(1300, PANEL, "API: snapshot/create"),
    ];
    let again = ours(10, 1299, ("snapshot/create", "accepted"));
    let log = log(entries, 2000, &[again]);
    assert_eq!(log.trace(&unknown()), Some(nothing(true)));
}

#[test]
fn a_trace_from_elsewhere_says_so_and_known_outcomes_have_none() {
    let entries = vec![
        theirs(500, PANEL, "API: restart"),
        theirs(1004, OTHER, "API: snapshot/create"),
    ];
    let log = log(entries, 2000, &[ours(1, 500, ("restart", "accepted"))]);
    let trace = log.trace(&unknown());
    assert!(
        matches!(
            trace,
            Some(Trace::Logged {
                elsewhere: Some(OTHER),
                ..
            })
        ),
        "{trace:?}"
    );
    for (what, outcome) in [
        ("snapshot/create", "accepted"),
        ("snapshot/create", "refused"),
        ("getServiceInfo", "unknown"),
    ] {
        assert_eq!(log.trace(&ours(9, 1000, (what, outcome))), None);
    }
}

#[test]
fn of_a_log_without_end_the_newest_are_looked_through_and_no_more_is_claimed() {
    let fitting = theirs(1001, PANEL, "API: snapshot/create");
    let mut entries = vec![fitting];
    let newer = |number: i64| theirs(5000 + number, OTHER, "KiwiVM login");
    entries.extend((0..1999).map(newer));
    let found = log(entries.clone(), 9000, &[]).trace(&unknown());
    assert!(matches!(found, Some(Trace::Logged { .. })), "{found:?}");
    entries.push(newer(1999));
    let accepted = [ours(3, 1000, ("snapshot/create", "accepted"))];
    let log = log(entries.clone(), 9000, &accepted);
    let untold = Trace::Untold { ask_again: false };
    assert_eq!(log.trace(&unknown()), Some(untold));
    assert!(!log.knows_the_panel());
    assert_eq!(log.entries.len(), entries.len(), "all are shown");
}
