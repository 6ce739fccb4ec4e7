// Sends dropped or chosen files over the REST API, three at a time, each with its own bar.
const AT_ONCE = 3; // more would only share one line
const SETTLED_FOR = 4000; // ms a received file stays listed, long enough to be read

const input = document.querySelector("[data-upload]");
const list = document.getElementById("uploads");
const words = JSON.parse(document.getElementById("upload-words")?.textContent ?? "{}");
const queue = [];
let running = 0;

function say(key, values = {}) {
  const text = (words[key] ?? key).replaceAll("%%", "%");
  return text.replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));
}

function sayDuration(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 60 ? say("seconds", { n: whole }) : say("minutes", { n: Math.round(whole / 60) });
}

function element(tag, css, text = "") {
  const made = document.createElement(tag);
  made.className = css;
  made.textContent = text;
  return made;
}

class Upload {
  constructor(file) {
    this.file = file;
    this.row = element("li", "upload");
    this.name = element("span", "upload-name", file.name);
    this.name.title = file.name;
    this.bar = document.createElement("progress");
    this.bar.setAttribute("aria-label", say("bar", { name: file.name }));
    this.note = element("span", "upload-say", say("waiting"));
    this.button = element("button", "button button-dense button-quiet", say("cancel"));
    this.button.type = "button";
    this.button.addEventListener("click", () => this.leave());
    this.row.append(this.name, this.bar, this.note, this.button);
    list.append(this.row);
  }

  send() {
    const limit = Number(input.dataset.maxBytes);
    if (this.file.size === 0) return this.fail(say("empty"), false);
    if (this.file.size > limit) return this.fail(say("too_large", { limit: limit / 1e6 }), false);
    const form = new FormData();
    form.append("file", this.file);
    this.started = performance.now();
    this.note.textContent = say("started", { percent: 0 });
    this.request = new XMLHttpRequest();
    this.request.open("POST", input.dataset.upload);
    this.request.setRequestHeader("Accept", "application/json");
    this.request.setRequestHeader("X-CSRFToken", csrfToken());
    this.request.upload.addEventListener("progress", (event) => this.progress(event));
    this.request.addEventListener("load", () => this.answered());
    this.request.addEventListener("error", () => this.fail(say("no_network"), true));
    this.request.send(form);
    return undefined;
  }

  progress({ loaded, total }) {
    this.bar.max = total;
    this.bar.value = loaded;
    const seconds = (performance.now() - this.started) / 1000;
    const percent = Math.floor((100 * loaded) / total);
    const left = sayDuration((seconds * (total - loaded)) / loaded);
    this.note.textContent =
      loaded === total ? say("storing") : say(seconds > 1 ? "progress" : "started", { percent, left });
  }

  answered() {
    const { status } = this.request;
    if (status === 201 || status === 200) return this.settle(say(status === 201 ? "received" : "known"));
    if (status === 401) return this.fail(say("logged_out"), true);
    const problem = detailOf(this.request.responseText);
    return this.fail(problem || say("failed", { status }), status >= 500 || status === 429);
  }

  settle(text) {
    this.request = null;
    this.bar.max = this.bar.value = 1;
    this.note.textContent = text;
    this.button.textContent = say("dismiss");
    setTimeout(() => this.row.remove(), SETTLED_FOR);
    next();
    document.body.dispatchEvent(new Event("documents-changed"));
  }

  fail(reason, again) {
    this.request = null;
    const box = element("span", "upload-reason");
    box.append(icon("alert"), document.createTextNode(reason));
    this.bar.replaceWith(box);
    this.note.remove();
    this.button.textContent = say("dismiss");
    if (again) this.offerAgain(box);
    next();
  }

  offerAgain(box) {
    const button = element("button", "button button-dense", say("again"));
    button.type = "button";
    button.addEventListener("click", () => {
      this.row.remove();
      add([this.file]);
    });
    box.append(button);
  }

  leave() {
    const waiting = queue.indexOf(this);
    if (waiting >= 0) queue.splice(waiting, 1);
    if (this.request) {
      this.request.abort();
      this.request = null;
      next();
    }
    this.row.remove();
  }
}

function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}

function detailOf(text) {
  try {
    return JSON.parse(text).detail ?? "";
  } catch {
    return ""; // a proxy's own error page
  }
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function pump() {
  while (running < AT_ONCE && queue.length) {
    running += 1;
    queue.shift().send();
  }
}

function next() {
  running -= 1;
  pump();
}

function add(files) {
  for (const file of files) queue.push(new Upload(file));
  pump();
}

function watch() {
  const drop = input.closest(".drop");
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    // Anywhere on the page: a file let go beside the area would otherwise replace the page.
    document.addEventListener(name, (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      event.preventDefault();
      drop.classList.toggle("drop-over", name === "dragover");
      if (name === "drop") add([...event.dataTransfer.files]);
    });
  }
  addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });
}

if (input) watch();
