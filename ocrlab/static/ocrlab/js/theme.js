// The theme: chosen by the system until a person chooses, then kept in this browser.
// Loaded in <head> without defer, so that the first paint already has the right colours.
const root = document.documentElement;

function kept() {
  try {
    return localStorage.getItem("ocrlab.theme");
  } catch {
    return null; // storage is switched off: the system's choice holds
  }
}

const start = kept();
if (start === "light" || start === "dark") root.dataset.theme = start;

function toggle() {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("ocrlab.theme", root.dataset.theme);
  } catch {
    // the choice then lasts for this page alone
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-theme-toggle]")) toggle();
});
