//! What is no scenario is refused with its place, and with what to write instead.

use std::path::{Path, PathBuf};

use offhook_client::scenario::{BUILT_IN, Scenario};

/// One consumer with these steps, the first in line 2.
fn steps(steps: &str) -> String {
    format!("[[consumer]]\nsteps = [{steps}]\n")
}

fn refused(text: &str) -> String {
    Scenario::parse("test", text).expect_err(text).to_string()
}

#[test]
fn every_step_and_condition_is_read() {
    let all = r#"
        "answer", "decline", "ignore", "call", "hang_up", "echo", "be_silent", "mute", "unmute", "revoke_permission",
        "disconnect", "reconnect",
        { play = "b.wav" }, { play = "a.ogg", background = true }, { play = "b.wav" },
        { tone = 440 }, { tone = 440, dbfs = -12.5, marked = true, for = "2s" }, { echo = "200ms" },
        { press = "42#" }, { video = "on" }, { video = "off" }, { lose = 10 }, { write = "Hello" },
        { reply = "approve" }, { reply = "reject" },
        { wait = "1m 30s" }, { wait = "ringing" }, { wait = "connected", within = "20s" },
        { expect = "ended", status = "Completed", reason = "business_hung_up" }, { expect = "answered_elsewhere" },
        { expect = "refused", error = "outside_call_hours" }, { expect = "level", above_dbfs = -40, for = "1s" },
        { expect = "tone", hz = 440 }, { expect = "speech", for = "1s" }, { expect = "silence", below_dbfs = -60 },
        { expect = "keys", digits = "1A*" }, { expect = "video", frames = 5 },
        { expect = "round_trip", under = "300ms" }, { expect = "webhook", event = "media_update" },
        { expect = "message", containing = "thanks" }, { expect = "permission_request" },
    "#;
    let end = r#"
        [consumer.end]
        status = "Completed"
        reason = "no_answer"
        lasted_min = "1s"
        lasted_max = "2s"
        silence_max = "2s"
        heard_min = "2s"
        loss_max_percent = 0.5
        round_trip_max = "400ms"
        frames_min = 3
    "#;
    let top = "name = \"All\"\nlimit = \"1m\"\nseed = 7\n";
    let scenario = Scenario::parse("test", &format!("{top}{}{end}", steps(all))).unwrap();
    assert_eq!((scenario.name.as_str(), scenario.files()), ("All", vec!["a.ogg", "b.wav"]));
    assert_eq!(Scenario::parse("by its file", &steps("\"answer\"")).unwrap().name, "by its file");
}

#[test]
fn what_is_built_in_or_an_example_is_a_scenario() {
    assert!(BUILT_IN.iter().all(|built_in| built_in.scenario().name == built_in.name));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/scenarios");
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let scenarios = files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    let read = |file: PathBuf| {
        let scenario = Scenario::parse("example", &std::fs::read_to_string(&file).unwrap());
        let scenario = scenario.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(scenario.files().iter().all(|file| folder.join(file).exists()));
    };
    assert!(scenarios.map(read).count() > 0);
}

#[test]
fn a_step_that_is_wrong_is_named_with_its_place() {
    for (step, error) in [
        ("\"anser\"", "line 2, column 10: unknown variant `anser`, expected one of `answer`"),
        ("{ wait = \"rining\" }", "line 2, column 19: unknown variant `rining`, expected one of `ringing`"),
        ("{ wait = \"5 parsecs\" }", "line 2, column 19: `5 parsecs` is no time like"),
        ("{ wait = \"5h\" }", "line 2, column 19: `5h` is longer than 4 hours"),
        ("\"answer\", { plya = \"a.wav\" }", "line 2, column 20: a step is a word, or a table with one of `wait`"),
        ("{ play = \"a.wav\", tone = 440 }", "line 2, column 10: a step is one thing, not `play` and `tone`"),
        ("{ press = \"42#\", hz = 440 }", "line 2, column 27: `hz` is not known here; what may stand here is `press`"),
        ("{ press = \"42x\" }", "line 2, column 20: a digit is one of 0-9"),
        ("{ tone = 5 }", "line 2, column 19: 5 is no frequency from 20 to 20000 Hz"),
        ("{ tone = 440, dbfs = 3 }", "line 2, column 31: 3 is no level from -100 to 0 dBFS"),
        ("{ lose = 101 }", "line 2, column 19: a percentage is 0 to 100"),
        ("{ expect = \"tone\" }", "line 2, column 10: `hz` is missing here"),
        ("{ expect = \"level\", above_dbfs = \"loud\" }", "line 2, column 43: invalid type: string"),
        ("{ expect = \"speech\", for = \"5s\", within = \"2s\" }", "`within` is shorter than `for`"),
        ("{ expect = \"silence\", for = \"2m\" }", "`for` is more than nothing, and up to 60 s"),
        ("{ expect = \"webhook\", event = \"ring\" }", "line 2, column 40: unknown variant `ring`"),
        ("{ write = \"\" }", "line 2, column 20: a text has 1 to 2000 characters"),
        ("7", "line 2, column 10: a step that is no word is a table, not a value of type integer"),
    ] {
        let told = refused(&steps(step));
        assert!(told.contains(error), "{step}: {told}");
    }
}

#[test]
fn a_scenario_that_is_wrong_is_named_with_its_place() {
    for (text, error) in [
        ("[[consumer]\n", "line 1, column "),
        ("name = 5\n[[consumer]]\n", "line 1, column 8: invalid type: integer"),
        ("", "a scenario has 1 to 16 `[[consumer]]`"),
        (
            "limits = \"5s\"\n[[consumer]]\n",
            "line 1, column 1: `limits` is not known here; what may stand here is `name`",
        ),
        ("[[consumer]]\nname = \"A\"\npsid = \"7\"\npermission = true\n", "`permission` is given to a new consumer"),
        ("[[consumer]]\n[[consumer]]\n", "two consumers have the same `name`, or none"),
        ("[[consumer]]\nsteps = []\n[[consumer.device]]\nname = \"a\"\n", "has its `steps` and its `end` there"),
        ("[[consumer]]\n[[consumer.device]]\nsteps = []\n", "`name` is missing here"),
        (
            "[[consumer]]\n[[consumer.device]]\nname = \"a\"\n[[consumer.device]]\nname = \"a\"\n",
            "two devices of one consumer have the same name",
        ),
        ("[[consumer]]\n[[consumer.device]]\nname = \"a b\"\n", "line 3, column 8: a device id has 1 to 64 characters"),
        ("[[consumer]]\nsteps = 5\n", "line 2, column 9: `steps` is a list, not a value of type integer"),
        ("[[consumer]]\n[consumer.end]\nreason = \"bored\"\n", "line 3, column 10: unknown variant `bored`"),
        ("[[consumer]]\n[consumer.end]\nseconds = 5\n", "line 3, column 1: `seconds` is not known here"),
    ] {
        let told = refused(text);
        assert!(told.contains(error), "{text}: {told}");
    }
}

#[test]
fn the_documentation_shows_scenarios_and_names_all_that_are_built_in() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenarios.md");
    let page = std::fs::read_to_string(file).unwrap();
    let shown: Vec<_> = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(!shown.is_empty());
    for text in shown {
        Scenario::parse("shown", text).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    for built_in in BUILT_IN {
        let row = format!("| `{}` | {} |\n", built_in.name, built_in.does);
        assert!(page.contains(&row), "{row} is missing");
    }
}
