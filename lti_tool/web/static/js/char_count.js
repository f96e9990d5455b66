// Shows how many characters are left in a textarea with a limit; tells screen readers after a pause in typing.
const PAUSE_MS = 900;

function watch(area) {
  const limit = Number(area.dataset.maxChars);
  const words = document.getElementById(`${area.id}-limit`);
  const status = document.querySelector(`[data-limit-status="${CSS.escape(area.id)}"]`);
  if (!limit || !words) return;
  let timer;
  // A form sends a line break as two characters.
  const count = () => limit - area.value.replace(/\r?\n/g, "\r\n").length;
  const text = () => {
    const left = count();
    const name = (left >= 0 ? "saysLeft" : "saysOver") + (Math.abs(left) === 1 ? "One" : "");
    return words.dataset[name].replace("{count}", Math.abs(left));
  };
  const show = () => {
    words.textContent = text();
    words.classList.toggle("limit-over", count() < 0);
  };
  area.addEventListener("input", () => {
    show();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { if (status) status.textContent = text(); }, PAUSE_MS);
  });
  if (area.value) show();
}

document.querySelectorAll("textarea[data-max-chars]").forEach(watch);
