// The booking page of a business: what is free, in the visitor's zone; and one's own appointment behind its link.
import { WORDS } from "./words.js";

const root = document.getElementById("booking");
const language = document.documentElement.lang === "en" ? "en" : "fr";
const words = WORDS[language];
const api = `/api/v1/public/${encodeURIComponent(root.dataset.slug)}`;
const token = new URLSearchParams(location.search).get("token") ?? "";
const visitorZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const DAY_MS = 86_400_000;

const state = { business: null, service: null, staff: "", zone: visitorZone, week: 0, moving: null, slots: [] };
let body, status;

const say = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

function make(tag, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset ?? {});
  element.append(...children.filter((child) => child !== null));
  return element;
}

function show(...children) {
  body.replaceChildren(...children.filter((child) => child !== null));
  const heading = body.querySelector("h2");
  if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  scrollTo({ top: 0 });
}

function announce(text, isError = false) {
  status.textContent = text;
  status.className = isError ? "error" : "soft";
}

class Refused extends Error {
  constructor(problem) { super(problem.detail ?? ""); this.problem = problem; }
}

async function ask(path, options = {}) {
  const headers = options.json ? { "content-type": "application/json" } : {};
  const answer = await fetch(api + path, { method: options.json ? "POST" : "GET", headers, body: options.json && JSON.stringify(options.json) });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(said);
  return said;
}

function formats(zone) {
  return {
    day: new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", timeZone: zone }),
    time: new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone: zone }),
    key: new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }),
  };
}

const when = (start, zone) => `${formats(zone).day.format(new Date(start))}, ${formats(zone).time.format(new Date(start))}`;
const zoneName = (zone) => zone.split("/").pop().replaceAll("_", " ");

