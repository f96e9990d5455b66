/* LTI postMessage storage 0.1. Values are kept apart by the asking page's origin. */
const ANSWERS = ["lti.capabilities", "lti.put_data", "lti.get_data"];
window.addEventListener("message", (event) => {
  const asked = event.data;
  if (!asked || typeof asked !== "object" || !ANSWERS.includes(asked.subject)) return;
  if (!event.source || event.origin === "null") return;
  const answer = { subject: `${asked.subject}.response`, message_id: asked.message_id };
  const send = () => event.source.postMessage(answer, event.origin);
  if (asked.subject === "lti.capabilities") {
    answer.supported_messages = ANSWERS.map((subject) => (
      subject === "lti.capabilities" ? { subject } : { subject, frame: "post_message_forwarding" }
    ));
    return send();
  }
  if (!asked.message_id || typeof asked.key !== "string" || !asked.key) {
    answer.error = { code: "bad_request", message: "message_id and key are needed" };
    return send();
  }
  const place = `lti|${event.origin}|${asked.key}`;
  answer.key = asked.key;
  if (asked.subject === "lti.put_data") {
    if (asked.value === null || asked.value === undefined) sessionStorage.removeItem(place);
    else if (String(asked.value).length > 4096) answer.error = { code: "storage_exhaustion", message: "too long" };
    else sessionStorage.setItem(place, String(asked.value));
    answer.value = asked.value;
  } else {
    answer.value = sessionStorage.getItem(place);
  }
  return send();
});
