// Saves the text of a form on the server while somebody writes, by the same address as its button “Save draft”.
// The server refuses what was made from an older text than its own; then this stops, and a press of the button shows both.
const PAUSE_MS = 1500;
const RETRY_MS = 15000;
const GIVE_UP_MS = 10000;

function clock(stamp) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "numeric", minute: "2-digit" });
  return format.format(new Date(stamp));
}

function bodyOf(form) {
  const texts = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams([...texts, ["save", "1"]]).toString();
}

function watch(form) {
  const status = form.querySelector("[data-save-status]");
  const stamp = form.elements.namedItem("made_from");
  if (!status || !stamp) return;
  let timer;
  // What is on its way, or could not be sent: the same again gets the same answer, so nothing is saved twice.
  let pending = null;
  let flight = null;
  let isDirty = false;
  let isStopped = false;

  const say = (name, time = "") => {
    const words = status.dataset[name].replace("{time}", time);
    status.classList.toggle("save-line-problem", name !== "saysSaved");
    if (status.textContent !== words) status.textContent = words;
  };
  const schedule = (pause) => {
    window.clearTimeout(timer);
    if (!isStopped) timer = window.setTimeout(send, pause);
  };
  const stop = (name) => {
    isStopped = true;
    window.clearTimeout(timer);
    say(name);
  };

  async function receive(response) {
    if (response.status === 409) return stop("saysOtherWindow");
    if (response.status === 429 || response.status >= 500) throw new Error(String(response.status));
    if (!response.ok) return stop("saysEnded");
    const saved = await response.json();
    pending = null;
    stamp.value = saved.stamp;
    form.dataset.draftSavedAt = saved.stamp;
    say("saysSaved", clock(saved.stamp));
    form.dispatchEvent(new CustomEvent("draft-saved", { detail: { isClean: !isDirty } }));
    if (isDirty) schedule(PAUSE_MS);
  }

  function send() {
    if (flight || isStopped) return;
    if (pending === null) {
      pending = bodyOf(form);
      isDirty = false;
      form.dispatchEvent(new CustomEvent("draft-sending"));
    }
    flight = fetch(form.action, {
      method: "POST",
      body: pending,
      headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      redirect: "error",
      signal: AbortSignal.timeout(GIVE_UP_MS),
    }).then(receive).catch(() => {
      say("saysOffline");
      schedule(RETRY_MS);
    }).finally(() => { flight = null; });
  }

  form.addEventListener("input", () => {
    isDirty = true;
    if (pending === null) schedule(PAUSE_MS);
  });
  // A press of a button waits for what is on its way, since both are made from the same text.
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (!flight) return;
    event.preventDefault();
    const button = event.submitter;
    flight.finally(() => {
      window.clearTimeout(timer);
      form.requestSubmit(button);
    });
  });
  window.addEventListener("online", () => { if (pending !== null) schedule(0); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty && !isStopped) send();
  });
  // Text that was put back from this browser has not been sent yet.
  if (form.querySelector("[data-draft-status]")?.textContent) {
    isDirty = true;
    schedule(PAUSE_MS);
  }
}

document.querySelectorAll("form[data-autosave]").forEach(watch);
