/* Reads the page again every three seconds while «Live» is on, and marks the cells that changed. */
const box = document.querySelector("[data-live]");
const news = document.querySelector("[data-live-news]");
if (box) {
  box.closest("label").hidden = false;
  let timer = null;
  const read = async () => {
    const old = document.querySelector("[data-live-part]");
    const response = await fetch(window.location.href);
    if (!response.ok || !old || old.contains(document.activeElement) && document.activeElement !== old) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-live-part]");
    if (!fresh || fresh.innerHTML === old.innerHTML) return;
    const before = new Map([...old.querySelectorAll("[data-key]")].map((cell) => [cell.dataset.key, cell.dataset.value]));
    let changed = 0;
    for (const cell of fresh.querySelectorAll("[data-key]")) {
      if (before.get(cell.dataset.key) !== cell.dataset.value) { cell.classList.add("fresh"); changed += 1; }
    }
    fresh.scrollLeft = old.scrollLeft;
    old.replaceWith(fresh);
    news.textContent = changed ? `${changed} grades changed` : "Something new arrived";
  };
  const keep = () => {
    window.clearInterval(timer);
    if (box.checked) timer = window.setInterval(read, 3000);
    sessionStorage.setItem("live", box.checked ? "1" : "");
  };
  box.checked = sessionStorage.getItem("live") === "1";
  box.addEventListener("change", keep);
  keep();
}