function price(service) {
  if (service.price_minor === null) return "";
  const format = new Intl.NumberFormat(language, { style: "currency", currency: service.currency });
  return format.format(service.price_minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function choices(legend, name, options, chosen, onChange) {
  const field = make("fieldset", {}, make("legend", { textContent: legend }));
  for (const [value, text, detail] of options) {
    const input = make("input", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => onChange(value));
    field.append(make("label", { className: "choice" }, input, make("span", { textContent: text }), make("span", { className: "soft", textContent: detail ?? "" })));
  }
  return field;
}

function services() {
  const list = state.business.services;
  if (!list.length) {
    show(make("p", { textContent: say("nothing") }), callUs());
    return;
  }
  const options = list.map((one) => [one.id, one.name, [`${one.duration_min} ${say("minutes")}`, price(one)].filter(Boolean).join(" · ")]);
  show(make("h2", { className: "hidden", textContent: say("service") }), choices(say("service"), "service", options, "", (id) => {
    state.service = list.find((one) => one.id === id);
    state.staff = "";
    state.week = 0;
    times();
  }));
}

function callUs() {
  const phone = state.business.phone;
  return phone ? make("p", {}, make("a", { href: `tel:${phone}`, textContent: say("call", { phone }) })) : null;
}

function weekStart() {
  return new Date(Date.now() + state.week * 7 * DAY_MS);
}

async function load() {
  const first = weekStart();
  const query = new URLSearchParams({
    service_id: state.service.id,
    from: first.toISOString().slice(0, 16) + ":00Z",
    to: new Date(first.getTime() + 7 * DAY_MS).toISOString().slice(0, 16) + ":00Z",
  });
  if (state.staff) query.set("agent_id", state.staff);
  state.slots = (await ask(`/slots?${query}`)).items;
}

async function times(message = "", isError = false) {
  announce(say("loading"));
  try {
    await load();
  } catch {
    announce(say("failed"), true);
    return;
  }
  announce(message, isError);
  const able = state.business.staff.filter((one) => !one.service_ids || one.service_ids.includes(state.service.id));
  const staff = able.length > 1
    ? choices(say("staff"), "staff", [["", say("anybody")], ...able.map((one) => [one.id, one.name])], state.staff, (id) => { state.staff = id; times(); })
    : null;
  show(
    make("h2", { textContent: state.moving ? `${say("move")} – ${state.service.name}` : state.service.name }),
    staff,
    make("h3", { textContent: say("when") }),
    zones(),
    ...days(),
    weeks(),
    state.slots.length ? null : waitingForm(),
    state.moving ? null : make("p", {}, button(say("service"), services)),
  );
}

function zones() {
  const options = [...new Set([visitorZone, state.business.timezone])];
  const select = make("select", { id: "zone" }, ...options.map((zone) => make("option", { value: zone, textContent: zoneName(zone), selected: zone === state.zone })));
  select.addEventListener("change", () => { state.zone = select.value; times(); });
  return make("div", {}, make("label", { htmlFor: "zone", textContent: say("zone") }), select);
}

function days() {
  const format = formats(state.zone);
  const found = new Map();
  for (const slot of state.slots) {
    const key = format.key.format(new Date(slot.start));
    found.set(key, [...(found.get(key) ?? []), slot]);
  }
  if (!found.size) return [make("p", { textContent: say("none") })];
  return [...found.values()].map((slots, index) => {
    const day = format.day.format(new Date(slots[0].start));
    const list = make("ul", { className: "times" });
    for (const slot of slots) {
      const time = format.time.format(new Date(slot.start));
      const choose = button(time, () => (state.moving ? move(slot) : details(slot)), { dataset: { start: slot.start } });
      choose.setAttribute("aria-label", say("choose", { time, day }));
      list.append(make("li", {}, choose));
    }
    return make("details", { open: index === 0 }, make("summary", {}, make("h3", { textContent: day })), list);
  });
}

function weeks() {
  const row = make("div", { className: "row" });
  if (state.week > 0) row.append(button(say("earlier"), () => { state.week -= 1; times(); }));
  row.append(button(say("later"), () => { state.week += 1; times(); }));
  return row;
}

function button(text, onClick, properties = {}) {
  const made = make("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", onClick);
  return made;
}

function field(name, type, isRequired, autocomplete) {
  const note = isRequired ? "" : ` (${say("optional")})`;
  const input = make(type === "area" ? "textarea" : "input", { id: name, name, required: isRequired, autocomplete: autocomplete ?? "off" });
  if (type !== "area") input.type = type;
  return make("div", {}, make("label", { htmlFor: name, textContent: say(name) + note }), input);
}

function person(service) {
  const needs = service.required_fields;
  return [
    field("name", "text", true, "name"),
    field("phone", "tel", needs.includes("phone"), "tel"),
    field("email", "email", needs.includes("email"), "email"),
    make("p", { className: "soft", textContent: say("contact_hint") }),
  ];
}

function customer(form) {
  const value = (name) => form.elements[name].value.trim();
  return { name: value("name"), phone: value("phone") || null, email: value("email") || null };
}

function details(slot) {
  const requestId = crypto.randomUUID();
  const form = make("form", { noValidate: false });
  const send = make("button", { type: "submit", className: "main", textContent: say("book") });
  const challenge = challengeBox();
  form.append(...person(state.service), field("notes", "area", state.service.required_fields.includes("notes")), challenge.box, make("div", { className: "row" }, send, button(say("back"), () => times())));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const who = customer(form);
    if (!who.phone && !who.email) { announce(say("contact_hint"), true); form.elements.phone.focus(); return; }
    send.disabled = true;
    announce(say("loading"));
    try {
      const made = await ask("/appointments", { json: {
        service_id: state.service.id, start: slot.start, agent_id: slot.agent_id, customer: who, notes: form.elements.notes.value.trim() || null,
        language, timezone: state.zone, challenge: challenge.token(), request_id: requestId,
      } });
      booked(made.appointment, made.token);
    } catch (error) {
      send.disabled = false;
      challenge.reset();
      refused(error);
    }
  });
  announce("");
  show(make("h2", { textContent: say("you") }), make("p", { textContent: `${state.service.name} – ${when(slot.start, state.zone)} (${say("local", { zone: zoneName(state.zone) })})` }), form);
}

function refused(error) {
  const problem = error.problem ?? {};
  if (problem.code === "slot_taken" || problem.code === "slot_unavailable") { times(say("taken"), true); return; }
  if (problem.code === "challenge_failed") { announce(say("challenge"), true); return; }
  if (problem.code === "too_late_to_change") { announce(say("too_late"), true); return; }
  announce(problem.status === 422 ? problem.errors.map((one) => one.detail).join(" ") : say("failed"), true);
}

function booked(appointment, key) {
  const link = `/book/${encodeURIComponent(root.dataset.slug)}/${appointment.id}?token=${key}&lang=${language}`;
  announce("");
  show(
    make("h2", { textContent: say("booked") }),
    make("div", { className: "done" }, summary(appointment), make("p", { textContent: say("told") })),
    make("p", {}, make("a", { href: link, textContent: say("manage"), target: "_top" })),
    make("p", {}, button(say("again"), () => { state.service = null; services(); })),
  );
}

