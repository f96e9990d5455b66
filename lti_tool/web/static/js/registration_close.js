// Tells the platform that dynamic registration is over (LTI Dynamic Registration 1.0), so that it closes this frame.
// The message carries no data, so any origin may read it; a self-hosted platform's page need not have its issuer's origin.
const button = document.getElementById("registration-close");
button?.addEventListener("click", () => {
  const platform = window.opener ?? window.parent;
  platform.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
  window.setTimeout(() => {
    document.getElementById("registration-close-status").textContent =
      "If this page is still here, close it or reload the platform’s page. The registration is complete.";
  }, 1500);
});
