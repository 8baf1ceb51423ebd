//! A server that is told what to do by a file, and what it logs.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;

use super::server::{Caller, Server};
use super::{Bench, ran};

const FILE: &str = "\
data = \"town\"
listen = \"127.0.0.1:4001\"

[log]
level = \"warn\"

[limits]
connections = 77

[timeouts]
stop_seconds = 3
";

#[test]
fn what_a_file_gets_wrong_is_said_with_its_line_and_what_was_probably_meant() {
    let bench = Bench::with_ledger();
    let rows = [
        ("lisen = \"127.0.0.1:1\"", "line 1: there is no key lisen. Did you mean listen? Known here: data, listen"),
        ("\n[limits]\nconections = 1", "line 3: there is no key conections. Did you mean connections?"),
        ("[timeouts]\nheads = 3", "line 2: there is no key heads."),
        ("[logs]", "line 1: there is no key logs. Did you mean log?"),
        ("zebra = 1", "line 1: there is no key zebra. Known here"),
        ("[limits]\nconnections = 0", "line 2: limits.connections is 0; give 1 to 100000."),
        ("[limits]\n\nconnections = \"many\"", "line 3: "),
        ("[log]\nlevel = \"loud\"", "line 2: "),
        ("listen = 4000", "line 1: "),
        ("listen =", "line 1: "),
    ];
    for (text, words) in rows {
        let file = bench.file("coledger.toml", text);
        let ran = bench.run(&["serve", "--config", file.to_str().unwrap(), "--check-config"]);
        assert_eq!((ran.code, ran.results.as_str()), (2, ""), "{text}: {}", ran.remarks);
        assert!(ran.remarks.contains(words), "{text}: {}", ran.remarks);
    }
    let missing = bench.run(&["serve", "--config", "none.toml"]);
    assert_eq!(missing.code, 2);
    assert!(missing.remarks.contains("none.toml cannot be read"), "{}", missing.remarks);
}

#[test]
fn a_flag_goes_before_the_environment_that_before_the_file_and_that_before_what_holds_otherwise() {
    let bench = Bench::with_ledger();
    let file = bench.file("coledger.toml", FILE);
    let holds = |flags: &[&str], variables: &[(&str, &str)]| {
        let mut command = bench.command(&["serve", "--check-config"]);
        command.env_remove("COLEDGER_DATA").args(flags).envs(variables.iter().copied());
        ran(&mut command).ok()
    };
    let config = ["--config", file.to_str().unwrap()];
    let all = [config[0], config[1], "--listen", "127.0.0.1:4003"];
    let variable = [("COLEDGER_LISTEN", "127.0.0.1:4002")];
    let data = ["--data", "elsewhere"];
    for (flags, variables, words) in [
        (&data[..], &[][..], "listen = \"127.0.0.1:4000\""),
        (&config[..], &[][..], "listen = \"127.0.0.1:4001\""),
        (&config[..], &variable[..], "listen = \"127.0.0.1:4002\""),
        (&all[..], &variable[..], "listen = \"127.0.0.1:4003\""),
        (&config[..], &[][..], "connections = 77"),
        (&config[..], &[][..], "stop_seconds = 3"),
        (&config[..], &[][..], "level = \"warn\""),
        (&config[..], &[("COLEDGER_LOG_LEVEL", "debug")][..], "level = \"debug\""),
        (&config[..], &[][..], "format = \"text\""),
        (&data[..], &[][..], "connections = 2048"),
    ] {
        let text = holds(flags, variables);
        assert!(text.lines().any(|line| line == words), "{flags:?} {variables:?}: {words} is not in\n{text}");
    }
    let text = holds(&config, &[]);
    assert!(text.contains(&format!("data = {:?}", bench.town().display().to_string())), "{text}");
    let again = bench.file("again.toml", &text);
    assert_eq!(
        holds(&["--config", again.to_str().unwrap()], &[]),
        text,
        "what is printed says the same when it is read"
    );
}

#[test]
fn the_manual_names_every_setting_with_what_holds_otherwise() {
    let bench = Bench::with_ledger();
    let manual = include_str!("../../../docs/OPERATING.md");
    let block = manual.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    let file = bench.file("manual.toml", block);
    let said = bench.run(&["serve", "--config", file.to_str().unwrap(), "--check-config"]).ok();
    let holds = bench.run(&["serve", "--check-config"]).ok();
    let tables = |text: &str| text.split_once("[log]").unwrap().1.to_owned();
    assert_eq!(tables(&said), tables(&holds));
    let keys = holds.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    for key in keys.chain(["archive"]) {
        assert!(block.lines().any(|line| line.starts_with(&format!("{key} = "))), "the manual lacks {key}");
    }
}

#[test]
fn the_log_of_a_server_is_json_with_the_id_of_each_request_and_nothing_of_what_was_asked() {
    let bench = Bench::with_ledger();
    let file = bench.file("coledger.toml", "listen = \"127.0.0.1:0\"\n[log]\nformat = \"json\"\nlevel = \"debug\"\n");
    let mut command = bench.command(&["serve", "--config", file.to_str().unwrap()]);
    command.stderr(Stdio::piped());
    let mut server = Server::of(command);
    let mut caller = Caller::of(&server.address).unwrap();
    let head = format!(
        "GET /graphql?query=%7BSecretName%7D HTTP/1.1\r\nHost: {}\r\nX-Request-Id: mine-1\r\n\r\n",
        server.address
    );
    caller.write(&head).unwrap();
    let answer = caller.read().unwrap();
    assert!(answer.head.contains("x-request-id: mine-1"), "{}", answer.head);
    assert_eq!(answer.json()["errors"][0]["extensions"]["id"], "mine-1");
    let mut errors = server.child.stderr.take().unwrap();
    assert_eq!(server.stop(), 0);
    let mut text = String::new();
    errors.read_to_string(&mut text).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["span"]["id"] == "mine-1").unwrap_or_else(|| panic!("{text}"));
    assert_eq!(
        (line["span"]["route"].as_str(), line["codes"].as_str()),
        (Some("/graphql"), Some("GRAPHQL_VALIDATION_FAILED"))
    );
    let messages: Vec<_> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
    assert!(messages.contains(&"serving") && messages.contains(&"stopped"), "{text}");
    assert!(!text.contains("SecretName"), "{text}");
}
