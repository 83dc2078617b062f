// Scan with the camera where the browser reads codes by itself; elsewhere there is no button.
const LOOK_MS = 200;
const opener = document.querySelector("[data-camera]");
const view = document.querySelector("[data-camera-view]");

if (opener && view && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) offer();

async function offer() {
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats });
  const video = view.querySelector("video");
  let stream = null;
  opener.hidden = false;
  opener.addEventListener("click", open);
  view.querySelector("button").addEventListener("click", () => view.close());
  // Closed by a key, a button or a code that was read: the camera is off.
  view.addEventListener("close", stop);

  async function open() {
    view.querySelector("[data-camera-trouble]").hidden = true;
    view.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!view.open) return stop();
      video.srcObject = stream;
      await video.play();
      look();
    } catch {
      view.querySelector("[data-camera-trouble]").hidden = !view.open;
    }
  }

  async function look() {
    if (!view.open) return;
    const [code] = await detector.detect(video).catch(() => []);
    if (!code?.rawValue) return setTimeout(look, LOOK_MS);
    view.close();
    const scan = document.querySelector("[data-scan]");
    scan.value = code.rawValue;
    scan.form.requestSubmit();
  }

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = video.srcObject = null;
  }
}
