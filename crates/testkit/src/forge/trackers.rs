//! Answers as Jira's REST interface and Linear's GraphQL interface do.

use super::github::parsed;
use super::wire::{Reply, Request};
use super::{FakeForge, LOGIN, State, TOKEN};
use serde_json::{Value, json};

const WHEN: &str = "2026-01-02T03:04:05.000+0000";
/// The project of the fake Jira.
const PROJECT: &str = "SHOP";
/// The team of the fake Linear.
const TEAM: &str = "ENG";
/// The states, each with what sort it is to Jira and to Linear.
const STATES: [(&str, &str, &str); 3] = [
    ("To Do", "new", "unstarted"),
    ("In Progress", "indeterminate", "started"),
    ("Done", "done", "completed"),
];
/// The ways of Jira's workflow: from, to, name. There is none from the first state to the last.
const WAYS: [(&str, &str, &str); 4] = [
    ("To Do", "In Progress", "Start work"),
    ("In Progress", "To Do", "Put back"),
    ("In Progress", "Done", "Finish"),
    ("Done", "To Do", "Reopen"),
];

impl FakeForge {
    /// A Jira with the project `SHOP`: issue 7 is `SHOP-7`.
    pub fn jira() -> Self {
        Self::start(jira)
    }

    /// A Linear with the team `ENG`: issue 7 is `ENG-7`.
    pub fn linear() -> Self {
        Self::start(linear)
    }

    /// The variables that lead a program to the fake Jira.
    pub fn jira_variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("JIRA_SITE", self.address().to_owned()),
            ("JIRA_API_TOKEN", TOKEN.to_owned()),
        ]
    }

    /// The variables that lead a program to the fake Linear.
    pub fn linear_variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LINEAR_API_URL", format!("{}/graphql", self.address())),
            ("LINEAR_API_KEY", TOKEN.to_owned()),
        ]
    }

    /// The state that an issue of Jira or Linear is in.
    pub fn stage(&self, number: u64) -> String {
        self.lock()
            .issues
            .get(&number)
            .map(stage)
            .unwrap_or_default()
    }
}

fn stage(kept: &Value) -> String {
    kept["stage"].as_str().unwrap_or(STATES[0].0).to_owned()
}

fn jira(state: &mut State, request: &Request) -> Reply {
    if request.header("authorization") != format!("Bearer {TOKEN}") {
        let why = json!({ "message": "Client must be authenticated to access this resource." });
        return Reply::json(401, &why);
    }
    let path = request
        .path
        .strip_prefix("/rest/api/2/")
        .unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match (request.verb.as_str(), parts.as_slice()) {
        // Cloud's search; Data Center has another.
        ("GET", ["search", "jql"]) => {
            let jql = request.query.get("jql").cloned().unwrap_or_default();
            let is_ours = jql.contains(&format!("project = \"{PROJECT}\""));
            let open = open(state).filter(|_| is_ours);
            let all: Vec<Value> = open
                .map(|number| jira_shown(state, request, number))
                .collect();
            Reply::json(200, &json!({ "issues": all, "isLast": true }))
        }
        ("GET", ["myself"]) => Reply::json(200, &jira_user(LOGIN)),
        ("GET", ["user", "assignable", "search"]) => {
            let id = request.query.get("accountId").cloned().unwrap_or_default();
            let name = id.strip_prefix("id-").unwrap_or_default();
            let is_known = !name.is_empty() && !state.reviewed.strangers.contains(name);
            let found = is_known.then(|| jira_user(name));
            Reply::json(200, &Value::Array(found.into_iter().collect()))
        }
        (_, ["issue", key, rest @ ..]) => {
            let number = key.strip_prefix(&format!("{PROJECT}-")).map_or(0, parsed);
            match state.issues.contains_key(&number) {
                true => jira_issue(state, request, (number, rest)),
                false => no_issue(),
            }
        }
        _ => no_issue(),
    }
}

/// The issues that are not done, newest first.
fn open(state: &State) -> impl Iterator<Item = u64> {
    let all = state.issues.iter().rev();
    all.filter(|(_, kept)| stage(kept) != "Done")
        .map(|(number, _)| *number)
}

