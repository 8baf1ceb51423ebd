//! What `--help` prints, held by golden files: every command has an example.

use super::{Bench, ran};

const COMMANDS: &[&[&str]] = &[
    &[],
    &["init"],
    &["serve"],
    &["demo"],
    &["import"],
    &["import", "360giving"],
    &["import", "hours"],
    &["import", "log"],
    &["export"],
    &["export", "log"],
    &["dividends"],
    &["statement"],
    &["funds"],
    &["entries"],
    &["verify"],
    &["backup"],
    &["restore"],
    &["checkpoint"],
    &["bench"],
    &["schema"],
];

#[test]
fn help_of_every_command_is_as_it_was_and_shows_an_example() {
    for command in COMMANDS {
        let name = if command.is_empty() { "coledger".to_owned() } else { command.join("-") };
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let bench = Bench::new();
        let help = ran(bench.command(&arguments).env_remove("COLEDGER_DATA")).ok();
        let leads_on = matches!(command, [] | ["import" | "export"]);
        assert!(
            leads_on || (help.contains("Example:\n  coledger ") || help.contains("Examples:\n  coledger ")),
            "{name}: {help}"
        );
        insta::with_settings!({
            snapshot_path => "../../../snapshots/cli",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(format!("help-{name}"), help);
        });
    }
}

#[test]
fn the_version_is_printed() {
    assert_eq!(Bench::new().run(&["--version"]).ok(), format!("coledger {}\n", env!("CARGO_PKG_VERSION")));
}
