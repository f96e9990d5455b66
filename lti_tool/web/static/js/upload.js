// A file that is too large is refused before it is sent, and a long upload says that it goes on.
document.querySelectorAll("[data-file-status]").forEach((status) => {
  const form = status.closest("form");
  const input = form?.querySelector("input[type=file]");
  if (!input) return;
  const say = (words, isProblem) => {
    status.classList.toggle("file-status-problem", isProblem);
    status.textContent = words;
  };
  input.addEventListener("change", () => {
    const isLarge = [...input.files].some((file) => file.size > Number(status.dataset.fileLimit));
    if (isLarge) input.value = "";
    say(isLarge ? status.dataset.saysTooLarge : "", isLarge);
  });
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && input.files.length) say(status.dataset.saysReading, false);
  });
});
