//! The files that a server is installed with: they name what exists, and say what the program takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use coledger::cli::args::{Cli, Command as Words};
use coledger::cli::config::File;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    fs::read_to_string(root().join("deploy").join(name)).unwrap()
}

/// The settings that a command line of `coledger serve` names.
fn config_of(words: &[&str]) -> PathBuf {
    let cli = Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
    let Words::Serve(serve) = cli.command else { panic!("{words:?} serves nothing") };
    serve.config.unwrap()
}

#[test]
fn the_settings_that_come_along_are_understood() {
    let (file, _) = File::read(&root().join("deploy/coledger.toml")).unwrap();
    assert!(file.listen.unwrap().ip().is_loopback());
    assert_eq!(file.data.unwrap(), Path::new("/var/lib/coledger/town"));
}

#[test]
fn the_container_is_built_of_what_is_there_and_runs_a_command_that_is_understood() {
    let text = text("Containerfile");
    for line in text.lines().filter_map(|line| line.strip_prefix("COPY ")).filter(|line| !line.starts_with("--from")) {
        let mut words: Vec<_> = line.split(' ').collect();
        words.pop();
        assert!(!words.is_empty(), "{line}");
        for source in words {
            assert!(root().join(source).exists(), "{source} is not there");
        }
    }
    let listed = |word: &str| -> Vec<String> {
        let line = text.lines().find_map(|line| line.strip_prefix(word)).unwrap();
        serde_json::from_str(line).unwrap()
    };
    let words = [listed("ENTRYPOINT "), listed("CMD ")].concat();
    let config = config_of(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(text.contains(&format!("COPY deploy/coledger.toml {}", config.display())));
    let stage = text.rsplit_once("FROM ").unwrap().1;
    assert!(stage.lines().any(|line| line.starts_with("USER ") && line != "USER root"), "it must not run as root");
}

#[test]
fn the_service_starts_a_command_that_is_understood_and_systemd_has_no_fault_to_find() {
    let text = text("coledger.service");
    for line in text.lines().filter_map(|line| line.strip_prefix("ExecStart").and_then(|it| it.split_once('='))) {
        let words: Vec<_> = line.1.split(' ').collect();
        assert_eq!(config_of(&words), Path::new("/etc/coledger/coledger.toml"));
    }
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("coledger.service");
    fs::write(&unit, text.replace("/usr/local/bin/coledger", super::PROGRAM)).unwrap();
    // A machine without systemd cannot be asked.
    if let Ok(asked) = Command::new("systemd-analyze").arg("verify").arg(&unit).output() {
        let said = String::from_utf8_lossy(&asked.stderr).into_owned();
        let about_us: Vec<_> = said.lines().filter(|line| line.contains("coledger.service")).collect();
        assert!(about_us.is_empty(), "{about_us:?}");
    }
}
