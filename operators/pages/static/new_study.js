// The form of a new study: what is blank is the preset's; what is filled in is triggered by Airflow's own REST API.
"use strict";

const form = document.getElementById("study");
const root = form.dataset.root;
const bases = JSON.parse(document.getElementById("bases").textContent);
const said = document.getElementById("said");
const fields = [...form.querySelectorAll(".field[data-kind]")].filter((field) => field.dataset.field !== "preset");
const preset = document.getElementById("in-preset");
let presetChosen = false;

const entrance = () => form.querySelector("[name=source]:checked").value;
const base = () => bases[preset.value];
const isShown = (field) => !field.closest("[hidden]");
const input = (field) => field.querySelector("input:not([type=checkbox]), select, textarea");
const ticked = (field) => [...field.querySelectorAll("input:checked")].map((box) => box.value);

// ---- what is asked

function showEntrance() {
  const has = entrance();
  for (const section of form.querySelectorAll("[data-of]")) section.hidden = !section.dataset.of.split(" ").includes(has);
  // With statistics nobody has the large population's own files; a simulation needs no store of files.
  for (const field of fields) if (field.dataset.field.startsWith("files.large.")) field.hidden = has === "statistics";
  if (!presetChosen) preset.value = has === "simulated" ? "quick" : "none";
  if (has === "statistics" && !document.querySelector(".source")) addSource();
  showBase();
}

function showBase() {
  for (const field of fields) showDefault(field, base()[field.dataset.field]);
}

function showDefault(field, value) {
  const control = input(field);
  if (field.dataset.kind === "choices") {
    if (!("touched" in field.dataset)) {
      const own = field.dataset.field === "transfer.methods" && entrance() !== "simulated" ? [] : value;
      for (const box of field.querySelectorAll("input")) box.checked = own.includes(box.value);
    }
  } else if (control.tagName === "SELECT") {
    const option = [...control.options].find((each) => each.value && each.value === String(value));
    control.options[0].textContent = option ? `as the preset says: ${option.textContent}` : "as the preset says";
  } else {
    control.placeholder = written(value, field.dataset.kind);
  }
}

function written(value, kind) {
  if (value === null || value === undefined || value === "") return "";
  if (kind === "json") return Object.keys(value).length ? JSON.stringify(value) : "";
  if (Array.isArray(value)) return value.join(kind === "texts" ? "\n" : ", ");
  return String(value);
}

// ---- what is filled in

function answers() {
  const given = {preset: preset.value, source: entrance()};
  for (const field of fields) {
    const value = isShown(field) ? answer(field) : null;
    if (value !== null) given[field.dataset.field] = value;
  }
  if (entrance() === "statistics") Object.assign(given, sources());
  return given;
}

function answer(field) {
  if (field.dataset.kind === "choices") {
    return "touched" in field.dataset ? ticked(field) : null;
  }
  const text = input(field).value;
  if (text.trim() === "") return null;
  if (field.dataset.kind === "flag") return text === "true";
  if (field.dataset.kind === "texts") return text.split("\n").map((line) => line.trim()).filter(Boolean);
  if (field.dataset.kind === "json") return parsed(text);
  if (["integer", "number"].includes(field.dataset.kind)) return numeric(text.trim());
  return field.dataset.kind === "numbers" ? listed(text) : text.trim();
}

const parsed = (text) => { try { return JSON.parse(text); } catch { return text; } };
const numeric = (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) &&
  Math.abs(Number(text)) < Number.MAX_SAFE_INTEGER ? Number(text) : text);
const listed = (text) => {
  const items = text.split(/[,;\s]+/).filter(Boolean).map(numeric);
  return items.every((item) => typeof item === "number") ? items : text;
};

function sources() {
  const text = document.getElementById("in-sources").value.trim();
  if (text) return {sources: parsed(text)};
  const found = {};
  for (const row of document.querySelectorAll(".source")) {
    const [code, statistics, reference, score] = ["code", "statistics", "reference", "score"].map(
      (part) => row.querySelector(`[data-part=${part}]`).value.trim());
    if (!(code || statistics || reference || score)) continue;
    found[code] = {...(statistics && {statistics}), ...(reference && {reference: {genotypes: reference}}), ...(score && {score})};
  }
  return Object.keys(found).length ? {sources: found} : {};
}

function addSource() {
  const row = document.getElementById("source-row").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-remove]").addEventListener("click", () => { row.remove(); changed(); });
  document.getElementById("sources").append(row);
  return row;
}

// ---- what is said of it

function showProblems(problems) {
  for (const place of form.querySelectorAll(".wrong")) { place.hidden = true; place.textContent = ""; }
  for (const place of form.querySelectorAll(".is-wrong")) place.classList.remove("is-wrong");
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  const elsewhere = problems.filter((problem) => !showBeside(problem));
  return elsewhere.map((problem) => problem.message);
}

