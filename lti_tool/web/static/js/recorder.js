// Practice recording. The sound stays in this page: it is never sent anywhere, and leaving the page drops it.
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
}

function start(section) {
  const find = (name) => section.querySelector(`[data-${name}]`);
  const [tools, record, stop, status, result, player, save, remove] =
    ["recorder-tools", "record", "stop", "recorder-status", "result", "player", "save", "delete"].map(find);
  const limit = Number(section.dataset.seconds);
  let recorder = null;
  let url = "";
  let began = 0;
  let timer;

  const say = (name, seconds = 0) => {
    status.textContent = section.dataset[name].replace("{time}", clock(seconds));
  };
  const drop = () => {
    if (url) URL.revokeObjectURL(url);
    url = "";
    player.removeAttribute("src");
    result.hidden = true;
  };
  const finish = (stream, parts, isLimit) => {
    window.clearInterval(timer);
    stream.getTracks().forEach((track) => track.stop());
    const sound = new Blob(parts, { type: recorder.mimeType });
    const seconds = (Date.now() - began) / 1000;
    url = URL.createObjectURL(sound);
    player.src = url;
    save.href = url;
    save.download = `practice-answer.${recorder.mimeType.includes("mp4") ? "m4a" : "webm"}`;
    result.hidden = false;
    stop.hidden = true;
    record.hidden = false;
    recorder = null;
    say(isLimit() ? "saysLimit" : "saysReady", seconds);
    player.focus();
  };

  tools.hidden = false;
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined") {
    record.hidden = true;
    say("saysNone");
    return;
  }
  // Where the browser can say so before it is asked, nobody presses a button in vain.
  if (document.featurePolicy?.allowsFeature("microphone") === false) {
    record.hidden = true;
    say("saysFramed");
    return;
  }
  record.addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say(window.self === window.top ? "saysDenied" : "saysFramed");
      return;
    }
    drop();
    const parts = [];
    let isLimit = false;
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => finish(stream, parts, () => isLimit));
    recorder.start();
    began = Date.now();
    record.hidden = true;
    stop.hidden = false;
    stop.focus();
    say("saysRecording");
    let spoken = 0;
    timer = window.setInterval(() => {
      const seconds = (Date.now() - began) / 1000;
      if (seconds >= limit && recorder?.state === "recording") {
        isLimit = true;
        recorder.stop();
      } else if (seconds - spoken >= 15) {
        spoken = seconds;
        say("saysRecording", seconds);
      }
    }, 250);
  });
  stop.addEventListener("click", () => recorder?.state === "recording" && recorder.stop());
  remove.addEventListener("click", () => {
    drop();
    say("saysDeleted");
    record.focus();
  });
  window.addEventListener("pagehide", drop);
}

document.querySelectorAll("[data-recorder]").forEach(start);
