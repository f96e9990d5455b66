// After a refused form: says so in the page's title and moves to the list of errors.
const summary = document.getElementById("error-summary");
if (summary) {
  if (!document.title.startsWith("Error: ")) document.title = `Error: ${document.title}`;
  summary.focus();
}