function showBeside({field, message}) {
  const place = field && document.getElementById(`wrong-${field}`);
  if (!place || place.parentElement.closest("[hidden]")) return false;
  const own = place.closest("[data-field]");
  place.textContent = message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
  place.hidden = false;
  own.classList.add("is-wrong");
  input(own)?.setAttribute("aria-invalid", "true");
  const folded = own.closest("details");
  if (folded) folded.open = true;
  return true;
}

function say(lines, link) {
  said.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), {textContent: line})));
  if (link) said.append(link);
}

async function preview() {
  const answer = await post(`${root}new/preview`, answers());
  if (!answer.ok) return null;
  const found = await answer.json();
  document.getElementById("as-conf").textContent = JSON.stringify(found.conf, null, 2);
  if (found.yaml) document.getElementById("as-yaml").textContent = found.yaml;
  return found.problems;
}

async function check() {
  const problems = await preview();
  if (problems === null) return say(["This could not be checked; are you still logged in?"]);
  const others = showProblems(problems);
  say(problems.length ? [many(problems), ...others] : ["Nothing is wrong with it."]);
  toTheFirst();
}

const many = (problems) => (problems.length === 1 ? "One thing has to be put right; it is marked." : `${problems.length} things have to be put right; they are marked.`);

function toTheFirst() {
  const first = form.querySelector(".is-wrong");
  first?.scrollIntoView({block: "center"});
  if (first) (input(first) ?? first).focus({preventScroll: true});
}

// ---- starting it

const post = (address, body) => fetch(address, {
  method: "POST", credentials: "same-origin", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
});

async function start(event) {
  event.preventDefault();
  const button = document.getElementById("start");
  button.disabled = true;
  say(["Starting …"]);
  try {
    const address = `${root}../api/v2/dags/${form.dataset.dag}`;
    const answer = await post(`${address}/dagRuns`, {logical_date: null, conf: answers()});
    const body = await answer.json();
    if (answer.ok) await started(address, body.dag_run_id);
    else refused(answer.status, body);
  } catch (error) {
    say([`Airflow did not answer (${error.message}); try again.`]);
  } finally {
    button.disabled = false;
  }
}

function refused(status, body) {
  if (body.problems) {
    say([many(body.problems), ...showProblems(body.problems)]);
    return toTheFirst();
  }
  const text = typeof body.detail === "string" ? body.detail : JSON.stringify(body.detail);
  return say([status === 401 ? "You are no longer logged in; reload the page." : `Airflow refused it (${status}): ${text}`]);
}

async function started(address, runId) {
  showProblems([]);
  // A DAG that nobody has started yet is paused, and its runs wait.
  const awake = await fetch(address, {
    method: "PATCH", credentials: "same-origin", headers: {"Content-Type": "application/json"}, body: JSON.stringify({is_paused: false}),
  });
  const link = document.createElement("a");
  link.href = `${root}runs/${form.dataset.dag}/${encodeURIComponent(runId)}`;
  link.textContent = `Follow ${runId}`;
  link.id = "run";
  const asleep = "It waits: the DAG is paused, and somebody who may change it has to unpause it.";
  say(["The study is started.", ...(awake.ok ? [] : [asleep])], link);
}

// ---- names of files

let asked = 0;
async function complete(control) {
  const mine = ++asked;
  const answer = await fetch(`${root}new/files?begin=${encodeURIComponent(control.value.split("\n").pop())}`, {credentials: "same-origin"});
  if (!answer.ok || mine !== asked) return;
  const names = await answer.json();
  document.getElementById("names").replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), {value: name})));
}

// ---- events

let waiting = 0;
function changed() {
  for (const part of form.querySelectorAll("details.advanced")) {
    const count = fields.filter((field) => part.contains(field) && isShown(field) && answer(field) !== null).length;
    part.querySelector(".count").textContent = count ? `${count} changed` : "";
  }
  clearTimeout(waiting);
  waiting = setTimeout(preview, 400);
}

form.addEventListener("change", (event) => {
  if (event.target.name === "source") showEntrance();
  if (event.target === preset) { presetChosen = true; showBase(); }
  if (event.target.type === "checkbox") event.target.closest(".field").dataset.touched = "";
  changed();
});
form.addEventListener("input", (event) => {
  if ("path" in event.target.dataset) complete(event.target);
  changed();
});
form.addEventListener("focusin", (event) => { if ("path" in event.target.dataset) complete(event.target); });
form.addEventListener("submit", start);
document.getElementById("check").addEventListener("click", check);
document.getElementById("add-source").addEventListener("click", () => { addSource().querySelector("input").focus(); });
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copy(document.getElementById(button.dataset.copy), button));
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text.textContent);
  } catch {  // not allowed within another page, or without https
    getSelection().selectAllChildren(text);
    document.execCommand("copy");
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

showEntrance();
changed();