fn no_issue() -> Reply {
    let why = "Issue does not exist or you do not have permission to see it.";
    Reply::json(404, &json!({ "errorMessages": [why], "errors": {} }))
}

fn jira_issue(state: &mut State, request: &Request, (number, rest): (u64, &[&str])) -> Reply {
    let Some(now) = state.issues.get(&number).map(stage) else {
        return no_issue();
    };
    match (request.verb.as_str(), rest) {
        ("GET", []) => Reply::json(200, &jira_shown(state, request, number)),
        ("GET", ["transitions"]) => {
            let offered: Vec<Value> = ways(&now).map(|(_, way)| way).collect();
            Reply::json(
                200,
                &json!({ "expand": "transitions", "transitions": offered }),
            )
        }
        ("POST", ["transitions"]) => {
            let wanted = &request.body["transition"]["id"];
            let Some((to, _)) = ways(&now).find(|(_, way)| way["id"] == *wanted) else {
                let why = "It seems that you have tried to perform an illegal workflow operation.";
                return Reply::json(400, &json!({ "errorMessages": [why], "errors": {} }));
            };
            move_to(state, number, to);
            Reply::empty(204)
        }
        ("POST", ["comment"]) => {
            let kept = json!({
                "id": state.comment_id(), "author": LOGIN, "body": request.text("body"),
            });
            state.comments.push((number, kept.clone()));
            Reply::json(201, &jira_comment(&kept))
        }
        ("PUT", ["comment", id]) => match edited(state, parsed(id), &request.body["body"]) {
            Some(kept) => Reply::json(200, &jira_comment(&kept)),
            None => no_issue(),
        },
        _ => no_issue(),
    }
}

