//! What `--help` says beyond the flags: examples, the operation, its permissions, the page to read.
//!
//! One row per command. A test walks the commands and fails where a row is missing.

use clap::{Command, CommandFactory as _};
use serde_json::Value;

use super::Cli;
use super::need;

/// A command, the operations that it calls, and examples of it.
struct Entry {
    command: &'static str,
    operations: &'static [&'static str],
    examples: &'static [&'static str],
}

const fn entry(
    command: &'static str,
    operations: &'static [&'static str],
    examples: &'static [&'static str],
) -> Entry {
    Entry { command, operations, examples }
}

/// What a measurement of keys calls: it makes them and what they hold, and takes all away again.
const BENCH_KEYS: &[&str] = &[
    "keys.verifyKey",
    "keys.createKey",
    "keys.getKey",
    "apis.createApi",
    "apis.deleteApi",
    "permissions.createPermission",
    "permissions.createRole",
    "permissions.deleteRole",
    "permissions.deletePermission",
    "identities.deleteIdentity",
];
/// What a measurement of limits calls.
const BENCH_LIMITS: &[&str] =
    &["ratelimit.limit", "ratelimit.createNamespace", "ratelimit.deleteNamespace"];

/// Every command with verbs stands for the operations of its verbs.
const ENTRIES: &[Entry] = &[
    entry(
        "",
        &[],
        &[
            "keyway serve --data-dir ./data",
            "keyway quickstart --sdk ts",
            "keyway key verify - --permissions 'documents.read' < key.txt",
        ],
    ),
    entry(
        "serve",
        &[],
        &[
            "keyway serve --data-dir ./data",
            "keyway serve --listen 0.0.0.0:7070 --public-url https://keys.example.com",
            "keyway serve --config /etc/keyway/keyway.toml --check",
        ],
    ),
    entry(
        "quickstart",
        &["apis.createApi", "keys.createKey", "keys.verifyKey", "apis.listApis", "apis.deleteApi"],
        &["keyway quickstart", "keyway quickstart --sdk py", "keyway quickstart --clean --yes"],
    ),
    entry(
        "workspace",
        &[],
        &["keyway workspace get", "keyway workspace create --name acme -q > root-key.txt"],
    ),
    entry(
        "workspace list",
        &["workspaces.listWorkspaces"],
        &["keyway workspace list", "keyway workspace list --search acme -o id"],
    ),
    entry(
        "workspace get",
        &["workspaces.getWorkspace"],
        &["keyway workspace get", "keyway workspace get ws_123 --json"],
    ),
    entry(
        "workspace create",
        &["workspaces.createWorkspace"],
        &[
            "keyway workspace create --name acme",
            "keyway workspace create --name acme --slug acme -q > root-key.txt",
        ],
    ),
    entry(
        "workspace update",
        &["workspaces.updateWorkspace"],
        &[
            "keyway workspace update ws_123 --name 'Acme Ltd'",
            "keyway workspace update ws_123 --name acme --json",
        ],
    ),
    entry(
        "workspace disable",
        &["workspaces.updateWorkspace"],
        &["keyway workspace disable ws_123", "keyway workspace disable ws_123 --yes"],
    ),
    entry(
        "workspace enable",
        &["workspaces.updateWorkspace"],
        &["keyway workspace enable ws_123", "keyway workspace enable ws_123 --json"],
    ),
    entry(
        "workspace delete",
        &["workspaces.deleteWorkspace"],
        &["keyway workspace delete ws_123", "keyway workspace delete ws_123 --confirm acme"],
    ),
    entry(
        "root-key",
        &[],
        &[
            "keyway root-key create --name ci --preset verify --api $API --expires +90d -q",
            "keyway root-key can keys.createKey $API",
        ],
    ),
    entry(
        "root-key list",
        &["rootKeys.listKeys"],
        &["keyway root-key list --wide", "keyway root-key list --permission 'api.*.delete_key'"],
    ),
    entry(
        "root-key get",
        &["rootKeys.getKey"],
        &["keyway root-key get key_123", "keyway root-key get key_123 --jq '.data.permissions[]'"],
    ),
    entry(
        "root-key whoami",
        &["rootKeys.whoami"],
        &["keyway root-key whoami", "keyway root-key whoami --jq .data.workspaceId"],
    ),
    entry(
        "root-key create",
        &["rootKeys.createKey"],
        &[
            "keyway root-key create --name ci --preset verify --api $API --expires +90d -q",
            "keyway root-key create --name importer --permission 'api.*.create_key'",
            "keyway root-key create --name dev --role issuer --environment development",
        ],
    ),
    entry(
        "root-key update",
        &["rootKeys.updateKey", "rootKeys.getKey"],
        &[
            "keyway root-key update key_123 --add 'api.*.read_key'",
            "keyway root-key update key_123 --remove 'api.*.delete_key' --expires +30d --yes",
        ],
    ),
    entry(
        "root-key reroll",
        &["rootKeys.rerollKey"],
        &[
            "keyway root-key reroll key_123 --overlap 24h -q",
            "keyway root-key reroll key_123 --overlap 0s",
        ],
    ),
    entry(
        "root-key disable",
        &["rootKeys.updateKey"],
        &["keyway root-key disable key_123", "keyway root-key disable key_123 --json"],
    ),
    entry(
        "root-key enable",
        &["rootKeys.updateKey"],
        &["keyway root-key enable key_123", "keyway root-key enable key_123 --json"],
    ),
    entry(
        "root-key delete",
        &["rootKeys.deleteKey"],
        &["keyway root-key delete key_123", "keyway root-key delete key_123 --yes"],
    ),
    entry(
        "root-key permissions",
        &["rootKeys.listPermissionCatalog"],
        &[
            "keyway root-key permissions --group api",
            "keyway root-key permissions --operation keys.createKey -o id",
        ],
    ),
    entry(
        "root-key can",
        &["rootKeys.whoami", "rootKeys.getKey", "apis.getApi"],
        &[
            "keyway root-key can keys.createKey $API && echo yes",
            "keyway root-key can keys.deleteKey $API --root-key-id key_123",
            "keyway root-key can --list $API",
        ],
    ),
    entry(
        "api",
        &[],
        &["API=$(keyway api create --name payments -q)", "keyway api list --search pay"],
    ),
    entry(
        "api list",
        &["apis.listApis"],
        &["keyway api list --wide", "keyway api list --search pay -o id"],
    ),
    entry("api get", &["apis.getApi"], &["keyway api get $API", "keyway api get $API --json"]),
    entry(
        "api create",
        &["apis.createApi", "apis.updateApi"],
        &[
            "API=$(keyway api create --name payments -q)",
            "keyway api create --name payments --environment development --prefix pay_dev",
        ],
    ),
    entry(
        "api update",
        &["apis.updateApi"],
        &[
            "keyway api update $API --delete-protection on",
            "keyway api update $API --allow-ip 10.0.0.0/8 --allow-ip 192.0.2.7",
            "keyway api update $API --checksum off --store-encrypted on",
        ],
    ),
    entry(
        "api delete",
        &["apis.deleteApi"],
        &["keyway api delete $API", "keyway api delete $API --yes"],
    ),
    entry(
        "key",
        &[],
        &[
            "keyway key create --api $API --external-id user_42 -q > key.txt",
            "keyway key verify - < key.txt",
        ],
    ),
    entry(
        "key list",
        &["keys.listKeys", "apis.listKeys"],
        &[
            "keyway key list --api $API --external-id user_42",
            "keyway key list --status expired,expires-soon --sort expires --all -o id",
            "keyway key list --meta plan=pro --last-used-before -90d",
            "keyway key list --api $API --decrypt",
        ],
    ),
    entry(
        "key get",
        &["keys.getKey"],
        &["keyway key get key_123", "keyway key get key_123 --jq .data.credits.remaining"],
    ),
    entry(
        "key create",
        &["keys.createKey"],
        &[
            "keyway key create --api $API --external-id user_42 --role editor -q > key.txt",
            "keyway key create --api $API --limit requests=100/60s,auto --credits 1000/monthly:1",
            "keyway key create --api $API --expires +90d --meta '{\"plan\":\"pro\"}'",
        ],
    ),
    entry(
        "key update",
        &["keys.updateKey"],
        &[
            "keyway key update key_123 --expires +30d --credits 500/daily",
            "keyway key update key_123 --clear name --clear limits",
        ],
    ),
    entry(
        "key delete",
        &["keys.deleteKey"],
        &["keyway key delete key_123", "keyway key delete key_123 --permanent --yes"],
    ),
    entry(
        "key reroll",
        &["keys.rerollKey"],
        &["keyway key reroll key_123 --overlap 24h -q", "keyway key reroll key_123 --overlap 0s"],
    ),
    entry(
        "key reveal",
        &["keys.getKey"],
        &["keyway key reveal key_123", "keyway key reveal key_123 -q > key.txt"],
    ),
    entry(
        "key disable",
        &["keys.updateKey"],
        &["keyway key disable key_123", "keyway key disable key_123 --json"],
    ),
    entry(
        "key enable",
        &["keys.updateKey"],
        &["keyway key enable key_123", "keyway key enable key_123 --json"],
    ),
    entry(
        "key verify",
        &["keys.verifyKey"],
        &[
            "keyway key verify - --permissions 'documents.read' < key.txt && echo allowed",
            "keyway key verify --key-file key.txt --cost 5 --limit requests --tag path=/v1",
        ],
    ),
    entry(
        "key whoami",
        &["keys.whoami"],
        &["keyway key whoami - < key.txt", "keyway key whoami --key-file key.txt -o id"],
    ),
    entry(
        "key credits",
        &["keys.updateCredits"],
        &["keyway key credits add key_123 10k", "keyway key credits set key_123 --unlimited"],
    ),
    entry(
        "key roles",
        &["keys.setRoles", "keys.addRoles", "keys.removeRoles"],
        &["keyway key roles add key_123 editor", "keyway key roles set key_123 --none"],
    ),
    entry(
        "key permissions",
        &["keys.setPermissions", "keys.addPermissions", "keys.removePermissions"],
        &[
            "keyway key permissions add key_123 documents.read documents.write",
            "keyway key permissions remove key_123 documents.write",
        ],
    ),
    entry(
        "key bulk",
        &["keys.bulkUpdateKeys", "keys.listKeys"],
        &[
            "keyway key bulk --select api=$API --select status=expired --set delete --dry-run",
            "keyway key bulk --ids-file ids.txt --set enabled=off --set add-role=suspended --yes",
            "keyway key bulk --resume",
        ],
    ),
    entry(
        "role",
        &[],
        &[
            "keyway role create --name editor --permission documents.read",
            "keyway role usage editor",
        ],
    ),
    entry(
        "role list",
        &["permissions.listRoles"],
        &["keyway role list", "keyway role list --search edit -o id"],
    ),
    entry(
        "role get",
        &["permissions.getRole"],
        &["keyway role get editor", "keyway role get editor --jq '.data.permissions[].slug'"],
    ),
    entry(
        "role create",
        &["permissions.createRole"],
        &[
            "keyway role create --name editor --permission documents.read",
            "keyway role create --name auditor --description 'Reads everything' -q",
        ],
    ),
    entry(
        "role update",
        &["permissions.updateRole"],
        &[
            "keyway role update editor --name author",
            "keyway role update editor --description 'Writes documents'",
        ],
    ),
    entry(
        "role delete",
        &["permissions.deleteRole"],
        &["keyway role delete editor", "keyway role delete editor --yes"],
    ),
    entry(
        "role set-permissions",
        &["permissions.setRolePermissions"],
        &[
            "keyway role set-permissions editor --permission documents.read",
            "keyway role set-permissions editor --none",
        ],
    ),
    entry(
        "role usage",
        &["permissions.getUsage", "permissions.listRoles", "permissions.getRole"],
        &["keyway role usage editor author", "keyway role usage --all"],
    ),
    entry(
        "permission",
        &[],
        &[
            "keyway permission create --slug documents.read",
            "keyway permission list --search documents",
        ],
    ),
    entry(
        "permission list",
        &["permissions.listPermissions"],
        &["keyway permission list", "keyway permission list --search documents -o csv"],
    ),
    entry(
        "permission get",
        &["permissions.getPermission"],
        &["keyway permission get documents.read", "keyway permission get perm_123 --json"],
    ),
    entry(
        "permission create",
        &["permissions.createPermission"],
        &[
            "keyway permission create --slug documents.read",
            "keyway permission create --slug documents.read --name 'Read documents' -q",
        ],
    ),
    entry(
        "permission update",
        &["permissions.updatePermission"],
        &[
            "keyway permission update documents.read --slug docs.read",
            "keyway permission update documents.read --name 'Read documents'",
        ],
    ),
    entry(
        "permission delete",
        &["permissions.deletePermission"],
        &[
            "keyway permission delete documents.read",
            "keyway permission delete documents.read --yes",
        ],
    ),
    entry(
        "permission usage",
        &["permissions.getUsage", "permissions.listPermissions", "permissions.getPermission"],
        &["keyway permission usage documents.read", "keyway permission usage --all -o csv"],
    ),
    entry(
        "identity",
        &[],
        &[
            "keyway identity create --external-id user_42 --limit requests=100/60s",
            "keyway identity get user_42",
        ],
    ),
    entry(
        "identity list",
        &["identities.listIdentities"],
        &["keyway identity list", "keyway identity list --search user_ --all -o jsonl"],
    ),
    entry(
        "identity get",
        &["identities.getIdentity"],
        &["keyway identity get user_42", "keyway identity get user_42 --jq .data.meta.plan"],
    ),
    entry(
        "identity create",
        &["identities.createIdentity"],
        &[
            "keyway identity create --external-id user_42 --limit requests=100/60s,auto",
            "keyway identity create --external-id user_42 --meta '{\"plan\":\"pro\"}' -q",
        ],
    ),
    entry(
        "identity update",
        &["identities.updateIdentity"],
        &[
            "keyway identity update user_42 --limit requests=500/60s,auto",
            "keyway identity update user_42 --meta @meta.json --clear limits",
        ],
    ),
    entry(
        "identity delete",
        &["identities.deleteIdentity"],
        &["keyway identity delete user_42", "keyway identity delete user_42 --yes"],
    ),
    entry(
        "ratelimit",
        &[],
        &[
            "keyway ratelimit check emails user_42 --limit 10/1h && echo send",
            "keyway ratelimit override set emails 'vip_*' --limit 1000/1h",
        ],
    ),
    entry(
        "ratelimit check",
        &["ratelimit.limit"],
        &[
            "keyway ratelimit check emails user_42 --limit 10/1h && echo send",
            "keyway ratelimit check emails user_42 --limit 10/1h --cost 0",
        ],
    ),
    entry(
        "ratelimit multi",
        &["ratelimit.multiLimit"],
        &[
            "keyway ratelimit multi emails user_42 10/1h emails acme 1k/1d",
            "keyway ratelimit multi tokens user_42 10k/1m:250 requests user_42 60/1m && echo go",
        ],
    ),
    entry(
        "ratelimit namespace",
        &[],
        &[
            "keyway ratelimit namespace list",
            "keyway ratelimit namespace rename emails outgoing_emails",
        ],
    ),
    entry(
        "ratelimit namespace list",
        &["ratelimit.listNamespaces"],
        &[
            "keyway ratelimit namespace list",
            "keyway ratelimit namespace list --search email -o id",
        ],
    ),
    entry(
        "ratelimit namespace create",
        &["ratelimit.createNamespace"],
        &[
            "keyway ratelimit namespace create --name emails",
            "keyway ratelimit namespace create --name emails -q",
        ],
    ),
    entry(
        "ratelimit namespace rename",
        &["ratelimit.updateNamespace"],
        &[
            "keyway ratelimit namespace rename emails outgoing_emails",
            "keyway ratelimit namespace rename rlns_123 emails",
        ],
    ),
    entry(
        "ratelimit namespace delete",
        &["ratelimit.deleteNamespace"],
        &[
            "keyway ratelimit namespace delete emails",
            "keyway ratelimit namespace delete emails --yes",
        ],
    ),
    entry(
        "ratelimit override",
        &[],
        &[
            "keyway ratelimit override set emails 'vip_*' --limit 1000/1h",
            "keyway ratelimit override get emails vip_1",
        ],
    ),
    entry(
        "ratelimit override list",
        &["ratelimit.listOverrides"],
        &[
            "keyway ratelimit override list emails",
            "keyway ratelimit override list emails --all -o csv > overrides.csv",
        ],
    ),
    entry(
        "ratelimit override get",
        &["ratelimit.getOverride"],
        &[
            "keyway ratelimit override get emails user_42",
            "keyway ratelimit override get emails user_42 --jq .data.limit",
        ],
    ),
    entry(
        "ratelimit override set",
        &["ratelimit.setOverride"],
        &[
            "keyway ratelimit override set emails 'vip_*' --limit 1000/1h",
            "keyway ratelimit override set emails spammer --limit 0/1h",
        ],
    ),
    entry(
        "ratelimit override delete",
        &["ratelimit.deleteOverride"],
        &[
            "keyway ratelimit override delete emails 'vip_*'",
            "keyway ratelimit override delete emails spammer --yes",
        ],
    ),
    entry(
        "ratelimit override import",
        &["ratelimit.setOverride"],
        &[
            "keyway ratelimit override import emails --file overrides.csv --dry-run",
            "keyway ratelimit override import emails --file - < overrides.csv",
        ],
    ),
    entry(
        "migration",
        &[],
        &["keyway migration create --name 'old system' --encoding hex", "keyway migration list"],
    ),
    entry(
        "migration list",
        &["migrations.listMigrations"],
        &["keyway migration list", "keyway migration list -o csv"],
    ),
    entry(
        "migration create",
        &["migrations.createMigration"],
        &[
            "keyway migration create --name 'old system' --encoding hex -q",
            "keyway migration create --name seam --algorithm prefixed-api-key",
        ],
    ),
    entry(
        "migration delete",
        &["migrations.deleteMigration"],
        &["keyway migration delete mig_123", "keyway migration delete mig_123 --yes"],
    ),
    entry(
        "audit",
        &[],
        &["keyway audit list --since -7d", "keyway audit verify --data-dir ./data"],
    ),
    entry(
        "audit list",
        &["auditLogs.listAuditLogs"],
        &[
            "keyway audit list --since -7d --event key.create",
            "keyway audit list --target $API --all -o jsonl > audit.ndjson",
        ],
    ),
    entry(
        "audit export",
        &["auditLogs.exportAuditLogs"],
        &[
            "keyway audit export --since -30d --out audit.ndjson",
            "keyway audit export --format csv --event key.create --out keys.csv",
        ],
    ),
    entry(
        "audit verify",
        &[],
        &[
            "keyway audit verify --data-dir ./data",
            "keyway audit verify --database-url postgres://keyway@db/keyway",
        ],
    ),
    entry(
        "explain",
        &["access.explain"],
        &[
            "keyway explain req_123",
            "keyway explain --key-id key_123 --permissions 'documents.write'",
            "keyway explain --operation keys.createKey --resource $API --root-key-id rk_123",
        ],
    ),
    entry(
        "admin",
        &[],
        &[
            "keyway admin setup-link --data-dir ./data",
            "keyway admin reset-password anna@example.com",
        ],
    ),
    entry(
        "admin setup-link",
        &[],
        &[
            "keyway admin setup-link --data-dir ./data",
            "docker compose exec server keyway admin setup-link",
        ],
    ),
    entry(
        "admin reset-password",
        &[],
        &[
            "keyway admin reset-password anna@example.com",
            "keyway admin reset-password anna@example.com --database-url postgres://keyway@db/keyway",
        ],
    ),
    entry(
        "vault",
        &[],
        &["keyway vault rotate --data-dir ./data", "keyway vault rotate --config keyway.toml"],
    ),
    entry(
        "vault rotate",
        &[],
        &[
            "keyway vault rotate --data-dir ./data",
            "keyway vault rotate --config /etc/keyway/keyway.toml",
        ],
    ),
    entry(
        "master-key",
        &[],
        &["keyway master-key generate > master-key", "keyway master-key generate --json"],
    ),
    entry(
        "master-key generate",
        &[],
        &["keyway master-key generate > master-key", "keyway master-key generate --json"],
    ),
    entry(
        "bench",
        &[],
        &[
            "keyway bench verify",
            "keyway bench verify --keys 100k --uniform --half-load --out before.json",
        ],
    ),
    entry(
        "bench verify",
        BENCH_KEYS,
        &[
            "keyway bench verify --keys 100k --uniform --half-load --out before.json",
            "keyway bench verify --compare before.json --fail-if 'p99>+10%' --fail-if 'ratio<-5%'",
            "keyway bench verify --url http://127.0.0.1:7070 --rate 5k/s --duration 1m",
        ],
    ),
    entry(
        "bench limit",
        BENCH_LIMITS,
        &["keyway bench limit", "keyway bench limit --keys 100k --uniform --json"],
    ),
    entry(
        "bench credits",
        BENCH_KEYS,
        &["keyway bench credits --keys 200", "keyway bench credits --in-use 1 --concurrency 256"],
    ),
    entry(
        "bench mixed",
        BENCH_KEYS,
        &["keyway bench mixed", "keyway bench mixed --mix verify=80,limit=20,unknown=1 --hot"],
    ),
    entry(
        "bench cold",
        BENCH_KEYS,
        &["keyway bench cold", "keyway bench cold --data-dir ./million --cold-rate 2k/s"],
    ),
    entry(
        "bench unknown",
        BENCH_KEYS,
        &["keyway bench unknown --keys 200", "keyway bench unknown --concurrency 256 --json"],
    ),
    entry(
        "bench flood",
        BENCH_KEYS,
        &[
            "keyway bench flood --keys 200 --duration 1m",
            "keyway bench flood --kind large-body --flood-concurrency 64",
        ],
    ),
    entry(
        "bench create",
        BENCH_KEYS,
        &["keyway bench create", "keyway bench create --full --concurrency 16"],
    ),
    entry(
        "bench seed",
        &[],
        &[
            "keyway bench seed --data-dir ./million",
            "keyway bench seed --keys 10m --seed 7 --data-dir ./ten-million",
        ],
    ),
    entry(
        "bench table",
        BENCH_KEYS,
        &[
            "keyway bench table --markdown",
            "keyway bench table --only warm,limit --duration 30s --out table.json",
            "keyway bench table --only size --data-dir ./ten-million",
        ],
    ),
    entry(
        "call",
        &[],
        &[
            "keyway call keys.getKey -d '{\"keyId\":\"key_123\"}'",
            "keyway call keys.migrateKeys -d @keys.json --include",
        ],
    ),
    entry("openapi", &[], &["keyway openapi > openapi.json", "keyway openapi --format yaml"]),
    entry("version", &[], &["keyway version", "keyway version --json"]),
    entry(
        "completion",
        &[],
        &[
            "source <(keyway completion bash)",
            "keyway completion fish > ~/.config/fish/completions/keyway.fish",
        ],
    ),
    entry("help", &[], &["keyway help exit-codes", "keyway help key create"]),
];