function summary(appointment) {
  const who = appointment.agent_name ? ` ${say("with", { staff: appointment.agent_name })}` : "";
  return make("p", { textContent: `${appointment.service_name}${who} – ${when(appointment.start, appointment.timezone)} (${say("local", { zone: zoneName(appointment.timezone) })})` });
}

function waitingForm() {
  if (state.moving) return null;
  const form = make("form", {}, make("h3", { textContent: say("wait") }), ...person(state.service));
  const challenge = challengeBox();
  const send = make("button", { type: "submit", textContent: say("wait_send") });
  form.append(challenge.box, make("div", { className: "row" }, send));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const key = formats(state.business.timezone).key;
    const first = weekStart();
    try {
      await ask("/waiting-list", { json: {
        service_id: state.service.id, agent_id: state.staff || null, customer: customer(form), language, challenge: challenge.token(),
        first_day: key.format(first), last_day: key.format(new Date(first.getTime() + 6 * DAY_MS)),
      } });
      announce(say("wait_done"));
      form.remove();
    } catch (error) {
      challenge.reset();
      refused(error);
    }
  });
  return form;
}

function challengeBox() {
  const key = state.business.turnstile_site_key;
  const box = make("div", {});
  if (!key) return { box, token: () => null, reset: () => {} };
  let solved = null, widget = null;
  const render = () => { widget = turnstile.render(box, { sitekey: key, action: "book", language, callback: (given) => { solved = given; } }); };
  if (globalThis.turnstile) queueMicrotask(render);
  else {
    const script = make("script", { src: "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit", async: true });
    script.addEventListener("load", render);
    document.head.append(script);
  }
  return { box, token: () => solved, reset: () => { solved = null; if (widget !== null) turnstile.reset(widget); } };
}

async function own() {
  let appointment;
  try {
    appointment = (await ask(`/appointments/${encodeURIComponent(root.dataset.appointment)}?token=${encodeURIComponent(token)}`)).appointment;
  } catch {
    announce(say("gone"), true);
    show(callUs());
    return;
  }
  opened(appointment);
}

function opened(appointment, message = "") {
  announce(message);
  const act = (path, after) => async () => {
    announce(say("loading"));
    try {
      after(await ask(`/appointments/${appointment.id}/${path}`, { json: { token } }));
    } catch (error) { refused(error); }
  };
  const parts = [make("h2", { textContent: appointment.service_name }), make("div", { className: "done" }, summary(appointment))];
  if (appointment.status === "held") {
    parts.push(make("p", { textContent: say("offered") }), make("div", { className: "row" }, button(say("take"), act("accept", (made) => booked(made.appointment, made.token)), { className: "main" })));
  } else if (appointment.status !== "booked") {
    parts.push(make("p", { textContent: say(appointment.status === "cancelled" ? "cancelled" : "no_show") }));
  } else {
    const row = make("div", { className: "row" });
    if (!appointment.confirmed_at) row.append(button(say("confirm"), act("confirm", (made) => opened(made.appointment, say("confirmed"))), { className: "main" }));
    if (appointment.can_change) {
      row.append(button(say("move"), () => startMoving(appointment)), button(say("cancel"), () => sure(appointment, act)));
    } else parts.push(make("p", { textContent: say("too_late") }), callUs());
    parts.push(row);
  }
  show(...parts);
}

function sure(appointment, act) {
  const yes = button(say("yes_cancel"), act("cancel", (made) => opened(made.appointment)), { className: "main" });
  show(make("h2", { textContent: say("really") }), make("div", { className: "done" }, summary(appointment)), make("div", { className: "row" }, yes, button(say("no_keep"), () => opened(appointment))));
}

function startMoving(appointment) {
  state.moving = appointment;
  state.service = state.business.services.find((one) => one.id === appointment.service_id);
  state.zone = appointment.timezone;
  if (state.service) times();
  else announce(say("too_late"), true);
}

async function move(slot) {
  announce(say("loading"));
  try {
    const said = await ask(`/appointments/${state.moving.id}/move`, { json: { token, start: slot.start, agent_id: slot.agent_id } });
    state.moving = null;
    opened(said.appointment, say("moved"));
  } catch (error) { refused(error); }
}

async function begin() {
  body = make("div", {});
  status = make("p", { role: "status" });
  status.setAttribute("aria-live", "polite");
  root.append(status, body);
  announce(say("loading"));
  try {
    state.business = (await ask("")).business;
  } catch {
    announce(say("failed"), true);
    return;
  }
  announce("");
  if (root.dataset.appointment) await own();
  else services();
}

begin();