/// The ways out of a state: where each leads, and its shape.
fn ways(now: &str) -> impl Iterator<Item = (&'static str, Value)> + use<'_> {
    let all = WAYS.iter().enumerate();
    let mine = all.filter(move |(_, (from, _, _))| *from == now);
    mine.map(|(at, (_, to, name))| {
        let way = json!({
            "id": format!("{}1", at + 1), "name": name, "to": jira_state(to), "hasScreen": false,
            "isGlobal": false, "isInitial": false, "isConditional": false,
        });
        (*to, way)
    })
}

fn jira_state(name: &str) -> Value {
    let at = STATES
        .iter()
        .position(|(state, ..)| *state == name)
        .unwrap_or(0);
    let sort = STATES[at].1;
    json!({
        "id": format!("{}", 10000 + at), "name": name, "description": "",
        "statusCategory": { "id": at, "key": sort, "name": name },
    })
}

fn jira_user(name: &str) -> Value {
    json!({ "accountId": format!("id-{name}"), "displayName": name, "active": true })
}

fn jira_comment(kept: &Value) -> Value {
    json!({
        "id": kept["id"].to_string(), "body": kept["body"], "created": WHEN, "updated": WHEN,
        "author": jira_user(kept["author"].as_str().unwrap_or_default()),
    })
}

/// Jira's issue, with the fields that are asked for and no others.
fn jira_shown(state: &State, request: &Request, number: u64) -> Value {
    let kept = &state.issues[&number];
    let of = state.comments.iter().filter(|(of, _)| *of == number);
    let comments: Vec<Value> = of.map(|(_, said)| jira_comment(said)).collect();
    let mut fields = json!({
        "summary": kept["title"], "description": kept["body"], "labels": kept["labels"],
        "issuetype": { "name": "Story" }, "reporter": jira_user("ada"),
        "status": jira_state(&stage(kept)), "attachment": [], "issuelinks": [],
        "comment": { "comments": comments, "total": comments.len(), "startAt": 0 },
    });
    if let (Some(wanted), Some(fields)) = (request.query.get("fields"), fields.as_object_mut()) {
        fields.retain(|name, _| wanted.split(',').any(|wanted| wanted == name));
    }
    let key = format!("{PROJECT}-{number}");
    json!({ "id": format!("{}", 1000 + number), "key": key, "fields": fields })
}

fn move_to(state: &mut State, number: u64, name: &str) {
    if let Some(kept) = state.issues.get_mut(&number) {
        kept["stage"] = name.into();
    }
}

fn edited(state: &mut State, id: u64, body: &Value) -> Option<Value> {
    let (_, kept) = state
        .comments
        .iter_mut()
        .find(|(_, said)| said["id"] == id)?;
    kept["body"] = body.clone();
    Some(kept.clone())
}

fn linear(state: &mut State, request: &Request) -> Reply {
    if request.header("authorization") != TOKEN {
        let why = "Authentication required, not authenticated";
        return Reply::json(401, &json!({ "errors": [{ "message": why }] }));
    }
    if request.words() != "POST /graphql" {
        return Reply::json(404, &json!({ "message": "Not Found" }));
    }
    let (query, asked) = (request.text("query"), &request.body["variables"]);
    let text = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
    let number = |id: &str| parsed(id.trim_start_matches("uuid-").trim_start_matches("ENG-"));
    let told = if query.contains("viewer") {
        Some(json!({ "viewer": linear_user(LOGIN) }))
    } else if query.contains("commentCreate(") {
        let number = number(&text("issue"));
        let kept = json!({ "id": state.comment_id(), "author": LOGIN, "body": text("body") });
        state.comments.push((number, kept.clone()));
        Some(json!({ "commentCreate": { "success": true, "comment": linear_comment(&kept) } }))
    } else if query.contains("commentUpdate(") {
        let id = parsed(text("id").trim_start_matches("c-"));
        edited(state, id, &asked["body"]).map(|kept| {
            json!({ "commentUpdate": { "success": true, "comment": linear_comment(&kept) } })
        })
    } else if query.contains("issueUpdate(") {
        let to = STATES
            .iter()
            .find(|(name, ..)| state_id(name) == text("state"));
        let number = number(&text("id"));
        to.filter(|_| state.issues.contains_key(&number))
            .map(|(name, ..)| {
                move_to(state, number, name);
                json!({ "issueUpdate": { "success": true } })
            })
    } else if query.contains("issues(") {
        let is_ours = text("team") == TEAM;
        let open = open(state).filter(|_| is_ours);
        let all: Vec<Value> = open
            .filter_map(|number| linear_issue(state, number))
            .collect();
        Some(json!({ "issues": { "nodes": all } }))
    } else if query.contains("issue(id:") {
        linear_issue(state, number(&text("id"))).map(|issue| json!({ "issue": issue }))
    } else {
        None
    };
    match told {
        Some(told) => Reply::json(200, &json!({ "data": told })),
        None => {
            let why = json!({ "message": "Entity not found: Issue", "path": ["issue"] });
            Reply::json(200, &json!({ "errors": [why], "data": null }))
        }
    }
}

fn state_id(name: &str) -> String {
    format!("state-{}", name.replace(' ', "-"))
}

fn linear_state(name: &str) -> Value {
    let sort = STATES.iter().find(|(state, ..)| *state == name);
    json!({ "id": state_id(name), "name": name, "type": sort.map_or("", |sort| sort.2) })
}

fn linear_user(name: &str) -> Value {
    json!({ "id": format!("user-{name}"), "displayName": name })
}

fn linear_comment(kept: &Value) -> Value {
    json!({
        "id": format!("c-{}", kept["id"]), "body": kept["body"], "createdAt": WHEN,
        "url": format!("https://linear.app/acme/comment/{}", kept["id"]),
        "user": linear_user(kept["author"].as_str().unwrap_or_default()),
    })
}

fn linear_issue(state: &State, number: u64) -> Option<Value> {
    let kept = state.issues.get(&number)?;
    let names = kept["labels"].as_array().cloned().unwrap_or_default();
    let labels: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
    let of = state.comments.iter().filter(|(of, _)| *of == number);
    let comments: Vec<Value> = of.map(|(_, said)| linear_comment(said)).collect();
    let states: Vec<Value> = STATES.iter().map(|(name, ..)| linear_state(name)).collect();
    let key = format!("{TEAM}-{number}");
    Some(json!({
        "id": format!("uuid-{number}"), "identifier": key, "title": kept["title"],
        "description": kept["body"], "url": format!("https://linear.app/acme/issue/{key}/it"),
        "creator": linear_user("ada"), "labels": { "nodes": labels },
        "state": linear_state(&stage(kept)), "attachments": { "nodes": [] },
        "comments": { "nodes": comments }, "team": { "states": { "nodes": states } },
    }))
}