/// The commands with examples, operations and permissions in their help.
pub fn command() -> Command {
    let document = keyway_http::openapi::document();
    decorated(Cli::command(), "", &document)
}

fn decorated(command: Command, path: &str, document: &Value) -> Command {
    let names: Vec<String> =
        command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let command = names.iter().fold(command, |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(name, |verb| decorated(verb, path.trim(), document))
    });
    let Some(entry) = ENTRIES.iter().find(|entry| entry.command == path) else { return command };

    let lines = |examples: &[&str]| {
        examples.iter().map(|example| format!("\n  {example}")).collect::<String>()
    };
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let long = format!("{about}\n\nExamples:{}", lines(entry.examples));
    let short = format!("Examples:{}", lines(&entry.examples[..2]));
    command.long_about(long).after_help(short).after_long_help(facts(path, document))
}

/// The operations of a command with their permissions and where to read more.
fn facts(path: &str, document: &Value) -> String {
    let needs = need::operations(document);
    let mut text = String::from("Operations and the permissions that they need:");
    let prefix = format!("{path} ");
    let mut told: Vec<&str> = Vec::new();
    for operation in ENTRIES
        .iter()
        .filter(|entry| entry.command == path || entry.command.starts_with(&prefix))
        .flat_map(|entry| entry.operations)
    {
        if told.contains(operation) {
            continue;
        }
        told.push(operation);
        let need = needs.iter().find(|(name, _)| name == operation);
        let need = need.map_or_else(|| "none".to_owned(), |(_, need)| need.to_string());
        text += &format!("\n  {operation}: {need}");
    }
    if told.is_empty() {
        text += match path {
            "call" => "\n  the one that is called; `keyway root-key can --list` shows all",
            _ => "\n  none: this command asks no server",
        };
    }
    text + "\n\nDocs: /docs of the server, for example http://127.0.0.1:7070/docs"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        found.push((path.to_owned(), command.clone()));
        for verb in command.get_subcommands() {
            every(verb, format!("{path} {}", verb.get_name()).trim(), found);
        }
    }

    #[test]
    fn every_command_has_two_examples_its_operations_with_permissions_and_a_page() {
        let mut found = Vec::new();
        every(&command(), "", &mut found);
        assert!(40 < found.len());
        for (path, mut command) in found {
            let entry = ENTRIES.iter().find(|entry| entry.command == path);
            let entry = entry.unwrap_or_else(|| panic!("`keyway {path}` has no row in help.rs"));
            assert!(2 <= entry.examples.len(), "{path}");
            for example in entry.examples {
                assert!(example.contains(format!("keyway {path}").trim()) || path.is_empty());
            }
            let help = command.render_long_help().to_string();
            for operation in entry.operations {
                assert!(help.contains(operation), "{path}: {operation}");
            }
            assert!(help.contains("permissions that they need"), "{path}");
            assert!(help.contains("/docs"), "{path}");
        }
    }

    #[test]
    fn every_example_is_a_command_that_exists() {
        for entry in ENTRIES {
            for example in entry.examples {
                let (_, line) = example.split_once("keyway ").unwrap();
                let words = words(&line[..end(line)]);
                let parsed = Cli::command()
                    .try_get_matches_from(std::iter::once("keyway".to_owned()).chain(words));
                assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            }
        }
    }

    #[test]
    fn every_operation_of_the_table_is_in_the_document() {
        let operations = need::operations(&keyway_http::openapi::document());
        for name in ENTRIES.iter().flat_map(|entry| entry.operations) {
            assert!(operations.iter().any(|(known, _)| known == name), "{name}");
        }
    }

    /// Where the shell takes over, which it doesn't between quotes.
    fn end(line: &str) -> usize {
        let mut is_quoted = false;
        let found = line.find(|c| {
            is_quoted ^= c == '\'';
            !is_quoted && matches!(c, ')' | '<' | '>' | '&' | '|')
        });
        found.unwrap_or(line.len())
    }

    /// The words of a shell line with single quotes.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quoted = false;
        for c in line.trim().chars() {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words
    }
}
