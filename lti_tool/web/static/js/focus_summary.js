// After a refused form: says so in the page's title and moves to the list of errors.
const summary = document.getElementById("error-summary");
if (summary) {
  const word = `${summary.dataset.errorWord} `;
  if (!document.title.startsWith(word)) document.title = word + document.title;
  summary.focus();
}
