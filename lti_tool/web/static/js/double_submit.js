// A second press while a form is on its way sends nothing. The button keeps its focus, name and value.
const RELEASE_MS = 15000;
const onTheWay = new Map();

function release(form) {
  const held = onTheWay.get(form);
  if (!held) return;
  window.clearTimeout(held.timer);
  held.button?.removeAttribute("aria-disabled");
  onTheWay.delete(form);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.target === "_blank" || form.method === "dialog") return;
  if (onTheWay.has(form)) {
    event.preventDefault();
    return;
  }
  event.submitter?.setAttribute("aria-disabled", "true");
  onTheWay.set(form, { button: event.submitter, timer: window.setTimeout(() => release(form), RELEASE_MS) });
});

// Back and forward may show this page as it was left.
window.addEventListener("pageshow", () => [...onTheWay.keys()].forEach(release));
