/* A tool says that its registration is done (LTI-DR 1.0 §3.6.2); only the frame's own word counts. */
const frame = document.querySelector("iframe[data-registration]");
window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow) return;
  let data = event.data;
  if (typeof data === "string") {
    try { data = JSON.parse(data); } catch { return; }
  }
  if (data && data.subject === "org.imsglobal.lti.close") window.location.assign("/admin");
});
