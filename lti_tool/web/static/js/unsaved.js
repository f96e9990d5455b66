// Keeps what somebody types in this browser tab until the server has it, so that an ended visit or a reload loses nothing.
// A form names its draft by data-draft-key; a later page with data-draft-clear says that the server has it.
const PREFIX = "draft:";
const PAUSE_MS = 400;
const KEPT_TYPES = ["text", "email", "url", "tel", "search", "number", "date", "radio", "checkbox", "textarea",
  "select-one", "select-multiple"];

// Every use of storage may be refused (blocked third-party storage); the page works the same without it.
function read(key) {
  try {
    return JSON.parse(window.sessionStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    window.sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
  } catch {
    // Nothing to do: no draft is kept.
  }
}

function forget(key) {
  try {
    window.sessionStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept.
  }
}

function controls(form) {
  return [...form.elements].filter((control) => control.name && !control.readOnly && KEPT_TYPES.includes(control.type));
}

function isChoice(control) {
  return control.type === "radio" || control.type === "checkbox";
}

function valuesOf(form) {
  return controls(form).map((control) => {
    if (isChoice(control)) return [control.name, control.value, control.checked];
    if (control.type === "select-multiple") {
      return [control.name, null, [...control.selectedOptions].map((option) => option.value)];
    }
    return [control.name, null, control.value];
  });
}

function setValue(control, value) {
  if (isChoice(control)) control.checked = value;
  else if (control.type === "select-multiple") {
    [...control.options].forEach((option) => { option.selected = value.includes(option.value); });
  } else control.value = value;
}

function restore(form, draft) {
  const before = JSON.stringify(valuesOf(form));
  const byName = new Map(draft.values.map(([name, choice, value]) => [JSON.stringify([name, choice]), value]));
  controls(form).forEach((control) => {
    const id = JSON.stringify([control.name, isChoice(control) ? control.value : null]);
    if (byName.has(id)) setValue(control, byName.get(id));
  });
  return JSON.stringify(valuesOf(form)) !== before;
}

// The server takes away blanks at the ends.
function same(values, others) {
  const plain = (list) => JSON.stringify(list.map(([name, choice, value]) =>
    [name, choice, typeof value === "string" ? value.replace(/\r\n/g, "\n").trim() : value]));
  return plain(values) === plain(others);
}

function keep(form) {
  const key = form.dataset.draftKey;
  // The server's stamp, never this machine's clock, decides whether the server has something newer than the draft.
  const base = () => form.dataset.draftSavedAt ?? "";
  const draft = read(key);
  // A page with errors shows what was sent a moment ago: that is the newer text.
  const isFresh = document.getElementById("error-summary") !== null;
  // What was on its way when the page was left may be what the server has: then the draft goes on from there.
  const isOurs = draft && (draft.base === base() || (draft.sent && same(draft.sent, valuesOf(form))));
  if (draft && Array.isArray(draft.values) && isOurs && !isFresh) {
    const status = form.querySelector("[data-draft-status]");
    if (restore(form, draft)) {
      if (status) status.textContent = status.dataset.saysBack;
      form.querySelectorAll("textarea").forEach((area) => area.dispatchEvent(new Event("input")));
    }
  } else if (draft && !isFresh) forget(key);
  let timer;
  let sent = null;
  const save = () => {
    window.clearTimeout(timer);
    timer = undefined;
    write(key, { base: base(), values: valuesOf(form), sent });
  };
  form.addEventListener("draft-sending", () => {
    sent = valuesOf(form);
    save();
  });
  form.addEventListener("draft-saved", (event) => {
    sent = null;
    const status = form.querySelector("[data-draft-status]");
    if (status) status.textContent = "";
    if (event.detail.isClean) forget(key);
    else save();
  });
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE_MS);
  });
  window.addEventListener("pagehide", () => { if (timer !== undefined) save(); });
}

document.querySelectorAll("[data-draft-clear]").forEach((mark) => forget(mark.dataset.draftClear));
document.querySelectorAll("form[data-draft-key]").forEach(keep);
