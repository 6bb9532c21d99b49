//! `auditLogs.exportAuditLogs`

use futures_util::stream::{BoxStream, StreamExt, try_unfold};
use jiff::Timestamp as Moment;
use keyway_core::audit::{AuditFilter, Entry, Event, Resource, ResourceKind};
use keyway_core::id::WorkspaceId;
use keyway_core::page::Page;
use keyway_core::permission::Action;
use keyway_core::time::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::caller::Caller;
use crate::csv::{neutral, quoted};
use crate::fields::Search;
use crate::problem::{Code, Problem};
use crate::reply::File;

/// How many entries are read at once. The next are read when these are on their way.
const PIECE: usize = 500;

const COLUMNS: &str = "time,event,description,actorType,actorId,actorName,resourceTypes,\
                       resourceIds,resourceNames,changes,remoteIp,userAgent,requestId,id\r\n";

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Rows for spreadsheets, in which no cell is a formula, or one JSON document a line.
    format: Format,
    /// Only these events.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 255)))]
    events: Option<Vec<String>>,
    /// Only what one of these actors did.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 255)))]
    actor_ids: Option<Vec<String>>,
    /// Only what concerns one of the things with these ids.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 255)))]
    target_ids: Option<Vec<String>>,
    /// Nothing before this time.
    from: Option<Timestamp>,
    /// Nothing after this time.
    to: Option<Timestamp>,
    /// Part of the event, or of the name or id of the actor or of a thing.
    search: Option<Search>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Format {
    Csv,
    Ndjson,
}

/// Sends the entries of the workspace's log that there are now, and leaves one about that.
pub async fn run(app: App, caller: Caller, request: Request) -> Result<File, Problem> {
    caller.require(Action::ExportAuditLog.everywhere())?;

    let workspace = caller.workspace().clone();
    let resource = Resource::new(ResourceKind::Workspace, &workspace);
    app.store.note_event(Event::AuditLogExported, &[resource], &caller.trail(&app)).await?;

    // What is written while the file is sent stays out, so that the file has an end.
    let until = request.to.map_or(caller.now, |to| to.min(caller.now));
    let filter = AuditFilter {
        events: request.events.unwrap_or_default(),
        resource_ids: request.target_ids.unwrap_or_default(),
        actor_ids: request.actor_ids.unwrap_or_default(),
        since: request.from,
        until: Some(until),
        search: request.search.as_ref().and_then(Search::wanted).map(str::to_owned),
    };
    let (media_type, extension) = match request.format {
        Format::Csv => ("text/csv", "csv"),
        Format::Ndjson => ("application/x-ndjson", "ndjson"),
    };
    let date = time(caller.now).chars().take(10).collect::<String>();
    let name = format!("keyway-audit-{date}.{extension}");
    let pieces = pieces(app, workspace, filter, request.format);
    Ok(File { media_type, name, pieces })
}

/// Where the next piece begins.
enum Place {
    Start,
    After(String),
    End,
}

fn pieces(
    app: App,
    workspace: WorkspaceId,
    filter: AuditFilter,
    format: Format,
) -> BoxStream<'static, Result<Vec<u8>, Problem>> {
    let state = (app, workspace, filter, Place::Start);
    try_unfold(state, move |(app, workspace, filter, place)| async move {
        let (mut text, after) = match (place, format) {
            (Place::End, _) => return Ok(None),
            (Place::After(after), _) => (String::new(), Some(after)),
            (Place::Start, Format::Csv) => (COLUMNS.to_owned(), None),
            (Place::Start, Format::Ndjson) => (String::new(), None),
        };
        let page = Page { limit: PIECE, after };
        let page = app.store.list_audit_entries(&workspace, &filter, &page).await?;
        for entry in &page.items {
            text.push_str(&line(entry, format)?);
        }
        let place = page.next.map_or(Place::End, Place::After);
        Ok(Some((text.into_bytes(), (app, workspace, filter, place))))
    })
    .boxed()
}

fn line(entry: &Entry, format: Format) -> Result<String, Problem> {
    let json = match format {
        Format::Csv => serde_json::to_string(&entry.changes),
        Format::Ndjson => serde_json::to_string(entry),
    };
    let json = json.map_err(|error| {
        Problem::new(Code::UnexpectedError, "An entry could not be written.").because(error)
    })?;
    Ok(match format {
        Format::Ndjson => json + "\n",
        Format::Csv => row(entry, if entry.changes.is_empty() { "" } else { &json }),
    })
}

/// After RFC 3339, with milliseconds. Times that no calendar has stay what they are.
fn time(time: Timestamp) -> String {
    Moment::from_millisecond(time.0)
        .map_or_else(|_| time.0.to_string(), |moment| format!("{moment:.3}"))
}

fn row(entry: &Entry, changes: &str) -> String {
    let of_resources = |part: fn(&Resource) -> String| {
        entry.resources.iter().map(part).collect::<Vec<_>>().join(" ")
    };
    let kind = |one: &Resource| {
        let name = serde_json::to_value(one.kind).unwrap_or_default();
        name.as_str().unwrap_or_default().to_owned()
    };
    let cells = [
        &time(entry.time),
        &entry.event,
        &entry.description,
        &entry.actor.kind,
        &entry.actor.id,
        entry.actor.name.as_deref().unwrap_or_default(),
        &of_resources(kind),
        &of_resources(|one| one.id.clone()),
        &of_resources(|one| one.name.clone().unwrap_or_default()),
        changes,
        entry.remote_ip.as_deref().unwrap_or_default(),
        entry.user_agent.as_deref().unwrap_or_default(),
        entry.request_id.as_deref().unwrap_or_default(),
        &entry.id.to_string(),
    ];
    cells.map(|cell| quoted(&neutral(cell))).join(",") + "\r\n"
}
