// A result is heard as well as seen: two notes up, one, two down. Off until somebody at the desk turns it on.
const NOTES_HZ = { ok: [660, 880], warn: [520], bad: [330, 220] };
const NOTE_S = 0.12;
const sounding = document.querySelector("[data-sound]");
const sound = document.querySelector("[data-sound-switch]");

if (sounding && sound && localStorage.getItem("sound") === "on") play(sounding.dataset.sound);
if (sound) {
  sound.hidden = false;
  show();
  sound.addEventListener("click", () => {
    localStorage.setItem("sound", localStorage.getItem("sound") === "on" ? "off" : "on");
    show();
    if (localStorage.getItem("sound") === "on") play("ok");
  });
}

function show() {
  sound.setAttribute("aria-pressed", String(localStorage.getItem("sound") === "on"));
}

function play(kind) {
  const context = new AudioContext();
  NOTES_HZ[kind]?.forEach((pitch, place) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = context.currentTime + place * NOTE_S;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.15, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE_S);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + NOTE_S);
  });
}
