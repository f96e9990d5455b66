// LTI Client Side postMessages: keeps a secret with the platform (lti.put_data) or asks for it (lti.get_data).
// An answer counts only from exactly the expected origin and with this request's message id. It may come from another
// window of that origin: some platforms forward the question.
const TIME_LIMIT_MS = 1500;

function storageFrame(name) {
  // In a frame the platform is the parent; in a window that it opened it is the opener.
  const platform = window.parent !== window ? window.parent : window.opener;
  if (!platform) return null;
  if (name === "_parent") return platform;
  try {
    const frame = platform.frames[name];
    return frame && typeof frame.postMessage === "function" ? frame : null;
  } catch {
    return null;
  }
}

function messageId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function ask(frame, origin, message) {
  return new Promise((resolve) => {
    const id = messageId();
    const finish = (answer) => {
      window.clearTimeout(timer);
      window.removeEventListener("message", listen);
      resolve(answer);
    };
    const listen = (event) => {
      const answer = event.data;
      if (event.origin !== origin) return;
      if (typeof answer !== "object" || answer === null) return;
      if (answer.subject !== `${message.subject}.response` || answer.message_id !== id) return;
      finish(answer.error ? null : answer);
    };
    const timer = window.setTimeout(() => finish(null), TIME_LIMIT_MS);
    window.addEventListener("message", listen);
    try {
      frame.postMessage({ ...message, message_id: id }, origin);
    } catch {
      finish(null);
    }
  });
}

function isWebAddress(address) {
  try {
    return ["https:", "http:"].includes(new URL(address, window.location.href).protocol);
  } catch {
    return false;
  }
}

async function put(root, frame) {
  const { key, value, next, origin } = root.dataset;
  if (frame) await ask(frame, origin, { subject: "lti.put_data", key, value });
  if (isWebAddress(next)) window.location.replace(next);
}

function showFallback(root) {
  const fallback = root.querySelector("[data-storage-fallback]");
  root.querySelector("[data-storage-waiting]").hidden = true;
  fallback.hidden = false;
  const heading = document.getElementById("page-heading");
  const before = heading.textContent;
  heading.textContent = fallback.dataset.saysHeading;
  document.title = document.title.replace(before, heading.textContent);
  document.body.classList.remove("is-quiet");
  heading.tabIndex = -1;
  heading.focus();
}

async function get(root, frame) {
  const { key, origin } = root.dataset;
  const answer = frame ? await ask(frame, origin, { subject: "lti.get_data", key }) : null;
  if (answer === null || answer.key !== key || typeof answer.value !== "string" || answer.value === "") {
    if (root.dataset.silence === "post") root.querySelector("[data-storage-form]").submit();
    else showFallback(root);
    return;
  }
  root.querySelector("[data-storage-value]").value = answer.value;
  root.querySelector("[data-storage-form]").submit();
}

const root = document.getElementById("platform-storage");
if (root) {
  const frame = storageFrame(root.dataset.target);
  if (root.dataset.mode === "put") put(root, frame);
  else get(root, frame);
}
