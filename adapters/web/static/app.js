// A plain page on the event stream: starts a run and shows its events as they come.
const byId = (id) => document.getElementById(id);
const TERMINAL = new Set(["run.completed", "run.failed", "run.cancelled"]);
let stream = null;
let runId = null;

byId("ask").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  start().catch(showError);
});
byId("cancel").addEventListener("click", () => post(`/runs/${runId}/cancel`, {}).catch(showError));
for (const example of document.querySelectorAll(".example")) {
  example.addEventListener("click", () => {
    byId("message").value = example.textContent;
    byId("ask").requestSubmit();
  });
}
const opened = new URLSearchParams(location.search).get("run");
if (opened) follow(opened);

async function start() {
  const { run_id } = await post("/runs", { message: byId("message").value, mode: byId("mode").value });
  history.replaceState(null, "", `?run=${encodeURIComponent(run_id)}`);
  follow(run_id);
}

/** EventSource reconnects by itself and resumes behind the last event it saw. */
function follow(id) {
  stream?.close();
  runId = id;
  byId("events").replaceChildren();
  byId("approvals").replaceChildren();
  byId("answer").textContent = "";
  byId("cancel").disabled = false;
  byId("links").replaceChildren(link("state"), link("trace"), link("diagnosis"));
  setStatus("connecting");
  stream = new EventSource(`/runs/${encodeURIComponent(id)}/events`);
  stream.onmessage = ({ data }) => show(JSON.parse(data));
  stream.onerror = () => setStatus(stream.readyState === EventSource.CLOSED ? "not found" : "reconnecting");
}

function show(event) {
  const { type, data } = event;
  byId("events").append(row(event));
  if (type === "output.chunk") byId("answer").textContent += data.text;
  else if (type === "output.reset") byId("answer").textContent = "";
  else if (type === "status.changed") setStatus(data.value);
  else if (type === "workflow.waiting_for_approval") byId("approvals").append(question(data));
  else if (type === "workflow.approval.recorded")
    document.getElementById(`approval-${data.call_id ?? "answer"}`)?.remove();
  if (!TERMINAL.has(type)) return;
  setStatus(type === "run.failed" ? `${data.outcome}: ${data.reason}` : type);
  byId("cancel").disabled = true;
  stream.close();
}

function row({ seq, ts, type, data }) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const time = document.createElement("time");
  time.textContent = ts.slice(11, 23);
  const name = document.createElement("b");
  name.textContent = type;
  summary.append(`${seq} `, time, " ", name, ` ${gist(data)}`);
  const body = document.createElement("pre");
  body.textContent = JSON.stringify(data, null, 2);
  details.append(summary, body);
  const item = document.createElement("li");
  item.append(details);
  return item;
}

function gist(data) {
  const shown = data.step ?? data.tool_name ?? data.value ?? data.name ?? data.reason ?? data.text ?? "";
  return String(typeof shown === "object" ? "" : shown).slice(0, 80);
}

function question({ call_id, tool_name, arguments: args, digest, reason }) {
  const box = document.createElement("div");
  box.className = "approval";
  box.id = `approval-${call_id ?? "answer"}`;
  const text = document.createElement("p");
  text.textContent = tool_name ? `${reason} ${tool_name} ${JSON.stringify(args)}` : reason;
  box.append(
    text,
    ...["approved", "rejected"].map((decision) => {
      const button = document.createElement("button");
      button.textContent = decision === "approved" ? "Approve" : "Reject";
      button.addEventListener("click", () =>
        post(`/runs/${runId}/approval`, { decision, call_id, digest }).catch(showError),
      );
      return button;
    }),
  );
  return box;
}

function link(view) {
  const anchor = document.createElement("a");
  anchor.href = `/runs/${encodeURIComponent(runId)}/${view}`;
  anchor.textContent = view;
  return anchor;
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title ?? response.statusText);
  return answer;
}

function setStatus(text) {
  byId("status").textContent = text;
}

function showError(error) {
  setStatus(error.message);
}
