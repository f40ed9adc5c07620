// The yearly form: saves itself after a pause, judges itself sooner, and loses nothing typed.
// Every act also has its button; without this file the page files all the same.

const SAVE_AFTER = 1200; // milliseconds without a key
const TRACE_AFTER = 250;
const RETRY_AFTER = 5000;

for (const form of document.querySelectorAll("form[data-profile]")) keep(form);

function keep(form) {
  const status = form.querySelector("[data-saved]");
  const trace = form.querySelector("[data-trace-body]");
  const state = { dirty: false, saving: false, stopped: false, save: 0, trace: 0, asked: null };

  const say = (words, tone = "") => {
    status.textContent = words;
    status.dataset.tone = tone;
  };

  async function save() {
    clearTimeout(state.save);
    if (state.saving || state.stopped || !state.dirty) return;
    state.saving = true;
    state.dirty = false;
    say(form.dataset.saving);
    try {
      const answer = await send(form.action, new FormData(form), "application/json");
      if (answer.ok) {
        const body = await answer.json();
        form.elements.version.value = body.version;
        say(body.saved, "met");
        mark(form, body);
        tally(form);
      } else if (answer.status === 409) {
        state.stopped = true;
        say(form.dataset.stale, "unmet");
      } else {
        await again(answer.status);
      }
    } catch {
      await again(0);
    }
    state.saving = false;
    if (state.dirty && !state.stopped) state.save = setTimeout(save, SAVE_AFTER);
  }

  // Not saved: what is typed stays on the page and is sent again, with a fresh token if need be.
  async function again(code) {
    state.dirty = true;
    say(code === 401 ? form.dataset.signedOut : form.dataset.failed, "unmet");
    if (code !== 0 && code < 500) await renew(form);
    await new Promise((done) => { setTimeout(done, RETRY_AFTER); });
  }

  async function judge(settled) {
    clearTimeout(state.trace);
    if (!form.dataset.trace) return;
    state.asked?.abort();
    state.asked = new AbortController();
    const data = new FormData(form);
    if (settled) data.set("settled", "yes");
    try {
      const answer = await send(form.dataset.trace, data, "text/html", state.asked.signal);
      if (answer.ok) refresh(trace, await answer.text());
    } catch { /* Outdated or offline: the next pause asks again. */ }
  }

  form.addEventListener("input", () => {
    state.dirty = true;
    say(form.dataset.unsaved);
    clearTimeout(state.save);
    clearTimeout(state.trace);
    state.save = setTimeout(save, SAVE_AFTER);
    state.trace = setTimeout(judge, TRACE_AFTER, false);
  });
  form.addEventListener("change", () => { judge(true); });
  form.addEventListener("submit", () => { state.stopped = true; state.dirty = false; });
  addEventListener("beforeunload", (event) => { if (state.dirty) event.preventDefault(); });
}

function send(url, body, accept, signal) {
  return fetch(url, { method: "POST", body, headers: { Accept: accept }, redirect: "error", signal });
}

// After signing in again in another window, the page takes over that session's token.
async function renew(form) {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const token = page.querySelector("form[data-profile] input[name=csrf_token]");
    if (token) form.elements.csrf_token.value = token.value;
  } catch { /* Still offline or signed out. */ }
}

// What is amiss, beside its field; where a figure jumped, the line for the reason.
function mark(form, { faults, jumps }) {
  const said = new Map();
  for (const { field, detail } of faults) {
    const name = field.replace(/^reason-/, "");
    said.set(name, [...(said.get(name) ?? []), detail]);
  }
  for (const line of form.querySelectorAll("[data-error-of]")) {
    const words = said.get(line.dataset.errorOf) ?? [];
    line.hidden = words.length === 0;
    line.lastElementChild.textContent = words.join(" ");
    line.closest(".field").classList.toggle("is-faulty", words.length > 0);
    const control = form.elements[line.dataset.errorOf];
    control?.classList.toggle("is-invalid", words.length > 0);
    if (words.length) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
  for (const line of form.querySelectorAll("[data-reason-of]")) {
    const given = line.querySelector("input").value !== "";
    line.hidden = !given && !jumps.includes(line.dataset.reasonOf);
  }
}

// How far each part has come.
function tally(form) {
  for (const line of form.querySelectorAll("[data-tally]")) {
    const entries = [...document.getElementById(line.dataset.tally).querySelectorAll(".entry")];
    const filled = entries.filter((each) => each.querySelector("input, select").value !== "");
    const faulty = entries.filter((each) => each.classList.contains("is-faulty"));
    line.textContent = `${faulty.length ? `✕ ${faulty.length} · ` : ""}${filled.length}/${entries.length}`;
    line.classList.toggle("is-unmet", faulty.length > 0);
  }
}

// Titles the reader has opened stay open.
function refresh(trace, html) {
  const open = new Set([...trace.querySelectorAll("details[open][id]")].map((each) => each.id));
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const each of page.querySelectorAll("details[id]")) each.open = open.has(each.id);
  trace.replaceChildren(...page.body.childNodes);
}
